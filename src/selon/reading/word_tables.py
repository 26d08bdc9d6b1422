"""Tables of names, each told by words and phrases, looked up in a text quickly.

One pattern a name is slow over long tables. The words of a text are therefore first looked up one by one: only names
of which some phrase can begin with one of them have their patterns run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TypeVar

# A star between words of a phrase passes over at most this many words ("versé 3 millions en argent").
MAX_BETWEEN = 4
# Words whose names are remembered; bounds memory on hostile pages.
MAX_CACHED = 100_000

Told = TypeVar("Told")

_WORD = re.compile(r"\w+")


class Stems(dict[str, frozenset[Told]]):
    """What stems tell of a word that begins with them, by word; looked up once and remembered.

    Args:
        begun: what each stem tells of all words that begin with it.
        whole: what each word tells by itself.
    """

    def __init__(self, begun: Mapping[str, Set[Told]], whole: Mapping[str, Set[Told]]) -> None:
        super().__init__()
        self._begun, self._whole = begun, whole
        self._lengths = sorted({len(stem) for stem in begun})

    def __missing__(self, word: str) -> frozenset[Told]:
        if len(self) > MAX_CACHED:
            self.clear()
        found = set(self._whole.get(word, ()))
        for length in self._lengths:
            if length <= len(word):
                found |= self._begun.get(word[:length], set())
        self[word] = told = frozenset(found)
        return told


class WordTable:
    """The names of a table with one pattern for all words of each, in the form that ``events.toml`` tells."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        #: in the table's order
        self.names = tuple(table)
        self._patterns = tuple((name, _pattern(forms)) for name, forms in table.items())
        whole: dict[str, set[int]] = {}
        begun: dict[str, set[int]] = {}
        for index, forms in enumerate(table.values()):
            for form in forms:
                word = form.removeprefix("^").lower()
                first = _WORD.match(word)
                if first is None:
                    raise ValueError(f"{form!r} does not begin with a letter or digit")
                open_ended = word[first.end() : first.end() + 1] == "*"
                (begun if open_ended else whole).setdefault(first[0], set()).add(index)
        self._told = Stems(begun, whole)

    def likely(self, *texts: str) -> Iterator[tuple[str, re.Pattern[str]]]:
        """Yield, in the table's order, each name that one of the texts may tell, with its pattern."""
        found: set[int] = set()
        for text in texts:
            for word in _WORD.findall(text.lower()):
                found |= self._told[word]
        return (self._patterns[index] for index in sorted(found))


def _pattern(forms: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_form(form) for form in forms)})(?!\w)")


def _form(form: str) -> str:
    """One word or phrase as a pattern; only a first capital of a text may differ from data in lower case."""
    words = []
    for word in form.split(" "):
        if word == "*":
            words.append(rf"(?:[\w'’%.-]+\s+){{0,{MAX_BETWEEN}}}")
            continue
        flag = "" if word.startswith("^") else "?i:"
        plain = re.escape(word.removeprefix("^")).replace("'", "['’]").replace("\\*", r"\w*")
        words.append(f"({flag or '?:'}{plain})")
    joined = r"\s{1,3}".join(words)
    return joined.replace(rf"{{0,{MAX_BETWEEN}}})\s{{1,3}}", rf"{{0,{MAX_BETWEEN}}})")
