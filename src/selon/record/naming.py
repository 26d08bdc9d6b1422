"""Whether two names may mean one speaker, by their words alone."""

from __future__ import annotations

from functools import cache

from selon.languages.pack import available, load_lexicon
from selon.record.wording import folded_words


def same_name(one: str, other: str) -> bool:
    """Tell whether all words of one name are in the other, titles and articles aside.

    >>> same_name("M. Macron", "Emmanuel Macron"), same_name("Brigitte Macron", "Emmanuel Macron")
    (True, False)
    """
    first, second = _words(one), _words(other)
    return bool(first and second) and (first <= second or second <= first)


def is_name(name: str) -> bool:
    """Tell whether there is a name in it, and not only a description (``le ministre``)."""
    return any(word[:1].isupper() for word in name.split())


def _words(name: str) -> frozenset[str]:
    found = frozenset(folded_words(name))
    return found - _titles() or found


@cache
def _titles() -> frozenset[str]:
    lexicons = [load_lexicon(language) for language in available()]
    titles = [title for lexicon in lexicons for title in (*lexicon.honorifics, *lexicon.determiners)]
    return frozenset(word for title in titles for word in folded_words(title))
