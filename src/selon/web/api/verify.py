"""Verify quotations, and follow those that travel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from selon.record.reprints import Family, FamilySummary
from selon.record.verify import Verification
from selon.record.wording import folded_words
from selon.web.api.common import Cursor, Limit, Store
from selon.web.cursors import after, following
from selon.web.questions import MAX_TEXT, questions

router = APIRouter(tags=["verify"])


class Verified(BaseModel):
    """What the record says of each quotation of a text."""

    results: list[Verification]


class Families(BaseModel):
    """A part of the families, those on most pages first."""

    results: list[FamilySummary]
    next: str | None


@router.get("/verify")
def verify(
    records: Store,
    quotation: Annotated[str, Query(max_length=MAX_TEXT, description="a quotation or paragraph")],
    speaker: Annotated[str | None, Query(max_length=200, description="who is said to have said it")] = None,
) -> Verified:
    """Look for the quotations of a text in the record: word for word, cut, altered, or not in this record."""
    asked = questions(quotation, speaker) if folded_words(quotation) else []
    with records.reading() as record:
        return Verified(results=[record.verify(one.words, speaker=one.speaker) for one in asked])


@router.get("/families")
def families(
    records: Store,
    min_pages: Annotated[int, Query(ge=2, le=1_000_000)] = 2,
    altered: Annotated[bool, Query(description="only those that a page changed or gave to somebody else")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Families:
    """Return quotations that stand on several pages."""
    place = "altered families" if altered else "families"
    with records.reading() as record:
        found = record.families(min_pages=min_pages, altered=altered, limit=limit, after=after(cursor, place))
    return Families(results=list(found), next=following(found.next, place))


@router.get("/families/{key}")
def family(key: Annotated[str, Path(pattern="^[0-9a-f]{12}$")], records: Store) -> Family:
    """Return a quotation with its variants and where each was printed."""
    with records.reading() as record:
        return record.family(key)
