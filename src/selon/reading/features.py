"""What the tagger sees of each token: its form, affixes and shape, what precedes it, and the quotation around it."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from selon.reading.marks import MARKS, Marks
from selon.reading.tokens import Tokens

UNKNOWN = 0
#: The word form that stands for a quotation mark of any style: the tagger sees the mark's state, not its glyph.
MARK_FORM = '"'

_DIGIT = re.compile(r"\d")
_EDGES = np.array([1, 3, 6, 11, 26])
#: Number of buckets of quotation length, and of shapes.
QUOTED_SIZES = len(_EDGES) + 1
SHAPES = 10
# Forms remembered at most; the press repeats itself, a hostile page need not fill the memory.
MAX_CACHED = 300_000


def normalise(word: str) -> str:
    """Return the form under which the vocabulary knows a word: lower case, digits as 0, marks and apostrophes alike."""
    if word in MARKS:
        return MARK_FORM
    lower = word.lower().replace("’", "'")
    return _DIGIT.sub("0", lower) if not lower.isalpha() else lower


def shape(word: str) -> int:
    """Return the class of a word's outward form, below ``SHAPES``."""
    if word.isalpha():
        if word.islower():
            return 1
        if word.istitle():
            return 2 if len(word) > 1 else 3
        return 4 if word.isupper() else 5
    if word[0].isalnum():
        if word.isdigit():
            return 6
        return 7 if word[0].isupper() else 8
    return 9 if len(word) > 1 else 0


class Vocabulary:
    """Numbers for words, prefixes and suffixes, and a cache from word form to its row of four numbers."""

    def __init__(self, words: list[str], prefixes: list[str], suffixes: list[str]) -> None:
        self.words = {word: number for number, word in enumerate(words, UNKNOWN + 1)}
        self.prefixes = {prefix: number for number, prefix in enumerate(prefixes, UNKNOWN + 1)}
        self.suffixes = {suffix: number for number, suffix in enumerate(suffixes, UNKNOWN + 1)}
        self._known: dict[str, int] = {}
        self._rows = np.zeros((4096, 4), dtype=np.int32)

    def rows(self, words: list[str]) -> npt.NDArray[np.int32]:
        """Return for each word its numbers: word, prefix, suffix, shape."""
        known = self._known
        if len(known) > MAX_CACHED:
            known.clear()
        numbers = [known.get(word, -1) for word in words]
        if -1 in numbers:
            numbers = [number if number >= 0 else self._add(word) for number, word in zip(numbers, words, strict=True)]
        return self._rows[np.array(numbers, dtype=np.int32)]

    def _add(self, word: str) -> int:
        number = self._known.get(word)
        if number is not None:
            return number
        number = len(self._known)
        if number == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        form = normalise(word)
        self._rows[number] = (
            self.words.get(form, UNKNOWN),
            self.prefixes.get(form[:3], UNKNOWN),
            self.suffixes.get(form[-3:], UNKNOWN),
            shape(word),
        )
        self._known[word] = number
        return number


def quoted_sizes(marks: Marks) -> npt.NDArray[np.uint8]:
    """Return for each token the bucket of the innermost quotation's length around it; 0 outside quotations."""
    lengths = np.array([0] + [quotation.last - quotation.first for quotation in marks.quotations])
    sizes: npt.NDArray[np.uint8] = np.searchsorted(_EDGES, lengths, side="right")[marks.inside + 1].astype(np.uint8)
    return sizes


def features(vocabulary: Vocabulary, tokens: Tokens, marks: Marks) -> npt.NDArray[np.int32]:
    """Return one row a token: word, prefix, suffix, shape, gap, quotation state, quotation length."""
    out = np.empty((len(tokens), 7), dtype=np.int32)
    out[:, :4] = vocabulary.rows(tokens.words)
    out[:, 4] = tokens.gaps
    out[:, 5] = marks.states
    out[:, 6] = quoted_sizes(marks)
    return out
