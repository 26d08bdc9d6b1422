"""Filters that all questions share: where and when pages were published, and how sure a finding is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from selon.edtf import bounds, is_edtf
from selon.errors import RecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What must hold of a finding and its page; each is left out where it is None, empty or False.

    Attributes:
        outlet, language: of these, any of several.
        since, until: dates in EDTF (``2017``, ``2017-06``); pages that may be of that time; undated ones are left out.
        min_confidence: at least so sure.
        debris: also what stands in debris, such as other articles' headlines.
        all_versions: also on earlier versions of pages.
    """

    outlet: Sequence[str] = ()
    language: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    min_confidence: float = 0.0
    debris: bool = False
    all_versions: bool = False

    def on_pages(self, values: dict[str, Any]) -> list[str]:
        """Return the SQL conditions on ``version``; their values are added.

        Raises:
            RecordError: if a date is none.
        """
        found: list[str] = []
        any_of("language", "version.language", self.language, found, values)
        any_of("outlet", "version.outlet COLLATE NOCASE", self.outlet, found, values)
        if self.since:
            found.append("version.last_day >= :since")
            values["since"] = _day(self.since, last=False)
        if self.until:
            found.append("version.first_day <= :until")
            values["until"] = _day(self.until, last=True)
        return found

    def conditions(self, table: Literal["attribution", "allegation"], values: dict[str, Any]) -> list[str]:
        """Return the SQL conditions on findings of ``table``, its ``version`` and ``page``; their values are added.

        Raises:
            RecordError: if a date is none.
        """
        found = self.on_pages(values)
        if self.min_confidence:
            found.append(f"{table}.confidence >= :min_confidence")
            values["min_confidence"] = self.min_confidence
        if not self.debris:
            found.append(f"NOT {table}.in_debris")
        if not self.all_versions:
            found.append(f"page.latest = {table}.version_id")
        return found


def any_of(name: str, column: str, wanted: Sequence[str], conditions: list[str], values: dict[str, Any]) -> None:
    """Add the condition that ``column`` has one of the wanted values, if there are any."""
    if wanted:
        marks = [f":{name}{number}" for number in range(len(wanted))]
        conditions.append(f"{column} IN ({', '.join(marks)})")
        values.update({f"{name}{number}": value for number, value in enumerate(wanted)})


def _day(date: str, *, last: bool) -> str:
    if not is_edtf(date):
        raise RecordError(f"'{date}' is no date; write YYYY, YYYY-MM or YYYY-MM-DD")
    return bounds(date)[last].isoformat()
