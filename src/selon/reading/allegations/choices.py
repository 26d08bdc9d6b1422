"""Those who may be meant in an allegation, and what the model's pointers say of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from selon.reading.allegations.candidates import Candidate
from selon.reading.allegations.mentions import mentions_in, phrase_at
from selon.reading.allegations.pointer import POINTERS, Pointed
from selon.reading.allegations.view import View
from selon.reading.phrases import Resolved

# Whoever is pointed to by at least this probability is a candidate. Not tuned.
POINTED = 0.15
# Probabilities of pointers are kept this far from 0 before their logarithm is taken.
LEAST = 0.001
# Tokens of its sentence looked at around a token that is pointed to; it bounds the work.
AROUND = 40
#: Features of a choice that :func:`note` fills in.
POINTER_FEATURES = ("pointed", "log_pointed", "pointed_top")
#: Features of a choice that :func:`note` fills in too where there is a second look: what the first reading's pointer
#: says, which sees more of the page, and what the looks at other evidence of the page say.
AGAIN_FEATURES = ("read", "log_read", "read_top", "page_meant", "log_page_meant", "page_meant_top")


@dataclass(slots=True, eq=False)
class Choice:
    """Somebody who may be meant: the name, the tokens that stand for them in the evidence, and features."""

    name: str | None
    spans: list[tuple[int, int]] = field(default_factory=list)
    features: dict[str, float] = field(default_factory=dict)
    draft: int = -1


@dataclass(frozen=True, slots=True)
class Earlier:
    """An allegation found before: what later ones may take up."""

    first: int
    last: int
    accused: str | None


def ask(view: View, evidence: Candidate, which: str) -> tuple[Pointed, Resolved | None]:
    """Ask a pointer who is meant by evidence; return its answer, and whom the mention stands for that it points to."""
    answer = view.point(evidence.first, evidence.last, POINTERS.index(which))
    likeliest = int(answer.chances.argmax())
    who = _meant(view, answer.first + likeliest) if answer.chances[likeliest] >= POINTED else None
    known = who is not None and who.name is not None and who.name.lower() not in view.frames.nobody
    return answer, who if known else None


def note(view: View, evidence: Candidate, which: str, answer: Pointed, choices: list[Choice]) -> None:
    """Note for each choice what the pointers say of it: the one that answered about evidence, and others (above)."""
    _note(choices, POINTER_FEATURES, [_chance(view, answer, choice.name) for choice in choices])
    if view.together is None:
        return
    first, last, pointer = evidence.first, evidence.last, POINTERS.index(which)
    read = view.read(first, last, pointer)
    _note(choices, AGAIN_FEATURES[:3], [_chance(view, read, choice.name) for choice in choices])
    shares = [view.together.share(choice.name, pointer, first, last) for choice in choices]
    _note(choices, AGAIN_FEATURES[3:], shares)


def told_of(view: View, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the features that choices of a view have: ``names``, and more where there is a second look."""
    return names if view.together is None else (*names, *AGAIN_FEATURES)


def _note(choices: list[Choice], names: tuple[str, ...], chances: list[float]) -> None:
    top = max(chances)
    for choice, chance in zip(choices, chances, strict=True):
        choice.features |= zip(names, (chance, math.log(max(chance, LEAST)), float(chance >= top)), strict=True)


def _chance(view: View, answer: Pointed, name: str | None) -> float:
    return answer.nobody if name is None else view.pointed(answer, name)


def _meant(view: View, at: int) -> Resolved | None:
    """Whom the mention around a token stands for; None if the token is a mark, a small word or a pronoun."""
    first, last = view.sentences[view.sentence_of(at)]
    low, high = max(first, at - AROUND), min(last, at + AROUND)
    for start, end, who, _ in mentions_in(view, low, high):
        if start <= at < end:
            return who
    word, lexicon = view.material.lower[at], view.material.page.lexicon
    pronoun = word.lstrip("-") in lexicon.third or word in lexicon.first
    if pronoun or not word[0].isalnum() or word in view.small_words or word in lexicon.function_words:
        return None
    return phrase_at(view, at - 1 if at > low and view.material.lower[at - 1] in view.openers else at, at + 1)
