"""Speech in headlines: ``Name: what the name says``, with neither quotation marks nor a verb of saying.

The annotated pages hold too few such lines for the tagger to learn them, and their form is fixed; so they are found by
their form, where the name is that of a person on the page.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from selon.page import Span
from selon.reading.assemble import Draft
from selon.reading.marks import OUTSIDE, Marks
from selon.reading.names import Names
from selon.reading.segments import Segment
from selon.reading.tokens import NEWLINE, Tokens

# Tokens of a headline: shorter is a label, longer is prose.
MIN_WORDS, MAX_WORDS = 4, 40
# Given to what is found by form alone; of the few such lines on the annotated French pages about two in three count.
CONFIDENCE = 0.65

_SENTENCE_ENDS = frozenset({".", ";"})


def headline_speech(
    tokens: Tokens, marks: Marks, names: Names, debris: list[Segment], drafts: list[Draft]
) -> list[Draft]:
    """Return the attributions of headlines that ``drafts`` do not already cover."""
    taken = [(draft.content[0][0], draft.content[-1][1]) for draft in drafts]
    by_start = {name.first: name for name in names.all}
    found = []
    for first, last in _headlines(tokens, debris):
        name = by_start.get(first)
        if name is None or name.last >= last or tokens.words[name.last] != ":":
            continue
        if not _is_person(name.key, names):
            continue
        start, end = name.last + 1, last
        if not MIN_WORDS <= end - start <= MAX_WORDS or any(a < end and start < b for a, b in taken):
            continue
        if (marks.states[start:end] != OUTSIDE).any() or _SENTENCE_ENDS & set(tokens.words[start : end - 1]):
            continue
        found.append(_draft(tokens, start, end, (name.first, name.last)))
    return found


def _headlines(tokens: Tokens, debris: list[Segment]) -> list[tuple[int, int]]:
    """The page's first line, and the pieces of debris."""
    breaks: npt.NDArray[np.intp] = np.flatnonzero(tokens.gaps >= NEWLINE)
    places = [(segment.first, segment.last) for segment in debris]
    if len(breaks):
        end = int(breaks[1]) if len(breaks) > 1 else len(tokens)
        if not any(first < end for first, _ in places):
            places.append((0, end))
    return sorted(places)


def _is_person(key: tuple[str, ...], names: Names) -> bool:
    """True if the page shows the name to be a person's: a title beside it, or a fuller form elsewhere."""
    fullest = names.canonical.get(key, key)
    return fullest in names.genders or len(fullest) > len(key) or any(n.roles for n in names.all if n.key == key)


def _draft(tokens: Tokens, first: int, last: int, source: tuple[int, int]) -> Draft:
    return Draft(
        content=((first, last),),
        cue=None,
        source=source,
        spans=(Span(int(tokens.starts[first]), int(tokens.ends[last - 1])),),
        kind="indirect",
        act="speech",
        nested=False,
        evidence={},
    )
