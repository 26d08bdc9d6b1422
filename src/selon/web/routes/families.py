"""Families: quotations that travel, and what each outlet made of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.record.reprints import Family, Occurrence
from selon.web.collation import collate
from selon.web.cursors import after, following
from selon.web.handling import number
from selon.web.pool import Records
from selon.web.views import render

PAGE = 20
# Printings that are listed of one family, the earliest.
PRINTED = 100


def _list(request: Request) -> Response:
    query = request.query_params
    least = number(query.get("pages", ""), "pages", default=2, least=2, most=1_000)
    altered = bool(query.get("altered"))
    behind = after(query.get("after") or None, "families")
    records: Records = request.app.state.records
    found = records.remembered(
        ("families", least, altered, behind),
        lambda record: record.families(min_pages=least, altered=altered, limit=PAGE, after=behind),
    )
    kept = {"pages": "" if least == 2 else least, "altered": "1" if altered else ""}
    return render(
        request, "families.html", found=found, next=following(found.next, "families"), least=least, altered=altered,
        begun=behind is not None, query=kept,
    )  # fmt: skip


def _family(request: Request) -> Response:
    with request.app.state.records.reading() as record:
        family = record.family(request.path_params["key"])
    # the reference is one of the variants; its words are the family's
    reference = next(number for number, one in enumerate(family.variants) if one.text == family.summary.text)
    collation = collate(reference, [(one.text, one.differences) for one in family.variants])
    return render(
        request, "family.html", family=family, reference=reference, collation=collation, printed=_in_time(family),
        shown=PRINTED,
    )  # fmt: skip


def _in_time(family: Family) -> list[tuple[int, Occurrence]]:
    """All printings in the order of time, undated ones last, each with the number of its variant."""
    printed = [(place, one) for place, variant in enumerate(family.variants, 1) for one in variant.occurrences]
    return sorted(printed, key=lambda item: (item[1].date is None, item[1].date or "", item[1].attribution_id))


ROUTES = [Route("/families", _list), Route("/families/{key}", _family)]
