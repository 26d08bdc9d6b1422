"""What a search's address asks for: words, filters, order, place in the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from starlette.datastructures import QueryParams

from selon.record.found import Filters
from selon.record.search import Sort
from selon.web.handling import number
from selon.web.problems import Problem

# Results on one page: as many as one looks through before one asks anew.
PAGE = 20
# Results further on are not paged to but searched for.
MAX_OFFSET = 100_000
MAX_WORDS = 1_000
MAX_VALUES = 20
_MANY = ("kind", "act", "outlet", "language")
_ONE = ("speaker", "source", "about", "since", "until")
SORTS: tuple[str, ...] = get_args(Sort)


@dataclass(frozen=True)
class Asked:
    """A search as its address states it; ``query`` is the address's query again, with only what is filled."""

    words: str
    filters: Filters
    sort: Any
    offset: int
    query: dict[str, Any]


def asked(query: QueryParams) -> Asked:
    """Return what a search's address asks for.

    Raises:
        Problem: if a part is too long or no number where one belongs.
    """
    words = _text(query, "q")
    one = {name: _text(query, name) for name in _ONE}
    many: dict[str, Any] = {name: tuple(value for value in query.getlist(name)[:MAX_VALUES] if value) for name in _MANY}
    year = _text(query, "year")
    percent = number(_text(query, "sure"), "sure", default=0, most=100)
    sort = _text(query, "sort") or "relevance"
    if sort not in SORTS:
        raise Problem(422, "invalid", f"sort must be one of {', '.join(SORTS)}")
    speaker_id = _text(query, "speaker_id")
    filters = Filters(
        speaker=one["speaker"] or None,
        speaker_id=number(speaker_id, "speaker_id") if speaker_id else None,
        source=one["source"] or None,
        about=one["about"] or None,
        since=one["since"] or year or None,
        until=one["until"] or year or None,
        min_confidence=percent / 100,
        **many,
    )
    offset = number(_text(query, "from"), "from", default=0, most=MAX_OFFSET)
    kept: dict[str, Any] = {"q": words, **one, **many, "year": year, "speaker_id": speaker_id}
    kept |= {"sure": percent or "", "sort": "" if sort == "relevance" else sort, "from": offset or ""}
    return Asked(words, filters, sort, offset, {name: value for name, value in kept.items() if value not in ("", ())})


def _text(query: QueryParams, name: str) -> str:
    value = query.get(name, "").strip()
    if len(value) > MAX_WORDS:
        raise Problem(422, "invalid", f"{name} is too long; at most {MAX_WORDS} characters")
    return value
