"""What people corrected, as it is listed: each correction with the attribution before and after it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from selon.exchange.jsonl import attribution_from
from selon.page import Attribution

Action = Literal["change", "remove", "add"]


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction.

    Attributes:
        id: its number.
        version: the version of the page that it is about.
        action: ``change``, ``remove`` or ``add``.
        before, after: the attribution before and after; None where there is none.
        words_before, words_after: their contents' words on the page.
        who: who made it; made_at: when; undone_at: when it was undone, or None (UTC, ISO 8601).
        note: what was noted with it.
        title: the page's title, or None.
    """

    id: int
    version: int
    action: Action
    before: Attribution | None
    after: Attribution | None
    words_before: str
    words_after: str
    who: str
    note: str
    made_at: str
    undone_at: str | None
    title: str | None


def corrections(
    connection: sqlite3.Connection,
    *,
    version: int | None = None,
    undone: bool = True,
    limit: int = 100,
    before: int | None = None,
) -> tuple[Correction, ...]:
    """Return corrections, the newest first.

    Args:
        connection: of the record.
        version: only those of this version of a page.
        undone: also those that were undone.
        limit: at most so many.
        before: only those with a smaller number; the last one's leads to the next ones.
    """
    rows = connection.execute(
        """
        SELECT correction_id, correction.version_id, action, before, after, who, note, made_at, undone_at, title, text
        FROM correction JOIN version USING (version_id)
        WHERE (:version IS NULL OR correction.version_id = :version) AND (:undone OR undone_at IS NULL)
            AND (:before IS NULL OR correction_id < :before)
        ORDER BY correction_id DESC LIMIT :limit
        """,
        {"version": version, "undone": undone, "before": before, "limit": limit},
    )
    return tuple(_correction(row) for row in rows)


def corrected_versions(connection: sqlite3.Connection) -> Iterator[int]:
    """Yield the versions of pages that have corrections in force, in order."""
    rows = connection.execute("SELECT DISTINCT version_id FROM correction WHERE undone_at IS NULL ORDER BY version_id")
    yield from [int(row[0]) for row in rows]


def parsed(text: str | None) -> Attribution | None:
    """Return an attribution that is kept as JSON."""
    return None if text is None else attribution_from(json.loads(text))


def _correction(row: tuple[Any, ...]) -> Correction:
    correction_id, version, action, before, after, who, note, made_at, undone_at, title, text = row
    old, new = parsed(before), parsed(after)
    return Correction(
        correction_id, version, action, old, new, _words(text, old), _words(text, new), who, note, made_at, undone_at,
        title,
    )  # fmt: skip


def _words(text: str, attribution: Attribution | None) -> str:
    return " […] ".join(text[start:end] for start, end in attribution.content) if attribution else ""
