"""A page made ready for reading: paragraphs with their marks, and the speakers with their statements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from selon.exchange.marked import anchors, colour, marked_stretches, speaker_anchor
from selon.page import Attribution, Page
from selon.web.headings import heading
from selon.web.texts import Texts

_LINE_ENDS = re.compile(r"[\r\n]+\s*")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: ``html`` of its words and the line ends behind them; whether it is all debris."""

    html: Markup
    is_debris: bool


@dataclass(frozen=True)
class Statement:
    """An attribution with its place in its page's list, its anchor, and its words."""

    number: int
    anchor: str
    attribution: Attribution
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Voice:
    """A speaker of the page, or nobody (``name`` None), with their statements."""

    name: str | None
    anchor: str
    colour: int
    kind: str
    gender: str | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Article:
    """A page as it is shown; ``heading`` is the first paragraph if that is the page's title."""

    page: Page
    title: str
    heading: Paragraph | None
    paragraphs: tuple[Paragraph, ...]
    voices: tuple[Voice, ...]


def article(page: Page, t: Texts) -> Article:
    """Return a page made ready; ``t`` names its attributions and debris for those who cannot see their marks."""

    def label(one: Attribution) -> str:
        return t("page.label", kind=t(f"kind.{one.kind}"), name=one.speaker or t("page.unknown"))

    cuts = [match.end() for match in _LINE_ENDS.finditer(page.text) if match.end() < len(page.text)]
    stretches = marked_stretches(page, cuts, label=label, debris_label=lambda kind: t(f"debris.{kind}"))
    starts = [0, *cuts, len(page.text)]
    paragraphs = [
        _paragraph(page, html, start, end) for html, start, end in zip(stretches, starts, starts[1:], strict=False)
    ]
    first = page.text[: starts[1]].strip()
    title = page.title or heading(page.text) or ""
    headline = paragraphs.pop(0) if title and _folded(first) == _folded(title) else None
    return Article(page, title or t("read.untitled"), headline, tuple(paragraphs), tuple(_voices(page)))


def _paragraph(page: Page, html: str, start: int, end: int) -> Paragraph:
    last = start + len(page.text[start:end].rstrip())
    is_debris = any(region.start <= start and last <= region.end for region in page.debris)
    return Paragraph(Markup(html), is_debris)


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def _voices(page: Page) -> list[Voice]:
    names = anchors(page)
    said: dict[str | None, list[Statement]] = {speaker.name: [] for speaker in page.speakers}
    for number, one in enumerate(page.attributions):
        place = one.content[0].start, one.content[-1].end
        statement = Statement(number, names[number], one, page.words(one.content), *place)
        said.setdefault(one.speaker, []).append(statement)
    voices = []
    for number, (name, statements) in enumerate(said.items()):
        speaker = page.speaker(name)
        if statements:
            kind = speaker.kind if speaker else "unknown"
            known = None if name is None else number
            gender = speaker.gender if speaker else None
            voices.append(Voice(name, speaker_anchor(number), colour(known), kind, gender, tuple(statements)))
    return voices
