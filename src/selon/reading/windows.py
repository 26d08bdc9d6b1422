"""Cut long pages into windows that the model reads at once, so that time and memory stay bounded."""

from __future__ import annotations

import numpy as np

from selon.reading.marks import OUTSIDE, Marks
from selon.reading.tokens import NEWLINE, Tokens

_SENTENCE_ENDS = frozenset({".", "!", "?", "…", "..."})


def windows(tokens: Tokens, marks: Marks, limit: int) -> list[tuple[int, int]]:
    """Return ``[first, last)`` token ranges of at most ``limit`` tokens that together cover the page.

    A cut falls on the last paragraph break of the second half of a window; failing that after a sentence outside
    quotation marks; failing that after any sentence; failing that at the limit.
    """
    total = len(tokens)
    if total <= limit:
        return [(0, total)] if total else []
    breaks = tokens.gaps >= NEWLINE
    ends = np.zeros(total, dtype=bool)
    ends[1:] = [word in _SENTENCE_ENDS for word in tokens.words[:-1]]
    outside = ends & (marks.states == OUTSIDE)
    found, first = [], 0
    while total - first > limit:
        low, high = first + limit // 2, first + limit + 1
        for cuts in (breaks, outside, ends):
            places = np.flatnonzero(cuts[low:high])
            if len(places):
                last = low + int(places[-1])
                break
        else:
            last = first + limit
        found.append((first, last))
        first = last
    found.append((first, total))
    return found
