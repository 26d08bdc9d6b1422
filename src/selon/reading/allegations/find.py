"""Find the allegations of one part of a page: evidence, stance, who, what, and how the page keeps its distance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from selon.languages.pack import load_pack
from selon.page import Actor, Allegation, Span, Stance
from selon.reading.allegations.actors import (
    ACCUSED_FEATURES,
    ACCUSER_FEATURES,
    Choice,
    Earlier,
    accused,
    accusers,
)
from selon.reading.allegations.candidates import Candidate, candidates
from selon.reading.allegations.evidence import STANCES, choose
from selon.reading.allegations.evidence import table as evidence_table
from selon.reading.allegations.frames import Frames, load_frames
from selon.reading.allegations.material import Material
from selon.reading.allegations.net import Net, sigmoid, softmax
from selon.reading.allegations.net import table as choice_table
from selon.reading.allegations.parts import deeds, hedges, means_by_words, means_told_next, part, taken_up, years
from selon.reading.allegations.view import View, key_of
from selon.reading.allegations.worded import CONFIDENCE, Worded, worded

# Candidates for evidence below this probability are not looked at further; it bounds the work, and nothing below it
# passes the floor of confidence.
LOWEST = 0.25
# Later allegations may take up the accused of those whose evidence is at least this likely.
REMEMBERED = 0.3
# Two allegations share at most this part of the shorter one's evidence; chosen on train.
OVERLAP = 0.3
# Allegations of one part at most; no newspaper page has a tenth of it.
MAX_FOUND = 400


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned weights of one language, and its words."""

    frames: Frames
    evidence: Net
    stance: Net
    accuser: Net
    accused: Net
    calibration: tuple[float, ...]
    floor: float


@cache
def load_weights(language: str) -> Weights:
    """Load a language's weights from its pack."""
    pack = load_pack(language)
    with pack.folder.joinpath("allegations.npz").open("rb") as file, np.load(file) as data:
        weights = {name: data[name] for name in data.files}
    nets = {name: Net(weights, name) for name in ("evidence", "stance", "accuser", "accused")}
    calibration = tuple(float(x) for x in weights["calibration"])
    return Weights(load_frames(pack.folder), **nets, calibration=calibration, floor=float(weights["floor"]))


@dataclass(frozen=True, slots=True)
class Claim:
    """An allegation in tokens: its evidence, and who, with the probabilities of each choice."""

    evidence: Candidate
    evidence_chance: float
    stance: Stance
    stance_chance: float
    accuser: Choice
    accused: Choice
    accused_chance: float
    deed: tuple[int, int] | None = None
    frame: str | None = None

    @property
    def chances(self) -> tuple[float, float, float]:
        """What confidence rests on: evidence, stance, accused."""
        return self.evidence_chance, self.stance_chance, self.accused_chance


def claims(view: View, weights: Weights, lowest: float = LOWEST) -> list[Claim]:
    """Return all claims in text order, from a probability ``lowest`` of their evidence on."""
    by_words = worded(view)
    items = candidates(view.material, view.sentences)
    rows = evidence_table(view, items)
    chances = sigmoid(weights.evidence.scores(rows)[:, 0]) if items else np.zeros(0, np.float32)
    for index, item in enumerate(items):  # what a frame holds is not taken for other evidence
        if any(_shares(item, other.evidence) > OVERLAP for other in by_words):
            chances[index] = 0.0
    kept = choose(items, chances, lowest, OVERLAP)[:MAX_FOUND]
    found: list[Claim] = []
    earlier: list[Earlier] = []
    told: list[tuple[Candidate, float, Worded | None]] = [(items[k], float(chances[k]), None) for k in kept]
    told += [(other.evidence, CONFIDENCE[other.frame], other) for other in by_words[:MAX_FOUND]]
    told.sort(key=lambda one: one[0][:2])
    if not told:
        return []
    stances = softmax(weights.stance.scores(evidence_table(view, [item for item, _, _ in told])))
    for (item, chance, frame), stance_row in zip(told, stances, strict=True):
        stance = STANCES[int(stance_row.argmax())] if frame is None else "accuses"
        who = accusers(view, item)
        scores = weights.accuser.scores(choice_table([c.features for c in who], ACCUSER_FEATURES))[:, 0]
        accuser = who[int(scores.argmax())]
        if frame is not None:
            accuser = next((c for c in who if item.draft >= 0 and c.draft == item.draft), who[0])
        if frame is not None and frame.accused is not None and frame.span is not None:
            choice, accused_chance = Choice(frame.accused, [frame.span]), 1.0
        else:
            whom = accused(view, item, accuser.name, stance, accuser.draft, earlier)
            chosen = softmax(weights.accused.scores(choice_table([c.features for c in whom], ACCUSED_FEATURES))[:, 0])
            choice, accused_chance = whom[int(chosen.argmax())], float(chosen.max())
        if chance >= REMEMBERED or frame is not None:
            earlier.append(Earlier(item.first, item.last, choice.name))
        deed, name = (frame.deed, frame.frame) if frame is not None else (None, None)
        found.append(Claim(item, chance, stance, float(stance_row.max()), accuser, choice, accused_chance, deed, name))
    return found


