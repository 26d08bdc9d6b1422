"""Give back a page as it was read, with what was found on it."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from selon.errors import NotFoundError
from selon.page import Actor, Allegation, Attribution, Page, Region, Span, Speaker
from selon.record.allegation_rows import PARTS
from selon.record.indexing import pieces_of
from selon.record.results import StoredPage


def load(connection: sqlite3.Connection, page: str | int) -> StoredPage:
    """Return a version of a page: by its number, or the latest by the page's address or identifier.

    Raises:
        RecordError: if there is no such page.
    """
    version = version_of(connection, page)
    row = connection.execute(
        "SELECT page_id, key, id, language, url, outlet, author, title, date, model, read_at, text"
        " FROM version JOIN page USING (page_id) WHERE version_id = ?",
        (version,),
    ).fetchone()
    page_id, key, id, language, url, outlet, author, title, date, model, read_at, text = row
    versions = connection.execute("SELECT version_id FROM version WHERE page_id = ? ORDER BY version_id", (page_id,))
    attributions, numbers = _attributions(connection, version)
    return StoredPage(
        page=Page(
            text=text,
            id=id,
            language=language,
            url=url,
            outlet=outlet,
            author=author,
            title=title,
            date=date,
            attributions=attributions,
            speakers=_speakers(connection, version, attributions),
            allegations=_allegations(connection, version, numbers),
            debris=_debris(connection, version),
        ),
        key=key,
        version=version,
        versions=tuple(int(number) for (number,) in versions),
        model=model,
        read_at=read_at,
    )


def version_of(connection: sqlite3.Connection, page: str | int) -> int:
    """Return the number of the version that ``page`` means; see :func:`load`."""
    for find in (
        "SELECT version_id FROM version WHERE version_id = ?" if _is_number(page) else "",
        "SELECT latest FROM page WHERE key = ?",
        "SELECT latest FROM page JOIN version ON version_id = latest WHERE version.id = ? ORDER BY 1 LIMIT 1",
    ):
        row = connection.execute(find, (page,)).fetchone() if find else None
        if row is not None:
            return int(row[0])
    raise NotFoundError(f"no page '{page}' in this record; name its address, its identifier, or a version's number")


def _is_number(page: str | int) -> bool:
    return isinstance(page, int) or (page.isascii() and page.isdigit() and len(page) < 18)


def _attributions(connection: sqlite3.Connection, version: int) -> tuple[tuple[Attribution, ...], dict[int, int]]:
    rows = connection.execute(
        'SELECT attribution_id, start, "end", pieces, cue_start, cue_end, source_start, source_end, attribution.kind,'
        " act, name.name, attribution.gender, nested, confidence, in_debris"
        " FROM attribution LEFT JOIN name USING (name_id)"
        " WHERE version_id = ? AND replaced_by IS NULL ORDER BY start, attribution_id",
        (version,),
    ).fetchall()
    found = []
    for _, start, end, pieces, cue_start, cue_end, source_start, source_end, *rest in rows:
        kind, act, name, gender, nested, confidence, in_debris = rest
        found.append(
            Attribution(
                content=pieces_of(start, end, pieces),
                cue=() if cue_start is None else (Span(cue_start, cue_end),),
                source=() if source_start is None else (Span(source_start, source_end),),
                kind=kind,
                act=act,
                speaker=name,
                gender=gender,
                nested=bool(nested),
                confidence=confidence,
                in_debris=bool(in_debris),
            )
        )
    return tuple(found), {row[0]: number for number, row in enumerate(rows)}


def _speakers(
    connection: sqlite3.Connection, version: int, attributions: tuple[Attribution, ...]
) -> tuple[Speaker, ...]:
    rows = connection.execute(
        "SELECT name, kind, gender, spans FROM mention JOIN name USING (name_id) WHERE version_id = ?", (version,)
    )
    known = {
        name: Speaker(name, kind, gender or None, tuple(Span(*span) for span in json.loads(spans)))
        for name, kind, gender, spans in rows
    }
    order = dict.fromkeys(attribution.speaker for attribution in attributions)
    return tuple(known[name] for name in order if name in known)


def _debris(connection: sqlite3.Connection, version: int) -> tuple[Region, ...]:
    rows = connection.execute('SELECT start, "end", kind FROM debris WHERE version_id = ? ORDER BY start', (version,))
    return tuple(Region(*row) for row in rows)


def _allegations(connection: sqlite3.Connection, version: int, numbers: dict[int, int]) -> tuple[Allegation, ...]:
    rows = connection.execute(
        'SELECT allegation_id, start, "end", stance, accuser.name, accused.name, accuser_country, accused_country,'
        " accuser_sector, accused_sector, spans, time, event, contexts, deed_kind, attribution_id, answers, confidence,"
        " in_debris FROM allegation LEFT JOIN name AS accuser ON accuser.name_id = accuser_id"
        " LEFT JOIN name AS accused ON accused.name_id = accused_id WHERE version_id = ? ORDER BY allegation_id",
        (version,),
    ).fetchall()
    places = {row[0]: number for number, row in enumerate(rows)}
    return tuple(_allegation(row, numbers, places) for row in rows)


def _allegation(row: tuple[Any, ...], numbers: dict[int, int], places: dict[int, int]) -> Allegation:
    _, start, end, stance, accuser, accused, accuser_country, accused_country, accuser_sector, accused_sector = row[:10]
    spans_json, time, event, contexts, deed_kind, attribution_id, answers, confidence, in_debris = row[10:]
    spans = {name: tuple(Span(*span) for span in found) for name, found in json.loads(spans_json).items()}
    return Allegation(
        evidence=Span(start, end),
        stance=stance,
        accuser=accuser and Actor(accuser, spans.get("accuser", ()), accuser_country, accuser_sector),
        accused=accused and Actor(accused, spans.get("accused", ()), accused_country, accused_sector),
        **{part: spans.get(part, ()) for part in PARTS},
        time=time,
        event=event,
        contexts=tuple(json.loads(contexts)),
        deed_kind=deed_kind,
        attribution=numbers.get(attribution_id),
        answers=places.get(answers),
        confidence=confidence,
        in_debris=bool(in_debris),
    )
