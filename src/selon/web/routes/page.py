"""A page of the record, to read: who speaks in it, in which words, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.exchange.jsonl import to_jsonl
from selon.page import Attribution, Page, Span
from selon.record.correction_list import Correction
from selon.web.article import article
from selon.web.handling import number
from selon.web.places import place_of
from selon.web.views import render, visitor_texts

# Corrections in force that are told of in the margin; no page has as many attributions that people looked at.
MAX_CORRECTED = 2_000
# Panels that may stand open beside the article, each at a place of the text.
_PANELS = ("correct", "collect", "add")


def _show(request: Request) -> Response:
    panel, place = _panel(request)
    return reading_page(request, panel, place)


def reading_page(
    request: Request,
    panel: str = "",
    place: Span | None = None,
    given: Mapping[str, str] | None = None,
    failure: str = "",
    status: int = 200,
) -> Response:
    """Return a page of the record with its margin.

    Args:
        request: names the page's version in its path.
        panel: the form that stands open beside the article: ``correct``, ``add``, ``collect``, or none.
        place: the words that the form is about.
        given: what its fields hold; by default what the attribution there is.
        failure: why the form could not be saved.
        status: the response's.

    Raises:
        NotFoundError: if there is no such page.
    """
    version = number(request.path_params["version"], "page")
    with request.app.state.records.reading() as record:
        stored = record.page(version)
        corrections = record.corrections(version=version)
        in_force = record.corrections(version=version, undone=False, limit=MAX_CORRECTED)
        dossiers = record.dossiers()
        ids = record.speakers_on(version)
    shown = article(stored.page, visitor_texts(request))
    at, words = attribution_at(stored.page, place), _words(stored.page, place)
    return render(
        request, "page.html", status, article=shown, base=f"/pages/{version}", stored=stored, corrections=corrections,
        dossiers=dossiers, ids=ids, hands=_hands(in_force), panel=panel, place=place, at=at, words=words,
        fields=_fields(stored.page, at, words) | dict(given or {}), failure=failure,
    )  # fmt: skip


def _panel(request: Request) -> tuple[str, Span | None]:
    """The panel that the address opens, and at which words; an attribution can be added without any chosen."""
    for name in _PANELS:
        if name in request.query_params:
            anchor = request.query_params[name]
            return name, place_of(anchor) if anchor or name != "add" else None
    return "", None


def attribution_at(page: Page, place: Span | None) -> Attribution | None:
    """Return the attribution whose content has this place, if there is one."""
    return next((one for one in page.attributions if (one.content[0].start, one.content[-1].end) == place), None)


def _words(page: Page, place: Span | None) -> str:
    attribution = attribution_at(page, place)
    if attribution is not None:
        return page.words(attribution.content)
    return page.words(place) if place else ""


def _hands(in_force: Iterable[Correction]) -> dict[tuple[int, int], Correction]:
    """The attributions that are a person's, by their places, with the newest correction of each."""
    hands: dict[tuple[int, int], Correction] = {}
    for one in in_force:
        if one.after is not None:
            hands.setdefault((one.after.content[0].start, one.after.content[-1].end), one)
    return hands


def _fields(page: Page, at: Attribution | None, words: str) -> dict[str, str]:
    """What the fields of a correction hold at first."""
    if at is None:
        return {"words": words, "speaker": "", "kind": "direct", "act": "speech", "source": "", "cue": "", "note": ""}
    return {
        "words": words, "speaker": at.speaker or "", "kind": at.kind, "act": at.act, "source": page.words(at.source),
        "cue": page.words(at.cue), "note": "",
    }  # fmt: skip


def _download(request: Request) -> Response:
    version = number(request.path_params["version"], "page")
    with request.app.state.records.reading() as record:
        line = to_jsonl(record.page(version).page)
    headers = {"Content-Disposition": f'attachment; filename="page-{version}.jsonl"'}
    return Response(line + "\n", media_type="application/jsonl", headers=headers)


ROUTES = [Route("/pages/{version}", _show), Route("/pages/{version}/page.jsonl", _download)]
