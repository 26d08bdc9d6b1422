"""Pages from objects with named fields: what JSON, CSV and Parquet have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from selon.errors import InputError
from selon.page import Page
from selon.pages.dates import to_edtf
from selon.pages.options import Fields

# A record larger than this is no page; it is refused before it fills the memory.
MAX_RECORD_BYTES = 64_000_000
# Names of fields shown in a message; enough to find the right one.
SHOWN = 8

_PART = r"[\dX]{4}(?:-[\dX]{2}){0,2}[~?%]?"
_EDTF_BEYOND = re.compile(rf"{_PART}/(?:{_PART}|\.\.)?|(?:\.\.)?/{_PART}|{_PART}(?<=[~?%])|(?=\S*X){_PART}")


def to_page(record: Any, fields: Fields, place: str) -> Page:
    """Return the page that ``record`` holds under the names of ``fields``; ``place`` names it in messages.

    Raises:
        InputError: if it is no object, or has no text.
    """
    if not isinstance(record, Mapping):
        raise InputError(f'{place}: not an object; each must be one, like {{"id": …, "{fields.text}": …}}')
    text = _get(record, fields.text)
    if not isinstance(text, str):
        found = ", ".join(sorted(map(str, record))[:SHOWN]) or "nothing"
        raise InputError(f'{place}: no text under "{fields.text}" (fields: {found}); name it with --text-field')
    language = _get(record, fields.language)
    if language is None and fields.language == Fields().language:
        language = record.get("lang")
    return Page(
        text=text,
        id=_string(_get(record, fields.id)) or place,
        language=_string(language),
        url=_string(_get(record, fields.url)),
        outlet=_string(_get(record, fields.outlet)),
        author=_string(_get(record, fields.author)),
        title=_string(_get(record, fields.title)),
        date=_date(_get(record, fields.date)),
    )


def _get(record: Mapping[str, Any], name: str) -> Any:
    if name in record or "." not in name:
        return record.get(name)
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _string(value: Any) -> str | None:
    if isinstance(value, (list, tuple)):
        return "; ".join(str(item) for item in value if item) or None
    return None if value is None or value == "" else str(value)


def _date(value: Any) -> str | None:
    # dates of EDTF beyond level 0 (2017-06~, 2017/2018) are taken over: who writes them knows what they mean
    if isinstance(value, str) and _EDTF_BEYOND.fullmatch(value) and not value.isdigit():
        return value
    return to_edtf(value)
