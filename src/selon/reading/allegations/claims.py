"""Weigh what a part of a page alleges: which words are evidence, its stance, who accuses and who is accused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from selon.languages.pack import common_folder, load_pack
from selon.page import Stance
from selon.reading.allegations.accused import ACCUSED_FEATURES, accused, joined
from selon.reading.allegations.accusers import ACCUSER_FEATURES, accusers
from selon.reading.allegations.candidates import Candidate, candidates
from selon.reading.allegations.choices import Choice, Earlier, told_of
from selon.reading.allegations.evidence import STANCES, choose, choose_unlike, looked_table
from selon.reading.allegations.evidence import table as evidence_table
from selon.reading.allegations.explicit import EXPLICIT, Explicit, explicit
from selon.reading.allegations.frames import Frames, load_frames
from selon.reading.allegations.look import Looker
from selon.reading.allegations.net import FloatArray, Net, sigmoid, softmax
from selon.reading.allegations.net import table as choice_table
from selon.reading.allegations.together import Together
from selon.reading.allegations.view import View, key_of
from selon.reading.allegations.worded import CONFIDENCE, Worded, worded

# Candidates for evidence below this probability, after a second look where there is one, are given up: it bounds the
# work. Without a second look F1 on dev stays within 0.3 with 0.15 to 0.3; with one it was not tried.
LOWEST = 0.25
# Candidates from this probability on are looked at a second time, unless they are too like a likelier one (Jaccard
# measure of their tokens), and at most so many in one part, which bounds the work. On dev 84 of 100 annotated stretches
# agree with one of these, 14 a page; with twice as many 91 do.
LOOKED, ALIKE, MAX_LOOKED = 0.08, 0.5, 1000
# Later allegations may take up the accused of those whose evidence is at least this likely.
REMEMBERED = 0.3
# Where a second look is at least so sure who is accused, it counts for more than grammar.
SURE = 0.5
# Two allegations share at most this part of the shorter one's evidence; chosen on train.
OVERLAP = 0.3
# Allegations of one part at most; no newspaper page has a tenth of it.
MAX_FOUND = 400


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned weights of one model, and the words of a language.

    ``looker`` looks again at what ``evidence`` takes for likely, and ``looked`` weighs it anew; the quick model has
    neither.
    """

    frames: Frames
    evidence: Net
    stance: Net
    accuser: Net
    accused: Net
    calibration: tuple[float, ...]
    floor: float
    looked: Net | None = None
    looker: Looker | None = None


@cache
def load_weights(language: str, thorough: bool = False) -> Weights:
    """Load what weighs the marks of a language's own small model, or of the thorough one."""
    pack = load_pack(language)
    folder = common_folder() if thorough else pack.folder
    with folder.joinpath("allegations.npz").open("rb") as file, np.load(file) as data:
        weights = {name: data[name] for name in data.files}
    return Weights(
        frames=load_frames(pack.folder),
        evidence=Net(weights, "evidence"),
        stance=Net(weights, "stance"),
        accuser=Net(weights, "accuser"),
        accused=Net(weights, "accused"),
        calibration=tuple(float(x) for x in weights["calibration"]),
        floor=float(weights["floor"]),
        looked=Net(weights, "looked") if thorough else None,
        looker=load_looker() if thorough else None,
    )


@cache
def load_looker() -> Looker:
    """Load the model of the second look, the same for all languages."""
    return Looker(common_folder())


@dataclass(frozen=True, slots=True)
class Claim:
    """An allegation in tokens: its evidence, and who, with the probabilities of each choice.

    ``deeds`` are told by a frame or by grammar, none by a headline; None leaves them to the marks.
    """

    evidence: Candidate
    evidence_chance: float
    stance: Stance
    stance_chance: float
    accuser: Choice
    accused: Choice
    accused_chance: float
    deeds: tuple[tuple[int, int], ...] | None = None
    frame: str | None = None

    @property
    def chances(self) -> tuple[float, float, float]:
        """What confidence rests on: evidence, stance, accused."""
        return self.evidence_chance, self.stance_chance, self.accused_chance


