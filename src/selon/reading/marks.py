"""Quotation marks: pair them exactly, whatever their style, and say for each token whether it is quoted.

Handles the conventions of the French and English press: paired and ambiguous marks, nested marks, a quotation that
runs over paragraphs with its opening mark repeated or with no closing mark until the end, and marks without a
partner. The work is linear in the number of tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from selon.reading.tokens import NEWLINE, NO_GAP, Tokens

# Families of marks: a closing mark closes only an opening mark of its own family.
_GUILLEMET, _SINGLE_GUILLEMET, _DOUBLE, _SINGLE, _ASCII, _ASCII_SINGLE = range(6)
_OPENING = {
    "«": _GUILLEMET, "<<": _GUILLEMET, "‹": _SINGLE_GUILLEMET, "“": _DOUBLE, "„": _DOUBLE, "‟": _DOUBLE,
    "``": _DOUBLE, "‘": _SINGLE, "‚": _SINGLE,
}  # fmt: skip
_CLOSING = {
    "»": _GUILLEMET, ">>": _GUILLEMET, "›": _SINGLE_GUILLEMET, "”": _DOUBLE, "''": _DOUBLE, "’": _SINGLE,
}  # fmt: skip
_AMBIGUOUS = {'"': _ASCII, "＂": _ASCII, "'": _ASCII_SINGLE}
MARKS = frozenset(_OPENING) | frozenset(_CLOSING) | frozenset(_AMBIGUOUS)

# Deeper nesting than this does not occur in the press; it bounds the work on hostile pages.
MAX_DEPTH = 3
# A quotation without closing mark may run on over this many paragraphs before its end is looked for no further.
MAX_PARAGRAPHS = 12
# A single mark (’ or ') is read as a quotation mark only if its partner follows within this many tokens.
MAX_SINGLE_QUOTED = 60

OUTSIDE, INSIDE, UNPAIRED, NESTED, OPENER, CLOSER, STRAY = range(7)
STATES = 7


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of tokens ``[first, last)`` between quotation marks.

    ``opener`` and ``closer`` are the token indices of the marks, -1 where the quotation has none there: it goes on
    from, or into, another paragraph, or the mark is missing. ``depth`` is 1 for an outermost quotation.
    """

    first: int
    last: int
    opener: int
    closer: int
    depth: int

    @property
    def complete(self) -> bool:
        """True if the quotation has both of its marks."""
        return self.opener >= 0 and self.closer >= 0


@dataclass(frozen=True, slots=True)
class Marks:
    """All quotations of a text, and per token its state (``OUTSIDE`` … ``STRAY``) and innermost quotation.

    ``inside`` holds for each token the index into ``quotations`` of the innermost quotation around it, or -1;
    ``opened`` and ``closed`` find a quotation by the token index of its mark.
    """

    quotations: list[Quotation]
    states: npt.NDArray[np.uint8]
    inside: npt.NDArray[np.int32]
    opened: dict[int, Quotation]
    closed: dict[int, Quotation]


@dataclass(slots=True)
class _Open:
    family: int
    opener: int
    first: int
    paragraphs: int = 0


def find_marks(tokens: Tokens) -> Marks:
    """Pair the quotation marks of ``tokens``."""
    places = [i for i, word in enumerate(tokens.words) if word in MARKS]
    quotations, strays = _pair(tokens, places) if places else ([], [])
    return _paint(len(tokens), quotations, strays)


