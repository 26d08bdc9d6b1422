"""A page of the record, to read: who speaks in it, in which words, and where."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.exchange.jsonl import to_jsonl
from selon.page import Attribution, Page, Span
from selon.web.article import article
from selon.web.handling import number
from selon.web.places import place_of
from selon.web.views import render, visitor_texts

# Panels that may stand open beside the article, each at a place of the text.
_PANELS = ("correct", "collect", "add")


def _show(request: Request) -> Response:
    version = number(request.path_params["version"], "page")
    with request.app.state.records.reading() as record:
        stored = record.page(version)
        corrections = record.corrections(version=version)
        dossiers = record.dossiers()
        ids = record.speakers_on(version)
    panel, place = _panel(request)
    shown = article(stored.page, visitor_texts(request))
    return render(
        request, "page.html", article=shown, stored=stored, corrections=corrections, dossiers=dossiers, ids=ids,
        panel=panel, place=place, at=_at(stored.page, place), words=_words(stored.page, place),
    )  # fmt: skip


def _panel(request: Request) -> tuple[str, Span | None]:
    """The panel that the address opens, and at which words; an attribution can be added without any chosen."""
    for name in _PANELS:
        if name in request.query_params:
            anchor = request.query_params[name]
            return name, place_of(anchor) if anchor or name != "add" else None
    return "", None


def _at(page: Page, place: Span | None) -> Attribution | None:
    return next((one for one in page.attributions if (one.content[0].start, one.content[-1].end) == place), None)


def _words(page: Page, place: Span | None) -> str:
    attribution = _at(page, place)
    if attribution is not None:
        return page.words(attribution.content)
    return page.words(place) if place else ""


def _download(request: Request) -> Response:
    version = number(request.path_params["version"], "page")
    with request.app.state.records.reading() as record:
        line = to_jsonl(record.page(version).page)
    headers = {"Content-Disposition": f'attachment; filename="page-{version}.jsonl"'}
    return Response(line + "\n", media_type="application/jsonl", headers=headers)


ROUTES = [Route("/pages/{version}", _show), Route("/pages/{version}/page.jsonl", _download)]
