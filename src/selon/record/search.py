"""Results of a search in their order, part by part, and counts for each filter."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import numpy as np

from selon.errors import NotFoundError, RecordError
from selon.record.columns import ACTS, KINDS, UNDATED, Attributions, Columns, Integers, Numbers
from selon.record.found import Filters, Found, columns_of, find
from selon.record.indexing import pieces_of
from selon.record.query import Query, parse
from selon.record.results import Hit, Key, Rows
from selon.record.settled import Settled

Sort = Literal["relevance", "recency", "newest", "oldest"]
# Days after which a page weighs half in the order "recency": what is said in news is old after a season.
HALF_LIFE = 90
# More are never wanted on one sheet of paper or screen; longer lists come in parts.
MAX_LIMIT = 10_000
# Values that a facet lists, and the facets, in their order.
FACET_VALUES = 12
FACETS = ("speaker", "outlet", "kind", "act", "language", "year")
_SEVERAL = ("outlet", "kind", "act", "language")
# What of the filters a facet chooses by.
_WITHOUT: dict[str, dict[str, Any]] = {
    "speaker": {"speaker": None, "speaker_id": None},
    "year": {"since": None, "until": None},
    **{facet: {facet: ()} for facet in _SEVERAL},
}
_CODES = {"kind": KINDS, "act": ACTS}


def search(
    connection: sqlite3.Connection,
    settled: Settled,
    words: str,
    filters: Filters,
    sort: Sort,
    limit: int,
    offset: int,
    after: Key | None,
) -> Rows[Hit]:
    """Return the attributions found, ``limit`` of them from ``offset`` on, behind ``after``; ``total`` counts all.

    Raises:
        RecordError: if the query, a filter or ``after`` cannot be understood.
    """
    if not 0 <= limit <= MAX_LIMIT or offset < 0:
        raise RecordError(f"limit must lie between 0 and {MAX_LIMIT:,}, offset be 0 or more")
    query = parse(words)
    found = find(connection, settled, query, filters)
    place = None if after is None else _place(after)
    # what is behind a result is asked as of the day that it was shown
    today = found.today if place is None else place[3]
    keys = _keys(found, sort if query.expression or sort in ("newest", "oldest") else "newest", today)
    order = np.lexsort(keys[::-1])
    begin = offset + (0 if place is None else _behind(keys, place))
    shown = order[begin : begin + limit]
    chosen = [(int(found.rows.ids[at]), float(found.scores[at])) for at in shown]
    last = (*_key(keys, shown[-1]), today) if len(shown) and begin + limit < len(order) else None
    return Rows(hits(connection, chosen, query), len(order), last)


def _keys(found: Found, sort: Sort, today: float) -> tuple[Numbers | Integers, Integers, Integers]:
    """What results are ordered by, ascending, the attribution's number last; undated ones come last of equal ones."""
    undated = found.days == UNDATED
    newest = np.where(undated, 1, -found.days)
    match sort:
        case "relevance":
            return -found.scores, newest, found.rows.ids
        case "recency":
            age = np.maximum(today - found.days, 0)
            return np.where(undated, 0.0, -found.scores / (1 + age / HALF_LIFE)), newest, found.rows.ids
        case "newest":
            return newest, np.zeros_like(newest), found.rows.ids
        case "oldest":
            return np.where(undated, date.max.toordinal() + 1, found.days), np.zeros_like(newest), found.rows.ids


def _key(keys: Sequence[Numbers | Integers], at: int) -> tuple[float, int, int]:
    return float(keys[0][at]), int(keys[1][at]), int(keys[2][at])


def _place(after: Key) -> tuple[float, float, float, float]:
    """The key of a result and the day as of which it was shown."""
    numbers = [one for one in after if isinstance(one, int | float)]
    if len(after) != 4 or len(numbers) != 4:
        raise NotFoundError("no place in this list; begin without 'after'")
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _behind(keys: tuple[Numbers | Integers, Integers, Integers], place: tuple[float, float, float, float]) -> int:
    """Return how many results stand before the first one behind a result that was shown.

    If that result is still there, what stands behind it now: scores change while pages are added.
    """
    first, second, number = keys
    there = np.flatnonzero(number == place[2])
    one, two, three = _key(keys, int(there[0])) if len(there) else place[:3]
    before = (first < one) | ((first == one) & ((second < two) | ((second == two) & (number <= three))))
    return int(np.count_nonzero(before))


