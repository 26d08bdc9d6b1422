"""``selon follow``: who said what on the new pages of feeds, as they appear."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import click

from selon.cli import following
from selon.cli.failures import Failures
from selon.cli.following import Delivery, Follower, Kept, Lines
from selon.cli.reading import reading_options
from selon.cli.stopping import Stopped, Stopper
from selon.errors import InputError, SelonError
from selon.pages.feedlist import MAX_LIST_BYTES, read_feed_list
from selon.pages.followed import Followed, Output
from selon.pages.web import Fetcher
from selon.reading.reader import Reader
from selon.record.record import Record

# Seconds between two looks at a feed: what feed readers commonly do, and few newsrooms are faster.
EVERY = 900
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@click.command(
    epilog="""\b
Examples:
  selon follow https://example.org/rss >> record.jsonl
  selon follow feeds.opml --every 300 >> record.jsonl
  selon follow feeds.txt --once --raw | selon read
  selon follow feeds.txt --record news.db

\b
Exit codes: 0 done (with --once), 1 some could not be read (each is named on standard error),
2 wrong usage, 130 or 143 stopped by Ctrl-C or by a signal."""
)
@click.argument("feeds", nargs=-1, required=True, metavar="FEEDS...")
@click.option(
    "--every",
    type=click.FloatRange(1),
    default=EVERY,
    show_default=True,
    metavar="SECONDS",
    help="Look at the feeds again after so long.",
)
@click.option("--once", is_flag=True, help="Look once and end.")
@click.option(
    "--state",
    default="selon-follow.db",
    show_default=True,
    metavar="FILE",
    help="Where to remember what has been seen.",
)
@click.option("--no-fetch", is_flag=True, help="Take the text in the feed itself instead of fetching each page.")
@click.option("--record", metavar="FILE", help="Keep the pages in a record, as selon add does.")
@click.option("--raw", is_flag=True, help="Print the pages unread: id, url, title, date, outlet, text.")
@reading_options
@click.option("--allow-private", is_flag=True, help="Also fetch from addresses that are not on the public internet.")
def follow(
    feeds: tuple[str, ...],
    every: float,
    once: bool,
    state: str,
    no_fetch: bool,
    record: str | None,
    raw: bool,
    language: str | None,
    min_confidence: float,
    thorough: bool,
    allow_private: bool,
) -> None:
    """Follow feeds and print who said what on each new page, as JSON lines, or keep it in a record.

    FEEDS are addresses of RSS, Atom or JSON feeds, files with an address a line, or OPML files.

    What was printed is remembered: a run that was stopped, or even killed, is gone on with. Where the output is a file
    that is appended to, no page is lost or doubled.
    """
    if record is not None and raw:
        raise click.UsageError("--raw prints pages unread, --record keeps them read: choose one")
    failures = Failures()
    try:
        with ExitStack() as stack:
            stopper = stack.enter_context(Stopper())
            addresses = _addresses(feeds, failures)
            followed = stack.enter_context(closing(Followed(state)))
            reader = Reader(language, min_confidence=min_confidence, thorough=thorough)
            delivery: Delivery
            if record is not None:
                delivery = Kept(followed, stack.enter_context(Record(record)), stopper, reader)
            else:
                line = following.raw if raw else following.reading(reader)
                delivery = Lines(followed, Output(sys.stdout.fileno()), stopper, line)
            follower = Follower(
                fetcher=stack.enter_context(Fetcher(allow_private=allow_private)),
                followed=followed,
                delivery=delivery,
                stopper=stopper,
                failures=failures,
                fetch_pages=not no_fetch,
                every=every,
            )
            follower.run(addresses, once=once)
    except Stopped as stopped:
        click.echo("selon: stopped; what was printed is complete", err=True)
        sys.exit(128 + stopped.signal)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except SelonError as error:
        failures.report(str(error))
        sys.exit(1)
    except sqlite3.Error as error:
        failures.report(f"{state}: {error}")
        sys.exit(1)
    failures.finish()


def _addresses(names: tuple[str, ...], failures: Failures) -> list[str]:
    """The addresses of all feeds named or listed, each once, in their order.

    Raises:
        InputError: if there is none.
    """
    addresses: dict[str, None] = {}
    for name in names:
        try:
            for item in [name] if _ADDRESS.match(name) else _listed(name):
                if isinstance(item, InputError):
                    failures.report(str(item))
                else:
                    addresses[item] = None
        except InputError as error:
            failures.report(str(error))
    if not addresses:
        raise InputError("no feeds to follow")
    return list(addresses)


def _listed(name: str) -> Iterator[str | InputError]:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_LIST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_LIST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{name}: {reason}; name a feed's address (https://…), or a file that lists feeds") from None
    return read_feed_list(data, "standard input" if name == "-" else name)
