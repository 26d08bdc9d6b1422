"""Tell debris from prose where its own marks give it away: lines that carry a photo credit or point elsewhere.

The tagger finds most debris, in mid-line too; what stands here is certain without it. On the annotated French pages
(train and dev) every line that these rules call debris is debris.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from selon.languages.pack import Lexicon
from selon.page import RegionKind
from selon.reading.segments import Segment
from selon.reading.tokens import NEWLINE, Tokens

# A line longer than this is prose with a credit in it, which is left to the tagger; no credit or headline is longer.
MAX_LINE = 260
# Words of a photographer's name after the agency ("© Agency. First Last").
PHOTOGRAPHER_WORDS = 2

# A date in a piece longer than this is no dateline.
MAX_DATELINE = 60
# Debris of fewer words is no headline.
MIN_HEADLINE_WORDS = 4

_DATE = re.compile(r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{1,2}\s?[h:]\s?\d{2}\b|\b(?:19|20)\d\d\b")
_SENTENCE_END = re.compile(r"[.!?»\"”]\s*$")


def certain_debris(text: str, tokens: Tokens, lexicon: Lexicon) -> list[Segment]:
    """Return the debris that its marks show: each credit, and what stands with it on its line."""
    found: list[Segment] = []
    starts = np.flatnonzero(tokens.gaps >= NEWLINE).tolist()
    for first, last in zip(starts, [*starts[1:], len(tokens)], strict=True):
        start, end = int(tokens.starts[first]), int(tokens.ends[last - 1])
        if end - start > MAX_LINE:
            continue
        line = text[start:end]
        lower = line.lower()
        if any(mark in lower for mark in lexicon.debris_marks) and not _SENTENCE_END.search(line):
            found.extend(_parts(tokens, first, last))
    return found


def _parts(tokens: Tokens, first: int, last: int) -> list[Segment]:
    """Cut a line of debris after its credit: what follows is another article's headline."""
    words = tokens.words
    mark = next((at for at in range(first, last) if words[at] == "©"), -1)
    if mark < 0:
        return [Segment(first, last, 1.0)]
    at = mark + 1
    while at < last and words[at] not in {".", "/", ":", ","}:
        at += 1
    at += 1
    named = 0
    while at < last and named < PHOTOGRAPHER_WORDS and words[at][0].isupper():
        at, named = at + 1, named + 1
    if at >= last:
        return [Segment(first, last, 1.0)]
    before = [Segment(first, mark, 1.0)] if mark > first else []
    return [*before, Segment(mark, at, 1.0), Segment(at, last, 1.0)]


def kind_of(text: str, lexicon: Lexicon) -> RegionKind:
    """Return the kind of a piece of debris: by its marks, else by its form; ``other`` where neither tells."""
    lower = text.lower().strip()
    for kind, marks in lexicon.debris_kinds.items():
        if any(lower.startswith(mark) if mark.endswith(" ") else mark in lower for mark in marks):
            return kind  # type: ignore[return-value]
    if _DATE.search(lower) and len(lower) <= MAX_DATELINE:
        return "dateline"
    if len(lower.split()) < MIN_HEADLINE_WORDS:
        return "other"
    return "caption" if _SENTENCE_END.search(text) else "related"


def merge(certain: list[Segment], tagged: list[Segment]) -> list[Segment]:
    """Join certain debris with what the tagger found, in text order and without overlap."""
    covered = {at for segment in certain for at in range(segment.first, segment.last)}
    joined = list(certain)
    for segment in tagged:
        free = [at for at in range(segment.first, segment.last) if at not in covered]
        joined.extend(Segment(group[0], group[-1] + 1, segment.score) for group in _runs(free))
    return sorted(joined)


def _runs(places: list[int]) -> Iterator[list[int]]:
    """Split ascending numbers into runs without a gap."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run
