"""Cut words into the pieces that the encoder knows: the likeliest segmentation of a unigram model (Kudo 2018)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

#: What SentencePiece puts where a word follows a space.
SPACE = "▁"
# Longer words are cut here before they are segmented, and again once characters were written out; it bounds the work.
MAX_WORD = 40
# Words remembered at most; the press repeats itself, a hostile page need not fill the memory.
MAX_CACHED = 200_000
# What an unknown character costs beside the unlikeliest piece, as in SentencePiece.
UNKNOWN_PENALTY = 10.0


class Pieces:
    """The pieces of the encoder's vocabulary.

    ``data`` holds ``pieces`` (UTF-8 bytes, a piece a line, numbered in their order), their log probabilities
    ``scores``, ``special`` (the numbers of what begins a text, ends it, and stands for an unknown piece), and
    ``normal``: UTF-8 bytes of lines, a character and what it is read as.
    """

    def __init__(self, data: Mapping[str, npt.NDArray[np.generic]]) -> None:
        pieces = bytes(data["pieces"].astype(np.uint8)).decode("utf-8").split("\n")
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._scores: list[float] = data["scores"].astype(np.float64).tolist()
        self._longest = max(map(len, pieces))
        self.begin, self.end, self._unknown = (int(number) for number in data["special"])
        self._unknown_score = min(self._scores) - UNKNOWN_PENALTY
        lines = bytes(data["normal"].astype(np.uint8)).decode("utf-8").split("\n")
        self._normal = {ord(line[0]): line[1:] for line in lines if line}
        self._known: dict[tuple[str, bool], list[int]] = {}

    def cut(self, word: str, spaced: bool) -> list[int]:
        """Return the numbers of a word's pieces; ``spaced`` tells whether white space stands before it."""
        key = (word[:MAX_WORD], spaced)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MAX_CACHED:
                self._known.clear()
            found = self._known[key] = self._segment(*key)
        return found

    def _segment(self, word: str, spaced: bool) -> list[int]:
        text = (SPACE if spaced else "") + word.translate(self._normal)[:MAX_WORD].replace(" ", SPACE)
        size = len(text)
        best = [0.0] + [-np.inf] * size
        back: list[tuple[int, int]] = [(0, self._unknown)] * (size + 1)
        for start in range(size):
            so_far = best[start]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                number = self._numbers.get(text[start:end])
                if number is not None and so_far + self._scores[number] > best[end]:
                    best[end], back[end] = so_far + self._scores[number], (start, number)
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1], back[start + 1] = so_far + self._unknown_score, (start, self._unknown)
        found: list[int] = []
        at = size
        while at > 0:
            at, number = back[at]
            found.append(number)
        return found[::-1] or [self._unknown]
