"""The options of every command that takes pages, and the progress bar of reading them."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from selon.edtf import is_edtf
from selon.errors import InputError
from selon.page import Page
from selon.pages.options import Fields, Options
from selon.pages.source import open_pages, size_of

if TYPE_CHECKING:
    from rich.progress import Progress

# Input of at least so many bytes takes seconds to read and gets a progress bar.
LONG_INPUT = 1_000_000

# What a command's help says about its PATH; the options stand in the help below it.
INPUTS_HELP = """PATH is a page or many: text, saved HTML, JSON lines or an array, CSV, Parquet, a web archive (WARC), a
    feed (RSS, Atom, JSON), a ZIP archive or folder of these, a pattern ("2017-*/*.html"), a web address, or - for
    standard input. What it is, Selon tells from its content."""

_FIELDS = {
    "text": "Field or column that holds the text.",
    "id": "Field of the identifier.",
    "title": "Field of the title.",
    "date": "Field of the date.",
    "outlet": "Field of the outlet.",
    "author": "Field of the author.",
    "url": "Field of the address.",
    "language": "Field of the language.",
}


def _date(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_edtf(value):
        raise click.BadParameter(f"'{value}' is no date; write YYYY, YYYY-MM or YYYY-MM-DD")
    return value


def _encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    try:
        "".encode(value or "utf-8")
    except (LookupError, ValueError):
        raise click.BadParameter(f"'{value}' is no encoding; for example utf-8, cp1252") from None
    return value


def page_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options about its pages; it receives them as one argument, ``options``."""

    @functools.wraps(command)
    def wrapped(**values: Any) -> None:
        fields = Fields(**{name: values.pop(f"{name}_field") or getattr(Fields(), name) for name in _FIELDS})
        names = ("date", "outlet", "encoding", "full_text", "allow_private")
        command(options=Options(fields, **{name: values.pop(name) for name in names}), **values)

    decorators = [
        *(
            click.option(f"--{name}-field", metavar="NAME", help=f"{text} [default: {name}]")
            for name, text in _FIELDS.items()
        ),
        click.option("--date", callback=_date, metavar="DATE", help="Date of pages that state none, like 2017-06-03."),
        click.option("--outlet", metavar="NAME", help="Outlet of pages that state none."),
        click.option("--encoding", callback=_encoding, metavar="NAME", help="Encoding of text, CSV and HTML."),
        click.option("--full-text", is_flag=True, help="Fetch the page of each entry of a feed."),
        click.option("--allow-private", is_flag=True, help="Fetch from private and loopback addresses too."),
    ]
    result: Callable[..., None] = wrapped
    for decorator in reversed(decorators):
        result = decorator(result)
    return result


class Inputs:
    """The pages that a command was given, as a stream, with what could not be read reported and counted.

    Args:
        names: what the user named.
        options: of the pages.
        report: is called with the message of each page that cannot be read.
        quiet: show no progress bar, however long the input.
    """

    def __init__(self, names: list[str], options: Options, report: Callable[[str], None], *, quiet: bool) -> None:
        self._names = names
        self._options = options
        self._report = report
        self._quiet = quiet
        self._bar: Progress | None = None
        self._task: Any = None
        self._pages = self._words = self._failures = 0

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Show a progress bar on standard error meanwhile, if that is a terminal and the input is long."""
        size = None if self._quiet or not sys.stderr.isatty() else size_of(self._names)
        unknown_but_silent = size is None and not sys.stdout.isatty()
        if self._quiet or not sys.stderr.isatty() or not (unknown_but_silent or (size or 0) >= LONG_INPUT):
            yield
            return
        with _bar() as self._bar:
            self._task = self._bar.add_task("reading", total=size, pages=0, words=0, failures=0)
            yield

    def pages(self) -> Iterator[Page]:
        """Yield the pages that can be opened, in order."""
        for item in open_pages(self._names, self._advance, self._options):
            if isinstance(item, InputError):
                self.failed(str(item))
            else:
                if self._bar is not None:
                    self._pages += 1
                    self._words += item.text.count(" ") + 1
                    self._update()
                yield item

    def failed(self, message: str) -> None:
        """Report a page that cannot be read, and count it in the bar."""
        self._failures += 1
        self._report(message)
        self._update()

    def _advance(self, size: int) -> None:
        if self._bar is not None:
            self._bar.advance(self._task, size)

    def _update(self) -> None:
        if self._bar is not None:
            elapsed = self._bar.tasks[0].elapsed or 0
            speed = self._words / elapsed if elapsed else 0
            self._bar.update(self._task, pages=self._pages, words=speed, failures=self._failures)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[pages]:,} pages · {task.fields[words]:,.0f} words a second"),
        TextColumn("· {task.fields[failures]:,} not read ·"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
