"""What a visitor gives to be read: a text, an address, or a file; opened as the command line opens it, but bounded."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from selon.edtf import is_edtf
from selon.errors import InputError, LanguageError, SelonError
from selon.page import Page
from selon.pages.options import Options
from selon.pages.source import is_address, open_pages
from selon.reading.reader import Reader
from selon.web.headings import heading
from selon.web.problems import Problem

# A text that is pasted; a long report has a tenth of this. Reading it takes a few seconds.
MAX_TEXT = 1_000_000
# Pages of one file that are read while the visitor waits; collections are for `selon add`.
MAX_PAGES = 25
MAX_ADDRESS = 4_000
MAX_FACT = 1_000


@dataclass(frozen=True)
class Given:
    """What is to be read.

    Attributes:
        text: the page's text, if it was pasted.
        address: its web address: where it is to be fetched, or where a pasted text comes from.
        file: bytes of a file, if one was sent, and its name.
        title, outlet, date, language: what is known of the page.
    """

    text: str = ""
    address: str = ""
    file: bytes = b""
    name: str = ""
    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Opened:
    """The pages that were read, why others could not be, and whether there were more."""

    pages: tuple[Page, ...]
    failures: tuple[str, ...]
    more: bool


def read_given(given: Given, allow_private: bool = False) -> Opened:
    """Open and read what a visitor gave.

    Raises:
        Problem: if nothing was given, or something that is no date or address.
    """
    _check(given)
    pages: list[Page] = []
    failures: list[str] = []
    more = False
    for item in islice(_opened(given, allow_private), MAX_PAGES + 1):
        if len(pages) + len(failures) >= MAX_PAGES:
            more = True
        elif isinstance(item, InputError):
            failures.append(str(item))
        elif len(item.text) > MAX_TEXT:
            failures.append(f"{item.id}: longer than {MAX_TEXT} characters; read it with `selon add`")
        else:
            pages.append(item)

    def failed(page: Page, error: SelonError) -> None:
        failures.append(f"{page.id}: {error}" if isinstance(error, LanguageError) and page.id else str(error))

    read = tuple(Reader(given.language).read_many(pages, on_error=failed))
    return Opened(read, tuple(failures), more)


def _check(given: Given) -> None:
    if not (given.text or given.address or given.file):
        raise Problem(422, "invalid", "nothing to read: give a text, an address or a file")
    if given.address and not is_address(given.address):
        raise Problem(422, "invalid", "an address begins with http:// or https://")
    if given.date and not is_edtf(given.date):
        raise Problem(422, "invalid", f"{given.date!r} is no date; write YYYY, YYYY-MM or YYYY-MM-DD")


def _opened(given: Given, allow_private: bool) -> Iterator[Page | InputError]:
    options = Options(date=given.date, outlet=given.outlet, allow_private=allow_private)
    if given.text:
        yield Page(
            given.text,
            id=f"text-{_digest(given.text.encode('utf-8', 'surrogatepass'))}",
            url=given.address or None,
            title=given.title or heading(given.text),
            outlet=given.outlet,
            date=given.date,
            language=given.language,
        )
    elif given.file:
        yield from _from_file(given, options)
    else:
        yield from open_pages([given.address], options=options)


def _from_file(given: Given, options: Options) -> Iterator[Page | InputError]:
    """The pages of a file that was sent; it lies in a folder of its own meanwhile, under a name of ours."""
    with tempfile.TemporaryDirectory(prefix="selon-") as folder:
        path = Path(folder, "file" + _suffix(given.name))
        path.write_bytes(given.file)
        # a page named by nothing but its file is named by the file's content too: many files have the same name
        name = f"{Path(given.name).stem[:100] or 'file'}-{_digest(given.file)}"
        for item in open_pages([str(path)], options=options):
            if isinstance(item, InputError):
                yield InputError(str(item).replace(str(path), given.name[:100]))
            else:
                own = item.id == path.stem
                title = item.title or (given.title or heading(item.text) if own else None)
                yield replace(item, id=name if own else item.id, title=title)


def _suffix(name: str) -> str:
    """The ending of a file's name if it is a plain one; it helps to tell what the file holds."""
    suffix = Path(name).suffix
    return suffix.lower() if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 10 else ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
