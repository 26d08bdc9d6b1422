"""Places in lists, as addresses carry them: what a list is ordered by, so that rows added meanwhile move nothing."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from selon.record.results import Key
from selon.web.problems import Problem

NO_PLACE = "no place in this list; begin without a cursor"


def after(cursor: str | None, of: str) -> Key | None:
    """Return the key of the row that a cursor leads behind, None for the beginning.

    Args:
        cursor: as :func:`following` made it.
        of: the list that it is asked for.

    Raises:
        Problem: if it is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        name, *key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        name, key = None, []
    if name != of or not all(_is_part(one) for one in key):
        raise Problem(404, "not_found", NO_PLACE)
    return tuple(key)


def _is_part(one: object) -> bool:
    """Tell whether something is a part of a key: text, or a number that all databases hold."""
    return isinstance(one, str) or (isinstance(one, int | float) and -(2.0**62) < one < 2.0**62)


def following(key: Key | None, of: str) -> str | None:
    """Return the cursor that leads behind a row of the list ``of``; None if there is nothing behind it."""
    if key is None:
        return None
    written = json.dumps([of, *key], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")
