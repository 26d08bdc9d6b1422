"""Resolve who each source is: the fullest name on the page, through titles, pronouns, surnames and acronyms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from selon.languages.pack import Lexicon
from selon.page import SpeakerKind
from selon.reading.marks import Marks
from selon.reading.meant import Asked, PageOfNames
from selon.reading.phrases import NOBODY, Resolved
from selon.reading.segments import Segment
from selon.reading.tokens import Tokens

#: Weights of the features of antecedents, by kind of expression.
Weights = Mapping[str, Mapping[str, float]]


class PageOfSpeakers(PageOfNames):
    """A page whose speakers are resolved, with the learned ``weights`` of candidates."""

    def __init__(
        self, text: str, tokens: Tokens, marks: Marks, debris: list[Segment], lexicon: Lexicon, weights: Weights
    ) -> None:
        super().__init__(text, tokens, marks, debris, lexicon)
        self.weights = weights

    def resolve(self, asked: list[Asked]) -> list[Resolved]:
        """Return the speaker of each attribution, in the order of ``asked``."""
        explicit = [self.explicit(item) for item in asked]
        found: list[Resolved] = []
        history: list[tuple[int, Resolved]] = []  # (where it was said, speaker), of attributions that are not nested
        for index, item in enumerate(asked):
            result = explicit[index]
            if result is None:
                expression, choices = self.choices(index, asked, explicit, found, history)
                result = self._best(expression, choices)
            found.append(result)
            if result.name is not None and not item.nested and not item.in_debris:
                history.append((self.place(item), result))
        return self._agree(asked, found)

    def refer(self, span: tuple[int, int], history: list[tuple[int, Resolved]]) -> Resolved:
        """Return who a pronoun or noun phrase at tokens ``span`` stands for.

        ``history`` are earlier speakers and where they spoke.
        """
        asked = [Asked(span, None, span, "indirect", False)]
        expression, choices = self.choices(0, asked, [None], [], history)
        return self._best(expression, choices)

    def _agree(self, asked: list[Asked], found: list[Resolved]) -> list[Resolved]:
        """Give each speaker one kind and the gender that the page's pronouns, titles and honorifics show."""
        votes: dict[str, dict[str, int]] = {}
        kinds: dict[str, SpeakerKind] = {}
        for item, who in zip(asked, found, strict=True):
            if who.name is None:
                continue
            count = votes.setdefault(who.name, {"m": 0, "f": 0})
            shown = self.lexicon.third.get(self._form(item), "")
            person = who.kind in {"person", "unknown"} and not who.plural
            if shown in {"ms", "fs"} and person:
                count[shown[0]] += 1
            if who.gender in count and person:
                count[who.gender] += 1
            if kinds.get(who.name, "unknown") == "unknown":
                kinds[who.name] = who.kind
        out = []
        for who in found:
            if who.name is None:
                out.append(who)
                continue
            count = votes[who.name]
            gender = "m" if count["m"] > count["f"] else "f" if count["f"] > count["m"] else ""
            kind = kinds[who.name]
            if gender and kind == "unknown":
                kind = "person"
            out.append(replace(who, gender=gender, kind=kind))
        return out

    def mentions(self, asked: list[Asked], resolved: list[Resolved]) -> list[tuple[Resolved, list[tuple[int, int]]]]:
        """Return each speaker, in the order of first attribution, with every place that names or refers to them."""
        places: dict[str, set[tuple[int, int]]] = {}
        first: dict[str, Resolved] = {}
        for item, who in zip(asked, resolved, strict=True):
            if who.name is not None:
                first.setdefault(who.name, who)
                places.setdefault(who.name, set())
                if item.source is not None:
                    places[who.name].add(item.source)
        bare = {name.split(maxsplit=1)[-1].split("'")[-1]: name for name in places if len(name.split()) <= 2}
        covered = {name: {at for span in spans for at in range(*span)} for name, spans in places.items()}
        for mention in self.names.all:
            shown = str(self.phrases.named(mention).name)
            who_is = shown if shown in places else bare.get(shown, "")
            if who_is and mention.first not in covered[who_is]:
                places[who_is].add((mention.first, mention.last))
        return [(first[name], sorted(spans)) for name, spans in places.items()]

    def _best(self, expression: str, choices: list[tuple[Resolved, dict[str, float]]]) -> Resolved:
        weights = self.weights[expression]
        if len(choices) == 1:
            return choices[0][0]
        scored = [(sum([weights.get(name, 0.0) * value for name, value in f.items()]), r) for r, f in choices]
        return max(scored, key=lambda pair: pair[0])[1]

    def explicit(self, item: Asked) -> Resolved | None:
        """Return the speaker where the source names it, or is a pronoun for nobody in particular; else None."""
        if item.source is None:
            return None
        form = self._form(item)
        lexicon = self.lexicon
        if form in lexicon.first or form in lexicon.third or form in lexicon.same_source:
            return None
        if form in lexicon.nobody:
            return NOBODY
        if form in lexicon.indefinite or form in lexicon.second:
            return Resolved(self.phrases.slice(*item.source), "unknown", "")
        head = self.phrases.head_name(*item.source)
        if head is None:
            return None
        speaker = self.phrases.named(head)
        first, last = item.source
        if speaker.kind != "person" and head.first == first + 1 and head.last == last and " " not in str(speaker.name):
            determiner = self.lower[first]
            if determiner in self.lexicon.definite:  # "le Kremlin", "la CGT"
                joint = "" if determiner.endswith("'") else " "
                return replace(speaker, name=f"{determiner}{joint}{speaker.name}")
        return speaker
