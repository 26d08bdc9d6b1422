"""The network of accusers and accused: as a picture (SVG), as a page (HTML), and for Gephi (GraphML).

Arrows lead from who accuses, denies or admits to who is said to have done it; wide ones stand for many allegations,
strong ones for recent ones. All three forms are self-contained, and treat names as hostile text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from selon.exchange.graph_layout import MAX_NAMES, width
from selon.exchange.graph_shapes import NEW, OLD, Arrow, Dot, Edge, day, drawn, merged, named, thickness
from selon.exchange.html import asset, digest

__all__ = ["Edge", "svg_policy", "to_graphml", "to_html", "to_svg"]

# The picture's scale on the screen, of its own units.
SCALE = 1.2
# The legend needs this width at least, in pixels.
MIN_WIDTH = 560.0
# Room around the picture, and for the legend below, in pixels.
MARGIN, LEGEND = 24.0, 84.0

_BARRED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_STANCES = {"accuses": "accuses", "denies": "denies having done, alleged of", "admits": "admits, alleged of"}


def to_svg(edges: Iterable[Edge], title: str = "Who accuses whom") -> str:
    """Return the network as an SVG document of at most MAX_NAMES names, those with the most allegations."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _svg(merged(edges), title, asset("graph.css"))


def svg_policy() -> str:
    """Return the Content-Security-Policy under which :func:`to_svg`'s document shows its own style and nothing else."""
    return f"default-src 'none'; style-src '{digest(asset('graph.css'))}'; frame-ancestors 'none'"


def to_html(edges: Iterable[Edge], title: str = "Who accuses whom") -> str:
    """Return the network as an HTML document: the picture, and all edges in a table."""
    shown = merged(edges)
    style = asset("graph.css") + asset("network.css") + _hover(min(MAX_NAMES, len(named(shown))))
    policy = f"default-src 'none'; style-src '{digest(style)}'; base-uri 'none'; form-action 'none'"
    rows = "".join(
        f"<tr><td>{_text(e.accuser)}</td><td>{_text(e.stance)}</td><td>{_text(e.accused)}</td>"
        f'<td class="number">{e.count}</td><td>{_text(e.first or "")}</td><td>{_text(e.last or "")}</td></tr>\n'
        for e in shown
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Who", "", "Whom"))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{_text(title)}</h1>\n"
        f"<figure>{_svg(shown, title, '')}</figure>\n"
        f"<table><caption>All of it, the most frequent first</caption>\n"
        f'<thead><tr>{heads}<th scope="col" class="number">Times</th><th scope="col">First</th>'
        f'<th scope="col">Last</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n</main>\n</body>\n</html>\n'
    )


def to_graphml(edges: Iterable[Edge]) -> str:
    """Return the network as GraphML, each name a node and each edge directed, with weight, stance and dates."""
    shown = merged(edges)
    names = list(dict.fromkeys(name for edge in shown for name in (edge.accuser, edge.accused)))
    number = {name: index for index, name in enumerate(names)}
    keys = [("label", "node", "string"), ("weight", "edge", "double"), ("stance", "edge", "string"),
            ("first", "edge", "string"), ("last", "edge", "string")]  # fmt: skip
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n']
    out += [f'<key id="{k}" for="{on}" attr.name="{k}" attr.type="{kind}"/>\n' for k, on, kind in keys]
    out.append('<graph edgedefault="directed">\n')
    out += [f'<node id="n{i}"><data key="label">{_text(name)}</data></node>\n' for name, i in number.items()]
    for index, edge in enumerate(shown):
        facts = {"weight": str(edge.count), "stance": edge.stance, "first": edge.first, "last": edge.last}
        data = "".join(f'<data key="{key}">{_text(fact)}</data>' for key, fact in facts.items() if fact)
        ends = f'source="n{number[edge.accuser]}" target="n{number[edge.accused]}"'
        out.append(f'<edge id="e{index}" {ends}>{data}</edge>\n')
    return "".join([*out, "</graph>\n</graphml>\n"])


