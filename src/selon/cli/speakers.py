"""``selon speakers`` and ``selon speaker``: who speaks in the record, and what one of them said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, cast

import click

from selon.cli.record import chosen, emit, format_option, in_colour, opened, record_option, table
from selon.cli.search import hit_lines
from selon.errors import InputError
from selon.exchange.text import COLOUR, PLAIN, Style, clean
from selon.record.found import Filters
from selon.record.results import Hit, SpeakerCount, SpeakerInfo
from selon.record.rules import Person, person_of
from selon.record.speaker_list import Order

# Bars of the plot over time, from nothing to most.
_BARS = " ▁▂▃▄▅▆▇█"
_GENDERS = {"f": "women", "m": "men"}


class _Listing(click.Group):
    """A group whose command ``list`` needs not be named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Listing,
    epilog="""\b
Examples:
  selon speakers                                who speaks most
  selon speakers Macron                         all with this name
  selon speakers --sort last --format csv
  selon speakers merge "Manu" --into "Emmanuel Macron"
  selon speakers split "Macron"                 no longer the same as Emmanuel Macron
  selon speakers import people.csv              name, aliases (parted by |), wikidata""",
)
def speakers() -> None:
    """List who speaks in the record, and correct who is who.

    Without a command, lists speakers; see: selon speakers list --help
    """


@speakers.command("list")
@click.argument("words", nargs=-1)
@record_option
@click.option(
    "--sort",
    type=click.Choice(["attributions", "pages", "name", "first", "last"]),
    default="attributions",
    show_default=True,
    help="Order.",
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, metavar="N", help="At most N.")
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Leave out the first N.")
@format_option
def list_(words: tuple[str, ...], record: str, sort: str, limit: int, offset: int, form: str | None) -> None:
    """List speakers, all or those with WORDS in one of their names, with how much they say, where and when."""
    form = chosen(form)
    with opened(record) as store:
        found = store.speakers(" ".join(words), order=cast(Order, sort), limit=limit, offset=offset)
        if form == "text":
            emit(_listed(list(found), found.total, store.genders()))
        else:
            emit(table(found.to_dicts(), form))


@speakers.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--into", required=True, metavar="NAME", help="The speaker that they are.")
@record_option
def merge(names: tuple[str, ...], into: str, record: str) -> None:
    """Make one speaker of NAMES and another one; holds for pages that are read later too."""
    with opened(record, read_only=False) as store:
        info = store.merge_speakers(names, into)
        emit([f"{info.count.name}: {', '.join(name for name, _ in info.names)}"])


@speakers.command()
@click.argument("name")
@record_option
def split(name: str, record: str) -> None:
    """Make whoever pages call exactly NAME a speaker of their own; holds for pages that are read later too."""
    with opened(record, read_only=False) as store:
        info = store.split_speaker(name)
        emit([f"{info.count.name}: {', '.join(name for name, _ in info.names)}"])


@speakers.command("import")
@click.argument("file")
@record_option
def import_(file: str, record: str) -> None:
    """Take in people from FILE, a CSV or JSON lines with name, aliases and wikidata; used to link names."""
    with opened(record, read_only=False) as store:
        count = store.import_people(_people(file))
        emit([f"{count:,} people taken in"])


@click.command(
    epilog="""\b
Examples:
  selon speaker Macron
  selon speaker "Marine Le Pen" --limit 5 --format jsonl""",
)
@click.argument("name")
@record_option
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, metavar="N", help="Show N statements.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), help="text in a terminal, jsonl in a pipe.")
def speaker(name: str, record: str, limit: int, form: str | None) -> None:
    """Show one speaker: what they said, over time, where, and what pages call them."""
    with opened(record) as store:
        info = store.speaker(name)
        said = store.search("", Filters(speaker_id=info.count.speaker_id), sort="newest", limit=limit)
        if chosen(form) == "text":
            emit(_shown(info, list(said)))
        else:
            emit(table([{**asdict(info), "said": said.to_dicts()}], "jsonl"))


