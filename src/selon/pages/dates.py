"""Dates as pages and feeds state them, turned into EDTF (ISO 8601-2, level 0): a year, a month or a day."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

from selon.edtf import is_edtf

# Numbers above this are seconds since 1970 (in 1973), below they may be years; above the second, milliseconds.
MIN_EPOCH_SECONDS = 100_000_000
MIN_EPOCH_MILLISECONDS = 100_000_000_000
# Longer strings hold no date alone; keeps the patterns below from running over whole texts.
MAX_STATED = 200

_ISO = re.compile(r"\s*(\d{4})[-/.](\d\d?)(?:[-/.](\d\d?))?(?=$|[T\s,]|Z)")
_COMPACT = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?:T?\d{4,6}.*)?\s*")
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:er|st|nd|rd|th|º|\.)?\s+(?:de\s+)?([^\W\d]+)\.?,?\s+(?:de\s+|del\s+)?(\d{4})(?!\d)"
)
_MONTH_FIRST = re.compile(r"(?<!\w)([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_MONTH_ONLY = re.compile(r"(?<!\w)([^\W\d]+)\.?,?\s+(?:de\s+)?(\d{4})(?!\d)")


def to_edtf(stated: Any) -> str | None:
    """Return a date in EDTF level 0, as precise as it was stated, or None where none can be told.

    Takes ISO 8601, the form of mail headers and RSS, days and months in words of several languages, numbers of days,
    months and years where they are unambiguous, seconds or milliseconds since 1970, and date objects. The time of day
    is dropped; the day is the one that was stated, in whatever time zone.

    >>> to_edtf("2019-10-16T23:30:00-04:00"), to_edtf("juin 2017"), to_edtf("Published on June 3, 2017")
    ('2019-10-16', '2017-06', '2017-06-03')
    """
    if isinstance(stated, datetime):
        return stated.date().isoformat()
    if isinstance(stated, date):
        return stated.isoformat()
    if isinstance(stated, (int, float)) and not isinstance(stated, bool):
        return _number(stated)
    if not isinstance(stated, str) or not stated.strip() or len(stated) > MAX_STATED:
        return None
    return _string(stated.strip())


def _string(stated: str) -> str | None:
    if is_edtf(stated):
        return stated
    for pattern in (_ISO, _COMPACT):
        if match := pattern.match(stated):
            return _dated(*match.groups())
    try:
        return parsedate_to_datetime(stated).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return _in_words(stated) or _in_numbers(stated)


def _number(value: float) -> str | None:
    if value != value or abs(value) == float("inf"):
        return None
    if abs(value) < MIN_EPOCH_SECONDS:
        return _dated(str(value), None, None) if isinstance(value, int) and 1000 <= value <= 9999 else None
    seconds = value / 1000 if abs(value) >= MIN_EPOCH_MILLISECONDS else value
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _in_words(stated: str) -> str | None:
    months = _months()
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2)), (_MONTH_ONLY, (2, 1, 0))):
        for match in pattern.finditer(stated):
            month = months.get(match[order[1]].lower())
            if month is not None:
                return _dated(match[order[0]], str(month), match[order[2]] if order[2] else None)
    return None


def _in_numbers(stated: str) -> str | None:
    match = _NUMERIC.search(stated)
    if match is None:
        return None
    first, mark, second, year = match.groups()
    # with points the day comes first everywhere; with strokes only a number above 12 tells the day
    if mark == "." or int(first) > 12 or first == second:
        return _dated(year, second, first)
    return _dated(year, first, second) if int(second) > 12 else None


def _dated(year: str, month: str | None = None, day: str | None = None) -> str | None:
    try:
        found = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return found.isoformat()[: 10 if day else 7 if month else 4]


@cache
def _months() -> dict[str, int]:
    data = tomllib.loads((Path(__file__).parent / "months.toml").read_text(encoding="utf-8"))
    return {name: number for names in data.values() for number, forms in enumerate(names, 1) for name in forms.split()}
