"""Refuse writes that another site's page sends through a visitor's browser (cross-site request forgery).

Browsers state where a request comes from in ``Sec-Fetch-Site`` and ``Origin``, and no page can change them. What states
neither is no browser, and has no visitor's cookies to abuse. So forms need no hidden tokens.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from selon.web.problems import Problem, send_problem

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Lets writes pass only from the server's own pages and from programs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or refuse it with 403."""
        if scope["type"] == "http" and scope["method"] not in _SAFE_METHODS and not _is_own(Headers(scope=scope)):
            await send_problem(Problem(403, "origin"), scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    # "null" is the origin of sandboxed and local documents, which are not ours
    return origin is None or origin.partition("://")[2].lower() == headers.get("host", "").lower()
