"""The API's application: its routes, its description, and its errors as problem documents."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response

import selon
from selon.errors import SelonError
from selon.web.api import allegations, corrections, dossiers, pages, reading, search, speakers, verify
from selon.web.api.common import once
from selon.web.faults import as_problem
from selon.web.problems import MEDIA_TYPE, Problem, document

_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
_DESCRIPTION = """Who said what about whom, out of a record of read pages.

Places are `[start, end)` in Unicode code points of a page's text. Lists come in parts: `next` is the cursor of the next
one. Errors are problem documents (RFC 9457). Requests that write must come from this server's own pages or from
programs; a guarded record asks for `Authorization: Bearer TOKEN`."""


def create_api() -> FastAPI:
    """Return the API's application; ``state`` gets its settings and records from the server's."""
    problem = {"description": "A problem", "content": {MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA}}}
    api = FastAPI(
        title="Selon",
        version=selon.__version__,
        description=_DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses={"default": problem},
        dependencies=[Depends(once)],
        servers=[{"url": "/api/v1"}],
    )
    for part in (reading, pages, search, speakers, verify, allegations, corrections, dossiers):
        api.include_router(part.router)
    api.add_api_route("/openapi.json", _openapi, methods=["GET"], include_in_schema=False)
    for error in (HTTPException, Problem, SelonError, RequestValidationError, Exception):
        api.add_exception_handler(error, _answer)
    return api


def _openapi(request: Request) -> dict[str, Any]:
    api = request.app
    if api.openapi_schema is None:
        api.openapi_schema = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            servers=api.servers,
            openapi_version="3.1.0",
        )
    schema: dict[str, Any] = api.openapi_schema
    return schema


async def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, RequestValidationError):
        places = tuple({"at": ".".join(map(str, one["loc"])), "detail": str(one["msg"])} for one in error.errors())
        return document(Problem(422, "invalid", errors=places[:20]))
    return document(as_problem(error))
