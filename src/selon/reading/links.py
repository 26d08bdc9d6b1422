"""Link what the tagger found: each content to its cue, each content and cue to their source.

A link's score is the product of two learned vectors, one for either end, plus learned weights of how the two stand
to each other (distance, order, paragraphs, one inside the other). This module says how they stand; training and
reading share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Segments = npt.NDArray[np.int32]  # one row a segment: first token, last token (exclusive)

_DISTANCE_EDGES = np.array([1, 2, 3, 4, 6, 9, 14, 22, 40, 80])
_DISTANCES = 2 * (len(_DISTANCE_EDGES) + 1)
_ORDERS = 9
_PARAGRAPHS = 3
_INSIDE = 4
_INNER = 4
#: Number of rows in a table of link weights; each pair of segments has one row in each of five groups.
LINK_FEATURES = _DISTANCES + _ORDERS + _PARAGRAPHS + _INSIDE + _INNER


def how_they_stand(
    heads: Segments, others: Segments, paragraphs: npt.NDArray[np.int32], inner: npt.NDArray[np.bool_], outer: Segments
) -> npt.NDArray[np.int32]:
    """Return for each pair (head, other) five row numbers below ``LINK_FEATURES``: an array of shape (H, O, 5).

    ``paragraphs`` numbers the paragraph of each token; ``inner`` marks the heads that belong to a nested
    attribution; ``outer`` are the contents of the attributions that are not nested.
    """
    h0, h1 = heads[:, None, 0], heads[:, None, 1]
    o0, o1 = others[None, :, 0], others[None, :, 1]
    before = o1 <= h0
    after = o0 >= h1
    gap = np.where(before, h0 - o1, np.where(after, o0 - h1, 0))
    bucket = np.searchsorted(_DISTANCE_EDGES, gap, side="right")
    distance = np.where(before, bucket, bucket + _DISTANCES // 2)
    middle_head = heads.sum(1)
    middle_other = others.sum(1)
    rank = _signed_rank(middle_head, middle_other)
    order = np.clip(rank, -4, 4) + 4
    crossed = np.minimum(np.abs(paragraphs[heads[:, 0]][:, None] - paragraphs[others[:, 0]][None, :]), 2)
    within_head = (o0 >= h0) & (o1 <= h1)
    around_head = (o0 <= h0) & (o1 >= h1)
    inside = np.where(within_head, 1, np.where(around_head, 2, np.where(before | after, 0, 3)))
    if len(outer):
        at = np.searchsorted(outer[:, 0], others[:, 0], side="right") - 1
        in_outer = (at >= 0) & (others[:, 1] <= outer[np.maximum(at, 0), 1])
    else:
        in_outer = np.zeros(len(others), dtype=bool)
    both = 2 * inner[:, None] + in_outer[None, :]
    out = np.empty((len(heads), len(others), 5), dtype=np.int32)
    base = 0
    for group, (rows, size) in enumerate(
        ((distance, _DISTANCES), (order, _ORDERS), (crossed, _PARAGRAPHS), (inside, _INSIDE), (both, _INNER))
    ):
        np.add(rows, base, out=out[..., group], casting="unsafe")
        base += size
    return out


def _signed_rank(head: npt.NDArray[np.int32], other: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Order of each other segment as seen from a head: -1 the nearest before it, 1 the nearest after, and so on."""
    ordered = np.sort(other)
    position = np.searchsorted(ordered, head)
    place = np.searchsorted(ordered, other)
    difference = place[None, :] - position[:, None]
    return np.where(difference >= 0, difference + 1, difference).astype(np.int32)


class Links(NamedTuple):
    """For each content its cue and source as indices, -1 for none, and the probabilities of these choices."""

    cue: list[int]
    source: list[int]
    cue_probability: list[float]
    source_probability: list[float]


# A content moves to a cue without any if its log probability falls by less than this; chosen on the training pages.
MAX_LOSS = 3.0

#: Names of the role vectors in the tagger's second output, each with a part for a segment's first and last token.
ROLES = ("content_to_cue", "cue_from_content", "content_to_source", "cue_to_source", "source")


