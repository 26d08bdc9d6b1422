"""Read a page that is sent."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from selon.exchange.jsonl import to_dict
from selon.languages.pack import available
from selon.web.api.common import DATE, Body, Store
from selon.web.intake import MAX_ADDRESS, MAX_FACT, MAX_TEXT, Given, read_given
from selon.web.problems import Problem

router = APIRouter(tags=["read"])

Fact = Annotated[str | None, Field(max_length=MAX_FACT)]


class Facts(Body):
    """What is known of a page."""

    model_config = ConfigDict(extra="forbid", str_max_length=MAX_TEXT)
    title: Fact = None
    outlet: Fact = None
    date: Annotated[str | None, Field(pattern=DATE)] = None
    language: Annotated[str | None, Field(pattern=f"^({'|'.join(available())})$")] = None
    keep: Annotated[bool, Field(description="keep the pages in the record")] = False


class TextToRead(Facts):
    """A page's text, and the address that it comes from, if it has one."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    source_url: Annotated[str | None, Field(pattern="^https?://", max_length=MAX_ADDRESS)] = None


class AddressToRead(Facts):
    """The address that a page is fetched from."""

    url: Annotated[str, Field(pattern="^https?://", max_length=MAX_ADDRESS)]


class WasRead(BaseModel):
    """Pages in the exchange form, their versions' numbers if they were kept, and what could not be read."""

    pages: list[dict[str, Any]]
    versions: list[int]
    failures: list[str]


@router.post("/read")
def read(request: Request, given: TextToRead | AddressToRead, records: Store) -> WasRead:
    """Read a page and return who says what in it; keep it in the record if asked to."""
    settings = request.app.state.settings
    if given.keep and settings.read_only:
        raise Problem(403, "read_only")
    text, address = (given.text, given.source_url) if isinstance(given, TextToRead) else ("", given.url)
    opened = read_given(
        Given(text, address or "", title=given.title, outlet=given.outlet, date=given.date, language=given.language),
        settings.allow_private,
    )
    versions = []
    if given.keep and opened.pages:
        with records.writing() as record:
            record.store(opened.pages)
            versions = [record.page(page.url or page.id).version for page in opened.pages]
    return WasRead(pages=[to_dict(page) for page in opened.pages], versions=versions, failures=list(opened.failures))
