"""Refuse requests under a foreign name: what a page elsewhere does after pointing its name here (DNS rebinding)."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from selon.web.problems import Problem, send_problem


class KnownHost:
    """Lets requests pass whose ``Host`` is a known name or a number; rebinding needs a name of its own.

    Args:
        app: what the requests go to.
        names: known names, in lower case, without ports.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or refuse it with 421."""
        if scope["type"] == "http" and not self._is_known(Headers(scope=scope).getlist("host")):
            await send_problem(Problem(421, "host"), scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_known(self, given: list[str]) -> bool:
        if len(given) != 1:
            return False
        name = host_name(given[0])
        return name in self.names or _is_number(name)


def host_name(host: str) -> str:
    """Return the name in a ``Host`` header, in lower case, without the port and the brackets of IPv6."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
