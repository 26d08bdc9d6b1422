"""The data model: what a page is and what is found on it.

Every place is a :class:`Span` of the page's text, counted in Unicode code points, end exclusive. Everything here is
frozen; reading a page returns a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["direct", "indirect", "mixed"]
Act = Literal["speech", "belief"]
Gender = Literal["f", "m"]
RegionKind = Literal["credit", "caption", "related", "byline", "dateline", "share", "embed", "other"]
SpeakerKind = Literal["person", "organisation", "group", "document", "unknown"]
Stance = Literal["accuses", "denies", "admits"]


class Span(NamedTuple):
    """A stretch ``[start, end)`` of a page's text, in Unicode code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody said, wrote or thinks something (source, cue and content after Pareti 2012, 2016).

    Attributes:
        content: the reported words, in one or more pieces, without their outer quotation marks.
        cue: the words that signal the attribution (``a souligné``, ``Selon``); empty if there are none.
        source: the noun phrase that speaks; empty if the text has none (``Et d'ajouter:``).
        kind: ``direct`` if all of the content stands in quotation marks, ``indirect`` if none does, else ``mixed``.
        act: ``speech`` or ``belief``.
        speaker: name of the :class:`Speaker` on this page, or None where nobody could know.
        gender: the speaker's, as the page's grammar or honorifics show it, else None.
        nested: True if the attribution lies inside the content of another one.
        confidence: estimated probability that content and source are right, between 0 and 1.
        in_debris: True if it stands in debris, such as another article's headline.
    """

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    kind: Kind
    act: Act
    speaker: str | None
    gender: Gender | None
    nested: bool
    confidence: float
    in_debris: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, resolved over a page.

    Attributes:
        name: the fullest name on the page, or the most telling noun phrase of an unnamed speaker.
        kind: what the speaker is, ``unknown`` where the page does not tell.
        gender: of a single person, as the page's grammar or honorifics show it, else None.
        mentions: every place where the page names the speaker or refers to it as a source, in order.
    """

    name: str
    kind: SpeakerKind
    gender: Gender | None
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who accuses or is accused.

    Attributes:
        name: the fullest name on the page, or the most telling noun phrase.
        spans: the words of the allegation that stand for the actor, in order; empty if they stand outside of it.
        country: ISO 3166-1 alpha-2 code, only where the page's own words support it (``le président russe``: ``RU``).
        sector: PLOVER sector code (``GOV``, ``JRN``…), only where the page's own words support it.
    """

    name: str
    spans: tuple[Span, ...] = ()
    country: str | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class Allegation:
    """Somebody says that somebody did something wrong or harmful, or denies or admits it.

    Attributes:
        evidence: the sentence or clause that carries it.
        stance: ``accuses``, ``denies`` or ``admits``, as the accuser's.
        accuser: who accuses, or denies or admits; None if the page does not say.
        accused: who is said to have done it; None if the page does not say.
        deed, victim, when, where, means: the page's words for what was done, to whom, and how; empty if unsaid.
        time: when it was done in EDTF (ISO 8601-2), resolved against the page's date; ``{2000,2012}`` for both years.
        event: event type after PLOVER (``ACCUSE``, ``REJECT``…), or None.
        contexts: contexts after PLOVER (``election``, ``cyber``…).
        deed_kind: kind of the deed in Selon's list for interference (``funding``, ``cyber-attack``…), or None.
        hedges: words by which the page itself keeps its distance (``soi-disant``, ``aurait``), in order.
        attribution: index in the page's attributions of the one that carries it, or None.
        answers: index in the page's allegations of the one that a denial or admission answers, or None.
        confidence: estimated probability that evidence, stance and accused are right, between 0 and 1.
        in_debris: True if it stands in debris, such as another article's headline.
    """

    evidence: Span
    stance: Stance
    accuser: Actor | None
    accused: Actor | None
    deed: tuple[Span, ...] = ()
    victim: tuple[Span, ...] = ()
    when: tuple[Span, ...] = ()
    where: tuple[Span, ...] = ()
    means: tuple[Span, ...] = ()
    time: str | None = None
    event: str | None = None
    contexts: tuple[str, ...] = ()
    deed_kind: str | None = None
    hedges: tuple[Span, ...] = ()
    attribution: int | None = None
    answers: int | None = None
    confidence: float = 0.0
    in_debris: bool = False


class Region(NamedTuple):
    """A stretch ``[start, end)`` of a page's text that is debris, no part of the article's prose, and its kind."""

    start: int
    end: int
    kind: RegionKind


@dataclass(frozen=True, slots=True)
class Page:
    """One news document and what was found on it.

    Attributes:
        text: the page's text, never altered; all spans point into it.
        id: identifier, unique in its collection.
        language: ISO 639-1 code, or None where it could not be told.
        url, outlet, author, title, date: as the page or its user states them; several authors are joined by semicolons,
            ``Ann Lee; Paul Roy``; the date in EDTF (ISO 8601-2).
        attributions: in the order in which their contents begin.
        speakers: everybody who speaks, in the order of their first attribution.
        allegations: who accuses whom of what, in the order of their evidence.
        debris: the regions that are no part of the article's prose, in order; all else is prose.
    """

    text: str
    id: str = ""
    language: str | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    title: str | None = None
    date: str | None = None
    attributions: tuple[Attribution, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    allegations: tuple[Allegation, ...] = ()
    debris: tuple[Region, ...] = ()

    def words(self, spans: Span | Region | tuple[Span, ...], joint: str = " […] ") -> str:
        """Return the text of one span, or of several joined by ``joint``."""
        if isinstance(spans, Span | Region):
            return self.text[spans.start : spans.end]
        return joint.join(self.text[span.start : span.end] for span in spans)

    def speaker(self, name: str | None) -> Speaker | None:
        """Return the page's speaker of that name, or None."""
        return next((speaker for speaker in self.speakers if speaker.name == name), None)
