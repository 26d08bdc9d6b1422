"""Which allegations are found: words and filters, turned into SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from typing import Any

from selon.edtf import bounds, is_edtf, ranges
from selon.errors import RecordError
from selon.record.published import Published, any_of
from selon.record.query import Query, parse
from selon.record.speakers import find_speakers


@dataclass(frozen=True, slots=True, kw_only=True)
class AllegationFilters(Published):
    """What allegations must be to be found, beside what :class:`~selon.record.published.Published` filters by.

    Attributes:
        accuser, accused: a name of theirs, by whatever name pages call them, or a country's code (``RU``).
        actor: like these, of one that is either of them.
        speaker: a name of the one on whose word the page tells it.
        deed, victim: words of the deed and of the victim, written like a search.
        stance, event, context, deed_kind: of these, any of several.
        country: codes (ISO 3166-1 alpha-2) of the accuser's or accused's country.
        done_since, done_until: dates in EDTF; deeds that may be of that time; those of unknown time are left out.
        hedged: only where the page keeps its distance (``soi-disant``, ``alleged``).
    """

    accuser: str | None = None
    accused: str | None = None
    actor: str | None = None
    speaker: str | None = None
    deed: str | None = None
    victim: str | None = None
    stance: Sequence[str] = ()
    event: Sequence[str] = ()
    context: Sequence[str] = ()
    deed_kind: Sequence[str] = ()
    country: Sequence[str] = ()
    done_since: str | None = None
    done_until: str | None = None
    hedged: bool = False


FOUND = """
FROM allegation
JOIN version ON version.version_id = allegation.version_id
JOIN page ON page.page_id = version.page_id
LEFT JOIN name AS accuser ON accuser.name_id = allegation.accuser_id
LEFT JOIN name AS accused ON accused.name_id = allegation.accused_id
LEFT JOIN attribution ON attribution.attribution_id = allegation.attribution_id AND attribution.replaced_by IS NULL
LEFT JOIN name AS teller ON teller.name_id = attribution.name_id
"""


def matching(connection: sqlite3.Connection, query: Query, filters: AllegationFilters) -> dict[int, float]:
    """Return the numbers of all allegations that pass, with their scores, 0 without words."""
    conditions: list[str] = []
    values: dict[str, Any] = {}
    parts = [query.expression]
    parts += [
        parse(words, part).expression for words, part in ((filters.deed, "deed_"), (filters.victim, "victim_")) if words
    ]
    match = " AND ".join(f"({part})" for part in parts if part)
    if filters.accuser:
        conditions.append(_actor(connection, "accuser", filters.accuser, values))
    if filters.accused:
        conditions.append(_actor(connection, "accused", filters.accused, values))
    if filters.actor:
        roles = (_actor(connection, role, filters.actor, values) for role in ("accuser", "accused"))
        conditions.append(f"({' OR '.join(roles)})")
    if filters.speaker:
        conditions.append(f"teller.speaker_id IN ({_numbers(find_speakers(connection, filters.speaker))})")
    for name in ("stance", "event", "deed_kind"):
        any_of(name, name, getattr(filters, name), conditions, values)
    held: list[str] = []
    any_of("context", "context.value", filters.context, held, values)
    conditions += [f"EXISTS (SELECT 1 FROM json_each(contexts) AS context WHERE {one})" for one in held]
    either: list[str] = []
    for column in ("accuser_country", "accused_country"):
        any_of("country", column, [code.upper() for code in filters.country], either, values)
    conditions += [f"({' OR '.join(either)})"] if either else []
    if filters.done_since or filters.done_until:
        connection.create_function("done", 1, _done(filters), deterministic=True)
        conditions.append("done(time)")
    if filters.hedged:
        conditions.append("json_extract(spans, '$.hedges') IS NOT NULL")
    conditions += filters.conditions("allegation", values)
    source, score = FOUND, "0.0"
    if match:
        # FTS5 first: it finds few of many
        first = "FROM allegation_text CROSS JOIN allegation ON allegation_id = allegation_text.rowid\n"
        source = FOUND.replace("FROM allegation\n", first)
        score = "-bm25(allegation_text)" if query.expression else score
        conditions.insert(0, "allegation_text MATCH :match")
        values["match"] = match
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return dict(connection.execute(f"SELECT allegation_id, {score} {source}{where}", values).fetchall())


def _actor(connection: sqlite3.Connection, role: str, name: str, values: dict[str, Any]) -> str:
    """The condition that accuser or accused is called ``name`` or is of the country with this code."""
    condition = f"{role}.speaker_id IN ({_numbers(find_speakers(connection, name))})"
    if is_code(name):
        values[f"{role}_{name}"] = name
        condition = f"({condition} OR {role}_country = :{role}_{name})"
    return condition


def is_code(name: str) -> bool:
    """Tell whether a name is written like a country's code, ``RU``."""
    return len(name) == 2 and name.isascii() and name.isalpha() and name.isupper()


def _numbers(ids: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in ids)


def _done(filters: AllegationFilters) -> Callable[[str | None], bool]:
    for date in (filters.done_since, filters.done_until):
        if date and not is_edtf(date):
            raise RecordError(f"'{date}' is no date; write YYYY, YYYY-MM or YYYY-MM-DD")
    first = bounds(filters.done_since)[0] if filters.done_since else calendar_date.min
    last = bounds(filters.done_until)[1] if filters.done_until else calendar_date.max

    def done(time: str | None) -> bool:
        return time is not None and is_edtf(time) and any(a <= last and first <= b for a, b in ranges(time))

    return done
