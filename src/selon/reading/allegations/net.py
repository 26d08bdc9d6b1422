"""A small network over named features: one hidden layer, run with numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]


class Net:
    """Scores rows of features with the weights of one task.

    ``weights`` holds ``mean`` and ``scale`` (one number a feature), ``w1`` (features, hidden), ``b1``, ``w2``
    (hidden, outputs), ``b2``, and ``direct`` (features, outputs), a linear path beside the hidden layer.
    """

    def __init__(self, weights: Mapping[str, npt.NDArray[np.floating]], prefix: str) -> None:
        names = ("mean", "scale", "w1", "b1", "w2", "b2", "direct")
        self.mean, self.scale, self.w1, self.b1, self.w2, self.b2, self.direct = (
            np.asarray(weights[f"{prefix}.{name}"], dtype=np.float32) for name in names
        )

    def scores(self, rows: FloatArray) -> FloatArray:
        """Return the outputs for rows (n, features) as an array (n, outputs), before any softmax."""
        x = np.clip((rows - self.mean) / self.scale, -5, 5)
        result: FloatArray = np.tanh(x @ self.w1 + self.b1) @ self.w2 + x @ self.direct + self.b2
        return result


def table(rows: Sequence[Mapping[str, float]], names: tuple[str, ...]) -> FloatArray:
    """Return features given by name as rows in the order of ``names``; those left out are 0."""
    out = np.zeros((len(rows), len(names)), dtype=np.float32)
    place = _places(names)
    for row, features in zip(out, rows, strict=True):
        for name, value in features.items():
            row[place[name]] = value
    return out


@cache
def _places(names: tuple[str, ...]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def sigmoid(scores: FloatArray) -> FloatArray:
    """Return the logistic function of scores."""
    result: FloatArray = (1 / (1 + np.exp(-scores))).astype(np.float32)
    return result


def softmax(scores: FloatArray) -> FloatArray:
    """Return probabilities along the last axis."""
    shifted: FloatArray = np.exp(scores - scores.max(-1, keepdims=True))
    result: FloatArray = (shifted / shifted.sum(-1, keepdims=True)).astype(np.float32)
    return result
