"""Weigh which stretches of a page are evidence of an allegation, and its stance; keep the best that do not overlap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from selon.page import Stance
from selon.reading.allegations.candidates import KINDS, Candidate
from selon.reading.allegations.frames import GROUPS
from selon.reading.allegations.look import LOOK_FEATURES
from selon.reading.allegations.net import FloatArray
from selon.reading.allegations.view import CUE_GROUPS, SUMMED, View

FEATURES = (
    *(f"kind_{kind}" for kind in KINDS),
    "logit", "logit_peak", "logit_low", "first", "last", "before", "after", "p_deed", "p_deed_peak", "p_accused_peak",
    "p_accuser_peak", "p_victim_peak", "p_denies", "p_admits", "deed_first", "length", "accusing", "charged", "denying",
    "admitting", "harm", "cue_accusing", "cue_charged", "cue_denying", "cue_admitting", "spoken", "said_fully",
    "has_cue", "has_source", "only_content", "nested", "content_score", "speaker", "belief", "direct",
    "mixed", "quoted", "debris", "names", "hedge", "first_person", "place", "page_level", "page_top",
    "sentence_share", "rest_logit",
)  # fmt: skip
STANCES: tuple[Stance, ...] = ("accuses", "denies", "admits")
_NEAR = 4
_LOGIT = SUMMED.index("logit")
# Where there is no token, the logit is that of one which is surely not evidence.
_NO_LOGIT = -6.0
# Candidates weighed at once; bounds the memory that a page of many attributions takes.
_BLOCK = 256
IntArray = npt.NDArray[np.int64]


def table(view: View, items: list[Candidate]) -> FloatArray:
    """Return the features of candidates as rows, in the order of ``FEATURES``."""
    blocks = [_rows(view, items[at : at + _BLOCK]) for at in range(0, len(items), _BLOCK)]
    return np.concatenate([np.zeros((0, len(FEATURES)), np.float32), *blocks])


def looked_table(view: View, items: list[Candidate], rows: FloatArray) -> FloatArray:
    """Add to candidates' features what a second look tells of each (``LOOK_FEATURES``), if the model looks again."""
    if view.material.marked.states is None:
        return rows
    looks = (view.look(item.first, item.last) for item in items)
    told = np.array([look.features for look in looks if look is not None], dtype=np.float32)
    return np.column_stack([rows, told.reshape(-1, len(LOOK_FEATURES))])


def _rows(view: View, items: list[Candidate]) -> FloatArray:
    """All features at once, a column at a time; candidates run along the first axis, attributions along the second."""
    first, last = np.array([item[:2] for item in items]).T
    kinds = np.array([KINDS.index(item.kind) for item in items])
    size, total = last - first, len(view.logit)
    around = np.array([view.around(item) for item in items])
    around_size = around[:, 1] - around[:, 0]
    sums = view.sums[last] - view.sums[first]
    summed = dict(zip(SUMMED, sums.T, strict=True))
    around_logit = (view.sums[around[:, 1]] - view.sums[around[:, 0]])[:, _LOGIT]
    bounds = np.column_stack([first, last]).ravel()
    peaks = np.maximum.reduceat(view.peaks, bounds, axis=0)[::2]
    low = np.minimum.reduceat(view.peaks[:, 0], bounds)[::2]
    edges = np.log(np.maximum([view.chances["evidence"][first, 1], view.chances["evidence"][last - 1, 2]], 0.001))
    rest = around_size - size
    told = _of_attributions(view, first, last, around).T
    columns = [
        *(kinds == kind for kind in range(len(KINDS))),
        summed["logit"] / size, peaks[:, 0], low, *edges,
        _mean_logit(view, np.maximum(0, first - _NEAR), first),
        _mean_logit(view, last, np.minimum(last + _NEAR, total)),
        summed["p_deed"] / size, *peaks[:, 1:5].T,
        summed["p_denies"] / size, summed["p_admits"] / size, peaks[:, 5], np.log(size),
        *(np.minimum(3, summed[group]) for group in GROUPS),
        *told[:4],
        summed["spoken"] / size, summed["spoken"] >= size - 1,
        *told[4:],
        summed["quoted"] / size, summed["debris"] / size,
        np.minimum(5, summed["name"]), np.minimum(2, summed["hedge"]), np.minimum(2, summed["first_person"]),
        first / total, np.full(len(items), view.page_level), np.full(len(items), view.page_top), size / around_size,
        np.where(rest > 0, (around_logit - summed["logit"]) / np.maximum(1, rest), _NO_LOGIT),
    ]  # fmt: skip
    return np.column_stack(columns).astype(np.float32)


