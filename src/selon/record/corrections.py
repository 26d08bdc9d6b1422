"""What people correct: kept apart from what the model said, undone at will, and applied again after each reading.

A correction changes, removes or adds one attribution. The model's row stays and names the correction that it was
replaced by; a row that a correction made names it as its author. All rows stay in the full-text index, whose users
leave out those that are replaced. Everything here happens in the caller's transaction.
"""

from __future__ import annotations

import sqlite3

from selon.errors import NotFoundError, RecordError
from selon.exchange.jsonl import attribution_dict
from selon.page import Attribution, Span
from selon.record.adding import attribution_row, dump, next_id, storable
from selon.record.correction_list import Action, parsed
from selon.record.families import Wordings
from selon.record.indexing import index, pieces_of
from selon.record.people import People

# After re-reading, the attribution that a correction was about is the one that shares most words with its content; with
# less than half of them in common it is another one. Edges move by a clause at most between models (dev pages).
SAME_SHARE = 0.5
MAX_WHO = 200
MAX_NOTE = 20_000
MAX_SPEAKER = 500

_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"


def correct(
    connection: sqlite3.Connection,
    version: int,
    place: Span | None,
    after: Attribution | None,
    *,
    who: str,
    note: str = "",
) -> int:
    """Correct one attribution and return the correction's number.

    Args:
        connection: of the record, in a transaction.
        version: the version of the page.
        place: from the beginning to the end of the content of the attribution to change or remove; None to add one.
        after: what it should be; None to remove it. Its confidence is that of a person, 1.
        who: who corrects.
        note: why.

    Raises:
        RecordError: if there is no such page or attribution, or ``after`` does not fit the page.
    """
    who = " ".join(who.split())
    if not who or len(who) > MAX_WHO or len(note) > MAX_NOTE:
        raise RecordError(f"a correction needs a name of 1 to {MAX_WHO} characters, and a note of at most {MAX_NOTE}")
    if place is None and after is None:
        raise RecordError("a correction changes, removes or adds something")
    text = _text(connection, version)
    if after is not None:
        _check(after, text)
    before = None
    if place is not None:
        row = _at(connection, version, place)
        if row is None:
            raise RecordError(f"no attribution {place.start} to {place.end} on page {version}")
        before = _attribution(connection, row)
    action: Action = "add" if place is None else "remove" if after is None else "change"
    values = (version, action, *(place or (None, None)), _json(before), _json(after), who, note)
    made = connection.execute(
        'INSERT INTO correction (version_id, action, start, "end", before, after, who, note, made_at)'
        f" VALUES (?, ?, ?, ?, ?, ?, ?, ?, {_NOW}) RETURNING correction_id",
        values,
    ).fetchone()
    correction_id = int(made[0])
    people = People(connection)
    _apply(connection, people, correction_id, version, place, after)
    people.link()
    return correction_id


