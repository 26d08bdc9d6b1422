"""Where a page names somebody: the tokens that a pointer means who points to them.

A name's words are not enough: *ordre* alone is not *les forces de l'ordre*, nor *Grace Meng* *Meng Hongwei*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from selon.languages.pack import available, load_lexicon
from selon.reading.names import fold
from selon.reading.tokens import tokenise

# What stands between several who are named together.
JOINED = re.compile(r",| et | and | & ")
# So many words of a name say enough without its first.
ENOUGH = 2
# Tokens of a mention at most on each side of one of its words; it bounds the work.
MOST = 8


class Naming:
    """The tokens of a part of a page, asked for names again and again."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words, self._folded = words, [fold(word) for word in words]
        self._at: dict[str, list[int]] = {}
        for at, word in enumerate(self._folded):
            self._at.setdefault(word, []).append(at)
        self._known: dict[str, list[int]] = {}

    def places(self, name: str) -> list[int]:
        """Indices of the tokens that name ``name``, in order.

        They are words of the name in a mention that holds its last word, if that is a proper noun (``Emmanuel
        Macron``), or else its first or ``ENOUGH`` of them (``le gouvernement Macron``). A proper noun alone will do.
        Where no mention is so complete, all words of the name count. Of several who are named together each counts.
        """
        if name not in self._known:
            found = {at for part in JOINED.split(name) for at in self._places(part)}
            self._known[name] = sorted(found)
        return self._known[name]

    def _places(self, name: str) -> list[int]:
        words = content_words(name)
        places = [at for word in {fold(word) for word in words} for at in self._at.get(word, ())]
        return [at for at in places if self._names(at, words)] or places

    def _names(self, at: int, words: tuple[str, ...]) -> bool:
        wanted = {fold(word) for word in words}
        first, last = self._mention(at, wanted)
        here = wanted.intersection(self._folded[first:last])
        if self._is_alone(at, wanted):
            return True
        if words[0][0].isupper() and not words[-1][0].islower():
            return fold(words[-1]) in here and not (last < len(self._words) and self._is_proper(last))
        return fold(words[0]) in here or len(here) >= ENOUGH

    def _mention(self, at: int, wanted: set[str]) -> tuple[int, int]:
        """The words of a name that stand together around one of them, small words between them included."""
        first, last = at, at + 1
        for step in range(1, MOST + 1):
            if at - step < 0 or self._folded[at - step] not in wanted | small_words():
                break
            first = at - step if self._folded[at - step] in wanted else first
        for next_ in range(at + 1, min(len(self._words), at + 1 + MOST)):
            if self._folded[next_] not in wanted | small_words():
                break
            last = next_ + 1 if self._folded[next_] in wanted else last
        return first, last

    def _is_alone(self, at: int, wanted: set[str]) -> bool:
        """Whether a token is a proper noun, and none beside it is another word's."""
        near = [at - 1] * (at > 0) + [at + 1] * (at + 1 < len(self._words))
        return self._is_proper(at) and all(self._folded[k] in wanted or not self._is_proper(k) for k in near)

    def _is_proper(self, at: int) -> bool:
        return self._words[at][0].isupper() and self._folded[at] not in small_words()


@lru_cache(maxsize=100_000)
def content_words(name: str) -> tuple[str, ...]:
    """The words of a name, cut as those of a page are, without small ones unless it has no other."""
    words = tuple(word for word in tokenise(name).words if word[0].isalnum())
    return tuple(word for word in words if fold(word) not in small_words()) or words


@cache
def small_words() -> frozenset[str]:
    """The folded words of all languages that are no word of a name by themselves."""
    lexicons = [load_lexicon(language) for language in available()]
    words = [
        word
        for one in lexicons
        for group in (
            one.function_words, one.prepositions, one.determiners, one.third, one.first, one.honorifics, one.numbers,
        )
        for word in group
    ]  # fmt: skip
    return frozenset(fold(word) for word in words)
