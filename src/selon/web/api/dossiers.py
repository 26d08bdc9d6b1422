"""Dossiers: attributions that were put together, with notes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from selon.record.dossiers import Dossier, DossierItem
from selon.web.api.common import Body, Id, Place, Store, fitting
from selon.web.api.corrections import Made
from selon.web.handling import MAX_ID

router = APIRouter(tags=["dossiers"])

Note = Annotated[str, Field(max_length=20_000)]


class ToMake(Body):
    """A dossier to make; there is one of each name."""

    name: Annotated[str, Field(pattern=r"\S", max_length=200)]
    note: Note = ""


class ToCollect(Body):
    """Words of a page to put into a dossier: ``[start, end)`` in code points of the text of that version."""

    version: Annotated[int, Field(ge=0, le=MAX_ID)]
    place: Place
    note: Note = ""


class Dossiers(BaseModel):
    """All dossiers."""

    results: list[Dossier]


class Held(BaseModel):
    """A dossier with what it holds."""

    dossier: Dossier
    items: list[DossierItem]


@router.get("/dossiers")
def dossiers(records: Store) -> Dossiers:
    """Return all dossiers by name."""
    with records.reading() as record:
        return Dossiers(results=list(record.dossiers()))


@router.post("/dossiers", status_code=201)
def create(dossier: ToMake, records: Store) -> Made:
    """Make a dossier, or find the one of that name."""
    with records.writing() as record:
        return Made(id=record.create_dossier(dossier.name, dossier.note))


@router.get("/dossiers/{dossier}")
def held(dossier: Id, records: Store) -> Held:
    """Return a dossier with what it holds."""
    with records.reading() as record:
        return Held(dossier=record.dossier(dossier), items=list(record.dossier_items(dossier)))


@router.delete("/dossiers/{dossier}", status_code=204)
def delete(dossier: Id, records: Store) -> Response:
    """Delete a dossier with its items."""
    with records.writing() as record:
        record.dossier(dossier)
        record.delete_dossier(dossier)
    return Response(status_code=204)


@router.post("/dossiers/{dossier}/items", status_code=201)
def collect(dossier: Id, item: ToCollect, records: Store) -> Made:
    """Put words of a page into a dossier, once."""
    with fitting(), records.writing() as record:
        return Made(id=record.collect(dossier, item.version, item.place[0], item.place[1], item.note))


@router.delete("/dossiers/{dossier}/items/{item}", status_code=204)
def take_out(dossier: Id, item: Id, records: Store) -> Response:
    """Take an item out of a dossier."""
    with records.writing() as record:
        record.dossier(dossier)
        record.take_out(dossier, item)
    return Response(status_code=204)
