"""``selon verify``: does a quotation stand so in the record, who said it, and where did it appear first."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

import click

from selon.cli.differences import difference_lines, facts
from selon.cli.record import chosen, emit, format_option, in_colour, opened, record_option, table
from selon.errors import SelonError
from selon.exchange.text import COLOUR, PLAIN, Style, clean
from selon.record.verify import Appearance, Verification

_SAID = {
    "verbatim": "stands so in this record",
    "cut": "stands in this record, but something is left out",
    "altered": "stands in this record in other words",
    "unknown": "not in this record",
}
_FITS = {"same": "said by {}", "other": "said by somebody else than {}", "unsaid": "not said whether by {}"}


@click.command(
    epilog="""\b
Examples:
  selon verify "Nous ne céderons pas" --speaker "Jeanne Aubry"
  selon verify "Nous […] tiendrons" --limit 3
  selon verify --from quotations.txt --format csv > verified.csv

\b
A quotation is verbatim where its words stand in a row, marks, spaces and case aside, and nothing of their sentence is
left out; cut where something is; altered where words differ. What is not in this record may have been said all the
same. Exit codes: 0 all verbatim or cut and no speaker is another one, 1 some are altered, unknown or somebody else's,
or an error, 2 wrong usage.""",
)
@click.argument("quotations", nargs=-1)
@click.option("--speaker", metavar="NAME", help="Who is said to have said it.")
@click.option(
    "--from",
    "lines",
    type=click.File(encoding="utf-8", errors="replace"),
    metavar="FILE",
    help="Also a quotation on each line of FILE, - for standard input; after a tab, its speaker.",
)
@record_option
@click.option(
    "--limit", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="Show at most N pages of each."
)
@format_option
def verify(
    quotations: tuple[str, ...], speaker: str | None, lines: IO[str] | None, record: str, limit: int, form: str | None
) -> None:
    """Say of each QUOTATION whether it stands so on a page, cut or altered, and where it appeared first."""
    if not quotations and lines is None:
        raise click.UsageError("give a quotation, or a file of quotations with --from")
    form = chosen(form)
    good = True
    with opened(record) as store:

        def results() -> Iterator[Verification]:
            nonlocal good
            for quotation, who in _asked(quotations, speaker, lines):
                try:
                    result = store.verify(quotation, who)
                except SelonError as error:
                    click.echo(f"selon: {clean(str(error))}", err=True)
                    good = False
                    continue
                good = good and result.status in ("verbatim", "cut") and result.speaker_fit != "other"
                yield result

        if form == "text":
            style = COLOUR if in_colour() else PLAIN
            emit(line for result in results() for line in (*result_lines(result, limit, style), ""))
        else:
            emit(table((_row(result, limit, form) for result in results()), form))
    if not good:
        sys.exit(1)


def _asked(quotations: tuple[str, ...], speaker: str | None, lines: IO[str] | None) -> Iterator[tuple[str, str | None]]:
    for quotation in quotations:
        yield quotation, speaker
    for line in lines or ():
        quotation, _, who = line.rstrip("\r\n").partition("\t")
        if quotation.strip():
            yield quotation, who.strip() or speaker


def result_lines(result: Verification, limit: int, style: Style) -> Iterator[str]:
    """Yield the lines that show one verification."""
    yield f"“{clean(result.quotation.strip())}”"
    said = _SAID[result.status]
    if result.speaker_fit and result.status != "unknown":
        said += ", " + _FITS[result.speaker_fit].format(clean(result.speaker or ""))
    yield f"  {style.cue}{result.status}{style.off}: {said}"
    best = result.best
    if best is not None and best.status != "verbatim":
        yield from difference_lines(best.comparison.differences, style, best.before, best.after)
    if best is not None and best.status != "verbatim" and best.about:
        yield f"  {style.cue}mind:{style.off} what differs holds a {', a '.join(sorted(best.about))}"
    for place, one in enumerate(result.appearances[:limit]):
        yield from _appearance_lines(one, place == 0, style)
    if result.total > limit:
        yield f"  {style.faint}and {result.total - limit:,} more; see them with --limit{style.off}"


def _appearance_lines(one: Appearance, first: bool, style: Style) -> Iterator[str]:
    who = clean(one.speaker) if one.speaker else "in running text" if one.attribution_id is None else "—"
    where = facts(one.date or "undated", one.outlet, one.title, one.url or one.page_key, f"{one.start}–{one.end}")
    label = "first" if first else "then"
    earlier = "" if one.latest else " · in an earlier version"
    yield f"  {label} {one.status} · {style.name}{who}{style.off} {style.faint}· {where}{earlier}{style.off}"


def _row(result: Verification, limit: int, form: str) -> dict[str, Any]:
    best, first = result.best, result.first
    row: dict[str, Any] = {
        "quotation": result.quotation,
        "speaker": result.speaker,
        "status": result.status,
        "speaker_fit": result.speaker_fit,
        "similarity": round(result.similarity, 3),
        "about": sorted(best.about) if best else [],
        "total": result.total,
    }
    if form == "csv":
        return row | {
            "said_by": best.speaker if best else None,
            "first_date": first.date if first else None,
            "first_outlet": first.outlet if first else None,
            "first_url": first.url if first else None,
        }
    return row | {"appearances": [_appearance(one) for one in result.appearances[:limit]]}


def _appearance(one: Appearance) -> dict[str, Any]:
    row = asdict(one)
    comparison = row.pop("comparison")
    row["start"], row["end"], row["about"] = one.start, one.end, sorted(one.about)
    row["similarity"] = round(comparison["similarity"], 3)
    row["differences"] = [part._asdict() | {"about": sorted(part.about)} for part in one.comparison.differences]
    return row
