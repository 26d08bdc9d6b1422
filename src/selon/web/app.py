"""The server's application: routes, and around them what every request has to pass."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from selon.errors import SelonError
from selon.web import routes
from selon.web.api.app import create_api
from selon.web.faults import as_problem
from selon.web.pool import Records
from selon.web.problems import Problem, document, wants_page
from selon.web.security.headers import SafeHeaders
from selon.web.security.hosts import KnownHost
from selon.web.security.limits import Bounded
from selon.web.security.origins import SameOrigin
from selon.web.security.tokens import Guarded
from selon.web.settings import Settings
from selon.web.views import problem_page
from selon.web.warming import Counted, Visitors, warm

# Seconds of a processor after which the server lets visitors in, whatever is ready by then: people wait two seconds at
# most. Loading the program takes a third of that, and what all pages of a record of 6,000 build on as much again.
STARTED = 1.7
# What is served with a page compresses to a quarter; smaller answers are not worth the time.
MIN_GZIP = 1_000


def create_app(settings: Settings) -> Starlette:
    """Return the application that serves a record.

    Raises:
        SettingsError: if the settings would leave the record open to others.
    """
    settings.check()
    visitors = Visitors()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        warming = threading.Thread(target=warm, args=(app.state.records, visitors), daemon=True)
        warming.start()
        await run_in_threadpool(warming.join, max(0.0, STARTED - time.process_time()))
        try:
            yield
        finally:
            app.state.records.close()

    names = {settings.host.lower(), "localhost", *(name.lower() for name in settings.names)}
    middleware = [
        Middleware(Counted, visitors=visitors),
        Middleware(SafeHeaders),
        Middleware(KnownHost, names=frozenset(names)),
        *([Middleware(Guarded, token=settings.token)] if settings.token else []),
        Middleware(SameOrigin),
        Middleware(Bounded, large={"/read": settings.max_upload, "/api/v1/read": settings.max_upload}),
        Middleware(GZipMiddleware, minimum_size=MIN_GZIP),
    ]
    records = Records(settings)
    records.open()
    api = create_api()
    # the script of the reading view is the one of the self-contained document
    static = _Static(packages=[("selon.web", "static"), ("selon.exchange", "assets")])
    app = Starlette(
        routes=[*routes.ROUTES, Mount("/api/v1", api), Mount("/static", static)],
        middleware=middleware,
        lifespan=lifespan,
        exception_handlers=dict.fromkeys((HTTPException, Problem, SelonError, Exception), _answer),
    )
    for one in (app, api):
        one.state.settings = settings
        one.state.records = records
        one.state.navigation = routes.NAVIGATION
    return app


class _Static(StaticFiles):
    """Our own files; browsers ask whether they changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _answer(request: Request, error: Exception) -> Response:
    problem = as_problem(error)
    return problem_page(problem, request.scope) if wants_page(request.scope) else document(problem)
