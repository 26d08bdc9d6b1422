"""Mark what tokens are in allegations: a small model over the states of the tagger's own encoder."""

from __future__ import annotations

from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from selon.reading.allegations.layers import LAYERS

#: Marks of a layer: inside a span, its first token, its last token.
MARKS = 3


class Marker:
    """The allegation model of one language, loaded from its language pack."""

    def __init__(self, pack: Traversable) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            pack.joinpath("allegations.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def mark(
        self, hidden: npt.NDArray[np.float32], features: npt.NDArray[np.int32], lengths: list[int]
    ) -> list[npt.NDArray[np.float32]]:
        """Return for each window probabilities of shape (tokens, layers, marks).

        ``hidden`` are the encoder's states (tokens, windows, width) and ``features`` what it has read, padded.
        """
        feed = {"hidden": hidden, "features": features, "lengths": np.array(lengths, dtype=np.int32)}
        (marks,) = self._session.run(None, feed)
        return [marks[:length, i].reshape(length, len(LAYERS), MARKS) for i, length in enumerate(lengths)]
