"""Ask for the token: in ``Authorization: Bearer``, or in the cookie that the entrance page sets."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from selon.web.problems import Problem, send_problem, wants_page

COOKIE = "selon-token"
ENTRANCE = "/enter"
# What the entrance page itself is made of.
_OPEN = (ENTRANCE, "/static/", "/language/")


class Guarded:
    """Lets requests pass that show the token; leads people without it to the entrance, refuses programs."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, lead it to the entrance or refuse it."""
        if scope["type"] != "http" or scope["path"].startswith(_OPEN) or self._is_let_in(scope):
            await self.app(scope, receive, send)
        elif scope["method"] == "GET" and wants_page(scope):
            query = scope["query_string"].decode("latin-1")
            wanted = scope["path"] + (f"?{query}" if query else "")
            await RedirectResponse(f"{ENTRANCE}?to={quote(wanted)}", 303)(scope, receive, send)
        else:
            problem = Problem(401, "token", headers={"WWW-Authenticate": 'Bearer realm="selon"'})
            await send_problem(problem, scope, receive, send)

    def _is_let_in(self, scope: Scope) -> bool:
        given = Headers(scope=scope).get("authorization", "")
        if given.lower().startswith("bearer "):
            return same(given[7:].strip(), self.token)
        return same(Request(scope).cookies.get(COOKIE, ""), cookie_value(self.token))


def cookie_value(token: str) -> str:
    """Return what the cookie holds: not the token itself, so that who sees the cookie cannot use the API with it."""
    return hmac.new(token.encode(), b"selon cookie", hashlib.sha256).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
