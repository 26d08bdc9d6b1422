"""Say what kind of event an allegation is, after PLOVER, and what kind of deed it alleges, by the page's own words.

Event types and contexts are those of the PLOVER codebook (Open Event Data Alliance, "PLOVER: Political Language
Ontology for Verifiable Event Records", manual of 2021, https://github.com/openeventdata/PLOVER; used in POLECAT,
Halterman et al. 2023, arXiv:2304.01331). An accusation is ``ACCUSE``, unless its cue rather demands (``REQUEST``),
threatens (``THREATEN``), refuses (``REJECT``), or reports an arrest or a sentence (``COERCE``, ``SANCTION``). PLOVER
has no type for denials and admissions of one's own; they are taken for ``REJECT`` and ``CONCEDE``, which hold
rejections of any kind, and regret. The kinds of deeds are Selon's own list. All words are data (``events.toml``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from selon.languages.pack import load_words
from selon.page import Stance

# A star between words of a phrase passes over at most this many words ("versé 3 millions en argent").
MAX_BETWEEN = 4
# Words are looked at up to here; the evidence of an allegation is a sentence.
MAX_LENGTH = 5_000

_BY_STANCE = {"accuses": "ACCUSE", "denies": "REJECT", "admits": "CONCEDE"}
_Words = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What an allegation is: PLOVER type, contexts in the codebook's order, and kind of deed or None."""

    type: str
    contexts: tuple[str, ...]
    deed_kind: str | None


@dataclass(frozen=True, slots=True)
class EventWords:
    """The words of one language that tell types, contexts and deeds; ``general`` deeds give way to any other."""

    types: _Words
    contexts: _Words
    deeds: _Words
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
        kind = next((name for name, words in data.types if words.search(cue)), kind)
    contexts = tuple(name for name, words in data.contexts if words.search(deed) or words.search(evidence))
    return Event(kind, contexts, _deed_kind(deed, evidence, data))


@cache
def load_events(language: str) -> EventWords:
    """Return the words of ``language`` that tell events; raises KeyError if there is no pack for it."""
    data = load_words(language, "events")
    deeds = {name: words for name, words in data["deeds"].items() if name != "general"}
    return EventWords(
        compile_words(data["types"]),
        compile_words(data["contexts"]),
        compile_words(deeds),
        frozenset(data["deeds"]["general"]),
    )


def _deed_kind(deed: str, evidence: str, data: EventWords) -> str | None:
    """The kind that most words tell, of several the first in the data."""
    found: list[str] = []
    for words in (deed, evidence):
        counts = [(len(pattern.findall(words)), name) for name, pattern in data.deeds]
        told = sorted((-count, order, name) for order, (count, name) in enumerate(counts) if count)
        found += [name for _, _, name in told if name not in data.general][:1]
        if found:
            return found[0]
    return next((name for name, pattern in data.deeds if pattern.search(deed) or pattern.search(evidence)), None)


def compile_words(table: dict[str, list[str]]) -> _Words:
    """Return each name of a table with one pattern for all of its words, in the form that ``events.toml`` tells."""
    return tuple(
        (name, re.compile(rf"(?<!\w)(?:{'|'.join(_form(form) for form in forms)})(?!\w)"))
        for name, forms in table.items()
    )


def _form(form: str) -> str:
    """One word or phrase as a pattern; only a first capital of a text may differ from data in lower case."""
    words = []
    for word in form.split(" "):
        if word == "*":
            words.append(rf"(?:[\w'’%.-]+\s+){{0,{MAX_BETWEEN}}}")
            continue
        flag = "" if word.startswith("^") else "?i:"
        plain = re.escape(word.removeprefix("^")).replace("'", "['’]").replace("\\*", r"\w*")
        words.append(f"({flag or '?:'}{plain})")
    joined = r"\s{1,3}".join(words)
    return joined.replace(rf"{{0,{MAX_BETWEEN}}})\s{{1,3}}", rf"{{0,{MAX_BETWEEN}}})")