class Linker:
    """Scores links with the weights of a language's model.

    ``weights`` holds ``cue_table``, ``source_table``, ``source_cue_table`` (``LINK_FEATURES`` numbers each),
    ``no_cue`` (role width), ``no_source`` (2, role width), ``bias`` (2), and ``role_weight`` and ``role_bias``, which
    make the role vectors of ``ROLES`` (2 each) out of the encoder's states.
    """

    def __init__(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> None:
        self._weights = weights
        self._width = int(weights["no_cue"].shape[0])
        self._scale = self._width**-0.5
        self._weight = weights["role_weight"].astype(np.float32)
        self._bias = weights["role_bias"].astype(np.float32)

    def link(
        self,
        hidden: npt.NDArray[np.float32],
        contents: Segments,
        inner: npt.NDArray[np.bool_],
        cues: Segments,
        sources: Segments,
        paragraphs: npt.NDArray[np.int32],
    ) -> Links:
        """Link the segments of one window; ``hidden`` are the encoder's states, a row a token."""
        if not len(contents):
            return Links([], [], [], [])
        weights, scale = self._weights, self._scale
        outer = contents[~inner]
        content = self._role(hidden, 0, contents)
        table = weights["cue_table"]
        to_cue = content @ self._role(hidden, 1, cues).T * scale
        to_cue += table[how_they_stand(contents, cues, paragraphs, inner, outer)].sum(-1)
        to_cue = np.concatenate([to_cue, (content @ weights["no_cue"] * scale + weights["bias"][0])[:, None]], 1)
        cue_probabilities = _softmax(to_cue)
        cue = _serve_every_cue(cue_probabilities, inner)

        source = self._role(hidden, 4, sources)
        content = self._role(hidden, 2, contents)
        to_source = content @ source.T * scale
        to_source += weights["source_table"][how_they_stand(contents, sources, paragraphs, inner, outer)].sum(-1)
        none = content @ weights["no_source"][0] * scale + weights["bias"][1]
        to_source = np.concatenate([to_source, none[:, None]], 1)
        if len(cues):
            asked = self._role(hidden, 3, cues)
            from_cue = asked @ source.T * scale
            plain = np.zeros(len(cues), dtype=bool)
            from_cue += weights["source_cue_table"][how_they_stand(cues, sources, paragraphs, plain, outer)].sum(-1)
            from_cue = np.concatenate([from_cue, (asked @ weights["no_source"][1] * scale)[:, None]], 1)
            has_cue = cue < len(cues)
            to_source[has_cue] += from_cue[cue[has_cue]]
        source_probabilities = _softmax(to_source)
        chosen = source_probabilities.argmax(1)
        rows = np.arange(len(contents))
        return Links(
            np.where(cue < len(cues), cue, -1).tolist(),
            np.where(chosen < len(sources), chosen, -1).tolist(),
            cue_probabilities[rows, cue].tolist(),
            source_probabilities[rows, chosen].tolist(),
        )

    def _role(self, hidden: npt.NDArray[np.float32], role: int, segments: Segments) -> npt.NDArray[np.float32]:
        """Vector of each segment in a role: its first token's start vector plus its last token's end vector."""
        start, end = (
            slice(2 * role * self._width, (2 * role + 1) * self._width),
            slice((2 * role + 1) * self._width, (2 * role + 2) * self._width),
        )
        vectors: npt.NDArray[np.float32] = hidden[segments[:, 0]] @ self._weight[:, start]
        vectors += hidden[segments[:, 1] - 1] @ self._weight[:, end]
        return vectors + (self._bias[start] + self._bias[end])


def _serve_every_cue(probabilities: npt.NDArray[np.float32], inner: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Choose the likeliest cue of each content, then give a cue left without any content one of a cue that has two.

    A row of quotations, each with a cue after it, is ambiguous link by link; that every cue reports something is not.
    """
    logs = np.log(probabilities + 1e-9)
    chosen: npt.NDArray[np.int64] = probabilities.argmax(1)
    none = probabilities.shape[1] - 1
    counts = np.bincount(chosen, minlength=none + 1)
    for cue in np.flatnonzero(counts[:none] == 0).tolist():
        shared = np.flatnonzero((chosen != none) & (counts[chosen] >= 2) & ~inner)
        if not len(shared):
            continue
        loss = logs[shared, chosen[shared]] - logs[shared, cue]
        best = int(loss.argmin())
        if loss[best] < MAX_LOSS:
            content = shared[best]
            counts[chosen[content]] -= 1
            counts[cue] += 1
            chosen[content] = cue
    return chosen


def _softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    raised: npt.NDArray[np.float32] = np.exp(scores - scores.max(1, keepdims=True))
    shares: npt.NDArray[np.float32] = raised / raised.sum(1, keepdims=True)
    return shares
