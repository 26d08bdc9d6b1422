"""Speakers: the list of all, and what one said, when, where, about whom, and beside whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.record.results import Rows, SpeakerCount
from selon.record.search import Sort
from selon.record.speaker_list import Order
from selon.web.asked import PAGE, asked
from selon.web.handling import number
from selon.web.plots import months
from selon.web.pool import Records
from selon.web.problems import Problem
from selon.web.views import address, render

# Speakers on one page of the list.
SPEAKERS = 60
_ORDERS: dict[str, Order] = {"most": "attributions", "name": "name", "recent": "last"}


def _speakers(request: Request) -> Response:
    query = request.query_params
    words, order = query.get("q", "").strip()[:200], query.get("sort", "most")
    offset = number(query.get("from", ""), "from", default=0, most=1_000_000)
    if order not in _ORDERS:
        raise Problem(422, "invalid", f"sort must be one of {', '.join(_ORDERS)}")
    found = look_up(request.app.state.records, words, order, offset)
    kept = {"q": words, "sort": "" if order == "most" else order}
    return render(
        request, "speakers.html", found=found, words=words, order=order, orders=tuple(_ORDERS), query=kept,
        offset=offset, page=SPEAKERS,
    )  # fmt: skip


def look_up(records: Records, words: str, order: str, offset: int) -> Rows[SpeakerCount]:
    """Return a part of the list of speakers."""
    return records.remembered(
        ("speakers", words, order, offset),
        lambda record: record.speakers(words, order=_ORDERS[order], limit=SPEAKERS, offset=offset),
    )


def _speaker(request: Request) -> Response:
    speaker_id = number(request.path_params["speaker"], "speaker")
    wanted = asked(request.query_params)
    filters = replace(wanted.filters, speaker=None, speaker_id=speaker_id)
    sort: Sort = "newest" if wanted.sort == "relevance" and not wanted.words else wanted.sort
    records: Records = request.app.state.records
    since, until = filters.since, filters.until
    info = records.remembered(
        ("speaker", speaker_id, since, until), lambda record: record.speaker(speaker_id, since=since, until=until)
    )
    with records.reading() as record:
        found = record.search(wanted.words, filters, sort=sort, limit=PAGE, offset=wanted.offset)
    path = f"/speakers/{speaker_id}"
    plot = months(info.months, since or "", until or "", lambda month: address(path, since=month, until=month))
    # a name that pages use of several kinds of speakers is told once
    names: Counter[str] = Counter()
    for name, times in info.names:
        names[name] += times
    return render(
        request,
        "speaker.html",
        info=info,
        names=names.most_common(),
        found=found,
        wanted=wanted,
        plot=plot,
        since=since or "",
        until=until or "",
        page=PAGE,
    )


ROUTES = [Route("/speakers", _speakers), Route("/speakers/{speaker}", _speaker)]
