"""Where names and arrows of the network stand: on a circle, in two columns of labels that can never overlap.

The names of each half of the circle are evenly spaced from top to bottom, not around it, so that every label, written
level beside its name, has a line of its own. Which name stands where is chosen so that arrows are short, by exchanging
two names as long as that helps; the same edges give the same picture.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

import numpy as np

# More names than this make no readable picture; those with the most edges are kept.
MAX_NAMES = 40
# Rounds of exchanges; in tests with 40 names and 120 edges nothing changed after the sixth.
MAX_ROUNDS = 10
# Lines of labels are this far apart, and the circle no smaller than that, in pixels at the label's 13.
LINE = 24.0
MIN_RADIUS = 140.0
FONT = 13.0
# Letters are at most this wide on average in the fonts that are asked for, as a part of the font's size; wide ones of
# East Asia take all of it.
LETTER = 0.6
# From the dot to its label.
GAP = 8.0
# Longer labels are cut; the whole name stands in the tooltip and in the table.
MAX_LABEL = 36


@dataclass(frozen=True, slots=True)
class Place:
    """A name's place: its centre, its label with the label's box (left, top, right, bottom), and on which side."""

    x: float
    y: float
    label: str
    box: tuple[float, float, float, float]
    left: bool

    @property
    def edge(self) -> float:
        """Where the label begins, seen from its dot."""
        return self.box[2] if self.left else self.box[0]

    @property
    def base(self) -> float:
        """The line that the label's letters stand on."""
        return self.y + FONT * 0.35


def place(
    names: list[str], links: list[tuple[int, int, float]], sizes: list[float], least: float = MIN_RADIUS
) -> tuple[list[Place], float]:
    """Return the places of ``names``, in their order, around (0, 0), and the circle's radius.

    Args:
        names: at most MAX_NAMES are readable.
        links: pairs of indices in ``names`` with their weights.
        sizes: radius of each name's dot; labels keep clear of it.
        least: the circle's radius at least, in pixels.
    """
    count = len(names)
    right = (count + 1) // 2
    radius = max(least, right * LINE / 2)
    spots = np.array([_spot(i, right, radius, 1) if i < right else _spot(i - right, count - right, radius, -1)
                      for i in range(count)]).reshape(count, 2)  # fmt: skip
    order = _shortest(spots, links)
    return [
        _place(names[i], float(spots[order[i], 0]), float(spots[order[i], 1]), sizes[i]) for i in range(count)
    ], radius


def width(text: str) -> float:
    """Return the width that ``text`` takes at most as a label, in pixels."""
    return sum(FONT * (1.0 if unicodedata.east_asian_width(c) in "WF" else LETTER) for c in text)


def _spot(index: int, count: int, radius: float, side: int) -> tuple[float, float]:
    y = radius * ((2 * index + 1) / count - 1) if count else 0.0
    return side * math.sqrt(max(0.0, radius * radius - y * y)), y


def _place(name: str, x: float, y: float, size: float) -> Place:
    label = " ".join(name.split())
    label = label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1].rstrip() + "…"
    left = x < 0
    edge = x - size - GAP if left else x + size + GAP
    start, end = (edge - width(label), edge) if left else (edge, edge + width(label))
    return Place(x, y, label, (start, y - FONT * 0.75, end, y + FONT * 0.5), left)


def _shortest(spots: np.ndarray, links: list[tuple[int, int, float]]) -> list[int]:
    """Which spot each name takes: exchanges of two names as long as they shorten the links."""
    count = len(spots)
    order = np.arange(count)
    links = [link for link in links if link[0] != link[1]]
    if count < 3 or not links:
        return [int(spot) for spot in order]
    distance = np.hypot(spots[:, None, 0] - spots[None, :, 0], spots[:, None, 1] - spots[None, :, 1])
    weight = np.zeros((count, count))
    for a, b, value in links:
        weight[a, b] += value
        weight[b, a] += value
    for _ in range(MAX_ROUNDS):
        changed = False
        for a in range(count):
            for b in range(a + 1, count):
                # what a and b add, standing as they do and exchanged; the link between them keeps its length
                here, there = distance[order[a], order], distance[order[b], order]
                difference = weight[a] - weight[b]
                difference[[a, b]] = 0
                if float(difference @ (there - here)) < -1e-9:
                    order[a], order[b] = order[b], order[a]
                    changed = True
        if not changed:
            break
    return [int(spot) for spot in order]
