"""The network as shapes: which names and arrows are drawn, where, how wide and how strong.

Whoever draws them decides on words, links and colours; the picture of ``selon allegations --format graph`` and the one
in the browser share these shapes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from selon.edtf import bounds
from selon.exchange.graph_layout import MAX_NAMES, MIN_RADIUS, Place, place

# Width of an arrow for one allegation and for the most, in pixels; area grows with the count, hence the root.
THIN, WIDE = 1.4, 7.0
# Opacity of the oldest and the newest arrow, and of one without a date.
OLD, NEW, UNDATED = 0.5, 1.0, 0.7
# Radius of the dot of a name that is never accused, and of the most accused.
SMALL, LARGE = 3.5, 10.0
# How far arrows bend to the middle of the circle: 0 not at all, 1 right through it.
BEND = 0.55
# Names nearer to each other than this, in pixels, have flatter arrows, without hairpins.
NEAR = 240.0
# But all are bent by this at least, in pixels, so that an arrow between neighbours has a shaft.
LEAST = 60.0
# How far the loop of what somebody says of himself reaches, in pixels.
LOOP = 70.0
# The names with the most accusations against them stand in bold.
BOLD = 5
STANCES = ("accuses", "denies", "admits")


@dataclass(frozen=True, slots=True)
class Edge:
    """How often one name accuses another.

    Attributes:
        accuser: who accuses, or denies or admits.
        accused: who is said to have done it.
        stance: ``accuses``, ``denies`` or ``admits``.
        count: number of allegations, at least 1.
        first, last: dates of the earliest and the latest page in EDTF, or None if unknown.
    """

    accuser: str
    accused: str
    stance: str
    count: int
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A name: its place, the radius of its dot, how often it is accused, and whether it is among the most accused."""

    name: str
    at: Place
    size: float
    accused: int
    much: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge as a line (SVG path data) with a head (points of a polygon), in pixels.

    Attributes:
        edge: what it stands for.
        start, end: places of its names among the drawing's dots.
        kind: its stance, ``accuses`` if unknown.
        thick, opacity: how wide and how strong.
    """

    edge: Edge
    start: int
    end: int
    kind: str
    thick: float
    opacity: float
    line: str
    head: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The network around (0, 0).

    Attributes:
        dots: its names, those with the most allegations first.
        arrows: the most frequent first; draw them from the last one.
        box: left, top, right, bottom of all of it, in pixels.
        names_left_out: how many were not drawn.
    """

    dots: tuple[Dot, ...]
    arrows: tuple[Arrow, ...]
    box: tuple[float, float, float, float]
    names_left_out: int


def merged(edges: Iterable[Edge]) -> list[Edge]:
    """Return one edge for each pair and stance, the most frequent first."""
    found: dict[tuple[str, str, str], Edge] = {}
    for edge in edges:
        key = (edge.accuser, edge.accused, edge.stance)
        known = found.get(key)
        firsts = [e.first for e in (edge, known) if e and day(e.first)]
        lasts = [e.last for e in (edge, known) if e and day(e.last)]
        found[key] = Edge(*key, edge.count + (known.count if known else 0),
                          min(firsts, key=day, default=None), max(lasts, key=day, default=None))  # fmt: skip
    return sorted(found.values(), key=lambda e: (-e.count, e.accuser, e.accused, e.stance))


def drawn(
    edges: list[Edge], *, names: int = MAX_NAMES, arrows: int | None = None, radius: float = MIN_RADIUS
) -> Drawing:
    """Return the shapes of edges that :func:`merged` gave.

    Args:
        edges: the most frequent first.
        names: how many names are drawn at most, those with the most allegations.
        arrows: how many arrows between these are drawn at most, the most frequent; None for all. Where arrows
            are left out, so are the names without one.
        radius: of the circle at least, in pixels.
    """
    told = named(edges)
    kept = set(told[:names])
    between = [edge for edge in edges if edge.accuser in kept and edge.accused in kept]
    shown = between[:arrows]
    ends = {name for edge in shown for name in (edge.accuser, edge.accused)} if len(shown) < len(between) else kept
    order = [name for name in told if name in ends]
    number = {name: index for index, name in enumerate(order)}
    accused = [sum(e.count for e in shown if e.accused == name and e.stance == "accuses") for name in order]
    sizes = [SMALL + (LARGE - SMALL) * math.sqrt(count / max(1, *accused, 1)) for count in accused]
    links = [(number[e.accuser], number[e.accused], float(e.count)) for e in shown]
    places, reach = place(order, links, sizes, radius)
    bold = sorted(range(len(order)), key=lambda i: -accused[i])[:BOLD]
    dots = tuple(
        Dot(order[i], places[i], sizes[i], accused[i], i in bold and accused[i] > 0) for i in range(len(order))
    )
    box = (
        min([p.box[0] for p in places] + [-reach]), -reach - LARGE,
        max([p.box[2] for p in places] + [reach]), reach + LARGE,
    )  # fmt: skip
    most = max((edge.count for edge in shown), default=1)
    dated = [one for edge in shown if (one := day(edge.last))]
    days = [min(dated), max(dated)] if dated else []
    lines = tuple(_arrow(edge, dots, number, most, days) for edge in shown)
    return Drawing(dots, lines, box, len(told) - len(order))


