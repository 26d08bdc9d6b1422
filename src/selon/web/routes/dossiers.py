"""Dossiers: attributions that are put together with notes, printed and handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from typing import Any

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from selon.exchange.citations import Cited, to_citations, to_csv
from selon.exchange.html import digest
from selon.record.dossiers import Dossier, DossierItem
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
            case "delete" if not field(form, "sure"):
                raise Problem(422, "invalid", visitor_texts(request)("dossier.unsure"))
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
        return _printed(request, dossier, items)
    t = visitor_texts(request)
    makers: dict[str, tuple[Iterator[str], str]] = {
        "dossier.csv": (to_csv(items), "text/csv"),
        "citations.txt": (to_citations(items, t("dossier.unknown_speaker"), own=_own(request)), "text/plain"),
    }
    if form not in makers:
        raise Problem(404, "not_found")
    pieces, media_type = makers[form]
    headers = {"Content-Disposition": f'attachment; filename="{form}"'}
    # spreadsheets take UTF-8 for something else unless a mark stands before it
    mark = "\ufeff" if form.endswith("csv") else ""
    return Response(mark + "".join(pieces), media_type=media_type, headers=headers)


def _printed(request: Request, dossier: Dossier, items: Sequence[DossierItem]) -> Response:
    """The dossier as a file of its own: its style stands in it, and it asks for nothing from anywhere."""
    style = resources.files("selon.web").joinpath("static", "printed.css").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src '{digest(style)}'; base-uri 'none'; form-action 'none'"
    response = render(
        request, "printed.html", dossier=dossier, items=items, own=_own(request), style=Markup(style), policy=policy
    )
    response.headers["Content-Disposition"] = 'attachment; filename="dossier.html"'
    response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    return response


def _own(request: Request) -> Callable[[Cited], str]:
    """How words are cited of a page that has no address of its own: by their address in this record."""
    base = str(request.base_url)
    return lambda one: f"{base}pages/{one.version}#a-{one.start}-{one.end}"


def _held(request: Request) -> tuple[Dossier, tuple[DossierItem, ...]]:
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