def _pair(tokens: Tokens, places: list[int]) -> tuple[list[Quotation], list[int]]:
    words, total = tokens.words, len(tokens)
    gaps = tokens.gaps.tolist()
    breaks = [i for i in np.flatnonzero(tokens.gaps >= NEWLINE).tolist() if i > 0]
    stack: list[_Open] = []
    found: list[Quotation] = []
    strays: list[int] = []
    next_break = 0

    def close(entry: _Open, last: int, closer: int) -> None:
        if last > entry.first:
            found.append(Quotation(entry.first, last, entry.opener, closer, len(stack) + 1))

    def at_break(place: int, upcoming: int) -> None:
        """A paragraph begins at token ``place``; the next mark is ``places[upcoming]``."""
        mark = places[upcoming] if upcoming < len(places) else -1
        while stack:
            entry = stack[-1]
            entry.paragraphs += 1
            runs_on = (
                mark > place
                and entry.paragraphs <= MAX_PARAGRAPHS
                and _role(words, gaps, mark, entry.family, total) == CLOSER
            )
            if runs_on:
                return
            stack.pop()
            close(entry, place, -1)
            if mark == place and _family(words[mark]) == entry.family and not stack:
                return  # the repeated opening mark opens the next part itself

    for order, place in enumerate(places):
        while next_break < len(breaks) and breaks[next_break] <= place:
            at_break(breaks[next_break], order)
            next_break += 1
        family = _family(words[place])
        role = _role(words, gaps, place, stack[-1].family if stack else -1, total)
        if role == CLOSER:
            level = next((k for k in range(len(stack) - 1, -1, -1) if stack[k].family == family), -1)
            if level < 0:
                strays.append(place)
                continue
            while len(stack) > level + 1:
                entry = stack.pop()
                close(entry, place, -1)
            close_entry = stack.pop()
            close(close_entry, place, place)
        elif role == OPENER and len(stack) < MAX_DEPTH:
            if _is_single(family) and not _has_partner(words, gaps, places, order, total):
                continue
            if stack and stack[-1].family == family and family in (_ASCII, _DOUBLE):
                entry = stack.pop()  # double marks do not nest in themselves: the earlier one had no partner
                close(entry, place, -1)
            stack.append(_Open(family, place, place + 1))
        elif role == STRAY:
            strays.append(place)
    while next_break < len(breaks) and stack:
        at_break(breaks[next_break], len(places))
        next_break += 1
    while stack:
        entry = stack.pop()
        close(entry, total, -1)
    found.sort(key=lambda q: (q.first, -q.last))
    return found, strays


def _family(word: str) -> int:
    for table in (_OPENING, _CLOSING, _AMBIGUOUS):
        if word in table:
            return table[word]
    return -1


def _is_single(family: int) -> bool:
    return family in (_SINGLE, _ASCII_SINGLE)


def _role(words: list[str], gaps: list[int], place: int, top: int, total: int) -> int:
    """Say whether the mark at ``place`` opens or closes, ``top`` being the family open at present (-1 for none)."""
    word = words[place]
    family = _family(word)
    before = gaps[place] != NO_GAP or words[place - 1][-1] in "([{—–-'’"
    after = place + 1 >= total or gaps[place + 1] != NO_GAP
    if word in _OPENING:
        # „…“ and sloppy “…“ close with an opening mark
        if word == "“" and top == family and not before and (after or not words[place + 1][0].isalnum()):
            return CLOSER
        return OPENER
    if word in _CLOSING:
        if _is_single(family) and top != family:
            return OUTSIDE  # an apostrophe
        if word == "”" and top != family and before and not after:
            return OPENER  # a closing mark typed for an opening one
        return CLOSER
    if family == _ASCII_SINGLE:
        if top == family and not before:
            return CLOSER
        if before and not after and words[place + 1][0].isalpha():
            return OPENER
        return OUTSIDE
    if top == family:
        if before and not after and gaps[place] >= NEWLINE:
            return OPENER
        return CLOSER if not before or after else OPENER
    return OPENER if not after or before else STRAY


def _has_partner(words: list[str], gaps: list[int], places: list[int], order: int, total: int) -> bool:
    start = places[order]
    family = _family(words[start])
    for place in places[order + 1 : order + 9]:
        if place - start > MAX_SINGLE_QUOTED:
            return False
        if _family(words[place]) == family and _role(words, gaps, place, family, total) == CLOSER:
            return place + 1 >= total or gaps[place + 1] != NO_GAP or not words[place + 1][0].isalnum()
    return False


def _paint(total: int, quotations: list[Quotation], strays: list[int]) -> Marks:
    states = np.zeros(total, dtype=np.uint8)
    inside = np.full(total, -1, dtype=np.int32)
    for index, quotation in enumerate(quotations):
        state = NESTED if quotation.depth > 1 else INSIDE if quotation.complete else UNPAIRED
        states[quotation.first : quotation.last] = state
        inside[quotation.first : quotation.last] = index
    for quotation in quotations:
        if quotation.opener >= 0:
            states[quotation.opener] = OPENER
        if quotation.closer >= 0:
            states[quotation.closer] = CLOSER
    states[strays] = STRAY
    opened = {quotation.opener: quotation for quotation in quotations if quotation.opener >= 0}
    closed = {quotation.closer: quotation for quotation in quotations if quotation.closer >= 0}
    return Marks(quotations, states, inside, opened, closed)
