"""The network of accusers and accused: as a picture (SVG), as a page (HTML), and for Gephi (GraphML).

Arrows lead from who accuses, denies or admits to who is said to have done it; wide ones stand for many allegations,
strong ones for recent ones. All three forms are self-contained, and treat names as hostile text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from selon.edtf import bounds
from selon.exchange.graph_layout import FONT, MAX_NAMES, Place, place, width
from selon.exchange.html import asset, digest

# Width of an arrow for one allegation and for the most, in pixels; area grows with the count, hence the root.
THIN, WIDE = 1.4, 7.0
# Opacity of the oldest and the newest arrow, and of one without a date.
OLD, NEW, UNDATED = 0.35, 1.0, 0.6
# Radius of the dot of a name that is never accused, and of the most accused.
SMALL, LARGE = 3.5, 10.0
# How far arrows bend to the middle of the circle: 0 not at all, 1 right through it.
BEND = 0.55
# Names nearer to each other than this, in pixels, have flatter arrows, without hairpins.
NEAR = 240.0
# But all are bent by this at least, in pixels, so that an arrow between neighbours has a shaft.
LEAST = 60.0
# The picture's scale on the screen, of its own units.
SCALE = 1.2
# The names with the most accusations against them stand in bold.
BOLD = 5
# The legend needs this width at least, in pixels.
MIN_WIDTH = 560.0
# Room around the picture, and for the legend below, in pixels.
MARGIN, LEGEND = 24.0, 84.0

_BARRED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_STANCES = {"accuses": "accuses", "denies": "denies having done, alleged of", "admits": "admits, alleged of"}


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


def to_svg(edges: Iterable[Edge], title: str = "Who accuses whom") -> str:
    """Return the network as an SVG document of at most MAX_NAMES names, those with the most allegations."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _svg(_merged(edges), title, asset("graph.css"))


def svg_policy() -> str:
    """Return the Content-Security-Policy under which :func:`to_svg`'s document shows its own style and nothing else."""
    return f"default-src 'none'; style-src '{digest(asset('graph.css'))}'; frame-ancestors 'none'"


def to_html(edges: Iterable[Edge], title: str = "Who accuses whom") -> str:
    """Return the network as an HTML document: the picture, and all edges in a table."""
    merged = _merged(edges)
    style = asset("graph.css") + asset("network.css") + _hover(len(_names(merged)))
    policy = f"default-src 'none'; style-src '{digest(style)}'; base-uri 'none'; form-action 'none'"
    rows = "".join(
        f"<tr><td>{_text(e.accuser)}</td><td>{_text(e.stance)}</td><td>{_text(e.accused)}</td>"
        f'<td class="number">{e.count}</td><td>{_text(e.first or "")}</td><td>{_text(e.last or "")}</td></tr>\n'
        for e in merged
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Who", "", "Whom"))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{_text(title)}</h1>\n"
        f"<figure>{_svg(merged, title, '')}</figure>\n"
        f"<table><caption>All of it, the most frequent first</caption>\n"
        f'<thead><tr>{heads}<th scope="col" class="number">Times</th><th scope="col">First</th>'
        f'<th scope="col">Last</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n</main>\n</body>\n</html>\n'
    )


def to_graphml(edges: Iterable[Edge]) -> str:
    """Return the network as GraphML, each name a node and each edge directed, with weight, stance and dates."""
    merged = _merged(edges)
    names = list(dict.fromkeys(name for edge in merged for name in (edge.accuser, edge.accused)))
    number = {name: index for index, name in enumerate(names)}
    keys = [("label", "node", "string"), ("weight", "edge", "double"), ("stance", "edge", "string"),
            ("first", "edge", "string"), ("last", "edge", "string")]  # fmt: skip
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n']
    out += [f'<key id="{k}" for="{on}" attr.name="{k}" attr.type="{kind}"/>\n' for k, on, kind in keys]
    out.append('<graph edgedefault="directed">\n')
    out += [f'<node id="n{i}"><data key="label">{_text(name)}</data></node>\n' for name, i in number.items()]
    for index, edge in enumerate(merged):
        facts = {"weight": str(edge.count), "stance": edge.stance, "first": edge.first, "last": edge.last}
        data = "".join(f'<data key="{key}">{_text(fact)}</data>' for key, fact in facts.items() if fact)
        ends = f'source="n{number[edge.accuser]}" target="n{number[edge.accused]}"'
        out.append(f'<edge id="e{index}" {ends}>{data}</edge>\n')
    return "".join([*out, "</graph>\n</graphml>\n"])


def _merged(edges: Iterable[Edge]) -> list[Edge]:
    """One edge for each pair and stance, the most frequent first."""
    merged: dict[tuple[str, str, str], Edge] = {}
    for edge in edges:
        key = (edge.accuser, edge.accused, edge.stance)
        known = merged.get(key)
        firsts = [e.first for e in (edge, known) if e and _day(e.first)]
        lasts = [e.last for e in (edge, known) if e and _day(e.last)]
        merged[key] = Edge(*key, edge.count + (known.count if known else 0),
                           min(firsts, key=_day, default=None), max(lasts, key=_day, default=None))  # fmt: skip
    return sorted(merged.values(), key=lambda e: (-e.count, e.accuser, e.accused, e.stance))


