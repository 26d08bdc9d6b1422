"""How a request reaches its handler: plain functions, run beside the server's loop, with the form already parsed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from selon.web.problems import Problem

# Fields of the largest form, and some more.
MAX_FIELDS = 50
# Whole numbers that JSON carries everywhere.
MAX_ID = 2**53 - 1

Handler = Callable[[Request, FormData], Response]


def posted(path: str, handler: Handler, max_part: int = 1_000_000) -> Route:
    """Return the route of a form; its handler is run in a thread.

    Args:
        path: the route's path.
        handler: takes the request and the form's fields.
        max_part: bytes of the longest field.
    """

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        async with request.form(max_fields=MAX_FIELDS, max_files=1, max_part_size=max_part) as form:
            return await run_in_threadpool(handler, request, form)

    wrapped: Callable[[Request], Awaitable[Response]] = endpoint
    return Route(path, wrapped, methods=["POST"])


def field(form: FormData, name: str, most: int = 10_000) -> str:
    """Return a field's text without spaces around it, empty if it is not there.

    Raises:
        Problem: if it has more than ``most`` characters.
    """
    value = form.get(name)
    if value is None or isinstance(value, UploadFile):
        return ""
    if len(value) > most:
        raise Problem(422, "invalid", f"{name} is too long; at most {most} characters")
    # browsers send line ends as CR LF
    return value.replace("\r\n", "\n").strip()


def number(text: str, name: str, default: int | None = None, least: int = 0, most: int = MAX_ID) -> int:
    """Return the whole number that a field or query holds.

    Raises:
        Problem: if it is none, or out of bounds.
    """
    if not text and default is not None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
        raise Problem(422, "invalid", f"{name} must be a whole number from {least} to {most}")
    return int(text)


def back(to: str, default: str = "/") -> RedirectResponse:
    """Return the way to a page of ours, whatever was asked for: never to another server."""
    plain = unquote(to)
    own = to.startswith("/") and not plain.startswith(("//", "/\\")) and all(c >= " " and c != "\\" for c in plain)
    return RedirectResponse(to if own else default, 303)
