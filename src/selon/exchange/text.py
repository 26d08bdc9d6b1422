"""A page's attributions and allegations as lines for people: who, the words, how reported, where they stand."""

from __future__ import annotations

import textwrap
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from selon.page import Allegation, Attribution, Page

# Widest column of names; longer ones are cut with an ellipsis.
MAX_NAME = 26
# Lines of one content before it is folded.
MAX_LINES = 4
# Parts of an allegation that are shown beside its deed.
_SHOWN = ("victim", "when", "where", "means", "hedges")


@dataclass(frozen=True, slots=True)
class Style:
    """ANSI codes of the output, or empty strings without colour."""

    name: str = ""
    faint: str = ""
    cue: str = ""
    title: str = ""
    off: str = ""


PLAIN = Style()
COLOUR = Style(name="\x1b[1;36m", faint="\x1b[2m", cue="\x1b[33m", title="\x1b[1m", off="\x1b[0m")


def to_text(page: Page, width: int = 100, style: Style = PLAIN) -> Iterator[str]:
    """Yield the lines that show a page's attributions, names lined up and long contents folded, then its allegations.

    Control characters of the page are shown as spaces, so that no page can steer the terminal.
    """
    count = len(page.attributions)
    speakers = len(page.speakers)
    facts = [page.language or "language unknown", f"{count} attribution{'s' * (count != 1)}"]
    if count:
        facts.append(f"{speakers} speaker{'s' * (speakers != 1)}")
    if page.allegations:
        facts.append(f"{len(page.allegations)} allegation{'s' * (len(page.allegations) != 1)}")
    title = clean(page.title or page.id or "page")
    yield f"{style.title}{title}{style.off} {style.faint}· {' · '.join(facts)}{style.off}"
    if not count:
        yield f"  {style.faint}nobody is reported to say anything on this page{style.off}"
    names = [_name(attribution) for attribution in page.attributions]
    column = min(MAX_NAME, max(map(len, names), default=0))
    lines = _line_starts(page.text)
    for attribution, name in zip(page.attributions, names, strict=True):
        yield from _lines(page, attribution, name, column, width, style, lines)
    if page.allegations:
        yield f"  {style.title}allegations{style.off}"
    for allegation in page.allegations:
        yield from _allegation(page, allegation, width, style, lines)


def clean(text: str) -> str:
    """Return text fit for one line of a terminal: white space and control characters as single spaces."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())


def _name(attribution: Attribution) -> str:
    name = clean(attribution.speaker or "—")
    if attribution.nested:
        name = "↳ " + name
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def _lines(
    page: Page, attribution: Attribution, name: str, column: int, width: int, style: Style, lines: list[int]
) -> Iterator[str]:
    content = clean(page.words(attribution.content))
    shown = f"“{content}”" if attribution.kind == "direct" else content
    indent = column + 4
    folded = textwrap.wrap(shown, max(30, width - indent), max_lines=MAX_LINES, placeholder=" […]") or [""]
    yield f"  {style.name}{name.ljust(column)}{style.off}  {folded[0]}"
    for line in folded[1:]:
        yield " " * indent + line
    yield " " * indent + _facts(page, attribution, style, lines)


def _facts(page: Page, attribution: Attribution, style: Style, lines: list[int]) -> str:
    cue = clean(page.words(attribution.cue))
    source = clean(page.words(attribution.source))
    if len(source) > 60:
        source = source[:59] + "…"
    signal = f"{style.cue}{cue or 'no cue'}{style.off}{style.faint}"
    parts = [attribution.kind + (" belief" if attribution.act == "belief" else ""), signal]
    if source and source != attribution.speaker:
        parts.append(f"as “{source}”")
    start, end = attribution.content[0].start, attribution.content[-1].end
    parts.append(f"line {_line_of(start, lines)}, {start}–{end}")
    if attribution.in_debris:
        parts.append("in debris")
    parts.append(f"{attribution.confidence:.0%}")
    return f"{style.faint}{' · '.join(parts)}{style.off}"


def _allegation(page: Page, allegation: Allegation, width: int, style: Style, lines: list[int]) -> Iterator[str]:
    """Who accuses whom of what, and the words that carry it."""
    accuser, accused = (clean(actor.name) if actor else "—" for actor in (allegation.accuser, allegation.accused))
    deed = clean(page.words(allegation.deed)) or "—"
    of = "" if accused == accuser else f" of {accused}"
    verb = {"accuses": f"accuses {accused}", "denies": f"denies{of}", "admits": f"admits{of}"}
    told = f"{accuser} {verb[allegation.stance]}: {deed}"
    folded = textwrap.wrap(told, max(30, width - 4), max_lines=2, placeholder=" […]") or [""]
    yield f"  {style.name}{folded[0]}{style.off}"
    for line in folded[1:]:
        yield f"    {style.name}{line}{style.off}"
    evidence = textwrap.wrap(
        clean(page.words(allegation.evidence)), max(30, width - 4), max_lines=MAX_LINES, placeholder=" […]"
    )
    for line in evidence:
        yield "    " + line
    parts = [f"{name} {clean(page.words(spans))}" for name in _SHOWN if (spans := getattr(allegation, name))]
    start, end = allegation.evidence
    parts.append(f"line {_line_of(start, lines)}, {start}–{end}")
    if allegation.in_debris:
        parts.append("in debris")
    parts.append(f"{allegation.confidence:.0%}")
    yield f"    {style.faint}{' · '.join(parts)}{style.off}"


def _line_starts(text: str) -> list[int]:
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _line_of(offset: int, starts: list[int]) -> int:
    return bisect_right(starts, offset)
