"""Find the allegations of one part of a page: evidence, stance, who, what, and how the page keeps its distance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from selon.page import Actor, Allegation, Span
from selon.reading.allegations.candidates import Candidate
from selon.reading.allegations.choices import Choice
from selon.reading.allegations.claims import Claim, Weights, claims, confidence
from selon.reading.allegations.material import Material
from selon.reading.allegations.parts import (
    deeds,
    hedges,
    means_by_words,
    means_told_next,
    part,
    separate,
    taken_up,
    years,
)
from selon.reading.allegations.repeated import told_once
from selon.reading.allegations.view import View, key_of
from selon.reading.allegations.worded import CONFIDENCE


def find_allegations(material: Material, weights: Weights, offset: int, min_confidence: float) -> list[Allegation]:
    """Return the allegations of one part in the order of their evidence.

    ``offset`` places the part on the page; what has a confidence below ``min_confidence`` is left out, and what no
    frame of words gives away below the floor of ``weights``.
    """
    if not len(material.tokens):
        return []
    view = View(material, weights.frames, weights.looker)
    sure_enough: list[tuple[Claim, float]] = []
    for claim in claims(view, weights):
        sure = confidence(claim.chances, weights.calibration)
        floor = max(min_confidence, weights.floor)
        if claim.frame is not None:  # the words themselves say it: the models' floor is not for these
            sure, floor = max(sure, CONFIDENCE[claim.frame]), min_confidence
        if sure >= floor:
            sure_enough.append((claim, sure))
    told = told_once(view, sure_enough)
    return answered([one for claim, sure in told for one in _allegations(view, claim, sure, offset)])


def _allegations(view: View, claim: Claim, sure: float, offset: int) -> Iterator[Allegation]:
    """The allegations of one claim: one for each deed."""
    evidence = claim.evidence
    first, last = evidence.first, evidence.last
    when = part(view, evidence, "when") or years(view, first, last)
    when = when + [span for span in taken_up(view, evidence, claim.accuser.name) if span not in when]
    means = part(view, evidence, "means") or means_by_words(view, evidence) or means_told_next(view, evidence)
    carrying = claim.accuser.draft if claim.accuser.draft >= 0 else _carrying(view, evidence)

    def spans(places: list[tuple[int, int]]) -> tuple[Span, ...]:
        return tuple(span_of(view, low, high, offset) for low, high in places)

    marked = claim.deeds if claim.deeds is not None else deeds(view, evidence, claim.accused.spans, means)[:1]
    told = [piece for deed in marked for piece in separate(view, evidence, deed)]
    # Time, event, contexts and kind of deed, and the actors' countries and sectors, follow from these on the finished
    # page: complete.py fills them in.
    allegation = Allegation(
        evidence=span_of(view, first, last, offset),
        stance=claim.stance,
        accuser=_actor(view, claim.accuser, offset),
        accused=_actor(view, claim.accused, offset),
        deed=(),
        victim=spans(part(view, evidence, "victim")),
        when=spans(when),
        where=spans(part(view, evidence, "where")),
        means=spans(means),
        hedges=spans(hedges(view, evidence)),
        attribution=carrying if carrying >= 0 else None,
        confidence=sure,
        in_debris=view.mean("debris", first, last) > 0.5,
    )
    for deed in told:
        yield replace(allegation, deed=spans([deed]))
    if not told:
        yield allegation


def span_of(view: View, first: int, last: int, offset: int) -> Span:
    """The characters of tokens ``[first, last)``."""
    tokens = view.material.tokens
    return Span(int(tokens.starts[first]) + offset, int(tokens.ends[last - 1]) + offset)


def _actor(view: View, choice: Choice, offset: int) -> Actor | None:
    if choice.name is None:
        return None
    return Actor(choice.name, tuple(span_of(view, low, high, offset) for low, high in sorted(choice.spans)))


def _carrying(view: View, evidence: Candidate) -> int:
    """The attribution whose content holds most of the evidence, if it holds at least half of it; else -1."""
    best, share = -1, 0.5
    for index in view.drafts_near(evidence.first, evidence.last):
        content = view.material.drafts[index].content
        held = sum(max(0, min(high, evidence.last) - max(low, evidence.first)) for low, high in content)
        if held >= share * (evidence.last - evidence.first):
            best, share = index, held / (evidence.last - evidence.first)
    return best


def answered(found: list[Allegation]) -> list[Allegation]:
    """Link each denial and admission to the allegation that it answers: of the same accused, the last one before it.

    If there is none before it, the first one after it counts.
    """
    out = []
    for index, allegation in enumerate(found):
        who = allegation.accused or allegation.accuser
        if allegation.stance != "accuses" and who is not None:
            same = [
                k
                for k, other in enumerate(found)
                if other.stance == "accuses"
                and other.accused is not None
                and key_of(other.accused.name) == key_of(who.name)
            ]
            before = [k for k in same if k < index]
            if same:
                allegation = replace(allegation, answers=before[-1] if before else same[0])
        out.append(allegation)
    return out
