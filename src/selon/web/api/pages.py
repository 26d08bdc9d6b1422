"""Pages of the record."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from selon.exchange.jsonl import to_dict
from selon.record.results import Counts
from selon.web.api.common import Id, Store

router = APIRouter(tags=["pages"])


class PageForm(BaseModel):
    """A version of a page: the page in the exchange form, corrections applied, and what the record knows of it."""

    version: int
    versions: list[int]
    key: str
    model: str
    read_at: str
    page: dict[str, Any]


@router.get("/counts")
def counts(records: Store) -> Counts:
    """Return how much the record holds."""
    with records.reading() as record:
        return record.counts()


@router.get("/pages/{version}")
def page(version: Id, records: Store) -> PageForm:
    """Return a version of a page by its number, with what was found on it and what people corrected."""
    with records.reading() as record:
        stored = record.page(version)
    return PageForm(
        version=stored.version, versions=list(stored.versions), key=stored.key, model=stored.model,
        read_at=stored.read_at, page=to_dict(stored.page),
    )  # fmt: skip
