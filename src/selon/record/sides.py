"""Who stands against whom: disputes of two sides, counter-accusations, the network of accusers and accused."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from selon.errors import NotFoundError, RecordError
from selon.languages.pack import available, load_words
from selon.record.allegation_filters import is_code
from selon.record.allegation_results import By, CounterAccusation, Dispute, Network, NetworkEdge, Turn
from selon.record.allegations import hits, speaker_name
from selon.record.claims import Claims, Told, in_order
from selon.record.results import Rows
from selon.record.speakers import find_speakers
from selon.record.wording import folded_words

Key = int | str
"""The number of a speaker or the code of a country."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a dispute: what it is called, its speakers, and the countries of its actors."""

    name: str
    speakers: frozenset[int]
    countries: frozenset[str]

    def has(self, speaker: int | None, country: str | None) -> bool:
        """Tell whether an actor is of this side."""
        return speaker in self.speakers or country in self.countries


def dispute(
    connection: sqlite3.Connection,
    claims: Claims,
    found: Iterable[int],
    names: tuple[str, str],
    limit: int,
    offset: int,
) -> Dispute:
    """Return what two sides say against each other, of the allegations with the numbers ``found``.

    Raises:
        RecordError: if nobody is called so, or the sides are the same.
    """
    sides = tuple(_side(connection, claims, name) for name in names)
    if sides[0].speakers == sides[1].speakers and sides[0].countries == sides[1].countries:
        raise RecordError(f"'{names[0]}' and '{names[1]}' are the same; name two sides")
    turns: dict[int, tuple[int, Told]] = {}
    for one in _in_order(claims, found):
        number = claims.claim(one.allegation_id).claim
        if number not in turns and (side := _speaking(claims, one, sides)) is not None:
            turns[number] = (side, one)
    shown = list(turns.values())[offset : offset + limit]
    found_hits = hits(connection, claims, ((one.allegation_id, 0.0) for _, one in shown))
    answers = _answered(claims, shown)
    rows = Rows(
        [Turn(side, hit, to) for (side, _), hit, to in zip(shown, found_hits, answers, strict=True)], len(turns)
    )
    return Dispute((sides[0].name, sides[1].name), rows)


def _answered(claims: Claims, turns: list[tuple[int, Told]]) -> list[tuple[int, ...]]:
    """Which earlier turns each turn answers."""
    found: list[tuple[int, ...]] = []
    numbers: dict[int, int] = {}
    latest: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for side, one in turns:
        claim = claims.claim(one.allegation_id)
        pages = list(dict.fromkeys(told.page for told in claim.told))
        if one.stance == "accuses":
            there = [latest[1 - side][page] for page in pages if page in latest[1 - side]]
            found.append(tuple(there[:1]))
            latest[side].update((page, one.allegation_id) for page in pages)
        else:
            opposed = (numbers.get(other.claim) for other in claims.opposed(claim))
            found.append(tuple(number for number in opposed if number is not None))
        numbers[claim.claim] = one.allegation_id
    return found


def counter_accusations(
    connection: sqlite3.Connection, claims: Claims, found: Iterable[int], by: By, limit: int, offset: int
) -> Rows[CounterAccusation]:
    """Return who accuse each other, those with the most allegations on the quieter side first."""
    told: defaultdict[tuple[Key, Key], list[Told]] = defaultdict(list)
    for one in _in_order(claims, found):
        pair = _pair(claims, one, by)
        if one.stance == "accuses" and pair is not None and pair[0] != pair[1]:
            told[pair].append(one)
    # told is in the order of first accusations, so the first of two comes first
    pairs = []
    for pair in told:
        back = pair[1], pair[0]
        if back in told and (back, pair) not in pairs:
            pairs.append((pair, back))
    counts = {
        pair: Counter(claims.claim(one.allegation_id).claim for one in told[pair]) for two in pairs for pair in two
    }
    pairs.sort(key=lambda two: (-min(len(counts[two[0]]), len(counts[two[1]])), -len(told[two[0]]) - len(told[two[1]])))
    result = []
    for there, back in pairs[offset : offset + limit]:
        days = [day for pair in (there, back) for one in told[pair] for day in (one.first_day, one.last_day) if day]
        most = [max(told[pair], key=lambda one: claims.claim(one.allegation_id).pages) for pair in (there, back)]
        first, second = hits(connection, claims, [(one.allegation_id, 0.0) for one in most])
        result.append(
            CounterAccusation(
                one=_called(connection, there[0]),
                other=_called(connection, there[1]),
                one_accuses=len(counts[there]),
                other_accuses=len(counts[back]),
                one_pages=len({one.page for one in told[there]}),
                other_pages=len({one.page for one in told[back]}),
                first=min(days, default=None),
                last=max(days, default=None),
                examples=(first, second),
            )
        )
    return Rows(result, len(pairs))


