"""Read one part of a page: all steps of reading behind the tagger, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selon.languages.pack import Lexicon, load_pack
from selon.page import Allegation, Attribution, Gender, Region, Span, Speaker
from selon.reading.allegations.claims import load_weights
from selon.reading.allegations.find import find_allegations
from selon.reading.allegations.marker import Marked
from selon.reading.allegations.material import Material
from selon.reading.assemble import Draft, assemble
from selon.reading.confidence import confidence
from selon.reading.headlines import CONFIDENCE as HEADLINE_CONFIDENCE
from selon.reading.headlines import headline_speech
from selon.reading.marks import Marks, find_marks
from selon.reading.meant import Asked
from selon.reading.phrases import Resolved
from selon.reading.regions import certain_debris, kind_of, merge
from selon.reading.segments import Segment
from selon.reading.speakers import PageOfSpeakers
from selon.reading.tagger import Tagged
from selon.reading.tokens import Tokens, tokenise

# Longer texts are read in parts of at most so many characters, so that memory stays bounded whatever the page; the
# longest page of a newspaper is a tenth of this.
MAX_PART = 200_000

_PART_ENDS = (re.compile(r"\n"), re.compile(r"[.!?…][\s»”\"]+"), re.compile(r"\s"))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a page's text that is read at once; ``offset`` places it on the page."""

    page: int
    offset: int
    text: str
    tokens: Tokens
    marks: Marks


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found in one part, in characters of the page; indices count from the part's first finding."""

    attributions: list[Attribution]
    speakers: list[Speaker]
    debris: list[Region]
    allegations: list[Allegation]


def parts_of(number: int, text: str) -> Iterator[Part]:
    """Yield the parts of a page's text in order; ``number`` is the page's place among those read with it."""
    first = 0
    while first < len(text):
        last = _part_end(text, first)
        part = text[first:last]
        tokens = tokenise(part)
        yield Part(number, first, part, tokens, find_marks(tokens))
        first = last


def _part_end(text: str, first: int) -> int:
    """Where a part that begins at ``first`` ends: after a paragraph, else a sentence, else a word, else anywhere."""
    limit = first + MAX_PART
    if limit >= len(text):
        return len(text)
    half = first + MAX_PART // 2
    for pattern in _PART_ENDS:
        last = 0
        for match in pattern.finditer(text, half, limit):
            last = match.end()
        if last:
            return last
    return limit


def read_part(
    part: Part, windows: list[Tagged], language: str, min_confidence: float, thorough: Marked | None = None
) -> Found:
    """Return what there is in a part that the tagger has read; attributions below ``min_confidence`` are left out.

    ``thorough`` is what the thorough model of allegations tells of the part, in place of what the windows hold.
    """
    pack = load_pack(language)
    material, sure, asked = prepare(part, windows, language, min_confidence, thorough)
    attributions = [
        _attribution(draft, who, probability, part, item.in_debris)
        for draft, probability, who, item in zip(material.drafts, sure, material.resolved, asked, strict=True)
    ]
    speakers = [
        Speaker(
            str(who.name), who.kind, _gender(who.gender), tuple(_span(part, first, last) for first, last in mentions)
        )
        for who, mentions in material.page.mentions(asked, material.resolved)
    ]
    regions = [_region(part, segment, pack.lexicon) for segment in material.debris]
    allegations: list[Allegation] = []
    if thorough is not None or any(tagged.marked is not None for tagged in windows):
        weights = load_weights(language, thorough=thorough is not None)
        allegations = find_allegations(material, weights, part.offset, min_confidence)
    return Found(attributions, speakers, regions, allegations)


def prepare(
    part: Part, windows: list[Tagged], language: str, min_confidence: float = 0.0, thorough: Marked | None = None
) -> tuple[Material, list[float], list[Asked]]:
    """Put together attributions and speakers; return them with the confidence and question of each attribution."""
    pack = load_pack(language)
    certain = certain_debris(part.text, part.tokens, pack.lexicon)
    debris = merge(certain, [segment for tagged in windows for segment in tagged.debris])
    drafts = assemble(part.tokens, part.marks, windows, debris, bool(pack.settings["joins_paragraphs"]))
    page = PageOfSpeakers(part.text, part.tokens, part.marks, debris, pack.lexicon, pack.antecedents)
    sure = [(draft, confidence(draft.evidence, pack.settings["confidence"])) for draft in drafts]
    headlines = headline_speech(part.tokens, part.marks, page.names, debris, drafts)
    sure += [(draft, HEADLINE_CONFIDENCE) for draft in headlines]
    floor = max(min_confidence, float(pack.settings["min_confidence"]))
    kept = sorted((pair for pair in sure if pair[1] >= floor), key=lambda pair: pair[0].content[0][0])
    asked = [
        Asked(d.source, d.cue, (d.content[0][0], d.content[-1][1]), d.kind, d.nested, _lies_in(d, debris))
        for d, _ in kept
    ]
    resolved = page.resolve(asked)
    marked = thorough or Marked.joined(
        len(part.tokens), ((tagged.first, tagged.marked) for tagged in windows if tagged.marked is not None)
    )
    drafts = [draft for draft, _ in kept]
    material = Material(part.text, part.tokens, part.marks, page, drafts, resolved, debris, marked)
    return material, [probability for _, probability in kept], asked


def _attribution(draft: Draft, who: Resolved, probability: float, part: Part, in_debris: bool) -> Attribution:
    return Attribution(
        content=tuple(Span(start + part.offset, end + part.offset) for start, end in draft.spans),
        cue=(_span(part, *draft.cue),) if draft.cue else (),
        source=(_span(part, *draft.source),) if draft.source else (),
        kind=draft.kind,
        act=draft.act,
        speaker=who.name,
        gender=_gender(who.gender),
        nested=draft.nested,
        confidence=probability,
        in_debris=in_debris,
    )


def _lies_in(draft: Draft, debris: list[Segment]) -> bool:
    first, last = draft.content[0][0], draft.content[-1][1]
    return any(segment.first <= first and last <= segment.last for segment in debris)


def _gender(gender: str) -> Gender | None:
    known: dict[str, Gender | None] = {"m": "m", "f": "f"}
    return known.get(gender)


def _span(part: Part, first: int, last: int) -> Span:
    """The characters of tokens ``[first, last)``; an inverted clitic comes without its hyphen (``il``)."""
    start = int(part.tokens.starts[first])
    if part.text[start] == "-" and last - first == 1 and len(part.tokens.words[first]) > 1:
        start += 1
    return Span(start + part.offset, int(part.tokens.ends[last - 1]) + part.offset)


def _region(part: Part, segment: Segment, lexicon: Lexicon) -> Region:
    start, end = int(part.tokens.starts[segment.first]), int(part.tokens.ends[segment.last - 1])
    return Region(start + part.offset, end + part.offset, kind_of(part.text[start:end], lexicon))
