"""Words of a page that a visitor names: by their place in the text, or by the words themselves."""

from __future__ import annotations

import re

from selon.page import Span
from selon.web.problems import Problem

# How the pieces of a content are joined where its words are shown.
JOINT = "[…]"
_ANCHOR = re.compile(r"(?:a-)?(\d{1,9})-(\d{1,9})(?:-\d{1,4})?")


def place_of(anchor: str) -> Span:
    """Return the place that an anchor such as ``a-34-90`` names.

    Raises:
        Problem: if it is no anchor.
    """
    match = _ANCHOR.fullmatch(anchor)
    if match is None or int(match[1]) >= int(match[2]):
        raise Problem(422, "invalid", "a place is written START-END")
    return Span(int(match[1]), int(match[2]))


def find_words(text: str, words: str, near: int) -> tuple[Span, ...]:
    """Return where ``words`` stand in ``text``, in pieces if they are joined by ``[…]``; empty if they do not.

    Spaces and line ends count as the same. Of several places the one that is nearest to ``near`` is meant.

    Example:
        >>> find_words("Yes, he said. Yes.", "Yes", 10)
        (Span(start=14, end=17),)
    """
    pieces: list[Span] = []
    for piece in words.split(JOINT):
        pattern = r"\s+".join(re.escape(word) for word in piece.split())
        if not pattern:
            continue
        at = pieces[-1].end if pieces else 0
        found = [Span(*match.span()) for match in re.finditer(pattern, text) if match.start() >= at]
        if not found:
            return ()
        pieces.append(min(found, key=lambda span: abs(span.start - near)) if not pieces else found[0])
    return tuple(pieces)
