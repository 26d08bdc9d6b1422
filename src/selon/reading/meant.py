"""The names, sentences and roles of a page, and who may be meant where a source names nobody: candidates, described."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from selon.languages.pack import Lexicon
from selon.reading.antecedents import Candidate, candidate_features
from selon.reading.marks import OUTSIDE, Marks
from selon.reading.names import Name, Names, find_names, fold, longest_role
from selon.reading.phrases import NOBODY, Phrases, Resolved
from selon.reading.segments import Segment
from selon.reading.tokens import NEWLINE, Tokens

_SENTENCE_ENDS = frozenset({".", "!", "?", "…", "..."})
# How far back, in sentences, a pronoun's antecedent is looked for; chosen on the training pages.
MAX_REACH = 8
# Candidates looked at: recent speakers, names before, speakers named later. More cost time and won nothing on train.
MAX_SPOKEN, MAX_NAMED, MAX_LATER = 6, 8, 2
# Attributions looked through for them, before and after; this bounds the work on pages of any length.
MAX_HISTORY, MAX_AHEAD = 40, 12
# A noun phrase of at most so many tokens is a short one ("le ministre"), likelier to stand for somebody named.
SHORT_PHRASE = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One attribution whose speaker is asked for: token ranges of its source, cue and content."""

    source: tuple[int, int] | None
    cue: tuple[int, int] | None
    content: tuple[int, int]
    kind: str
    nested: bool
    in_debris: bool = False


