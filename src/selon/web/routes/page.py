"""A page of the record, to read: who speaks in it, in which words, and where."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.exchange.jsonl import to_jsonl
from selon.web.article import article
from selon.web.handling import number
from selon.web.views import render, visitor_texts


def _show(request: Request) -> Response:
    version = number(request.path_params["version"], "page")
    with request.app.state.records.reading() as record:
        stored = record.page(version)
        corrections = record.corrections(version=version)
        dossiers = record.dossiers()
        ids = {speaker.name: record.speaker_id(speaker.name) for speaker in stored.page.speakers}
    shown = article(stored.page, visitor_texts(request))
    return render(
        request, "page.html", article=shown, stored=stored, corrections=corrections, dossiers=dossiers, ids=ids
    )


def _download(request: Request) -> Response:
    version = number(request.path_params["version"], "page")
    with request.app.state.records.reading() as record:
        line = to_jsonl(record.page(version).page)
    headers = {"Content-Disposition": f'attachment; filename="page-{version}.jsonl"'}
    return Response(line + "\n", media_type="application/jsonl", headers=headers)


ROUTES = [Route("/pages/{version}", _show), Route("/pages/{version}/page.jsonl", _download)]
