"""Tell the language of a page, and say so rather than guess when Selon does not read it.

The function words of each language pack decide at once in the usual case. Where they do not, py3langid (Lui and
Baldwin 2012) names the language; its model takes most of a second to load, which is why it comes second.
"""

from __future__ import annotations

import re

from selon.errors import LanguageError
from selon.languages.pack import available, load_lexicon

# Characters looked at: beginning and middle of a page are enough.
SAMPLE = 3000
# Share of a text's words that are function words of its language, from which on it is that language. French pages
# have 0.36 or more of their own (99 in 100), English 0.24 or more; on 800 Spanish pages French ones reach 0.27 at most.
SURE = 0.30
# The best language must lead the next by this share.
LEAD = 0.08
# Fewer words than this tell nothing about a language that function words leave open.
MIN_WORDS = 4

_WORD = re.compile(r"[^\W\d_]+['’]?")


def detect(text: str) -> str:
    """Return the ISO 639-1 code of a page's language.

    Raises:
        LanguageError: if the language has no pack here, or the text is too short to tell.
    """
    middle = max(0, len(text) // 2 - SAMPLE // 2)
    sample = text[:SAMPLE] if len(text) <= 2 * SAMPLE else text[:SAMPLE] + " " + text[middle : middle + SAMPLE]
    words = [word.lower().replace("’", "'") for word in _WORD.findall(sample)]
    if not words:
        raise LanguageError("the page has no words")
    shares = sorted(
        ((sum(word in load_lexicon(code).function_words for word in words) / len(words), code) for code in available()),
        reverse=True,
    )
    (best, code), following = shares[0], shares[1][0] if len(shares) > 1 else 0.0
    if best >= SURE and best - following >= LEAD:
        return code
    if len(words) < MIN_WORDS and best == 0:
        raise LanguageError("the page is too short to tell its language; name it with language=… (--language)")
    return _ask_identifier(sample, shares)


def _ask_identifier(sample: str, shares: list[tuple[float, str]]) -> str:
    import py3langid

    named = str(py3langid.classify(sample)[0])
    if named in available():
        return named
    known = ", ".join(available())
    raise LanguageError(
        f"the page seems to be in '{named}', which Selon does not read (it reads: {known}); "
        "if that is wrong, name the language with language=… (--language)",
        named,
    )
