"""Search: words, filters with counts, results; every state is an address."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.errors import BusyError, RecordError, SlowQueryError
from selon.record.results import Hit, Rows
from selon.web.asked import PAGE, SORTS, Asked, asked
from selon.web.pool import Records
from selon.web.views import render

# Filters that take one value, in the order in which they are shown; the others take several.
_SINGLE = ("speaker", "about", "source", "year", "since", "until", "sure")
_MANY = ("outlet", "kind", "act", "language")


def _search(request: Request) -> Response:
    wanted = asked(request.query_params)
    found: Rows[Hit] | None = None
    facets: dict[str, list[tuple[str, int]]] = {}
    failure = ""
    try:
        found, facets = look_up(request.app.state.records, wanted)
    except (SlowQueryError, BusyError):
        raise
    except RecordError as error:
        failure = str(error)
    shown = {name: values for name, values in facets.items() if _is_worth_showing(name, values, wanted.query)}
    return render(
        request, "search.html", 422 if failure else 200, wanted=wanted, found=found, facets=shown, failure=failure,
        active=list(_active(wanted)), sorts=SORTS, page=PAGE,
    )  # fmt: skip


def look_up(records: Records, wanted: Asked) -> tuple[Rows[Hit], dict[str, list[tuple[str, int]]]]:
    """Return what a search finds and the counts for its filters; the counts are the same on all parts of its list."""
    words, filters = wanted.words, wanted.filters
    found = records.remembered(
        ("search", words, filters, wanted.sort, wanted.offset),
        lambda record: record.search(words, filters, sort=wanted.sort, limit=PAGE, offset=wanted.offset),
    )
    facets = records.remembered(("facets", words, filters), lambda record: record.facets(words, filters))
    return found, facets


def _is_worth_showing(name: str, values: list[tuple[str, int]], query: dict[str, Any]) -> bool:
    """A facet with one value tells nothing, unless it is the one that was chosen."""
    return len(values) > 1 or (bool(values) and name in query)


def _active(wanted: Asked) -> list[tuple[str, str, dict[str, Any]]]:
    """The filters in force: name, value, and what of the address to change to take it away."""
    chosen: list[tuple[str, str, dict[str, Any]]] = [
        (name, str(wanted.query[name]), {name: None}) for name in _SINGLE if name in wanted.query
    ]
    for name in _MANY:
        values = wanted.query.get(name, ())
        chosen += [(name, value, {name: tuple(one for one in values if one != value)}) for value in values]
    return chosen


ROUTES = [Route("/search", _search)]
