"""Tables of names, each told by words and phrases, looked up in a text quickly.

One pattern a name is slow over long tables. The words of a text are therefore first looked up one by one: only names
of which some phrase can begin with one of them have their patterns run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

# A star between words of a phrase passes over at most this many words ("versé 3 millions en argent").
MAX_BETWEEN = 4
# Words whose names are remembered; bounds memory on hostile pages.
MAX_CACHED = 100_000

_WORD = re.compile(r"\w+")


class WordTable:
    """The names of a table with one pattern for all words of each, in the form that ``events.toml`` tells."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        #: in the table's order
        self.names = tuple(table)
        self._patterns = tuple((name, _pattern(forms)) for name, forms in table.items())
        self._whole: dict[str, set[int]] = {}
        self._begun: dict[str, set[int]] = {}
        for index, forms in enumerate(table.values()):
            for form in forms:
                word = form.removeprefix("^").lower()
                first = _WORD.match(word)
                if first is None:
                    raise ValueError(f"{form!r} does not begin with a letter or digit")
                begun = word[first.end() : first.end() + 1] == "*"
                (self._begun if begun else self._whole).setdefault(first[0], set()).add(index)
        self._lengths = sorted({len(word) for word in self._begun})
        self._known: dict[str, frozenset[int]] = {}

    def likely(self, *texts: str) -> Iterator[tuple[str, re.Pattern[str]]]:
        """Yield, in the table's order, each name that one of the texts may tell, with its pattern."""
        if len(self._known) > MAX_CACHED:
            self._known.clear()
        found: set[int] = set()
        for text in texts:
            for word in _WORD.findall(text.lower()):
                names = self._known.get(word)
                found |= self._names(word) if names is None else names
        return (self._patterns[index] for index in sorted(found))

    def _names(self, word: str) -> frozenset[int]:
        found = set(self._whole.get(word, ()))
        for length in self._lengths:
            found |= self._begun.get(word[:length], set()) if length <= len(word) else set()
        self._known[word] = names = frozenset(found)
        return names


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
