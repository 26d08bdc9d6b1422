"""Run a language's tagger: a two-layer bidirectional LSTM, trained on annotated pages, in int8 on ONNX Runtime."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from selon.reading.allegations.marker import Marked, Marker
from selon.reading.features import Vocabulary, features
from selon.reading.links import Linker, Links
from selon.reading.marks import Marks
from selon.reading.segments import LAYERS, Segment, decode, log_probabilities
from selon.reading.session import open_session
from selon.reading.tokens import NEWLINE, Tokens
from selon.reading.windows import windows

# Tokens read at once: long enough for a cue to be seen with the paragraphs around it. Longer windows than in
# training (240) did not change dev scores and waste less at their edges.
WINDOW = 400
# Windows per run of the model: on one core the throughput is flat from 8 on; memory grows with it.
BATCH = 16


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the tagger found in one window: segments per layer in tokens of the page, and their links.

    ``contents`` are the outer and the nested ones together, in text order; ``inner`` tells the nested ones.
    ``belief`` is for each cue the probability that it reports belief and not speech. ``marked`` tells of allegations
    on the window's tokens, which begin at token ``first`` of the page; None where they were not asked for.
    """

    contents: list[Segment]
    inner: list[bool]
    cues: list[Segment]
    sources: list[Segment]
    debris: list[Segment]
    belief: list[float]
    links: Links
    first: int
    marked: Marked | None


class Tagger:
    """The tagger of one language, loaded from its language pack."""

    def __init__(self, pack: Traversable, bias: dict[str, float]) -> None:
        self._session = open_session(pack.joinpath("tagger.onnx"))
        parts = pack.joinpath("vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n\n")
        words, prefixes, suffixes = (part.split("\n") for part in parts)
        self._vocabulary = Vocabulary(words, prefixes, suffixes)
        with pack.joinpath("links.npz").open("rb") as file, np.load(file) as weights:
            self._linker = Linker({name: weights[name] for name in weights.files})
        self._pack = pack
        self._bias = np.array([bias.get(layer, 0.0) for layer in LAYERS], dtype=np.float32)

    def tag(self, pages: list[tuple[Tokens, Marks]], allegations: bool = True) -> list[list[Tagged]]:
        """Return for each page what was found in each of its windows, with or without marks of ``allegations``."""
        result: list[list[Tagged]] = [[] for _ in pages]
        jobs: list[tuple[int, int, int]] = []
        rows: list[npt.NDArray[np.int32]] = []
        paragraphs: list[npt.NDArray[np.int32]] = []
        for number, (tokens, marks) in enumerate(pages):
            rows.append(features(self._vocabulary, tokens, marks))
            paragraphs.append(np.cumsum(tokens.gaps >= NEWLINE).astype(np.int32))
            jobs.extend((number, first, last) for first, last in windows(tokens, marks, WINDOW))
        # windows of like length share a batch, so that little of it is padding
        order = sorted(range(len(jobs)), key=lambda job: jobs[job][2] - jobs[job][1])
        found: list[Tagged | None] = [None] * len(jobs)
        for at in range(0, len(order), BATCH):
            batch = [jobs[job] for job in order[at : at + BATCH]]
            for job, tagged in zip(
                order[at : at + BATCH], self._run(batch, rows, paragraphs, allegations), strict=True
            ):
                found[job] = tagged
        for (number, _, _), window in zip(jobs, found, strict=True):
            if window is not None:
                result[number].append(window)
        return result

    @cached_property
    def _marker(self) -> Marker:
        return Marker(self._pack)  # loaded when first asked for: not every reading wants it

    def _run(
        self,
        batch: list[tuple[int, int, int]],
        rows: list[npt.NDArray[np.int32]],
        paragraphs: list[npt.NDArray[np.int32]],
        allegations: bool,
    ) -> list[Tagged]:
        lengths = [last - first for _, first, last in batch]
        padded = np.zeros((max(lengths), len(batch), 7), dtype=np.int32)
        for column, (number, first, last) in enumerate(batch):
            padded[: last - first, column] = rows[number][first:last]
        tags, hidden = self._session.run(None, {"features": padded, "lengths": np.array(lengths, dtype=np.int32)})
        marked = self._marker.mark(hidden, padded, lengths) if allegations else [None] * len(batch)
        scores = log_probabilities(tags[..., :-2].transpose(1, 0, 2))
        segments = decode(scores, lengths, self._bias)
        return [
            self._tagged(segments[i], tags[:, i, -2:], hidden[:, i], paragraphs[number][first:last], first, marked[i])
            for i, (number, first, last) in enumerate(batch)
        ]

    def _tagged(
        self,
        segments: list[list[Segment]],
        act: npt.NDArray[np.float32],
        hidden: npt.NDArray[np.float32],
        paragraphs: npt.NDArray[np.int32],
        offset: int,
        marked: Marked | None,
    ) -> Tagged:
        outer, nested, cues, sources, debris = segments
        both = sorted([(segment, False) for segment in outer] + [(segment, True) for segment in nested])
        contents, inner = [segment for segment, _ in both], [flag for _, flag in both]
        links = self._linker.link(
            hidden, _places(contents), np.array(inner, dtype=bool), _places(cues), _places(sources), paragraphs
        )
        belief = [float(1 / (1 + np.exp(act[cue.first, 0] - act[cue.first, 1]))) for cue in cues]

        def move(items: list[Segment]) -> list[Segment]:
            return [Segment(first + offset, last + offset, score) for first, last, score in items]

        return Tagged(move(contents), inner, move(cues), move(sources), move(debris), belief, links, offset, marked)


def _places(segments: list[Segment]) -> npt.NDArray[np.int32]:
    return np.array([segment[:2] for segment in segments], dtype=np.int32).reshape(-1, 2)
