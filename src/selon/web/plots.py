"""Plots that are made on the server: bars over months, each a link, with what a brush needs to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# Of the drawing, in its own units; a month is at least so wide that a finger or pointer hits it.
WIDTH, HEIGHT, AXIS = 720, 120, 18
# More months than these are drawn from the last one back; a record of half a century is shown by the search's years.
MAX_MONTHS = 240


@dataclass(frozen=True)
class Bar:
    """A month: ``key`` as ``YYYY-MM``, how many, where it is drawn, and whether it lies in the chosen time."""

    key: str
    count: int
    x: float
    y: float
    width: float
    height: float
    chosen: bool
    address: str


@dataclass(frozen=True)
class Months:
    """Bars over months, the years below them, and the highest count."""

    bars: tuple[Bar, ...]
    years: tuple[tuple[str, float], ...]
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def months(counts: tuple[tuple[str, int], ...], since: str, until: str, address: Callable[[str], str]) -> Months | None:
    """Return the plot of counts by month, or None if there are none.

    Args:
        counts: months as ``YYYY-MM`` with their counts, in order; months between them have none.
        since, until: the chosen time, in EDTF; empty if there is no such end.
        address: where a month leads to.
    """
    if not counts:
        return None
    known = dict(counts)
    keys = _between(counts[0][0], counts[-1][0])[-MAX_MONTHS:]
    most = max(known.get(key, 0) for key in keys) or 1
    step = WIDTH / max(len(keys), 12)
    tall = HEIGHT - AXIS - 12
    bars = []
    for place, key in enumerate(keys):
        count = known.get(key, 0)
        height = tall * count / most
        chosen = (not since or key >= since[:7]) and (not until or key[: len(until)] <= until[:7])
        top = HEIGHT - AXIS - height
        bars.append(Bar(key, count, place * step, top, step, height, chosen and bool(since or until), address(key)))
    firsts = {key[:4]: place * step for place, key in reversed(list(enumerate(keys)))}
    apart = max(1, round(len(firsts) * 40 / WIDTH))
    years = tuple(item for place, item in enumerate(sorted(firsts.items())) if place % apart == 0)
    return Months(tuple(bars), years, most)


def _between(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:7])
    keys = []
    while (key := f"{year:04d}-{month:02d}") <= last:
        keys.append(key)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return keys
