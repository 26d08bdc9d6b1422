"""Verify a quotation over the whole record: does it stand so, who said it, and where did it appear first."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Literal, NamedTuple

from selon.errors import RecordError
from selon.page import Span
from selon.record.compare import About, Comparison, Quotation, Status, touches
from selon.record.edges import is_opener, left_out
from selon.record.finding import candidates, carriers
from selon.record.naming import is_name, same_name
from selon.record.standing import MIN_WORDS, comparisons

Fit = Literal["same", "other", "unsaid"]

# Longer quotations are articles.
MAX_QUOTATION = 10_000
_RANK: dict[Status, int] = {"verbatim": 0, "cut": 1, "altered": 2, "unknown": 3}
_FIT_RANK: dict[Fit | None, int] = {"same": 0, None: 0, "unsaid": 1, "other": 2}


@dataclass(frozen=True, slots=True)
class Appearance:
    """A page on which a quotation stands, as quoted, cut or altered.

    Attributes:
        version_id: the version of the page.
        page_key, url, outlet, title, date: what is known of the page; the date in EDTF.
        latest: False if the page's latest version is another one.
        status: ``verbatim``, ``cut`` or ``altered``, ends taken into account.
        comparison: the place and the difference word by word.
        before, after: what the quotation leaves out of the sentence at its ends; empty if nothing.
        about: what the differences and the words left out at the ends touch: negations, numbers, names, accents.
        attribution_id: the attribution whose content holds the place; None in running text.
        speaker: who is said to speak there, as the record names them, or None.
        speaker_fit: how that fits the speaker asked for; None if none was asked for.
    """

    version_id: int
    page_key: str
    url: str | None
    outlet: str | None
    title: str | None
    date: str | None
    latest: bool
    status: Status
    comparison: Comparison
    before: str
    after: str
    about: frozenset[About]
    attribution_id: int | None
    speaker: str | None
    speaker_fit: Fit | None

    @property
    def start(self) -> int:
        """Where the place begins in the page's text, in Unicode code points."""
        return self.comparison.start

    @property
    def end(self) -> int:
        """Where the place ends, exclusive."""
        return self.comparison.end


@dataclass(frozen=True, slots=True)
class Verification:
    """What the record says of a quotation.

    Attributes:
        quotation, speaker: as asked.
        status: the best one of all appearances; ``unknown`` means not in this record, never that it is false.
        speaker_fit: of the appearances with that status, ``same`` if one fits, else ``other``, else ``unsaid``; None
            without a speaker.
        similarity: of the best appearance, between 0 and 1; 0 if there is none.
        first: the earliest appearance with the quotation's words, cut or not; else the earliest altered one.
        appearances: earliest first, undated last; at most some dozen.
        total: versions of pages that have the very words in a row, or the number of appearances if that is greater.
    """

    quotation: str
    speaker: str | None
    status: Status
    speaker_fit: Fit | None
    similarity: float
    first: Appearance | None
    appearances: tuple[Appearance, ...]
    total: int

    @property
    def best(self) -> Appearance | None:
        """The appearance that the status and the speaker's fit are taken from, the earliest of equally good ones."""
        return min(self.appearances, key=_order, default=None)


class _Attribution(NamedTuple):
    attribution_id: int
    pieces: tuple[Span, ...]
    in_debris: bool
    speaker: str | None
    speaker_id: int | None
    kind: str | None


def verify(connection: sqlite3.Connection, quotation: str, speaker: str | None = None) -> Verification:
    """Look for ``quotation`` in all versions of all pages, within attributions and outside of them.

    Raises:
        RecordError: if the quotation has no words or more than 10,000 characters.
    """
    if len(quotation) > MAX_QUOTATION:
        raise RecordError(f"a quotation of {len(quotation):,} characters: verify at most {MAX_QUOTATION:,} at once")
    wanted = Quotation(quotation)
    if not wanted.words:
        raise RecordError(f"no words in the quotation {quotation[:40]!r}")
    versions, total = carriers(connection, wanted)
    found = _appearances(connection, wanted, speaker, versions, True)
    if len(wanted.words) < MIN_WORDS:
        found = [one for one in found if one.status == "verbatim"]
    elif not any(one.status in ("verbatim", "cut") for one in found):
        others = [version for version in candidates(connection, wanted) if version not in versions]
        found += _appearances(connection, wanted, speaker, others, False)
    return _verification(connection, quotation, speaker, found, total)


def _verification(
    connection: sqlite3.Connection, quotation: str, speaker: str | None, found: list[Appearance], total: int
) -> Verification:
    days = _days(connection, [one.version_id for one in found])
    found.sort(key=lambda one: (days[one.version_id] is None, days[one.version_id] or "", one.version_id))
    best = min(found, key=_order, default=None)
    if best is None:
        return Verification(quotation, speaker, "unknown", "unsaid" if speaker else None, 0.0, None, (), 0)
    first = next((one for one in found if one.status != "altered"), found[0])
    fit = _fit_of([one.speaker_fit for one in found if one.status == best.status])
    total = max(total if best.status != "altered" else 0, len(found))
    return Verification(quotation, speaker, best.status, fit, best.comparison.similarity, first, tuple(found), total)


