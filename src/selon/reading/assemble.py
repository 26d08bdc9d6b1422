"""Put attributions together from what the tagger found: pieces joined by their cue, exact edges, kind and act."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from selon.page import Act, Kind, Span
from selon.reading.marks import Marks
from selon.reading.segments import Segment
from selon.reading.tagger import Tagged
from selon.reading.tokens import NEWLINE, NO_GAP, Tokens

# A quoted stretch of at most so many tokens that the page quotes again and again is a name («gilets jaunes»), not
# reported words; chosen on the training pages, where longer repeated quotations are speech.
MAX_SCARE_TOKENS = 3
# At most so many words that are neither cue nor source may stand between two pieces of one attribution: on the
# training pages 95 of 100 pairs of pieces have no more, and what is farther apart is rarely one.
MAX_BETWEEN = 11
# A cue is belief from this probability on.
BELIEF = 0.5


@dataclass(frozen=True, slots=True)
class Draft:
    """An attribution in tokens, before its speaker is known. ``evidence`` are the scores that confidence rests on."""

    content: tuple[tuple[int, int], ...]
    cue: tuple[int, int] | None
    source: tuple[int, int] | None
    spans: tuple[Span, ...]
    kind: Kind
    act: Act
    nested: bool
    evidence: dict[str, float]


def assemble(
    tokens: Tokens, marks: Marks, windows: list[Tagged], debris: list[Segment], joins_paragraphs: bool
) -> list[Draft]:
    """Return the attributions of a page in text order; contents that share a cue are pieces of one attribution.

    ``joins_paragraphs`` says whether a quotation that goes on in a new paragraph is a piece of the one before, as in
    the English annotated pages, or an attribution of its own, as in the French ones.
    """
    paragraphs = np.cumsum(tokens.gaps >= NEWLINE).astype(np.int64)
    repeated = _repeated_quotations(tokens, marks)
    wordy = np.array([word[0].isalnum() or word[-1].isalnum() for word in tokens.words], dtype=bool)
    drafts: list[Draft] = []
    for tagged in windows:
        groups: dict[tuple[int, bool] | int, list[int]] = {}
        for index, cue in enumerate(tagged.links.cue):
            key = (cue, tagged.inner[index]) if cue >= 0 else -1 - index
            groups.setdefault(key, []).append(index)
        for members in groups.values():
            joined, apart = _join(tagged, members, paragraphs, wordy, joins_paragraphs)
            drafts.append(_draft(tokens, marks, tagged, joined, debris, repeated, wordy))
            drafts.extend(
                _draft(tokens, marks, tagged, [index], debris, repeated, wordy, alone=True) for index in apart
            )
    drafts.sort(key=lambda draft: (draft.content[0][0], -draft.content[-1][1]))
    return drafts


def _join(
    tagged: Tagged,
    members: list[int],
    paragraphs: npt.NDArray[np.int64],
    wordy: npt.NDArray[np.bool_],
    joins_paragraphs: bool,
) -> tuple[list[int], list[int]]:
    """Split contents that share a cue into the pieces of its attribution and those too far from them to be any."""
    if len(members) == 1:
        return members, []
    probability = tagged.links.cue_probability
    cue = tagged.cues[tagged.links.cue[members[0]]]
    covered = {k for at in (cue, *tagged.sources) for k in range(at.first, at.last)}

    def goes_on(left: int, right: int) -> bool:
        first, last = tagged.contents[left].last, tagged.contents[right].first
        between = sum(bool(wordy[k]) and k not in covered for k in range(first, last))
        same = paragraphs[tagged.contents[left].first] == paragraphs[last]
        return between <= MAX_BETWEEN and bool(same or (joins_paragraphs and between == 0))

    main = max(
        members, key=lambda index: (round(probability[index], 1), -abs(tagged.contents[index].first - cue.first))
    )
    joined = [main]
    at = members.index(main)
    for index in members[at + 1 :]:
        if not goes_on(joined[-1], index):
            break
        joined.append(index)
    for index in reversed(members[:at]):
        if not goes_on(index, joined[0]):
            break
        joined.insert(0, index)
    return joined, [index for index in members if index not in joined]


def _draft(
    tokens: Tokens,
    marks: Marks,
    tagged: Tagged,
    members: list[int],
    debris: list[Segment],
    repeated: set[str],
    wordy: npt.NDArray[np.bool_],
    alone: bool = False,
) -> Draft:
    """Make an attribution of contents; ``alone`` leaves out the cue and source that they were linked to."""
    links = tagged.links
    main = max(members, key=lambda index: links.cue_probability[index])
    cue = tagged.cues[links.cue[main]] if links.cue[main] >= 0 and not alone else None
    best = max(members, key=lambda index: links.source_probability[index])
    source = tagged.sources[links.source[best]] if links.source[best] >= 0 and not alone else None
    pieces = [tagged.contents[index] for index in members]
    content = tuple(part for piece in pieces for part in _without((piece.first, piece.last), debris, wordy))
    said_by = _cut_at_edge((source.first, source.last), debris) if source else None
    kind = _kind(tokens, marks, content, cue, repeated, wordy)
    belief = tagged.belief[links.cue[main]] if cue is not None else 0.0
    return Draft(
        content=content,
        cue=(cue.first, cue.last) if cue else None,
        source=said_by,
        spans=tuple(_span(tokens, marks, first, last) for first, last in content),
        kind=kind,
        act="belief" if belief > BELIEF else "speech",
        nested=tagged.inner[main],
        evidence=_evidence(
            pieces, cue, source, links.cue_probability[main], links.source_probability[best], kind, tagged.inner[main]
        ),
    )


def _without(piece: tuple[int, int], debris: list[Segment], wordy: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Cut debris out of a content, such as a photo credit in the middle of a quotation.

    A content that lies in debris as a whole is left as it is.
    """
    first, last = piece
    parts = []
    for at in _touching(piece, debris):
        if at.first <= first and last <= at.last:
            return [piece]
        if at.first > first:
            parts.append((first, at.first))
        first = at.last
    parts.append((first, last))
    trimmed = []
    for start, end in parts:
        words = np.flatnonzero(wordy[start:end])
        if len(words):
            trimmed.append((start + int(words[0]), start + int(words[-1]) + 1))
    return trimmed or [piece]


