"""What the record answers about allegations: frozen values like those of ``results.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from selon.page import Span
from selon.record.results import Rows

By = Literal["speaker", "country"]


@dataclass(frozen=True, slots=True)
class AllegationHit:
    """An allegation on a page, with what other pages tell of it.

    Two allegations are the same one when accuser, accused, stance and deed agree; see docs/record.md. What is told of
    "the same one" is of the whole record, whatever was looked for.

    Attributes:
        allegation_id: its number in the record; another reading of the page gives another one.
        version: number of the page's version that it stands on.
        start, end: the place of the evidence on the page.
        evidence: the words that carry the allegation; ``highlights`` what the query matched, as spans of it.
        stance: ``accuses``, ``denies`` or ``admits``.
        accuser, accused: the speakers over all pages, or None if unsaid; ``accuser_id`` and ``accused_id`` their
            numbers, ``accuser_name`` and ``accused_name`` the names that the page gives them, with country (ISO 3166-1
            alpha-2) and PLOVER sector where the page's words show them.
        speaker: on whose word the page tells it: the speaker of the attribution that carries it; None if there is none.
        deed, victim, when, where, means: the page's words, pieces joined by ``[…]``, or None.
        time: when it was done, in EDTF, or None.
        hedges: words by which the page keeps its distance.
        event, contexts, deed_kind: see :class:`selon.Allegation`.
        answers: number of the allegation that this denial or admission answers on the page, or None.
        claim: the lowest number among allegations that are the same one.
        pages: on how many pages it stands; ``outlets`` the outlets that carry it, the earliest first.
        repeating: those of the outlets that only have it in (nearly) the words of an earlier page of another outlet.
        first, last: first and last day of those pages, or None if none is dated.
        denied_by, admitted_by: who denies or admits an accusation; on the page, or on another one with a like deed.
        accused_by: who accuses of what this denies or admits.
        page: the page's address or identifier.
        score: relevance by BM25, higher is better; 0 without words to look for.
    """

    allegation_id: int
    version: int
    start: int
    end: int
    evidence: str
    highlights: tuple[Span, ...]
    stance: str
    accuser: str | None
    accuser_id: int | None
    accuser_name: str | None
    accuser_country: str | None
    accuser_sector: str | None
    accused: str | None
    accused_id: int | None
    accused_name: str | None
    accused_country: str | None
    accused_sector: str | None
    speaker: str | None
    speaker_id: int | None
    deed: str | None
    victim: str | None
    when: str | None
    time: str | None
    where: str | None
    means: str | None
    hedges: tuple[str, ...]
    event: str | None
    contexts: tuple[str, ...]
    deed_kind: str | None
    answers: int | None
    in_debris: bool
    confidence: float
    date: str | None
    outlet: str | None
    title: str | None
    url: str | None
    language: str | None
    page: str
    claim: int
    pages: int
    outlets: tuple[str, ...]
    repeating: tuple[str, ...]
    first: str | None
    last: str | None
    denied_by: tuple[str, ...]
    admitted_by: tuple[str, ...]
    accused_by: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One side's accusation, denial or admission in a dispute of two.

    Attributes:
        side: 0 or 1, the side that speaks.
        allegation: what it says, at the place where the record has it first.
        answers: which of the earlier turns it answers, as numbers of their allegations: what it denies or admits; or,
            for an accusation, the other side's last one before it if a page has both.
    """

    side: int
    allegation: AllegationHit
    answers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two sides' accusations, denials and admissions against each other.

    Attributes:
        sides: what the sides are called.
        turns: what they say, by the date of the page that has it first; undated ones last.
    """

    sides: tuple[str, str]
    turns: Rows[Turn]


@dataclass(frozen=True, slots=True)
class CounterAccusation:
    """Two who accuse each other.

    Attributes:
        one, other: speakers' names or countries' codes, in the order of their first accusation.
        one_accuses, other_accuses: different allegations of each against the other.
        one_pages, other_pages: pages that have them.
        first, last: first and last day of these pages, or None if none is dated.
        examples: of each side, the allegation on most pages.
    """

    one: str
    other: str
    one_accuses: int
    other_accuses: int
    one_pages: int
    other_pages: int
    first: str | None
    last: str | None
    examples: tuple[AllegationHit, AllegationHit]


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """How often one accuses another, or denies or admits what another is said to have done.

    Attributes:
        accuser, accused: speakers' names or countries' codes.
        stance: ``accuses``, ``denies`` or ``admits``.
        count: places where it stands; ``claims`` the different allegations among them, ``pages`` the pages.
        first, last: first and last day of these pages, or None if none is dated.
    """

    accuser: str
    accused: str
    stance: str
    count: int
    claims: int
    pages: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Network:
    """Who accuses whom.

    Attributes:
        edges: the most frequent first; ``edges.total`` counts them before names were left out.
        names: how many names the edges have; ``names_left_out`` how many more there are.
        unsaid: allegations that are no edge, since the page does not say (or show the country of) one of the two.
    """

    edges: Rows[NetworkEdge]
    names: int
    names_left_out: int
    unsaid: int
