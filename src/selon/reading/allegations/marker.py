"""What a model of allegations tells of tokens; and the quick one, over the states of the tagger's own encoder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.pointer import EDGES, POINTERS, WIDTH
from selon.reading.session import open_session

#: Marks of a layer: inside a span, its first token, its last token.
MARKS = 3
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Marked:
    """What a model tells of the tokens of a stretch of text.

    ``chances`` holds for each token, layer and mark a probability, ``pointers`` what
    :func:`selon.reading.allegations.pointer.point` goes by, in half precision, for they are many, together with the
    biases ``distance``. ``states`` (tokens, width) are what :mod:`selon.reading.allegations.look` looks at again; the
    quick model has none.
    """

    chances: FloatArray
    pointers: npt.NDArray[np.float16]
    distance: FloatArray
    states: npt.NDArray[np.float16] | None = None

    @classmethod
    def joined(cls, total: int, pieces: Iterable[tuple[int, Marked]]) -> Marked:
        """Put together what was told of pieces of ``total`` tokens, each with its first token."""
        chances = np.zeros((total, len(LAYERS), MARKS), dtype=np.float32)
        pointers = np.zeros((total, WIDTH), dtype=np.float16)
        distance = np.zeros((len(POINTERS), len(EDGES) + 1), dtype=np.float32)
        states: npt.NDArray[np.float16] | None = None
        for first, piece in pieces:
            last = first + len(piece.chances)
            chances[first:last], pointers[first:last], distance = piece.chances, piece.pointers, piece.distance
            if piece.states is not None:
                if states is None:
                    states = np.zeros((total, piece.states.shape[1]), dtype=np.float16)
                states[first:last] = piece.states
        return cls(chances, pointers, distance, states)


class Marker:
    """The allegation model of one language, loaded from its language pack."""

    def __init__(self, pack: Traversable) -> None:
        self._session = open_session(pack.joinpath("allegations.onnx"))

    def mark(
        self, hidden: npt.NDArray[np.float32], features: npt.NDArray[np.int32], lengths: list[int]
    ) -> list[Marked]:
        """Return what is told of each window.

        ``hidden`` are the encoder's states (tokens, windows, width) and ``features`` what it has read, padded.
        """
        feed = {"hidden": hidden, "features": features, "lengths": np.array(lengths, dtype=np.int32)}
        marks, pointers, distance = self._session.run(None, feed)
        pointers = pointers.astype(np.float16)
        return [
            Marked(marks[:length, i].reshape(length, len(LAYERS), MARKS), pointers[:length, i], distance)
            for i, length in enumerate(lengths)
        ]
