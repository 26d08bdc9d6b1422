"""Candidates for the evidence of an allegation: sentences, reported contents, and what the tagger marks."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.material import Material

#: How a candidate was cut: a whole sentence; an attribution with cue and source; a content; a content's part in one
#: sentence; two sentences of one content; a sentence without what a semicolon cuts off; what the tagger marks.
KINDS = ("sentence", "attribution", "content", "part", "pair", "clause", "tagged")
# A stretch of tokens above this probability of evidence is a candidate; two levels give longer and shorter ones.
LEVELS = (0.2, 0.4)
# What holds no token above this probability of evidence is not looked at. For the quick model it saves a fifth of the
# work, and on train 98 of 100 candidates that are evidence hold one; a model that looks again makes use of the less
# likely: on dev 93 of 100 annotated stretches are among what is left, with 0.1 there were 83.
QUICK, THOROUGH = 0.1, 0.02
# Gaps of so many tokens within a stretch are bridged.
BRIDGE = 2
# Evidence has at least so many tokens with letters and at most so many tokens; on train 99 of 100 do.
MIN_WORDS, MAX_TOKENS = 2, 140
_CLAUSE_ENDS = frozenset({";", ":", "–", "—"})


class Candidate(NamedTuple):
    """A stretch of tokens that may be evidence, how it was cut, and the attribution it was cut of (or -1)."""

    first: int
    last: int
    kind: str
    draft: int


def candidates(material: Material, sentences: list[tuple[int, int]]) -> list[Candidate]:
    """Return candidates without repetition, in text order; each edge is a token with a letter or digit."""
    words = material.tokens.words
    wordy = [word[0].isalnum() or word[-1].isalnum() for word in words]
    before = [0, *accumulate(wordy)]
    found: dict[tuple[int, int], Candidate] = {}

    def add(first: int, last: int, kind: str, draft: int = -1) -> None:
        while first < last and not wordy[first]:
            first += 1
        while last > first and not wordy[last - 1]:
            last -= 1
        if last - first > MAX_TOKENS or before[last] - before[first] < MIN_WORDS:
            return
        known = found.get((first, last))
        if known is None or (known.draft < 0 <= draft):
            found[first, last] = Candidate(first, last, known.kind if known else kind, draft)

    starts = [first for first, _ in sentences]
    for first, last in sentences:
        add(first, last, "sentence")
        cuts = [at for at in range(first, last) if words[at] in _CLAUSE_ENDS]
        for start, end in zip([first, *cuts], [*cuts, last], strict=True) if cuts else ():
            add(start, end, "clause")
    for index, draft in enumerate(material.drafts):
        start, end = draft.content[0][0], draft.content[-1][1]
        add(start, end, "content", index)
        edges = [edge for edge in (draft.cue, draft.source) if edge is not None]
        low = min([start, *(edge[0] for edge in edges)])
        high = max([end, *(edge[1] for edge in edges)])
        if high - low <= MAX_TOKENS:
            add(low, high, "attribution", index)
        for piece_first, piece_last in draft.content:
            parts = _cut(piece_first, piece_last, sentences, starts)
            for part in parts:
                add(*part, "part", index)
            for one, two in pairwise(parts):
                add(one[0], two[1], "pair", index)
    inside = material.chances[:, LAYERS.index("evidence"), 0]
    for level in LEVELS:
        for first, last in stretches(inside >= level, BRIDGE):
            for part in _cut(first, last, sentences, starts):
                add(*part, "tagged")
            add(first, last, "tagged")
    least = QUICK if material.marked.states is None else THOROUGH
    shown = [0, *accumulate((inside >= least).tolist())]
    likely = (item for item in found.values() if shown[item.last] > shown[item.first])
    return sorted(likely, key=lambda item: (item.first, item.last))


def stretches(flags: npt.NDArray[np.bool_], bridge: int = 0) -> list[tuple[int, int]]:
    """Return the runs ``[first, last)`` of true flags; runs no more than ``bridge`` apart are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    runs: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if runs and first - runs[-1][1] <= bridge:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _cut(first: int, last: int, sentences: list[tuple[int, int]], starts: list[int]) -> list[tuple[int, int]]:
    at = max(0, bisect_right(starts, first) - 1)
    parts = []
    while at < len(sentences) and sentences[at][0] < last:
        parts.append((max(first, sentences[at][0]), min(last, sentences[at][1])))
        at += 1
    return parts
