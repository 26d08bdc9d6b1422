"""Collected attributions as a table and as a list of citations with addresses and dates."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

# Spreadsheets take cells that begin so for formulas, and pages are hostile.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "words", "speaker", "source", "kind", "outlet", "title", "date", "url", "language", "read_at", "note", "version",
    "start", "end",
)  # fmt: skip


class Cited(Protocol):
    """An attribution that was collected.

    ``words`` are the reported words, ``source`` the page's words for who speaks, ``read_at`` when the page was read in
    UTC (ISO 8601), ``start`` and ``end`` the words' place in the page's text in code points, end exclusive.
    """

    @property
    def words(self) -> str: ...  # noqa: D102
    @property
    def speaker(self) -> str | None: ...  # noqa: D102
    @property
    def outlet(self) -> str | None: ...  # noqa: D102
    @property
    def author(self) -> str | None: ...  # noqa: D102
    @property
    def title(self) -> str | None: ...  # noqa: D102
    @property
    def date(self) -> str | None: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102
    @property
    def read_at(self) -> str: ...  # noqa: D102
    @property
    def note(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


def to_csv(items: Iterable[Cited]) -> Iterator[str]:
    """Yield a table as CSV (RFC 4180), a row an attribution; no cell is a formula to a spreadsheet."""
    yield _row(_COLUMNS)
    for item in items:
        yield _row([_cell(getattr(item, name, None)) for name in _COLUMNS])


def to_citations(
    items: Iterable[Cited], unknown: str = "[…]", own: Callable[[Cited], str] | None = None
) -> Iterator[str]:
    """Yield each attribution as a citation, one a line, in the order of a list of references.

    ``Speaker: “words”. In: Author, “Title”, Outlet, date. Address (read on day).``; ``unknown`` stands for nobody.
    ``own`` gives the address of words of a page that has none itself, such as text that was pasted.
    """
    for item in items:
        title = f"“{_line(item.title)}”" if item.title else ""
        where = ", ".join(_line(part) for part in (item.author, title, item.outlet, item.date) if part)
        address = item.url or (own(item) if own else "")
        day = item.read_at[:10]
        end = f"{_line(address)} (read on {day})." if address else f"(Read on {day}.)"
        parts = (f"{_line(item.speaker or unknown)}: “{_line(item.words)}”.", f"In: {where}." if where else "", end)
        yield " ".join(part for part in parts if part) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
