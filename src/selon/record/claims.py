"""Which allegations of different pages are the same one, who answers them, and who only repeats them.

All here is a function of the rows of the record, worked out when it is asked for: it depends neither on the order in
which pages were added nor on who was taken for whom before a correction.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from selon.edtf import is_edtf, ranges
from selon.record.fingerprints import same_quotation

# Deeds are alike when they share this much of the stems of the shorter and of the longer description. By eye on made-up
# and annotated deeds: with less of the longer one, a single word ("fraude") joins deeds that differ.
MIN_SHORTER = 0.6
MIN_LONGER = 0.3
# Deeds of one kind are alike when one stem of each begins with the same letters, as "ingérence" and "s'ingérer" do.
ROOT = 5
# A stem or root that more deeds between the same two share tells nothing; also bounds the work on hostile pages.
MAX_SHARING = 200
# Deeds of one claim, and deeds that others deny or admit (or accuse of), that are compared to see who answers it.
MAX_ANSWERS = 60
# Deeds whose stems are kept at hand.
CACHE = 1 << 14
# Different wordings of one allegation that are compared to see who repeats whom; its earliest pages come first.
MAX_WORDINGS = 40


class Told(NamedTuple):
    """An allegation as it is compared: a row of the record. ``accuser`` and ``accused`` are numbers of speakers."""

    allegation_id: int
    version: int
    page: str
    accuser: int | None
    accused: int | None
    stance: str
    stems: str
    kind: str | None
    time: str | None
    wording: int | None
    answers: int | None
    outlet: str | None
    first_day: str | None
    last_day: str | None
    language: str | None
    accuser_country: str | None
    accused_country: str | None


class Claim(NamedTuple):
    """The same allegation over pages: its rows, the earliest first."""

    claim: int
    told: tuple[Told, ...]

    @property
    def pages(self) -> int:
        """On how many pages it stands."""
        return len({one.page for one in self.told})

    @property
    def outlets(self) -> tuple[str, ...]:
        """Who carries it, the earliest first."""
        return tuple(dict.fromkeys(one.outlet for one in self.told if one.outlet))

    @property
    def first(self) -> str | None:
        """The first day of its pages."""
        return min((one.first_day for one in self.told if one.first_day), default=None)

    @property
    def last(self) -> str | None:
        """The last day of its pages."""
        return max((one.last_day for one in self.told if one.last_day), default=None)


_ROWS = """
SELECT allegation_id, allegation.version_id, page.key, accuser.speaker_id, accused.speaker_id, stance, deed_stems,
       deed_kind, time, wording_id, answers, outlet, first_day, last_day, language, accuser_country, accused_country
