"""Allegations: who accuses whom of what, as a list, as a network, and two sides on one time line."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.errors import BusyError, RecordError, SlowQueryError
from selon.exchange.graph import svg_policy, to_svg
from selon.exchange.graph_shapes import STANCES
from selon.record.allegation_filters import AllegationFilters
from selon.record.allegation_results import AllegationHit, CounterAccusation, Dispute, Network
from selon.record.results import Rows
from selon.web.dispute import time_line
from selon.web.handling import number
from selon.web.network import picture, shapes
from selon.web.pool import Records
from selon.web.views import render, visitor_texts

PAGE = 20
# Names in the picture: more cannot be read on a screen.
NAMES = 40
# Turns of a dispute on one page.
TURNS = 60
# Pairs who accuse each other that are offered.
PAIRS = 24
# Words at each end of long evidence that lead to it on its page.
EDGE = 5
# What the form asks for, each a word or name; longer ones are none.
_FIELDS = ("q", "accuser", "accused", "actor", "stance", "since", "until")
MAX_FIELD = 200


def place(one: AllegationHit) -> str:
    """Return the address of an allegation's evidence on its page; browsers scroll to the words and mark them.

    By a text fragment (https://wicg.github.io/scroll-to-text-fragment/): first and last words of the evidence.
    """
    words = one.evidence.split()
    ends = [words] if len(words) <= 2 * EDGE else [words[:EDGE], words[-EDGE:]]
    # the fragment's own signs, the hyphen too, are no part of words
    told = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"/pages/{one.version}#:~:text={told}"


def _wanted(request: Request) -> tuple[dict[str, str], AllegationFilters]:
    query = {name: request.query_params.get(name, "").strip()[:MAX_FIELD] for name in _FIELDS}
    filters = AllegationFilters(
        accuser=query["accuser"] or None,
        accused=query["accused"] or None,
        actor=query["actor"] or None,
        stance=(query["stance"],) if query["stance"] in STANCES else (),
        since=query["since"] or None,
        until=query["until"] or None,
    )
    return query, filters


def _list(request: Request) -> Response:
    query, filters = _wanted(request)
    offset = number(request.query_params.get("from", ""), "from", default=0, most=100_000)
    records: Records = request.app.state.records
    found: Rows[AllegationHit] = Rows(())
    network: Network | None = None
    failure = ""
    try:
        found = records.remembered(
            ("allegations", query["q"], filters, offset),
            lambda record: record.allegations(query["q"], filters, limit=PAGE, offset=offset),
        )
        network = _network(records, query["q"], filters)
    except (SlowQueryError, BusyError):
        raise
    except RecordError as error:
        failure = str(error)
    drawn = picture(network, query, visitor_texts(request)) if network else None
    return render(
        request, "allegations.html", 422 if failure else 200, query=query, found=found, network=network, drawn=drawn,
        asked=any(query.values()), failure=failure, offset=offset, page=PAGE, stances=STANCES, place=place,
    )  # fmt: skip


def _network(records: Records, words: str, filters: AllegationFilters) -> Network:
    found: Network = records.remembered(
        ("network", words, filters), lambda record: record.network(words, filters, names=NAMES)
    )
    return found


def _picture(request: Request) -> Response:
    query, filters = _wanted(request)
    network = _network(request.app.state.records, query["q"], filters)
    # the picture brings its own style, which no other page may
    headers = {"Content-Security-Policy": svg_policy()}
    return Response(to_svg(shapes(network)), media_type="image/svg+xml", headers=headers)


def _between(request: Request) -> Response:
    one, other = (request.query_params.get(name, "").strip()[:MAX_FIELD] for name in ("one", "other"))
    offset = number(request.query_params.get("from", ""), "from", default=0, most=100_000)
    dispute: Dispute | None = None
    pairs: Rows[CounterAccusation] = Rows(())
    failure = ""
    records: Records = request.app.state.records
    try:
        if one and other:
            dispute = records.remembered(
                ("between", one, other, offset),
                lambda record: record.between(one, other, limit=TURNS, offset=offset),
            )
        else:
            pairs = records.remembered("pairs", lambda record: record.counter_accusations(limit=PAIRS))
    except (SlowQueryError, BusyError):
        raise
    except RecordError as error:
        failure = str(error)
    return render(
        request, "between.html", 422 if failure else 200, one=one, other=other, dispute=dispute,
        line=time_line(dispute) if dispute else None, pairs=pairs, failure=failure, place=place,
        offset=offset, page=TURNS,
    )  # fmt: skip


ROUTES = [
    Route("/allegations", _list),
    Route("/allegations/network.svg", _picture),
    Route("/allegations/between", _between),
]
