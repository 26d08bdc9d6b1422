"""``selon read``: who said what on each page."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from itertools import chain

import click

from selon.cli.failures import Failures
from selon.cli.inputs import INPUTS_HELP, Inputs, page_options
from selon.cli.reading import reading_options
from selon.errors import LanguageError, SelonError
from selon.page import Page
from selon.pages.options import Options
from selon.reading.reader import Reader


@click.command(
    help=f"""Read pages and print who said what: each quotation, paraphrase and claim with its speaker.

    {INPUTS_HELP}
    """,
    epilog="""\b
Examples:
  selon read article.txt                       who said what, for people
  selon read article.txt --format html > a.html
  selon read *.txt pages.jsonl > record.jsonl  the exchange form, a page a line
  cat article.txt | selon read --language fr
  selon read saved.html news.warc.gz https://example.org/feed.xml
  selon read scraped.csv --text-field body --date-field published
  selon read pages/ --date 2017-06 --outlet "Le Jour"

\b
Exit codes: 0 all pages read, 1 some could not be (each is named on standard error), 2 wrong usage.""",
)
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "html"]),
    help="Output; text in a terminal, jsonl in a pipe.",
)
@reading_options
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Read with N processes; worth it from some hundred pages on.",
)
@click.option("--no-allegations", is_flag=True, help="Leave out who accuses whom: takes six tenths of the time.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@page_options
def read(
    paths: tuple[str, ...],
    form: str | None,
    language: str | None,
    min_confidence: float,
    thorough: bool,
    processes: int,
    no_allegations: bool,
    quiet: bool,
    options: Options,
) -> None:
    """Print who said what on pages; the command's help is written above it."""
    if not paths and sys.stdin.isatty():
        raise click.UsageError("name a file to read, or - for standard input")
    names = list(paths) or ["-"]
    form = form or ("text" if sys.stdout.isatty() else "jsonl")
    if thorough and no_allegations:
        raise click.UsageError("--thorough is about allegations, --no-allegations leaves them out: choose one")
    failures = Failures()
    inputs = Inputs(names, options, failures.report, quiet=quiet)
    reader = Reader(
        language,
        min_confidence=min_confidence,
        processes=processes,
        allegations=not no_allegations,
        thorough=thorough,
    )
    try:
        with inputs.progress():
            _write(reader.read_many(inputs.pages(), on_error=_unread(inputs)), form, names)
    except KeyboardInterrupt:
        click.echo("stopped; what was printed is complete", err=True)
        sys.exit(130)
    except SelonError as error:
        failures.report(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    failures.finish()


def _unread(inputs: Inputs) -> Callable[[Page, SelonError], None]:
    def unread(page: Page, error: SelonError) -> None:
        inputs.failed(f"{page.id or 'page'}: {error}" if isinstance(error, LanguageError) else str(error))

    return unread


def _write(pages: Iterator[Page], form: str, names: list[str]) -> None:
    if form == "jsonl":
        from selon.exchange.jsonl import jsonl_pieces

        _print(piece for page in pages for piece in chain(jsonl_pieces(page), "\n"))
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
