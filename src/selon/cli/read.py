"""``selon read``: who said what on each page."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from selon.errors import InputError, LanguageError, SelonError
from selon.languages.pack import available
from selon.page import Page
from selon.pages.source import open_pages, size_of
from selon.reading.reader import Reader

if TYPE_CHECKING:
    from rich.progress import Progress

# Input of at least so many bytes takes seconds to read and gets a progress bar.
LONG_INPUT = 1_000_000


@click.command(
    epilog="""\b
Examples:
  selon read article.txt                       who said what, for people
  selon read article.txt --format html > a.html
  selon read *.txt pages.jsonl > record.jsonl  the exchange form, a page a line
  cat article.txt | selon read --language fr

\b
Exit codes: 0 all pages read, 1 some could not be (each is named on standard error), 2 wrong usage."""
)
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "html"]),
    help="Output; text in a terminal, jsonl in a pipe.",
)
@click.option(
    "--language", metavar="CODE", help="Read every page in this language (fr, en) instead of telling it from the words."
)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="P",
    help="Leave out attributions less sure than P, from 0 to 1.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Read with N processes; worth it from some hundred pages on.",
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def read(
    paths: tuple[str, ...], form: str | None, language: str | None, min_confidence: float, processes: int, quiet: bool
) -> None:
    """Read pages and print who said what: each quotation, paraphrase and claim with its speaker.

    PATH is a text file, a file of JSON lines ({"id": …, "text": …} a line), or - for standard input.
    """
    if not paths and sys.stdin.isatty():
        raise click.UsageError("name a file to read, or - for standard input")
    if language is not None and language not in available():
        raise click.BadParameter(
            f"no language pack for '{language}'; there are: {', '.join(available())}", param_hint="--language"
        )
    names = list(paths) or ["-"]
    form = form or ("text" if sys.stdout.isatty() else "jsonl")
    failures = _Failures()
    reader = Reader(language, min_confidence=min_confidence, processes=processes)
    bar = None if quiet else _bar(names)
    try:
        with bar or nullcontext():
            pages = reader.read_many(_good(names, failures, bar), on_error=failures.unread)
            _write(pages, form, names)
    except KeyboardInterrupt:
        click.echo("stopped; what was printed is complete", err=True)
        sys.exit(130)
    except SelonError as error:
        failures.report(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    failures.finish()


class _Failures:
    """Counts and reports what could not be read."""

    def __init__(self) -> None:
        self.count = 0

    def report(self, message: str) -> None:
        self.count += 1
        click.echo(f"selon: {_printable(message)}", err=True)

    def unread(self, page: Page, error: SelonError) -> None:
        name = page.id or "page"
        self.report(f"{name}: {error}" if isinstance(error, LanguageError) else str(error))

    def finish(self) -> None:
        if self.count:
            click.echo(f"selon: {self.count} input{'s' * (self.count > 1)} not read", err=True)
            sys.exit(1)


def _printable(message: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in message)


def _good(names: list[str], failures: _Failures, bar: Progress | None) -> Iterator[Page]:
    advance = None
    if bar is not None:
        task = bar.add_task("reading", total=size_of(names))

        def advance(count: int) -> None:
            bar.advance(task, count)

    for item in open_pages(names, advance):
        if isinstance(item, InputError):
            failures.report(str(item))
        else:
            yield item


def _bar(names: list[str]) -> Any:
    """A progress bar on standard error, for long input in a terminal; None otherwise."""
    size = size_of(names)
    if not sys.stderr.isatty() or (size is not None and size < LONG_INPUT) or (size is None and sys.stdout.isatty()):
        return None
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    ]
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _write(pages: Iterator[Page], form: str, names: list[str]) -> None:
    if form == "jsonl":
        from selon.exchange.jsonl import to_jsonl

        _print(to_jsonl(page) + "\n" for page in pages)
    elif form == "html":
        from selon.exchange.html import end_document, start_document, to_html

        def document() -> Iterator[str]:
            yield start_document(names[0] if len(names) == 1 else "Who said what")
            for number, page in enumerate(pages, 1):
                yield from to_html(page, number)
            yield end_document()

        _print(document())
    else:
        from shutil import get_terminal_size

        from selon.exchange.text import COLOUR, PLAIN, to_text

        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        width = min(get_terminal_size().columns, 120)
        _print(line + "\n" for page in pages for line in (*to_text(page, width, COLOUR if colour else PLAIN), ""))


def _print(pieces: Iterator[str]) -> None:
    """Write to standard output in UTF-8 whatever the locale, each piece as soon as it is there."""
    out = sys.stdout.buffer
    for piece in pieces:
        out.write(piece.encode("utf-8", "replace"))
        if sys.stdout.isatty() or piece.endswith("\n"):
            out.flush()
