"""What somebody wants to have verified: one quotation, or those that a paragraph contains."""

from __future__ import annotations

from dataclasses import dataclass

from selon.errors import LanguageError
from selon.reading.reader import Reader

# Longer than any paragraph; bounds the time that reading and verifying take.
MAX_TEXT = 10_000
# More quotations than these are a page, to be read first.
MAX_QUESTIONS = 15
# Fewer words than these are no quotation that could be known again.
MIN_WORDS = 3


@dataclass(frozen=True)
class Question:
    """Words to verify, and who is said to have said them, if that is known."""

    words: str
    speaker: str | None


def questions(text: str, speaker: str | None) -> list[Question]:
    """Return the quotations of a paragraph with their speakers; the whole text where there are none.

    Args:
        text: a quotation with or without marks, or a paragraph.
        speaker: who is said to speak; where it is None, whom the paragraph names.
    """
    try:
        page = Reader().read(text)
    except LanguageError:
        return [Question(text, speaker)]
    found = []
    for one in page.attributions:
        words = page.words(one.content, " ")
        if one.kind != "indirect" and not one.nested and one.cue and len(words.split()) >= MIN_WORDS:
            found.append(Question(words, speaker or one.speaker))
    return found[:MAX_QUESTIONS] or [Question(text, speaker)]
