"""Open records: a few for reading, shared by all requests, and one for writing, used by one at a time."""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selon.record.record import Record
from selon.web.problems import Problem
from selon.web.settings import Settings

# Requests that query at the same time; more only take each other's processor. The others wait.
READERS = 4
# How long a request waits for its turn. 200 at once with the slowest pages need a few seconds.
PATIENCE = 30.0
# Answers that are kept until the record changes, those used last: parts of lists, counts for filters.
REMEMBERED = 500

Answer = TypeVar("Answer")


class Records:
    """The record as the server uses it.

    Args:
        settings: which record, and whether it may be written to.

    Attributes:
        settling: held while the record is asked for what lists build on; these wait, and find it ready then.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: queue.LifoQueue[Record | None] = queue.LifoQueue()
        for _ in range(READERS):
            self._idle.put(None)
        self._writing = threading.Lock()
        self.settling = threading.RLock()
        self._writer: Record | None = None
        self._remembering = threading.Lock()
        self._remembered: OrderedDict[Hashable, Any] = OrderedDict()
        self._remembered_at: tuple[tuple[int, int], ...] = ()

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

    def remembered(self, question: Hashable, ask: Callable[[Record], Answer]) -> Answer:
        """Return the answer to a question that was asked before, as long as the record has not changed since."""
        stamp = self._stamp()
        with self._remembering:
            if stamp != self._remembered_at:
                self._remembered, self._remembered_at = OrderedDict(), stamp
            if question in self._remembered:
                self._remembered.move_to_end(question)
                known: Answer = self._remembered[question]
                return known
        with self.settling:
            pass
        with self.reading() as record:
            answer = ask(record)
        with self._remembering:
            if stamp == self._remembered_at:
                self._remembered[question] = answer
                if len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
        return answer

    def _stamp(self) -> tuple[tuple[int, int], ...]:
        """What changes with every write to the record: its files' times and sizes."""
        stamps = []
        for suffix in ("", "-wal"):
            try:
                state = Path(f"{self._settings.record}{suffix}").stat()
            except OSError:
                continue
            stamps.append((state.st_mtime_ns, state.st_size))
        return tuple(stamps)

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