class PageOfNames:
    """A page prepared for asking who is meant: its names, sentences, acronyms and who bears which role."""

    def __init__(self, text: str, tokens: Tokens, marks: Marks, debris: list[Segment], lexicon: Lexicon) -> None:
        self.text, self.tokens, self.marks, self.lexicon = text, tokens, marks, lexicon
        self.lower = [word.lower() for word in tokens.words]
        if "’" in text:
            self.lower = [word.replace("’", "'") for word in self.lower]
        self.names: Names = find_names(text, tokens, marks, debris, lexicon)
        ends = np.zeros(len(tokens), dtype=np.int32)
        ends[1:] = [word in _SENTENCE_ENDS for word in tokens.words[:-1]]
        ends[tokens.gaps >= NEWLINE] = 1
        self.sentence: list[int] = np.cumsum(ends).tolist()
        self.paragraph: list[int] = np.cumsum(tokens.gaps >= NEWLINE).tolist()
        self.name_starts = [name.first for name in self.names.all]
        self.phrases = Phrases(text, tokens, self.lower, self.names, lexicon)
        self.counts: dict[str, int] = {}
        self.roles_of: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for name in self.names.all:
            shown = self.names.display[self.names.canonical[name.key]]
            self.counts[shown] = self.counts.get(shown, 0) + 1
            self.roles_of.setdefault(shown, []).extend(name.roles)

    def choices(
        self,
        index: int,
        asked: list[Asked],
        explicit: list[Resolved | None],
        found: list[Resolved],
        history: list[tuple[int, Resolved]],
    ) -> tuple[str, list[tuple[Resolved, dict[str, float]]]]:
        """Return the kind of expression that ``asked[index]`` has for its speaker, and the candidates' features.

        The first candidate is the expression itself: its own noun phrase, or nobody for a pronoun or no source.
        """
        item = asked[index]
        expression, gender, number, own, features, role = self._describe(item)
        out = [(own, features)]
        place = self.place(item)
        here = self.sentence[place]
        spoken: dict[str, int] = {}
        times: dict[str, int] = {}
        latest: dict[str, tuple[int, Resolved]] = {}
        for where, speaker in reversed(history[-MAX_HISTORY:]):
            name = str(speaker.name)
            spoken.setdefault(name, len(spoken))
            times[name] = times.get(name, 0) + 1
            latest.setdefault(name, (where, speaker))
        named = self._named_before(place)
        later: dict[str, tuple[int, Resolved]] = {}
        for ahead in range(index + 1, min(len(asked), index + 1 + MAX_AHEAD)):
            named_later = explicit[ahead]
            if named_later is not None and named_later.name:
                later.setdefault(named_later.name, (self.place(asked[ahead]), named_later))
                if len(later) == MAX_LATER:
                    break
        if role is not None:  # "la ministre" of a headline may be named only further down
            for held in self.names.by_role.get(role, ())[:MAX_LATER]:
                if held.place > place and self.marks.states[held.place] == OUTSIDE:
                    later.setdefault(self.names.display[held.key], (held.place, self.bearer(held.key)))
        around = self._enclosing(item, asked, found)
        pool: dict[str, Resolved] = {}
        for name in list(spoken)[:MAX_SPOKEN]:
            pool[name] = latest[name][1]
        for name, (_, speaker, _) in named.items():
            pool.setdefault(name, speaker)
        for name, (_, speaker) in later.items():
            pool.setdefault(name, speaker)
        if around is not None and around.name:
            pool.setdefault(around.name, around)
        phrase = self._phrase_words(item) if role else set()
        for name, speaker in pool.items():
            mention = named.get(name)
            where = max(
                (x for x in (mention and mention[0].first, name in latest and latest[name][0]) if x), default=-1
            )
            if where < 0:
                where = later[name][0] if name in later else place
            gap = here - self.sentence[where]
            bearer, common = self._bears(role, phrase, speaker) if role else (0, 0)
            candidate = Candidate(
                distance=gap if where <= place else min(-1, gap),
                spoke=spoken.get(name, -1),
                times_spoken=times.get(name, 0),
                times_named=self.counts.get(name, 0),
                gender_fits=(1 if speaker.gender == gender else -1) if gender and speaker.gender else 0,
                kind=speaker.kind,
                number_fits=_number_fits(speaker, number),
                quoted=bool(mention and mention[0].quoted and name not in spoken),
                after_preposition=bool(mention and mention[2]),
                opens_sentence=bool(mention and self._opens_sentence(mention[0].first)),
                same_paragraph=self.paragraph[where] == self.paragraph[place],
                full_name=" " in name,
                role=bearer,
                role_words=common,
                in_content=item.content[0] <= where < item.content[1],
                encloses=around is not None and around.name == name,
            )
            out.append((speaker, candidate_features(candidate)))
        return expression, out

    def _describe(self, item: Asked) -> tuple[str, str, str, Resolved, dict[str, float], str | None]:
        """Kind of expression, its gender and number, itself as a speaker with its features, and its role noun."""
        features = {"itself": 1.0}
        if item.nested:
            features["itself_nested"] = 1.0
        if item.source is None:
            if item.cue:
                kind = "unsaid_direct" if item.kind == "direct" else "unsaid"
            else:
                kind = "unsaid_quotation" if item.kind == "direct" else "unsaid_other"
            return kind, "", "", NOBODY, features, None
        form = self._form(item)
        if form in self.lexicon.first:
            return "first_person", "", "s", NOBODY, features, None
        if form in self.lexicon.same_source:
            return "unsaid", "", "", Resolved(self.phrases.slice(*item.source), "group", "", True), features, None
        if form in self.lexicon.third:
            shown = self.lexicon.third[form]
            gender = shown[0] if shown[:1] in {"m", "f"} else ""
            number = shown[-1:] if shown[-1:] in {"s", "p"} else ""
            return ("plural" if number == "p" else "pronoun"), gender, number, NOBODY, features, None
        first, last = item.source
        role, kind_of = self.phrases.role(first, last), self.phrases.kind(first, last)
        gender = ""
        if role is not None and kind_of not in {"organisation", "group"}:
            gender = self.lexicon.roles.get(role, "") or self.phrases.determiner_gender(first)
            kind_of = "person"
        for name, value in (
            ("itself_definite", self.lower[first] in self.lexicon.definite or self.lower[first] in self.lexicon.roles),
            ("itself_possessive", self.lower[first] in self.lexicon.possessive),
            ("itself_role", role is not None), ("itself_organisation", kind_of == "organisation"),
            ("itself_group", kind_of == "group"), ("itself_named", bool(self.phrases.names_in(first, last))),
        ):  # fmt: skip
            if value:
                features[name] = 1.0
        if role is not None:
            place = next((at for at in range(first, last) if self.lower[at] == role.split()[0]), first)
            role = longest_role(self.lower, place, self.lexicon)
        own = Resolved(self.phrases.slice(first, last), kind_of, gender, kind_of == "group")
        expression = "short_phrase" if last - first <= SHORT_PHRASE else "long_phrase"
        return expression, gender, "p" if kind_of == "group" else "s", own, features, role

    def _named_before(self, place: int) -> dict[str, tuple[Name, Resolved, bool]]:
        """The people and organisations named shortly before ``place``: last mention, speaker, after a preposition."""
        out: dict[str, tuple[Name, Resolved, bool]] = {}
        at = bisect_left(self.name_starts, place) - 1
        here = self.sentence[place]
        while at >= 0 and len(out) < MAX_NAMED:
            name = self.names.all[at]
            at -= 1
            if here - self.sentence[name.first] > MAX_REACH:
                break
            speaker = self.phrases.named(name)
            if speaker.name and speaker.name not in out and not name.in_debris:
                before = self.lower[name.first - 1] if name.first else ""
                out[speaker.name] = name, speaker, before in self.lexicon.prepositions
        return out

    def _enclosing(self, item: Asked, asked: list[Asked], found: list[Resolved]) -> Resolved | None:
        """The speaker of the attribution whose content holds this one: who says "I" inside a quotation."""
        if not item.nested:
            return None
        for other, speaker in zip(reversed(asked[: len(found)]), reversed(found), strict=True):
            if not other.nested and other.content[0] <= item.content[0] < other.content[1]:
                return speaker
        return None

    def bearer(self, key: tuple[str, ...]) -> Resolved:
        """Return the speaker of a canonical name."""
        return Resolved(self.names.display[key], "person", self.names.genders.get(key, ""))

    def _phrase_words(self, item: Asked) -> set[str]:
        first, last = item.source or (0, 0)
        return {fold(word) for word in self.lower[first:last]} - self.lexicon.prepositions - self.lexicon.definite

    def _bears(self, role: str, phrase: set[str], speaker: Resolved) -> tuple[int, int]:
        """1 if the page gives the speaker this role, -1 if only another one; and how many words the two share."""
        known = self.roles_of.get(str(speaker.name))
        if not known:
            return 0, 0
        common = max((len(phrase & words) for held, words in known), default=0)
        fits = any(fold(held) == fold(role) or fold(role) in words for held, words in known)
        return (1 if fits else -1), common

    def _opens_sentence(self, first: int) -> bool:
        sentence = self.sentence[first]
        back = first
        while back > 0 and self.sentence[back - 1] == sentence and first - back < 6:
            back -= 1
        return back == 0 or self.sentence[back - 1] != sentence

    @staticmethod
    def place(item: Asked) -> int:
        """The token where an attribution refers to its speaker: its source, else its cue, else its content."""
        return PageOfNames.place_of(item.source, item.cue, item.content)

    @staticmethod
    def place_of(source: tuple[int, int] | None, cue: tuple[int, int] | None, content: tuple[int, int]) -> int:
        """As :meth:`place`, of an attribution's parts."""
        return (source or cue or content)[0]

    def _form(self, item: Asked) -> str:
        """The source as a lexicon would have it: lower case, an inverted clitic without its hyphens."""
        if item.source is None:
            return ""
        phrase = " ".join(self.lower[slice(*item.source)]).replace("' ", "'").strip()
        return phrase.split(" -")[-1].lstrip("-")


def _number_fits(speaker: Resolved, number: str) -> bool:
    if number == "p":
        return speaker.plural or speaker.kind in {"group", "organisation"}
    return not (number == "s" and speaker.plural)
