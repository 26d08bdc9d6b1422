"""``selon allegations``: who accuses whom of what, over all pages of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

import click

from selon.cli.allegation_text import claims_text, counter_text, dispute_text
from selon.cli.record import chosen, emit, filter_options, opened, record_option, table
from selon.exchange.graph import Edge, to_graphml, to_html, to_svg
from selon.record.allegation_filters import AllegationFilters
from selon.record.allegation_results import AllegationHit, By, CounterAccusation, Dispute
from selon.record.allegations import AllegationSort
from selon.record.record import Record
from selon.record.search import MAX_LIMIT

# What is shown where no limit is given: results of a list, turns of a dispute, names of a picture.
LISTED, TURNS, NAMES = 20, 100, 40

_PICTURES = {"graph": to_html, "svg": to_svg}
_FILTERS: list[Callable[..., Any]] = [
    click.option("--accuser", metavar="NAME", help="Made by NAME, by whatever name pages call them; or a country, RU."),
    click.option("--accused", metavar="NAME", help="Against NAME, or a country."),
    click.option("--actor", metavar="NAME", help="By or against NAME, or a country."),
    click.option("--speaker", metavar="NAME", help="Told on the word of NAME (“NAME says that X accuses Y”)."),
    click.option("--deed", metavar="WORDS", help="With these words in the deed, in any form."),
    click.option("--victim", metavar="WORDS", help="With these words in the victim."),
    click.option(
        "--stance",
        multiple=True,
        type=click.Choice(["accuses", "denies", "admits"]),
        help="One or several of these.",
    ),
    click.option("--event", multiple=True, metavar="TYPE", help="Event type after PLOVER (ACCUSE, REJECT, THREATEN…)."),
    click.option("--context", multiple=True, metavar="NAME", help="Context (election, cyber, economic, military…)."),
    click.option("--deed-kind", multiple=True, metavar="KIND", help="Kind of deed (funding, disinformation, fraud…)."),
    click.option("--country", multiple=True, metavar="CODE", help="By or against actors of this country (FR, RU)."),
    click.option("--done-since", metavar="DATE", help="Of deeds that may have been done on DATE or later."),
    click.option("--done-until", metavar="DATE", help="Of deeds that may have been done on DATE or earlier."),
    click.option("--hedged", is_flag=True, help="Only where the page keeps its distance (soi-disant, alleged)."),
]


@click.command(
    epilog="""\b
Examples:
  selon allegations ingérence                       every form of the word, in the evidence
  selon allegations --accused Kremlin --context election --sort pages
  selon allegations --accuser Poutine --done-since 2011 --done-until 2012
  selon allegations --between Russie "États-Unis"   both sides on one time line
  selon allegations --counter                       who accuse each other
  selon allegations --format graph > network.html   who accuses whom, as a picture

\b
WORDS are those of selon search: words, "phrases", prefixes (financ*), AND, OR, NOT, parentheses.
The same allegation on several pages is shown once: pages and outlets count those that carry it, "only
repeating" names outlets that have it in another's words, "denied by" who denies it on any page.
Exit codes: 0 something was found, 1 nothing or an error, 2 wrong usage.""",
)
@click.argument("words", nargs=-1)
@record_option
@filter_options(_FILTERS)
@click.option(
    "--between",
    nargs=2,
    metavar="A B",
    help="What A and B say against each other; names or countries, several parted by |.",
)
@click.option("--counter", is_flag=True, help="Pairs who accuse each other.")
@click.option("--by", type=click.Choice(["speaker", "country"]), default="speaker", show_default=True,
              help="Whom --counter and pictures join.")  # fmt: skip
@click.option("--every", is_flag=True, help="Show every place of the same allegation.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest", "pages"]),
    default="relevance",
    show_default=True,
    help="Order of the list; without WORDS, relevance is newest; pages: on most pages first.",
)
@click.option("--limit", type=click.IntRange(1, MAX_LIMIT), metavar="N",
              help=f"At most N ({LISTED}; {TURNS} with --between); of pictures, N names ({NAMES}).")  # fmt: skip
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="Leave out the first N.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "csv", "graph", "svg", "graphml"]),
    help="Output; text in a terminal, jsonl in a pipe. graph is an HTML page, graphml is for Gephi.",
)
def allegations(
    words: tuple[str, ...],
    record: str,
    between: tuple[str, str] | None,
    counter: bool,
    by: By,
    every: bool,
    sort: AllegationSort,
    limit: int | None,
    offset: int,
    form: str | None,
    **given: Any,
) -> None:
    """Find who accuses whom of what, with WORDS; who denies it, and how many pages carry it."""
    form = chosen(form)
    if between and counter:
        raise click.UsageError("--between and --counter are different questions; ask one at a time")
    if form in ("graph", "svg", "graphml") and (between or counter):
        raise click.UsageError(f"--format {form} draws the whole network; leave out --between and --counter")
    text, filters = " ".join(words), AllegationFilters(**given)
    lines: Iterable[str]
    with opened(record) as store:
        if form in ("graph", "svg", "graphml"):
            lines, total = _picture(store, text, filters, by, limit or NAMES, form)
        elif between:
            dispute = store.between(*between, text, filters, limit=limit or TURNS, offset=offset)
            lines = dispute_text(dispute) if form == "text" else table(_turns(dispute), form)
            total = dispute.turns.total
        elif counter:
            pairs = store.counter_accusations(text, filters, by=by, limit=limit or LISTED, offset=offset)
            lines = counter_text(pairs) if form == "text" else table(map(_pair, pairs), form)
            total = pairs.total
        else:
            found = store.allegations(text, filters, sort=sort, every=every, limit=limit or LISTED, offset=offset)
            lines = claims_text(found, offset) if form == "text" else table(map(_row, found), form)
            total = found.total
        emit(lines)
    if not total:
        raise SystemExit(1)


def _picture(
    store: Record, words: str, filters: AllegationFilters, by: By, names: int, form: str
) -> tuple[list[str], int]:
    network = store.network(words, filters, by=by, names=names)
    edges = [Edge(one.accuser, one.accused, one.stance, one.count, one.first, one.last) for one in network.edges]
    if network.names_left_out:
        click.echo(
            f"selon: the {network.names} names with the most allegations; {network.names_left_out:,} more are left out"
            " (--limit takes more)",
            err=True,
        )
    if network.unsaid:
        which = "country of" if by == "country" else "name of"
        click.echo(
            f"selon: {network.unsaid:,} allegations are no arrows: pages do not tell the {which} one of the two",
            err=True,
        )
    title = f"Who accuses whom: {words}" if words else "Who accuses whom"
    drawn = to_graphml(edges) if form == "graphml" else _PICTURES[form](edges, title)
    return [drawn.rstrip("\n")], len(edges)


def _row(hit: AllegationHit) -> dict[str, Any]:
    return asdict(hit)


def _turns(dispute: Dispute) -> Iterator[dict[str, Any]]:
    for turn in dispute.turns:
        yield {"side": dispute.sides[turn.side], **asdict(turn.allegation)}


def _pair(pair: CounterAccusation) -> dict[str, Any]:
    """A pair as one flat row, with the evidence and place of each side's example."""
    row = asdict(pair)
    del row["examples"]
    for side, hit in zip(("one", "other"), pair.examples, strict=True):
        row |= {f"{side}_{name}": getattr(hit, name) for name in ("evidence", "page", "start", "end", "date", "outlet")}
    return row
