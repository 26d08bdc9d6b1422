"""What is worked out of a record once and kept for as long as the record does not change."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Made = TypeVar("Made")


class Settled:
    """Values that are functions of the record's rows, made when they are first wanted.

    Args:
        connection: an open record; writes through it and through others are noticed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._state: tuple[int, int] | None = None
        self._kept: dict[str, tuple[object, Any]] = {}

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the record in one state; what was worked out of an earlier one is forgotten."""
        connection = self._connection
        connection.execute("BEGIN")
        try:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            state = (version, connection.total_changes)
            if state != self._state:
                self._kept, self._state = {}, state
            yield
        finally:
            connection.execute("COMMIT")

    def kept(self, name: str, make: Callable[[], Made], question: object = None) -> Made:
        """Return what ``make`` makes, of each ``name`` the one for the ``question`` asked last."""
        known = self._kept.get(name)
        if known is None or known[0] != question:
            known = self._kept[name] = question, make()
        made: Made = known[1]
        return made