def named(edges: list[Edge]) -> list[str]:
    """Return the names of edges, those with the most allegations first."""
    counts: dict[str, int] = {}
    for edge in edges:
        for name in {edge.accuser, edge.accused}:
            counts[name] = counts.get(name, 0) + edge.count
    return sorted(counts, key=lambda name: (-counts[name], name))


def thickness(count: int, most: int) -> float:
    """Return how wide an arrow for ``count`` allegations is where the widest stands for ``most``, in pixels."""
    return THIN if most <= 1 else THIN + (WIDE - THIN) * math.sqrt((count - 1) / (most - 1))


def day(value: str | None) -> int:
    """Return the number of the last day that an EDTF date may mean, or 0."""
    try:
        return bounds(value or "")[1].toordinal()
    except ValueError:
        return 0


def _arrow(edge: Edge, dots: tuple[Dot, ...], number: dict[str, int], most: int, days: list[int]) -> Arrow:
    a, b = number[edge.accuser], number[edge.accused]
    start, end = dots[a].at, dots[b].at
    thick = thickness(edge.count, most)
    # arrows there and back, and of several stances, bend by different amounts
    lane = STANCES.index(edge.stance) if edge.stance in STANCES else 0
    length = math.hypot(end.x - start.x, end.y - start.y) or 1.0
    middle = math.hypot(start.x + end.x, start.y + end.y) / 2 or 1.0
    pull = max((BEND - 0.14 * lane) * min(1.0, length / NEAR), min(1.0, (LEAST + 20 * lane) / middle))
    cx, cy = (start.x + end.x) / 2 * (1 - pull), (start.y + end.y) / 2 * (1 - pull)
    aside = min(22.0, length * 0.12)
    cx, cy = cx - (end.y - start.y) / length * aside, cy + (end.x - start.x) / length * aside
    if a == b:  # a loop towards the middle, wider for each stance, so that none lies under another
        far = LOOP * (1 + 0.4 * lane)
        reach = 1 - far / (math.hypot(start.x, start.y) or far)
        turn = far * (0.37 if not start.left else -0.37)
        path = (f"M{start.x:.1f},{start.y:.1f}C{start.x * reach:.1f},{start.y * reach - turn:.1f} "
                f"{start.x * reach:.1f},{start.y * reach + turn:.1f} ")  # fmt: skip
        cx, cy = start.x * reach, start.y * reach + turn
    else:
        path = f"M{start.x:.1f},{start.y:.1f}Q{cx:.1f},{cy:.1f} "
    size = 6 + thick * 1.5
    gone = math.hypot(end.x - cx, end.y - cy) or 1.0
    ux, uy = (end.x - cx) / gone, (end.y - cy) / gone
    tip_x, tip_y = end.x - ux * (dots[b].size + 1.5), end.y - uy * (dots[b].size + 1.5)
    foot_x, foot_y = tip_x - ux * size, tip_y - uy * size
    half = size * 0.45
    head = (f"{tip_x:.1f},{tip_y:.1f} {foot_x - uy * half:.1f},{foot_y + ux * half:.1f} "
            f"{foot_x + uy * half:.1f},{foot_y - ux * half:.1f}")  # fmt: skip
    kind = edge.stance if edge.stance in STANCES else "accuses"
    return Arrow(edge, a, b, kind, thick, _opacity(edge, days), f"{path}{foot_x:.1f},{foot_y:.1f}", head)


def _opacity(edge: Edge, days: list[int]) -> float:
    """How strong an arrow is drawn; ``days`` are the first and last day of all, none if none is dated."""
    last = day(edge.last)
    if not last:
        return UNDATED
    first, latest = days
    return NEW if first == latest else OLD + (NEW - OLD) * (last - first) / (latest - first)
