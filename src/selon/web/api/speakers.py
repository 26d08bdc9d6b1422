"""Speakers of the record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from selon.record.results import SpeakerCount, SpeakerInfo
from selon.record.speaker_list import Order
from selon.web.api.common import Cursor, Id, Limit, Store
from selon.web.cursors import after, following

router = APIRouter(tags=["speakers"])


class Speakers(BaseModel):
    """A part of the speakers found; ``total`` counts all."""

    total: int
    results: list[SpeakerCount]
    next: str | None


@router.get("/speakers")
def speakers(
    records: Store,
    q: Annotated[str, Query(max_length=200, description="words in one of their names")] = "",
    order: Order = "attributions",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Speakers:
    """Return speakers and how much they say."""
    place = f"speakers by {order}"
    with records.reading() as record:
        found = record.speakers(q, order=order, limit=limit, after=after(cursor, place))
    return Speakers(total=found.total, results=list(found), next=following(found.next, place))


@router.get("/speakers/{speaker_id}")
def speaker(speaker_id: Id, records: Store) -> SpeakerInfo:
    """Return one speaker in full: names, months, outlets, whom they speak about and beside whom."""
    with records.reading() as record:
        return record.speaker(speaker_id)
