"""Pages from JSON lines in the exchange form: one object a line, with at least ``id`` and ``text``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from selon.errors import InputError
from selon.page import Page


def read_jsonl(lines: Iterable[bytes], name: str) -> Iterator[Page | InputError]:
    """Yield a page a line, or for a line that is none the error that says why; ``name`` goes into messages.

    What earlier readings found on the pages (attributions and the like) is not taken over.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            yield _page(json.loads(line), place)
        except InputError as error:
            yield error
        except (ValueError, RecursionError) as error:
            yield InputError(f"{place}: not JSON ({str(error)[:100]})")


def _page(data: Any, place: str) -> Page:
    if not isinstance(data, dict):
        raise InputError(f'{place}: not an object; each line must be one, like {{"id": …, "text": …}}')
    text = data.get("text")
    if not isinstance(text, str):
        found = ", ".join(sorted(map(str, data))[:8]) or "nothing"
        raise InputError(f'{place}: no text under "text" (fields: {found})')
    language = data.get("language", data.get("lang"))
    return Page(
        text=text,
        id=_string(data.get("id")) or place,
        language=_string(language),
        url=_string(data.get("url")),
        outlet=_string(data.get("outlet")),
        title=_string(data.get("title")),
        date=_string(data.get("date")),
    )


def _string(value: Any) -> str | None:
    return None if value is None else value if isinstance(value, str) else str(value)