def undo(connection: sqlite3.Connection, correction_id: int) -> None:
    """Undo a correction and those that were built on it; what the model said stands again.

    Raises:
        RecordError: if there is no correction of that number.
    """
    row = connection.execute(
        "SELECT version_id, undone_at FROM correction WHERE correction_id = ?", (correction_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"no correction {correction_id}")
    if row[1] is not None:
        return
    people = People(connection)
    for later in _built_on(connection, correction_id):
        _take_back(connection, people, row[0], later)
    people.link()


def reapply(connection: sqlite3.Connection, version: int, people: People) -> None:
    """Apply all corrections in force to a version whose attributions were written anew; ``people`` is linked after."""
    rows = connection.execute(
        'SELECT correction_id, start, "end", after FROM correction'
        " WHERE version_id = ? AND undone_at IS NULL ORDER BY correction_id",
        (version,),
    ).fetchall()
    for correction_id, start, end, after in rows:
        place = None if start is None else Span(start, end)
        _apply(connection, people, correction_id, version, place, parsed(after))


def _apply(
    connection: sqlite3.Connection,
    people: People,
    correction_id: int,
    version: int,
    place: Span | None,
    after: Attribution | None,
) -> None:
    """Replace the row that a correction is about, and write the one that it makes."""
    replaced = None if place is None else _at(connection, version, place) or _nearest(connection, version, place)
    replace = "UPDATE attribution SET replaced_by = ? WHERE attribution_id = ?"
    if replaced is not None:
        connection.execute(replace, (correction_id, replaced))
    if after is None:
        return
    # what the model has found meanwhile in the same words is no second attribution
    same = _at(connection, version, Span(after.content[0].start, after.content[-1].end))
    if same is not None:
        connection.execute(replace, (correction_id, same))
    text, language = connection.execute(
        "SELECT text, language FROM version WHERE version_id = ?", (version,)
    ).fetchone()
    content = storable(" ".join(text[start:end] for start, end in after.content))
    # what was not quoted has no words of its own to be followed
    wording_id = None if after.kind == "indirect" else Wordings(connection).note(content)
    name_id = None if after.speaker is None else _name(connection, people, version, after)
    attribution_id = next_id(connection, "attribution")
    row = (attribution_id, version, *attribution_row(after, name_id, wording_id), correction_id, None)
    connection.execute(f"INSERT INTO attribution VALUES ({', '.join('?' * len(row))})", row)
    source = storable(text[after.source[0].start : after.source[0].end]) if after.source else ""
    index(connection, attribution_id, content, source, language)


def _name(connection: sqlite3.Connection, people: People, version: int, after: Attribution) -> int:
    """The number of a speaker's name, noted as one that the page gives."""
    name = storable(after.speaker or "")
    known = connection.execute(
        "SELECT name.name_id FROM name LEFT JOIN mention ON mention.name_id = name.name_id AND version_id = ?"
        " WHERE name = ? ORDER BY version_id IS NULL, pages DESC LIMIT 1",
        (version, name),
    ).fetchone()
    name_id = int(known[0]) if known else people.note((name, "unknown", after.gender or ""))
    find = "SELECT spans FROM mention WHERE (version_id, name_id) = (?, ?)"
    row = connection.execute(find, (version, name_id)).fetchone()
    if row is None:
        insert = "INSERT INTO mention (version_id, name_id, spans) VALUES (?, ?, ?)"
        connection.execute(insert, (version, name_id, dump(sorted(after.source))))
        people.count([name_id])
    return name_id


def _built_on(connection: sqlite3.Connection, correction_id: int) -> list[int]:
    """The correction and all whose rows replaced its own, the last one first."""
    chain = [correction_id]
    find = "SELECT DISTINCT replaced_by FROM attribution WHERE added_by = ? AND replaced_by IS NOT NULL"
    for one in chain:
        chain += [row[0] for row in connection.execute(find, (one,)) if row[0] not in chain]
    return sorted(chain, reverse=True)


def _take_back(connection: sqlite3.Connection, people: People, version: int, correction_id: int) -> None:
    # the full-text index keeps its entries, as when pages are read anew
    rows = connection.execute(
        "SELECT attribution_id, name_id FROM attribution WHERE added_by = ?", (correction_id,)
    ).fetchall()
    for attribution_id, name_id in rows:
        connection.execute("DELETE FROM attribution WHERE attribution_id = ?", (attribution_id,))
        if name_id is not None:
            _forget(connection, people, version, name_id, correction_id)
    connection.execute("UPDATE attribution SET replaced_by = NULL WHERE replaced_by = ?", (correction_id,))
    connection.execute(f"UPDATE correction SET undone_at = {_NOW} WHERE correction_id = ?", (correction_id,))


def _forget(connection: sqlite3.Connection, people: People, version: int, name_id: int, correction_id: int) -> None:
    """Drop the mention of a name that only this correction brought to the page."""
    spans = connection.execute(
        "SELECT spans FROM mention WHERE (version_id, name_id) = (?, ?)", (version, name_id)
    ).fetchone()
    after = connection.execute("SELECT after FROM correction WHERE correction_id = ?", (correction_id,)).fetchone()
    made = parsed(after[0])
    used = connection.execute(
        "SELECT 1 FROM attribution WHERE version_id = :version AND name_id = :name UNION ALL"
        " SELECT 1 FROM allegation WHERE version_id = :version AND :name IN (accuser_id, accused_id)",
        {"version": version, "name": name_id},
    ).fetchone()
    if spans is not None and made is not None and not used and spans[0] == dump(sorted(made.source)):
        connection.execute("DELETE FROM mention WHERE (version_id, name_id) = (?, ?)", (version, name_id))
        people.count([name_id], -1)


def _at(connection: sqlite3.Connection, version: int, place: Span) -> int | None:
    """The row shown with exactly this content; a person's before the model's."""
    row = connection.execute(
        'SELECT attribution_id FROM attribution WHERE (version_id, start, "end") = (?, ?, ?) AND replaced_by IS NULL'
        " ORDER BY added_by IS NULL, nested, attribution_id",
        (version, *place),
    ).fetchone()
    return int(row[0]) if row else None


def _nearest(connection: sqlite3.Connection, version: int, place: Span) -> int | None:
    """The model's row that shares most of its words with ``place``, if it shares enough."""
    rows = connection.execute(
        'SELECT attribution_id, start, "end" FROM attribution WHERE version_id = ? AND start < ? AND "end" > ?'
        " AND replaced_by IS NULL AND added_by IS NULL",
        (version, place.end, place.start),
    ).fetchall()
    shares = [
        ((min(end, place.end) - max(start, place.start)) / (max(end, place.end) - min(start, place.start)), -number)
        for number, start, end in rows
    ]
    best = max(shares, default=(0.0, 0))
    return -best[1] if best[0] >= SAME_SHARE else None


def _attribution(connection: sqlite3.Connection, attribution_id: int) -> Attribution:
    row = connection.execute(
        'SELECT start, "end", pieces, cue_start, cue_end, source_start, source_end, attribution.kind, act, name.name,'
        " attribution.gender, nested, in_debris, confidence"
        " FROM attribution LEFT JOIN name USING (name_id) WHERE attribution_id = ?",
        (attribution_id,),
    ).fetchone()
    start, end, pieces, cue_start, cue_end, source_start, source_end, kind, act, speaker, gender, *rest = row
    return Attribution(
        content=pieces_of(start, end, pieces),
        cue=() if cue_start is None else (Span(cue_start, cue_end),),
        source=() if source_start is None else (Span(source_start, source_end),),
        kind=kind,
        act=act,
        speaker=speaker,
        gender=gender,
        nested=bool(rest[0]),
        in_debris=bool(rest[1]),
        confidence=rest[2],
    )


def _text(connection: sqlite3.Connection, version: int) -> str:
    row = connection.execute("SELECT text FROM version WHERE version_id = ?", (version,)).fetchone()
    if row is None:
        raise NotFoundError(f"no page {version}")
    return str(row[0])


def _check(after: Attribution, text: str) -> None:
    spans = [*after.content, *after.cue, *after.source]
    if not after.content or any(not 0 <= start < end <= len(text) for start, end in spans):
        raise RecordError(f"an attribution needs words of the page; its text has {len(text)} characters")
    if list(after.content) != sorted(after.content) or any(
        one.end > two.start for one, two in zip(after.content, after.content[1:], strict=False)
    ):
        raise RecordError("the pieces of a content stand in their order and do not overlap")
    if len(after.cue) > 1 or len(after.source) > 1:
        raise RecordError("a cue and a source are one piece each")
    if after.speaker is not None and not 0 < len(after.speaker) <= MAX_SPEAKER:
        raise RecordError(f"a speaker's name has 1 to {MAX_SPEAKER} characters")


def _json(attribution: Attribution | None) -> str | None:
    return None if attribution is None else dump(attribution_dict(attribution))
