"""Corrections: make, list, undo, and give out corrected pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from selon.web.api.common import JSONL, Body, Cursor, Id, Limit, Place, Store, fitting
from selon.web.api.forms import AttributionForm, CorrectionForm
from selon.web.cursors import NO_PLACE, after, following
from selon.web.exports import corrected_pages
from selon.web.handling import MAX_ID
from selon.web.problems import Problem

router = APIRouter(tags=["corrections"])


class Corrector(Body):
    """Who corrects, and why."""

    who: Annotated[str, Field(pattern=r"\S", max_length=200)]
    note: Annotated[str, Field(max_length=20_000)] = ""


class ToAdd(Corrector):
    """An attribution that was missed."""

    after: AttributionForm
    place: None = None


class ToChange(Corrector):
    """An attribution that is wrong: what it should be, or null to remove it."""

    place: Annotated[Place, Field(description="[start, end) of the content of the one to change")]
    after: AttributionForm | None = None


class Made(BaseModel):
    """The number of what was made."""

    id: int


class Corrections(BaseModel):
    """A part of the corrections, the newest first."""

    results: list[CorrectionForm]
    next: str | None


@router.post("/pages/{version}/corrections", status_code=201)
def correct(version: Id, correction: ToAdd | ToChange, records: Store) -> Made:
    """Change, remove or add an attribution of a page."""
    with fitting(), records.writing() as record:
        page = record.page(version).page
        after = correction.after.attribution(page) if correction.after else None
        place = (correction.place[0], correction.place[1]) if correction.place else None
        made = record.correct(version, place, after, who=correction.who, note=correction.note)
    return Made(id=made)


@router.get("/corrections")
def corrections(
    records: Store,
    version: Annotated[int | None, Query(ge=0, le=MAX_ID, description="only those of this version of a page")] = None,
    undone: bool = True,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Corrections:
    """Return corrections, the newest first."""
    place = after(cursor, "corrections")
    if place is not None and [type(one) for one in place] != [int]:
        raise Problem(404, "not_found", NO_PLACE)
    before = None if place is None else int(place[0])
    with records.reading() as record:
        found = record.corrections(version=version, undone=undone, limit=limit + 1, before=before)
    shown = found[:limit]
    more = following((shown[-1].id,) if len(found) > limit else None, "corrections")
    return Corrections(results=[CorrectionForm.of(one) for one in shown], next=more)


@router.delete("/corrections/{correction}", status_code=204)
def undo(correction: Id, records: Store) -> Response:
    """Undo a correction and those that were built on it."""
    with records.writing() as record:
        record.undo(correction)
    return Response(status_code=204)


@router.get("/corrected.jsonl", response_class=StreamingResponse, responses=JSONL)
def corrected(records: Store) -> StreamingResponse:
    """Return the pages that people corrected as annotated pages, one a line."""
    return corrected_pages(records)
