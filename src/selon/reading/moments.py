"""Resolve what the words of a time say (``mardi``, ``il y a deux ans``) against a page's date, to EDTF.

The rule for everything here: never more precise than words and page's date allow, and the nearest past where words
leave the year, month or week open, since news tells what has happened; ``prochain`` and ``next`` lead ahead. A value
for which the page's date decides between two years, but is too coarse to do so, gets a ``?``; one that is counted
back from it in rough units gets a ``~`` (``il y a deux ans``, read in June 2017, is ``2015~``, for people round).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from selon.edtf import bounds

# A day and month without a year lie ahead if they do so by no more days than this: papers announce the coming weeks
# without the year, but name it for a day of almost a year ago. Chosen by reading the French train pages.
MAX_AHEAD = 60
# First month of each season of the north, by its number in EDTF.
_SEASON_STARTS = {21: 3, 22: 6, 23: 9, 24: 12}
_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Published:
    """The date of a page, as far as it is known; the day never without the month."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def date(self) -> date | None:
        """The day, or None where only month or year are known."""
        return date(self.year, self.month, self.day) if self.month and self.day else None

    def about(self) -> str:
        """Return month or year of the page in EDTF, marked as approximate: all that a word like ``mardi`` can tell."""
        return f"{self.year:04}-{self.month:02}~" if self.month else f"{self.year:04}~"


@dataclass(frozen=True, slots=True)
class Moment:
    """What the words of one time say; every field is None or empty where they say nothing of it.

    ``shift`` is ``last``, ``next`` or ``this``; ``kind`` says how the fields are to be resolved: ``date``, ``ago``,
    ``since``, ``past``, ``period``, ``day``, ``decade`` or ``century`` (the last two with the first ``year``).
    """

    kind: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    season: int | None = None
    shift: str = ""
    unit: str = ""
    count: int = 0


def published(value: str | None) -> Published | None:
    """Return the date of a page from EDTF as precise as it is, or None where it is missing, no date, or too wide."""
    try:
        first, last = bounds(value or "")
    except ValueError:
        return None
    if first == last:
        return Published(first.year, first.month, first.day)
    if first.year != last.year:
        return None
    return Published(first.year, first.month if first.month == last.month else None)


def resolve(moment: Moment, page: Published | None) -> str | None:
    """Return the time in EDTF, or None where the words need a page's date that is missing or name no day there is."""
    match moment.kind:
        case "decade":
            return f"{(moment.year or 0) // 10:03}X"
        case "century":
            return f"{(moment.year or 0) // 100:02}XX"
        case "date" if moment.year is not None:
            return _stated(moment, moment.year)
    if page is None:
        return None
    match moment.kind:
        case "date":
            return _nearest(moment, page)
        case "day":
            return _valid_day(page.date, moment.count) if page.date else page.about()
        case "period":
            return _period(moment, page)
    if moment.kind in ("ago", "since", "past"):
        ago = _ago(moment, page)
        if ago is None or moment.kind == "ago":
            return ago
        return f"{ago}/.." if moment.kind == "since" else f"{ago}/{_day(page)}"
    return None


def _stated(moment: Moment, year: int) -> str | None:
    if moment.season:
        return f"{year:04}-{moment.season}"
    if moment.month is None:
        return f"{year:04}" if moment.day is None else None
    if moment.day is None:
        return f"{year:04}-{moment.month:02}"
    return f"{year:04}-{moment.month:02}-{moment.day:02}" if _exists(year, moment.month, moment.day) else None


def _nearest(moment: Moment, page: Published) -> str | None:
    if moment.season:
        return _season(moment, page)
    if moment.month and moment.day:
        return _day_of_year(moment, page)
    if moment.month:
        year = page.year + _years(moment.month, page.month, moment.shift)
        return f"{year:04}-{moment.month:02}" + ("" if page.month else "?")
    if page.date is None:
        return page.about() if moment.weekday or moment.day else None
    if moment.day:
        return _day_of_month(moment, page.date)
    if moment.weekday:
        return _weekday(moment.weekday, moment.shift, page.date)
    return None


def _years(month: int, now: int | None, shift: str) -> int:
    """Years to add to the page's for the month that is meant; a month that is still going on counts as past."""
    if now is None or shift == "this":
        return 0
    if shift == "next":
        return 1 if month <= now else 0
    return -1 if month > now or (month == now and shift == "last") else 0


