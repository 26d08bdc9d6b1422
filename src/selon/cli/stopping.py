"""Stopping cleanly: Ctrl-C and SIGTERM end a command between two lines, never in one."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self


class Stopped(KeyboardInterrupt):
    """The user or the system wants the command to end; ``signal`` is the number of the signal."""

    def __init__(self, signal: int) -> None:
        super().__init__()
        self.signal = signal


class Stopper:
    """Turns SIGINT and SIGTERM into :class:`Stopped` while it is entered, except where they are held off."""

    def __init__(self) -> None:
        self._asked = 0
        self._held = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        again = self._asked
        self._asked = number
        # asked twice, for instance while nobody reads the pipe that is written to: at once
        if again or not self._held:
            raise Stopped(number)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let what is done here come to its end before stopping."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        self.check()

    def check(self) -> None:
        """Stop if that was asked for and the exception got lost on its way, as in callbacks of C code.

        Raises:
            Stopped: if so.
        """
        if self._asked:
            raise Stopped(self._asked)
