"""``selon page``: a page of the record with all that was found on it."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import get_terminal_size

import click

from selon.cli.record import emit, in_colour, opened, record_option
from selon.exchange.jsonl import to_jsonl
from selon.exchange.text import COLOUR, PLAIN, clean, to_text
from selon.record.results import StoredPage


@click.command(
    epilog="""\b
Examples:
  selon page https://example.org/article.html
  selon page article --text
  selon page 17 --format jsonl""",
)
@click.argument("id")
@record_option
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "html"]), default="text", show_default=True)
@click.option("--text", "whole", is_flag=True, help="Print the page's text itself.")
def page(id: str, record: str, form: str, whole: bool) -> None:
    """Show a page: ID is its address, its identifier, or the number of one of its versions."""
    with opened(record) as store:
        stored = store.page(id)
    if whole:
        emit([stored.page.text])
    elif form == "jsonl":
        emit([to_jsonl(stored.page)])
    elif form == "html":
        from selon.exchange.html import end_document, start_document, to_html

        emit(["".join([start_document(stored.page.title or stored.key), *to_html(stored.page, 1), end_document()])])
    else:
        emit(_shown(stored))


def _shown(stored: StoredPage) -> Iterator[str]:
    style = COLOUR if in_colour() else PLAIN
    width = min(get_terminal_size().columns, 120)
    yield from to_text(stored.page, width, style)
    facts = [stored.page.date or "undated", *(clean(one) for one in (stored.page.outlet, stored.page.url) if one)]
    facts.append(f"version {stored.version}")
    others = [str(number) for number in stored.versions if number != stored.version]
    if others:
        facts.append(f"other versions: {', '.join(others)}")
    facts.append(f"read {stored.read_at} by {stored.model}")
    yield f"{style.faint}{' · '.join(facts)}{style.off}"