def _names(edges: list[Edge]) -> list[str]:
    """The names of the picture, those with the most allegations first."""
    counts: dict[str, int] = {}
    for edge in edges:
        for name in {edge.accuser, edge.accused}:
            counts[name] = counts.get(name, 0) + edge.count
    return sorted(counts, key=lambda name: (-counts[name], name))[:MAX_NAMES]


def _svg(edges: list[Edge], title: str, style: str) -> str:
    names = _names(edges)
    number = {name: index for index, name in enumerate(names)}
    shown = [edge for edge in edges if edge.accuser in number and edge.accused in number]
    accused = [sum(e.count for e in shown if e.accused == name and e.stance == "accuses") for name in names]
    sizes = [SMALL + (LARGE - SMALL) * math.sqrt(count / max(1, *accused, 1)) for count in accused]
    places, radius = place(names, [(number[e.accuser], number[e.accused], float(e.count)) for e in shown], sizes)
    left = min([p.box[0] for p in places] + [-radius]) - MARGIN
    right = max([p.box[2] for p in places] + [radius, left + MIN_WIDTH]) + MARGIN
    top, bottom = -radius - LARGE - MARGIN, radius + LARGE + MARGIN
    bold = sorted(range(len(names)), key=lambda i: -accused[i])[:BOLD]
    hidden = len({name for e in edges for name in (e.accuser, e.accused)}) - len(names)
    most = "; ".join(f"{e.accuser} {_STANCES.get(e.stance, e.stance)} {e.accused}, {e.count} times" for e in shown[:5])
    more = f" {hidden} names with fewer allegations are left out." if hidden else ""
    summary = f"A network of {len(names)} names and {len(shown)} arrows.{more} The most frequent: {most or 'none'}."
    box = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top + LEGEND:.0f}"
    arrows = [_arrow(e, places, sizes, number, shown) for e in reversed(shown)]
    dots = [_dot(i, names[i], places[i], sizes[i], accused[i], i in bold and accused[i] > 0) for i in range(len(names))]
    return "".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" viewBox="{box}" '
        f'width="{(right - left) * SCALE:.0f}" height="{(bottom - top + LEGEND) * SCALE:.0f}" role="img" '
        f'aria-labelledby="network-title network-desc">\n<title id="network-title">{_text(title)}</title>\n'
        f'<desc id="network-desc">{_text(summary)}</desc>\n',
        f"<style>{style}</style>\n" if style else "",
        f'<rect class="paper" x="{left:.0f}" y="{top:.0f}" width="{right - left:.0f}" '
        f'height="{bottom - top + LEGEND:.0f}"/>\n',
        *arrows, *dots, _legend(shown, left + MARGIN, bottom, more), "</svg>\n",
    ])  # fmt: skip


def _arrow(edge: Edge, places: list[Place], sizes: list[float], number: dict[str, int], shown: list[Edge]) -> str:
    a, b = number[edge.accuser], number[edge.accused]
    start, end = places[a], places[b]
    thick = _width(edge.count, shown)
    # arrows there and back, and of several stances, bend by different amounts
    lane = ["accuses", "denies", "admits"].index(edge.stance) if edge.stance in _STANCES else 0
    length = math.hypot(end.x - start.x, end.y - start.y) or 1.0
    middle = math.hypot(start.x + end.x, start.y + end.y) / 2 or 1.0
    pull = max((BEND - 0.14 * lane) * min(1.0, length / NEAR), min(1.0, (LEAST + 20 * lane) / middle))
    cx, cy = (start.x + end.x) / 2 * (1 - pull), (start.y + end.y) / 2 * (1 - pull)
    aside = min(22.0, length * 0.12)
    cx, cy = cx - (end.y - start.y) / length * aside, cy + (end.x - start.x) / length * aside
    if a == b:  # a loop towards the middle
        reach = 1 - 70 / (math.hypot(start.x, start.y) or 70)
        turn = 26.0 if not start.left else -26.0
        path = (f"M{start.x:.1f},{start.y:.1f}C{start.x * reach:.1f},{start.y * reach - turn:.1f} "
                f"{start.x * reach:.1f},{start.y * reach + turn:.1f} ")  # fmt: skip
        cx, cy = start.x * reach, start.y * reach + turn
    else:
        path = f"M{start.x:.1f},{start.y:.1f}Q{cx:.1f},{cy:.1f} "
    size = 6 + thick * 1.5
    gone = math.hypot(end.x - cx, end.y - cy) or 1.0
    ux, uy = (end.x - cx) / gone, (end.y - cy) / gone
    tip_x, tip_y = end.x - ux * (sizes[b] + 1.5), end.y - uy * (sizes[b] + 1.5)
    foot_x, foot_y = tip_x - ux * size, tip_y - uy * size
    half = size * 0.45
    head = (f"{tip_x:.1f},{tip_y:.1f} {foot_x - uy * half:.1f},{foot_y + ux * half:.1f} "
            f"{foot_x + uy * half:.1f},{foot_y - ux * half:.1f}")  # fmt: skip
    when = " to ".join(dict.fromkeys(day for day in (edge.first, edge.last) if day))
    words = f"{edge.accuser} {_STANCES.get(edge.stance, edge.stance)} {edge.accused}: {edge.count}"
    kind = edge.stance if edge.stance in _STANCES else "accuses"
    return (
        f'<g class="edge {kind} v{a} v{b}" opacity="{_opacity(edge, shown):.2f}">'
        f"<title>{_text(words)}{_text(f' ({when})' if when else '')}</title>"
        f'<path class="line" stroke-width="{thick:.1f}" d="{path}{foot_x:.1f},{foot_y:.1f}"/>'
        f'<polygon class="head" points="{head}"/></g>\n'
    )