def _cut_at_edge(place: tuple[int, int], debris: list[Segment]) -> tuple[int, int]:
    """Cut what runs over an edge of debris: a photographer's name runs into the headline's first words."""
    first, last = place
    for at in _touching(place, debris):
        if first < at.first < last:
            first = at.first
        elif first < at.last < last:
            first = at.last
    return first, last


def _touching(place: tuple[int, int], debris: list[Segment]) -> list[Segment]:
    """The debris that overlaps tokens ``[first, last)``; ``debris`` is in order and without overlap."""
    at = bisect_left(debris, (place[0],))
    if at and debris[at - 1].last > place[0]:
        at -= 1
    end = bisect_left(debris, (place[1],))
    return debris[at:end]


def _evidence(
    pieces: list[Segment],
    cue: Segment | None,
    source: Segment | None,
    cue_link: float,
    source_link: float,
    kind: Kind,
    nested: bool,
) -> dict[str, float]:
    return {
        "content": min(piece.score for piece in pieces),
        "cue": cue.score if cue else 0.0,
        "source": source.score if source else 0.0,
        "cue_link": cue_link,
        "source_link": source_link,
        "no_cue": float(cue is None),
        "no_source": float(source is None),
        "direct": float(kind == "direct"),
        "pieces": float(len(pieces) > 1),
        "nested": float(nested),
    }


def _span(tokens: Tokens, marks: Marks, first: int, last: int) -> Span:
    """Characters of a content: its words, and the marks at its edges that belong inside it."""
    words, quotations = tokens.words, marks.quotations
    total = len(words)
    start, end = first, last
    around = marks.inside[first]
    # an opening mark just before, whose quotation ends inside the content: the mark belongs to it
    if start > 0:
        opened = marks.opened.get(start - 1)
        if opened is not None and 0 <= opened.closer < last:
            start -= 1
    while end < total and tokens.gaps[end] < NEWLINE:
        word = words[end]
        closed = marks.closed.get(end)
        if (
            (closed is not None and closed.opener >= start)
            or word in {"?", "!", "…", "..."}
            or (word == ")" and _unbalanced(words, start, end))
            or (word == "." and around >= 0 and end == quotations[around].last - 1 and quotations[around].closer >= 0)
        ):
            end += 1
        else:
            break
        if end < total and tokens.gaps[end] != NO_GAP and words[end] not in {"?", "!", "»", ")", '"'}:
            break
    return Span(int(tokens.starts[start]), int(tokens.ends[end - 1]))


def _unbalanced(words: list[str], first: int, last: int) -> bool:
    inside = words[first:last]
    return inside.count("(") > inside.count(")")


def _kind(
    tokens: Tokens,
    marks: Marks,
    content: tuple[tuple[int, int], ...],
    cue: Segment | None,
    repeated: set[str],
    wordy: npt.NDArray[np.bool_],
) -> Kind:
    """Direct if every word stands in quotation marks, indirect if none does, counted from where the cue stands.

    A quotation that also holds the cue is the frame of the whole attribution and does not count; nor does a name in
    quotation marks.
    """
    base = 0
    if cue is not None:
        around = marks.inside[cue.first]
        if around >= 0:
            quotation = marks.quotations[around]
            if quotation.first <= content[0][0] and content[-1][1] <= quotation.last:
                base = quotation.depth
    quoted = total = 0
    for first, last in content:
        inside = marks.inside[first:last][wordy[first:last]]
        total += len(inside)
        for index in np.unique(inside[inside >= 0]):
            quotation = marks.quotations[index]
            if quotation.depth <= base:
                continue
            if quotation.last - quotation.first <= MAX_SCARE_TOKENS:
                phrase = " ".join(tokens.words[quotation.first : quotation.last]).lower()
                if phrase in repeated and quotation.last - quotation.first < last - first:
                    continue
            quoted += int((inside == index).sum())
    if quoted == 0:
        return "indirect"
    return "direct" if quoted == total else "mixed"


def _repeated_quotations(tokens: Tokens, marks: Marks) -> set[str]:
    seen: set[str] = set()
    repeated: set[str] = set()
    for quotation in marks.quotations:
        if quotation.last - quotation.first <= MAX_SCARE_TOKENS:
            phrase = " ".join(tokens.words[quotation.first : quotation.last]).lower()
            (repeated if phrase in seen else seen).add(phrase)
    return repeated
