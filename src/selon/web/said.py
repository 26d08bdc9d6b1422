"""Errors in the visitor's words: messages as they are raised, turned into the language of the page."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

# Longer messages are of no form that is known.
MAX_MESSAGE = 2_000

_PLACE = re.compile(r"\\{(\w+)\\}")


def said(message: str, language: str) -> str:
    """Return what an error says in a language of the interface; as it was raised if no form is known for it.

    >>> said("'banana' is no date; write YYYY, YYYY-MM or YYYY-MM-DD", "fr")
    "« banana » n'est pas une date ; écrivez AAAA, AAAA-MM ou AAAA-MM-JJ."
    """
    if len(message) <= MAX_MESSAGE:
        for form, texts in _forms():
            if (match := form.fullmatch(message)) is not None:
                return texts[language].format(**match.groupdict())
    return message


@cache
def _forms() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    file = resources.files("selon.web").joinpath("texts", "errors.toml")
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["error"]
    return tuple((_form(entry.pop("when")), entry) for entry in entries)


def _form(when: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(when)), re.DOTALL)
