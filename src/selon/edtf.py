"""Dates in EDTF (ISO 8601-2:2019): which strings are valid, and which calendar days they may mean.

Read are level 0 and level 1 without times of day and years of more than four digits, and of level 2 the sets
(``{2000,2012}``, ``[2010..2012]``), quarters and half-years. After https://www.loc.gov/standards/datetime/.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

# The longest value that is looked at; two dozen days in one set.
MAX_LENGTH = 300

_DATE = re.compile(r"(\d{4}|\d{3}X|\d\dXX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?[?~%]?", re.ASCII)

# First and last (year added, month, day) of the seasons, quarters and half-years that take a month's place. A season
# is as wide as the north uses it, from the meteorologist's first day to the astronomer's last; "winter 2016" may be
# the one that ends or the one that begins in 2016, so that it may mean either.
_PARTS = {
    **dict.fromkeys((21, 25), ((0, 3, 1), (0, 6, 21))),
    **dict.fromkeys((22, 26), ((0, 6, 1), (0, 9, 23))),
    **dict.fromkeys((23, 27), ((0, 9, 1), (0, 12, 21))),
    **dict.fromkeys((24, 28), ((-1, 12, 1), (1, 3, 21))),
    29: ((0, 9, 1), (0, 12, 21)),
    30: ((-1, 12, 1), (1, 3, 21)),
    31: ((0, 3, 1), (0, 6, 21)),
    32: ((0, 6, 1), (0, 9, 23)),
    33: ((0, 1, 1), (0, 3, 31)),
    34: ((0, 4, 1), (0, 6, 30)),
    35: ((0, 7, 1), (0, 9, 30)),
    36: ((0, 10, 1), (0, 12, 31)),
    37: ((0, 1, 1), (0, 4, 30)),
    38: ((0, 5, 1), (0, 8, 31)),
    39: ((0, 9, 1), (0, 12, 31)),
    40: ((0, 1, 1), (0, 6, 30)),
    41: ((0, 7, 1), (0, 12, 31)),
}

Days = tuple[date, date]


def is_edtf(value: str) -> bool:
    """Tell whether ``value`` is a date, an interval or a set in EDTF whose days exist.

    >>> [is_edtf(value) for value in ("2017-06~", "199X", "2014/..", "{2000,2012}", "2017-02-30", "2012/2010")]
    [True, True, True, True, False, False]
    """
    return _ranges(value) is not None


def ranges(value: str) -> tuple[Days, ...]:
    """Return the first and the last day of each date or interval of ``value``, both inclusive, as they stand in it.

    An open or unknown end is ``date.min`` or ``date.max``; marks of doubt (``?``, ``~``, ``%``) change nothing.
    Raises ValueError if ``value`` is not EDTF as read here.

    >>> [(str(first), str(last)) for first, last in ranges("{2000,2012-02}")]
    [('2000-01-01', '2000-12-31'), ('2012-02-01', '2012-02-29')]
    """
    found = _ranges(value)
    if found is None:
        raise ValueError(f"not a date in EDTF: {value[:MAX_LENGTH]!r}")
    return found


def bounds(value: str) -> Days:
    """Return the earliest and the latest day that ``value`` may mean, both inclusive; see :func:`ranges`.

    >>> [str(day) for day in bounds("2016-21/2017")]
    ['2016-03-01', '2017-12-31']
    """
    found = ranges(value)
    return min(first for first, _ in found), max(last for _, last in found)


@lru_cache(maxsize=4096)
def _ranges(value: str) -> tuple[Days, ...] | None:
    if len(value) > MAX_LENGTH:
        return None
    if value[:1] + value[-1:] in ("{}", "[]"):
        members = [_member(member.strip()) for member in value[1:-1].split(",")]
        return None if None in members else tuple(member for member in members if member)
    whole = _between(value.split("/"), ("", "..")) if value.count("/") == 1 else _date(value)
    return (whole,) if whole else None


def _member(member: str) -> Days | None:
    return _between(member.split(".."), ("",)) if member.count("..") == 1 else _date(member)


def _between(ends: list[str], unknown: tuple[str, ...]) -> Days | None:
    """The days between two dates, one of which may be left open by one of the strings in ``unknown``."""
    first, last = ends
    if first in unknown and last in unknown:
        return None
    start = (date.min, date.min) if first in unknown else _date(first)
    end = (date.max, date.max) if last in unknown else _date(last)
    if start is None or end is None or start[0] > end[1]:
        return None
    return start[0], end[1]


def _date(value: str) -> Days | None:
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    years, month, day = match.groups()
    first, last = int(years.replace("X", "0")), int(years.replace("X", "9"))
    if last == 0 or ("X" in years and month not in (None, "XX")) or (month == "XX" and day not in (None, "XX")):
        return None
    first = max(first, 1)
    if month in (None, "XX"):
        return date(first, 1, 1), date(last, 12, 31)
    if (number := int(month)) > 12:
        return _part(first, number) if day is None else None
    try:
        if day in (None, "XX"):
            return date(first, number, 1), date(first, number, monthrange(first, number)[1])
        return date(first, number, int(day)), date(first, number, int(day))
    except ValueError:
        return None


def _part(year: int, number: int) -> Days | None:
    if number not in _PARTS:
        return None
    (before, month, day), (after, last_month, last_day) = _PARTS[number]
    first = date(year + before, month, day) if year + before >= 1 else date.min
    last = date(year + after, last_month, last_day) if year + after <= 9999 else date.max
    return first, last