def _order(one: Appearance) -> tuple[int, int, float]:
    return _RANK[one.status], _FIT_RANK[one.speaker_fit], -one.comparison.similarity


def _fit_of(fits: list[Fit | None]) -> Fit | None:
    return next((fit for fit in ("same", "other", "unsaid") if fit in fits), None)


def _days(connection: sqlite3.Connection, versions: list[int]) -> dict[int, str | None]:
    query = f"SELECT version_id, first_day FROM version WHERE version_id IN ({','.join('?' * len(versions))})"
    return dict(connection.execute(query, versions))


def _appearances(
    connection: sqlite3.Connection, quotation: Quotation, speaker: str | None, versions: list[int], in_a_row: bool
) -> list[Appearance]:
    found = (_appearance(connection, quotation, speaker, version, in_a_row) for version in versions)
    return [one for one in found if one is not None]


def _appearance(
    connection: sqlite3.Connection, quotation: Quotation, speaker: str | None, version: int, in_a_row: bool
) -> Appearance | None:
    """Return the quotation's best place on one version of a page."""
    query = """
        SELECT text, key, url, outlet, title, date, latest = version_id
        FROM version JOIN page USING (page_id) WHERE version_id = ?"""
    text, key, url, outlet, title, date, latest = connection.execute(query, (version,)).fetchone()
    attributions = _attributions(connection, version)
    found: list[Appearance] = []
    for comparison in comparisons(quotation, text, [one.pieces for one in attributions], in_a_row=in_a_row):
        holding = _holding(attributions, comparison)
        innermost = holding[0] if holding else None
        status, before, after = _whole(quotation, text, comparison, holding)
        found.append(
            Appearance(
                version,
                key,
                url,
                outlet,
                title,
                date,
                bool(latest),
                status,
                comparison,
                before,
                after,
                frozenset().union(*(part.about for part in comparison.differences), touches(before), touches(after)),
                innermost.attribution_id if innermost else None,
                innermost.speaker if innermost else None,
                _fit(connection, speaker, innermost) if speaker else None,
            )
        )
    return min(found, key=_order, default=None)


def _whole(
    quotation: Quotation, text: str, comparison: Comparison, holding: list[_Attribution]
) -> tuple[Status, str, str]:
    """Return the status with what is left out at the ends."""
    pieces = [piece for one in holding for piece in one.pieces]
    before, after = left_out(text, comparison.start, comparison.end, pieces)
    if before and holding and is_opener(before):
        before = ""
    cut = comparison.status == "verbatim" and (before or after) and len(quotation.words) >= MIN_WORDS
    return "cut" if cut else comparison.status, before, after


def _attributions(connection: sqlite3.Connection, version: int) -> list[_Attribution]:
    query = """
        SELECT attribution_id, start, "end", pieces, in_debris, coalesce(speaker.name, name.name), name.speaker_id,
            coalesce(speaker.kind, name.kind)
        FROM attribution LEFT JOIN name USING (name_id) LEFT JOIN speaker USING (speaker_id)
        WHERE version_id = ? AND replaced_by IS NULL"""
    return [
        _Attribution(
            attribution,
            tuple(Span(*piece) for piece in json.loads(pieces)) if pieces else (Span(start, end),),
            bool(in_debris),
            *who,
        )
        for attribution, start, end, pieces, in_debris, *who in connection.execute(query, (version,))
    ]


def _holding(attributions: list[_Attribution], comparison: Comparison) -> list[_Attribution]:
    """Return the attributions whose content has the first and the last word of the place, the shortest first.

    What somebody says of their own words (``je ne pense pas que``) belongs to them: of contents of one speaker, or of
    nobody known, within each other, only the longest counts.
    """
    holding = [
        one
        for one in attributions
        if any(piece.start <= comparison.start < piece.end for piece in one.pieces)
        and any(piece.start < comparison.end <= piece.end for piece in one.pieces)
    ]
    holding.sort(key=lambda one: one.pieces[-1].end - one.pieces[0].start)
    return [
        one
        for at, one in enumerate(holding)
        if not any(one.speaker is None or wider.speaker == one.speaker for wider in holding[at + 1 :])
    ]


def _fit(connection: sqlite3.Connection, speaker: str, attribution: _Attribution | None) -> Fit:
    if attribution is None or attribution.speaker is None:
        return "unsaid"
    query = "SELECT name FROM name WHERE speaker_id = ?"
    names = [name for (name,) in connection.execute(query, (attribution.speaker_id,))] + [attribution.speaker]
    if any(same_name(speaker, name) for name in names):
        return "same"
    # "le ministre" may be anybody who is one
    described = not any(is_name(name) for name in names)
    return "unsaid" if described and attribution.kind in ("person", "unknown") else "other"
