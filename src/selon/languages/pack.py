"""Language packs: all that is particular to one language, as data in a folder of its own."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of a language; every word in lower case.

    ``third`` maps a pronoun to its gender (``m``, ``f`` or none) and number (``s``, ``p`` or none), as in ``ms``;
    ``honorifics`` and ``roles`` map a word to the gender it shows (``m``, ``f`` or an empty string for either);
    ``same_roles`` maps a phrase to the role that it is another name for; ``same_source`` are phrases that repeat the
    last speaker, ``nobody`` pronouns that stand for nobody in particular; ``openers`` are words that open a reported
    clause.
    """

    language: str
    name: str
    function_words: frozenset[str]
    third: dict[str, str]
    first: frozenset[str]
    second: frozenset[str]
    indefinite: frozenset[str]
    nobody: frozenset[str]
    honorifics: dict[str, str]
    determiners: dict[str, str]
    roles: dict[str, str]
    same_roles: dict[str, str]
    same_source: frozenset[str]
    organisation: frozenset[str]
    group: frozenset[str]
    document: frozenset[str]
    particles: frozenset[str]
    not_names: frozenset[str]
    prepositions: frozenset[str]
    organisation_words: frozenset[str]
    debris_marks: tuple[str, ...]
    debris_kinds: dict[str, tuple[str, ...]]
    definite: frozenset[str]
    possessive: frozenset[str]
    negations: frozenset[str]
    numbers: frozenset[str]
    openers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pack:
    """A language pack: its lexicon, its settings and the folder with its model.

    ``settings`` hold what was fitted or chosen on dev (``bias``, ``confidence``, ``min_confidence``); ``antecedents``
    the weights that resolve speakers.
    """

    language: str
    folder: Traversable
    lexicon: Lexicon
    settings: dict[str, Any]
    antecedents: dict[str, dict[str, float]]


@cache
def available() -> tuple[str, ...]:
    """Return the ISO 639-1 codes of the languages that have a pack, in alphabetical order."""
    folders = resources.files("selon.languages").iterdir()
    return tuple(sorted(folder.name for folder in folders if folder.joinpath("lexicon.toml").is_file()))


@cache
def load_lexicon(language: str) -> Lexicon:
    """Return the lexicon of ``language``; raises KeyError if there is no pack for it."""
    if language not in available():
        raise KeyError(language)
    path = resources.files("selon.languages").joinpath(language, "lexicon.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    pronouns, kinds, names = data["pronouns"], data["kinds"], data["names"]
    roles = dict.fromkeys(data["roles"]["e"], "")
    for gender in ("m", "f"):
        for word in data["roles"][gender]:
            roles[word] = "" if word in data["roles"]["e"] else gender
    return Lexicon(
        language=data["language"],
        name=data["name"],
        function_words=frozenset(data["function_words"]),
        third=pronouns["third"],
        first=frozenset(pronouns["first"]),
        second=frozenset(pronouns["second"]),
        indefinite=frozenset(pronouns["indefinite"]),
        nobody=frozenset(pronouns["nobody"]),
        honorifics={word: gender for gender in ("m", "f") for word in data["honorifics"][gender]},
        determiners={
            word: gender if gender != "other" else "" for gender, words in data["determiners"].items() for word in words
        },
        roles=roles,
        same_roles=data["roles"]["same"],
        same_source=frozenset(pronouns["same_source"]),
        organisation=frozenset(kinds["organisation"]),
        group=frozenset(kinds["group"]),
        document=frozenset(kinds["document"]),
        particles=frozenset(names["particles"]),
        not_names=frozenset(names["not_names"]),
        prepositions=frozenset(names["prepositions"]),
        organisation_words=frozenset(names["organisation_words"]),
        debris_marks=tuple(data["debris"]["marks"]),
        debris_kinds={kind: tuple(marks) for kind, marks in data["debris"]["kinds"].items()},
        definite=frozenset(names["definite"]),
        possessive=frozenset(names["possessive"]),
        negations=frozenset(data["wording"]["negations"]),
        numbers=frozenset(data["wording"]["numbers"]),
        openers=frozenset(data["wording"]["openers"]),
    )


@cache
def load_pack(language: str) -> Pack:
    """Return the pack of ``language``; raises KeyError if there is none."""
    lexicon = load_lexicon(language)
    folder = resources.files("selon.languages").joinpath(language)
    settings = tomllib.loads(folder.joinpath("settings.toml").read_text(encoding="utf-8"))
    antecedents = json.loads(folder.joinpath("antecedents.json").read_text(encoding="utf-8"))
    return Pack(language, folder, lexicon, settings, antecedents)


def common_folder() -> Traversable:
    """Return the folder of the models that serve all languages."""
    return resources.files("selon.languages").joinpath("common")


@cache
def pack_digest(language: str, thorough: bool = False) -> str:
    """Return eight hexadecimal digits that change with anything that reads a language but the cards.

    ``thorough`` tells whether the models count that serve all languages.
    """
    digest = sha256()
    folders = [resources.files("selon.languages").joinpath(language)] + [common_folder()] * thorough
    for file in (file for folder in folders for file in sorted(folder.iterdir(), key=lambda one: one.name)):
        if file.is_file() and not file.name.endswith(".md"):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:8]


@cache
def load_words(language: str, name: str) -> dict[str, Any]:
    """Return the data of ``name.toml`` of a language, such as ``times``; raises KeyError if there is no pack for it."""
    if language not in available():
        raise KeyError(language)
    path = resources.files("selon.languages").joinpath(language, f"{name}.toml")
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return data