def claims(view: View, weights: Weights, lowest: float = LOWEST) -> list[Claim]:
    """Return all claims in text order, from a probability ``lowest`` of their evidence on."""
    by_words = worded(view)[:MAX_FOUND]
    items = candidates(view.material, view.sentences)
    rows = evidence_table(view, items)
    chances = sigmoid(weights.evidence.scores(rows)[:, 0]) if items else np.zeros(0, np.float32)
    if weights.looked is not None:
        chances = _looked(view, items, rows, chances, weights.looked)
    else:
        for index, item in enumerate(items):  # what a frame holds is not taken for other evidence
            if any(_shares(item, other.evidence) > OVERLAP for other in by_words):
                chances[index] = 0.0
    kept = choose(items, chances, lowest, OVERLAP, MAX_FOUND)
    if weights.looked is not None:  # a second look knows better than a frame
        by_words = [other for other in by_words if all(_shares(items[k], other.evidence) <= OVERLAP for k in kept)]
    found: list[Claim] = []
    earlier: list[Earlier] = []
    told: list[tuple[Candidate, float, Worded | None]] = [(items[k], float(chances[k]), None) for k in kept]
    told += [(other.evidence, CONFIDENCE[other.frame], other) for other in by_words]
    told.sort(key=lambda one: one[0][:2])
    if not told:
        return []
    spoken_of = [item for item, _, _ in told]
    stances = softmax(weights.stance.scores(looked_table(view, spoken_of, evidence_table(view, spoken_of))))
    for (item, chance, frame), row in zip(told, stances, strict=True):
        stance, stance_chance = STANCES[int(row.argmax())] if frame is None else frame.stance, float(row.max())
        grammar = _grammar(view, item) if stance == "accuses" else None
        accuser = _accuser(view, item, frame, grammar, weights)
        name = frame.frame if frame is not None else None
        deeds: tuple[tuple[int, int], ...] | None = (
            (frame.deed,) if frame is not None and frame.deed is not None else None
        )
        if frame is not None and frame.accused is not None and frame.span is not None:
            choices, accused_chance = [Choice(frame.accused, [frame.span])], 1.0
        else:
            whom = accused(view, item, accuser.name, stance, accuser.draft, earlier)
            choice, accused_chance = _likeliest(
                _possible(whom, stance, accuser), weights.accused, told_of(view, ACCUSED_FEATURES)
            )
            if grammar is not None and not _overrules(weights, choice, accused_chance, grammar):
                known = next((c for c in whom if grammar.span in c.spans), Choice(None))
                choice, accused_chance = Choice(grammar.accused.name, [grammar.span], known.features), EXPLICIT
                deeds = (grammar.deed,) if grammar.deed is not None else ()
                accuser = _other_than(view, accuser, choice, grammar)
            choices = [choice, *joined(view, choice, whom)]
        if chance >= REMEMBERED or frame is not None:
            earlier.append(Earlier(item.first, item.last, choices[0].name))
        claim = Claim(item, chance, stance, stance_chance, accuser, choices[0], accused_chance, deeds, name)
        found.extend(replace(claim, accused=choice) for choice in choices)
    return found


def _looked(view: View, items: list[Candidate], rows: FloatArray, chances: FloatArray, net: Net) -> FloatArray:
    """Chances after a second look at the likely ones; 0 for all others."""
    near = shortlist(items, chances)
    view.together = Together(view, [items[k][:2] for k in near])
    again = np.zeros_like(chances)
    again[near] = sigmoid(net.scores(looked_table(view, [items[k] for k in near], rows[near]))[:, 0])
    return again


def shortlist(items: list[Candidate], chances: FloatArray) -> list[int]:
    """Indices of the candidates that are worth a second look, the likeliest first."""
    return choose_unlike(items, chances, LOOKED, ALIKE, MAX_LOOKED)


def _grammar(view: View, item: Candidate) -> Explicit | None:
    """What the first verb of accusing tells; but a source behind its verb (``a accusé X``) is who accuses."""
    sources = [view.material.drafts[k].source for k in view.drafts_near(item.first, item.last)]
    for found in explicit(view, item.first, item.last):
        inverted = any(source and source[0] < found.span[1] and found.span[0] < source[1] for source in sources)
        if found.passive or not inverted:
            return found
    return None


def _accuser(view: View, item: Candidate, frame: Worded | None, grammar: Explicit | None, weights: Weights) -> Choice:
    if grammar is not None and grammar.by is not None:
        span, who = grammar.by
        return Choice(who.name, [span])
    who_may = accusers(view, item)
    if frame is not None:
        return next((c for c in who_may if item.draft >= 0 and c.draft == item.draft), who_may[0])
    return _likeliest(who_may, weights.accuser, told_of(view, ACCUSER_FEATURES))[0]


def _possible(whom: list[Choice], stance: Stance, accuser: Choice) -> list[Choice]:
    """Who can be accused: hardly ever the accuser; and what is denied or admitted was done by somebody.

    On the first 245 annotated pages 4 of 1,009 accuse themselves, and 1 of 126 denials and admissions names nobody.
    """
    if stance != "accuses":
        return whom[1:] or whom
    key = key_of(accuser.name) if accuser.name else None
    return [choice for choice in whom if choice.name is None or key_of(choice.name) != key]


def _overrules(weights: Weights, choice: Choice, chance: float, grammar: Explicit) -> bool:
    """Whether a second look is so sure that somebody else is accused that grammar does not count."""
    return weights.looked is not None and chance >= SURE and grammar.span not in choice.spans


def _other_than(view: View, accuser: Choice, accused: Choice, grammar: Explicit) -> Choice:
    """The accuser, unless it was taken for the accused, for nobody accuses himself: then the page's own words for it.

    Nobody is left of it in the passive, where the words are those of the accused.
    """
    if not accuser.name or not accused.name or key_of(accuser.name) != key_of(accused.name):
        return accuser
    source = view.material.drafts[accuser.draft].source if accuser.draft >= 0 else None
    if source is None or grammar.passive:
        return Choice(None)
    return replace(accuser, name=view.material.page.phrases.slice(*source))


def _likeliest(choices: list[Choice], net: Net, names: tuple[str, ...]) -> tuple[Choice, float]:
    chances = softmax(net.scores(choice_table([choice.features for choice in choices], names))[:, 0])
    best = int(chances.argmax())
    return choices[best], float(chances[best])


def _shares(one: Candidate, other: Candidate) -> float:
    shared = min(one.last, other.last) - max(one.first, other.first)
    return max(0, shared) / min(one.last - one.first, other.last - other.first)


def confidence(chances: tuple[float, float, float], calibration: tuple[float, ...]) -> float:
    """Return the probability that evidence, stance and accused are right, between 0 and 1, rounded to three digits."""
    logs = [np.log(min(max(chance, 0.01), 0.99)) for chance in chances]
    score = calibration[0] + sum(weight * log for weight, log in zip(calibration[1:], logs, strict=True))
    return round(float(1 / (1 + np.exp(-score))), 3)
