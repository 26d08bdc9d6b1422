"""What all pages build on, worked out before the first visitor comes."""

from __future__ import annotations

from contextlib import suppress

from starlette.datastructures import QueryParams

from selon.errors import SelonError
from selon.web.asked import asked
from selon.web.pool import Records
from selon.web.problems import Problem
from selon.web.questions import questions
from selon.web.routes import search, speakers
from selon.web.views import compile_templates

# A quotation in each language that is read: it loads what reads it.
_QUOTATIONS = ("Le maire a dit : « La digue tiendra. »", "\u201cThe dam will hold,\u201d the mayor said.")


def warm(records: Records) -> None:
    """Ask what takes longest for the first time: the lists with their counts, then the reader, then the templates."""
    with suppress(SelonError, Problem):
        search.look_up(records, asked(QueryParams()))
        speakers.look_up(records, "", "most", 0)
        with records.reading() as record:
            record.allegations(limit=1)
            record.families(limit=1)
            record.network()
    for quotation in _QUOTATIONS:
        questions(quotation, None)
    compile_templates()
