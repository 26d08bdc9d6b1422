"""Join the names of all pages to speakers: by evidence, by imported tables of people, and as people corrected them.

Whom a name means is a function of the names of all pages, the imported people and the rules: it depends neither on the
order in which pages came nor on what was linked before.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from selon.record.names import NameKey, name_key

# A short name means the person with so much of the pages of all who may be meant. By eye on a thousand names of the
# French press pages: below it, one name in ten went to a namesake.
CLEAR_SHARE = 0.8

Given = tuple[str, str, str]
"""A name as a page gives it, its kind, and its gender or an empty string."""


@dataclass(frozen=True, slots=True)
class _Row:
    name_id: int
    name: str
    kind: str
    gender: str
    pages: int
    key: NameKey


class People:
    """The names and speakers of a record; everything happens in the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ids: dict[Given, int] = {}
        self._counts: Counter[int] = Counter()
        self._changed: set[str] = set()

    def note(self, given: Given) -> int:
        """Return the number of a name; it is made if it is new."""
        known = self._ids.get(given)
        if known is not None:
            return known
        find = "SELECT name_id FROM name WHERE (name, kind, gender) = (?, ?, ?)"
        row = self._connection.execute(find, given).fetchone()
        if row is None:
            key = name_key(given[0], given[1])
            row = self._connection.execute(
                "INSERT INTO name (name, kind, gender, key, last_word) VALUES (?, ?, ?, ?, ?) RETURNING name_id",
                (*given, key.text, key.words[-1]),
            ).fetchone()
            self._changed.add(key.words[-1])
        self._ids[given] = int(row[0])
        return int(row[0])

    def count(self, name_ids: Iterable[int], step: int = 1) -> None:
        """Note that one more version of a page (or, with -1, one less) gives these names."""
        for name_id in name_ids:
            self._counts[name_id] += step

    def link(self) -> None:
        """Write the counts down, and link all names anew that new names or counts may concern."""
        counts = [(step, name_id) for name_id, step in sorted(self._counts.items()) if step]
        self._connection.executemany("UPDATE name SET pages = pages + ? WHERE name_id = ?", counts)
        words = self._changed
        for _, name_id in counts:
            last, key = self._connection.execute(
                "SELECT last_word, key FROM name WHERE name_id = ?", (name_id,)
            ).fetchone()
            # the first word as well, for it counts where that is a name by itself
            words.update((last, key.partition(" ")[0]))
        self._relink(words)
        self.forget()

    def link_all(self) -> None:
        """Link all names anew, after rules or imported people changed."""
        self._relink({row[0] for row in self._connection.execute("SELECT DISTINCT last_word FROM name")})

    def forget(self) -> None:
        """Drop what is not written down, as after a transaction that failed."""
        self._ids.clear()
        self._counts.clear()
        self._changed = set()

    def _relink(self, last_words: set[str]) -> None:
        rules = dict(self._connection.execute("SELECT key, speaker_key FROM speaker_rule"))
        touched: set[str] = set()
        links: list[tuple[str | None, int]] = []
        for last_word in sorted(last_words):
            rows = self._rows("last_word = ?", last_word)
            for row, target in self._targets(rows):
                if target is not None:
                    target = _ruled(row.key.text, target, rules)
                    touched.add(target)
                links.append((target, row.name_id))
            gone = "SELECT name_id FROM name WHERE last_word = ? AND pages <= 0 AND speaker_id IS NOT NULL"
            links += [(None, name_id) for (name_id,) in self._connection.execute(gone, (last_word,))]
        before = "SELECT speaker.key FROM speaker JOIN name USING (speaker_id) WHERE name_id = ?"
        for _, name_id in links:
            touched.update(row[0] for row in self._connection.execute(before, (name_id,)))
        self._connection.executemany(
            "INSERT OR IGNORE INTO speaker (key, name, kind) VALUES (?, ?, 'unknown')",
            ((target, target) for target in sorted({target for target, _ in links if target is not None})),
        )
        self._connection.executemany(
            "UPDATE name SET speaker_id = (SELECT speaker_id FROM speaker WHERE speaker.key = ?) WHERE name_id = ?",
            links,
        )
        for key in sorted(touched):
            self._describe(key)

    def _rows(self, where: str, value: str | int) -> list[_Row]:
        found = self._connection.execute(
            f"SELECT name_id, name, kind, gender, pages FROM name WHERE {where} AND pages > 0 ORDER BY name_id",
            (value,),
        )
        return [_Row(*(*row, name_key(row[1], row[2]))) for row in found]

    def _targets(self, rows: list[_Row]) -> Iterable[tuple[_Row, str | None]]:
        """Whom each name of one group, which ends in the same word, means: the speaker's key."""
        pages: Counter[NameKey] = Counter()
        genders: dict[NameKey, Counter[str]] = defaultdict(Counter)
        for row in rows:
            pages[row.key] += row.pages
            genders[row.key][row.gender] += row.pages
        aliases = {key: self._people(key.text, pages) for key in pages}
        for row in rows:
            if not row.key.somebody:
                yield row, None
            elif aliases[row.key] is not None:
                yield row, aliases[row.key]
            elif row.key.short:
                meant = {
                    full: count
                    for full, count in pages.items()
                    if row.key.may_mean(full) and _may_be(row.gender, genders[full])
                }
                linked = None if self._is_given(row.key, meant) else _clearest(meant)
                yield row, linked or row.key.text
            else:
                yield row, row.key.text

    def _is_given(self, key: NameKey, meant: dict[NameKey, int]) -> bool:
        """Tell whether a name is rather a given name: more pages have people whose names begin with it."""
        if len(key.words) > 1 or not meant:
            return False
        begun = self._connection.execute(
            "SELECT coalesce(sum(pages), 0) FROM name WHERE kind = 'person' AND key >= ? AND key < ?",
            (f"{key.text} ", f"{key.text}!"),
        ).fetchone()[0]
        return bool(begun >= sum(meant.values()))

    def _people(self, key: str, pages: Counter[NameKey]) -> str | None:
        """The key of the imported person whom a name means, if that is clear."""
        found = self._connection.execute(
            "SELECT person.key, person.name FROM person_alias JOIN person USING (person_id) WHERE person_alias.key = ?"
            " ORDER BY person.key",
            (key,),
        ).fetchall()
        if len(found) == 1:
            return str(found[0][0])
        meant = {name_key(name, "person"): pages[name_key(name, "person")] for _, name in found}
        return _clearest({full: count for full, count in meant.items() if count})

    def _describe(self, key: str) -> None:
        """Write down a speaker's name, kind and gender: what most pages say, the fuller name first."""
        row = self._connection.execute("SELECT speaker_id FROM speaker WHERE key = ?", (key,)).fetchone()
        if row is None:
            return
        rows = self._rows("speaker_id = ?", row[0])
        if not rows:
            self._connection.execute("UPDATE name SET speaker_id = NULL WHERE speaker_id = ?", row)
            self._connection.execute("DELETE FROM speaker WHERE speaker_id = ?", row)
            return
        kinds: Counter[str] = Counter()
        genders: Counter[str] = Counter()
        names: Counter[str] = Counter()
        for one in rows:
            kinds[one.kind] += one.pages if one.kind != "unknown" else 0
            genders[one.gender] += one.pages if one.gender else 0
            names[one.name] += one.pages if one.key.text == key else 0
        person = self._connection.execute("SELECT name, wikidata FROM person WHERE key = ?", (key,)).fetchone()
        rule = self._connection.execute(
            "SELECT speaker_name FROM speaker_rule WHERE speaker_key = ?", (key,)
        ).fetchone()
        name = person[0] if person else _most(names) or (rule[0] if rule else rows[0].name)
        self._connection.execute(
            "UPDATE speaker SET name = ?, kind = ?, gender = ?, wikidata = ? WHERE key = ?",
            (name, _most(kinds) or "unknown", _most(genders), person[1] if person else None, key),
        )


def _ruled(name: str, target: str, rules: dict[str, str]) -> str:
    """Whom a name means after the corrections: of the name itself, else of the speaker it was linked to."""
    if name in rules:
        target = rules[name]
        if target == name:
            return target
    seen = {target}
    while target in rules and rules[target] not in seen:
        target = rules[target]
        seen.add(target)
    return target


def _may_be(gender: str, genders: Counter[str]) -> bool:
    shown = _most(Counter({one: count for one, count in genders.items() if one}))
    return not gender or not shown or gender == shown


def _clearest(meant: dict[NameKey, int]) -> str | None:
    if not meant:
        return None
    best = min(meant, key=lambda full: (-meant[full], full.text))
    return best.text if meant[best] >= CLEAR_SHARE * sum(meant.values()) else None


def _most(counts: Counter[str]) -> str | None:
    """The commonest, the first in the alphabet of several; None if nothing was counted."""
    counted = {item: count for item, count in counts.items() if count > 0}
    return min(counted, key=lambda item: (-counted[item], item)) if counted else None
