"""Follow feeds: look, take what is new, put it out or keep it, remember what was seen."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import click

from selon.cli.failures import Failures
from selon.cli.stopping import Stopper
from selon.errors import InputError, LanguageError, SelonError
from selon.page import Page
from selon.pages.followed import Entry, Followed, Output
from selon.pages.text import decode
from selon.pages.web import Fetcher
from selon.reading.reader import Reader
from selon.record.record import Record

# What pages of news come as; XML is how some servers name XHTML.
_HTML = frozenset({None, "text/html", "application/xhtml+xml", "application/xml", "text/xml"})


class Delivery(Protocol):
    """Where new pages go."""

    def finish(self) -> None:
        """Bring what a killed run began to its end."""

    def deliver(self, page: Page, entry: Entry) -> None:
        """Deliver a page and mark its entry as seen, or raise what is wrong with the page."""


@dataclass
class Lines:
    """Pages go out as lines, each of them what ``line`` makes of it, once in a file that is appended to."""

    followed: Followed
    output: Output
    stopper: Stopper
    line: Callable[[Page], str]

    def finish(self) -> None:
        """Write the rest of a line that a killed run left unfinished."""
        with self.stopper.held():
            self.followed.finish(self.output)

    def deliver(self, page: Page, entry: Entry) -> None:
        """Write a page's line."""
        data = f"{self.line(page)}\n".encode()
        with self.stopper.held():
            self.followed.put_out(entry, data, self.output)


@dataclass
class Kept:
    """Pages go into a record, which knows by itself what it has."""

    followed: Followed
    record: Record
    stopper: Stopper
    reader: Reader

    def finish(self) -> None:
        """Do nothing: a page that was kept but not marked as seen is found unchanged the next time."""

    def deliver(self, page: Page, entry: Entry) -> None:
        """Read a page into the record."""
        with self.stopper.held():
            self.record.add([page], self.reader)
            self.followed.done(entry)


@dataclass
class Follower:
    """Looks at feeds and delivers their new pages."""

    fetcher: Fetcher
    followed: Followed
    delivery: Delivery
    stopper: Stopper
    failures: Failures
    fetch_pages: bool
    every: float
    count: int = field(default=0, init=False)

    def run(self, addresses: list[str], *, once: bool) -> None:
        """Look at all feeds, once or again and again."""
        self.delivery.finish()
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
            self.delivery.deliver(self._page(page, entry), entry)
        except LanguageError as error:
            # that will not change
            self.failures.report(f"{_place(entry)}: {error}")
            self.followed.done(entry)
            return True
        except SelonError as error:
            given_up = self.followed.failed(entry, self.every)
            self.failures.report(f"{error}{' (given up)' if given_up else ''}")
            return given_up
        self.count += 1
        return True

    def _page(self, page: Page, entry: Entry) -> Page:
        """The page behind an entry, with what only the feed states of it."""
        if not self.fetch_pages or page.url is None:
            if not page.text.strip():
                why = "without an address and text" if page.url is None else "without text of its own; fetch its page"
                raise InputError(f"{_place(entry)}: an entry {why}")
            return replace(page, id=entry.id)
        from selon.pages.feed import behind
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
        return replace(behind(page, full), id=entry.id, url=full.url or got.final_url)


def _identifier(page: Page) -> str:
    """What tells an entry from the others of its feed."""
    if page.id or page.url:
        return page.id or str(page.url)
    told = json.dumps([page.title, page.date, page.text])
    return hashlib.sha256(told.encode()).hexdigest()


def _place(entry: Entry) -> str:
    return entry.url or f"{entry.feed}, entry {entry.id[:80]}"


def reading(reader: Reader) -> Callable[[Page], str]:
    """Return what makes of a page the line of its exchange form, read."""
    from selon.exchange.jsonl import to_jsonl

    return lambda page: to_jsonl(reader.read(page))


def raw(page: Page) -> str:
    """Return a page's line unread: identifier, address, title, date, outlet, text."""
    shown = {name: getattr(page, name) for name in ("id", "url", "title", "date", "outlet", "text")}
    line = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    # lone surrogates have no UTF-8 form: such a line is written in ASCII with escapes
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(shown, separators=(",", ":"))
    return line
