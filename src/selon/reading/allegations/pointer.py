"""Who is meant by a stretch of evidence: pointers to tokens of the page around it, learned together with the marks.

A pointer is an attention of one head (pointer networks, Vinyals et al. 2015): evidence asks with the weighted mean of
its tokens' questions, each token around it answers with its key, and a bias is learned for their distance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: What is asked of evidence.
POINTERS = ("accuser", "accused")
#: Length of the vectors by which evidence asks and tokens answer.
SIZE = 16
#: Numbers that a model gives for each token: for each pointer its weight within evidence, and nobody's score; then
#: for each pointer a question; then for each a key.
WIDTH = len(POINTERS) * (2 + 2 * SIZE)
#: Signed distances in tokens from the evidence, negative before it, that part the buckets of the learned bias; 0 is
#: within the evidence.
EDGES = (-240, -120, -60, -30, -12, 0, 1, 12, 30, 60, 120, 240)
# Tokens looked at before and behind evidence; it bounds the work on pages of any length.
REACH = 700
FloatArray = npt.NDArray[np.float32]


def buckets(total: int, first: int, last: int) -> npt.NDArray[np.int64]:
    """Return for each of ``total`` tokens the bucket of its distance from evidence ``[first, last)``."""
    places = np.arange(total)
    away = np.where(places < first, places - first, np.maximum(0, places - last + 1))
    return np.searchsorted(EDGES, away, side="right")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The answer of a pointer: a probability for each token from ``first`` on, and for nobody."""

    first: int
    chances: FloatArray
    nobody: float


def point(rows: npt.NDArray[np.floating], distance: FloatArray, first: int, last: int, which: int) -> Pointed:
    """Ask pointer ``which`` of evidence ``[first, last)``.

    ``rows`` holds ``WIDTH`` numbers for each token of a part of a page, ``distance`` the biases (pointers, buckets).
    """
    kinds = len(POINTERS)
    inside = rows[first:last].astype(np.float32)
    weights = np.exp(inside[:, which] - inside[:, which].max())
    weights /= weights.sum()
    ask, key = 2 * kinds + which * SIZE, 2 * kinds + (kinds + which) * SIZE
    question = weights @ inside[:, ask : ask + SIZE]
    low, high = max(0, first - REACH), min(len(rows), last + REACH)
    scores = rows[low:high, key : key + SIZE].astype(np.float32) @ question
    scores += distance[which][buckets(high - low, first - low, last - low)]
    nobody = float(weights @ inside[:, kinds + which])
    top = max(nobody, float(scores.max()))
    chances = np.exp(scores - top)
    none = float(np.exp(nobody - top))
    total = float(chances.sum()) + none
    return Pointed(low, (chances / total).astype(np.float32), none / total)
