"""How a quotation compares with the words of a page: verbatim, cut or altered, with the difference word by word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from selon.languages.pack import available, load_lexicon
from selon.record.alignment import Alignment, Step, align
from selon.record.telling import telling
from selon.record.wording import Word, fold, folded_words, with_accents, words

Status = Literal["verbatim", "cut", "altered", "unknown"]
DifferenceKind = Literal["equal", "missing", "added", "changed"]
About = Literal["negation", "number", "name", "accent"]

# The share of the quotation that must stand on the page. Chosen on the generated cases of benchmarks/verify.py
# (train half): with 0.55, invented quotations meet commonplaces; with 0.7, one wrong word in three is unknown.
MIN_SIMILARITY = 0.6
# The share of its telling words that must be among them, for commonplaces are in every quotation.
MIN_TELLING = 0.5
# The words left out that hold a negation are a denial undone if there are no more than this many; longer, a passage.
MAX_DENIAL = 3
# A quotation without accents was typed without them if this many of its words lack some; else one may be another word.
TYPED_PLAIN = 2


class Difference(NamedTuple):
    """A stretch of a quotation beside what stands on the page.

    Attributes:
        kind: ``equal``; ``missing``, left out by the quotation; ``added``, not on the page; ``changed``.
        quoted: the quotation's words with their marks, empty if missing.
        stands: the page's words with their marks, empty if added.
        start, end: where ``stands`` is on the page, in Unicode code points, end exclusive.
        about: what the difference touches: a ``negation``, a ``number``, a ``name``, or ``accent`` alone.
    """

    kind: DifferenceKind
    quoted: str
    stands: str
    start: int
    end: int
    about: frozenset[About] = frozenset()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A quotation as it stands at one place of a page.

    Attributes:
        status: ``verbatim``, ``cut``, ``altered`` or ``unknown``, ends apart (see :mod:`selon.record.edges`).
        similarity: the share of the quotation's words that stand there, between 0 and 1, gaps taken off.
        differences: the quotation from its beginning to its end; all ``equal`` if the words stand as quoted.
        start, end: the place on the page, in Unicode code points, end exclusive.
        first, last: numbers of the first word of the place, and of the first one behind it, among the words compared.
    """

    status: Status
    similarity: float
    differences: tuple[Difference, ...]
    start: int
    end: int
    first: int
    last: int


class Quotation:
    """A quotation to compare with pages: its text, its words, and where it shows an ellipsis.

    Attributes:
        text: as given.
        words: its words, see :func:`selon.record.wording.words`.
        folded: their folded forms.
        telling: those that are no function words.
        ellipses: numbers of the words before which an ellipsis stands: ``...``, ``…``, ``(…)``, ``[…]``.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words(text)
        self.folded = [word.folded for word in self.words]
        self.telling = frozenset(telling(self.folded))
        between = (text[one.end : other.start] for one, other in pairwise(self.words))
        self.ellipses = {number for number, gap in enumerate(between, 1) if "…" in gap or "..." in gap}


def closest(quotation: Quotation, folded: Sequence[str]) -> Alignment | None:
    """Return where the quotation stands best among folded words, or None if too little of it does.

    Time and memory grow with the product of the lengths, unless the words that tell something are not there at all.
    """
    if not folded or not quotation.words or len(quotation.telling & set(folded)) < MIN_TELLING * len(quotation.telling):
        return None
    alignment = align(quotation.folded, folded, quotation.ellipses)
    if alignment.cost > (1 - MIN_SIMILARITY) * len(quotation.words):
        return None
    kept = {word for step in alignment.steps if step.equal for word in quotation.folded[step.first : step.last]}
    return alignment if kept and len(kept & quotation.telling) >= MIN_TELLING * len(quotation.telling) else None


def touches(text: str) -> frozenset[About]:
    """Return what the words of a text are: negations, numbers, names."""
    return frozenset(about for word in words(text) for about in _touches(text, word))


def variant(quotation: Quotation, text: str) -> Comparison | None:
    """Return how all of a quotation compares with all of ``text``, ends included; None if either has no words."""
    page = words(text)
    if not page or not quotation.words:
        return None
    count = len(quotation.words)
    alignment = align(quotation.folded, [word.folded for word in page])
    if not any(step.equal for step in alignment.steps):
        alignment = Alignment((Step(False, 0, count, 0, len(page)),), count)
    found = compared(quotation, text, page, alignment)
    head = [_unequal(quotation, text, page, Step(False, 0, 0, 0, found.first))] if found.first else []
    tail = [_unequal(quotation, text, page, Step(False, count, count, found.last, len(page)))]
    ends = (*head, *(tail if found.last < len(page) else ()))
    status: Status = "cut" if ends and found.status == "verbatim" else found.status
    differences = (*head, *found.differences, *(tail if found.last < len(page) else ()))
    return replace(found, status=status, differences=differences)


def compared(quotation: Quotation, text: str, page: list[Word], alignment: Alignment) -> Comparison:
    """Return the comparison for an alignment with ``page``, words of ``text`` in their order."""
    return _compared(quotation, text, page, alignment, 1 - alignment.cost / len(quotation.words))


def standing(quotation: Quotation, text: str, page: list[Word], first: int) -> Comparison:
    """Return the comparison with the words from ``first`` on, which are known to be the quotation's words."""
    count = len(quotation.words)
    step = Step(True, 0, count, first, first + count)
    return _compared(quotation, text, page, Alignment((step,), 0), 1.0)


