"""``selon follow``: who said what on the new pages of feeds, as they appear."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from selon.cli.failures import Failures
from selon.cli.reading import reading_options
from selon.cli.stopping import Stopped, Stopper
from selon.errors import InputError, LanguageError, SelonError
from selon.exchange.jsonl import to_jsonl
from selon.page import Page
from selon.pages.feedlist import MAX_LIST_BYTES, read_feed_list
from selon.pages.followed import Entry, Followed, Output
from selon.pages.text import decode
from selon.pages.web import Fetcher
from selon.reading.reader import Reader

# Seconds between two looks at a feed: what feed readers commonly do, and few newsrooms are faster.
EVERY = 900
# What pages of news come as; XML is how some servers name XHTML.
_HTML = frozenset({None, "text/html", "application/xhtml+xml", "application/xml", "text/xml"})
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@click.command(
    epilog="""\b
Examples:
  selon follow https://example.org/rss >> record.jsonl
  selon follow feeds.opml --every 300 >> record.jsonl
  selon follow feeds.txt --once --raw | selon read

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
@click.option("--raw", is_flag=True, help="Print the pages unread: id, url, title, date, outlet, text.")
@reading_options
@click.option("--allow-private", is_flag=True, help="Also fetch from addresses that are not on the public internet.")
def follow(
    feeds: tuple[str, ...],
    every: float,
    once: bool,
    state: str,
    no_fetch: bool,
    raw: bool,
    language: str | None,
    min_confidence: float,
    allow_private: bool,
) -> None:
    """Follow feeds and print who said what on each new page, as JSON lines.

    FEEDS are addresses of RSS, Atom or JSON feeds, files with an address a line, or OPML files.

    What was printed is remembered: a run that was stopped, or even killed, is gone on with. Where the output is a file
    that is appended to, no page is lost or doubled.
    """
    failures = Failures()
    try:
        with ExitStack() as stack:
            stopper = stack.enter_context(Stopper())
            addresses = _addresses(feeds, failures)
            follower = _Follower(
                fetcher=stack.enter_context(Fetcher(allow_private=allow_private)),
                followed=stack.enter_context(closing(Followed(state))),
                output=Output(sys.stdout.fileno()),
                stopper=stopper,
                failures=failures,
                line=_raw if raw else _reading(Reader(language, min_confidence=min_confidence)),
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


@dataclass
class _Follower:
    """Looks at feeds and puts out their new pages, each as what ``line`` makes of it."""

    fetcher: Fetcher
    followed: Followed
    output: Output
    stopper: Stopper
    failures: Failures
    line: Callable[[Page], str]
    fetch_pages: bool
    every: float
    count: int = field(default=0, init=False)

    def run(self, addresses: list[str], *, once: bool) -> None:
        with self.stopper.held():
            self.followed.finish(self.output)
        while True:
            began = time.monotonic()
            before, failed = self.count, self.failures.count
            for address in addresses:
                self._look(address)
            if once:
                return
            pause = max(0.0, began + self.every - time.monotonic())
            if sys.stderr.isatty():
                new, bad = self.count - before, self.failures.count - failed
                at = time.strftime("%H:%M:%S", time.localtime(time.time() + pause))
                click.echo(f"selon: {new} new, {bad} not read; looking again at {at}", err=True)
            time.sleep(pause)

    def _look(self, address: str) -> None:
        # the parsers take long to load, which the other commands must not pay for
        from selon.pages.feed import read_feed

        self.stopper.check()
        complete = True
        try:
            got = self.fetcher.fetch(address, validators=self.followed.validators(address))
            if got.not_modified:
                return
            for page in read_feed(got.body, address, got.final_url, keep_empty=True):
                if isinstance(page, InputError):
                    self.failures.report(str(page))
                else:
                    complete &= self._take(page, Entry(address, _identifier(page), page.url))
        except InputError as error:
            self.failures.report(str(error))
            return
        # a feed with entries still to be tried must be sent again
        if complete:
            self.followed.remember(address, got.validators)

    def _take(self, page: Page, entry: Entry) -> bool:
        """Put an entry out if it is new; return False if it has to be tried another time."""
        self.stopper.check()
        if self.followed.seen(entry):
            return True
        if not self.followed.due(entry):
            return False
        try:
            line = self.line(self._page(page, entry))
        except LanguageError as error:
            # that will not change
            self.failures.report(f"{_place(entry)}: {error}")
            self.followed.done(entry)
            return True
        except SelonError as error:
            given_up = self.followed.failed(entry, self.every)
            self.failures.report(f"{error}{' (given up)' if given_up else ''}")
            return given_up
        data = f"{line}\n".encode()
        with self.stopper.held():
            self.followed.put_out(entry, data, self.output)
        self.count += 1
        return True

    def _page(self, page: Page, entry: Entry) -> Page:
        """The page behind an entry, with what only the feed states of it."""
        if not self.fetch_pages or page.url is None:
            if not page.text.strip():
                why = "without an address and text" if page.url is None else "without text of its own; fetch its page"
                raise InputError(f"{_place(entry)}: an entry {why}")
            return replace(page, id=entry.id)
        from selon.pages.html import read_html

        got = self.fetcher.fetch(page.url)
        name = page.url
        if got.content_type == "text/plain":
            full = Page(decode(got.body, name))
        elif got.content_type in _HTML:
            full = read_html(got.body, name, url=got.final_url, charset=got.charset)
        else:
            raise InputError(f"{name}: {got.content_type}, no page of text")
        if not full.text.strip():
            raise InputError(f"{name}: no text")
        return replace(
            full,
            id=entry.id,
            url=full.url or got.final_url,
            title=full.title or page.title,
            date=full.date or page.date,
            outlet=full.outlet or page.outlet,
            author=full.author or page.author,
            language=full.language or page.language,
        )


def _identifier(page: Page) -> str:
    """What tells an entry from the others of its feed."""
    if page.id or page.url:
        return page.id or str(page.url)
    told = json.dumps([page.title, page.date, page.text])
    return hashlib.sha256(told.encode()).hexdigest()


def _place(entry: Entry) -> str:
    return entry.url or f"{entry.feed}, entry {entry.id[:80]}"


def _reading(reader: Reader) -> Callable[[Page], str]:
    return lambda page: to_jsonl(reader.read(page))


def _raw(page: Page) -> str:
    shown = {name: getattr(page, name) for name in ("id", "url", "title", "date", "outlet", "text")}
    line = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    # lone surrogates have no UTF-8 form: such a line is written in ASCII with escapes
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(shown, separators=(",", ":"))
    return line


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
