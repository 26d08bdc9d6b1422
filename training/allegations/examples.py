"""Annotated pages as examples: marks of tokens, and for each allegation the tokens that name accuser and accused."""

from dataclasses import dataclass, field

import numpy as np

from selon.reading.allegations.naming import Naming
from selon.reading.allegations.pointer import POINTERS
from selon.reading.tokens import tokenise
from training.allegations.labels import targets
from training.data import span_tokens


@dataclass
class Item:
    """Evidence ``[first, last)`` in tokens, and for each pointer which tokens are right, nobody last; None if unknown.

    Flags say that any of these is right; numbers are the probabilities that a teacher gives.
    """

    first: int
    last: int
    right: list


@dataclass
class Example:
    """A page: ``marks`` (tokens, layers x marks) as targets between 0 and 1, and its ``items``."""

    text: str
    tokens: object
    marks: np.ndarray
    items: list = field(default_factory=list)


def example(page):
    """The :class:`Example` of a page in the exchange form, from its annotated allegations."""
    tokens = tokenise(page["text"])
    total = len(tokens)
    made = Example(page["text"], tokens, targets(page, tokens).reshape(total, -1))
    naming = Naming(tokens.words)
    for (evidence, _), allegations in told_by(page, tokens):
        made.items.append(Item(*evidence, meant(naming, range(total), allegations)))
    return made


def told_by(page, tokens):
    """The annotated allegations of a page by the tokens of their evidence and their stance, in text order."""
    wordy = np.array([any(c.isalnum() for c in word) for word in tokens.words], dtype=bool)
    groups = {}
    for a in page["allegations"]:
        evidence = span_tokens(tokens, a["evidence"], wordy)
        if evidence is not None:
            groups.setdefault((evidence, a["stance"]), []).append(a)
    return sorted(groups.items(), key=lambda group: group[0][0])


def meant(naming, tokens, allegations):
    """For each pointer which of ``tokens``, a range, name whom these allegations mean, nobody last; None if none does."""
    right = []
    for who in POINTERS:
        flags = np.zeros(len(tokens) + 1, dtype=bool)
        for a in allegations:
            if a[who] is None:
                flags[-1] = True
            else:
                flags[[at - tokens.start for at in naming.places(a[who]) if at in tokens]] = True
        right.append(flags if flags.any() else None)
    return right
