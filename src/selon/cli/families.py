"""``selon families``: quotations that were printed more than once, and what each page made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from selon.cli.differences import difference_lines, facts
from selon.cli.record import chosen, emit, format_option, in_colour, opened, record_option, table
from selon.exchange.text import COLOUR, PLAIN, Style, clean
from selon.record.reprints import Family, FamilySummary, Occurrence, Variant

# Characters of a quotation in the list.
MAX_TEXT = 200


@click.command(
    epilog="""\b
Examples:
  selon families                      the quotations on most pages
  selon families --altered --min-pages 5
  selon families 04c0e6164c77         one of them: who printed what, and when
  selon families --format csv > families.csv

\b
Exit codes: 0 something was found, 1 nothing or an error, 2 wrong usage.""",
)
@click.argument("key", required=False)
@record_option
@click.option(
    "--min-pages", type=click.IntRange(1), default=2, show_default=True, metavar="N", help="On at least N pages."
)
@click.option("--altered", is_flag=True, help="Only those that a page altered or gave to somebody else.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="At most N.")
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Leave out the first N.")
@format_option
def families(
    key: str | None, record: str, min_pages: int, altered: bool, limit: int, offset: int, form: str | None
) -> None:
    """List quotations by how many pages printed them, or show the one with this KEY word by word."""
    form = chosen(form)
    style = COLOUR if in_colour() else PLAIN
    with opened(record) as store:
        if key:
            family = store.family(key)
            emit(_family_lines(family, style) if form == "text" else table(_rows(family, form), form))
            return
        found = list(store.families(min_pages=min_pages, altered=altered, limit=limit, offset=offset))
        if form == "text":
            emit(line for summary in found for line in _summary_lines(summary, style))
        else:
            emit(table((_summary(summary, form) for summary in found), form))
    if not found:
        click.echo("selon: no such families in this record", err=True)
        raise SystemExit(1)


def _summary_lines(summary: FamilySummary, style: Style) -> Iterator[str]:
    counts = f"{summary.pages} pages · {summary.outlets} outlets · {summary.variants} wordings"
    marks = " · altered" * summary.altered + " · given to somebody else" * summary.elsewhere
    text = clean(summary.text)
    yield f"{style.cue}{summary.key}{style.off} {counts}{marks}"
    yield f"  “{text[:MAX_TEXT]}{'…' if len(text) > MAX_TEXT else ''}”"
    who = f"{style.name}{clean(summary.speaker or '—')}{style.off}"
    yield f"  {who} {style.faint}· first {_where(summary.first)}{style.off}"
    yield ""


def _family_lines(family: Family, style: Style) -> Iterator[str]:
    yield from list(_summary_lines(family.summary, style))[:1]
    yield f"  “{clean(family.summary.text)}”"
    for variant in family.variants:
        yield ""
        yield f"{style.cue}{_label(variant)}{style.off}"
        if variant.status != "verbatim":
            yield from difference_lines(variant.differences, style)
        for one in variant.occurrences:
            elsewhere = " (somebody else)" if one.elsewhere else ""
            who = f"{style.name}{clean(one.speaker or '—')}{style.off}{elsewhere}"
            yield f"  {who} {style.faint}· {_where(one)}{style.off}"


def _label(variant: Variant) -> str:
    return {"verbatim": "as compared", "cut": "cut", "altered": "altered"}.get(variant.status, variant.status)


def _where(one: Occurrence) -> str:
    return facts(one.date or "undated", one.outlet, one.title, one.url or one.page_key)


def _summary(summary: FamilySummary, form: str) -> dict[str, Any]:
    row = asdict(summary)
    if form == "csv":
        first = row.pop("first")
        row |= {"first_date": first["date"], "first_outlet": first["outlet"], "first_url": first["url"]}
    return row


def _rows(family: Family, form: str) -> Iterator[dict[str, Any]]:
    """Yield one row for each wording, or in CSV for each printing."""
    for variant in family.variants:
        if form == "csv":
            for one in variant.occurrences:
                yield {"key": family.summary.key, "text": variant.text, "status": variant.status, **asdict(one)}
            continue
        differences = [part._asdict() | {"about": sorted(part.about)} for part in variant.differences]
        occurrences = [asdict(one) for one in variant.occurrences]
        row = {"key": family.summary.key, "text": variant.text, "status": variant.status}
        yield row | {"differences": differences, "occurrences": occurrences}
