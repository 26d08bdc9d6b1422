"""The parts of an allegation: deed, victim, when, where and means, and the words by which the page is distant."""

from __future__ import annotations

import re

from selon.reading.allegations.candidates import Candidate, stretches
from selon.reading.allegations.view import View
from selon.reading.marks import OUTSIDE

Span = tuple[int, int]

# A deed goes over all tokens that are marked with at least this share of the likeliest one's probability; where even
# that is below DEED_FLOOR nothing is marked, and the deed is looked for by its place. Chosen on train.
DEED_SHARE, DEED_FLOOR = 0.4, 0.04
# Probabilities from which on the other parts are taken, chosen on train for their F1.
FLOORS = {"victim": 0.3, "when": 0.35, "where": 0.35, "means": 0.3}
BRIDGE = 2
# Quotation marks around at most so many tokens, in the page's own words, are scare quotes.
MAX_SCARE = 3
# A pronoun that takes up the deed stands among the first so many tokens of its sentence.
MAX_LEAD = 12
# Tokens that a means opened by its own words runs over at most.
MAX_MEANS = 25

# A word of accusing stands within so many tokens before the first of several deeds.
MAX_BEFORE = 8
_TELLING = frozenset({"accusing", "charged", "denying", "admitting"})
_BREAKS = frozenset({".", ";", "!", "?", "»", "”"})

_YEAR = re.compile(r"(?:19|20)\d\d")


def deeds(view: View, evidence: Candidate, taken: list[Span], means: list[Span]) -> list[Span]:
    """Return the deed, likeliest first where the evidence holds several; ``taken`` are the accused's own words,
    which are seldom the deed, and ``means`` those that tell how it was done, which are none.
    """
    first, last, _, _ = evidence
    chance = view.chances["deed"][first:last, 0].copy()
    for low, high in taken:
        if high - low < (last - first) // 2:
            chance[max(0, low - first) : max(0, high - first)] *= 0.5
    for low, high in means:
        chance[max(0, low - first) : max(0, high - first)] = 0.0
    peak = float(chance.max())
    if peak < DEED_FLOOR:
        return [_by_place(view, evidence, taken)]
    runs = [
        trimmed
        for low, high in stretches(chance >= DEED_SHARE * peak, BRIDGE)
        if (trimmed := trim(view, low + first, high + first)) is not None
    ]
    runs.sort(key=lambda run: -float(view.chances["deed"][run[0] : run[1], 0].sum()))
    return runs or [_by_place(view, evidence, taken)]


def separate(view: View, evidence: Candidate, deed: Span) -> list[Span]:
    """Return the deeds that a conjunction joins behind a word of accusing: ``accusé de fraude et d'avoir menti``."""
    first, last = deed
    lower, frames = view.material.lower, view.frames
    opened = lower[first] in frames.opens_deed or (first > evidence.first and lower[first - 1] in frames.opens_deed)
    before = view.groups[max(evidence.first, first - MAX_BEFORE) : first]
    if not opened or all(group.isdisjoint(_TELLING) for group in before):
        return [deed]
    end = next((at for at in range(first, evidence.last) if lower[at] in _BREAKS), evidence.last)
    cuts = [at for at in range(first + 1, end - 1) if lower[at] in frames.conjunctions]
    cuts = [at for at in cuts if lower[at + 1] in frames.opens_deed]
    if not cuts:
        return [deed]
    pieces = zip([first, *(at + 1 for at in cuts)], [*cuts, max(last, end)], strict=True)
    return [trimmed for low, high in pieces if (trimmed := trim(view, low, high)) is not None]


