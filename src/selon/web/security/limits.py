"""Bound what a request may send: the length of its address and query, and of its body."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from selon.web.problems import Problem, send_problem

# An address longer than this is no search of anybody's; browsers and proxies cut at about as much.
MAX_ADDRESS = 8_000
# Forms and JSON, other than texts and files to read: a correction with its words fits a hundred times.
MAX_BODY = 256_000


class Bounded:
    """Refuses long addresses with 414 and long bodies with 413.

    Args:
        app: what the requests go to.
        large: paths that take texts and files, with the most bytes that each takes.
    """

    def __init__(self, app: ASGIApp, large: dict[str, int]) -> None:
        self.app = app
        self.large = large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its body is counted as it comes, whatever length it states."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_ADDRESS:
            await send_problem(Problem(414, "address"), scope, receive, send)
            return
        most = self.large.get(scope["path"], MAX_BODY)
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdecimal() or int(stated[:20]) > most:
            await send_problem(Problem(413, "body"), scope, receive, send)
            return
        await self._counted(scope, receive, send, most)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        taken = 0
        answered = False

        async def count() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _TooLongError
            return message

        async def watch(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, count, watch)
        except _TooLongError:
            if not answered:
                await send_problem(Problem(413, "body"), scope, receive, send)


class _TooLongError(Exception):
    pass
