"""What a quotation leaves out at its ends: the rest of the sentence that it begins or stops in the middle of.

Words end whole where the reported content or a piece of it ends, where a sentence or paragraph ends, or where the
page's own quotation marks close around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from selon.languages.pack import available, load_lexicon
from selon.page import Span
from selon.record.wording import folded_words, words

# Characters looked at on either side; longer sentences are shown cut.
MAX_SENTENCE = 600

OPENING, CLOSING, STRAIGHT = "«“„‹", "»”›", '"'
_MARKS = OPENING + CLOSING + STRAIGHT
_SENTENCE_END = re.compile(rf"[.!?…][\s{_MARKS})\]]*\s+(?=[\s{_MARKS}(\[–—-]*(?:[^\W\d_a-zà-ÿ]|\d))|\n")
_LAST_WORD = re.compile(r"([^\W\d_]+)\.$")


def left_out(text: str, start: int, end: int, pieces: Sequence[Span] = ()) -> tuple[str, str]:
    """Return what stands before and after ``[start, end)`` in the same sentence, each empty if nothing does.

    ``pieces`` are those of the reported contents that hold the place, all in Unicode code points of ``text``. Outside
    of contents, sentences are taken as they run.
    """
    holds = [piece for piece in pieces if piece.start <= start < piece.end or piece.start < end <= piece.end]
    begin, stop = max(0, start - MAX_SENTENCE), min(len(text), end + MAX_SENTENCE)
    balanced = _balanced(text[start:end])
    before, after = text[begin:start], text[end:stop]
    opened = balanced and before.rstrip()[-1:] in tuple(OPENING + STRAIGHT) and before.strip() != ""
    closed = balanced and after.lstrip(" \u00a0\u202f.,!?…")[:1] in tuple(CLOSING + STRAIGHT) and after.strip() != ""
    if holds:
        # scare quotes within a content do not make a part of it whole, unless they stand around it
        opened = closed = opened and closed
        before = text[max([begin, *(piece.start for piece in holds if piece.start <= start)]) : start]
        after = text[end : min([stop, *(piece.end for piece in holds if piece.end >= end)])]
    else:
        before, after = _after_opening(before), _before_closing(after)
    return (
        "" if opened else _shown(_since_sentence(before)),
        "" if closed else _shown(_until_sentence(after, text[max(begin, end - 20) : end])),
    )


def is_opener(before: str) -> bool:
    """Tell whether ``before`` only opens a reported clause (``que``): a quotation may do without it."""
    return set(folded_words(before)) <= _openers()


def _shown(part: str) -> str:
    return part.strip() if words(part) else ""


def _balanced(part: str) -> bool:
    depth = 0
    for character in part:
        if character in OPENING:
            depth += 1
        elif character in CLOSING:
            depth -= 1
            if depth < 0:
                return False
    return depth == 0 and part.count(STRAIGHT) % 2 == 0


def _after_opening(before: str) -> str:
    """Return what stands behind the last opening mark that is not closed again."""
    mark = max(before.rfind(opening) for opening in OPENING)
    if mark >= 0 and not any(closing in before[mark:] for closing in CLOSING):
        return before[mark + 1 :]
    return before


def _before_closing(after: str) -> str:
    """Return what stands before the first closing mark that was not opened before."""
    marks = [place for closing in CLOSING if (place := after.find(closing)) >= 0]
    if marks and not any(opening in after[: min(marks)] for opening in OPENING):
        return after[: min(marks)]
    return after


def _since_sentence(before: str) -> str:
    begin = 0
    for match in _SENTENCE_END.finditer(before + "X"):
        if not _abbreviated(before[: match.start() + 1]):
            begin = match.end()
    return before[begin:]


def _until_sentence(after: str, ending: str) -> str:
    joined = ending + after
    for match in _SENTENCE_END.finditer(joined + "\n"):
        if match.end() > len(ending) and not _abbreviated(joined[: match.start() + 1]):
            return joined[len(ending) : max(len(ending), match.start())]
    return after


def _abbreviated(part: str) -> bool:
    """Tell whether a full stop belongs to a title or an initial."""
    match = _LAST_WORD.search(part[-20:])
    return match is not None and (len(match[1]) == 1 or match[1].casefold() + "." in _titles())


@cache
def _titles() -> frozenset[str]:
    return frozenset(
        title for language in available() for title in load_lexicon(language).honorifics if title.endswith(".")
    )


@cache
def _openers() -> frozenset[str]:
    openers = [opener for language in available() for opener in load_lexicon(language).openers]
    return frozenset(word for opener in openers for word in folded_words(opener))
