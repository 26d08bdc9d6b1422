"""``selon add``: read pages into the record."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

import click

from selon.cli.failures import Failures
from selon.cli.inputs import INPUTS_HELP, Inputs, page_options
from selon.cli.reading import reading_options
from selon.cli.record import record_option
from selon.cli.stopping import Stopped, Stopper
from selon.errors import SelonError
from selon.page import Page
from selon.pages.options import Options
from selon.reading.reader import Reader
from selon.record.adding import Added
from selon.record.record import Record

# One process reads as fast as this on its own and needs no start: further ones pay off on long runs only.
MAX_DEFAULT_PROCESSES = 4


@click.command(
    help=f"""Read pages and keep who said what in the record, one SQLite file, to search and compare.

    {INPUTS_HELP}

    Pages that the record holds already are passed over; a page with another text becomes a new version of it, and both
    stay. Pages in languages that Selon does not read are kept as texts, to be searched for quotations. A run that was
    stopped, or even killed, is gone on with by running it again.
    """,
    epilog="""\b
Examples:
  selon add articles/ more.jsonl.gz
  selon add news.warc.gz --record news.db --processes 4
  selon add https://example.org/article.html
  selon add --again                            read everything anew that another model has read

\b
Exit codes: 0 all pages are in the record, 1 some could not be read (each is named on standard error),
2 wrong usage, 130 or 143 stopped by Ctrl-C or by a signal.""",
)
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@record_option
@click.option(
    "--again",
    is_flag=True,
    help="Read pages anew that another model has read (--thorough is one); without PATH, all of them.",
)
@reading_options
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=min(MAX_DEFAULT_PROCESSES, os.cpu_count() or 1),
    show_default="processors, at most 4",
    metavar="N",
    help="Read with N processes.",
)
@click.option("--quiet", is_flag=True, help="No progress bar and no count at the end.")
@page_options
def add(
    paths: tuple[str, ...],
    record: str,
    again: bool,
    language: str | None,
    min_confidence: float,
    thorough: bool,
    processes: int,
    quiet: bool,
    options: Options,
) -> None:
    """Read pages into the record; the command's help is written above it."""
    if not paths and not again and sys.stdin.isatty():
        raise click.UsageError("name pages to add, or - for standard input")
    names = list(paths) or ["-"]
    failures = Failures()
    inputs = Inputs(names, options, failures.report, quiet=quiet)
    reader = Reader(language, min_confidence=min_confidence, processes=processes, thorough=thorough)
    done = Added()
    try:
        with Stopper() as stopper, Record(record) as store:

            def note(now: Added) -> None:
                nonlocal done
                done = now
                stopper.check()

            with inputs.progress():
                if again and not paths:
                    done = store.read_again(reader, on_batch=note)
                else:
                    pages = _checked(inputs.pages(), stopper)
                    done = store.add(pages, reader, again=again, on_error=_unread(inputs), on_batch=note)
    except Stopped as stopped:
        click.echo(f"selon: stopped; {_told(done)}; run it again to go on", err=True)
        sys.exit(128 + stopped.signal)
    except SelonError as error:
        failures.report(str(error))
        sys.exit(1)
    if not quiet:
        click.echo(f"selon: {_told(done)}", err=True)
    failures.finish()


def _checked(pages: Iterator[Page], stopper: Stopper) -> Iterator[Page]:
    for page in pages:
        stopper.check()
        yield page


def _unread(inputs: Inputs) -> Callable[[Page, SelonError], None]:
    def unread(page: Page, error: SelonError) -> None:
        inputs.failed(str(error))

    return unread


def _told(done: Added) -> str:
    parts = [f"{done.new:,} new page{'s' * (done.new != 1)}"]
    if done.versions:
        parts.append(f"{done.versions:,} new version{'s' * (done.versions != 1)} of pages")
    if done.again:
        parts.append(f"{done.again:,} read again")
    if done.foreign:
        parts.append(f"{done.foreign:,} of them kept unread, in languages without a pack")
    if done.unchanged:
        parts.append(f"{done.unchanged:,} unchanged")
    parts.append(f"{done.attributions:,} attributions")
    return ", ".join(parts)
