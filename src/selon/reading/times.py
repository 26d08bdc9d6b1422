"""Find the times that a stretch of a page names and resolve them to EDTF against the page's date.

The words and forms of a language are data (``times.toml``): forms are compiled into one regular expression of bounded
pieces, so that time grows with the text's length alone. Finding goes in two steps, single times first, then what joins
them: ``depuis``, ``entre … et``, ``de … à``, and lists in which one year or month holds for several times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from selon.edtf import bounds, is_edtf
from selon.languages.pack import load_words
from selon.page import Span
from selon.reading.moments import Moment, Published, published, resolve

# No stretch is searched beyond this many characters; a sentence is far shorter.
MAX_STRETCH = 20_000
# A set of more times than this says nothing any more; the first ones are kept.
MAX_COMBINED = 12
# The longest words of a frame with their fillers ("à partir de la fin du mois de").
MAX_FRAME = 40

_SPACE = r"(?:[^\S\n]{1,3}|\n)"
_NUMBERS = {
    "day": r"(?P<day>3[01]|[12]\d|0?[1-9])(?:%s)?(?!\d|[.,]\d|\s?%%)",
    "year": r"(?P<year>1\d\d\d|20\d\d)(?!\d|[.,]\d|\s?[%%€$])(?!\s(?:%s)\b)",
    "decade": r"(?P<decade>(?:1\d|20)\d0|[1-9]0)(?!\d)",
    "decade2": r"(?P<decade2>[1-9]0)",
}


class Time(NamedTuple):
    """A time on the page: its words and its value in EDTF."""

    span: Span
    edtf: str


@dataclass(frozen=True, slots=True)
class TimeWords:
    """How one language tells times; made by :func:`load_times`."""

    pattern: re.Pattern[str]
    kinds: tuple[tuple[str, bool], ...]
    classes: dict[str, dict[str, str]]
    first_is_day: bool
    since: re.Pattern[str]
    until: re.Pattern[str]
    between: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    lists: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A time before it is resolved; ``core`` is where its first telling word begins, behind ``en`` or ``le``."""

    start: int
    core: int
    end: int
    moment: Moment
    weak: bool


def find_times(text: str, start: int, end: int, date: str | None, words: TimeWords) -> list[Time]:
    """Return the times named in ``text[start:end]`` that can be resolved, in order, never overlapping.

    Args:
        text: the page's text.
        start, end: the stretch, in code points, end exclusive.
        date: the page's date in EDTF; without it, or if it is wider than a year, only what states its own year is told.
        words: see :func:`load_times`.

    >>> [time.edtf for time in find_times("En 2000 et en 2012", 0, 18, None, load_times("fr"))]
    ['2000', '2012']
    """
    end = min(end, start + MAX_STRETCH, len(text))
    page = published(date)
    found = [one for match in words.pattern.finditer(text, start, end) if (one := _read(match, words))]
    alone = len(found) == 1 and not any(c.isalnum() for c in text[start : found[0].start] + text[found[0].end : end])
    out, index = [], 0
    while index < len(found):
        step, span, value = _at(text, start, found, index, words, page, alone)
        index += step
        if value is not None and is_edtf(value) and span is not None:
            out.append(Time(span, value))
    return out


def combine(times: Iterable[Time]) -> str | None:
    """Return one EDTF value for all the times: None for none, a set for several, without what another one repeats.

    >>> combine([Time(Span(0, 7), "2000"), Time(Span(11, 18), "2012"), Time(Span(30, 37), "2012-05")])
    '{2000,2012-05}'
    """
    values = list(dict.fromkeys(time.edtf for time in times))
    values = [value for value in values if not any(other.startswith(value + "-") for other in values)][:MAX_COMBINED]
    if len(values) < 2:
        return values[0] if values else None
    if any(".." in value for value in values):  # an open interval takes in the others or contradicts them
        return next(value for value in values if ".." in value)
    return "{" + ",".join(value.replace("/", "..") for value in sorted(values, key=bounds)) + "}"


