"""Read the noun phrase that is a source: the name it holds, its role noun, and what kind of speaker its head tells."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

from selon.languages.pack import Lexicon
from selon.page import SpeakerKind
from selon.reading.names import Name, Names, fold
from selon.reading.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Resolved:
    """The speaker of one attribution: its name (None if nobody could know), kind and gender as the page shows it."""

    name: str | None
    kind: SpeakerKind
    gender: str
    plural: bool = False


NOBODY = Resolved(None, "unknown", "")


class Phrases:
    """The noun phrases of one page; places are token ranges ``[first, last)``."""

    def __init__(self, text: str, tokens: Tokens, lower: list[str], names: Names, lexicon: Lexicon) -> None:
        self.text, self.tokens, self.lower = text, tokens, lower
        self.names, self.lexicon = names, lexicon
        self._starts = [name.first for name in names.all]
        self._named: dict[tuple[tuple[str, ...], str], Resolved] = {}
        self.acronyms = self._acronyms()

    def head_name(self, first: int, last: int) -> Name | None:
        """Return the name that the phrase is about, or None.

        A name that depends on a preposition is not it; people come before organisations.
        """
        inside = self.names_in(first, last)
        free = []
        for name in inside:
            before = self.lower[name.first - 1] if name.first > first else ""
            earlier = self.lower[name.first - 2] if name.first - 2 >= first else ""
            if before in self.lexicon.prepositions and name.first - 1 > first:
                continue
            if before in self.lexicon.determiners and earlier in self.lexicon.prepositions:
                continue
            free.append(name)
        if not free:
            return None
        role = self.role(first, last)
        if role is not None:  # "le chef de file des députés PCF": the acronym is not who speaks
            words = self.tokens.words
            free = [name for name in free if name.last - name.first > 1 or not words[name.first].isupper()]
            if not free:
                return None
        full = [n for n in free if len(self.names.canonical.get(n.key, n.key)) > 1 and not self._is_organisation(n.key)]
        head = (full or free)[0]
        if role is not None and not full and self._is_organisation(head.key):
            return None
        if role is None and head.first > first + 2 and self.kind(first, last) != "unknown" and not full:
            return None
        return head

    def names_in(self, first: int, last: int) -> list[Name]:
        """Return the names inside tokens ``[first, last)``, cut to what lies inside."""
        at = bisect_left(self._starts, first)
        out = []
        if at > 0 and self.names.all[at - 1].last > first:
            name = self.names.all[at - 1]
            out.append(self._cut(name, first, min(name.last, last)))
        while at < len(self.names.all) and self.names.all[at].first < last:
            name = self.names.all[at]
            out.append(self._cut(name, name.first, min(name.last, last)))
            at += 1
        return out

    def _cut(self, name: Name, first: int, last: int) -> Name:
        """The part of a name that lies inside a phrase."""
        if first == name.first and last == name.last:
            return name
        key = tuple(fold(word) for word in self.tokens.words[first:last] if word[0].isalnum())
        return replace(name, first=first, last=last, key=key or name.key)

    def named(self, name: Name) -> Resolved:
        """Return who a name stands for: the fullest form on the page, acronyms spelt out."""
        known = self._named.get((name.key, name.gender))
        if known is None:
            known = self._named[name.key, name.gender] = self._who(name)
        return known

    def _who(self, name: Name) -> Resolved:
        key = self.names.canonical.get(name.key, name.key)
        if len(key) == 1 and key[0] in self.acronyms:
            return Resolved(self.acronyms[key[0]], "organisation", "")
        shown = self.names.display.get(key) or self.slice(name.first, name.last)
        gender = name.gender or self.names.genders.get(key, "")
        if self._is_organisation(key):
            return Resolved(shown, "organisation", "")
        return Resolved(shown, "person" if gender or len(key) > 1 else "unknown", gender)

    def _is_organisation(self, key: tuple[str, ...]) -> bool:
        return bool(self.lexicon.organisation_words & set(key)) or (len(key) == 1 and key[0] in self.acronyms)

    def _acronyms(self) -> dict[str, str]:
        """Acronyms explained on the page: ``Reporters sans frontières (RSF)``."""
        out: dict[str, str] = {}
        words = self.tokens.words
        for index in range(2, len(words) - 1):
            word = words[index]
            if word.isupper() and 2 <= len(word) <= 8 and words[index - 1] == "(" and words[index + 1] == ")":
                start = self._expansion(word, index - 1)
                if start is not None:
                    out.setdefault(fold(word), self.slice(start, index - 1))
        return out

    def _expansion(self, acronym: str, end: int) -> int | None:
        """The first token of the words before ``end`` whose initials spell ``acronym``, small words left out."""
        letters = [c for c in fold(acronym) if c.isalpha()]
        at = end - 1
        while letters and at >= 0 and end - at < 12:
            word = fold(self.tokens.words[at])
            if not word[0].isalnum():
                return None
            if word[0] == letters[-1]:
                letters.pop()
            elif len(word) > 4:
                return None
            at -= 1
        return at + 1 if not letters else None

    def role(self, first: int, last: int) -> str | None:
        """Return the role noun that heads the phrase (``ministre``, ``premier ministre``), or None."""
        for at in range(first, min(last, first + 5)):
            for size in (3, 2, 1):
                phrase = " ".join(self.lower[at : min(at + size, last)])
                if phrase in self.lexicon.roles:
                    return phrase
            if at > first and self.lower[at] in self.lexicon.prepositions:
                return None
        return None

    def kind(self, first: int, last: int) -> SpeakerKind:
        """Return the kind of speaker that the phrase's head noun tells."""
        for at in range(first, min(last, first + 5)):
            word = self.lower[at]
            two = " ".join(self.lower[at : at + 2])
            for known, kind in (
                (self.lexicon.organisation, "organisation"),
                (self.lexicon.group, "group"),
                (self.lexicon.document, "document"),
            ):
                if word in known or two in known:
                    return kind  # type: ignore[return-value]
            if at > first and word in self.lexicon.prepositions:
                break
        return "unknown"

    def determiner_gender(self, first: int) -> str:
        """Return the gender that the phrase's determiner shows, or an empty string."""
        return self.lexicon.determiners.get(self.lower[first], "")

    def slice(self, first: int, last: int) -> str:
        """Return the text of tokens ``[first, last)``, an inverted clitic without its hyphen."""
        return self.text[int(self.tokens.starts[first]) : int(self.tokens.ends[last - 1])].lstrip("-‑")
