"""Words that tell something, apart from those that stand in every sentence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from selon.languages.pack import available, load_lexicon
from selon.record.wording import folded_words


def telling(words: Iterable[str]) -> list[str]:
    """Return the distinct words that are no function words of any language, in their order."""
    return [word for word in dict.fromkeys(words) if len(word) > 1 and word not in _common()]


@cache
def _common() -> frozenset[str]:
    phrases = [phrase for language in available() for phrase in load_lexicon(language).function_words]
    return frozenset(word for phrase in phrases for word in folded_words(phrase))
