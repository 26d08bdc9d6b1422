"""What a user may say about the pages that are to be read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from selon.page import Page


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields of objects, and of the columns of tables, that hold a page; ``a.b`` is b inside a."""

    text: str = "text"
    id: str = "id"
    title: str = "title"
    date: str = "date"
    outlet: str = "outlet"
    author: str = "author"
    url: str = "url"
    language: str = "language"


@dataclass(frozen=True, slots=True)
class Options:
    """How pages are to be opened.

    Attributes:
        fields: names of the fields or columns of pages in JSON, CSV and Parquet.
        date: date in EDTF for pages that state none.
        outlet: outlet for pages that state none.
        encoding: encoding of text, CSV and HTML, where it cannot be told from the bytes; None tells it.
        full_text: fetch the page of each entry of a feed instead of taking what the feed holds.
        allow_private: let web addresses lead to private, loopback and link-local hosts.
    """

    fields: Fields = field(default_factory=Fields)
    date: str | None = None
    outlet: str | None = None
    encoding: str | None = None
    full_text: bool = False
    allow_private: bool = False

    def complete(self, page: Page) -> Page:
        """Return ``page`` with the date and outlet of these options where it states none."""
        if (page.date or not self.date) and (page.outlet or not self.outlet):
            return page
        return replace(page, date=page.date or self.date, outlet=page.outlet or self.outlet)
