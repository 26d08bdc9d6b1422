"""The interface's words: one file a language under ``texts/``, chosen by the visitor or the visitor's browser."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from selon.web.said import said

LANGUAGES = ("en", "fr")
COOKIE = "selon-language"


class Texts:
    """The words of one language.

    Args:
        language: ISO 639-1 code.
        table: the file's tables; a text's key is ``table.name``.
    """

    def __init__(self, language: str, table: dict[str, Any]) -> None:
        self.language = language
        self._rules = table["rules"]
        self.colon: str = self._rules["colon"]
        self._texts: dict[str, str | dict[str, str]] = {
            f"{section}.{name}": self._held(text)
            for section, entries in table.items()
            if section != "rules"
            for name, text in entries.items()
        }

    def _held(self, text: str | dict[str, str]) -> str | dict[str, str]:
        """Make spaces before and after the language's marks such that no line breaks there."""
        if isinstance(text, dict):
            return {name: self._held_words(one) for name, one in text.items()}
        return self._held_words(text)

    def _held_words(self, text: str) -> str:
        for mark in self._rules["held_before"]:
            text = text.replace(f" {mark}", f"\u00a0{mark}")
        for mark in self._rules["held_after"]:
            text = text.replace(f"{mark} ", f"{mark}\u00a0")
        return text

    def names(self) -> frozenset[str]:
        """Return the keys of all texts."""
        return frozenset(self._texts)

    def get(self, key: str) -> str | None:
        """Return a text without places to fill, or None."""
        text = self._texts.get(key)
        return text if isinstance(text, str) else None

    def __call__(self, key: str, count: int | None = None, **values: object) -> str:
        """Return the text of ``key``, its places filled; ``count`` chooses between singular and plural.

        A value that the data brought and no file names, such as a new kind of debris, stands for itself.
        """
        text = self._texts.get(key)
        if text is None:
            return key.rpartition(".")[2]
        if isinstance(text, dict):
            text = text["one" if count is not None and self._is_one(count) else "other"]
        if count is not None:
            values = {"count": self.number(count), **values}
        return text.format(**values) if values else text

    def _is_one(self, count: int) -> bool:
        return count in self._rules["singular"]

    def number(self, number: int) -> str:
        """Return a whole number with its thousands apart."""
        return f"{number:,}".replace(",", self._rules["thousands"])

    def percent(self, share: float) -> str:
        """Return a share between 0 and 1 in percent."""
        return f"{share * 100:.0f}{self._rules['percent']}"

    def date(self, date: str | None) -> str:
        """Return a date in EDTF in words where it is a year, month or day; as it is otherwise."""
        parts = (date or "").split("-")
        if not 1 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts) or len(parts[0]) != 4:
            return date or ""
        if len(parts) == 1:
            return parts[0]
        month = int(parts[1])
        if not 1 <= month <= 12:
            return date or ""
        name = self._rules["months"][month - 1]
        return f"{int(parts[2])} {name} {parts[0]}" if len(parts) == 3 else f"{name} {parts[0]}"

    def said(self, message: str) -> str:
        """Return what an error says, in this language if a form of it is known."""
        return self._held_words(said(message, self.language))

    def quoted(self, words: str) -> str:
        """Return words in the language's quotation marks."""
        opening, closing = self._rules["marks"]
        return f"{opening}{words}{closing}"


@cache
def texts(language: str) -> Texts:
    """Return the words of ``language``, one of :data:`LANGUAGES`."""
    file = resources.files("selon.web").joinpath("texts", f"{language}.toml")
    return Texts(language, tomllib.loads(file.read_text(encoding="utf-8")))


def choose(cookie: str | None, accepted: str) -> str:
    """Return the language to speak: the one chosen, else the one the browser likes best, else English.

    Args:
        cookie: what the visitor chose, if anything.
        accepted: the header ``Accept-Language``.

    Example:
        >>> choose(None, "de;q=0.9, fr-CA;q=0.8, en;q=0.5"), choose("en", "fr"), choose(None, "de")
        ('fr', 'en', 'en')
    """
    if cookie in LANGUAGES:
        return cookie
    liked: list[tuple[float, int, str]] = []
    for place, item in enumerate(accepted.split(",")[:20]):
        name, _, rest = item.strip().partition(";")
        code = name.strip().lower()[:2]
        if code in LANGUAGES:
            liked.append((-_weight(rest), place, code))
    return min(liked)[2] if liked else LANGUAGES[0]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