def _by_place(view: View, evidence: Candidate, taken: list[Span]) -> Span:
    """What follows the accusing word or the accused, else the evidence as a whole."""
    first, last, _, _ = evidence
    after = [at + 1 for at in range(first, last - 1) if "accusing" in view.groups[at]]
    after += [high for low, high in taken if first <= low and high < last - 1]
    start = max((at for at in after if at - first < (last - first) * 2 // 3), default=first)
    return trim(view, start, last) or (first, last)


def part(view: View, evidence: Candidate, name: str) -> list[Span]:
    """Return the likeliest stretch of the evidence for a part, or none."""
    first, last, _, _ = evidence
    chance = view.chances[name][first:last, 0]
    if not len(chance) or float(chance.max()) < FLOORS[name]:
        return []
    runs = [
        trimmed
        for low, high in stretches(chance >= FLOORS[name] / 2, BRIDGE)
        if float(chance[low:high].max()) >= FLOORS[name]
        and (trimmed := trim(view, low + first, high + first)) is not None
    ]
    return sorted(runs, key=lambda run: -float(view.chances[name][run[0] : run[1], 0].sum()))[:1]


def trim(view: View, first: int, last: int) -> Span | None:
    """Cut signs and dangling small words off a stretch; None if nothing is left."""
    words, lower = view.material.tokens.words, view.material.lower
    while first < last and not words[first][0].isalnum():
        first += 1
    dangling = view.small_words
    while last > first and (not words[last - 1][-1].isalnum() or lower[last - 1] in dangling):
        last -= 1
    return (first, last) if last > first else None


def years(view: View, first: int, last: int) -> list[Span]:
    """Return the statements of time around years in tokens ``[first, last)``: ``en 2000 et en 2012``."""
    words, lower, frames = view.material.tokens.words, view.material.lower, view.frames
    found: list[Span] = []
    for at in range(first, last):
        if not _YEAR.fullmatch(words[at]):
            continue
        start = at
        while start > first and (lower[start - 1] in frames.when or _small_number(words[start - 1])):
            start -= 1
        if found and start - found[-1][1] <= 1 and all(lower[k] in frames.joins for k in range(found[-1][1], start)):
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((start, at + 1))
    return found


def taken_up(view: View, evidence: Candidate, speaker: str | None) -> list[Span]:
    """Return when else the deed was done, as the same speaker's next words tell: ``En 2000 et en 2012, cela…``."""
    if speaker is None:
        return []
    at = view.sentence_of(evidence.last - 1) + 1
    if at >= len(view.sentences):
        return []
    first, last = view.sentences[at]
    lead = view.material.lower[first : min(first + MAX_LEAD, last)]
    if not any(word in view.frames.taking_up for word in lead):
        return []
    near = view.drafts_near(first, last)
    if not any(view.material.resolved[k].name == speaker for k in near):
        return []
    return years(view, first, last)


def means_by_words(view: View, evidence: Candidate) -> list[Span]:
    """Return the means that its own opening words show: ``par le biais d'institutions``."""
    first, last, _, _ = evidence
    lower = view.material.lower
    for at in range(first, last):
        for phrase in view.frames.means.get(lower[at], ()):
            if tuple(lower[at : at + len(phrase)]) == phrase:
                end = at + len(phrase)
                while end < last and end - at < MAX_MEANS and lower[end] not in {",", ";", ".", ":"}:
                    end += 1
                trimmed = trim(view, at, end)
                return [trimmed] if trimmed else []
    return []


def means_told_next(view: View, evidence: Candidate) -> list[Span]:
    """Return the second sentence of evidence, or the next of the same quotation, if it opens with "they" or "he".

    Who tells a deed and goes on about the one who did it tells how.
    """
    index = view.sentence_of(evidence.last - 1)
    lower, lexicon = view.material.lower, view.material.page.lexicon
    starts_inside = view.sentences[index][0] > evidence.first
    at = index if starts_inside else index + 1
    if at >= len(view.sentences):
        return []
    first, last = view.sentences[at]
    before = view.sentences[at - 1] if at else (0, 0)
    inside = view.material.marks.inside
    quotation = int(inside[first])
    if quotation < 0 or quotation != int(inside[max(before[0], evidence.first)]):
        return []
    if lower[first] not in lexicon.third or not lexicon.third[lower[first]].endswith("p"):
        return []
    trimmed = trim(view, first, last)
    return [trimmed] if trimmed else []


def hedges(view: View, evidence: Candidate) -> list[Span]:
    """Return the words by which the page itself keeps its distance, in order.

    These are hedging words, a conditional of hearsay outside of quotations, and scare quotes.
    """
    first, last, _, _ = evidence
    material, frames = view.material, view.frames
    states = material.marks.states
    lower = material.lower
    conditioned = any(word in frames.conditions for word in lower[first:last])
    found: list[Span] = []
    for at in range(first, last):
        if states[at] != OUTSIDE:
            continue
        if lower[at] in frames.hedges or (lower[at] in frames.conditional and not conditioned):
            found.append((at, at + 1))
    for quotation in material.marks.quotations:
        inside = first <= quotation.first and quotation.last <= last
        if (
            inside
            and quotation.complete
            and quotation.last - quotation.first <= MAX_SCARE
            and not _reported(view, quotation.first)
        ):
            found.append((quotation.first, quotation.last))
    return sorted(found)


def _reported(view: View, at: int) -> bool:
    """True if the quotation at a token is reported words of somebody."""
    return bool(view.spoken[at])


def _small_number(word: str) -> bool:
    return word.isdigit() and len(word) <= 2
