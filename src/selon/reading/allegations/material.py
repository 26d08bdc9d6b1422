"""What the reading of allegations rests on: one part of a page with everything that was found on it before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from selon.reading.allegations.marker import Marked
from selon.reading.assemble import Draft
from selon.reading.marks import CLOSER, OUTSIDE, STRAY, Marks
from selon.reading.phrases import Resolved
from selon.reading.segments import Segment
from selon.reading.speakers import PageOfSpeakers
from selon.reading.tokens import NEWLINE, Tokens

FloatArray = npt.NDArray[np.float32]

_ENDS = frozenset({".", "!", "?", "…", "...", "...."})


@dataclass(frozen=True, slots=True)
class Material:
    """One part of a page, in tokens.

    ``drafts`` and ``resolved`` are its attributions and their speakers, in the same order; ``marked`` is what the model
    of allegations tells of its tokens.
    """

    text: str
    tokens: Tokens
    marks: Marks
    page: PageOfSpeakers
    drafts: list[Draft]
    resolved: list[Resolved]
    debris: list[Segment]
    marked: Marked

    @property
    def chances(self) -> FloatArray:
        """For each token, layer of :mod:`selon.reading.allegations.layers` and mark a probability."""
        return self.marked.chances

    @property
    def lower(self) -> list[str]:
        """The tokens in lower case, apostrophes alike."""
        return self.page.lower


def sentences(material: Material) -> list[tuple[int, int]]:
    """Return the sentences as token ranges in order; closing marks belong to the sentence that they close.

    A full stop after a single letter or an honorific ends none, nor does one that a small letter follows.
    """
    tokens, words = material.tokens, material.tokens.words
    honorifics = material.page.lexicon.honorifics
    gaps, states = tokens.gaps.tolist(), material.marks.states.tolist()
    found, first, at, total = [], 0, 0, len(words)
    while at < total:
        if at > first and gaps[at] >= NEWLINE:
            found.append((first, at))
            first = at
        if words[at] in _ENDS and not _abbreviates(words, material.lower, at, honorifics):
            after = at + 1
            while after < total and gaps[after] < NEWLINE and (states[after] in {CLOSER, STRAY} or words[after] == ")"):
                after += 1
            if after >= total or not words[after][0].islower():
                found.append((first, after))
                first = after
                at = after
                continue
        at += 1
    if first < total:
        found.append((first, total))
    return [span for span in found if span[1] > span[0]]


def _abbreviates(words: list[str], lower: list[str], at: int, honorifics: dict[str, str]) -> bool:
    before = lower[at - 1] if at else ""
    return words[at] == "." and (before in honorifics or (len(before) == 1 and before.isalpha() and before != "a"))


def quoted(material: Material) -> npt.NDArray[np.bool_]:
    """True for each token inside quotation marks."""
    return np.asarray(material.marks.states != OUTSIDE)
