"""What all pages build on, worked out before the first visitor comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from starlette.datastructures import QueryParams

from selon.errors import SelonError
from selon.record.record import Record
from selon.web.asked import asked
from selon.web.pool import Records
from selon.web.problems import Problem
from selon.web.questions import questions
from selon.web.routes import search, speakers
from selon.web.views import compile_template, templates

# A quotation in each language that is read: it loads what reads it.
_QUOTATIONS = ("Le maire a dit : « La digue tiendra. »", "\u201cThe dam will hold,\u201d the mayor said.")


def warm(records: Records) -> None:
    """Ask what takes longest for the first time, step by step; visitors who are there by then go first."""
    for step in _steps(records):
        records.wait_for_visitors()
        with suppress(SelonError, Problem):
            step()


def _steps(records: Records) -> Iterator[Callable[[], object]]:
    def ask(question: Callable[[Record], object]) -> Callable[[], object]:
        def asked_for() -> None:
            with records.reading() as record:
                question(record)

        return asked_for

    yield lambda: search.look_up(records, asked(QueryParams()))
    yield lambda: speakers.look_up(records, "", "most", 0)
    yield ask(lambda record: record.allegations(limit=1))
    yield ask(lambda record: record.families(limit=1))
    for quotation in _QUOTATIONS:
        yield partial(questions, quotation, None)
    for name in templates():
        yield partial(compile_template, name)
