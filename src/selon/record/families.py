"""Families of quotations: wordings are stored once and joined to those that they are variants of.

A family is a connected component of the relation ``same_quotation`` between wordings that share a fingerprint. It is
named by the smallest digest among its wordings. Neither depends on the order in which wordings are added.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from selon.record.fingerprints import MIN_WORDS, fingerprints, same_quotation
from selon.record.wording import digest, folded_words

# A run of words that more wordings share is a phrase of the day; further wordings are compared with this many of them
# only. Real material has at most a few hundred; the limit keeps hostile pages from costing the square of their length.
MAX_SHARING = 2000
# Values bound to one statement, below SQLite's own limit.
CHUNK = 500


class Wordings:
    """The wordings of a record, inside a transaction that the caller opens and commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def note(self, text: str, *, quoted: bool = True) -> int | None:
        """Return the ``wording_id`` of one text, as :meth:`note_all` does."""
        return self.note_all([text], quoted=quoted)[0]

    def note_all(self, texts: Sequence[str], *, quoted: bool = True) -> list[int | None]:
        """Return each text's ``wording_id``, adding wordings that are new; None for a text without words.

        Only the words of ``quoted`` texts (direct and mixed contents) are joined to families; a wording that was first
        noted unquoted is joined when it is noted as quoted.
        """
        folded = [folded_words(text) for text in texts]
        digests = [digest(words) if words else None for words in folded]
        wanted = {name: words for name, words in zip(digests, folded, strict=True) if name is not None}
        known = self._known(list(wanted))
        fresh: dict[int, list[str]] = {}
        ids: dict[bytes, int] = {}
        for name, words in wanted.items():
            joins = quoted and len(words) >= MIN_WORDS
            if name in known:
                ids[name], family = known[name]
                joins = joins and family is None
            else:
                ids[name] = self._insert(name, words)
            if joins:
                fresh[ids[name]] = words
        if fresh:
            self._join(fresh)
        return [None if name is None else ids[name] for name in digests]

    def _known(self, names: list[bytes]) -> dict[bytes, tuple[int, int | None]]:
        rows = _rows(self._connection, "SELECT digest, wording_id, family_id FROM wording WHERE digest IN", names)
        return {name: (wording, family) for name, wording, family in rows}

    def _insert(self, name: bytes, words: list[str]) -> int:
        statement = "INSERT INTO wording (digest, words, folded) VALUES (?, ?, ?)"
        added = self._connection.execute(statement, (name, len(words), " ".join(words))).lastrowid
        assert added is not None
        return added

    def _join(self, fresh: dict[int, list[str]]) -> None:
        """Give each of the wordings its fingerprints and its family."""
        prints = {wording: fingerprints(words) for wording, words in fresh.items()}
        marks = sorted((mark, wording) for wording, own in prints.items() for mark in own)
        self._connection.executemany("INSERT OR IGNORE INTO fingerprint (hash, wording_id) VALUES (?, ?)", marks)
        own_family = [(wording, wording) for wording in fresh]
        self._connection.executemany("UPDATE wording SET family_id = ? WHERE wording_id = ?", own_family)
        sharing: defaultdict[int, list[int]] = defaultdict(list)
        shown = list({mark for mark, _ in marks})
        statement = "SELECT hash, wording_id FROM fingerprint WHERE hash IN"
        for mark, wording in _rows(self._connection, statement, shown):
            if len(sharing[mark]) < MAX_SHARING:
                sharing[mark].append(wording)
        pairs: dict[int, set[int]] = {}
        for wording, own in prints.items():
            # of two wordings that are both new, the one with the larger number looks at the other
            near = {other for mark in own for other in sharing[mark] if other < wording or other not in fresh}
            if near := near - {wording}:
                pairs[wording] = near
        if pairs:
            self._compare(pairs, fresh)

    def _compare(self, pairs: dict[int, set[int]], fresh: dict[int, list[str]]) -> None:
        others = sorted({other for near in pairs.values() for other in near} | set(pairs))
        statement = "SELECT wording_id, family_id, digest, folded FROM wording WHERE wording_id IN"
        rows = list(_rows(self._connection, statement, others))
        folded = {wording: text for wording, _, _, text in rows}
        groups = _Groups(self._connection, {wording: family for wording, family, _, _ in rows})
        for wording in sorted(pairs):
            words = fresh[wording]
            for other in sorted(pairs[wording]):
                if not groups.together(wording, other) and same_quotation(words, folded[other].split(" ")):
                    groups.join(wording, other)
        groups.store()


class _Groups:
    """Disjoint sets of wordings, each named by the member whose digest is smallest."""

    def __init__(self, connection: sqlite3.Connection, families: dict[int, int]) -> None:
        self._connection = connection
        self._above = {family: family for family in families.values()}
        self._above.update(families)
        self._stored = set(families.values())
        self._digests = dict(
            _rows(connection, "SELECT wording_id, digest FROM wording WHERE wording_id IN", sorted(self._stored))
        )

    def _root(self, wording: int) -> int:
        while (above := self._above[wording]) != wording:
            self._above[wording] = wording = self._above[above]
        return wording

    def together(self, one: int, other: int) -> bool:
        return self._root(one) == self._root(other)

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)), key=self._digests.__getitem__)
        self._above[second] = first

    def store(self) -> None:
        moved = [(root, family) for family in self._stored if (root := self._root(family)) != family]
        self._connection.executemany("UPDATE wording SET family_id = ? WHERE family_id = ?", moved)


def _rows(connection: sqlite3.Connection, statement: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement that ends in ``IN``, for any number of values."""
    for begin in range(0, len(values), CHUNK):
        some = values[begin : begin + CHUNK]
        yield from connection.execute(f"{statement} ({','.join('?' * len(some))})", tuple(some))
