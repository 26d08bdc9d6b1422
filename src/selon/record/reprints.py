"""Families as people look at them: which quotations travelled, who printed them first, and what each made of them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from selon.errors import NotFoundError, RecordError
from selon.record.compare import Difference, Quotation, Status, variant
from selon.record.naming import is_name, same_name
from selon.record.parts import part
from selon.record.results import Key, Rows
from selon.record.settled import Settled
from selon.record.wording import folded_words

# Hexadecimal digits of a family's key: enough to tell apart millions.
KEY_DIGITS = 12
# Occurrences that are read of one family, the earliest first; more are slogans.
MAX_OCCURRENCES = 2000
# Longer contents are compared by their first characters only, which bounds time and memory.
MAX_COMPARED = 10_000
# Comparisons whose verdict is remembered: those of a record of some thousand pages.
REMEMBERED = 8192
# The words that others are compared with are the first to be printed, unless they are a fragment: less than this share
# of the longest wording.
MIN_SHARE = 0.5

_SHOWN = "a.replaced_by IS NULL AND NOT a.in_debris AND w.family_id IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One printing of a quotation.

    Attributes:
        attribution_id, version_id: the attribution and the version of the page that it stands on.
        page_key, url, outlet, title, date: what is known of the page; the date in EDTF.
        speaker: who is said to speak, as the record names them, or None.
        elsewhere: True if that is somebody else than where the family first names a speaker.
        start, end: from the beginning to the end of the content, in Unicode code points of the page's text.
    """

    attribution_id: int
    version_id: int
    page_key: str
    url: str | None
    outlet: str | None
    title: str | None
    date: str | None
    speaker: str | None
    elsewhere: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording of a quotation.

    Attributes:
        text: as first printed; pieces are joined by ``[…]``.
        status: beside the family's reference: ``verbatim``, ``cut`` or ``altered``.
        differences: word by word, the reference as what stands.
        occurrences: where it is printed, earliest first, undated last.
    """

    text: str
    status: Status
    differences: tuple[Difference, ...]
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class FamilySummary:
    """A quotation that was printed more than once.

    Attributes:
        key: the family's name, the same in whatever order pages were added.
        text: the wording that the others are compared with: the first one printed that is no fragment.
        pages, outlets, variants: how many there are.
        altered: whether a variant changes or adds words.
        elsewhere: whether a page gives it to somebody else.
        speaker: the first speaker named, or None.
        first: the first appearance.
    """

    key: str
    text: str
    pages: int
    outlets: int
    variants: int
    altered: bool
    elsewhere: bool
    speaker: str | None
    first: Occurrence


@dataclass(frozen=True, slots=True)
class Family:
    """A quotation with all its wordings, in the order of their first printing."""

    summary: FamilySummary
    variants: tuple[Variant, ...]


def families(
    connection: sqlite3.Connection,
    settled: Settled,
    *,
    min_pages: int = 2,
    altered: bool = False,
    limit: int = 20,
    offset: int = 0,
    after: Key | None = None,
) -> Rows[FamilySummary]:
    """Return the families on at least ``min_pages`` pages, those on most pages first, then in most outlets.

    Versions of a page count once; debris counts for nothing. With ``altered``, only families of which a variant changes
    or adds words, or that a page gives to somebody else; ``total`` counts all all the same.

    Raises:
        RecordError: if ``after`` is no key of this list.
    """
    ranked = settled.kept("families", lambda: _ranked(connection, min_pages), min_pages)
    keys = [key for key, _ in ranked]
    if not altered:
        shown, following = part(keys, limit, offset, after)
        return Rows((_summary(_read(connection, number)) for _, number in ranked[shown]), len(ranked), following)
    # what was found out on the way to here is kept for the parts that follow
    known: dict[int, bool] = settled.kept("altered families", dict)
    begin = part(keys, 0, 0, after)[0].start
    found = []
    for key, number in islice(ranked, begin, None):
        if number not in known:
            printed = _read(connection, number)
            known[number] = _is_altered(printed) or _is_elsewhere(printed)
        if known[number]:
            found.append((key, number))
            if len(found) > offset + limit:
                break
    following = found[-2][0] if len(found) > offset + limit and limit else None
    wanted = found[offset : offset + limit]
    return Rows((_summary(_read(connection, number)) for _, number in wanted), len(ranked), following)


def _ranked(connection: sqlite3.Connection, min_pages: int) -> list[tuple[Key, int]]:
    """All families in their order: what they are ordered by, and their numbers."""
    query = f"""
        SELECT w.family_id, count(DISTINCT v.page_id) AS pages, count(DISTINCT v.outlet) AS outlets, f.digest
        FROM attribution a JOIN wording w USING (wording_id) JOIN version v USING (version_id)
            JOIN wording f ON f.wording_id = w.family_id
        WHERE {_SHOWN} GROUP BY w.family_id HAVING pages >= ? ORDER BY pages DESC, outlets DESC, f.digest"""
    rows = connection.execute(query, (min_pages,))
    return [((-pages, -outlets, digest.hex()), number) for number, pages, outlets, digest in rows]


def family(connection: sqlite3.Connection, key: str) -> Family:
    """Return the family with a key, or with the beginning of one that is like no other.

    A family's key is that of the first of its wordings, so another one when wordings join it; those of all of its
    wordings find it, so that addresses last.

    Raises:
        RecordError: if there is none, or several.
    """
    if not re.fullmatch(r"[0-9a-fA-F]{1,32}", key):
        raise RecordError(f"no key of a family: {key[:40]!r}; selon families lists them")
    first, last = bytes.fromhex(key.ljust(32, "0")), bytes.fromhex(key.ljust(32, "f"))
    query = f"""
        SELECT DISTINCT family_id FROM attribution a JOIN wording w USING (wording_id)
        WHERE {_SHOWN} AND family_id IN (SELECT family_id FROM wording WHERE digest BETWEEN ? AND ?) LIMIT 2"""
    rows = connection.execute(query, (first, last)).fetchall()
    if len(rows) != 1:
        problem = "no family has" if not rows else "several families have"
        raise NotFoundError(f"{problem} the key {key}; selon families lists them")
    return _family(connection, rows[0][0])


@dataclass(frozen=True, slots=True)
class _Printed:
    """A family as it is read: where each wording is printed with its text, and the text to compare with."""

    digest: bytes
    reference: str
    wordings: tuple[list[tuple[Occurrence, str]], ...]

    @property
    def occurrences(self) -> list[Occurrence]:
        return [one for occurrences in self.wordings for one, _ in occurrences]


def _read(connection: sqlite3.Connection, family_id: int) -> _Printed:
    printed = tuple(_printed(connection, family_id).values())
    texts = [occurrences[0][1] for occurrences in printed]
    longest = max(map(len, texts))
    reference = next(text for text in texts if len(text) >= MIN_SHARE * longest)
    (digest,) = connection.execute("SELECT digest FROM wording WHERE wording_id = ?", (family_id,)).fetchone()
    return _Printed(digest, reference, printed)


def _family(connection: sqlite3.Connection, family_id: int) -> Family:
    printed = _read(connection, family_id)
    return Family(_summary(printed), tuple(_variant(one, printed.reference) for one in printed.wordings))


def _summary(printed: _Printed) -> FamilySummary:
    every = printed.occurrences
    return FamilySummary(
        key=printed.digest.hex()[:KEY_DIGITS],
        text=printed.reference,
        pages=len({one.page_key for one in every}),
        outlets=len({one.outlet for one in every if one.outlet}),
        variants=len(printed.wordings),
        altered=_is_altered(printed),
        elsewhere=_is_elsewhere(printed),
        speaker=next((one.speaker for one in every if one.speaker and not one.elsewhere), None),
        # wordings come in the order of their first printing
        first=every[0],
    )


def _is_elsewhere(printed: _Printed) -> bool:
    return any(one.elsewhere for one in printed.occurrences)


def _is_altered(printed: _Printed) -> bool:
    """Tell whether a variant changes or adds words; those that show it at once are looked at first."""
    reference = printed.reference[:MAX_COMPARED]
    texts = [occurrences[0][1][:MAX_COMPARED] for occurrences in printed.wordings]
    letters = "".join(folded_words(reference))
    if any(word not in letters for text in texts for word in folded_words(text)):
        return True
    return any(_alters(text, reference) for text in texts)


@lru_cache(REMEMBERED)
def _alters(text: str, reference: str) -> bool:
    compared = variant(Quotation(text), reference)
    return compared is not None and compared.status == "altered"


def _variant(occurrences: list[tuple[Occurrence, str]], reference: str) -> Variant:
    text = occurrences[0][1]
    compared = variant(Quotation(text[:MAX_COMPARED]), reference[:MAX_COMPARED])
    printed = tuple(one for one, _ in occurrences)
    if compared is None:
        return Variant(text, "verbatim", (), printed)
    return Variant(text, compared.status, compared.differences, printed)


def _printed(connection: sqlite3.Connection, family_id: int) -> dict[int, list[tuple[Occurrence, str]]]:
    """Return the occurrences of each wording with their texts, all in the order of printing; a page's versions once."""
    query = f"""
        SELECT wording_id, attribution_id, version_id, p.key, v.url, v.outlet, v.title, v.date,
            coalesce(s.name, n.name), a.start, a."end", a.pieces, v.text
        FROM wording w JOIN attribution a USING (wording_id) JOIN version v USING (version_id)
            JOIN page p USING (page_id) LEFT JOIN name n USING (name_id) LEFT JOIN speaker s USING (speaker_id)
        WHERE w.family_id = ? AND {_SHOWN}
        ORDER BY v.first_day IS NULL, v.first_day, version_id, a.start LIMIT {MAX_OCCURRENCES}"""
    printed: defaultdict[int, list[tuple[Occurrence, str]]] = defaultdict(list)
    seen: set[tuple[int, str]] = set()
    first_speaker: str | None = None
    for (
        wording,
        attribution,
        version,
        key,
        url,
        outlet,
        title,
        date,
        speaker,
        start,
        end,
        pieces,
        text,
    ) in connection.execute(query, (family_id,)):
        if (wording, key) in seen:
            continue
        seen.add((wording, key))
        named = speaker is not None and is_name(speaker)
        first_speaker = first_speaker or (speaker if named else None)
        elsewhere = named and first_speaker is not None and not same_name(speaker, first_speaker)
        content = " […] ".join(text[s:e] for s, e in json.loads(pieces)) if pieces else text[start:end]
        one = Occurrence(attribution, version, key, url, outlet, title, date, speaker, elsewhere, start, end)
        printed[wording].append((one, content))
    return dict(printed)
