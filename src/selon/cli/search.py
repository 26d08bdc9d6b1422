"""``selon search``: full-text search over what people said."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from shutil import get_terminal_size
from typing import Any

import click

from selon.cli.record import chosen, emit, filter_options, format_option, in_colour, opened, record_option, table
from selon.exchange.text import COLOUR, PLAIN, Style, clean
from selon.record.found import Filters
from selon.record.results import Hit
from selon.record.search import MAX_LIMIT, Sort

# Lines of one content before it is folded.
MAX_LINES = 4

_FILTERS: list[Callable[..., Any]] = [
    click.option("--speaker", metavar="NAME", help="Said by NAME, by whatever name pages call them."),
    click.option("--source", metavar="WORDS", help="With these words in the source, as the page has it."),
    click.option("--about", metavar="NAME", help="That mention NAME."),
    click.option(
        "--kind", multiple=True, type=click.Choice(["direct", "indirect", "mixed"]), help="How it is reported."
    ),
    click.option("--act", multiple=True, type=click.Choice(["speech", "belief"]), help="Said, or thought."),
]


@click.command(
    epilog="""\b
Examples:
  selon search retraites                        every form of the word: retraite, retraité…
  selon search '"pouvoir d'"'"'achat" OR impôt* NOT fortune'
  selon search --speaker Macron --about "Le Pen" --since 2018-12
  selon search ingérence --kind direct --format csv > ingerence.csv

\b
WORDS may be words, "phrases", prefixes (constitu*), AND, OR, NOT and parentheses. Case and accents never matter.
Exit codes: 0 something was found, 1 nothing or an error, 2 wrong usage.""",
)
@click.argument("words", nargs=-1)
@record_option
@filter_options(_FILTERS)
@click.option(
    "--sort",
    type=click.Choice(["relevance", "recency", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="Order; recency is relevance that fades with age.",
)
@click.option(
    "--limit", type=click.IntRange(1, MAX_LIMIT), default=20, show_default=True, metavar="N", help="At most N."
)
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Leave out the first N.")
@format_option
def search(
    words: tuple[str, ...], record: str, sort: Sort, limit: int, offset: int, form: str | None, **filters: Any
) -> None:
    """Find who said something with WORDS, over all pages of the record."""
    form = chosen(form)
    with opened(record) as store:
        found = store.search(" ".join(words), Filters(**filters), sort=sort, limit=limit, offset=offset)
        if form == "text":
            emit(_text(list(found), found.total, offset))
        else:
            emit(table(found.to_dicts(), form))
    if not found.total:
        raise SystemExit(1)


def _text(found: list[Hit], total: int, offset: int) -> Iterator[str]:
    style = COLOUR if in_colour() else PLAIN
    width = min(get_terminal_size().columns, 120)
    if not total:
        yield "nothing found in this record"
        return
    for hit in found:
        yield from hit_lines(hit, width, style)
        yield ""
    if total > len(found):
        yield f"{style.faint}{offset + 1:,} to {offset + len(found):,} of {total:,}; see more with --limit{style.off}"


def hit_lines(hit: Hit, width: int, style: Style) -> Iterator[str]:
    """Yield the lines that show an attribution: who, the words, where they stand."""
    name = clean(hit.speaker or "—")
    called = f" {style.faint}as “{clean(hit.name)}”{style.off}" if hit.name and hit.name != hit.speaker else ""
    yield f"{style.name}{name}{style.off}{called} {style.faint}· {' · '.join(_facts(hit))}{style.off}"
    content = clean(_marked(hit))
    shown = f"“{content}”" if hit.kind == "direct" else content
    for line in textwrap.wrap(shown, max(30, width - 2), max_lines=MAX_LINES, placeholder=" […]"):
        yield "  " + (_coloured(line, style) if style.off else line.replace(_ON, "*").replace(_OFF, "*"))
    where = [clean(one) for one in (hit.title, hit.url or hit.page) if one]
    yield f"  {style.faint}{' · '.join(where)} · {hit.start}–{hit.end}{style.off}"


# Highlights travel through folding as these characters, which no cleaned text holds.
_ON, _OFF = "\u2983", "\u2984"


def _marked(hit: Hit) -> str:
    parts, last = [], 0
    plain = hit.content.replace(_ON, " ").replace(_OFF, " ")
    for start, end in hit.highlights:
        parts += [plain[last:start], _ON, plain[start:end], _OFF]
        last = end
    return "".join([*parts, plain[last:]])


def _coloured(line: str, style: Style) -> str:
    return line.replace(_ON, style.cue).replace(_OFF, style.off)


def _facts(hit: Hit) -> list[str]:
    facts = [hit.date or "undated"]
    if hit.outlet:
        facts.append(clean(hit.outlet))
    facts.append(hit.kind + (" belief" if hit.act == "belief" else ""))
    if hit.cue:
        facts.append(clean(hit.cue))
    if hit.in_debris:
        facts.append("in debris")
    return [*facts, f"{hit.confidence:.0%}"]
