"""What a second look learns from: candidates for evidence on annotated pages, and what is right for each."""

from dataclasses import dataclass, replace

import numpy as np

from selon.languages.pack import load_pack
from selon.reading.allegations.candidates import candidates
from selon.reading.allegations.claims import shortlist
from selon.reading.allegations.evidence import STANCES, table
from selon.reading.allegations.frames import load_frames
from selon.reading.allegations.look import AFTER, BEFORE
from selon.reading.allegations.net import Net, sigmoid
from selon.reading.allegations.pointer import POINTERS
from selon.reading.allegations.view import View
from selon.reading.part import parts_of, prepare
from selon.reading.tagger import Tagger
from training.allegations.examples import meant, told_by

#: Evidence agrees from this Jaccard measure of word characters on, as where Selon is scored.
AGREES = 0.5
#: Who is meant, and the edges, are learnt from candidates that agree at least so far.
NEAR = 0.3
#: Candidates that are at least so likely, or agree at least so far with evidence, tell most.
LIKELY, SHARED = 0.25, 0.1


@dataclass
class LookExample:
    """A candidate ``[first, last)`` in the states of its page, of which tokens ``[low, high)`` are looked at.

    ``right`` tells for each pointer which of these tokens are right, nobody last, or is None; ``edges`` are the first
    and last token of the evidence as annotated, counted from ``low``, or None; ``stance`` is -1 where the candidate is no evidence. ``house``
    is 1 if the page was annotated by hand, 0 if it was annotated for this model; ``telling`` if there is much to learn.
    """

    states: np.ndarray
    first: int
    last: int
    low: int
    high: int
    agrees: bool
    stance: int
    right: list
    edges: tuple | None
    house: int
    telling: bool


class Finder:
    """Finds the candidates of pages of one language; ``folder`` holds the weights of the first reading."""

    def __init__(self, language, encoder, folder, scorer):
        pack = load_pack(language)
        self.language, self.encoder, self.scorer = language, encoder, scorer
        self.tagger = Tagger(pack.folder, pack.settings["bias"])
        self.frames = load_frames(pack.folder)
        with np.load(folder / "allegations.npz") as data:
            self.net = Net(data, "evidence")

    def view(self, page):
        """The first part of a page as reading sees it, without a second look."""
        part = next(parts_of(0, page["text"]))
        tagged = self.tagger.tag([(part.tokens, part.marks)], allegations=False)[0]
        material, _, _ = prepare(part, tagged, self.language)
        return View(replace(material, marked=self.encoder.mark(part.tokens, part.marks)), self.frames)

    def examples(self, page, house):
        """The candidates of a page that are worth a second look, and its annotated evidence."""
        view = self.view(page)
        text, tokens = page["text"], view.material.tokens
        gold = told_by(page, tokens)
        letters = [self._letters(text, tokens, *span) for (span, _), _ in gold]
        items = candidates(view.material, view.sentences)
        chances = sigmoid(self.net.scores(table(view, items))[:, 0])
        spans = {items[k][:2]: float(chances[k]) for k in shortlist(items, chances)}
        spans = {span: 1.0 for (span, _), _ in gold} | spans  # those in the shortlist keep their own chance
        for (first, last), chance in spans.items():
            here = self._letters(text, tokens, first, last)
            shares = [len(here & other) / max(1, len(here | other)) for other in letters]
            best = int(np.argmax(shares)) if shares else -1
            share = shares[best] if shares else 0.0
            low, high = max(0, first - BEFORE), min(len(tokens), last + AFTER)
            right, edges, stance = [None] * len(POINTERS), None, -1
            if share >= NEAR:
                ((start, end), told), allegations = gold[best]
                stance = STANCES.index(told) if share >= AGREES else -1
                right = meant(view.naming, range(low, high), allegations)
                if low <= start and end <= high:
                    edges = start - low, end - 1 - low
            yield LookExample(
                states=view.material.marked.states,
                first=first,
                last=last,
                low=low,
                high=high,
                agrees=share >= AGREES,
                stance=stance,
                right=right,
                edges=edges,
                house=house,
                telling=chance >= LIKELY or share >= SHARED,
            )

    def _letters(self, text, tokens, first, last):
        return self.scorer.positions(text, [(int(tokens.starts[first]), int(tokens.ends[last - 1]))])
