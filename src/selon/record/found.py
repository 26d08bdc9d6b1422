"""Which attributions are found: full text and names by SQL, all else on :mod:`columns <selon.record.columns>`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from selon.errors import RecordError
from selon.record.columns import ACTS, KINDS, UNDATED, Attributions, Columns, Flags, Integers, Numbers
from selon.record.published import Published
from selon.record.query import Query, phrase
from selon.record.settled import Settled
from selon.record.speakers import find_speakers, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters(Published):
    """What attributions must be to be found, beside what :class:`Published` filters by.

    Attributes:
        speaker: a name of the speaker; also by ``speaker_id``.
        source: words of the source as the page has it.
        about: a name of somebody whom the content mentions.
        kind, act: of these, any of several.
    """

    speaker: str | None = None
    speaker_id: int | None = None
    source: str | None = None
    about: str | None = None
    kind: Sequence[str] = ()
    act: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """All attributions that a search finds, in no certain order, with their scores (0 without words) and days.

    ``today`` is the day of the record's newest page.
    """

    rows: Attributions
    scores: Numbers
    days: Integers
    today: int


def find(connection: sqlite3.Connection, settled: Settled, query: Query, filters: Filters) -> Found:
    """Return all that a search finds; the last answer is kept, since lists, their parts and their counts share it."""
    return settled.kept("found", lambda: _find(connection, settled, query, filters), (query.expression, filters))


def columns_of(connection: sqlite3.Connection, settled: Settled) -> Columns:
    """Return the record's columns, kept while it stays as it is."""
    return settled.kept("columns", lambda: Columns(connection))


def _find(connection: sqlite3.Connection, settled: Settled, query: Query, filters: Filters) -> Found:
    columns = columns_of(connection, settled)
    match = [query.expression] if query.expression else []
    match += [_about(connection, filters.about)] if filters.about else []
    scores: Numbers | None = None
    # what is found by indexes: few of many
    only: list[Integers] = []
    if match:
        score = "-bm25(attribution_text)" if query.expression else "0.0"
        asked = f"SELECT rowid, {score} FROM attribution_text WHERE attribution_text MATCH ?"
        words = " AND ".join(f"({part})" for part in match)
        # a list and the counts of each of its facets ask for the same words
        table = settled.kept("match", lambda: _table(connection.execute(asked, (words,)), 2), (asked, words))
        only.append(table[:, 0].astype(np.int64))
        scores = table[:, 1]
    if filters.source:
        only.append(_sourced(connection, filters.source))
    if filters.speaker or filters.speaker_id is not None:
        only.append(_said_by(connection, filters))
    if only:
        ids = only[0]
        for other in only[1:]:
            kept = np.isin(ids, other)
            ids, scores = ids[kept], None if scores is None else scores[kept]
        rows, there = columns.of(ids)
        scores = np.zeros(len(there)) if scores is None else scores[there]
    else:
        rows = columns.every()
        scores = np.zeros(len(rows.ids))
    chosen = _passing(connection, columns, rows, filters)
    rows = rows.where(chosen)
    days = columns.versions.days
    return Found(rows, scores[chosen], days[columns.versions.at(rows.versions)], int(days.max(initial=UNDATED)))


def _passing(connection: sqlite3.Connection, columns: Columns, rows: Attributions, filters: Filters) -> Flags:
    """Which attributions pass the filters that no index serves."""
    passing = ~rows.replaced & (rows.confidence >= filters.min_confidence)
    if not filters.debris:
        passing &= ~rows.debris
    if not filters.all_versions:
        passing &= columns.versions.latest[columns.versions.at(rows.versions)]
    for wanted, codes, values in ((filters.kind, rows.kinds, KINDS), (filters.act, rows.acts, ACTS)):
        if wanted:
            passing &= np.isin(codes, [values.index(value) for value in wanted if value in values])
    values_of: dict[str, Any] = {}
    conditions = filters.on_pages(values_of)
    if conditions:
        versions = connection.execute(f"SELECT version_id FROM version WHERE {' AND '.join(conditions)}", values_of)
        passing &= np.isin(rows.versions, _numbers(versions))
    return passing


def _sourced(connection: sqlite3.Connection, words: str) -> Integers:
    """The attributions whose source has these words in a row."""
    expression = phrase(words)
    if not expression:
        return np.empty(0, np.int64)
    return _numbers(connection.execute("SELECT rowid FROM source_text WHERE source_text MATCH ?", (expression,)))


def _said_by(connection: sqlite3.Connection, filters: Filters) -> Integers:
    """The attributions of the speaker asked for, or of all whom that name may mean."""
    if filters.speaker_id is not None:
        speakers = [filters.speaker_id]
    else:
        speakers = find_speakers(connection, str(filters.speaker))
    marks = ", ".join("?" * len(speakers))
    said = f"SELECT attribution_id FROM name JOIN attribution USING (name_id) WHERE speaker_id IN ({marks})"
    return _numbers(connection.execute(said, speakers))


def _numbers(rows: Iterable[tuple[int]]) -> Integers:
    return np.fromiter(chain.from_iterable(rows), np.int64)


def _table(rows: Iterable[tuple[float, ...]], width: int) -> Numbers:
    return np.fromiter(chain.from_iterable(rows), np.float64).reshape(-1, width)


def _about(connection: sqlite3.Connection, name: str) -> str:
    """The expression for contents that mention somebody by any name that pages give them."""
    names = {name, *(given for speaker in find_speakers(connection, name) for given in names_of(connection, speaker))}
    phrases = sorted({expression for expression in map(phrase, names) if expression})
    if not phrases:
        raise RecordError(f"'{name}' is no name")
    return " OR ".join(phrases)
