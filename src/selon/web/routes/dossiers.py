"""Dossiers: attributions that are put together with notes, printed and handed on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from selon.exchange.citations import to_citations, to_csv
from selon.web.handling import back, field, number, posted
from selon.web.places import place_of
from selon.web.problems import Problem
from selon.web.views import render, visitor_texts


def _list(request: Request) -> Response:
    with request.app.state.records.reading() as record:
        found = record.dossiers()
    return render(request, "dossiers.html", found=found)


def _create(request: Request, form: FormData) -> Response:
    with request.app.state.records.writing() as record:
        made = record.create_dossier(field(form, "name"), field(form, "note"))
    return RedirectResponse(f"/dossiers/{made}", 303)


def _collect(request: Request, form: FormData) -> Response:
    """Put words of a page into a dossier, or into a new one."""
    version = number(request.path_params["version"], "page")
    place = place_of(field(form, "place"))
    chosen, new = field(form, "dossier"), field(form, "new")
    with request.app.state.records.writing() as record:
        dossier = record.create_dossier(new) if new or not chosen else number(chosen, "dossier")
        record.collect(dossier, version, place.start, place.end, field(form, "note"))
    return RedirectResponse(f"/dossiers/{dossier}", 303)


def _show(request: Request) -> Response:
    dossier, items = _held(request)
    return render(request, "dossier.html", dossier=dossier, items=items)


def _change(request: Request, form: FormData) -> Response:
    """Write a note, take an item out, or delete the dossier."""
    dossier = number(request.path_params["dossier"], "dossier")
    item = number(field(form, "item"), "item") if field(form, "item") else None
    with request.app.state.records.writing() as record:
        match field(form, "action"):
            case "note":
                record.annotate(dossier, field(form, "note", 20_000), item)
            case "remove" if item is not None:
                record.take_out(dossier, item)
            case "delete":
                record.delete_dossier(dossier)
                return back("/dossiers")
            case _:
                raise Problem(422, "invalid", "action is note, remove or delete")
    return back(f"/dossiers/{dossier}")


def _export(request: Request) -> Response:
    dossier, items = _held(request)
    form = request.path_params["form"]
    if form == "dossier.html":
        return render(request, "printed.html", dossier=dossier, items=items)
    t = visitor_texts(request)
    makers: dict[str, tuple[Iterator[str], str]] = {
        "dossier.csv": (to_csv(items), "text/csv"),
        "citations.txt": (to_citations(items, t("dossier.unknown_speaker")), "text/plain"),
    }
    if form not in makers:
        raise Problem(404, "not_found")
    pieces, media_type = makers[form]
    headers = {"Content-Disposition": f'attachment; filename="{form}"'}
    # spreadsheets take UTF-8 for something else unless a mark stands before it
    mark = "\ufeff" if form.endswith("csv") else ""
    return Response(mark + "".join(pieces), media_type=media_type, headers=headers)


def _held(request: Request) -> tuple[Any, Any]:
    number_of = number(request.path_params["dossier"], "dossier")
    with request.app.state.records.reading() as record:
        return record.dossier(number_of), record.dossier_items(number_of)


ROUTES: list[Any] = [
    Route("/dossiers", _list),
    posted("/dossiers", _create),
    Route("/dossiers/{dossier}", _show),
    posted("/dossiers/{dossier}", _change),
    Route("/dossiers/{dossier}/{form}", _export),
    posted("/pages/{version}/collect", _collect),
]
