"""The first page: what is to be read, and what was read of it."""

from __future__ import annotations

from contextlib import suppress

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from selon.errors import BusyError
from selon.languages.pack import available
from selon.web.article import article
from selon.web.handling import field, posted
from selon.web.intake import MAX_ADDRESS, MAX_FACT, MAX_TEXT, Given, Opened, read_given
from selon.web.pool import Records
from selon.web.problems import Problem
from selon.web.views import render, visitor_texts


def _home(request: Request) -> Response:
    records: Records = request.app.state.records
    with records.reading() as record:
        counts = record.counts()
    return render(request, "home.html", counts=counts, languages=available(), failures=(), form={})


def _read(request: Request, form: FormData) -> Response:
    settings = request.app.state.settings
    given = _given(form)
    try:
        opened = read_given(given, settings.allow_private)
    except Problem as problem:
        return _again(request, form, (problem.detail,))
    if not opened.pages:
        return _again(request, form, opened.failures)
    if not settings.read_only and field(form, "keep"):
        # while another program adds to the record, pages are shown all the same
        with suppress(BusyError):
            return _kept(request, opened)
    articles = [article(page, visitor_texts(request)) for page in opened.pages]
    return render(request, "read.html", articles=articles, opened=opened)


def _kept(request: Request, opened: Opened) -> Response:
    """Keep what was read, and lead to it."""
    with request.app.state.records.writing() as record:
        record.store(opened.pages)
        kept = [(record.page(page.url or page.id).version, page) for page in opened.pages]
    if len(kept) == 1 and not opened.failures:
        return RedirectResponse(f"/pages/{kept[0][0]}", 303)
    return render(request, "kept.html", kept=kept, opened=opened)


def _given(form: FormData) -> Given:
    upload = form.get("file")
    file, name = b"", ""
    if isinstance(upload, UploadFile):
        file, name = upload.file.read(), upload.filename or ""
    language = field(form, "language")
    if language and language not in available():
        raise Problem(422, "invalid", f"language must be one of {', '.join(available())}")
    return Given(
        text=field(form, "text", MAX_TEXT),
        address=field(form, "address", MAX_ADDRESS),
        file=file,
        name=name.replace("\\", "/").rpartition("/")[2],
        title=field(form, "title", MAX_FACT) or None,
        outlet=field(form, "outlet", MAX_FACT) or None,
        date=field(form, "date", 100) or None,
        language=language or None,
    )


def _again(request: Request, form: FormData, failures: tuple[str, ...]) -> Response:
    """The form with what was given, and why it could not be read."""
    with request.app.state.records.reading() as record:
        counts = record.counts()
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    return render(request, "home.html", 422, counts=counts, languages=available(), failures=failures, form=given)


ROUTES = [Route("/", _home), posted("/read", _read, max_part=4 * MAX_TEXT)]
