"""What the second looks at all likely evidence of a page tell together: who is accused, and who accuses, on this page.

A single stretch often leaves open who is meant, and the page does not: who is accused in one place is so in others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from selon.reading.allegations.look import Look
from selon.reading.allegations.net import FloatArray, sigmoid

if TYPE_CHECKING:
    from selon.reading.allegations.view import View

# The likeliest looks of a part count, at most so many; it bounds the work. A page of the press has 14.
MOST_LOOKS = 60
# What tells of nobody weighs as much as this part of a sure look, so that a single look decides nothing.
PRIOR = 0.5


class Together:
    """The looks at stretches ``spans`` of a view, the likeliest first."""

    def __init__(self, view: View, spans: Sequence[tuple[int, int]]) -> None:
        self._view, self._spans = view, spans[:MOST_LOOKS]
        self._given: dict[tuple[str | None, int], FloatArray] = {}

    def share(self, name: str | None, which: int, first: int, last: int) -> float:
        """The part of the looks, each weighed by its match, that points to a name (None: to nobody) as meant.

        Looks at stretches that share tokens with ``[first, last)`` are left out: what they tell is told already.
        """
        if (name, which) not in self._given:
            answers = [look.pointed[which] for look in self._looks]
            chances = [answer.nobody if name is None else self._view.pointed(answer, name) for answer in answers]
            self._given[name, which] = np.array(chances, dtype=np.float32)
        apart = np.array([end <= first or last <= start for start, end in self._spans], dtype=bool)
        weights = self._weights * apart
        return float(weights @ self._given[name, which] / (weights.sum() + PRIOR))

    @cached_property
    def _looks(self) -> list[Look]:
        looks = (self._view.look(first, last) for first, last in self._spans)
        return [look for look in looks if look is not None]

    @cached_property
    def _weights(self) -> FloatArray:
        return sigmoid(np.array([look.features[0] for look in self._looks], dtype=np.float32))
