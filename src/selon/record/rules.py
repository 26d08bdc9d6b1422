"""Correct who is who by hand, and import tables of people; both hold for everything that is read later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from selon.errors import NotFoundError, RecordError
from selon.record.names import name_key
from selon.record.people import People
from selon.record.speakers import the_speaker


@dataclass(frozen=True, slots=True)
class Person:
    """A person of an imported table; ``wikidata`` is an item's identifier, like ``Q3052772``, or None."""

    name: str
    aliases: Sequence[str] = ()
    wikidata: str | None = None


def merge(connection: sqlite3.Connection, names: Sequence[str], into: str) -> int:
    """Make one speaker of those called ``names`` and the one called ``into``; return its number.

    Raises:
        RecordError: if one of them is not in the record.
    """
    target = _key(connection, the_speaker(connection, into))
    for name in names:
        other = _key(connection, the_speaker(connection, name))
        if other == target:
            raise RecordError(f"'{name}' and '{into}' are one speaker already")
        # what made it a speaker of its own must not come back in the way
        connection.execute("DELETE FROM speaker_rule WHERE key = ? AND speaker_key = ?", (target, other))
        _rule(connection, other, target, into)
        # a name that is linked to it only by a rule follows too
        connection.execute(
            "UPDATE speaker_rule SET speaker_key = ?, speaker_name = ? WHERE speaker_key = ?", (target, into, other)
        )
    People(connection).link_all()
    return _number(connection, target)


def split(connection: sqlite3.Connection, name: str) -> int:
    """Make whoever is called exactly ``name`` a speaker of their own; return its number.

    Raises:
        RecordError: if no page gives that name.
    """
    rows = connection.execute("SELECT DISTINCT key FROM name WHERE name = ? COLLATE NOCASE", (name,)).fetchall()
    if not rows:
        raise NotFoundError(f"no page gives the name '{name}'; write it as pages do (see selon speaker)")
    for (key,) in rows:
        _rule(connection, key, key, name)
    People(connection).link_all()
    return _number(connection, rows[0][0])


def import_people(connection: sqlite3.Connection, people: Iterable[Person]) -> int:
    """Take people in; names and aliases of theirs are then linked to them. Return how many."""
    count = 0
    for person in people:
        key = name_key(person.name, "person").text
        connection.execute(
            "INSERT INTO person (key, name, wikidata) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE"
            " SET name = excluded.name, wikidata = coalesce(excluded.wikidata, wikidata)",
            (key, person.name, person.wikidata),
        )
        number = connection.execute("SELECT person_id FROM person WHERE key = ?", (key,)).fetchone()[0]
        keys = {key} | {name_key(alias, kind).text for alias in person.aliases for kind in ("person", "unknown")}
        connection.executemany(
            "INSERT OR IGNORE INTO person_alias VALUES (?, ?)", ((one, number) for one in sorted(keys))
        )
        count += 1
    People(connection).link_all()
    return count


def person_of(fields: Mapping[str, object]) -> Person:
    """Return the person that a row of a table tells: ``name``, ``aliases`` (a list, or parted by ``|`` or ``;``),
    ``wikidata`` (``Q…`` or an address that ends so).

    Raises:
        ValueError: if it has no name, or an identifier that is none.
    """
    name = str(fields.get("name") or "").strip()
    if not name:
        raise ValueError("no name")
    stated = fields.get("aliases") or ()
    aliases = stated.replace(";", "|").split("|") if isinstance(stated, str) else list(stated)  # type: ignore[call-overload]
    wikidata = str(fields.get("wikidata") or "").strip().rsplit("/", 1)[-1] or None
    if wikidata is not None and not (wikidata[0] == "Q" and wikidata[1:].isdigit()):
        raise ValueError(f"'{wikidata}' is no Wikidata item (like Q42)")
    return Person(name, tuple(alias.strip() for alias in map(str, aliases) if alias.strip()), wikidata)


def _rule(connection: sqlite3.Connection, key: str, target: str, name: str) -> None:
    connection.execute(
        "INSERT INTO speaker_rule VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
        " speaker_key = excluded.speaker_key, speaker_name = excluded.speaker_name, made_at = excluded.made_at",
        (key, target, name, datetime.now(UTC).isoformat(timespec="seconds")),
    )


def _key(connection: sqlite3.Connection, speaker_id: int) -> str:
    return str(connection.execute("SELECT key FROM speaker WHERE speaker_id = ?", (speaker_id,)).fetchone()[0])


def _number(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT speaker_id FROM speaker WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise RecordError("the speaker is on no page")
    return int(row[0])
