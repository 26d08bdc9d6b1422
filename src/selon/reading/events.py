"""Say what kind of event an allegation is, after PLOVER, and what kind of deed it alleges, by the page's own words.

Event types and contexts are those of the PLOVER codebook (Open Event Data Alliance, "PLOVER: Political Language
Ontology for Verifiable Event Records", manual of 2021, https://github.com/openeventdata/PLOVER; used in POLECAT,
Halterman et al. 2023, arXiv:2304.01331). An accusation is ``ACCUSE``, unless its cue rather demands (``REQUEST``),
threatens (``THREATEN``), refuses (``REJECT``), or reports an arrest or a sentence (``COERCE``, ``SANCTION``). PLOVER
has no type for denials and admissions of one's own; they are taken for ``REJECT`` and ``CONCEDE``, which hold
rejections of any kind, and regret. The kinds of deeds are Selon's own list. All words are data (``events.toml``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from selon.languages.pack import load_words
from selon.page import Stance
from selon.reading.word_tables import WordTable

# Words are looked at up to here; the evidence of an allegation is a sentence.
MAX_LENGTH = 5_000

_BY_STANCE = {"accuses": "ACCUSE", "denies": "REJECT", "admits": "CONCEDE"}


@dataclass(frozen=True, slots=True)
class Event:
    """What an allegation is: PLOVER type, contexts in the codebook's order, and kind of deed or None."""

    type: str
    contexts: tuple[str, ...]
    deed_kind: str | None


@dataclass(frozen=True, slots=True)
class EventWords:
    """The words of one language that tell types, contexts and deeds; ``general`` deeds give way to any other."""

    types: WordTable
    contexts: WordTable
    deeds: WordTable
    general: frozenset[str]


def classify(stance: Stance, cue_words: str, deed_words: str, evidence_words: str, data: EventWords) -> Event:
    """Return the event of an allegation.

    Args:
        stance: the accuser's.
        cue_words: the words that signal the allegation (``a accusé``); they alone decide the type.
        deed_words: the words of deed and means; they decide the kind of deed.
        evidence_words: the sentence; it gives the contexts, and the kind of deed where the deed's words tell none or
            only a general one.
        data: see :func:`load_events`.

    >>> classify("accuses", "accuse", "a piraté la campagne électorale", "", load_events("fr"))
    Event(type='ACCUSE', contexts=('election', 'cyber'), deed_kind='cyber-attack')
    """
    cue, deed, evidence = cue_words[:MAX_LENGTH], deed_words[:MAX_LENGTH], evidence_words[:MAX_LENGTH]
    kind = _BY_STANCE[stance]
    if stance == "accuses":
        kind = next((name for name, words in data.types.likely(cue) if words.search(cue)), kind)
    contexts = tuple(
        name for name, words in data.contexts.likely(deed, evidence) if words.search(deed) or words.search(evidence)
    )
    return Event(kind, contexts, _deed_kind(deed, evidence, data))


@cache
def load_events(language: str) -> EventWords:
    """Return the words of ``language`` that tell events; raises KeyError if there is no pack for it."""
    data = load_words(language, "events")
    deeds = {name: words for name, words in data["deeds"].items() if name != "general"}
    return EventWords(
        WordTable(data["types"]),
        WordTable(data["contexts"]),
        WordTable(deeds),
        frozenset(data["deeds"]["general"]),
    )


def _deed_kind(deed: str, evidence: str, data: EventWords) -> str | None:
    """The kind that most words tell, of several the first in the data."""
    likely = list(data.deeds.likely(deed, evidence))
    for words in (deed, evidence):
        counts = [(len(pattern.findall(words)), name) for name, pattern in likely]
        told = sorted((-count, order, name) for order, (count, name) in enumerate(counts) if count)
        found = next((name for _, _, name in told if name not in data.general), None)
        if found:
            return found
    return next((name for name, pattern in likely if pattern.search(deed) or pattern.search(evidence)), None)