def _shares(one: Candidate, other: Candidate) -> float:
    shared = min(one.last, other.last) - max(one.first, other.first)
    return max(0, shared) / min(one.last - one.first, other.last - other.first)


def confidence(chances: tuple[float, float, float], calibration: tuple[float, ...]) -> float:
    """Return the probability that evidence, stance and accused are right, between 0 and 1, rounded to three digits."""
    logs = [np.log(min(max(chance, 0.01), 0.99)) for chance in chances]
    score = calibration[0] + sum(weight * log for weight, log in zip(calibration[1:], logs, strict=True))
    return round(float(1 / (1 + np.exp(-score))), 3)


def find_allegations(material: Material, language: str, offset: int, min_confidence: float) -> list[Allegation]:
    """Return the allegations of one part in the order of their evidence.

    ``offset`` places the part on the page; what has a confidence below ``min_confidence`` or the language's own floor
    is left out.
    """
    weights = load_weights(language)
    if not len(material.tokens):
        return []
    view = View(material, weights.frames)
    floor = max(min_confidence, weights.floor)
    found = []
    for claim in claims(view, weights):
        sure = confidence(claim.chances, weights.calibration)
        if claim.frame is not None:
            sure = max(sure, CONFIDENCE[claim.frame])
        if sure >= floor:
            found.append(_allegation(view, claim, sure, offset))
    return answered(found)


def _allegation(view: View, claim: Claim, sure: float, offset: int) -> Allegation:
    evidence = claim.evidence
    first, last = evidence.first, evidence.last
    when = part(view, evidence, "when") or years(view, first, last)
    when = when + [span for span in taken_up(view, evidence, claim.accuser.name) if span not in when]
    means = part(view, evidence, "means") or means_by_words(view, evidence) or means_told_next(view, evidence)
    carrying = claim.accuser.draft if claim.accuser.draft >= 0 else _carrying(view, evidence)

    def spans(places: list[tuple[int, int]]) -> tuple[Span, ...]:
        return tuple(span_of(view, low, high, offset) for low, high in places)

    # Time, event, contexts and kind of deed, and the actors' countries and sectors, follow from these on the finished
    # page: complete.py fills them in.
    return Allegation(
        evidence=span_of(view, first, last, offset),
        stance=claim.stance,
        accuser=_actor(view, claim.accuser, offset),
        accused=_actor(view, claim.accused, offset),
        deed=spans([claim.deed] if claim.deed else deeds(view, evidence, claim.accused.spans, means)[:1]),
        victim=spans(part(view, evidence, "victim")),
        when=spans(when),
        where=spans(part(view, evidence, "where")),
        means=spans(means),
        hedges=spans(hedges(view, evidence, carrying >= 0)),
        attribution=carrying if carrying >= 0 else None,
        confidence=sure,
        in_debris=view.mean("debris", first, last) > 0.5,
    )


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