FROM allegation
JOIN version ON version.version_id = allegation.version_id
JOIN page ON page.page_id = version.page_id
LEFT JOIN name AS accuser ON accuser.name_id = accuser_id
LEFT JOIN name AS accused ON accused.name_id = accused_id
WHERE (:debris OR NOT in_debris) AND (:all_versions OR page.latest = allegation.version_id)
"""


class Claims:
    """All allegations of a record, grouped.

    Args:
        connection: an open record.
        debris, all_versions: whether allegations in debris and on earlier versions of pages belong to it.
    """

    def __init__(self, connection: sqlite3.Connection, *, debris: bool = False, all_versions: bool = False) -> None:
        self._connection = connection
        rows = connection.execute(_ROWS, {"debris": debris, "all_versions": all_versions})
        self.told = {row[0]: Told._make(row) for row in rows}
        self._claim: dict[int, Claim] = {}
        self._opposed: dict[int, list[Claim]] = {}
        self._distinct: dict[tuple[int, bool], list[Told]] = {}
        self._buckets: defaultdict[tuple[int | None, int | None, str], list[Told]] = defaultdict(list)
        for one in self.told.values():
            self._buckets[one.accuser, one.accused, one.stance].append(one)

    def claim(self, allegation_id: int) -> Claim:
        """Return the claim that an allegation belongs to; raises KeyError if it is not among the rows."""
        known = self._claim.get(allegation_id)
        if known is None:
            one = self.told[allegation_id]
            self._claim.update(_grouped(self._buckets[one.accuser, one.accused, one.stance]))
            known = self._claim[allegation_id]
        return known

    @cached_property
    def of_countries(self) -> frozenset[str]:
        """The countries of all accusers and accused, as pages show them."""
        codes = {code for one in self.told.values() for code in (one.accuser_country, one.accused_country)}
        return frozenset(code for code in codes if code)

    @cached_property
    def countries(self) -> dict[int, str]:
        """The country of each speaker whom pages show to be of one country, and of no other."""
        shown: defaultdict[int, set[str]] = defaultdict(set)
        for one in self.told.values():
            for number, code in ((one.accuser, one.accuser_country), (one.accused, one.accused_country)):
                if number is not None and code:
                    shown[number].add(code)
        return {number: next(iter(codes)) for number, codes in shown.items() if len(codes) == 1}

    @cached_property
    def _answers(self) -> tuple[dict[int, set[int]], dict[tuple[int, bool], list[Told]]]:
        """The claims that answer each other on a page; and for each accused, accusations and what answers them."""
        on_page: defaultdict[int, set[int]] = defaultdict(set)
        about: defaultdict[tuple[int, bool], list[Told]] = defaultdict(list)
        for one in self.told.values():
            if one.accused is not None:
                about[one.accused, one.stance == "accuses"].append(one)
            if one.answers is not None and one.answers in self.told:
                here, there = self.claim(one.allegation_id).claim, self.claim(one.answers).claim
                on_page[here].add(there)
                on_page[there].add(here)
        return on_page, about

    def opposed(self, claim: Claim) -> list[Claim]:
        """Return the claims that answer an accusation, or the accusations that a denial or admission answers.

        Those that a page links, and those about the same accused with a like deed on any page.
        """
        if claim.claim not in self._opposed:
            on_page, _ = self._answers
            found = {number: self.claim(number) for number in on_page.get(claim.claim, ())}
            accuses, accused = claim.told[0].stance == "accuses", claim.told[0].accused
            deeds = list({_deed(one): one for one in claim.told}.values())[:MAX_ANSWERS]
            for one in self._deeds(accused, accuses=not accuses):
                number = self.claim(one.allegation_id).claim
                if number not in found and any(_answer(one, other) for other in deeds):
                    found[number] = self.claim(one.allegation_id)
            self._opposed[claim.claim] = [found[number] for number in sorted(found)]
        return self._opposed[claim.claim]

    def _deeds(self, accused: int | None, *, accuses: bool) -> list[Told]:
        """Of what somebody is accused, or what of it is denied or admitted: one allegation for each deed of a claim."""
        if accused is None:
            return []
        known = self._distinct.get((accused, accuses))
        if known is None:
            told = sorted(self._answers[1].get((accused, accuses), []), key=in_order)
            distinct = {(self.claim(one.allegation_id).claim, _deed(one)): one for one in told}
            known = self._distinct[accused, accuses] = list(distinct.values())[:MAX_ANSWERS]
        return known

    def repeating(self, claim: Claim) -> tuple[str, ...]:
        """Return the outlets whose every place has (nearly) the words of an earlier page of another outlet."""
        outlets = claim.outlets
        if len(outlets) < 2:
            return ()
        told = [one for one in claim.told if one.wording is not None]
        folded = self._folded(list(dict.fromkeys(one.wording for one in told))[:MAX_WORDINGS])
        origins: dict[int | None, str | None] = {}
        sources: defaultdict[str, set[str | None]] = defaultdict(set)
        for one in told:
            if one.wording not in folded:
                continue
            if one.wording not in origins:
                words = folded[one.wording]
                near = (origin for other, origin in origins.items() if same_quotation(words, folded[other]))
                origins[one.wording] = next(near, one.outlet)
            if one.outlet:
                sources[one.outlet].add(origins[one.wording])
        return tuple(outlet for outlet in outlets if sources[outlet] and outlet not in sources[outlet])

    def _folded(self, wordings: Sequence[int | None]) -> dict[int | None, list[str]]:
        marks = ", ".join("?" * len(wordings))
        find = f"SELECT wording_id, folded FROM wording WHERE wording_id IN ({marks})"
        return {number: text.split(" ") for number, text in self._connection.execute(find, wordings)}


def like(one: Told, other: Told) -> bool:
    """Tell whether two allegations with the same accused are of the same deed.

    Their times must not exclude each other. Then they share most of the stems of their deeds, or are of one kind of
    deed and have a word of one root in common.
    """
    if not _meet(one, other):
        return False
    first, second = _stems(one.stems), _stems(other.stems)
    shared = len(first & second)
    shorter, longer = sorted((len(first), len(second)))
    if shared and shared >= MIN_SHORTER * shorter and shared >= MIN_LONGER * longer:
        return True
    if one.kind is None or one.kind != other.kind:
        return False
    return not _roots(one.stems).isdisjoint(_roots(other.stems))


def _answer(one: Told, other: Told) -> bool:
    """Tell whether a denial is of the deed of an accusation; in another language its kind must do."""
    if like(one, other):
        return True
    abroad = one.language != other.language and one.kind is not None and one.kind == other.kind
    return abroad and _meet(one, other)


@lru_cache(CACHE)
def _stems(stems: str) -> frozenset[str]:
    return frozenset(stems.split())


@lru_cache(CACHE)
def _roots(stems: str) -> frozenset[str]:
    return frozenset(stem[:ROOT] for stem in stems.split() if len(stem) >= ROOT)


def _meet(one: Told, other: Told) -> bool:
    """Tell whether two deeds may have been done at one time; what is no EDTF excludes nothing."""
    times = [time for time in (one.time, other.time) if time and is_edtf(time)]
    if len(times) < 2:
        return True
    return any(a[0] <= b[1] and b[0] <= a[1] for a in ranges(times[0]) for b in ranges(times[1]))


def in_order(one: Told) -> tuple[str, str, str, int]:
    """What allegations are ordered by: the page's date, undated ones last."""
    return one.first_day or "~", one.outlet or "", one.page, one.allegation_id