def network(connection: sqlite3.Connection, claims: Claims, found: Iterable[int], by: By, names: int) -> Network:
    """Return who accuses whom how often, among the ``names`` with the most allegations."""
    told: defaultdict[tuple[Key, Key, str], list[Told]] = defaultdict(list)
    unsaid = 0
    for one in _in_order(claims, found):
        pair = _pair(claims, one, by)
        if pair is None:
            unsaid += 1
        else:
            told[*pair, one.stance].append(one)
    counts: Counter[Key] = Counter()
    for (accuser, accused, _), rows in told.items():
        for key in {accuser, accused}:
            counts[key] += len(rows)
    called = {key: _called(connection, key) for key in counts}
    kept = set(sorted(counts, key=lambda key: (-counts[key], called[key]))[:names])
    edges = [
        NetworkEdge(
            accuser=called[accuser],
            accused=called[accused],
            stance=stance,
            count=len(rows),
            claims=len({claims.claim(one.allegation_id).claim for one in rows}),
            pages=len({one.page for one in rows}),
            first=min((one.first_day for one in rows if one.first_day), default=None),
            last=max((one.last_day for one in rows if one.last_day), default=None),
        )
        for (accuser, accused, stance), rows in told.items()
        if accuser in kept and accused in kept
    ]
    edges.sort(key=lambda edge: (-edge.count, edge.accuser, edge.accused, edge.stance))
    ends = {name for edge in edges for name in (edge.accuser, edge.accused)}
    return Network(Rows(edges, len(told)), len(ends), len(set(called.values())) - len(ends), unsaid)


def _in_order(claims: Claims, found: Iterable[int]) -> list[Told]:
    """Allegations by the date of their page, undated ones last."""
    told = [claims.told[number] for number in found]
    return sorted(told, key=in_order)


def _side(connection: sqlite3.Connection, claims: Claims, name: str) -> Side:
    """The side that somebody typed: names or countries, parted by ``|``."""
    parts = [part for part in map(str.strip, name.split("|")) if part]
    countries = {code for part in parts for code in ({part} if is_code(part) else _countries(part))}
    named = {number for part in parts for number in find_speakers(connection, part)}
    speakers = named | {number for number, country in claims.countries.items() if country in countries}
    if not speakers and countries and not claims.of_countries & countries:
        raise NotFoundError(f"no page of this record shows an accuser or accused to be of '{name}'; name speakers")
    if not speakers and not countries:
        raise NotFoundError(f"nobody called '{name}' in this record; look with: selon speakers")
    called = speaker_name(connection, min(named)) if len(named) == 1 and not countries else None
    return Side(called or name, frozenset(speakers), frozenset(countries))


def _countries(name: str) -> set[str]:
    """The code of the country that is called ``name`` in one of the languages."""
    wanted = folded_words(name)
    return {
        code
        for language in available()
        for code, names in load_words(language, "countries")["names"].items()
        if any(folded_words(one) == wanted for one in names)
    }


def _speaking(claims: Claims, one: Told, sides: tuple[Side, ...]) -> int | None:
    """Which of two sides speaks against the other here; None if neither does."""
    for at, side in enumerate(sides):
        other = sides[1 - at]
        if not side.has(one.accuser, one.accuser_country):
            continue
        if other.has(one.accused, one.accused_country) and one.accuser != one.accused:
            return at
        if one.stance != "accuses" and any(
            other.has(accusation.accuser, accusation.accuser_country)
            for claim in claims.opposed(claims.claim(one.allegation_id))
            for accusation in claim.told
        ):
            return at
    return None


def _pair(claims: Claims, one: Told, by: By) -> tuple[Key, Key] | None:
    accuser: Key | None = one.accuser
    accused: Key | None = one.accused
    if by == "country":
        accuser = one.accuser_country or claims.countries.get(one.accuser or 0)
        accused = one.accused_country or claims.countries.get(one.accused or 0)
    return None if accuser is None or accused is None else (accuser, accused)


def _called(connection: sqlite3.Connection, key: Key) -> str:
    return key if isinstance(key, str) else speaker_name(connection, key) or str(key)
