"""Split a page's text into tokens without altering it.

A token is a word, a number, a sign or a quotation mark, with its place in the text. The rules hold for French and
English alike: an elided word keeps its apostrophe (``l'``, ``qu'``), an English clitic takes its own (``'s``), a
hyphenated word stays whole except before an inverted clitic pronoun (``a-t-il`` is ``a``, ``-t``, ``-il``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]

NO_GAP, SPACE, NEWLINE, BLANK_LINE = 0, 1, 2, 3

_CLITIC = r"(?:t|il|elle|on|ils|elles|je|tu|nous|vous|ce|là|ci|moi|toi|lui|leur|le|la|les|y|en)"
_LETTER = r"[^\W\d_]"
_TOKEN = re.compile(
    rf"""
    [^\W\d_hHwW]{_LETTER}+(?![^\W_]|[-‑'’])              # most words: none of the rules below is about them
    | (?:[hH][tT][tT][pP][sS]?://|[wW][wW][wW]\.)[^\s«»“”"<>]+   # addresses stay whole
    | [@\#]\w+                                           # handles and tags
    | (?:{_LETTER}|(?i:(?:jus|lors|puis|quoi|quel|pres)?qu))['’](?=[\w«“‘‹"]|\s[«“"])   # elision: l' d' qu' lorsqu'
    | -(?i:{_CLITIC})(?!\w)                                   # an inverted clitic
    | ['’](?i:s|t|re|ve|ll|d|m)(?!\w)                     # an English clitic
    | {_LETTER}+(?:[-‑](?!(?i:{_CLITIC})(?!\w)){_LETTER}+)*   # a word, hyphenated or not
    | \d+(?:[.,'’]\d+)*                                  # a number
    | \.{{2,}} | -{{2,}} | `` | '' | << | >> | _+
    | [^\w\s]
    | \w                                                 # whatever else counts as a letter
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text.

    ``words`` are slices of the text; ``starts`` and ``ends`` their offsets in Unicode code points, end exclusive;
    ``gaps`` say what stands before each token: nothing, space, a newline or a blank line.
    """

    words: list[str]
    starts: IntArray
    ends: IntArray
    gaps: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.words)


def tokenise(text: str) -> Tokens:
    """Return the tokens of ``text`` in their order; every character that is not white space is in one token."""
    bounds = [match.span() for match in _TOKEN.finditer(text)]
    flat = np.array(bounds, dtype=np.int32).reshape(-1, 2)
    starts, ends = np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1])
    words = [text[start:end] for start, end in bounds]
    return Tokens(words, starts, ends, _gaps(text, starts, ends))


def _gaps(text: str, starts: IntArray, ends: IntArray) -> npt.NDArray[np.uint8]:
    gaps = np.zeros(len(starts), dtype=np.uint8)
    if not len(starts):
        return gaps
    gaps[1:] = starts[1:] > ends[:-1]
    newlines = np.array([match.start() for match in re.finditer("\n", text)], dtype=np.int32)
    passed = np.searchsorted(newlines, starts)
    crossed = np.diff(passed, prepend=0)
    gaps[crossed == 1] = NEWLINE
    gaps[crossed >= 2] = BLANK_LINE
    gaps[0] = BLANK_LINE
    return gaps
