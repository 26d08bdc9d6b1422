"""Where a quotation stands on one page: as quoted, or else at the closest place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from selon.page import Span
from selon.record.compare import Comparison, Quotation, closest, compared, standing
from selon.record.finding import MAX_PHRASE
from selon.record.wording import Word, folded_words, words

# Shorter quotations are words: they stand or they don't, for everything is close to them.
MIN_WORDS = 3
# Words of the quotation times words of the page that are aligned; of longer pages, the densest part is.
MAX_CELLS = 1_000_000
# Words around as many as the quotation has that are aligned of such pages.
AROUND = 300
# Characters a word, with the space behind it: French has 5.9, English 5.8.
WORD_LENGTH = 6
# Places of one page that are looked at where the words stand more often.
MAX_PLACES = 20


def comparisons(
    quotation: Quotation, text: str, contents: Sequence[Sequence[Span]], *, in_a_row: bool
) -> Iterator[Comparison]:
    """Yield how the quotation stands at each place where it stands as quoted, else at the one that is closest.

    Args:
        quotation: what is looked for.
        text: a page's text.
        contents: the pieces of each content on that page.
        in_a_row: whether the page is known to have the words in a row.
    """
    exact = list(_written(quotation, text)) if in_a_row and len(quotation.words) <= MAX_PHRASE else []
    # what the page puts between the pieces of a content is none of the speaker's words
    places = [pieces for pieces in contents if len(pieces) > 1]
    if not exact:
        places.append((Span(0, len(text)),))
    close: list[Comparison] = []
    for pieces in places:
        folded = _folded_of(text, pieces)
        if runs := _runs(quotation.folded, folded, MAX_PLACES):
            page = _words_of(text, pieces)
            exact += [standing(quotation, text, page, first) for first in runs]
        elif not exact and len(quotation.words) >= MIN_WORDS:
            if len(folded) * len(quotation.words) > MAX_CELLS and len(folded) > 2 * (len(quotation.words) + AROUND):
                pieces = (_densest(quotation, text),)
                folded = _folded_of(text, pieces)
            if alignment := closest(quotation, folded):
                close.append(compared(quotation, text, _words_of(text, pieces), alignment))
    yield from exact or close


def _folded_of(text: str, pieces: Sequence[Span]) -> list[str]:
    return [word for piece in pieces for word in folded_words(text, *piece)]


def _words_of(text: str, pieces: Sequence[Span]) -> list[Word]:
    return [word for piece in pieces for word in words(text, *piece)]


def _written(quotation: Quotation, text: str) -> Iterator[Comparison]:
    """Yield the places where the words stand in a row, accents and all, without cutting the whole page into words."""
    for number, match in enumerate(_pattern(quotation).finditer(text), 1):
        # a little around it, for it may begin within a number
        page = words(text, max(0, match.start() - WORD_LENGTH * 2), min(len(text), match.end() + WORD_LENGTH * 2))
        for first in _runs(quotation.folded, [word.folded for word in page], 1):
            yield standing(quotation, text, page, first)
        if number == MAX_PLACES:
            return


def _pattern(quotation: Quotation) -> re.Pattern[str]:
    """Return a pattern for the quotation's words as they are written, with any marks and spaces between them."""
    surfaces = [re.escape(quotation.text[word.start : word.end]) for word in quotation.words]
    return re.compile(r"(?<![^\W_])" + r"[\W_]{1,12}".join(surfaces) + r"(?![^\W_])", re.IGNORECASE)


def _runs(wanted: Sequence[str], page: Sequence[str], most: int) -> list[int]:
    """Return where the folded words wanted stand in a row among a page's, without overlap."""
    sought, joined = f" {' '.join(wanted)} ", f" {' '.join(page)} "
    found: list[int] = []
    place, number, seen = joined.find(sought), 0, 0
    while place >= 0 and len(found) < most:
        number += joined.count(" ", seen, place)
        seen = place
        found.append(number)
        place = joined.find(sought, place + len(sought) - 1)
    return found


def _densest(quotation: Quotation, text: str) -> Span:
    """Return the part of a long text that has most of the quotation's telling words."""
    half = WORD_LENGTH * (len(quotation.words) + AROUND)
    sought = sorted(quotation.telling, key=len)[-MAX_PHRASE:]
    surfaces = {quotation.text[word.start : word.end] for word in quotation.words if word.folded in sought}
    forms = "|".join(sorted(re.escape(form) for form in surfaces.union(sought)))
    pattern = re.compile(rf"(?<![^\W_])(?:{forms})(?![^\W_])", re.IGNORECASE)
    there: defaultdict[int, set[str]] = defaultdict(set)
    for match in pattern.finditer(text):
        there[match.start() // half].add(match[0].casefold())
    parts = range(len(text) // half + 1)
    begin = half * max(parts, key=lambda part: len(there.get(part, set()) | there.get(part + 1, set())))
    return Span(begin, min(len(text), begin + 2 * half))
