"""Who is accused by the plain grammar around a verb of accusing; the verbs and small words are data.

1. the verb's object: ``accuse X de Z``, ``accused X of Z``;
2. whom it is said to: ``reproche à X de Z``;
3. the subject of the passive: ``X est accusé de Z``, ``X, soupçonné de Z``, ``X was charged with Z``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from selon.reading.allegations.mentions import mentions_in
from selon.reading.allegations.parts import trim
from selon.reading.allegations.view import View
from selon.reading.phrases import Resolved

Tokens = tuple[int, int]

# How often the one told by grammar is the accused, on the annotated training pages (34 of 49).
EXPLICIT = 0.69
# Tokens between the verb and its object, or between a subject and its passive, that are passed over at most.
MAX_PASSED = 4
# The deed is opened within so many tokens behind the object, for noun phrases run on.
MAX_OBJECT = 12


class Explicit(NamedTuple):
    """A verb of accusing: who is accused, the tokens that name them, the deed, and who accuses in the passive."""

    accused: Resolved
    span: Tokens
    deed: Tokens | None
    passive: bool
    by: tuple[Tokens, Resolved] | None


def explicit(view: View, first: int, last: int) -> Iterator[Explicit]:
    """Yield what verbs of accusing in tokens ``[first, last)`` tell, in text order."""
    lower, words = view.material.lower, view.frames.explicit
    for at in range(first, last):
        if not lower[at].startswith(words.stems) or lower[at].startswith(words.nouns):
            continue
        low, high = view.sentences[view.sentence_of(at)]
        opens = _opens(view, at + 1, high)
        passive = opens is not None and not _has_auxiliary(view, low, at)
        if passive and lower[at].startswith(words.participles):
            found = _subject(view, low, at, high)
        elif at + 1 < high and lower[at + 1] in words.to and lower[at].startswith(words.dative):
            found = _at(view, at + 1, high, at + 2)
        elif lower[at].startswith(words.active):
            found = _at(view, at + 1, high, at + 1)
        else:
            continue
        if found is None:
            continue
        span, who = found
        start = opens if passive else _opens_behind(view, span[1], high)
        if who.name is None:
            continue
        if start is None:  # "X accuse Y", as headlines have it
            if view.material.page.phrases.names_in(*span):
                yield Explicit(who, span, None, False, None)
            continue
        end = high
        if at > low and lower[at - 1] == ",":  # an aside: "X, accusé de Z, se tait"
            end = next((k for k in range(start, high) if lower[k] == ","), high)
        agent = next((k for k in range(start, end - 1) if lower[k] in view.frames.by), end) if passive else end
        by = _at(view, agent, high, agent + 1) if agent < end else None
        deed = trim(view, start, agent if by is not None else end)
        if deed is not None:
            yield Explicit(who, span, deed, passive, by)


def _opens(view: View, at: int, high: int) -> int | None:
    """Where the deed begins, if a word that opens one stands at a token, or behind an adverb there."""
    lower, words = view.material.lower, view.frames.explicit
    for place in range(at, min(at + 2, high - 1)):
        if lower[place] in words.opens:
            return place
        if not lower[place].endswith(words.adverb):
            return None
    return None


def _opens_behind(view: View, at: int, high: int) -> int | None:
    lower, words = view.material.lower, view.frames.explicit
    return next((k for k in range(at, min(at + MAX_OBJECT, high - 1)) if lower[k] in words.opens), None)


def _has_auxiliary(view: View, low: int, at: int) -> bool:
    """True for ``a (également) accusé``, which is active; false for ``a été accusé``."""
    lower, words = view.material.lower, view.frames.explicit
    before = at - 1
    if before >= low and lower[before].endswith(words.adverb):
        before -= 1
    return before >= low and lower[before] in words.have


def _at(view: View, low: int, high: int, latest: int) -> tuple[Tokens, Resolved] | None:
    """Whoever is named from token ``low`` on, beginning no later than ``latest``."""
    determiners = view.material.page.lexicon.determiners
    for start, end, who, is_name in mentions_in(view, low, high):
        latest += start == latest + 1 and view.material.lower[latest] in determiners
        if start <= latest < end:
            return (start, end), _meant(view, start, end, who, is_name)
        if start > latest:
            return None
    return None


def _subject(view: View, low: int, at: int, high: int) -> tuple[Tokens, Resolved] | None:
    """The subject of a passive: what stands before it, or, where it opens the sentence, behind its comma."""
    lower, words = view.material.lower, view.frames.explicit
    edge = at
    while edge > low and at - edge <= MAX_PASSED and (lower[edge - 1] in words.passed or _adverb(view, edge - 1)):
        edge -= 1
    found = [mention for mention in mentions_in(view, low, at) if mention[1] <= at] if low < at else []
    free = [mention for mention in found if not _depends(view, mention[0])]
    near = [mention for mention in free if edge <= mention[1]]
    # "X, arrested in Y, is accused": the subject opens the sentence, and an aside follows
    opening = [mention for mention in free[:1] if mention[0] <= low + 1 and lower[mention[1]] == ","]
    for start, end, who, is_name in near[-1:] or opening:
        return (start, end), _meant(view, start, end, who, is_name)
    if edge <= low + 1:  # "Régulièrement accusé de mentir, le maire ..."
        comma = next((k for k in range(at, high) if lower[k] == ","), None)
        return None if comma is None else _at(view, comma + 1, high, comma + 1)
    return None


def _meant(view: View, start: int, end: int, who: Resolved, is_name: bool) -> Resolved:
    """Who a noun phrase with a role noun stands for, by the page (``le président``); others stand for themselves."""
    page = view.material.page
    if is_name or page.phrases.role(start, end) is None:
        return who
    while end - start > 1 and view.material.lower[start] in view.frames.explicit.to:
        start += 1
    return page.refer((start, end), [past for past in view.history if past[0] < start])


def _depends(view: View, start: int) -> bool:
    """True for what a preposition opens, or stands before."""
    lower, prepositions = view.material.lower, view.material.page.lexicon.prepositions
    return lower[start] in prepositions or (start > 0 and lower[start - 1] in prepositions)


def _adverb(view: View, at: int) -> bool:
    return view.material.lower[at].endswith(view.frames.explicit.adverb)