def _compared(quotation: Quotation, text: str, page: list[Word], alignment: Alignment, similarity: float) -> Comparison:
    differences: list[Difference] = []
    denied = False
    plain = _typed_plain(quotation, text, page, alignment)
    steps = _stretched(quotation, page, alignment.steps)
    for step in steps:
        if step.equal or _joined(quotation, page, step):
            differences += _equal(quotation, text, page, step, plain)
            continue
        difference = _unequal(quotation, text, page, step)
        differences.append(difference)
        shown = step.first in quotation.ellipses
        denied |= "negation" in difference.about and not shown and step.end - step.start <= MAX_DENIAL
    kinds = {difference.kind for difference in differences}
    status: Status = "verbatim"
    if kinds & {"added", "changed"} or denied:
        status = "altered"
    elif "missing" in kinds:
        status = "cut"
    places = [step for step in steps if step.end > step.start]
    first, last = places[0].start, places[-1].end
    return Comparison(status, similarity, tuple(differences), page[first].start, page[last - 1].end, first, last)


def _joined(quotation: Quotation, page: list[Word], step: Step) -> bool:
    """Tell whether only spaces and hyphens differ: ``week-end`` and ``weekend``; never with numbers."""
    one = "".join(quotation.folded[step.first : step.last])
    return one.isalpha() and one == "".join(word.folded for word in page[step.start : step.end])


def _stretched(quotation: Quotation, page: list[Word], steps: tuple[Step, ...]) -> list[Step]:
    """Take in the neighbouring word where the quotation's first or last word is written as two: ``week-end``."""
    found = list(steps)
    for at, left, right in ((0, 1, 0), (-1, 0, 1)):
        step = found[at]
        wider = step._replace(start=max(0, step.start - left), end=min(len(page), step.end + right))
        if not step.equal and _joined(quotation, page, wider):
            found[at] = wider
    return found


def _typed_plain(quotation: Quotation, text: str, page: list[Word], alignment: Alignment) -> bool:
    """Tell whether the quotation, or the page where it stands, was written without accents altogether."""
    quoted = [word for word in quotation.words if not quotation.text[word.start : word.end].isascii()]
    there = [
        word
        for step in alignment.steps
        for word in page[step.start : step.end]
        if step.equal and not text[word.start : word.end].isascii()
    ]
    return (not quoted and len(there) >= TYPED_PLAIN) or (not there and len(quoted) >= TYPED_PLAIN)


