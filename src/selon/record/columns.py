"""Attributions in columns: the few facts that filters, orders and counts look at, in arrays.

A frequent word stands in most contents, and SQLite takes a microsecond or more for each look at a row; arrays take
nanoseconds. One question about a few attributions fetches theirs; a wide one fetches all, which are then kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import get_args

import numpy as np
import numpy.typing as npt

from selon.page import Act, Kind

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

KINDS: tuple[str, ...] = get_args(Kind)
ACTS: tuple[str, ...] = get_args(Act)
# Of more attributions than one in so many, all are fetched, since the next wide question will want them too.
FEW = 20
# The day of pages that have no date.
UNDATED = 0


def _codes(column: str, values: Sequence[str]) -> str:
    cases = " ".join(f"WHEN '{value}' THEN {code}" for code, value in enumerate(values))
    return f"CASE {column} {cases} ELSE -1 END"


# each column that Python fetches costs a quarter of a microsecond a row, so small ones come as one number
_ROWS = f"""
SELECT attribution_id, version_id, coalesce(name_id, 0),
       ({_codes("kind", KINDS)} + 1) * 64 + ({_codes("act", ACTS)} + 1) * 4 + in_debris * 2 + (replaced_by NOT NULL),
       confidence
FROM attribution"""


@dataclass(frozen=True, slots=True)
class Attributions:
    """Attributions by their numbers; all arrays are of one length.

    Attributes:
        ids: their numbers, ascending.
        versions: versions of pages; names: names of speakers, 0 for none.
        kinds, acts: places in :data:`KINDS` and :data:`ACTS`.
        debris, replaced: whether they stand in debris, and whether a correction replaced them.
        confidence: how sure, between 0 and 1.
    """

    ids: Integers
    versions: Integers
    names: Integers
    kinds: Integers
    acts: Integers
    debris: Flags
    replaced: Flags
    confidence: Numbers

    def where(self, chosen: Flags | Integers) -> Attributions:
        """Return those that ``chosen`` picks."""
        return Attributions(*(getattr(self, name)[chosen] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of pages; all arrays are of one length.

    Attributes:
        ids: their numbers, ascending.
        days: the first day that each may be of, as :meth:`datetime.date.toordinal` counts; ``UNDATED`` for none.
        latest: whether it is the latest version of its page.
        facts: outlets, languages, years.
    """

    ids: Integers
    days: Integers
    latest: Flags
    facts: dict[str, tuple[str | None, ...]]

    def at(self, versions: Integers) -> Integers:
        """Return the places of versions in these arrays."""
        return np.searchsorted(self.ids, versions)


class Columns:
    """The columns of a record, in the state in which it is while it is being read.

    Args:
        connection: an open record.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._all: Attributions | None = None

    def every(self) -> Attributions:
        """Return all attributions."""
        if self._all is None:
            self._all = _attributions(self._connection.execute(f"{_ROWS} ORDER BY attribution_id"))
        return self._all

    def of(self, ids: Integers) -> tuple[Attributions, Integers]:
        """Return the attributions with these numbers and their places in ``ids``; some may be gone."""
        if self._all is None and len(ids) * FEW > self._last:
            self.every()
        if self._all is None:
            wanted = json.dumps(sorted(ids.tolist()))
            some = f"{_ROWS} WHERE attribution_id IN (SELECT value FROM json_each(?)) ORDER BY attribution_id"
            known = _attributions(self._connection.execute(some, (wanted,)))
        else:
            known = self._all
        if not len(known.ids):
            return known, np.empty(0, np.int64)
        places = np.minimum(np.searchsorted(known.ids, ids), len(known.ids) - 1)
        there = np.flatnonzero(known.ids[places] == ids)
        return known.where(places[there]), there

    @cached_property
    def versions(self) -> Versions:
        """All versions of pages."""
        rows = self._connection.execute(
            "SELECT version_id, first_day, page.latest IS version_id, outlet, language, substr(first_day, 1, 4)"
            " FROM version JOIN page USING (page_id) ORDER BY version_id"
        )
        ids, days, latest, outlets, languages, years = list(zip(*rows, strict=True)) or ((),) * 6
        return Versions(
            np.array(ids, np.int64),
            np.array([date.fromisoformat(day).toordinal() if day else UNDATED for day in days], np.int64),
            np.array(latest, np.bool_),
            {"outlet": outlets, "language": languages, "year": years},
        )

    @cached_property
    def speakers(self) -> Integers:
        """The number of the speaker whom each name means, by the name's number; 0 for nobody."""
        rows = self._connection.execute("SELECT name_id, speaker_id FROM name WHERE speaker_id NOT NULL")
        pairs = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 2)
        speakers = np.zeros(int(pairs[:, 0].max(initial=0)) + 1, np.int64)
        speakers[pairs[:, 0]] = pairs[:, 1]
        return speakers

    def speakers_of(self, names: Integers) -> Integers:
        """Return the numbers of the speakers whom names mean, 0 for nobody."""
        known = self.speakers
        return np.where(names < len(known), known[np.minimum(names, len(known) - 1)], 0)

    @cached_property
    def _last(self) -> int:
        """About how many attributions there are."""
        return int(self._connection.execute("SELECT coalesce(max(attribution_id), 0) FROM attribution").fetchone()[0])


def _attributions(rows: sqlite3.Cursor) -> Attributions:
    # whole numbers stay exact in floats up to 2**53
    table = np.fromiter(chain.from_iterable(rows), np.float64).reshape(-1, 5)
    ids, versions, names, codes = (table[:, at].astype(np.int64) for at in range(4))
    return Attributions(
        ids, versions, names, kinds=codes // 64 - 1, acts=codes // 4 % 16 - 1, debris=codes & 2 > 0,
        replaced=codes & 1 > 0, confidence=table[:, 4].copy(),
    )  # fmt: skip
