"""Open, create, migrate and lock the record's file, and say plainly what is wrong where that fails."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path

from filelock import FileLock, Timeout

from selon.errors import BusyError, RecordError, SlowQueryError
from selon.record.stems import indexed_words

# "Seln": tells a record from other SQLite files.
APPLICATION_ID = 0x53656C6E
# The schema that schema.sql makes; migrations/N.sql leads from N - 1 to N.
SCHEMA_VERSION = 2
# Seconds that a short write waits for the batch of a long one to end.
BUSY_TIMEOUT = 30.0
# Negative kibibytes of page cache, as SQLite counts; a record of 6,000 pages has indexes of about this size.
CACHE_SIZE = -64_000

_REASONS = (
    ("database or disk is full", "the disk is full; what was stored before is safe"),
    ("disk i/o error", "the disk cannot be written or read (full, or taken away?); what was stored before is safe"),
    ("readonly", "is read-only; choose another file with --record"),
    ("locked", "is being written by another program; try again in a while"),
    ("malformed", "is damaged; restore a copy, or save what can be read with: sqlite3 FILE .recover"),
    ("not a database", "is no record of Selon (no SQLite file)"),
    ("unable to open", "cannot be opened; does its folder exist, and may you write there?"),
)


def open_record(path: str | os.PathLike[str], *, read_only: bool = False) -> sqlite3.Connection:
    """Open the record at ``path``, or create it unless ``read_only``; migrate an older one that may be written.

    Raises:
        RecordError: if there is none, it cannot be opened, is something else, or has a newer schema.
    """
    if os.fspath(path) == ":memory:":
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        _create(connection)
        return connection
    path = Path(path)
    with explained(path):
        if read_only and not path.exists():
            raise RecordError(f"{path}: no such record; make one with: selon add PAGES --record {path}")
        if path.is_dir():
            raise RecordError(f"{path}: a folder, no record")
        connection = _connect(path, read_only=read_only)
        try:
            _check(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def writer_lock(path: str | os.PathLike[str]) -> Iterator[None]:
    """Be the only one who adds pages to the record meanwhile; the system ends the lock with the process.

    Raises:
        RecordError: if another process is adding pages.
    """
    lock = FileLock(f"{os.fspath(path)}-writer")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"{path}: another process is adding pages to this record; wait until it has ended") from None
    except OSError as error:
        raise RecordError(f"{path}: cannot be written ({error.strerror})") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make all or nothing of what is written inside; others may read meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def explained(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn errors of SQLite into a :class:`RecordError` that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        told = str(error).casefold()
        if told == "interrupted":
            raise SlowQueryError(f"{path}: the question took too long") from error
        reason = next((reason for sign, reason in _REASONS if sign in told), str(error))
        raise (BusyError if "locked" in told else RecordError)(f"{path}: {reason}") from error


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    mode = "ro" if read_only or (path.exists() and not os.access(path, os.W_OK)) else "rwc"
    address = f"{path.absolute().as_uri()}?mode={mode}"
    # without write access to the folder SQLite cannot share a record that is in WAL mode; nobody else can write either
    if mode == "ro" and not os.access(path.absolute().parent, os.W_OK) and not Path(f"{path}-wal").exists():
        address += "&immutable=1"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = {CACHE_SIZE}")
    connection.execute("PRAGMA temp_store = MEMORY")
    if mode == "rwc":
        connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _check(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    identity, version = _identity(connection)
    if identity == 0 and version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        if read_only:
            raise RecordError(f"{path}: an empty file, no record")
        connection.execute("PRAGMA journal_mode = WAL")
        _create(connection)
        return
    if identity != APPLICATION_ID:
        raise RecordError(f"{path}: an SQLite file, but no record of Selon")
    if version > SCHEMA_VERSION:
        raise RecordError(
            f"{path}: made by a newer Selon (schema {version}, known here: {SCHEMA_VERSION}); update Selon"
        )
    if version < SCHEMA_VERSION:
        if not read_only:
            migrate(connection)
            return
        if not os.access(path, os.W_OK):
            raise RecordError(f"{path}: made by an older Selon; whoever may write it has to open it once")
        # asking an older record brings it up to date; the connection at hand may only read
        open_record(path).close()


def _identity(connection: sqlite3.Connection) -> tuple[int, int]:
    identity = connection.execute("PRAGMA application_id").fetchone()[0]
    return int(identity), int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        # another process may have been quicker
        if _identity(connection) == (0, 0):
            _run(connection, _script("schema.sql"))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def migrate(connection: sqlite3.Connection, scripts: Mapping[int, str] | None = None) -> None:
    """Bring an older record to the present schema, or to the newest of ``scripts``, in one transaction.

    Each script leads from the schema before its number to that number; by default they are ``migrations/N.sql``. They
    may call ``folded(text)``, the words of a text as the full-text indexes have them.
    """
    connection.create_function("folded", 1, indexed_words, deterministic=True)
    with transaction(connection):
        known = _identity(connection)[1]
        if scripts is None:
            wanted = range(known + 1, SCHEMA_VERSION + 1)
            scripts = {version: _script(f"migrations/{version}.sql") for version in wanted}
        for version in sorted(version for version in scripts if version > known):
            _run(connection, scripts[version])
            connection.execute(f"PRAGMA user_version = {version}")


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run statements one by one, since executescript() would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


@cache
def _script(name: str) -> str:
    return resources.files("selon.record").joinpath(name).read_text(encoding="utf-8")