def facets(
    connection: sqlite3.Connection, settled: Settled, words: str, filters: Filters
) -> dict[str, list[tuple[str, int]]]:
    """Return for each facet its commonest values with their counts, among what a search finds without its own filter.

    So the counts of outlets stay while some are chosen, and tell what choosing others would find.

    Raises:
        RecordError: if the query or a filter cannot be understood.
    """
    query = parse(words)
    columns = columns_of(connection, settled)
    found: dict[str, Attributions] = {}
    counted: dict[str, list[tuple[str, int]]] = {}
    for facet in FACETS:
        wider = replace(filters, **_WITHOUT[facet])
        if repr(wider) not in found:
            found[repr(wider)] = find(connection, settled, query, wider).rows
        chosen = getattr(filters, facet) if facet in _SEVERAL else ()
        counted[facet] = _commonest(_counts(connection, columns, facet, found[repr(wider)]), chosen)
    return counted


def _counts(connection: sqlite3.Connection, columns: Columns, facet: str, rows: Attributions) -> Counter[str]:
    counts: Counter[str] = Counter()
    if facet == "speaker":
        speakers = np.bincount(columns.speakers_of(rows.names))
        speakers[:1] = 0
        # of speakers with equal counts, those that come first by name are listed: some more are looked at
        for speaker_id in np.argsort(-speakers, kind="stable")[: 2 * FACET_VALUES].tolist():
            name = connection.execute("SELECT name FROM speaker WHERE speaker_id = ?", (speaker_id,)).fetchone()
            if speakers[speaker_id] and name:
                counts[name[0]] += int(speakers[speaker_id])
    elif facet in _CODES:
        codes, values = getattr(rows, f"{facet}s"), _CODES[facet]
        times = np.bincount(codes[codes >= 0], minlength=len(values))
        counts.update(dict(zip(values, times.tolist(), strict=True)))
    else:
        versions = columns.versions
        times = np.bincount(versions.at(rows.versions), minlength=len(versions.ids))
        facts = versions.facts[facet]
        for place in np.flatnonzero(times).tolist():
            value = facts[place]
            if value is not None:
                counts[value] += int(times[place])
    return counts


def _commonest(counts: Counter[str], chosen: Sequence[str]) -> list[tuple[str, int]]:
    """The commonest values, and those that are chosen, in the order of their counts."""
    ranked = sorted(((value, times) for value, times in counts.items() if times), key=lambda item: (-item[1], item[0]))
    return ranked[:FACET_VALUES] + [item for item in ranked[FACET_VALUES:] if item[0] in chosen]


def hits(connection: sqlite3.Connection, found: Sequence[tuple[int, float]], query: Query) -> list[Hit]:
    """Return the attributions with these numbers and scores, in their order."""
    result = []
    for attribution_id, score in found:
        row = connection.execute(
            """
            SELECT attribution.version_id, start, "end", pieces, cue_start, cue_end, source_start, source_end,
                   attribution.kind, attribution.act, attribution.gender, nested, in_debris, confidence,
                   name.name, speaker.name, speaker.speaker_id,
                   version.date, version.outlet, version.title, version.url, version.language, page.key, version.text
            FROM attribution
            JOIN version ON version.version_id = attribution.version_id
            JOIN page ON page.page_id = version.page_id
            LEFT JOIN name ON name.name_id = attribution.name_id
            LEFT JOIN speaker ON speaker.speaker_id = name.speaker_id
            WHERE attribution_id = ?
            """,
            (attribution_id,),
        ).fetchone()
        result.append(_hit(attribution_id, score, row, query))
    return result


def _hit(attribution_id: int, score: float, row: tuple[Any, ...], query: Query) -> Hit:
    version, start, end, pieces, cue_start, cue_end, source_start, source_end, kind, act, gender = row[:11]
    nested, in_debris, confidence, name, speaker, speaker_id, date, outlet, title, url, language, key, text = row[11:]
    content = " […] ".join(text[piece.start : piece.end] for piece in pieces_of(start, end, pieces))
    return Hit(
        attribution_id=attribution_id,
        version=version,
        start=start,
        end=end,
        content=content,
        highlights=query.highlights(content, language),
        cue=None if cue_start is None else text[cue_start:cue_end],
        source=None if source_start is None else text[source_start:source_end],
        speaker=speaker or name,
        speaker_id=speaker_id,
        name=name,
        gender=gender,
        kind=kind,
        act=act,
        nested=bool(nested),
        in_debris=bool(in_debris),
        confidence=confidence,
        date=date,
        outlet=outlet,
        title=title,
        url=url,
        language=language,
        page=key,
        score=round(score, 4),
    )
