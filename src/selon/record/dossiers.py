"""Dossiers: attributions that people put together, with notes.

An item is a place on a version of a page, not a row: it holds whatever reading finds there later.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from selon.errors import NotFoundError, RecordError
from selon.record.indexing import pieces_of

MAX_NAME = 200
MAX_NOTE = 20_000
# More than anybody reads; bounds the pages and exports of one dossier.
MAX_ITEMS = 5_000

_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"


@dataclass(frozen=True, slots=True)
class Dossier:
    """A named collection: its ``note``, when it was made (UTC, ISO 8601), and how many items it has."""

    id: int
    name: str
    note: str
    made_at: str
    items: int


@dataclass(frozen=True, slots=True)
class DossierItem:
    """An attribution in a dossier.

    Attributes:
        id: number of the item.
        version: the version of the page that it stands on.
        start, end: place of the content in the page's text, in code points, end exclusive.
        words: the page's words there; pieces of a content are joined by ``[…]``.
        speaker, source, kind: of the attribution that lies there now; None if there is none.
        speaker_id: number of the speaker in the record, or None.
        author, date, outlet, title, url, language: the page's.
        read_at: when the page was read; UTC, ISO 8601.
        note: what was noted with it.
        added_at: when it was put in; UTC, ISO 8601.
    """

    id: int
    version: int
    start: int
    end: int
    words: str
    speaker: str | None
    speaker_id: int | None
    source: str | None
    kind: str | None
    author: str | None
    date: str | None
    outlet: str | None
    title: str | None
    url: str | None
    language: str | None
    read_at: str
    note: str
    added_at: str


def dossiers(connection: sqlite3.Connection) -> tuple[Dossier, ...]:
    """Return all dossiers by name."""
    rows = connection.execute(
        "SELECT dossier_id, name, note, made_at,"
        " (SELECT count(*) FROM dossier_item WHERE dossier_item.dossier_id = dossier.dossier_id)"
        " FROM dossier ORDER BY name COLLATE NOCASE, dossier_id"
    )
    return tuple(Dossier(*row) for row in rows)


def dossier(connection: sqlite3.Connection, dossier_id: int) -> Dossier:
    """Return one dossier; RecordError if there is none of that number."""
    found = next((one for one in dossiers(connection) if one.id == dossier_id), None)
    if found is None:
        raise NotFoundError(f"no dossier {dossier_id}")
    return found


def create(connection: sqlite3.Connection, name: str, note: str = "") -> int:
    """Make a dossier, or find the one of that name; return its number."""
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise RecordError(f"a dossier's name has 1 to {MAX_NAME} characters")
    _check_note(note)
    connection.execute(
        f"INSERT INTO dossier (name, note, made_at) VALUES (?, ?, {_NOW}) ON CONFLICT (name) DO NOTHING", (name, note)
    )
    row = connection.execute("SELECT dossier_id FROM dossier WHERE name = ?", (name,)).fetchone()
    return int(row[0])


def annotate(connection: sqlite3.Connection, dossier_id: int, note: str, item: int | None = None) -> None:
    """Write the note of a dossier or of one of its items."""
    dossier(connection, dossier_id)
    _check_note(note)
    if item is None:
        connection.execute("UPDATE dossier SET note = ? WHERE dossier_id = ?", (note, dossier_id))
    else:
        where = (note, dossier_id, item)
        connection.execute("UPDATE dossier_item SET note = ? WHERE dossier_id = ? AND item_id = ?", where)


def collect(connection: sqlite3.Connection, dossier_id: int, version: int, start: int, end: int, note: str = "") -> int:
    """Put words of a page into a dossier, once; return the item's number.

    Raises:
        RecordError: if there is no such dossier, page or place on it, or the dossier is full.
    """
    if dossier(connection, dossier_id).items >= MAX_ITEMS:
        raise RecordError(f"a dossier holds at most {MAX_ITEMS} attributions")
    _check_note(note)
    length = connection.execute("SELECT length(text) FROM version WHERE version_id = ?", (version,)).fetchone()
    if length is None or not 0 <= start < end <= length[0]:
        raise RecordError(f"no words {start} to {end} on page {version}")
    place = (dossier_id, version, start, end)
    connection.execute(
        'INSERT INTO dossier_item (dossier_id, version_id, start, "end", note, added_at)'
        f" VALUES (?, ?, ?, ?, ?, {_NOW})"
        ' ON CONFLICT (dossier_id, version_id, start, "end")'
        " DO UPDATE SET note = excluded.note WHERE excluded.note != ''",
        (*place, note),
    )
    find = 'SELECT item_id FROM dossier_item WHERE (dossier_id, version_id, start, "end") = (?, ?, ?, ?)'
    return int(connection.execute(find, place).fetchone()[0])


def items(connection: sqlite3.Connection, dossier_id: int) -> tuple[DossierItem, ...]:
    """Return what a dossier holds, in the order in which it was put in."""
    rows = connection.execute(
        """
        SELECT item_id, version_id, start, "end", substr(text, start + 1, "end" - start), language,
            author, date, outlet, title, url, read_at, note, added_at
        FROM dossier_item JOIN version USING (version_id) WHERE dossier_id = ? ORDER BY item_id
        """,
        (dossier_id,),
    ).fetchall()
    found = []
    for item, version, start, end, words, language, author, date, outlet, title, url, read_at, note, added_at in rows:
        speaker, speaker_id, source, kind, pieces = _said(connection, version, start, end)
        found.append(
            DossierItem(
                item, version, start, end, pieces or words, speaker, speaker_id, source, kind, author, date, outlet,
                title, url, language, read_at, note, added_at,
            )
        )  # fmt: skip
    return tuple(found)


def _said(
    connection: sqlite3.Connection, version: int, start: int, end: int
) -> tuple[str | None, int | None, str | None, str | None, str | None]:
    """Of the attribution nearest to a place: speaker, their number, source, kind, and the words if they are pieces."""
    row = connection.execute(
        """
        SELECT speaker.name, speaker.speaker_id, substr(text, source_start + 1, source_end - source_start),
            attribution.kind, start, "end", pieces, text
        FROM attribution
        JOIN version USING (version_id)
        LEFT JOIN name USING (name_id)
        LEFT JOIN speaker ON speaker.speaker_id = name.speaker_id
        WHERE version_id = :version AND replaced_by IS NULL AND start < :end AND "end" > :start
        ORDER BY abs(start - :start) + abs("end" - :end) LIMIT 1
        """,
        {"version": version, "start": start, "end": end},
    ).fetchone()
    if row is None:
        return None, None, None, None, None
    *found, first, last, pieces, text = row
    words = None
    if pieces is not None and (first, last) == (start, end):
        words = " […] ".join(text[piece.start : piece.end] for piece in pieces_of(first, last, pieces))
    return found[0], found[1], found[2], found[3], words


def remove(connection: sqlite3.Connection, dossier_id: int, item: int) -> None:
    """Take an item out of a dossier."""
    connection.execute("DELETE FROM dossier_item WHERE dossier_id = ? AND item_id = ?", (dossier_id, item))


def delete(connection: sqlite3.Connection, dossier_id: int) -> None:
    """Delete a dossier with its items."""
    connection.execute("DELETE FROM dossier_item WHERE dossier_id = ?", (dossier_id,))
    connection.execute("DELETE FROM dossier WHERE dossier_id = ?", (dossier_id,))


def _check_note(note: str) -> None:
    if len(note) > MAX_NOTE:
        raise RecordError(f"a note has at most {MAX_NOTE} characters")
