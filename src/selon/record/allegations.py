"""Ask the record who accuses whom of what: words, filters, and each allegation with what other pages tell of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from selon.errors import RecordError
from selon.record.allegation_filters import FOUND
from selon.record.allegation_results import AllegationHit
from selon.record.claims import Claim, Claims
from selon.record.parts import part
from selon.record.query import Query
from selon.record.results import Key, Rows
from selon.record.search import MAX_LIMIT

AllegationSort = Literal["relevance", "newest", "oldest", "pages"]

_HIT = f"""
SELECT allegation.version_id, allegation.start, allegation."end", stance, spans, time, event, contexts, deed_kind,
       answers, allegation.in_debris, allegation.confidence,
       accuser.name, accuser.speaker_id, accuser_country, accuser_sector,
       accused.name, accused.speaker_id, accused_country, accused_sector, teller.name, teller.speaker_id,
       version.date, version.outlet, version.title, version.url, version.language, page.key, version.text
{FOUND} WHERE allegation_id = ?
"""


def allegations(
    connection: sqlite3.Connection,
    claims: Claims,
    query: Query,
    scores: dict[int, float],
    sort: AllegationSort,
    limit: int,
    offset: int,
    after: Key | None,
    *,
    every: bool,
) -> Rows[AllegationHit]:
    """Return allegations in their order, the same one once or, with ``every``, at each place; ``total`` counts all.

    Args:
        connection: an open record.
        claims: all of its allegations.
        query: what was asked for.
        scores: the numbers of all allegations found, with their scores.
        sort, limit, offset, after, every: see :meth:`selon.Record.allegations`.

    Raises:
        RecordError: if ``limit``, ``offset`` or ``after`` are out of bounds.
    """
    if not 0 <= limit <= MAX_LIMIT or offset < 0:
        raise RecordError(f"limit must lie between 0 and {MAX_LIMIT:,}, offset be 0 or more")
    sort = "newest" if sort == "relevance" and not query.expression else sort
    groups: dict[int, list[int]] = {}
    for number in scores:
        groups.setdefault(number if every else claims.claim(number).claim, []).append(number)
    entries = [_entry(claims, group, found, scores) for group, found in groups.items()]
    ranked = sorted((_key(sort, claims, entry), entry) for entry in entries)
    if after is not None and sort == "relevance":
        # scores change while pages are added: what stands behind the last one shown, wherever that is now
        after = next((key for key, _ in ranked if key[-1:] == after[-1:]), after)
    shown, following = part([key for key, _ in ranked], limit, offset, after)
    chosen = [(entry.number, entry.score) for _, entry in ranked[shown]]
    return Rows(hits(connection, claims, chosen, query), len(ranked), following)


class _Entry(NamedTuple):
    """One row of the list: of the places of an allegation, the earliest, the best score, the first and last day."""

    group: int
    number: int
    score: float
    first: str | None
    last: str | None


def _entry(claims: Claims, group: int, found: list[int], scores: dict[int, float]) -> _Entry:
    if len(found) == 1:
        day = claims.told[found[0]].first_day
        return _Entry(group, found[0], scores[found[0]], day, day)
    order = {one.allegation_id: at for at, one in enumerate(claims.claim(found[0]).told)}
    dated = [day for number in found if (day := claims.told[number].first_day)]
    best = max(scores[number] for number in found)
    earliest = min(found, key=order.__getitem__)
    return _Entry(group, earliest, best, min(dated, default=None), max(dated, default=None))


def _key(sort: AllegationSort, claims: Claims, entry: _Entry) -> Key:
    """What an allegation is ordered by, ascending; undated ones come last of equal ones."""
    newest = -int((entry.last or "0").replace("-", ""))
    match sort:
        case "relevance":
            return -entry.score, newest, entry.number, entry.group
        case "newest":
            return newest, entry.number, entry.group
        case "oldest":
            return entry.first or "~", entry.number, entry.group
        case "pages":
            return -claims.claim(entry.number).pages, newest, entry.number, entry.group


def hits(
    connection: sqlite3.Connection, claims: Claims, found: Iterable[tuple[int, float]], query: Query | None = None
) -> list[AllegationHit]:
    """Return the allegations with these numbers and scores, in their order."""
    query = query or Query("")
    result = []
    for number, score in found:
        row = connection.execute(_HIT, (number,)).fetchone()
        result.append(_hit(connection, claims, number, score, row, query))
    return result


def _hit(
    connection: sqlite3.Connection, claims: Claims, number: int, score: float, row: tuple[Any, ...], query: Query
) -> AllegationHit:
    version, start, end, stance, spans, time, event, contexts, deed_kind, answers, in_debris, confidence = row[:12]
    accuser, accuser_id, accuser_country, accuser_sector = row[12:16]
    accused, accused_id, accused_country, accused_sector, teller, teller_id = row[16:22]
    date, outlet, title, url, language, key, text = row[22:]
    places = json.loads(spans)

    def pieces(part: str) -> list[str]:
        return [text[first:last] for first, last in places.get(part, ())]

    def part(name: str) -> str | None:
        return " […] ".join(pieces(name)) or None

    evidence = text[start:end]
    claim = claims.claim(number)
    opposed = claims.opposed(claim)
    return AllegationHit(
        allegation_id=number,
        version=version,
        start=start,
        end=end,
        evidence=evidence,
        highlights=query.highlights(evidence, language),
        stance=stance,
        accuser=speaker_name(connection, accuser_id) or accuser,
        accuser_id=accuser_id,
        accuser_name=accuser,
        accuser_country=accuser_country,
        accuser_sector=accuser_sector,
        accused=speaker_name(connection, accused_id) or accused,
        accused_id=accused_id,
        accused_name=accused,
        accused_country=accused_country,
        accused_sector=accused_sector,
        speaker=speaker_name(connection, teller_id) or teller,
        speaker_id=teller_id,
        deed=part("deed"),
        victim=part("victim"),
        when=part("when"),
        time=time,
        where=part("where"),
        means=part("means"),
        hedges=tuple(pieces("hedges")),
        event=event,
        contexts=tuple(json.loads(contexts)),
        deed_kind=deed_kind,
        answers=answers,
        in_debris=bool(in_debris),
        confidence=confidence,
        date=date,
        outlet=outlet,
        title=title,
        url=url,
        language=language,
        page=key,
        claim=claim.claim,
        pages=claim.pages,
        outlets=claim.outlets,
        repeating=claims.repeating(claim),
        first=claim.first,
        last=claim.last,
        denied_by=_who(connection, opposed, "denies"),
        admitted_by=_who(connection, opposed, "admits"),
        accused_by=_who(connection, opposed, "accuses"),
        score=round(score, 4),
    )


def _who(connection: sqlite3.Connection, claims: list[Claim], stance: str) -> tuple[str, ...]:
    ids = dict.fromkeys(one.told[0].accuser for one in claims if one.told[0].stance == stance)
    names = (speaker_name(connection, number) for number in ids)
    return tuple(name for name in names if name)


def speaker_name(connection: sqlite3.Connection, speaker_id: int | None) -> str | None:
    """Return what a speaker is called."""
    if speaker_id is None:
        return None
    row = connection.execute("SELECT name FROM speaker WHERE speaker_id = ?", (speaker_id,)).fetchone()
    return str(row[0]) if row else None
