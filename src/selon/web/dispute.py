"""Two sides on one time line: what each says on a day, and which turn answers which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from selon.exchange.graph_shapes import STANCES
from selon.record.allegation_results import Dispute, Turn


@dataclass(frozen=True, slots=True)
class Day:
    """What both sides say on pages of one date (EDTF; None for pages without one), each side's turns in order."""

    date: str | None
    sides: tuple[tuple[Turn, ...], tuple[Turn, ...]]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A dispute made ready to be shown.

    Attributes:
        days: in order, what is undated last.
        counts: of each side, how often it accuses, denies and admits, without what it never does.
        turns: each turn by the number of its allegation.
        answered_by: the turns that answer a turn, by the same number.
    """

    days: tuple[Day, ...]
    counts: tuple[tuple[tuple[str, int], ...], ...]
    turns: dict[int, Turn]
    answered_by: dict[int, tuple[Turn, ...]]


def time_line(dispute: Dispute) -> TimeLine:
    """Return a dispute by days."""
    turns: Sequence[Turn] = dispute.turns
    days = []
    for date, group in groupby(turns, key=lambda turn: turn.allegation.date):
        some = tuple(group)
        left, right = (tuple(turn for turn in some if turn.side == side) for side in (0, 1))
        days.append(Day(date, (left, right)))
    said = Counter((turn.side, turn.allegation.stance) for turn in turns)
    answered: dict[int, tuple[Turn, ...]] = {}
    for turn in turns:
        for number in turn.answers:
            answered[number] = (*answered.get(number, ()), turn)
    return TimeLine(
        days=tuple(days),
        counts=tuple(tuple((one, said[side, one]) for one in STANCES if said[side, one]) for side in (0, 1)),
        turns={turn.allegation.allegation_id: turn for turn in turns},
        answered_by=answered,
    )
