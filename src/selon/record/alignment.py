"""Where on a page a quotation's words stand best, word by word: semi-global alignment with affine gaps.

The whole quotation is aligned with any stretch of the page (Needleman and Wunsch 1970, free ends on the page's side;
Gotoh 1982 for gaps). Gaps are words that the quotation leaves out: opening one costs a little less than a wrong word,
making it longer next to nothing, and where the quotation itself shows an ellipsis, opening one is nearly free as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# Costs in hundredths of a word. A word in the place of another costs less than one added, for at the ends of a
# quotation either could be; an added word within is still cheaper than all words behind it changed.
ADDED = 100
CHANGED = 99
LEFT_OUT = 90
LEFT_OUT_SHOWN = 5
EACH_LEFT_OUT = 1


class Step(NamedTuple):
    """One step of an alignment: words ``[first, last)`` of the quotation for ``[start, end)`` of the page."""

    equal: bool
    first: int
    last: int
    start: int
    end: int


class Alignment(NamedTuple):
    """Steps in order, equal and unequal ones in turn, and the cost in words."""

    steps: tuple[Step, ...]
    cost: float


def align(quoted: Sequence[str], page: Sequence[str], ellipses: Collection[int] = ()) -> Alignment:
    """Return the best alignment of a quotation's folded words with a page's.

    ``ellipses`` are the numbers of the quoted words before which an ellipsis stands. Of equally good places the first
    is taken. Time and memory grow with the product of the lengths, so callers bound them.
    """
    numbers = {word: number for number, word in enumerate(dict.fromkeys(quoted))}
    on_page = np.fromiter((numbers.get(word, -1) for word in page), dtype=np.int32, count=len(page))
    # cost of each further word that is left out, taken off beforehand so that a running minimum finds the best gap
    slope = np.arange(len(page) + 1, dtype=np.int32) * EACH_LEFT_OUT
    shape = (len(quoted) + 1, len(page) + 1)
    best, closed = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
    for row, word in enumerate(quoted, 1):
        above, here = best[row - 1], closed[row]
        np.add(above, ADDED, out=here)
        np.minimum(here[1:], above[:-1] + np.where(on_page == numbers[word], 0, CHANGED), out=here[1:])
        best[row] = here
        if row < len(quoted):
            gaps = np.minimum.accumulate(here - slope)[:-1] + slope[1:] + _opening(row, ellipses)
            np.minimum(here[1:], gaps, out=best[row, 1:])
    return _trace(on_page, [numbers[word] for word in quoted], best, closed, ellipses)


def _opening(row: int, ellipses: Collection[int]) -> int:
    return LEFT_OUT_SHOWN if row in ellipses else LEFT_OUT


def _trace(
    on_page: npt.NDArray[np.int32],
    quoted: list[int],
    best: npt.NDArray[np.int32],
    closed: npt.NDArray[np.int32],
    ellipses: Collection[int],
) -> Alignment:
    row, column = len(quoted), int(np.argmin(best[-1]))
    cost = int(best[row, column])
    moves: list[tuple[bool, int, int]] = []
    while row:
        if best[row, column] < closed[row, column]:
            wanted = int(best[row, column]) - _opening(row, ellipses)
            before = closed[row, :column] + (column - np.arange(column)) * EACH_LEFT_OUT
            start = int(np.flatnonzero(before == wanted)[-1])
            moves.append((False, 0, column - start))
            column = start
        elif column and closed[row, column] == best[row - 1, column - 1] + (
            0 if (same := bool(on_page[column - 1] == quoted[row - 1])) else CHANGED
        ):
            moves.append((same, 1, 1))
            row, column = row - 1, column - 1
        else:
            moves.append((False, 1, 0))
            row -= 1
    return Alignment(_steps(moves[::-1], column), cost / ADDED)


def _steps(moves: list[tuple[bool, int, int]], start: int) -> tuple[Step, ...]:
    steps: list[Step] = []
    row, column = 0, start
    for equal, down, right in moves:
        last = steps[-1] if steps else None
        if last is not None and last.equal == equal:
            steps[-1] = Step(equal, last.first, row + down, last.start, column + right)
        else:
            steps.append(Step(equal, row, row + down, column, column + right))
        row, column = row + down, column + right
    return tuple(steps)
