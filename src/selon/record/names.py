"""What names are compared by: keys without case, accents, titles and articles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from selon.languages.pack import available, load_lexicon
from selon.record.wording import fold, words

# Longer ones are phrases, not names of persons.
MAX_NAME_WORDS = 6
# Distinct names whose keys are kept at hand while pages are added.
CACHE = 1 << 16


@dataclass(frozen=True, slots=True)
class NameKey:
    """How a name is compared: ``words`` folded; ``proper`` for a person's own name and not a phrase.

    ``joined`` tells that hyphens join all of its words, as in ``Jean-Claude``.
    """

    words: tuple[str, ...]
    proper: bool
    joined: bool = False

    @property
    def text(self) -> str:
        """The key as one string."""
        return " ".join(self.words)

    @property
    def short(self) -> bool:
        """Whether it is a person's name without a given name: a surname, also with particles or initials."""
        if not self.proper:
            return False
        first = self.words[0]
        return self.joined or len(first) == 1 or first in _particles()

    @property
    def somebody(self) -> bool:
        """Whether it may stand for the same speaker on another page; ``certains`` and ``you`` may not."""
        return self.text not in _pronouns()

    def may_mean(self, full: NameKey) -> bool:
        """Tell whether this short name may stand for the person named ``full``.

        >>> macron = name_key("Emmanuel Macron", "person")
        >>> [name_key(name, "person").may_mean(macron) for name in ("Macron", "E. Macron", "B. Macron", "Emmanuel")]
        [True, True, False, False]
        """
        if full.short or not full.proper or len(full.words) < len(self.words):
            return False
        initials = 0
        while initials < len(self.words) - 1 and len(self.words[initials]) == 1:
            initials += 1
        rest = self.words[initials:]
        if full.words == rest or full.words[-len(rest) :] != rest:
            return False
        given = full.words[: len(full.words) - len(rest)]
        if given[-1] in _particles():
            return False  # whoever is called "de Rugy" is not called "Rugy"; "Snes de Créteil" is not "Créteil"
        return initials <= len(given) and all(
            name[0] == letter for name, letter in zip(given, self.words[:initials], strict=False)
        )


@lru_cache(CACHE)
def name_key(name: str, kind: str) -> NameKey:
    """Return what ``name`` of somebody of ``kind`` (see :class:`selon.Speaker`) is compared by.

    >>> name_key("Le Général De Gaulle", "person").text, name_key("l’Élysée", "unknown").text
    ('de gaulle', 'elysee')
    """
    found = words(name)
    folded = [word.folded for word in found]
    capital = [name[word.start].isupper() for word in found]
    first = _titles(folded)
    if 0 < first < len(folded) and folded[first] in _particles() and not capital[first]:
        # "le chef de l'État", "maire de Paris": what follows the office is its complement, unlike in "M. de Rugy"
        first = first if folded[first - 1] in _honorifics() else 0
    proper = kind == "person" and 0 < len(folded) - first <= MAX_NAME_WORDS
    proper = proper and all(
        upper or word in _particles() or word in _articles()
        for word, upper in zip(folded[first:], capital[first:], strict=True)
    )
    if proper and any(capital[first:]):
        start, end = found[first].start, found[-1].end
        return NameKey(tuple(folded[first:]), proper=True, joined=not any(c.isspace() for c in name[start:end]))
    first = 0
    while first < len(folded) - 1 and folded[first] in _articles():
        first += 1
    return NameKey(tuple(folded[first:]) or (name.casefold().strip() or "?",), proper=False)


def _titles(folded: list[str]) -> int:
    """The number of leading words that are titles; an article is one only before another title."""
    first = 0
    while first < len(folded) - 1:
        step = 1 if folded[first] in _articles() else 0
        if first + step < len(folded) - 1 and folded[first + step] in _title_words():
            first += step + 1
        else:
            break
    return first


@cache
def _title_words() -> frozenset[str]:
    found = {word for code in available() for word in load_lexicon(code).roles}
    return _honorifics() | {fold(word) for word in found if " " not in word}


@cache
def _honorifics() -> frozenset[str]:
    return frozenset(fold(word.rstrip(".")) for code in available() for word in load_lexicon(code).honorifics)


@cache
def _articles() -> frozenset[str]:
    return frozenset(fold(word.rstrip("'’")) for code in available() for word in load_lexicon(code).determiners)


@cache
def _particles() -> frozenset[str]:
    return frozenset(fold(word.rstrip("'’")) for code in available() for word in load_lexicon(code).particles)


@cache
def _pronouns() -> frozenset[str]:
    found: set[str] = set()
    for code in available():
        lexicon = load_lexicon(code)
        found |= {*lexicon.third, *lexicon.first, *lexicon.second, *lexicon.indefinite, *lexicon.nobody}
        found |= lexicon.same_source
    return frozenset(" ".join(word.folded for word in words(phrase)) for phrase in found)