def _svg(edges: list[Edge], title: str, style: str) -> str:
    drawing = drawn(edges)
    left, top, right, bottom = drawing.box
    left, top, bottom = left - MARGIN, top - MARGIN, bottom + MARGIN
    right = max(right, left + MIN_WIDTH) + MARGIN
    shown = [arrow.edge for arrow in drawing.arrows]
    hidden = drawing.names_left_out
    most = "; ".join(f"{e.accuser} {_STANCES.get(e.stance, e.stance)} {e.accused}, {e.count} times" for e in shown[:5])
    more = f" {hidden} names with fewer allegations are left out." if hidden else ""
    summary = (
        f"A network of {len(drawing.dots)} names and {len(shown)} arrows.{more} The most frequent: {most or 'none'}."
    )
    box = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top + LEGEND:.0f}"
    return "".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" viewBox="{box}" '
        f'width="{(right - left) * SCALE:.0f}" height="{(bottom - top + LEGEND) * SCALE:.0f}" role="img" '
        f'aria-labelledby="network-title network-desc">\n<title id="network-title">{_text(title)}</title>\n'
        f'<desc id="network-desc">{_text(summary)}</desc>\n',
        f"<style>{style}</style>\n" if style else "",
        f'<rect class="paper" x="{left:.0f}" y="{top:.0f}" width="{right - left:.0f}" '
        f'height="{bottom - top + LEGEND:.0f}"/>\n',
        *map(_arrow, reversed(drawing.arrows)), *(_dot(i, dot) for i, dot in enumerate(drawing.dots)),
        _legend(shown, left + MARGIN, bottom, more), "</svg>\n",
    ])  # fmt: skip


def _arrow(arrow: Arrow) -> str:
    edge = arrow.edge
    when = " to ".join(dict.fromkeys(one for one in (edge.first, edge.last) if one))
    words = f"{edge.accuser} {_STANCES.get(edge.stance, edge.stance)} {edge.accused}: {edge.count}"
    return (
        f'<g class="edge {arrow.kind} v{arrow.start} v{arrow.end}" opacity="{arrow.opacity:.2f}">'
        f"<title>{_text(words)}{_text(f' ({when})' if when else '')}</title>"
        f'<path class="line" stroke-width="{arrow.thick:.1f}" d="{arrow.line}"/>'
        f'<polygon class="head" points="{arrow.head}"/></g>\n'
    )


def _dot(index: int, dot: Dot) -> str:
    at, much = dot.at, "much" if dot.much else "few"
    label = f'<text x="{at.edge:.1f}" y="{at.base:.1f}" text-anchor="{"end" if at.left else "start"}" class="{much}">'
    return (
        f'<g class="name" id="n{index}"><title>{_text(dot.name)}: accused {dot.accused} times</title>'
        f'<circle class="dot" cx="{at.x:.1f}" cy="{at.y:.1f}" r="{dot.size:.1f}"/>{label}{_text(at.label)}</text></g>\n'
    )


def _legend(shown: list[Edge], x: float, y: float, more: str) -> str:
    kinds = [kind for kind in _STANCES if any(e.stance == kind for e in shown)] or ["accuses"]
    first = [(kind, 2.5, NEW, kind) for kind in kinds]
    most = max((e.count for e in shown), default=1)
    second = [("accuses", thickness(1, most), NEW, "once")]
    second += [("accuses", thickness(most, most), NEW, f"{most} times")] if most > 1 else []
    days = sorted((e.last for e in shown if e.last and day(e.last)), key=day)
    if days and day(days[0]) < day(days[-1]):
        second += [("accuses", 5.0, opacity, f"last {one}") for opacity, one in ((OLD, days[0]), (NEW, days[-1]))]
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


def _hover(names: int) -> str:
    """Rules that fade all arrows but those of the name under the pointer."""
    return "".join(f".network:has(#n{i}:hover) .edge:not(.v{i}){{opacity:.06}}\n" for i in range(names))


def _text(text: str) -> str:
    """Escape text for XML and HTML; what they cannot hold (controls, lone surrogates) is shown as U+FFFD."""
    return escape(_BARRED.sub("\ufffd", text), quote=True)
