"""Open records: a few for reading, shared by all requests, and one for writing, used by one at a time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from selon.record.record import Record
from selon.web.problems import Problem
from selon.web.settings import Settings

# Requests that query at the same time; more only take each other's processor. The others wait.
READERS = 4
# How long a request waits for its turn. 200 at once with the slowest pages need a few seconds.
PATIENCE = 30.0


class Records:
    """The record as the server uses it.

    Args:
        settings: which record, and whether it may be written to.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: queue.LifoQueue[Record | None] = queue.LifoQueue()
        for _ in range(READERS):
            self._idle.put(None)
        self._writing = threading.Lock()
        self._writer: Record | None = None

    def open(self) -> None:
        """Open the record once, so that it exists and what is wrong with it is said at the start."""
        if not self._settings.read_only:
            self._writer = Record(self._settings.record)
        with self.reading():
            pass

    @contextmanager
    def reading(self) -> Iterator[Record]:
        """Lend a record to query; what takes too long is given up."""
        try:
            record = self._idle.get(timeout=PATIENCE)
        except queue.Empty:
            raise Problem(503, "busy", headers={"Retry-After": "2"}) from None
        try:
            if record is None:
                record = Record(self._settings.record, read_only=True)
            with record.within(self._settings.max_query_seconds):
                yield record
        finally:
            self._idle.put(record)

    @contextmanager
    def writing(self) -> Iterator[Record]:
        """Lend the record to write to, to one at a time."""
        if self._settings.read_only:
            raise Problem(403, "read_only")
        if not self._writing.acquire(timeout=PATIENCE):
            raise Problem(503, "busy", headers={"Retry-After": "2"})
        try:
            if self._writer is None:
                self._writer = Record(self._settings.record)
            yield self._writer
        finally:
            self._writing.release()

    def close(self) -> None:
        """Close all records."""
        while not self._idle.empty():
            record = self._idle.get()
            if record is not None:
                record.close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
