"""The network of accusers and accused as the page of allegations draws it: every arrow and name a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from selon.exchange.graph_shapes import OLD, STANCES, THIN, Arrow, Dot, Drawing, Edge, drawn, merged
from selon.record.allegation_results import Network
from selon.web.texts import Texts
from selon.web.views import address

# More names and arrows than these make a thicket, and a page of more than 100 KB. By eye, on 5,930 pages of news.
NAMES = 24
ARROWS = 60
# The circle's radius at least, in the drawing's pixels: so wide that the picture fills a desk's screen.
RADIUS = 235.0
# Room around the drawing, in its pixels.
MARGIN = 14.0
# Where the words are listed.
LIST = "/allegations"


@dataclass(frozen=True, slots=True)
class LinkedArrow:
    """An arrow, the address of the words behind it, and what it says in a sentence."""

    arrow: Arrow
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class LinkedDot:
    """A name, the address of all allegations by and against it, and what it says in a sentence."""

    dot: Dot
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The network ready to be drawn.

    Attributes:
        arrows, dots: the most frequent first.
        view: the drawing's box as SVG's ``viewBox``.
        width: of the drawing, in its own pixels.
        stances: those that occur, in their order.
        most: allegations of the widest arrow; ``thin`` and ``wide`` how wide one and the widest are.
        left_out: arrows that are not drawn.
        old: opacity of the oldest arrow.
    """

    arrows: tuple[LinkedArrow, ...]
    dots: tuple[LinkedDot, ...]
    view: str
    width: float
    stances: tuple[str, ...]
    most: int
    thin: float
    wide: float
    left_out: int
    old: float = OLD


def picture(network: Network, query: Mapping[str, str], t: Texts) -> Picture | None:
    """Return the picture of a network, or None if it has no arrows.

    Args:
        network: who accuses whom.
        query: what was asked for; the words and dates of it stay in the links.
        t: the visitor's language.
    """
    edges = shapes(network)
    if not edges:
        return None
    drawing: Drawing = drawn(merged(edges), names=NAMES, arrows=ARROWS, radius=RADIUS)
    kept = {name: query.get(name, "") for name in ("q", "since", "until")}
    left, top, right, bottom = drawing.box
    kinds = {arrow.kind for arrow in drawing.arrows}
    return Picture(
        arrows=tuple(LinkedArrow(one, _behind(one.edge, kept), _sentence(one.edge, t)) for one in drawing.arrows),
        dots=tuple(LinkedDot(one, address(LIST, actor=one.name, **kept), _accused(one, t)) for one in drawing.dots),
        view=f"{left - MARGIN:.0f} {top - MARGIN:.0f} {right - left + 2 * MARGIN:.0f} {bottom - top + 2 * MARGIN:.0f}",
        width=right - left + 2 * MARGIN,
        stances=tuple(kind for kind in STANCES if kind in kinds),
        most=max(one.edge.count for one in drawing.arrows),
        thin=THIN,
        wide=max(one.thick for one in drawing.arrows),
        left_out=network.edges.total - len(network.edges) + len(edges) - len(drawing.arrows),
    )


def shapes(network: Network) -> list[Edge]:
    """Return the edges to draw: each counts the different allegations, as the list of words behind it does.

    Nobody accuses themselves; where the record says so, a pronoun was misread, and only the list shows it.
    """
    return [
        Edge(one.accuser, one.accused, one.stance, one.claims, one.first, one.last)
        for one in network.edges
        if one.accuser != one.accused or one.stance != "accuses"
    ]


def _behind(edge: Edge, kept: Mapping[str, str]) -> str:
    return address(LIST, accuser=edge.accuser, accused=edge.accused, stance=edge.stance, **kept)


def _sentence(edge: Edge, t: Texts) -> str:
    """What an arrow says: ``A accuses B, 3 allegations, last 5 November 2017``."""
    own = "_self" if edge.accuser == edge.accused and edge.stance != "accuses" else ""
    parts = [t(f"allegation.arrow_{edge.stance}{own}", accuser=edge.accuser, accused=edge.accused)]
    parts.append(t("allegation.count", count=edge.count))
    if edge.last:
        parts.append(t("allegation.last", date=t.date(edge.last)))
    return ", ".join(parts)


def _accused(dot: Dot, t: Texts) -> str:
    return f"{dot.name}{t.colon} " + t("allegation.dot", count=dot.accused)
