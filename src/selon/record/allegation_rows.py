"""Allegations to rows: their columns, their full text, and the stems by which deeds are compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from selon.languages.pack import available, load_lexicon
from selon.page import Actor, Allegation, Page, Span
from selon.record.stems import WORD, folded_stem, indexed
from selon.record.wording import fold, folded_words

# The parts of an allegation that are words of the page.
PARTS = ("deed", "victim", "when", "where", "means", "hedges")
# The columns of the full text.
TEXTS = ("words", "stems", "deed_words", "deed_stems", "victim_words", "victim_stems")
# Shorter words tell nothing of a deed.
MIN_LETTERS = 3


def allegation_row(
    page: Page,
    allegation: Allegation,
    names: Mapping[str | None, int],
    first_attribution: int,
    first_allegation: int,
    wording_id: int | None,
) -> tuple[Any, ...]:
    """Return the columns of an allegation from ``start`` on; the page's own numbers count from the first ones given."""
    accuser, accused = allegation.accuser, allegation.accused
    attribution, answers = allegation.attribution, allegation.answers
    return (
        *allegation.evidence,
        allegation.stance,
        names[accuser.name] if accuser else None,
        names[accused.name] if accused else None,
        *(actor and actor.country for actor in (accuser, accused)),
        *(actor and actor.sector for actor in (accuser, accused)),
        json.dumps(_spans(allegation), separators=(",", ":")),
        allegation.time,
        allegation.event,
        json.dumps(allegation.contexts),
        allegation.deed_kind,
        deed_stems(page.words(allegation.deed, " "), page.language),
        None if attribution is None else first_attribution + attribution,
        None if answers is None else first_allegation + answers,
        wording_id,
        int(allegation.in_debris),
        allegation.confidence,
    )


def allegation_text(page: Page, allegation: Allegation) -> tuple[str, ...]:
    """Return what the full-text index holds of an allegation, in the order of :data:`TEXTS`."""
    return entry(page.text, page.language, allegation.evidence, allegation.deed, allegation.victim)


def stored_texts(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield entries of the full-text index from rows of number, text, language, start, end and spans (JSON)."""
    for allegation_id, text, language, start, end, places in rows:
        spans = {name: [Span(*span) for span in found] for name, found in json.loads(places).items()}
        found = entry(text, language, Span(start, end), spans.get("deed", ()), spans.get("victim", ()))
        yield (allegation_id, *found)


def entry(
    text: str, language: str | None, evidence: Span, deed: Sequence[Span], victim: Sequence[Span]
) -> tuple[str, ...]:
    """Return the words and stems of the evidence, the deed and the victim."""
    parts = [" ".join(text[span.start : span.end] for span in spans) for spans in ((evidence,), deed, victim)]
    return tuple(column for part in parts for column in indexed(part, language))


def deed_stems(deed: str, language: str | None) -> str:
    """Return the stems of a deed's telling words, folded, each once, in order.

    >>> deed_stems("avoir financé l'opposition et les opposants", "fr")
    'financ oppos opposit'
    """
    known = language in available()
    words = (word for word in WORD.findall(deed) if len(word) >= MIN_LETTERS and fold(word) not in _function_words())
    return " ".join(sorted({folded_stem(word, language) if known and language else fold(word) for word in words}))


@cache
def _function_words() -> frozenset[str]:
    phrases = [phrase for language in available() for phrase in load_lexicon(language).function_words]
    return frozenset(word for phrase in phrases for word in folded_words(phrase))


def _spans(allegation: Allegation) -> dict[str, Any]:
    places: dict[str, Sequence[Span]] = {name: getattr(allegation, name) for name in PARTS}
    actors: dict[str, Actor | None] = {"accuser": allegation.accuser, "accused": allegation.accused}
    places |= {name: actor.spans for name, actor in actors.items() if actor}
    return {name: spans for name, spans in places.items() if spans}
