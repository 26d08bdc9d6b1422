"""All speakers with their counts, in the orders that lists of them have."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from selon.record.columns import UNDATED
from selon.record.found import columns_of
from selon.record.parts import part
from selon.record.results import Key, Rows, SpeakerCount
from selon.record.settled import Settled
from selon.record.speakers import TOP, find_speakers, names_of

Order = Literal["attributions", "pages", "name", "first", "last"]

# Characters of a name that it is ordered by; keys travel in addresses.
IN_KEY = 100
# SQLite's NOCASE, by which people's own queries order too.
_NOCASE = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
_NEVER = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True)
class _Said:
    """How much a speaker says, and the first days of the earliest and the latest page (UNDATED for none)."""

    speaker_id: int
    name: str
    kind: str
    gender: str | None
    wikidata: str | None
    attributions: int
    pages: int
    first: int
    last: int


_KEYS: dict[Order, Callable[[_Said], Key]] = {
    "attributions": lambda one: (-one.attributions, one.name[:IN_KEY], one.speaker_id),
    "pages": lambda one: (-one.pages, -one.attributions, one.name[:IN_KEY], one.speaker_id),
    "name": lambda one: (one.name[:IN_KEY].translate(_NOCASE), one.speaker_id),
    "first": lambda one: (_NEVER if one.first == UNDATED else one.first, one.name[:IN_KEY], one.speaker_id),
    "last": lambda one: (-one.last, one.name[:IN_KEY], one.speaker_id),
}


def speakers(
    connection: sqlite3.Connection,
    settled: Settled,
    words: str,
    order: Order,
    limit: int,
    offset: int,
    after: Key | None,
) -> Rows[SpeakerCount]:
    """Return the speakers whose names contain all of ``words`` (everybody, if there are none), with their counts.

    Raises:
        RecordError: if ``after`` is no key of this list.
    """
    said = settled.kept("said", lambda: _said(connection, settled))
    ranked = settled.kept(f"ranked by {order}", lambda: sorted((_KEYS[order](one), one) for one in said.values()))
    if words.strip():
        wanted = find_speakers(connection, words, any_name=True)
        ranked = sorted((_KEYS[order](said[number]), said[number]) for number in wanted if number in said)
    shown, following = part([key for key, _ in ranked], limit, offset, after)
    found = [
        SpeakerCount(
            one.speaker_id,
            one.name,
            one.kind,
            one.gender,
            one.wikidata,
            one.attributions,
            one.pages,
            _day(one.first),
            _day(one.last),
            tuple(names_of(connection, one.speaker_id)[:TOP]),
        )
        for _, one in ranked[shown]
    ]
    return Rows(found, len(ranked), following)


def _day(day: int) -> str | None:
    return None if day == UNDATED else date.fromordinal(day).isoformat()


def _said(connection: sqlite3.Connection, settled: Settled) -> dict[int, _Said]:
    """Count what everybody says on latest versions of pages, outside debris, corrections applied."""
    columns = columns_of(connection, settled)
    rows, versions = columns.every(), columns.versions
    places = versions.at(rows.versions)
    speakers = columns.speakers_of(rows.names)
    shown = np.flatnonzero(~rows.replaced & ~rows.debris & versions.latest[places] & (speakers > 0))
    shown = shown[np.argsort(speakers[shown], kind="stable")]
    if not len(shown):
        return {}
    speakers, places = speakers[shown], places[shown]
    ids, begins, counts = np.unique(speakers, return_index=True, return_counts=True)
    days = versions.days[places]
    first = np.minimum.reduceat(np.where(days == UNDATED, _NEVER, days), begins)
    last = np.maximum.reduceat(days, begins)
    pairs = np.unique(speakers * len(versions.ids) + places)
    pages = np.unique(pairs // len(versions.ids), return_counts=True)[1]
    facts = {
        number: facts
        for number, *facts in connection.execute("SELECT speaker_id, name, kind, gender, wikidata FROM speaker")
    }
    counted = zip(ids.tolist(), counts.tolist(), pages.tolist(), first.tolist(), last.tolist(), strict=True)
    said = {}
    for number, times, on, begin, end in counted:
        name, kind, gender, wikidata = facts[number]
        begin = UNDATED if begin == _NEVER else begin
        said[number] = _Said(number, name, kind, gender, wikidata, times, on, begin, end)
    return said
