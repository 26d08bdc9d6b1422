"""Corrections: made on a page, listed, undone, and given out as annotated pages."""

from __future__ import annotations

from typing import Any, get_args
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from selon.errors import SelonError
from selon.page import Act, Attribution, Kind, Page, Span
from selon.web.exports import corrected_pages
from selon.web.faults import as_problem
from selon.web.handling import back, field, number, posted
from selon.web.places import find_words, place_of
from selon.web.problems import Problem, wants_page
from selon.web.routes.page import attribution_at, reading_page
from selon.web.views import address, render, short, visitor_texts

# Corrections on one page of their list.
PAGE = 50
KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
ACTS: dict[str, Act] = {act: act for act in get_args(Act)}
_YEAR = 365 * 24 * 3600


class _NotOnPage(Problem):
    """Words that a correction names do not stand on its page."""

    def __init__(self, words: str) -> None:
        super().__init__(422, "invalid", f"{short(words)!r} does not stand on the page")
        self.words = words


def _correct(request: Request, form: FormData) -> Response:
    version = number(request.path_params["version"], "page")
    place = place_of(field(form, "place")) if field(form, "place") else None
    who, note = field(form, "who", 200), field(form, "note")
    records = request.app.state.records
    with records.reading() as record:
        page = record.page(version).page
    try:
        after = None if field(form, "action") == "remove" else _after(page, place, form)
        with records.writing() as record:
            record.correct(version, place, after, who=who, note=note)
    except (Problem, SelonError) as error:
        return _again(request, form, place, error)
    anchor = after and f"a-{after.content[0].start}-{after.content[-1].end}"
    response = RedirectResponse(f"/pages/{version}#{anchor or 'corrections'}", 303)
    response.set_cookie("selon-who", quote(who), max_age=_YEAR, httponly=True, samesite="strict")
    return response


def _again(request: Request, form: FormData, place: Span | None, error: Problem | SelonError) -> Response:
    """The page with the form as it was filled, and why it could not be saved."""
    t, problem = visitor_texts(request), as_problem(error)
    if request.app.state.settings.read_only or not wants_page(request.scope):
        raise problem
    failure = t("correct.not_on_page", words=t.quoted(short(error.words))) if isinstance(error, _NotOnPage) else ""
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    panel = "correct" if place else "add"
    return reading_page(
        request, panel, place, given, failure or t.said(problem.detail) or t(f"problem.{problem.code}"), problem.status
    )


def _page(request: Request) -> Response:
    """The page itself, for those who ask for the address that a form which failed leaves in the browser."""
    return back(f"/pages/{number(request.path_params['version'], 'page')}")


def _after(page: Page, place: Span | None, form: FormData) -> Attribution:
    """The attribution as the form describes it; what the form does not ask for stays as it was."""
    before = attribution_at(page, place)
    content = _content(page, before, form)
    source = _named(page, field(form, "source"), content[0].start)
    cue = _named(page, field(form, "cue"), content[0].start)
    speaker = field(form, "speaker", 500) or None
    if before and before.speaker == speaker:
        gender = before.gender
    else:
        known = page.speaker(speaker)
        gender = known.gender if known else None
    kind, act = KINDS.get(field(form, "kind")), ACTS.get(field(form, "act") or "speech")
    if kind is None or act is None:
        raise Problem(422, "invalid", f"kind is one of {', '.join(KINDS)}; act is one of {', '.join(ACTS)}")
    in_debris = any(region.start <= content[0].start and content[-1].end <= region.end for region in page.debris)
    nested = before.nested if before else False
    return Attribution(content, cue, source, kind, act, speaker, gender, nested, confidence=1.0, in_debris=in_debris)


def _content(page: Page, before: Attribution | None, form: FormData) -> tuple[Span, ...]:
    words, selected = field(form, "words", 100_000), field(form, "selected")
    span = place_of(selected) if selected else None
    if before and words == page.words(before.content):
        return before.content
    if span and " ".join(page.words(span).split()) == " ".join(words.split()):
        return (span,)
    found = find_words(page.text, words, span.start if span else before.content[0].start if before else 0)
    if not found:
        raise _NotOnPage(words)
    return found


def _named(page: Page, words: str, near: int) -> tuple[Span, ...]:
    if not words:
        return ()
    found = find_words(page.text, words, near)
    if len(found) != 1:
        raise _NotOnPage(words)
    return found


def _undo(request: Request, form: FormData) -> Response:
    with request.app.state.records.writing() as record:
        record.undo(number(request.path_params["correction"], "correction"))
    return back(field(form, "to"), "/corrections")


def _list(request: Request) -> Response:
    before = request.query_params.get("before", "")
    with request.app.state.records.reading() as record:
        found = record.corrections(limit=PAGE, before=number(before, "before") if before else None)
    more = address("/corrections", before=found[-1].id) if len(found) == PAGE else ""
    return render(request, "corrections.html", found=found, more=more)


def _export(request: Request) -> Response:
    return corrected_pages(request.app.state.records)


ROUTES: list[Any] = [
    posted("/pages/{version}/corrections", _correct),
    Route("/pages/{version}/corrections", _page),
    posted("/corrections/{correction}/undo", _undo),
    Route("/corrections", _list),
    Route("/corrections/pages.jsonl", _export),
]
