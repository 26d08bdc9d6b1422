"""Stems of words by Snowball (https://snowballstem.org), so that ``élection`` finds ``élections``."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import import_module
from threading import Lock
from typing import Any

from selon.languages.pack import available, load_lexicon
from selon.record.wording import fold

# Words whose stems are kept at hand: more than a language's newspapers use in a year.
CACHE = 1 << 17
# Shorter and longer runs of letters are their own stems.
MIN_WORD = 3
MAX_WORD = 40

# What FTS5's unicode61 takes for a word.
WORD = re.compile(r"[^\W_]+")

# A stemmer serves one thread at a time.
_lock = Lock()


def indexed(text: str, language: str | None) -> tuple[str, str]:
    """Return the words of ``text`` and their stems in its language, both folded and separated by spaces.

    Words of languages without a pack are their own stems.

    >>> indexed("Les œuvres votées", "fr")
    ('les oeuvres votees', 'le oeuvr vot')
    """
    words = indexed_words(text)
    if language not in available():
        return words, words
    return words, " ".join([folded_stem(word, language) for word in WORD.findall(text)])


def indexed_words(text: str) -> str:
    """Return the words of ``text``, folded and separated by spaces."""
    return " ".join([fold(word) for word in WORD.findall(text)])


@lru_cache(CACHE)
def folded_stem(word: str, language: str) -> str:
    """Return the folded stem of one word in a language that has a pack."""
    return fold(stem(word, language))


def stem(word: str, language: str) -> str:
    """Return the stem of one word in a language that has a pack, in lower case.

    >>> stem("élections", "fr"), stem("Voted", "en")
    ('élect', 'vote')
    """
    return _stem(word.lower(), language)


@lru_cache(CACHE)
def _stem(word: str, language: str) -> str:
    if not MIN_WORD <= len(word) <= MAX_WORD:
        return word
    with _lock:
        return str(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: str) -> Any:
    return import_module("Stemmer").Stemmer(load_lexicon(language).name.lower())