def _mean_logit(view: View, first: IntArray, last: IntArray) -> npt.NDArray[np.float64]:
    sums = view.sums[:, _LOGIT]
    return np.where(last > first, (sums[last] - sums[first]) / np.maximum(1, last - first), _NO_LOGIT)


def _of_attributions(view: View, first: IntArray, last: IntArray, around: IntArray) -> npt.NDArray[np.float64]:
    """What the attributions that share tokens with each candidate tell, as columns of the features' order."""
    told = view.attributions
    if not len(told.low):
        return np.zeros((len(first), len(CUE_GROUPS) + 3 + told.facts.shape[1]))
    starts, ends = first[:, None], last[:, None]
    shared = np.minimum(told.high, ends) - np.maximum(told.low, starts)
    near = shared > 0
    any_near = np.asarray(near.any(1))
    best = np.where(near, shared, -1).argmax(1)
    in_sight = near & told.has_cue & (told.cue[:, 0] >= around[:, :1]) & (told.cue[:, 1] <= around[:, 1:])
    own_cue = (in_sight & (told.cue[:, 0] >= starts) & (told.cue[:, 1] <= ends)).any(1)
    own_source = (near & told.has_source & (told.source[:, 0] >= starts) & (told.source[:, 1] <= ends)).any(1)
    cues = in_sight.astype(np.float32) @ told.cue_groups > 0
    of_best = told.facts[best] * any_near[:, None]
    return np.column_stack([cues, own_cue, own_source, any_near & ~own_cue & ~own_source, of_best])


def choose(items: list[Candidate], chances: FloatArray, floor: float, overlap: float, most: int) -> list[int]:
    """Return the indices of the likeliest candidates, best first, ``most`` at most.

    One is left out below ``floor``, or if more than the share ``overlap`` of its tokens, or of a better one's, are
    shared with it.
    """
    return _kept(items, chances, floor, most, lambda shared, shorter, _: shared <= overlap * shorter)


def choose_unlike(items: list[Candidate], chances: FloatArray, floor: float, alike: float, most: int) -> list[int]:
    """Return the indices of the likeliest candidates, best first, ``most`` at most; one may lie in another.

    One is left out below ``floor``, or if the Jaccard measure of its tokens and a better one's is above ``alike``.
    """
    return _kept(items, chances, floor, most, lambda shared, _, together: shared <= alike * together)


def _kept(
    items: list[Candidate], chances: FloatArray, floor: float, most: int, apart: Callable[[int, int, int], bool]
) -> list[int]:
    """Go through candidates from the likeliest on; keep those that are ``apart`` from all that are kept.

    ``apart`` is asked with the tokens that two share, those of the shorter, and those of both together.
    """
    kept: list[int] = []
    for index in np.argsort(-chances, kind="stable").tolist():
        if chances[index] < floor or len(kept) == most:
            break
        first, last = items[index][:2]
        for other in kept:
            start, end = items[other][:2]
            shared = max(0, min(end, last) - max(start, first))
            if not apart(shared, min(last - first, end - start), last - first + end - start - shared):
                break
        else:
            kept.append(index)
    return kept