@cache
def load_times(language: str) -> TimeWords:
    """Return how ``language`` tells times; raises KeyError if there is no pack for it."""
    data = load_words(language, "times")
    classes = {
        name: {_fold(word): value for value, forms in meanings.items() for word in forms.split("|")}
        for name, meanings in data["classes"].items()
    }
    parts, kinds = [], []
    for number, pattern in enumerate(data["patterns"]):
        parts.append(_compiled(pattern["form"], number, data))
        kinds.append((pattern["is"], pattern.get("weak", False)))
    frames = data["frames"]
    fillers = f"(?:{_SPACE}?(?:{_any(frames['fillers'])}))" + "{0,4}"
    begin, tail = r"(?:^|(?<!\w))", f"{fillers}{_SPACE}?$"

    def before(openers: list[str]) -> re.Pattern[str]:
        return re.compile(rf"{begin}(?P<opener>{_any(openers)}){tail}", re.IGNORECASE)

    def gap(joints: list[str]) -> re.Pattern[str]:
        return re.compile(rf"{_SPACE}?(?:{_any(joints)}){tail}", re.IGNORECASE)

    return TimeWords(
        pattern=re.compile(rf"(?<!\w)(?<!\d[.,])(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE),
        kinds=tuple(kinds),
        classes=classes,
        first_is_day=data["numeric_day"] == "first",
        since=before(frames["since"]),
        until=before(frames["until"]),
        between=tuple((before([first]), gap([second])) for first, second in frames["between"]),
        lists=gap(frames["lists"]),
    )


def _at(
    text: str, begin: int, found: list[_Found], index: int, words: TimeWords, page: Published | None, alone: bool
) -> tuple[int, Span | None, str | None]:
    """The time at ``found[index]``: how many of ``found`` it took, its span and its value."""
    one = found[index]
    lead = text[max(begin, one.core - MAX_FRAME) : one.core]
    if one.moment.kind == "none":
        return 1, None, None
    if index + 1 < len(found) and found[index + 1].core - one.end <= MAX_FRAME:
        other = found[index + 1]
        between = text[one.end : other.core]
        for opener, joint in words.between:
            match = opener.search(lead)
            if match and joint.fullmatch(between):
                # only years are joined by a dash alone, and two bare numbers are no days ("de 6 à 14 ans")
                if not _telling(other.moment) or not (match["opener"] or (one.moment.year and other.moment.year)):
                    continue
                start = min(one.start, one.core - len(lead) + match.start())
                return 2, Span(start, other.end), _interval(one.moment, other.moment, page)
        if words.lists.fullmatch(between):
            found[index], found[index + 1] = one, other = _listed(one, other)
    for pattern, open_end in ((words.since, True), (words.until, False)):
        match = pattern.search(lead)
        if match and _telling(one.moment):
            value = resolve(one.moment, page)
            span = Span(min(one.start, one.core - len(lead) + match.start()), one.end)
            if value is None or value.endswith("/.."):
                return 1, span, value
            return 1, span, f"{value.split('/')[0]}/.." if open_end else f"../{value.split('/')[-1]}"
    if one.weak and not (alone and one.moment.day is None):
        return 1, None, None
    return 1, Span(one.start, one.end), resolve(one.moment, page)


def _telling(moment: Moment) -> bool:
    """A bare number of a day is too little to make an interval."""
    return not (moment.day and not moment.month and not moment.weekday)


def _listed(one: _Found, other: _Found) -> tuple[_Found, _Found]:
    """Two times of a list (``les 5 et 6 juin 2016``, ``en 2000 et 2012``), each with what it shares with the other."""
    a, b = one.moment, other.moment
    if a.kind != "date" or b.kind != "date" or (one.weak and other.weak):
        return one, other
    if a.day and b.day and a.month is None and b.month:
        a, one = replace(a, month=b.month), replace(one, weak=False)
    if a.month and b.month and a.year is None and b.year:
        a = replace(a, year=b.year)
        one = replace(one, weak=False)
    if other.weak and ((a.year and b.year and not a.season) or (a.month and b.month and not b.day)):
        other = replace(other, weak=False)
    return replace(one, moment=a), replace(other, moment=b)


def _interval(first: Moment, last: Moment, page: Published | None) -> str | None:
    """From the first to the last; month and year may stand beside one of them only (``du 5 au 7 juin 2016``)."""
    shared = first.year is None and last.year is not None and first.kind == last.kind == "date"
    if first.kind == last.kind == "date":
        if first.day and not first.month and not first.weekday:
            first = replace(first, month=last.month)
        if shared:
            first = replace(first, year=last.year)
    begin, end = resolve(first, page), resolve(last, page)
    if begin is None or end is None or ".." in begin + end:
        return None
    begin, end = begin.split("/")[0], end.split("/")[-1]
    if not is_edtf(f"{begin}/{end}") and first.kind == "date" and first.month and (shared or first.year is None):
        # "de novembre à février 2016" begins in the year before
        year = bounds(begin)[0].year - 1
        begin = resolve(replace(first, year=year), page) or begin
    return f"{begin}/{end}"


def _read(match: re.Match[str], words: TimeWords) -> _Found | None:
    number = next(i for i, _ in enumerate(words.kinds) if match[f"p{i}"] is not None)
    kind, weak = words.kinds[number]
    groups = {
        name[len(f"p{number}_") :]: value
        for name, value in match.groupdict().items()
        if value is not None and name.startswith(f"p{number}_")
    }
    core = min((match.start(f"p{number}_{name}") for name in groups), default=match.start())
    moment = _numeric(groups, words.first_is_day) if kind == "numeric" else _moment(kind, groups, words.classes)
    return None if moment is None else _Found(match.start(), core, match.end(), moment, weak)


def _moment(kind: str, groups: dict[str, str], classes: dict[str, dict[str, str]]) -> Moment:
    def meaning(name: str) -> str | None:
        return classes[name].get(_fold(groups[name])) if name in groups else None

    def number(name: str) -> int | None:
        found = meaning(name) if name in classes else groups.get(name)
        return int(found) if found else None

    year = number("year")
    if kind == "decade":
        year = number("decade_word") if "decade_word" in groups else int(groups.get("decade") or groups["decade2"])
        year = year + 1900 if year is not None and year < 100 else year
    elif kind == "century":
        year = ((number("century") or 1) - 1) * 100
    count = groups.get("count", "")
    return Moment(
        kind,
        year,
        number("month"),
        number("day"),
        number("weekday"),
        number("season"),
        meaning("shift") or meaning("this") or "",
        meaning("unit") or "",
        int(count) if count.isdigit() else int(classes["number"].get(_fold(count), number("day_word") or 0)),
    )


def _numeric(groups: dict[str, str], first_is_day: bool) -> Moment | None:
    """``20/05/2010``; where usage differs and both numbers may be the day, only the year is sure."""
    day, month, year = int(groups["first"]), int(groups["second"]), int(groups["year"])
    if not first_is_day and groups["mark"] != "." and day != month:
        if day <= 12 and month <= 12:
            return Moment("date", year)
        if day <= 12:
            day, month = month, day
    return Moment("date", year, month, day) if 1 <= month <= 12 and year > 0 else None


def _compiled(form: str, number: int, data: dict[str, Any]) -> str:
    """One form as a regular expression in a group of its own, its inner groups named after it."""
    numbers = _NUMBERS | {
        "day": _NUMBERS["day"] % data["day_suffix"],
        "year": _NUMBERS["year"] % data["not_years"],
        "count": rf"(?P<count>\d{{1,3}}|{_any(data['classes']['number'].values())})",
    }

    def part(match: re.Match[str]) -> str:
        name = str(match[1])
        if name in numbers:
            return str(numbers[name])
        flag = "(?-i:%s)" if name in data["case_sensitive"] else "%s"
        words = _any(data["classes"][name].values())
        return f"(?P<{name}>{flag % words})"

    form = form.replace("'", "['’]").replace(" ?", f"{_SPACE}?").replace(" ", "\0")
    form = re.sub(r"\{([a-z]\w*)\}", part, form).replace("\0", _SPACE)
    form = re.sub(r"\(\?P(<|=)(\w+)", rf"(?P\1p{number}_\2", form)
    return f"(?P<p{number}>{form})"


def _any(forms: Iterable[str]) -> str:
    """Any of the given words, longest first; each of ``forms`` may hold several, divided by ``|``."""
    words = sorted((word for form in forms for word in form.split("|")), key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(word).replace("'", "['’]").replace("\\ ", _SPACE).replace("\\-", "[-‑]") for word in words
    )


def _fold(word: str) -> str:
    return " ".join(word.lower().replace("’", "'").replace("‑", "-").split())
