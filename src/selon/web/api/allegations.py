"""Allegations: who accuses whom of what, and two sides against each other."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from selon.record.allegation_filters import AllegationFilters
from selon.record.allegation_results import AllegationHit
from selon.web.api.common import Cursor, Date, Limit, Store, Words, after, following

router = APIRouter(tags=["allegations"])

Name = Annotated[str | None, Query(max_length=200)]


class Allegations(BaseModel):
    """A part of the allegations found; ``total`` counts all."""

    total: int
    results: list[AllegationHit]
    next: str | None


@router.get("/allegations")
def allegations(
    records: Store,
    q: Words = "",
    accuser: Name = None,
    accused: Name = None,
    stance: Annotated[list[Literal["accuses", "denies", "admits"]] | None, Query()] = None,
    since: Date = None,
    until: Date = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Allegations:
    """Find who accuses whom of what; the same allegation on several pages is returned once."""
    filters = AllegationFilters(accuser=accuser, accused=accused, stance=stance or [], since=since, until=until)
    with records.reading() as record:
        found = record.allegations(q, filters, limit=limit, after=after(cursor, "allegations"))
    return Allegations(total=found.total, results=list(found), next=following(found.next, "allegations"))
