"""Full-text search over contents, with filters, ranked by BM25; counts for each filter."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from selon.errors import RecordError
from selon.record.adding import pieces_of
from selon.record.published import Published, any_of
from selon.record.query import Query, parse, phrase
from selon.record.results import Hit, Rows
from selon.record.speakers import find_speakers, names_of
from selon.record.wording import folded_words

Sort = Literal["relevance", "recency", "newest", "oldest"]
# Days after which a page weighs half in the order "recency": what is said in news is old after a season.
HALF_LIFE = 90
# More are never wanted on one sheet of paper or screen; longer lists come in parts.
MAX_LIMIT = 10_000
# Values that a facet lists.
FACET_VALUES = 12


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


_FOUND = """
FROM attribution
JOIN version ON version.version_id = attribution.version_id
JOIN page ON page.page_id = version.page_id
LEFT JOIN name ON name.name_id = attribution.name_id
LEFT JOIN speaker ON speaker.speaker_id = name.speaker_id
"""
_ORDERS = {
    "relevance": "score DESC, version.first_day DESC, attribution.attribution_id",
    "recency": "score / (1 + (julianday(:today) - julianday(version.first_day)) / :half_life) DESC,"
    " attribution.attribution_id",
    "newest": "version.first_day DESC, attribution.attribution_id",
    "oldest": "version.first_day ASC NULLS LAST, attribution.attribution_id",
}


def search(
    connection: sqlite3.Connection, words: str, filters: Filters, sort: Sort, limit: int, offset: int
) -> Rows[Hit]:
    """Return the attributions found, ``limit`` of them from ``offset`` on; ``total`` counts all.

    Raises:
        RecordError: if the query or a filter cannot be understood.
    """
    if not 0 <= limit <= MAX_LIMIT or offset < 0:
        raise RecordError(f"limit must lie between 0 and {MAX_LIMIT:,}, offset be 0 or more")
    query = parse(words)
    where, values, scored = _where(connection, query, filters)
    total = connection.execute(f"SELECT count(*) {where}", values).fetchone()[0]
    if not limit or offset >= total:
        return Rows((), total)
    newest = connection.execute("SELECT max(first_day) FROM version").fetchone()[0]
    values |= {"today": newest, "half_life": HALF_LIFE, "limit": limit, "offset": offset}
    order = _ORDERS[sort if scored or sort in ("newest", "oldest") else "newest"]
    score = "-bm25(attribution_text)" if scored else "0.0"
    found = connection.execute(
        f"SELECT attribution.attribution_id, {score} AS score {where} ORDER BY {order} LIMIT :limit OFFSET :offset",
        values,
    ).fetchall()
    return Rows(hits(connection, found, query), total)


def facets(connection: sqlite3.Connection, words: str, filters: Filters) -> dict[str, list[tuple[str, int]]]:
    """Return for each facet its commonest values among what a search finds, with their counts.

    Raises:
        RecordError: if the query or a filter cannot be understood.
    """
    where, values, _ = _where(connection, parse(words), filters)
    # rows of small numbers, counted here: grouping in SQL with the texts joined takes five times as long
    found = connection.execute(
        f"SELECT attribution.version_id, attribution.name_id, attribution.kind, act {where}", values
    )
    columns = list(zip(*found.fetchall(), strict=True)) or [(), (), (), ()]
    versions, names, kinds, acts = (Counter(column) for column in columns)
    counted: dict[str, Counter[str]] = {"speaker": Counter(), "outlet": Counter()}
    counted |= {"kind": kinds, "act": acts, "language": Counter(), "year": Counter()}
    speakers: Counter[int] = Counter()
    for name_id, speaker_id in connection.execute("SELECT name_id, speaker_id FROM name WHERE speaker_id NOT NULL"):
        speakers[speaker_id] += names[name_id]
    # of speakers with equal counts, those that come first by name are listed: some more are looked at
    for speaker_id, times in speakers.most_common(2 * FACET_VALUES):
        name = connection.execute("SELECT name FROM speaker WHERE speaker_id = ?", (speaker_id,)).fetchone()[0]
        counted["speaker"][name] += times
    facts = connection.execute("SELECT version_id, outlet, language, substr(first_day, 1, 4) FROM version")
    for version_id, *values_of in facts:
        for name, value in zip(("outlet", "language", "year"), values_of, strict=True):
            if value is not None:
                counted[name][value] += versions[version_id]
    return {name: _commonest(counts) for name, counts in counted.items()}


def _commonest(counts: Counter[str]) -> list[tuple[str, int]]:
    ranked = sorted(((value, times) for value, times in counts.items() if times), key=lambda item: (-item[1], item[0]))
    return ranked[:FACET_VALUES]


def hits(connection: sqlite3.Connection, found: Sequence[tuple[int, float]], query: Query) -> list[Hit]:
    """Return the attributions with these numbers and scores, in their order."""
    result = []
    for attribution_id, score in found:
        row = connection.execute(
            f"""
            SELECT attribution.version_id, start, "end", pieces, cue_start, cue_end, source_start, source_end,
                   attribution.kind, attribution.act, attribution.gender, nested, in_debris, confidence,
                   name.name, speaker.name, speaker.speaker_id,
                   version.date, version.outlet, version.title, version.url, version.language, page.key, version.text
            {_FOUND} WHERE attribution_id = ?
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


def _where(connection: sqlite3.Connection, query: Query, filters: Filters) -> tuple[str, dict[str, Any], bool]:
    """The FROM and WHERE of a search, its values, and whether results have a score."""
    conditions = ["attribution.replaced_by IS NULL"]
    values: dict[str, Any] = {}
    match = [query.expression] if query.expression else []
    if filters.about:
        match.append(_about(connection, filters.about))
    if filters.speaker or filters.speaker_id is not None:
        ids = (
            [filters.speaker_id] if filters.speaker_id is not None else find_speakers(connection, str(filters.speaker))
        )
        conditions.append(f"name.speaker_id IN ({', '.join(str(int(number)) for number in ids if number is not None)})")
    if filters.source:
        connection.create_function("folded", 1, _folded, deterministic=True)
        conditions.append("folded(substr(version.text, source_start + 1, source_end - source_start)) LIKE :source")
        values["source"] = f"% {' '.join(folded_words(filters.source))} %"
    any_of("kind", "attribution.kind", filters.kind, conditions, values)
    any_of("act", "act", filters.act, conditions, values)
    conditions += filters.conditions("attribution", values)
    source = _FOUND
    if match:
        # FTS5 first: it finds few of many
        source = _FOUND.replace(
            "FROM attribution\n",
            "FROM attribution_text CROSS JOIN attribution ON attribution_id = attribution_text.rowid\n",
        )
        conditions.insert(0, "attribution_text MATCH :match")
        values["match"] = " AND ".join(f"({part})" for part in match)
    return f"{source} WHERE {' AND '.join(conditions)}", values, bool(query.expression)


def _about(connection: sqlite3.Connection, name: str) -> str:
    """The expression for contents that mention somebody by any name that pages give them."""
    names = {name, *(given for speaker in find_speakers(connection, name) for given in names_of(connection, speaker))}
    phrases = sorted({expression for expression in map(phrase, names) if expression})
    if not phrases:
        raise RecordError(f"'{name}' is no name")
    return " OR ".join(phrases)


def _folded(text: str | None) -> str:
    return f" {' '.join(folded_words(text))} " if text else ""