def _dot(index: int, name: str, at: Place, size: float, accused: int, much: bool) -> str:
    x, anchor = (at.box[2], "end") if at.left else (at.box[0], "start")
    label = (
        f'<text x="{x:.1f}" y="{at.y + FONT * 0.35:.1f}" text-anchor="{anchor}" class="{"much" if much else "few"}">'
    )
    return (
        f'<g class="name" id="n{index}"><title>{_text(name)}: accused {accused} times</title>'
        f'<circle class="dot" cx="{at.x:.1f}" cy="{at.y:.1f}" r="{size:.1f}"/>{label}{_text(at.label)}</text></g>\n'
    )


def _legend(shown: list[Edge], x: float, y: float, more: str) -> str:
    kinds = [kind for kind in _STANCES if any(e.stance == kind for e in shown)] or ["accuses"]
    first = [(kind, 2.5, NEW, kind) for kind in kinds]
    most = max((e.count for e in shown), default=1)
    second = [("accuses", _width(1, shown), NEW, "once")]
    second += [("accuses", _width(most, shown), NEW, f"{most} times")] if most > 1 else []
    days = sorted((e.last for e in shown if e.last and _day(e.last)), key=_day)
    if days and _day(days[0]) < _day(days[-1]):
        second += [("accuses", 5.0, opacity, f"last {day}") for opacity, day in ((OLD, days[0]), (NEW, days[-1]))]
    rows = [_samples(first, x, y), _samples(second, x, y + 30)]
    note = f'<text class="faint" x="{x:.0f}" y="{y + 60:.0f}">Large dots: often accused.{_text(more)}</text>'
    return f'<g class="legend">\n{"".join(rows)}{note}\n</g>\n'


def _samples(samples: list[tuple[str, float, float, str]], x: float, y: float) -> str:
    """A row of the legend: stance, width and opacity of each arrow, and its words."""
    out = []
    for kind, thick, opacity, words in samples:
        half = (6 + thick * 1.5) * 0.45
        head = f"{x + 44:.0f},{y:.0f} {x + 33:.0f},{y - half:.1f} {x + 33:.0f},{y + half:.1f}"
        out.append(
            f'<g class="{kind}" opacity="{opacity}"><path class="line" stroke-width="{thick:.1f}" '
            f'd="M{x:.0f},{y:.0f}h34"/><polygon class="head" points="{head}"/></g>'
            f'<text x="{x + 52:.0f}" y="{y + 4.5:.1f}">{_text(words)}</text>\n'
        )
        x += 76 + width(words)
    return "".join(out)


def _width(count: int, shown: list[Edge]) -> float:
    most = max((edge.count for edge in shown), default=1)
    return THIN if most <= 1 else THIN + (WIDE - THIN) * math.sqrt((count - 1) / (most - 1))


def _opacity(edge: Edge, shown: list[Edge]) -> float:
    days = [day for e in shown if (day := _day(e.last))]
    day = _day(edge.last)
    if not day:
        return UNDATED
    span = max(days) - min(days)
    return NEW if not span else OLD + (NEW - OLD) * (day - min(days)) / span


def _day(value: str | None) -> int:
    """The number of the last day that an EDTF date may mean, or 0."""
    try:
        return bounds(value or "")[1].toordinal()
    except ValueError:
        return 0


def _hover(names: int) -> str:
    """Rules that fade all arrows but those of the name under the pointer."""
    return "".join(f".network:has(#n{i}:hover) .edge:not(.v{i}){{opacity:.06}}\n" for i in range(names))


def _text(text: str) -> str:
    """Escape text for XML and HTML; what they cannot hold (controls, lone surrogates) is shown as U+FFFD."""
    return escape(_BARRED.sub("\ufffd", text), quote=True)
