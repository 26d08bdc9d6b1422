"""A family's variants under each other, word under word: a multiple alignment made of the comparisons with one of them.

Every variant is aligned with the family's reference (a star alignment); what several variants add at the same place is
aligned in the same way, with the longest addition. Words are then joined to the fewest columns, so that a column ends
wherever some variant begins or ends to differ.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from selon.record.alignment import align
from selon.record.compare import Difference
from selon.record.wording import words

CellKind = Literal["equal", "missing", "added", "changed", "none"]

# Variants that are laid out, and words and additions of the reference; more make no page that somebody reads.
MAX_ROWS = 40
MAX_SLOTS = 500
# A variant of which a smaller share of words stands in the reference stands apart: among the others it would only pull
# the columns asunder. By eye, on the families of 5,930 pages.
MIN_SHARED = 0.5
# Longer additions are not aligned with each other, which bounds time.
MAX_ADDED = 120
_OPENING = re.compile(r"""[«“„‹‘(\[]|(?<=\s)["']""")


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a variant.

    Attributes:
        kind: ``equal`` to the reference, ``missing`` from the variant, ``added`` by it, ``changed``, or ``none`` where
            only other variants add something.
        words: the variant's words with their marks; empty if it has none here.
        columns: over how many columns it goes.
    """

    kind: CellKind
    words: str
    columns: int


@dataclass(frozen=True, slots=True)
class Collation:
    """The variants, each as cells from the first column to the last.

    Attributes:
        reference: the variant that the others are compared with.
        rows: the others' numbers among the variants given, with their cells, in the order given.
        apart: the numbers of those that share too few words, each with its words and whether the reference has them.
        columns: how many there are.
        left_out: further variants.
        cut: whether the last words of a long text are left out.
    """

    reference: tuple[Cell, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    apart: tuple[tuple[int, tuple[tuple[str, bool], ...]], ...]
    columns: int
    left_out: int
    cut: bool


class _Piece(NamedTuple):
    """Words ``[first, last)`` of a variant for words ``[start, end)`` of the reference."""

    kind: CellKind
    first: int
    last: int
    start: int
    end: int


class _Slot(NamedTuple):
    """What a variant has at one word of the reference or of an addition; slots of one ``group`` are never parted."""

    kind: CellKind
    group: int
    first: int
    last: int


_NONE = _Slot("none", 0, 0, 0)


class _Text:
    """A variant's words, and the text that each of them brings with its marks."""

    def __init__(self, text: str) -> None:
        found = words(text)
        self.folded = [word.folded for word in found]
        self.starts = [word.start for word in found]
        cuts = [0]
        for one, other in pairwise(found):
            gap = text[one.end : other.start]
            # opening marks go with the word behind them, all others with the word before
            opening = _OPENING.search(gap)
            cuts.append(one.end + (opening.start() if opening else len(gap)))
        self._text, self._cuts = text, [*cuts, len(text)]

    def words(self, first: int, last: int) -> str:
        """Return words ``[first, last)`` with their marks."""
        return self._text[self._cuts[first] : self._cuts[last]].strip() if first < last else ""

    def pieces(self, differences: Sequence[Difference], reference: _Text) -> Iterator[_Piece]:
        """Yield the pieces that differences from the reference stand for, in order."""
        at = first = start = 0
        for one in differences:
            last, end = first, start
            if one.quoted:
                at = max(self._text.find(one.quoted, at), at) + len(one.quoted)
                last = bisect_left(self.starts, at)
            if one.stands:
                end = bisect_left(reference.starts, one.end)
            yield _Piece(one.kind, first, last, start, end)
            first, start = last, end


def collate(reference: int, variants: Sequence[tuple[str, Sequence[Difference]]]) -> Collation:
    """Return the variants of a family under each other.

    Args:
        reference: the number of the variant that the others are compared with.
        variants: each variant's text with its differences from the reference, from beginning to end.
    """
    main = _Text(variants[reference][0])
    count = len(main.starts)
    numbers, texts, pieces = [reference], [main], [[_Piece("equal", 0, count, 0, count)]]
    apart = []
    others = [number for number in range(len(variants)) if number != reference]
    for number in others[: MAX_ROWS - 1]:
        text = _Text(variants[number][0])
        found = list(text.pieces(variants[number][1], main))
        if sum(one.last - one.first for one in found if one.kind == "equal") < MIN_SHARED * len(text.starts):
            told = ((text.words(one.first, one.last), one.kind == "equal") for one in found if one.first < one.last)
            apart.append((number, tuple(told)))
        else:
            numbers.append(number)
            texts.append(text)
            pieces.append(found)
    rows: list[list[_Slot]] = [[] for _ in texts]
    on_word = [_by_word(one) for one in pieces]
    for place in range(count + 1):
        if len(rows[0]) >= MAX_SLOTS:
            break
        added = [next((one for one in own if one.kind == "added" and one.start == place), None) for own in pieces]
        for row, own, slots in zip(rows, on_word, _additions(texts, added), strict=True):
            before = own.get(place - 1, _NONE)
            # what stands for words on both sides of the gap goes over it
            spans = before.group > 0 and before == own.get(place)
            row += [before] * len(slots) if spans else slots
        if place < count:
            for row, own in zip(rows, on_word, strict=True):
                row.append(own.get(place, _NONE))
    cut = place < count
    ends = _ends(rows)
    cells = [tuple(_cells(row, ends, text)) for row, text in zip(rows, texts, strict=True)]
    return Collation(
        cells[0], tuple(zip(numbers[1:], cells[1:], strict=True)), tuple(apart), len(ends),
        max(0, len(variants) - MAX_ROWS), cut,
    )  # fmt: skip


def _by_word(pieces: list[_Piece]) -> dict[int, _Slot]:
    """What a variant has at each word of the reference."""
    found: dict[int, _Slot] = {}
    for group, one in enumerate(pieces, 1):
        alike = one.kind == "equal" and one.last - one.first == one.end - one.start
        for word in range(one.start, one.end):
            own = one.first + word - one.start
            found[word] = _Slot("equal", 0, own, own + 1) if alike else _Slot(one.kind, group, one.first, one.last)
    return found


def _additions(texts: list[_Text], added: list[_Piece | None]) -> list[list[_Slot]]:
    """What each variant has in one gap between two words of the reference."""
    lengths = [one.last - one.first if one else 0 for one in added]
    width = max(lengths)
    if not width:
        return [[] for _ in texts]
    longest = lengths.index(width)
    main = added[longest]
    assert main is not None
    page = texts[longest].folded[main.first : main.last]
    rows = []
    for text, one in zip(texts, added, strict=True):
        if one is None:
            rows.append([_NONE] * width)
        elif one is main:
            rows.append([_Slot("added", -1, at, at + 1) for at in range(main.first, main.last)])
        else:
            rows.append(_beside(text.folded[one.first : one.last], page, one.first))
    return rows


def _beside(own: list[str], page: list[str], first: int) -> list[_Slot]:
    """An addition on the words of a longer one; ``first`` is the number of its first word in its text."""
    whole = [_Slot("added", -2, first, first + len(own))] * len(page)
    if len(page) > MAX_ADDED:
        return whole
    steps = align(own, page).steps
    # words for which the longer addition has no place go with their neighbours
    if any(step.start == step.end for step in steps) or not any(step.equal for step in steps):
        return whole
    slots = [_NONE] * len(page)
    for number, step in enumerate(steps):
        for at in range(step.start, step.end):
            if step.equal:
                word = first + step.first + at - step.start
                slots[at] = _Slot("added", -1, word, word + 1)
            elif step.first < step.last:
                slots[at] = _Slot("added", -3 - number, first + step.first, first + step.last)
    return slots


def _ends(rows: list[list[_Slot]]) -> list[int]:
    """The slots behind which a column ends."""
    width = len(rows[0])
    return [
        at + 1
        for at in range(width)
        if at + 1 == width
        or any((row[at].kind, row[at].group) != (row[at + 1].kind, row[at + 1].group) for row in rows)
    ]


def _cells(row: list[_Slot], ends: list[int], text: _Text) -> Iterator[Cell]:
    """A variant's cells: one a column where words line up, one over several columns where they do not."""
    columns = [row[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    def block(column: list[_Slot]) -> tuple[CellKind, int, int]:
        # words of group 0 and -1 stand one under each other: each column is a cell
        slot = column[0]
        return slot.kind, slot.group, slot.first if slot.group in (0, -1) else -1

    for (kind, _, _), joined in groupby(columns, key=block):
        some = list(joined)
        slots = [slot for column in some for slot in column]
        yield Cell(kind, text.words(slots[0].first, slots[-1].last), len(some))