def _season(moment: Moment, page: Published) -> str:
    season = moment.season or 0
    year, sure = page.year, page.month is not None
    if page.month is not None and moment.shift != "this":
        begun = _SEASON_STARTS[season] <= page.month
        over = _SEASON_STARTS[season] + 3 <= page.month
        if moment.shift == "next":
            year += 1 if begun else 0
        elif not (over if moment.shift == "last" else begun):
            year -= 1
    return f"{year:04}-{season}" + ("" if sure else "?")


def _day_of_year(moment: Moment, page: Published) -> str | None:
    month, day = moment.month or 1, moment.day or 1
    if page.date is not None:
        years = range(page.year - 1, page.year + 3 if moment.shift == "next" else page.year + 2)
        days = [date(year, month, day) for year in years if _exists(year, month, day)]
        ahead = [found for found in days if found > page.date]
        behind = sorted(found for found in days if found < page.date or (not moment.shift and found == page.date))
        soon = not moment.shift and bool(ahead) and (min(ahead) - page.date).days <= MAX_AHEAD
        order = sorted(ahead) + behind[::-1] if soon or moment.shift == "next" else behind[::-1] + sorted(ahead)
        fitting = [found for found in order if moment.weekday in (None, found.isoweekday())]
        if fitting:
            return fitting[0].isoformat()
        return order[0].isoformat() + "?" if order else None
    year = page.year + (_years(month, page.month, moment.shift) if month != page.month or moment.shift else 0)
    near = [y for y in (year, year - 1, year + 1) if _exists(y, month, day)]
    if moment.weekday:
        fitting_years = [y for y in near if date(y, month, day).isoweekday() == moment.weekday]
        if fitting_years:
            return f"{fitting_years[0]:04}-{month:02}-{day:02}"
    sure = page.month is not None and page.month != month and not moment.weekday
    return f"{near[0]:04}-{month:02}-{day:02}" + ("" if sure else "?") if near else None


def _day_of_month(moment: Moment, today: date) -> str | None:
    """A day without a month (``mardi 5``): of this month or the one before; ahead where only there the weekday fits."""
    for back in range(62):
        found = _valid(today, -back)
        if found and found.day == moment.day and moment.weekday in (None, found.isoweekday()):
            return found.isoformat()
    for ahead in range(1, 31):
        found = _valid(today, ahead)
        if found and found.day == moment.day and moment.weekday == found.isoweekday():
            return found.isoformat()
    return None


def _weekday(weekday: int, shift: str, today: date) -> str | None:
    back = (today.isoweekday() - weekday) % 7
    if shift == "next":
        return _valid_day(today, 7 - back)
    if shift == "last":
        return _valid_day(today, -(back or 7))
    # "ce samedi" on a Friday is tomorrow: the nearest one, on either side
    return _valid_day(today, 7 - back if shift == "this" and back > 3 else -back)


def _period(moment: Moment, page: Published) -> str | None:
    step = {"last": -1, "this": 0, "next": 1}[moment.shift or "this"]
    match moment.unit:
        case "century":
            return f"{page.year // 100 + step:02}XX"
        case "decade":
            return f"{page.year // 10 + step:03}X"
        case "year":
            return f"{page.year + step:04}"
        case "month" if page.month:
            months = page.year * 12 + page.month - 1 + step
            return f"{months // 12:04}-{months % 12 + 1:02}"
        case "week" if page.date:
            monday = _valid(page.date, 7 * step - page.date.weekday())
            sunday = _valid(page.date, 7 * step - page.date.weekday() + 6)
            return f"{monday}/{sunday}" if monday and sunday else None
        case "day" if page.date:
            return _valid_day(page.date, step)
    return page.about()


def _ago(moment: Moment, page: Published) -> str | None:
    if moment.unit == "hour" or (moment.unit in _DAYS and page.date is None):
        return _day(page) + "~" if page.date else page.about()
    if moment.unit in _DAYS:
        found = _valid(page.date or date.min, -_DAYS[moment.unit] * moment.count)
        return None if found is None else found.isoformat() + ("~" if moment.unit == "week" else "")
    if moment.unit == "month" and page.month is None:
        return page.about()
    months = page.year * 12 + (page.month or 1) - 1 - _MONTHS[moment.unit] * moment.count
    if not 12 <= months < 120000:
        return None
    return f"{months // 12:04}-{months % 12 + 1:02}~" if moment.unit == "month" else f"{months // 12:04}~"


def _day(page: Published) -> str:
    """The page's own date in EDTF, as precise as it is known."""
    return page.date.isoformat() if page.date else page.about().rstrip("~")


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _valid(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _valid_day(today: date, days: int) -> str | None:
    found = _valid(today, days)
    return found.isoformat() if found else None
