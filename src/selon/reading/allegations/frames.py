"""The words that carry allegations in one language, and where they stand on a page."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from selon.reading.word_tables import Stems

#: Groups of words, in the order of the evidence scorer's features.
GROUPS = ("accusing", "charged", "denying", "admitting", "harm")


@dataclass(frozen=True, slots=True)
class ExplicitWords:
    """Verbs of accusing and the small words around them; ``stems`` are all verbs together."""

    stems: tuple[str, ...]
    active: tuple[str, ...]
    dative: tuple[str, ...]
    participles: tuple[str, ...]
    adverb: tuple[str, ...]
    nouns: tuple[str, ...]
    opens: frozenset[str]
    to: frozenset[str]
    have: frozenset[str]
    passed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Frames:
    """The groups that stems belong to, and phrases with their group, and those that open a means, by their first word;
    all lists are those of ``allegations.toml``.

    ``hedges`` and ``conditional`` are words by which a page keeps its distance.
    """

    stems: Stems[str]
    phrases: dict[str, list[tuple[str, tuple[str, ...]]]]
    hedges: frozenset[str]
    conditional: frozenset[str]
    conditions: frozenset[str]
    by: frozenset[str]
    against: frozenset[str]
    of: frozenset[str]
    bare: frozenset[str]
    plural: frozenset[str]
    after_subject: frozenset[str]
    that: frozenset[str]
    beside: frozenset[str]
    many: frozenset[str]
    when: frozenset[str]
    joins: frozenset[str]
    conjunctions: frozenset[str]
    opens_deed: frozenset[str]
    nobody: frozenset[str]
    taking_up: frozenset[str]
    means: dict[str, list[tuple[str, ...]]]
    plain: tuple[str, ...]
    denied: tuple[str, ...]
    admitted: tuple[str, ...]
    rejecting: tuple[str, ...]
    charge: tuple[str, ...]
    own_deed: frozenset[str]
    through: tuple[str, ...]
    meddling: tuple[str, ...]
    meddling_signs: frozenset[str]
    such: tuple[tuple[str, ...], ...]
    agent: tuple[tuple[str, ...], ...]
    nations: dict[str, str]
    explicit: ExplicitWords

    def groups(self, lower: Sequence[str]) -> list[frozenset[str]]:
        """Return for each token the groups that it, or the phrase that it begins, belongs to."""
        found = [self.stems[word] for word in lower]
        for at in [k for k, word in enumerate(lower) if word in self.phrases]:
            for group, phrase in self.phrases[lower[at]]:
                if tuple(lower[at : at + len(phrase)]) == phrase:
                    found[at] |= {group}
        return found


def load_frames(folder: Traversable) -> Frames:
    """Read ``allegations.toml`` of a language pack."""
    data = tomllib.loads(folder.joinpath("allegations.toml").read_text(encoding="utf-8"))
    relations: dict[str, frozenset[str]] = {name: frozenset(words) for name, words in data["relations"].items()}
    stems: dict[str, set[str]] = {}
    phrases: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for group in GROUPS:
        for form in data[group]:
            words = tuple(form.split())
            if len(words) > 1:
                phrases.setdefault(words[0], []).append((group, words))
            else:
                stems.setdefault(form, set()).add(group)
    means: dict[str, list[tuple[str, ...]]] = {}
    for form in data["parts"]["means"]:
        words = tuple(form.replace("'", "' ").split())
        means.setdefault(words[0], []).append(words)
    return Frames(
        stems=Stems(stems, {}),
        phrases=phrases,
        hedges=frozenset(data["hedges"]["words"]),
        conditional=frozenset(data["hedges"]["conditional"]),
        conditions=frozenset(data["hedges"]["conditions"]),
        by=relations["by"],
        against=relations["against"],
        of=relations["of"],
        bare=relations["bare"],
        plural=relations["plural"],
        after_subject=relations["after_subject"],
        that=relations["that"],
        beside=relations["beside"],
        many=relations["many"],
        when=frozenset(data["parts"]["when"]),
        joins=frozenset(data["parts"]["joins"]),
        conjunctions=relations["conjunctions"],
        opens_deed=relations["opens_deed"],
        nobody=relations["nobody"],
        plain=tuple(data["worded"]["plain"]),
        denied=tuple(data["worded"]["denied"]),
        admitted=tuple(data["worded"]["admitted"]),
        rejecting=tuple(data["worded"]["rejecting"]),
        charge=tuple(data["worded"]["charge"]),
        own_deed=frozenset(data["worded"]["own_deed"]),
        through=tuple(data["worded"]["through"]),
        meddling=tuple(data["worded"]["meddling"]),
        meddling_signs=frozenset(data["worded"]["meddling_signs"]),
        such=tuple(tuple(phrase.split()) for phrase in data["worded"]["such"]),
        agent=tuple(tuple(phrase.replace("'", "' ").split()) for phrase in data["worded"]["agent"]),
        nations=data["nations"],
        explicit=_explicit(data["explicit"]),
        taking_up=frozenset(data["parts"]["taking_up"]),
        means=means,
    )


def _explicit(data: dict[str, list[str]]) -> ExplicitWords:
    return ExplicitWords(
        stems=(*data["active"], *data["dative"], *data["participles"]),
        active=tuple(data["active"]),
        dative=tuple(data["dative"]),
        participles=tuple(data["participles"]),
        adverb=tuple(data["adverb"]),
        nouns=tuple(data["nouns"]),
        opens=frozenset(data["opens"]),
        to=frozenset(data["to"]),
        have=frozenset(data["have"]),
        passed=frozenset(data["passed"]),
    )
