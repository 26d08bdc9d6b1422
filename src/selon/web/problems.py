"""What went wrong: problem documents (RFC 9457) for programs, a plain page for people."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MEDIA_TYPE = "application/problem+json"


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - the RFC's word
    """A request that cannot be answered.

    Attributes:
        status: HTTP status code.
        code: names the kind of problem; ``problem.CODE`` of the interface texts says it to people.
        detail: what is wrong with this request, in English; the interface text if empty.
        errors: the parts of the request that are wrong, each with its place.
        headers: headers that the response has to carry.
    """

    status: int
    code: str
    detail: str = ""
    errors: tuple[dict[str, Any], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


def document(problem: Problem) -> Response:
    """Return a problem as the API gives it."""
    from selon.web.texts import texts

    title = texts("en").get(f"problem.{problem.code}") or HTTPStatus(problem.status).phrase
    body: dict[str, Any] = {
        "type": f"urn:selon:problem:{problem.code}",
        "title": title,
        "status": problem.status,
        "detail": problem.detail or title,
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    return Response(
        json.dumps(body, ensure_ascii=True), problem.status, media_type=MEDIA_TYPE, headers=dict(problem.headers)
    )


def wants_page(scope: Scope) -> bool:
    """Tell whether somebody looks at the response in a browser."""
    return not scope["path"].startswith("/api/") and "text/html" in Headers(scope=scope).get("accept", "")


async def send_problem(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request with a problem, in the form that its sender reads."""
    if wants_page(scope):
        from selon.web.views import problem_page

        await problem_page(problem, scope)(scope, receive, send)
    else:
        await document(problem)(scope, receive, send)
