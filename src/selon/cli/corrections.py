"""``selon corrections``: what people corrected, and the corrected pages as annotated pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from selon.cli.differences import facts
from selon.cli.record import chosen, emit, format_option, in_colour, opened, record_option, table
from selon.exchange.jsonl import attribution_dict, to_jsonl
from selon.exchange.text import COLOUR, PLAIN, Style, clean
from selon.page import Attribution
from selon.record.correction_list import Correction

# Characters of a content in the list.
MAX_TEXT = 160


@click.command(
    epilog="""\b
Examples:
  selon corrections                        the latest corrections in force
  selon corrections --page 17              those of one page, by number, address or identifier
  selon corrections --undone --format csv > corrections.csv
  selon corrections --export > annotated.jsonl

\b
Corrections are made in the browser (selon serve) or in Python (Record.correct); what the model
said is kept beside them, and they are applied again whenever a page is read anew.

\b
--export gives each corrected page whole, one JSON object a line, in the form in which training and
scoring read annotated pages: the model's other findings on it stand there as they are, so look at
all of a page before you train on it.

\b
Exit codes: 0 there are some, 1 none or an error, 2 wrong usage.""",
)
@record_option
@click.option("--page", "of", metavar="ID", help="Only those of this page.")
@click.option("--undone", is_flag=True, help="Also those that were undone.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, metavar="N", help="At most N.")
@click.option("--export", is_flag=True, help="Print the corrected pages, not the corrections.")
@format_option
def corrections(record: str, of: str | None, undone: bool, limit: int, export: bool, form: str | None) -> None:
    """List what people corrected, the newest first, or export the corrected pages."""
    if export and (undone or form not in (None, "jsonl")):
        raise click.UsageError("--export gives pages as they stand, as JSON lines")
    with opened(record) as store:
        version = store.page(of).version if of else None
        if export:
            found = 0
            for found, page in enumerate(store.corrected_pages(version), 1):  # noqa: B007 - how many, told below
                emit([to_jsonl(page)])
        else:
            listed = store.corrections(version=version, undone=undone, limit=limit)
            found, form = len(listed), chosen(form)
            style = COLOUR if in_colour() else PLAIN
            if form == "text":
                emit(line for one in listed for line in _lines(one, style))
            else:
                emit(table((_row(one, form) for one in listed), form))
    if not found:
        click.echo("selon: no corrections; they are made in the browser (selon serve) or in Python", err=True)
        raise SystemExit(1)


def _lines(one: Correction, style: Style) -> Iterator[str]:
    where = facts(one.title, f"page {one.version}")
    undone = f" · undone {one.undone_at}" if one.undone_at else ""
    yield f"{style.cue}{one.id}{style.off} {one.action} · {clean(one.who)} · {one.made_at}{undone}"
    yield f"  {style.faint}{where}{style.off}"
    for sign, attribution, words in (("-", one.before, one.words_before), ("+", one.after, one.words_after)):
        if attribution is not None:
            yield f"  {sign} {_said(attribution, words, style)}"
    if one.note:
        yield f"  {clean(one.note)}"
    yield ""


def _said(attribution: Attribution, words: str, style: Style) -> str:
    text = clean(words)
    shown = f"{text[:MAX_TEXT]}…" if len(text) > MAX_TEXT else text
    who = f"{style.name}{clean(attribution.speaker or '—')}{style.off}"
    return f"{who}: “{shown}” {style.faint}{attribution.kind}, {attribution.act}{style.off}"


def _row(one: Correction, form: str) -> dict[str, Any]:
    about = {"id": one.id, "version": one.version, "title": one.title, "action": one.action}
    made = {"who": one.who, "note": one.note, "made_at": one.made_at, "undone_at": one.undone_at}
    if form == "csv":
        return about | {
            "speaker_before": one.before and one.before.speaker,
            "speaker_after": one.after and one.after.speaker,
            "words_before": one.words_before,
            "words_after": one.words_after,
            **made,
        }
    return about | {
        "before": one.before and attribution_dict(one.before),
        "after": one.after and attribution_dict(one.after),
        "words_before": one.words_before,
        "words_after": one.words_after,
        **made,
    }
