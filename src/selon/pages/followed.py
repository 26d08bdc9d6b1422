"""What following feeds remembers between two runs, in a small SQLite file.

A line goes out in three steps: it is noted here together with its place in the output, written, and then its entry
marked as seen. Whenever a run is killed, the next one can tell from the output what of the line is missing.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from pathlib import Path
from typing import NamedTuple

from selon.errors import InputError, SelonError
from selon.pages.web import Validators

# Marks the file as ours ("Selo"), and the form of its tables.
APPLICATION = 0x53656C6F
VERSION = 1
# Seconds to wait for another process to leave the file.
LOCK_SECONDS = 1.0
# An entry that fails so often is given up. The pauses between tries double from one interval of polling on, so that
# at 15 minutes the tries cover 7 hours: longer than most failures of a server, and no burden to one that is gone.
MAX_TRIES = 7

_TABLES = """
create table feed (url text primary key, etag text, last_modified text, answered text) without rowid;
create table seen (feed text, entry text, url text, primary key (feed, entry)) without rowid;
create index seen_url on seen (url);
create table failed (feed text, entry text, tries integer, after real, primary key (feed, entry)) without rowid;
create table going_out (feed text, entry text, url text, line blob, device integer, inode integer, position integer);
"""


class Entry(NamedTuple):
    """An entry of a feed: the feed's address, the entry's identifier in it, and the address of its page or None."""

    feed: str
    id: str
    url: str | None


class Output:
    """Where lines go: a file descriptor, written without a buffer."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        """Write all of ``data`` and, to a file, down to the disk.

        Raises:
            BrokenPipeError: if nobody reads any more.
            SelonError: if it cannot be written, as when the disk is full.
        """
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
            if stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                os.fsync(self._descriptor)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise SelonError(f"standard output: {error.strerror or error}") from None

    def place(self) -> tuple[int, int, int] | None:
        """Return device, inode and position of the next line if this is a file, None for pipes and terminals."""
        status = os.fstat(self._descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        return status.st_dev, status.st_ino, status.st_size

    def missing(self, line: bytes, place: tuple[int, int, int] | None) -> bytes:
        """Return what of ``line`` has not been written at ``place``: all of it where that cannot be told."""
        here = self.place()
        if place is None or here is None or here[:2] != place[:2] or here[2] < place[2]:
            return line
        try:
            # our own descriptor is most often open for writing only
            with Path(f"/dev/fd/{self._descriptor}").open("rb") as file:
                file.seek(place[2])
                written = file.read(len(line))
        except OSError:
            return line
        if written == line:
            return b""
        cut = line.startswith(written) and here[2] == place[2] + len(written)
        return line[len(written) :] if cut else line


class Followed:
    """The state file; to be closed. One process at a time can have it.

    Args:
        path: the file, made if there is none.

    Raises:
        InputError: if the file is none of ours, cannot be written, or is in use.
    """

    def __init__(self, path: str) -> None:
        try:
            self._database = sqlite3.connect(path, isolation_level=None, timeout=LOCK_SECONDS)
        except sqlite3.Error as error:
            raise InputError(f"{path}: cannot be used as state file ({error})") from None
        try:
            self._open(path)
        except InputError:
            self.close()
            raise
        except sqlite3.Error as error:
            self.close()
            if "locked" in str(error):
                raise InputError(f"{path}: in use by another selon follow; name another file with --state") from None
            raise InputError(f"{path}: cannot be used as state file ({error})") from None

    def _open(self, path: str) -> None:
        # the lock is taken by the first change and then kept
        self._database.execute("pragma locking_mode = exclusive")
        with self._database:
            self._database.execute("begin exclusive")
            (application,) = self._database.execute("pragma application_id").fetchone()
            (version,) = self._database.execute("pragma user_version").fetchone()
            (tables,) = self._database.execute("select count(*) from sqlite_schema").fetchone()
            if (application, version) == (APPLICATION, VERSION):
                return
            if tables or application or version:
                whose = "of another version of Selon" if application == APPLICATION else "of another program"
                raise InputError(f"{path}: a database {whose}; name another file with --state")
            for statement in _TABLES.split(";"):
                self._database.execute(statement)
            self._database.execute(f"pragma application_id = {APPLICATION}")
            self._database.execute(f"pragma user_version = {VERSION}")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def validators(self, feed: str) -> Validators | None:
        """Return what the feed's server gave when all of its entries had last been dealt with."""
        row = self._database.execute("select etag, last_modified, answered from feed where url = ?", (feed,)).fetchone()
        return Validators(*row) if row else None

    def remember(self, feed: str, validators: Validators) -> None:
        """Keep what the feed's server gave; only once all entries have been dealt with, lest they be lost."""
        self._database.execute(
            "insert or replace into feed values (?, ?, ?, ?)",
            (feed, validators.etag, validators.last_modified, validators.url),
        )

    def seen(self, entry: Entry) -> bool:
        """Return whether the entry has been dealt with, or its page by way of another feed."""
        row = self._database.execute(
            "select 1 from seen where (feed = ? and entry = ?) or (url = ? and feed <> ?)",
            (entry.feed, entry.id, entry.url, entry.feed),
        ).fetchone()
        return row is not None

    def due(self, entry: Entry) -> bool:
        """Return whether an entry that failed before should be tried now."""
        row = self._database.execute(
            "select after from failed where feed = ? and entry = ?", (entry.feed, entry.id)
        ).fetchone()
        return row is None or row[0] <= time.time()

    def failed(self, entry: Entry, every: float) -> bool:
        """Count a failure of the entry and return whether to give it up; ``every``: seconds between two polls."""
        row = self._database.execute(
            "select tries from failed where feed = ? and entry = ?", (entry.feed, entry.id)
        ).fetchone()
        tries = (row[0] if row else 0) + 1
        if tries >= MAX_TRIES:
            self.done(entry)
            return True
        # the first retry is at the next poll
        after = time.time() + every * (2 ** (tries - 1) - 1)
        self._database.execute("insert or replace into failed values (?, ?, ?, ?)", (*entry[:2], tries, after))
        return False

    def done(self, entry: Entry) -> None:
        """Mark the entry as dealt with."""
        with self._database:
            self._database.execute("begin")
            self._done(entry)

    def put_out(self, entry: Entry, line: bytes, output: Output) -> None:
        """Write the entry's line and mark it as seen.

        Raises:
            BrokenPipeError, SelonError: if the line cannot be written; the next run then does it.
        """
        place = output.place()
        self._database.execute(
            "insert into going_out values (?, ?, ?, ?, ?, ?, ?)", (*entry, line, *(place or (None, None, None)))
        )
        output.write(line)
        self._went_out(entry)

    def finish(self, output: Output) -> None:
        """Write what a killed run left unwritten of its last line.

        To a file, nothing is doubled: what the line lacks is added. What a pipe's reader got cannot be known, so the
        line is written again there.
        """
        row = self._database.execute("select * from going_out").fetchone()
        if row is None:
            return
        entry, line, place = Entry(*row[:3]), bytes(row[3]), row[4:]
        missing = output.missing(line, None if place[0] is None else place)
        if missing:
            output.write(missing)
        self._went_out(entry)

    def _went_out(self, entry: Entry) -> None:
        with self._database:
            self._database.execute("begin")
            self._database.execute("delete from going_out")
            self._done(entry)

    def _done(self, entry: Entry) -> None:
        self._database.execute("insert or replace into seen values (?, ?, ?)", entry)
        self._database.execute("delete from failed where feed = ? and entry = ?", entry[:2])
