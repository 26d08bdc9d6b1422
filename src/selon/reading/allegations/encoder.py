"""Mark allegations thoroughly: a multilingual encoder, fine-tuned on annotated pages, in int8 on ONNX Runtime.

The encoder is multilingual-e5-small (Wang et al. 2024), with the pieces of words that the press uses. It sees what the
small model of a language (:mod:`selon.reading.allegations.marker`) cannot know, and takes many times as long.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable

import numpy as np

from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.marker import MARKS, Marked
from selon.reading.allegations.pieces import Pieces
from selon.reading.marks import Marks
from selon.reading.session import open_session
from selon.reading.tokens import NEWLINE, Tokens
from selon.reading.windows import windows

# Tokens read at once, as in training.
WINDOW = 300
# Pieces of one window at most; tokens beyond them are read as the last one. The encoder knows 512 positions.
MAX_PIECES = 512


class Encoder:
    """The thorough model of allegations, the same for all languages."""

    def __init__(self, folder: Traversable) -> None:
        self._session = open_session(folder.joinpath("encoder.onnx"))
        with folder.joinpath("pieces.npz").open("rb") as file, np.load(file) as data:
            self._pieces = Pieces({name: data[name] for name in data.files})

    def mark(self, tokens: Tokens, marks: Marks) -> Marked:
        """Return what is told of the tokens of a text.

        Windows are run one by one: activations are quantised a run at a time, so that what is found on a page would
        otherwise depend on what is read beside it.
        """
        pieces = ((first, self._run(tokens, marks, first, last)) for first, last in windows(tokens, marks, WINDOW))
        return Marked.joined(len(tokens), pieces)

    def _run(self, tokens: Tokens, marks: Marks, first: int, last: int) -> Marked:
        pieces, places = self._cut(tokens, first, last)
        feed = {
            "pieces": np.array([pieces], np.int32),
            "first": np.array([places], np.int64),
            "quoted": marks.states[None, first:last].astype(np.int64),
        }
        found, pointers, distance, states = self._session.run(None, feed)
        chances = found[0].reshape(-1, len(LAYERS), MARKS)
        return Marked(chances, pointers[0].astype(np.float16), distance, states[0].astype(np.float16))

    def _cut(self, tokens: Tokens, first: int, last: int) -> tuple[list[int], list[int]]:
        """The pieces of a window's tokens, and the place of each token's first piece among them."""
        pieces, places = [self._pieces.begin], []
        for word, gap in zip(tokens.words[first:last], tokens.gaps[first:last].tolist(), strict=True):
            if gap >= NEWLINE and len(pieces) > 1:
                pieces.append(self._pieces.end)  # paragraphs are told apart as two texts are
            places.append(min(len(pieces), MAX_PIECES - 1))
            pieces.extend(self._pieces.cut(word, gap > 0))
        return [*pieces[: MAX_PIECES - 1], self._pieces.end], places
