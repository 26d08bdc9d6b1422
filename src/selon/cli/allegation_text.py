"""Allegations as lines for people: each with its receipt, two sides in two columns, pairs who accuse each other."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import zip_longest
from shutil import get_terminal_size

from selon.cli.record import in_colour
from selon.exchange.text import COLOUR, PLAIN, Style, clean
from selon.record.allegation_results import AllegationHit, CounterAccusation, Dispute
from selon.record.results import Rows

# Lines of evidence, and of what one side says in a dispute, before they are folded.
MAX_LINES = 4
# Outlets and names in one line before the rest is counted.
MAX_NAMES = 6
# Narrowest and widest lines.
MIN_WIDTH, MAX_WIDTH = 40, 120
# Width of the column of dates.
DATE = 10


def claims_text(found: Rows[AllegationHit], offset: int) -> Iterator[str]:
    """Yield the lines of a list of allegations."""
    style, width = _style(), _width()
    if not found.total:
        yield "no such allegation in this record"
        return
    for hit in found:
        yield from _hit(hit, width, style)
        yield ""
    if found.total > len(found):
        shown = f"{offset + 1:,} to {offset + len(found):,} of {found.total:,}"
        yield f"{style.faint}{shown}; see more with --limit{style.off}"


def dispute_text(dispute: Dispute) -> Iterator[str]:
    """Yield two columns, one a side, from the earliest page to the latest."""
    style, width = _style(), _width()
    if not dispute.turns.total:
        yield f"{clean(dispute.sides[0])} and {clean(dispute.sides[1])} do not accuse each other in this record"
        return
    column = max(10, (width - DATE - 4) // 2)
    names = [_cut(clean(name), column).ljust(column) for name in dispute.sides]
    yield f"{'page of':<{DATE}}  {style.name}{names[0]}{style.off}  {style.name}{names[1].rstrip()}{style.off}"
    for turn in dispute.turns:
        said, about = _turn(turn.allegation, dispute.sides[1 - turn.side], column)
        lines = [(line, "") for line in said] + [(line, style.faint) for line in about]
        dates = [turn.allegation.date or "undated"]
        for date, line in zip_longest(dates, lines, fillvalue=None):
            words, colour = line or ("", "")
            gap = "" if turn.side == 0 else " " * (column + 2)
            yield f"{_cut(date or '', DATE):<{DATE}}  {gap}{colour}{words}{style.off if colour else ''}".rstrip()
        yield ""
    if dispute.turns.total > len(dispute.turns):
        yield f"{style.faint}{len(dispute.turns):,} of {dispute.turns.total:,}; see more with --limit{style.off}"


def counter_text(pairs: Rows[CounterAccusation]) -> Iterator[str]:
    """Yield the lines of pairs who accuse each other."""
    style, width = _style(), _width()
    if not pairs.total:
        yield "nobody accuses each other in this record"
        return
    for pair in pairs:
        facts = [f"{pair.one_accuses} against {pair.other_accuses}", _between(pair.first, pair.last)]
        facts.insert(1, f"on {pair.one_pages} and {_count(pair.other_pages, 'page')}")
        names = f"{clean(pair.one)} ⇄ {clean(pair.other)}"
        yield f"{style.name}{names}{style.off} {style.faint}· {' · '.join(one for one in facts if one)}{style.off}"
        for name, hit in zip((pair.one, pair.other), pair.examples, strict=True):
            words = f"{clean(name)}: {clean(hit.evidence)}"
            yield from _wrapped(words, width)
            yield from _faint(_place(hit), width, style)
        yield ""
    if pairs.total > len(pairs):
        yield f"{style.faint}{len(pairs):,} of {pairs.total:,} pairs; see more with --limit{style.off}"


def _hit(hit: AllegationHit, width: int, style: Style) -> Iterator[str]:
    facts = [
        hit.date or "undated",
        clean(hit.outlet or ""),
        "in debris" if hit.in_debris else "",
        f"{hit.confidence:.0%}",
    ]
    yield (
        f"{style.name}{_actor(hit.accuser, hit.accuser_name, hit.accuser_country)}{style.off} {hit.stance}"
        f" {style.name}{_actor(hit.accused, hit.accused_name, hit.accused_country)}{style.off}"
        f" {style.faint}· {' · '.join(one for one in facts if one)}{style.off}"
    )
    yield from _wrapped(_marked(hit), width, style)
    parts = [
        ("deed", hit.deed),
        ("victim", hit.victim),
        ("when", _when(hit)),
        ("where", hit.where),
        ("means", hit.means),
    ]
    said = "; ".join(f"{name}: {clean(words)}" for name, words in parts if words)
    if said:
        yield from _wrapped(said, width)
    about = [f"on the word of {clean(hit.speaker)}" if hit.speaker and hit.speaker != hit.accuser else ""]
    about += [f"hedged: {', '.join(map(clean, hit.hedges))}" if hit.hedges else "", hit.event or ""]
    about += [", ".join(hit.contexts), hit.deed_kind or "", *_carried(hit)]
    yield from _faint(about, width, style)
    yield from _faint(_place(hit, dated=False), width, style)


def _carried(hit: AllegationHit) -> list[str]:
    facts = []
    if hit.pages > 1:
        outlets = f" of {_count(len(hit.outlets), 'outlet')} ({_list(hit.outlets)})" if hit.outlets else ""
        facts.append(f"{_count(hit.pages, 'page')}{outlets} {_between(hit.first, hit.last)}".rstrip())
    for words, names in (
        ("only repeating:", hit.repeating),
        ("denied by", hit.denied_by),
        ("admitted by", hit.admitted_by),
        ("accused of it by", hit.accused_by),
    ):
        if names:
            facts.append(f"{words} {_list(names)}")
    return facts


def _turn(hit: AllegationHit, other: str, column: int) -> tuple[list[str], list[str]]:
    """What is said in one turn of a dispute, and what stands about it, in lines of a column."""
    who = clean(hit.accuser or "somebody")
    whom = clean(hit.accused or "nobody named")
    words = clean(hit.deed or hit.evidence)
    act = f"{who} accuses {whom}" if hit.stance == "accuses" else f"{who} {hit.stance} (about {whom})"
    said = textwrap.wrap(f"{act}: {words}", column, max_lines=MAX_LINES + 1, placeholder=" […]")
    facts = [f"done {_when(hit)}" if _when(hit) else "", clean(hit.outlet or "")]
    facts += [f"{hit.pages} pages" if hit.pages > 1 else "", f"{hit.start}–{hit.end}"]
    return said, textwrap.wrap(" · ".join(one for one in facts if one), column, max_lines=2, placeholder=" …")


def _actor(name: str | None, on_page: str | None, country: str | None) -> str:
    if name is None:
        return "(unsaid)"
    other = on_page and on_page.casefold() not in name.casefold()
    notes = [f"as “{clean(on_page)}”" if on_page and other else "", country or ""]
    told = ", ".join(one for one in notes if one)
    return f"{clean(name)} ({told})" if told else clean(name)


def _when(hit: AllegationHit) -> str:
    """The words for when and what they mean: ``en 2012 (2012)``."""
    words = clean(hit.when or "")
    return f"{words} ({hit.time})" if words and hit.time and hit.time != words else words or hit.time or ""


def _place(hit: AllegationHit, *, dated: bool = True) -> list[str]:
    facts = [hit.date or "undated", hit.outlet] if dated else []
    return [clean(one) for one in (*facts, hit.title, hit.url or hit.page) if one] + [f"{hit.start}–{hit.end}"]


# Highlights travel through folding as these characters, which no cleaned text holds.
_ON, _OFF = "\u2983", "\u2984"


def _marked(hit: AllegationHit) -> str:
    parts, last = [], 0
    plain = hit.evidence.replace(_ON, " ").replace(_OFF, " ")
    for start, end in hit.highlights:
        parts += [plain[last:start], _ON, plain[start:end], _OFF]
        last = end
    return clean("".join([*parts, plain[last:]]))


def _wrapped(words: str, width: int, style: Style = PLAIN) -> Iterator[str]:
    on, off = (style.cue, style.off) if style.off else ("*", "*")
    for line in textwrap.wrap(words, max(30, width - 2), max_lines=MAX_LINES, placeholder=" […]"):
        yield "  " + line.replace(_ON, on).replace(_OFF, off)


def _faint(facts: list[str], width: int, style: Style) -> Iterator[str]:
    """Facts in a row, in lines that leave addresses whole."""
    words = " · ".join(one for one in facts if one)
    for line in textwrap.wrap(words, max(30, width - 2), break_on_hyphens=False, break_long_words=False):
        yield f"  {style.faint}{line}{style.off}"


def _list(names: tuple[str, ...]) -> str:
    shown = ", ".join(map(clean, names[:MAX_NAMES]))
    return f"{shown} and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else shown


def _between(first: str | None, last: str | None) -> str:
    return " to ".join(dict.fromkeys(day for day in (first, last) if day))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _cut(words: str, width: int) -> str:
    return words if len(words) <= width else words[: width - 1] + "…"


def _style() -> Style:
    return COLOUR if in_colour() else PLAIN


def _width() -> int:
    return max(MIN_WIDTH, min(get_terminal_size().columns, MAX_WIDTH))
