"""What all pages build on, worked out before the first visitor comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from selon.errors import SelonError
from selon.record.record import Record
from selon.web.asked import asked
from selon.web.pool import Records
from selon.web.problems import Problem
from selon.web.questions import questions
from selon.web.routes import search, speakers
from selon.web.views import compile_template, templates

# Seconds that each step waits for visitors at most: a stream that is read slowly is one too.
PATIENCE = 2.0
# A quotation in each language that is read: it loads what reads it.
_QUOTATIONS = ("Le maire a dit : « La digue tiendra. »", "\u201cThe dam will hold,\u201d the mayor said.")


class Visitors:
    """Counts the requests that are being answered."""

    def __init__(self) -> None:
        self._here = 0
        self._alone = threading.Condition()

    def come(self) -> None:
        """Note that a request begins."""
        with self._alone:
            self._here += 1

    def go(self) -> None:
        """Note that one has been answered."""
        with self._alone:
            self._here -= 1
            self._alone.notify_all()

    def let_by(self) -> None:
        """Wait until nobody is there, but not for ever."""
        with self._alone:
            self._alone.wait_for(lambda: not self._here, PATIENCE)


class Counted:
    """Counts requests, so that what can wait lets them by.

    Args:
        app: what answers them.
        visitors: who counts.
    """

    def __init__(self, app: ASGIApp, visitors: Visitors) -> None:
        self._app = app
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._visitors.come()
        try:
            await self._app(scope, receive, send)
        finally:
            self._visitors.go()


def warm(records: Records, visitors: Visitors) -> None:
    """Ask what takes longest for the first time, step by step; visitors who are there by then go first."""
    for step in _steps(records):
        visitors.let_by()
        with suppress(SelonError, Problem):
            step()


def _steps(records: Records) -> Iterator[Callable[[], object]]:
    def settle(ask: Callable[[], object]) -> Callable[[], None]:
        def settled() -> None:
            with records.settling:
                ask()

        return settled

    def asking(question: Callable[[Record], object]) -> Callable[[], None]:
        def ask() -> None:
            with records.reading() as record:
                question(record)

        return ask

    yield settle(lambda: search.look_up(records, asked(QueryParams())))
    yield settle(lambda: speakers.look_up(records, "", "most", 0))
    yield settle(asking(lambda record: record.allegations(sort="pages", limit=1)))
    yield settle(asking(lambda record: record.families(limit=1)))
    for quotation in _QUOTATIONS:
        yield partial(questions, quotation, None)
    for name in templates():
        yield partial(compile_template, name)