def _listed(found: list[SpeakerCount], total: int, genders: dict[str, int]) -> Iterator[str]:
    style = COLOUR if in_colour() else PLAIN
    if not found:
        yield "nobody found in this record"
        return
    column = min(36, max(len(clean(one.name)) for one in found))
    yield f"{style.faint}{'speaker'.ljust(column)}  said  pages  first       last        also called{style.off}"
    for one in found:
        name = clean(one.name)
        name = name if len(name) <= column else name[: column - 1] + "…"
        others = [clean(other) for other in one.names if clean(other) != clean(one.name)][:3]
        dates = f"{one.first or '':10}  {one.last or '':10}"
        yield (
            f"{style.name}{name.ljust(column)}{style.off} {one.attributions:5,} {one.pages:6,}"
            f"  {dates}  {style.faint}{', '.join(others)}{style.off}"
        )
    known = {label: genders[gender] for gender, label in _GENDERS.items() if genders.get(gender)}
    if known:
        all_known = sum(known.values())
        balance = ", ".join(f"{label} {100 * count / all_known:.0f} %" for label, count in known.items())
        yield f"{style.faint}of {all_known:,} attributions to people whose gender pages show: {balance}{style.off}"
    if total > len(found):
        yield f"{style.faint}{len(found):,} of {total:,} speakers; see more with --limit{style.off}"


def _shown(info: SpeakerInfo, said: list[Hit]) -> Iterator[str]:
    style = COLOUR if in_colour() else PLAIN
    width = min(get_terminal_size().columns, 120)
    one = info.count
    facts = [one.kind, *([one.wikidata] if one.wikidata else [])]
    facts += [f"{one.attributions:,} attributions on {one.pages:,} pages"]
    facts += [f"{one.first} to {one.last}"] if one.first else []
    yield f"{style.name}{clean(one.name)}{style.off} {style.faint}· {' · '.join(facts)}{style.off}"
    yield from _plot(info.months, style)
    for label, counted in (
        ("called", info.names),
        ("in", info.outlets),
        ("beside", info.beside),
        ("about", info.about),
    ):
        if counted:
            listed = ", ".join(f"{clean(value)} {style.faint}{times}{style.off}" for value, times in counted[:8])
            yield f"  {style.faint}{label}{style.off} {listed}"
    if said:
        yield ""
    for hit in said:
        yield from hit_lines(hit, width, style)
        yield ""


def _plot(months: tuple[tuple[str, int], ...], style: Style) -> Iterator[str]:
    """A bar a month from the first to the last, the quiet ones too; years where they are too many."""
    if len(months) < 2:
        return
    first, last = months[0][0], months[-1][0]
    counted = dict(months)
    span = [f"{year}-{month:02}" for year in range(int(first[:4]), int(last[:4]) + 1) for month in range(1, 13)]
    bins = {month: counted.get(month, 0) for month in span if first <= month <= last}
    if len(bins) > 72:
        years: dict[str, int] = {}
        for month, count in bins.items():
            years[month[:4]] = years.get(month[:4], 0) + count
        bins = years
    most = max(bins.values())
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in bins.values())
    ends = list(bins)
    first, last = f"{style.faint}{ends[0]}", f"{style.faint}{ends[-1]}, at most {most}{style.off}"
    yield f"  {first}{style.off} {style.cue}{bars}{style.off} {last}"


def _people(file: str) -> Iterator[Person]:
    """The people of a table, told by its first character: JSON lines, else CSV.

    Raises:
        InputError: if it cannot be read, with the line.
    """
    import csv
    import json

    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    rows: Iterator[tuple[int, Any]]
    if text.lstrip()[:1] == "{":
        rows = ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())
    else:
        reader = csv.DictReader(text.splitlines())
        if "name" not in (reader.fieldnames or ()):
            raise InputError(f"{file}: no column 'name'; the first line must name the columns: name, aliases, wikidata")
        rows = ((number, row) for number, row in enumerate(reader, 2))
    for number, row in rows:
        try:
            yield person_of(json.loads(row) if isinstance(row, str) else row)
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError(f"{file}, line {number}: {error}") from None