def _deed(one: Told) -> tuple[str, str | None, str | None, str | None]:
    return one.stems, one.kind, one.time, one.language


def _grouped(bucket: list[Told]) -> dict[int, Claim]:
    """The claim of each allegation of the same two with the same stance."""
    if len(bucket) == 1:
        return {bucket[0].allegation_id: Claim(bucket[0].allegation_id, (bucket[0],))}
    found: dict[int, Claim] = {}
    for group in _groups(bucket, named=bucket[0].accuser is not None or bucket[0].accused is not None):
        group.sort(key=in_order)
        claim = Claim(min(one.allegation_id for one in group), tuple(group))
        found.update((one.allegation_id, claim) for one in group)
    return found


def _groups(bucket: list[Told], *, named: bool) -> list[list[Told]]:
    """Connected components of what is the same between the same two.

    ``named`` tells whether one of them is known; else only the same sentence with the same deed is the same allegation.
    """
    # the same deed in the same words, or the same words without a deed, needs no comparing
    same: defaultdict[tuple[object, ...], list[Told]] = defaultdict(list)
    for one in bucket:
        same[(*_deed(one), None if one.stems and named else one.wording or -one.allegation_id)].append(one)
    if len(same) == 1 or not named:
        return list(same.values())
    groups = [same[key] for key in sorted(same, key=repr)]
    above = list(range(len(groups)))

    def root(at: int) -> int:
        while above[at] != at:
            above[at] = at = above[above[at]]
        return at

    sharing: defaultdict[str, list[int]] = defaultdict(list)
    for at, group in enumerate(groups):
        keys = _stems(group[0].stems)
        if group[0].kind:
            keys |= {f"{root} {group[0].kind}" for root in _roots(group[0].stems)}
        for key in keys:
            for other in sharing[key]:
                if root(at) != root(other) and like(group[0], groups[other][0]):
                    above[root(at)] = root(other)
            if len(sharing[key]) < MAX_SHARING:
                sharing[key].append(at)
    joined: defaultdict[int, list[Told]] = defaultdict(list)
    for at, group in enumerate(groups):
        joined[root(at)] += group
    return list(joined.values())
