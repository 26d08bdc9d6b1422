"""One part of a page prepared for allegations: sentences, trigger words, and sums over tokens that make them quick."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from selon.reading.allegations.candidates import Candidate
from selon.reading.allegations.frames import GROUPS, Frames
from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.look import Look, Looker
from selon.reading.allegations.material import FloatArray, Material, quoted, sentences
from selon.reading.allegations.naming import Naming
from selon.reading.allegations.pointer import Pointed, point
from selon.reading.allegations.together import Together
from selon.reading.names import fold

# Probabilities are kept this far from 0 and 1 before their logit is taken.
EDGE = 0.002
#: What is summed over tokens: groups of words, other flags, and probabilities.
SUMMED = (
    *GROUPS, "hedge", "first_person", "quoted", "debris", "name", "spoken", "logit", "p_denies", "p_admits", "p_deed",
)  # fmt: skip
#: Layers whose likeliest token counts.
PEAKS = ("deed", "accused", "accuser", "victim")
#: Groups whose words a cue may hold.
CUE_GROUPS = ("accusing", "charged", "denying", "admitting")
IntArray = npt.NDArray[np.int64]
# Organisations and groups, by how often the page speaks of them, that may be meant from anywhere.
MAX_PHRASES = 5


class AttributionTable(NamedTuple):
    """The attributions of a part as arrays of one row each, spans in tokens.

    ``low`` and ``high`` bound content, cue and source; ``cue_groups`` tells the groups of ``CUE_GROUPS`` in the cue;
    the columns of ``facts`` are nested, score of the content, speaker known, belief, direct, mixed.
    """

    low: IntArray
    high: IntArray
    has_cue: npt.NDArray[np.bool_]
    cue: IntArray
    has_source: npt.NDArray[np.bool_]
    source: IntArray
    cue_groups: FloatArray
    facts: npt.NDArray[np.float64]


class View:
    """A :class:`Material` with what every step asks of it again and again."""

    def __init__(self, material: Material, frames: Frames, looker: Looker | None = None) -> None:
        self.material, self.frames = material, frames
        self._looker, self._looks = looker, dict[tuple[int, int], Look]()
        #: the looks at all that is likely evidence, once it is known, if there are any
        self.together: Together | None = None
        self.sentences = sentences(material)
        self.starts = [first for first, _ in self.sentences]
        self.groups = frames.groups(material.lower)
        total = len(material.tokens)
        self.chances = {name: material.chances[:, k] for k, name in enumerate(LAYERS)}
        inside = np.clip(self.chances["evidence"][:, 0], EDGE, 1 - EDGE)
        self.logit = np.log(inside / (1 - inside))
        #: Logit of evidence, then probabilities of ``PEAKS`` and of a deed's first token; a last row stands for none.
        self.peaks = np.zeros((total + 1, len(PEAKS) + 2), dtype=np.float32, order="F")
        self.peaks[:-1] = np.column_stack(
            [self.logit, *(self.chances[name][:, 0] for name in PEAKS), self.chances["deed"][:, 1]]
        )
        # views of memory: single numbers are read as quickly as from lists, and stand there once
        self.listed = {name: self.peaks[:-1, column].data for column, name in enumerate(PEAKS, 1)}
        self.spoken = np.zeros(total, dtype=np.float32)
        for draft in material.drafts:
            for first, last in draft.content:
                self.spoken[first:last] = 1
        self.sums = self._summed()
        self._lists = {name: self.sums[:, column].data for column, name in enumerate(SUMMED)}
        self.page_level = float(inside.mean()) if total else 0.0
        self.page_top = float(np.sort(inside)[-min(20, total) :].mean()) if total else 0.0
        lexicon = material.page.lexicon
        # personal pronouns of the third person, without possessives and relatives
        self.pronouns = {
            word for word, shown in lexicon.third.items() if len(shown) == 2 and "-" not in word and " " not in word
        }
        self.small_words = lexicon.prepositions | lexicon.determiners.keys()
        self.naming = Naming(material.tokens.words)
        #: words that open a noun phrase
        self.openers = (lexicon.determiners.keys() | frames.many) - frames.bare
        self.phrase_counts, self.frequent_phrases = self._phrases()
        self.blame = self._blame()
        self.blame_total = sum(self.blame.values()) + 0.1
        self.blame_top = max(self.blame.values(), default=0.0)
        self.history = [
            (material.page.place_of(draft.source, draft.cue, draft.content[0]), who)
            for draft, who in zip(material.drafts, material.resolved, strict=True)
            if who.name is not None and not draft.nested
        ]
        self.extents = [_extent(draft.content, draft.cue, draft.source) for draft in material.drafts]
        self._by_start = sorted(range(len(self.extents)), key=self.extents.__getitem__)
        self._extent_starts = [self.extents[k][0] for k in self._by_start]
        self._extent_ends = list(accumulate((self.extents[k][1] for k in self._by_start), max))
        self.attributions = self._told_by_attributions()

    def _summed(self) -> npt.NDArray[np.float64]:
        """For each token, and behind the last, the sums of all columns of ``SUMMED`` over the tokens before it."""
        material, frames = self.material, self.frames
        values = np.zeros((len(material.tokens) + 1, len(SUMMED)), dtype=np.float64, order="F")
        column = {name: values[1:, k] for k, name in enumerate(SUMMED)}
        for at, groups in [(at, groups) for at, groups in enumerate(self.groups) if groups]:
            for group in groups:
                column[group][at] = 1
        distant, first_person = frames.hedges | frames.conditional, material.page.lexicon.first
        column["hedge"][:] = [word in distant for word in material.lower]
        column["first_person"][:] = [word in first_person for word in material.lower]
        column["quoted"][:] = quoted(material)
        for segment in material.debris:
            column["debris"][segment.first : segment.last] = 1
        column["name"][[name.first for name in material.page.names.all]] = 1
        column["spoken"][:] = self.spoken
        column["logit"][:] = self.logit
        for layer in ("denies", "admits", "deed"):
            column[f"p_{layer}"][:] = self.chances[layer][:, 0]
        return np.cumsum(values, axis=0, out=values)

    def _told_by_attributions(self) -> AttributionTable:
        drafts, resolved = self.material.drafts, self.material.resolved
        none = (0, 0)
        facts = [
            (
                draft.nested,
                draft.evidence.get("content", 0.0),
                who.name is not None,
                draft.act == "belief",
                draft.kind == "direct",
                draft.kind == "mixed",
            )
            for draft, who in zip(drafts, resolved, strict=True)
        ]
        groups = [[self.total(group, *(draft.cue or none)) > 0 for group in CUE_GROUPS] for draft in drafts]
        extents = np.array(self.extents, dtype=np.int64).reshape(-1, 2)
        return AttributionTable(
            low=extents[:, 0],
            high=extents[:, 1],
            has_cue=np.array([draft.cue is not None for draft in drafts], dtype=bool),
            cue=np.array([draft.cue or none for draft in drafts], dtype=np.int64).reshape(-1, 2),
            has_source=np.array([draft.source is not None for draft in drafts], dtype=bool),
            source=np.array([draft.source or none for draft in drafts], dtype=np.int64).reshape(-1, 2),
            cue_groups=np.array(groups, dtype=np.float32).reshape(-1, len(CUE_GROUPS)),
            facts=np.array(facts, dtype=np.float64).reshape(-1, 6),
        )

    def _phrases(self) -> tuple[dict[frozenset[str], int], list[tuple[str, str]]]:
        """How often the page speaks of an organisation or group by a common noun, and the most frequent of them."""
        lower, phrases, lexicon = self.material.lower, self.material.page.phrases, self.material.page.lexicon
        counts: dict[frozenset[str], int] = {}
        shown: dict[frozenset[str], tuple[str, str]] = {}
        self._phrase_places: dict[frozenset[str], list[int]] = {}
        for at in [at for at, word in enumerate(lower[:-2]) if word in lexicon.determiners]:
            noun, pair = lower[at + 1], " ".join(lower[at + 1 : at + 3])
            kind = (
                "group"
                if pair in lexicon.group or noun in lexicon.group
                else "organisation"
                if noun in lexicon.organisation
                else ""
            )
            if kind:
                start = at if lower[at] in lexicon.definite else at + 1
                phrase = phrases.slice(start, at + 3 if pair in lexicon.group else at + 2)
                key = key_of(phrase)
                counts[key] = counts.get(key, 0) + 1
                shown.setdefault(key, (phrase, kind))
                self._phrase_places.setdefault(key, []).append(at + 1)
        top = sorted(shown, key=lambda key: -counts[key])[:MAX_PHRASES]
        return counts, [shown[key] for key in top]

    def _blame(self) -> dict[frozenset[str], float]:
        """How strongly the page's mentions of each name are marked as accused, all in all."""
        chance = self.chances["accused"][:, 0]
        out: dict[frozenset[str], float] = {}
        for name in self.material.page.names.all:
            who = self.material.page.phrases.named(name).name
            if who:
                key = key_of(who)
                out[key] = out.get(key, 0.0) + float(chance[name.first : name.last].max())
        for key, places in self._phrase_places.items():
            out[key] = out.get(key, 0.0) + sum(float(chance[at]) for at in places)
        return out

    def point(self, first: int, last: int, which: int) -> Pointed:
        """What pointer ``which`` answers to evidence ``[first, last)``: that of a second look, if there is one."""
        look = self.look(first, last)
        return look.pointed[which] if look is not None else self.read(first, last, which)

    def read(self, first: int, last: int, which: int) -> Pointed:
        """What pointer ``which`` of the first reading answers to evidence ``[first, last)``."""
        marked = self.material.marked
        return point(marked.pointers, marked.distance, first, last, which)

    def look(self, first: int, last: int) -> Look | None:
        """What a second look tells of evidence ``[first, last)``; None if the model keeps no states to look at."""
        states = self.material.marked.states
        if states is None:
            return None
        if self._looker is None:
            raise ValueError("a model that looks again needs its looker")
        if (first, last) not in self._looks:
            self._looks[first, last] = self._looker.look(states, first, last)
        return self._looks[first, last]

    def pointed(self, answer: Pointed, name: str) -> float:
        """Probability that an answer gives to the tokens that name somebody."""
        low, high = answer.first, answer.first + len(answer.chances)
        places = self.naming.places(name)
        near = places[bisect_left(places, low) : bisect_left(places, high)]
        return min(1.0, float(answer.chances[[at - low for at in near]].sum()))

    def total(self, name: str, first: int, last: int) -> float:
        """Sum of a flag or probability over tokens ``[first, last)``."""
        sums = self._lists[name]
        return float(sums[last] - sums[first])

    def mean(self, name: str, first: int, last: int) -> float:
        """Mean of a flag or probability over tokens ``[first, last)``, 0 of none."""
        return self.total(name, first, last) / (last - first) if last > first else 0.0

    def sentence_of(self, at: int) -> int:
        """Index of the sentence around a token."""
        return max(0, bisect_right(self.starts, at) - 1)

    def around(self, candidate: Candidate) -> tuple[int, int]:
        """The tokens of all sentences that a candidate touches."""
        first = self.sentences[self.sentence_of(candidate.first)][0]
        last = self.sentences[self.sentence_of(candidate.last - 1)][1]
        return first, max(last, candidate.last)

    def drafts_near(self, first: int, last: int) -> list[int]:
        """Indices of the attributions whose content, cue or source shares tokens with ``[first, last)``."""
        found = []
        at = bisect_left(self._extent_starts, last)
        while at and self._extent_ends[at - 1] > first:
            at -= 1
            if self.extents[self._by_start[at]][1] > first:
                found.append(self._by_start[at])
        return sorted(found)


@lru_cache(maxsize=100_000)
def key_of(name: str) -> frozenset[str]:
    """The folded words of a name of more than two letters, or all of them: what two names are compared by."""
    words = [fold(word) for word in name.replace("'", " ").replace("’", " ").split()]
    return frozenset(word for word in words if len(word) > 2) or frozenset(words)


def _extent(
    content: tuple[tuple[int, int], ...], cue: tuple[int, int] | None, source: tuple[int, int] | None
) -> tuple[int, int]:
    near = [span for span in (*content, cue, source) if span is not None]
    return min(span[0] for span in near), max(span[1] for span in near)
