"""Lists that come in parts: each part begins behind the last row of the one before, wherever that stands by then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from selon.errors import NotFoundError
from selon.record.results import Key


def part(keys: Sequence[Key], limit: int, offset: int, after: Key | None) -> tuple[slice, Key | None]:
    """Return which rows of a list to show, and the key that leads to those behind them.

    Args:
        keys: what rows are ordered by, ascending; no two are the same.
        limit, offset: how many rows, and how many before them to leave out.
        after: the key of a row shown before; the row itself may be gone.

    Raises:
        RecordError: if ``after`` is no key of such a list.
    """
    begin = offset
    if after is not None and keys:
        if [type(one) for one in after] != [type(one) for one in keys[0]]:
            raise NotFoundError("no place in this list; begin without 'after'")
        begin += bisect_right(keys, after)
    end = begin + limit
    return slice(begin, end), keys[end - 1] if begin < end < len(keys) else None