def _equal(quotation: Quotation, text: str, page: list[Word], step: Step, plain: bool) -> list[Difference]:
    """Return the difference for equal words, cut where an accent makes another word."""
    if step.last - step.first != step.end - step.start or plain:
        return [_difference("equal", quotation, text, page, step)]
    parts: list[Difference] = []
    begin = 0
    for number in range(step.last - step.first):
        quoted, stands = quotation.words[step.first + number], page[step.start + number]
        if _same_accents(quotation.text[quoted.start : quoted.end], text[stands.start : stands.end]):
            continue
        if number > begin:
            parts.append(_difference("equal", quotation, text, page, _part(step, begin, number)))
        accent = _difference("changed", quotation, text, page, _part(step, number, number + 1))
        parts.append(accent._replace(about=frozenset({"accent"})))
        begin = number + 1
    if begin < step.last - step.first:
        parts.append(_difference("equal", quotation, text, page, _part(step, begin, step.last - step.first)))
    return parts


def _part(step: Step, begin: int, end: int) -> Step:
    return Step(True, step.first + begin, step.first + end, step.start + begin, step.start + end)


def _same_accents(one: str, other: str) -> bool:
    """Tell whether two words with the same letters have the same accents, or a capital may have lost its own."""
    if one == other:
        return True
    first, second = with_accents(one), with_accents(other)
    if first == second:
        return True
    if any(len(word) > 1 and word.isupper() and word.isascii() for word in (one, other)):
        return True
    bare = (one[0].isupper() and one[0].isascii()) or (other[0].isupper() and other[0].isascii())
    return bare and fold(first[:1]) == fold(second[:1]) and first[1:] == second[1:]


def _unequal(quotation: Quotation, text: str, page: list[Word], step: Step) -> Difference:
    kind: DifferenceKind = "changed"
    if step.first == step.last:
        kind = "missing"
    elif step.start == step.end:
        kind = "added"
    about: set[About] = set()
    quoted, stands = quotation.words[step.first : step.last], page[step.start : step.end]
    only = {word.folded for word in quoted} ^ {word.folded for word in stands}
    for source, found in ((quotation.text, quoted), (text, stands)):
        for word in found:
            if word.folded in only or kind != "changed":
                about |= _touches(source, word)
    return _difference(kind, quotation, text, page, step)._replace(about=frozenset(about))


def _difference(kind: DifferenceKind, quotation: Quotation, text: str, page: list[Word], step: Step) -> Difference:
    quoted, stands = quotation.words[step.first : step.last], page[step.start : step.end]
    start = stands[0].start if stands else page[min(step.start, len(page) - 1)].start
    end = stands[-1].end if stands else start
    return Difference(
        kind,
        quotation.text[quoted[0].start : quoted[-1].end] if quoted else "",
        text[start:end] if stands else "",
        start,
        end,
    )


def _touches(text: str, word: Word) -> set[About]:
    """Return what one word is: a negation, a number, a name."""
    negations, endings, numbers = _turning()
    found: set[About] = set()
    written = text[word.start : word.end]
    # "t" alone denies only in "n't"
    ending = word.folded in endings and fold(text[max(0, word.start - 2) : word.start - 1]) != "n"
    if word.folded in negations and not ending:
        found.add("negation")
    if word.folded in numbers or any(c.isdigit() for c in written):
        found.add("number")
    if written[:1].isupper() and not _opens_sentence(text, word.start):
        found.add("name")
    return found


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 8) : start].rstrip(" \u00a0\u202f\"«“‘'([-–—")
    return not before or before[-1] in ".!?…\n:"


@cache
def _turning() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return all languages' negations, those of them that are endings, and number words, folded."""
    lexicons = [load_lexicon(language) for language in available()]
    endings = {entry for lexicon in lexicons for entry in lexicon.negations if entry.startswith("'")}
    return (
        _folded(entry for lexicon in lexicons for entry in lexicon.negations),
        _folded(endings),
        _folded(entry for lexicon in lexicons for entry in lexicon.numbers),
    )


def _folded(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in folded_words(entry))
