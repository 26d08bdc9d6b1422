"""Allegations that their own words give away, whatever the models say. The words of all frames are data.

1. an attribution whose cue is a verb of plain accusation (``accuser X de Y``), of denying (``dément avoir financé``),
   of rejecting a charge (``rejette les accusations``), or of admitting, where the content is what the speaker did
   (``avoue avoir menti``);
2. a deed done through others, in the passive, in what somebody says (``financées par X``);
3. a deed taken up as a subject (``une telle pratique est suivie par X``), in what somebody says;
4. a verb of interfering with its subject, in what somebody says (``que X puisse s'ingérer dans``);
5. a hedged noun of harm with the adjective of a nation (``la soi-disant cyber-ingérence russe``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from selon.page import Stance
from selon.reading.allegations.candidates import Candidate
from selon.reading.allegations.mentions import mentions_in, phrase_at
from selon.reading.allegations.parts import trim
from selon.reading.allegations.view import View

Tokens = tuple[int, int]

# How often a frame was right on the annotated pages, out of sample: plain accusations in 212 of 539, denials in 9 of
# 82, admissions in 13 of 52, deeds through others in 15 of 51, verbs of interfering in 2 of 4. Theirs is a guess, as
# is that of the other two frames, which do not occur there.
CONFIDENCE = {
    "plain": 0.39, "denied": 0.12, "admitted": 0.25, "through": 0.29, "such": 0.2, "meddling": 0.2, "hedged": 0.2,
}  # fmt: skip
# The agent stands within so many tokens of the deed, and runs over at most so many.
AGENT_WITHIN, MAX_AGENT = 9, 14
# Tokens between a subject and its verb of interfering, auxiliaries and pronouns, at most; its sign (``s'ingérer``,
# ``interfered in``) stands one token before it or among so many from it on; and tokens that hold the subject.
SUBJECT_WITHIN, SIGN_WITHIN, SUBJECT_IN = 4, 3, 24
# Tokens between a hedge and its noun, and between the noun and the nation.
NEAR = 3
_BREAKS = frozenset({",", ";", ".", ":", "!", "?", "(", ")", "»", "”"})


class Worded(NamedTuple):
    """An allegation by its words: evidence, who is accused and where, the deed, and the frame.

    ``accused`` is None where the frame leaves it to the ranking of candidates.
    """

    evidence: Candidate
    accused: str | None
    span: Tokens | None
    deed: Tokens | None
    frame: str
    stance: Stance = "accuses"


def worded(view: View) -> list[Worded]:
    """Return the allegations of all frames in text order."""
    found = [*_by_cue(view), *_passive(view), *_meddling(view), *_hedged(view)]
    return sorted(found, key=lambda item: item.evidence[:2])


def _by_cue(view: View) -> list[Worded]:
    out = []
    lower, frames = view.material.lower, view.frames
    for index, draft in enumerate(view.material.drafts):
        cue = lower[slice(*draft.cue)] if draft.cue is not None else []
        begins = set(lower[draft.content[0][0] : draft.content[0][0] + 2])
        frame: str
        stance: Stance
        accused, named = None, None
        if any(word.startswith(frames.plain) for word in cue):
            frame, stance = "plain", "accuses"
        elif any(word.startswith(frames.denied) for word in cue):
            frame, stance = "denied", "denies"
        elif any(word.startswith(frames.admitted) for word in cue) and not begins.isdisjoint(frames.own_deed):
            frame, stance = "admitted", "admits"
        elif any(word.startswith(frames.rejecting) for word in cue) and _holds_charge(view, draft.content):
            frame, stance = "denied", "denies"
            if draft.source is not None:  # who rejects a charge is charged
                accused, named = view.material.resolved[index].name, draft.source
        else:
            continue
        span = trim(view, *view.extents[index])
        deed = trim(view, *draft.content[-1]) if stance != "accuses" else None  # what is denied or admitted
        if span is not None:
            out.append(Worded(Candidate(*span, "attribution", index), accused, named, deed, frame, stance))
    return out


def _holds_charge(view: View, content: Iterable[Tokens]) -> bool:
    return any(word.startswith(view.frames.charge) for span in content for word in view.material.lower[slice(*span)])


def _passive(view: View) -> list[Worded]:
    lower, frames = view.material.lower, view.frames
    out = []
    beginnings = (*frames.through, *{phrase[0] for phrase in frames.such})
    wanted = {word for word in set(lower) if word.startswith(beginnings)}
    places = [k for k, word in enumerate(lower) if word in wanted] if wanted else []
    for at in places:
        word = lower[at]
        if not view.spoken[at]:
            continue
        deed: Tokens
        if word.startswith(frames.through):
            deed, frame = (at, at + 1), "through"
        elif phrase := next((p for p in frames.such if tuple(lower[at : at + len(p)]) == p), None):
            deed, frame = (at - 1 if at else at, at + len(phrase)), "such"
        else:
            continue
        agent = _agent(view, deed[1])
        first, last = view.sentences[view.sentence_of(at)]
        if agent is None or agent[1] > last:
            continue
        near = [k for k in view.drafts_near(at, at + 1) if not view.material.drafts[k].nested]
        if frame == "such" and near:  # with the words that report it
            first, last = max(first, view.extents[near[0]][0]), min(last, view.extents[near[0]][1])
        span = trim(view, first, last)
        if span is not None:
            name = phrase_at(view, *agent).name
            out.append(Worded(Candidate(*span, "part", near[0] if near else -1), name, agent, deed, frame))
    return out


def _meddling(view: View) -> list[Worded]:
    lower, words = view.material.lower, view.material.tokens.words
    out = []
    for at in [k for k, word in enumerate(lower) if word.startswith(view.frames.meddling) and view.spoken[k]]:
        if view.frames.meddling_signs.isdisjoint(lower[max(0, at - 1) : at + SIGN_WITHIN]):
            continue
        first, last = view.sentences[view.sentence_of(at)]
        before = [mention for mention in mentions_in(view, max(first, at - SUBJECT_IN), at) if mention[1] <= at]
        if not before:
            continue
        start, end, who, _ = before[-1]
        apart = words[end:at]
        if who.name is None or len(apart) > SUBJECT_WITHIN or not _BREAKS.isdisjoint(apart):
            continue
        near = [k for k in view.drafts_near(at, at + 1) if not view.material.drafts[k].nested]
        high = next((k for k in range(at, last) if words[k] in _BREAKS), last)
        span, deed = trim(view, first, last), trim(view, at, high)
        if span is not None:
            evidence = Candidate(*span, "part", near[0] if near else -1)
            out.append(Worded(evidence, who.name, (start, end), deed, "meddling"))
    return out


def _agent(view: View, start: int) -> Tokens | None:
    """The noun phrase that an agent's opening words introduce shortly after token ``start``."""
    lower, words = view.material.lower, view.material.tokens.words
    for at in range(start, min(start + AGENT_WITHIN, len(lower))):
        if words[at] in _BREAKS:
            return None
        for opening in view.frames.agent:
            if tuple(lower[at : at + len(opening)]) != opening:
                continue
            first = last = at + len(opening)
            names = view.material.page.phrases.names_in(first, min(first + 3, len(lower)))
            if names:
                return first, names[0].last
            while last < len(lower) and last - first < MAX_AGENT and words[last] not in _BREAKS:
                last += 1
            return trim(view, first, last)
    return None


def _hedged(view: View) -> list[Worded]:
    lower, words = view.material.lower, view.material.tokens.words
    out = []
    for at, word in enumerate(lower):
        if word not in view.frames.hedges or view.spoken[at]:
            continue
        first, last = view.sentences[view.sentence_of(at)]
        noun = next((k for k in range(at + 1, min(at + 1 + NEAR, last)) if "harm" in view.groups[k]), -1)
        nation = next(
            (k for k in range(max(at, noun - 1), min(noun + 1 + NEAR, last)) if lower[k] in view.frames.nations), -1
        )
        if noun < 0 or nation < 0:
            continue
        low = next((k + 1 for k in range(at, first, -1) if words[k] in _BREAKS), first)
        high = next((k for k in range(noun, last) if words[k] in _BREAKS), last)
        span = trim(view, low, high)
        if span is not None:
            name = view.frames.nations[lower[nation]]
            out.append(Worded(Candidate(*span, "clause", -1), name, (nation, nation + 1), (noun, noun + 1), "hedged"))
    return out
