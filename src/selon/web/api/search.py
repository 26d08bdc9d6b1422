"""Search the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from selon.record.found import Filters
from selon.record.results import Hit, Key, Rows
from selon.record.search import Sort
from selon.web.api.common import JSONL, STREAM_STEP, Cursor, Limit, Name, Shared, Store, Words, lines
from selon.web.cursors import after, following
from selon.web.handling import MAX_ID

router = APIRouter(tags=["search"])

# at least one letter or digit
Mentioned = Annotated[str | None, Query(max_length=200, pattern=r"[^\W_]")]


class Facet(BaseModel):
    """A value of a facet and how many of what was found have it."""

    value: str
    count: int


class Hits(BaseModel):
    """A part of what a search found; ``total`` counts all."""

    total: int
    results: list[Hit]
    next: str | None


def _filters(
    shared: Shared,
    speaker: Name = None,
    speaker_id: Annotated[int | None, Query(ge=0, le=MAX_ID)] = None,
    source: Name = None,
    about: Mentioned = None,
    kind: Annotated[list[Literal["direct", "indirect", "mixed"]], Query(max_length=3)] = [],  # noqa: B006
    act: Annotated[list[Literal["speech", "belief"]], Query(max_length=2)] = [],  # noqa: B006
) -> Filters:
    return Filters(
        speaker=speaker,
        speaker_id=speaker_id,
        source=source,
        about=about,
        kind=tuple(kind),
        act=tuple(act),
        **shared,
    )


Wanted = Annotated[Filters, Depends(_filters)]


@router.get("/search")
def search(
    records: Store, filters: Wanted, q: Words = "", sort: Sort = "relevance", limit: Limit = 20, cursor: Cursor = None
) -> Hits:
    """Return attributions whose contents have these words and that pass the filters."""
    place = f"search by {sort}"
    with records.reading() as record:
        found = record.search(q, filters, sort=sort, limit=limit, after=after(cursor, place))
    return Hits(total=found.total, results=list(found), next=following(found.next, place))


@router.get("/search.jsonl", response_class=StreamingResponse, responses=JSONL)
def stream(records: Store, filters: Wanted, q: Words = "", sort: Sort = "relevance") -> StreamingResponse:
    """Return everything that a search finds as JSON lines."""

    def part(behind: Key | None) -> Rows[Hit]:
        with records.reading() as record:
            return record.search(q, filters, sort=sort, limit=STREAM_STEP, after=behind)

    # what is wrong with the question is said before anything is sent
    first = part(None)

    def results() -> Iterator[dict[str, Any]]:
        found = first
        yield from (asdict(hit) for hit in found)
        while found.next is not None:
            found = part(found.next)
            yield from (asdict(hit) for hit in found)

    return lines(results())


@router.get("/facets")
def facets(records: Store, filters: Wanted, q: Words = "") -> dict[str, list[Facet]]:
    """Return the commonest speakers, outlets, kinds, acts, languages and years of what a search finds."""
    with records.reading() as record:
        counted = record.facets(q, filters)
    return {name: [Facet(value=value, count=count) for value, count in values] for name, values in counted.items()}
