"""From the tagger's scores to segments: the best well-formed tag sequence of each layer (Viterbi 1967).

Every layer tags each token as outside, or as the beginning, inside, end of a segment, or a segment by itself (the
BIOES scheme). Only two states matter between two tokens, "in a segment" and "not", so the search is a chain of two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

#: Layers of tags, in the order of the tagger's output.
LAYERS = ("content", "inner", "cue", "source", "debris")
#: Tags of a layer, in the order of the tagger's output.
OUT, BEGIN, IN, END, SINGLE = range(5)
TAGS = 5


class Segment(NamedTuple):
    """Tokens ``[first, last)`` of one layer; ``score`` is the probability of its weakest edge or token mean."""

    first: int
    last: int
    score: float


def log_probabilities(emissions: FloatArray) -> FloatArray:
    """Normalise emissions of shape (windows, tokens, layers * 5) to log probabilities (windows, tokens, layers, 5)."""
    batch, length, _ = emissions.shape
    scores = emissions[..., : len(LAYERS) * TAGS].reshape(batch, length, len(LAYERS), TAGS)
    top = scores.max(-1, keepdims=True)
    shifted = scores - top
    total: FloatArray = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return total


def decode(scores: FloatArray, lengths: list[int], bias: FloatArray) -> list[list[list[Segment]]]:
    """Return for each window and layer its segments.

    ``scores`` are log probabilities (windows, tokens, layers, 5), padded after ``lengths``; ``bias`` is added per
    layer to the score of being outside: above 0 favours precision, below 0 recall.
    """
    batch, length, layers, _ = scores.shape
    flat = scores.transpose(1, 0, 2, 3).reshape(length, batch * layers, TAGS)
    outside = flat[..., OUT] + np.tile(bias, batch)[None, :]
    stay = np.maximum(outside, flat[..., SINGLE])
    single = flat[..., SINGLE] > outside
    begin, inner, end = flat[..., BEGIN], flat[..., IN], flat[..., END]
    closed = np.zeros(batch * layers, dtype=np.float32)
    opened = np.full(batch * layers, -1e9, dtype=np.float32)
    from_open = np.empty((2, length, batch * layers), dtype=bool)
    after_closed = np.empty((length, batch * layers), dtype=np.float32)
    for t in range(length):
        stays, ends = closed + stay[t], opened + end[t]
        begins, goes_on = closed + begin[t], opened + inner[t]
        np.greater(ends, stays, out=from_open[0, t])
        np.greater(goes_on, begins, out=from_open[1, t])
        closed = np.maximum(stays, ends, out=after_closed[t])
        opened = np.maximum(begins, goes_on)
    probabilities = np.exp(flat)
    result: list[list[list[Segment]]] = []
    for window in range(batch):
        rows = []
        for layer in range(layers):
            column = window * layers + layer
            rows.append(
                _backtrack(
                    from_open[0, :, column],
                    from_open[1, :, column],
                    single[:, column],
                    probabilities[:, column],
                    lengths[window],
                )
            )
        result.append(rows)
    return result


def _backtrack(
    closes: npt.NDArray[np.bool_],
    continues: npt.NDArray[np.bool_],
    single: npt.NDArray[np.bool_],
    probabilities: FloatArray,
    length: int,
) -> list[Segment]:
    """Follow the best path back from the end of a window, skipping at once over what is outside."""
    events = np.flatnonzero(closes[:length] | single[:length])
    if not len(events):
        return []
    found: list[Segment] = []
    at = length
    for event in events[::-1].tolist():
        if event >= at:
            continue
        if closes[event]:
            first = event - 1
            while continues[first]:
                first -= 1
            edges = min(probabilities[first, BEGIN], probabilities[event, END])
            middle = probabilities[first + 1 : event, IN]
            score = float(edges if not len(middle) else min(edges, np.add.reduce(middle) / len(middle)))
            found.append(Segment(first, event + 1, score))
            at = first
        else:
            found.append(Segment(event, event + 1, float(probabilities[event, SINGLE])))
            at = event
    found.reverse()
    return found
