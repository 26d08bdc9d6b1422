"""Weigh which stretches of a page are evidence of an allegation, and its stance; keep the best that do not overlap."""

from __future__ import annotations

import math

import numpy as np

from selon.page import Stance
from selon.reading.allegations.candidates import KINDS, Candidate
from selon.reading.allegations.frames import GROUPS
from selon.reading.allegations.net import FloatArray
from selon.reading.allegations.view import View

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


def features(view: View, candidate: Candidate) -> list[float]:
    """Return the features of a candidate in the order of ``FEATURES``."""
    first, last, kind, _ = candidate
    p = view.chances
    around_first, around_last = view.around(candidate)
    size = last - first
    near = view.drafts_near(first, last)
    drafts = view.material.drafts
    best = max(near, key=lambda k: _shared(view.extents[k], first, last), default=-1)
    cues = [drafts[k].cue for k in near]
    inside_cues = [cue for cue in cues if cue is not None and cue[0] >= around_first and cue[1] <= around_last]
    sources = [s for k in near if (s := drafts[k].source) is not None and s[0] >= first and s[1] <= last]
    own_cues = [cue for cue in inside_cues if cue[0] >= first and cue[1] <= last]

    def in_cue(group: str) -> float:
        return float(any(view.total(group, *cue) > 0 for cue in inside_cues))

    rest = view.total("logit", around_first, around_last) - view.total("logit", first, last)
    rest_size = around_last - around_first - size
    draft = drafts[best] if best >= 0 else None
    return [
        *(float(kind == name) for name in KINDS),
        view.mean("logit", first, last),
        max(view.listed["evidence"][first:last]),
        min(view.listed["evidence"][first:last]),
        _log(p["evidence"][first, 1]),
        _log(p["evidence"][last - 1, 2]),
        view.mean("logit", max(0, first - _NEAR), first) if first else -6.0,
        view.mean("logit", last, min(last + _NEAR, len(view.logit))) if last < len(view.logit) else -6.0,
        view.mean("p_deed", first, last),
        max(view.listed["deed"][first:last]),
        max(view.listed["accused"][first:last]),
        max(view.listed["accuser"][first:last]),
        max(view.listed["victim"][first:last]),
        view.mean("p_denies", first, last),
        view.mean("p_admits", first, last),
        max(view.listed["deed_first"][first:last]),
        math.log(size),
        *(min(3.0, view.total(group, first, last)) for group in GROUPS),
        *(in_cue(group) for group in ("accusing", "charged", "denying", "admitting")),
        view.mean("spoken", first, last),
        float(view.total("spoken", first, last) >= size - 1),
        float(bool(own_cues)),
        float(bool(sources)),
        float(bool(near) and not own_cues and not sources),
        float(draft is not None and draft.nested),
        draft.evidence.get("content", 0.0) if draft else 0.0,
        float(best >= 0 and view.material.resolved[best].name is not None),
        float(draft is not None and draft.act == "belief"),
        float(draft is not None and draft.kind == "direct"),
        float(draft is not None and draft.kind == "mixed"),
        view.mean("quoted", first, last),
        view.mean("debris", first, last),
        min(5.0, view.total("name", first, last)),
        min(2.0, view.total("hedge", first, last)),
        min(2.0, view.total("first_person", first, last)),
        first / len(view.logit),
        view.page_level,
        view.page_top,
        size / (around_last - around_first),
        rest / rest_size if rest_size else -6.0,
    ]  # fmt: skip


def table(view: View, items: list[Candidate]) -> FloatArray:
    """Return the features of candidates as rows."""
    return np.array([features(view, item) for item in items], dtype=np.float32).reshape(len(items), len(FEATURES))


def choose(items: list[Candidate], chances: FloatArray, floor: float, overlap: float) -> list[int]:
    """Return the indices of the likeliest candidates, best first.

    One is left out below ``floor``, or if more than the share ``overlap`` of its tokens, or of a better one's, are
    shared with it.
    """
    kept: list[int] = []
    for index in np.argsort(-chances, kind="stable").tolist():
        if chances[index] < floor:
            break
        first, last = items[index][:2]
        shares = (_shared(items[k][:2], first, last) / min(last - first, items[k].last - items[k].first) for k in kept)
        if all(share <= overlap for share in shares):
            kept.append(index)
    return kept


def _shared(span: tuple[int, int], first: int, last: int) -> int:
    return max(0, min(span[1], last) - max(span[0], first))


def _log(chance: float) -> float:
    return math.log(max(float(chance), 0.001))
