"""Look again at a stretch that may be evidence, with the stretch marked: is it, with which stance, and who is meant.

The thorough model's first reading knows of no stretch in particular. The upper half of its encoder reads the tokens
around one a second time, from the states that the lower half gave them, with its tokens marked as the evidence asked
about (entity markers, as Zhong and Chen 2021 use them for relations), and answers for this stretch alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from selon.reading.allegations.candidates import MAX_TOKENS
from selon.reading.allegations.pointer import POINTERS, Pointed
from selon.reading.session import open_session

#: Tokens looked at before evidence and behind it: 94 of 100 who are meant are named there on train.
BEFORE, AFTER = 100, 50
#: Tokens of evidence looked at, as many as a candidate has at most; a frame of words may hold a whole sentence.
MOST = MAX_TOKENS
#: Distances from the evidence's first token are told apart up to these, in tokens.
FARTHEST_BEFORE, FARTHEST_BEHIND = -128, 192
#: What a token is to the evidence: outside of it, inside, its first, its last.
ROLES = 4
OUTSIDE, INSIDE, FIRST, LAST = range(ROLES)
#: Features of a candidate for evidence that a look adds.
LOOK_FEATURES = (
    "look_match", "look_accuses", "look_denies", "look_admits", "look_nobody", "look_accused", "look_first",
    "look_last", "look_edges",
)  # fmt: skip
# Probabilities of edges are kept this far from 0 before their logarithm is taken.
LEAST = 0.001
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look tells of a stretch: its ``LOOK_FEATURES``, and for each of ``POINTERS`` who is meant."""

    features: FloatArray
    pointed: tuple[Pointed, ...]


def marking(first: int, last: int, low: int, high: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """How tokens ``[low, high)`` are marked to ask about evidence ``[first, last)``: roles, and numbered distances."""
    roles = np.full(high - low, OUTSIDE, dtype=np.int64)
    roles[first - low : last - low] = INSIDE
    roles[first - low] = FIRST
    if last - first > 1:
        roles[last - 1 - low] = LAST
    away = np.clip(np.arange(low, high) - first, FARTHEST_BEFORE, FARTHEST_BEHIND) - FARTHEST_BEFORE
    return roles, away


class Looker:
    """The model of the second look, the same for all languages."""

    def __init__(self, folder: Traversable) -> None:
        self._session = open_session(folder.joinpath("look.onnx"))

    def look(self, states: npt.NDArray[np.float16], first: int, last: int) -> Look:
        """Look at evidence ``[first, last)`` in the states (tokens, width) of one part of a page.

        Of evidence of more than ``MOST`` tokens these are looked at, for the work grows with their square.
        """
        last = min(last, first + MOST)
        low, high = max(0, first - BEFORE), min(len(states), last + AFTER)
        roles, away = marking(first, last, low, high)
        feed = {"states": states[None, low:high].astype(np.float32), "roles": roles[None], "away": away[None]}
        chances, whole, edges = self._session.run(None, feed)
        pointed = tuple(
            Pointed(low, chances[0, :-1, which], float(chances[0, -1, which])) for which in range(len(POINTERS))
        )
        accused = pointed[POINTERS.index("accused")]
        features = [*whole[0], accused.nobody, accused.chances.max(), *edged(edges[0], first - low, last - low)]
        return Look(np.array(features, dtype=np.float32), pointed)


def edged(edges: FloatArray, first: int, last: int) -> tuple[float, float, float]:
    """How likely ``[first, last)`` has the edges of evidence, and how it agrees with the likeliest ones (Jaccard)."""
    begins, ends = edges[:, 0], edges[:, 1]
    low, high = int(begins.argmax()), int(ends.argmax()) + 1
    shared = max(0, min(last, high) - max(first, low))
    together = last - first + max(0, high - low) - shared
    return math.log(max(begins[first], LEAST)), math.log(max(ends[last - 1], LEAST)), shared / together
