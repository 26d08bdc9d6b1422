"""Say which country and which sector of society an actor belongs to, where the page's own words tell it.

Nothing is looked up: ``Vladimir Poutine`` is Russian on a page that says ``le président russe Vladimir Poutine``, and
of no known country on one that only names him. Sectors are those of PLOVER (see ``events.py``), with ``IGO`` and
``NGO`` from its list of non-state actors; countries are ISO 3166-1 alpha-2 codes. All words are data
(``countries.toml``, ``sectors.toml``). Where words speak for several countries, none is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from selon.languages.pack import load_lexicon, load_words
from selon.page import Span
from selon.reading.word_tables import WordTable

# A noun phrase is read up to here; what is longer is a clause.
MAX_PHRASE = 300
# How far before and after a name its apposition is looked for, in characters; longer ones are sentences in themselves.
MAX_APPOSITION = 90
# Mentions of one name whose surroundings are looked at.
MAX_MENTIONS = 50

_STATE, _NONE = "STATE", "NONE"
_WORD = re.compile(r"[\w.-]+'?")
_LETTERS = re.compile(r"\w+")


class Kind(NamedTuple):
    """Country (ISO 3166-1 alpha-2) and PLOVER sector of an actor; None where the page does not tell."""

    country: str | None
    sector: str | None


@dataclass(frozen=True, slots=True)
class ActorWords:
    """The words of one language that tell countries, sectors and appositions; made by :func:`load_actors`."""

    countries: re.Pattern[str]
    names: dict[str, str]
    adjectives: dict[str, str]
    metonyms: dict[str, str]
    unsure: frozenset[str]
    before: frozenset[str]
    not_after: frozenset[str]
    not_before: frozenset[str]
    capital_after: frozenset[str]
    ends: re.Pattern[str]
    sectors: WordTable
    roles: re.Pattern[str]
    role_words: frozenset[str]
    leads: re.Pattern[str]
    apart: re.Pattern[str]
    genitive: re.Pattern[str]
    not_last: frozenset[str]
    not_alone: frozenset[str]
    determiners: frozenset[str]
    role_after: re.Pattern[str]


def kind_of(name: str, appositions: Iterable[str], words: ActorWords) -> Kind:
    """Return country and sector of the actor called ``name``.

    Args:
        name: its name or noun phrase (``des structures liées au Département d'État américain``).
        appositions: words that stand beside its mentions (``le président russe``); see :func:`appositions`. They count
            for names, where the name itself does not tell, the country only if all of them agree; beside a noun phrase
            (``deux Français``) stands what is said of others.
        words: see :func:`load_actors`.

    >>> kind_of("Vladimir Poutine", ["le président russe"], load_actors("fr"))
    Kind(country='RU', sector='GOV')
    """
    country, sector = _told(name, words)
    first = _WORD.match(_plain(name))
    if (country and sector) or not name[:1].isupper() or (first and first[0].lower() in words.determiners):
        return Kind(country, sector)
    told = [_told(apposition, words) for apposition in appositions]
    countries = {found for found, _ in told if found}
    if country is None and len(countries) == 1:
        country = countries.pop()
    return Kind(country, sector or next((found for _, found in told if found), None))


def appositions(text: str, mentions: Sequence[Span], words: ActorWords) -> list[str]:
    """Return the words that say of a name what it is: before it (``le président russe``) or after a comma behind it.

    Only words that begin with a role noun are taken, for much else stands beside names.

    >>> text = "Le juge italien Ugo Neri parle. Ugo Neri, ministre suisse, se tait."
    >>> appositions(text, [Span(16, 24), Span(32, 40)], load_actors("fr"))
    ['Le juge italien', 'ministre suisse']
    """
    found = []
    for start, end in mentions[:MAX_MENTIONS]:
        before = _plain(text[max(0, start - MAX_APPOSITION) : start])
        if phrase := _leading(before, words):
            found.append(phrase)
        match = words.role_after.match(_plain(text[end : end + MAX_APPOSITION]))
        if match and not words.ends.match(match["phrase"]):
            found.append(match["phrase"].strip())
    return list(dict.fromkeys(found))


@cache
def load_actors(language: str) -> ActorWords:
    """Return the words of ``language`` that tell who actors are; raises KeyError if there is no pack for it."""
    data = load_words(language, "countries")
    tables = [{form: code for code, forms in data[name].items() for form in forms} for name in ("names", "adjectives")]
    names, adjectives = tables
    capitals = {form[0].upper() + form[1:]: code for form, code in adjectives.items()}
    forms = sorted({*names, *adjectives, *capitals}, key=lambda form: (-len(form), form))
    unsure = data["ambiguous"] if "ambiguous" in data else set(names) - set(data["bare"])
    lexicon = load_lexicon(language)
    roles = "|".join(re.escape(role) for role in sorted(lexicon.roles, key=lambda role: (-len(role), role)))
    determiners = "|".join(re.escape(word) for word in sorted(lexicon.determiners, key=len, reverse=True))
    role = rf"(?:(?:{determiners})\s?)?(?:[\w-]+\s)?(?:{roles})(?!\w)"
    return ActorWords(
        countries=re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(form) for form in forms)})(?![\w-])"),
        names=names,
        adjectives=capitals | adjectives,
        metonyms={form.lower(): code for code, metonyms in data["metonyms"].items() for form in metonyms},
        unsure=frozenset(unsure),
        before=frozenset(data["before"]),
        not_after=frozenset(data["not_after"]),
        not_before=frozenset(data["not_before"]),
        capital_after=frozenset(data["capital_after"]),
        ends=_any_of(data["ends"]),
        sectors=WordTable(load_words(language, "sectors")["sectors"]),
        roles=re.compile(rf"(?<![\w-])(?i:{role})"),
        role_words=frozenset(match[0] for role in lexicon.roles if (match := _LETTERS.match(role.lower()))),
        leads=re.compile(r"[\w-]+(?:[ ,'-]{1,2}[\w-]+){0,9}[ ,]{0,2}"),
        apart=_any_of(data["ends"] + data["apart"]),
        genitive=_any_of(data["genitive"]),
        not_last=frozenset(data["genitive"]),
        not_alone=frozenset(data["not_alone"]),
        determiners=frozenset(lexicon.determiners),
        role_after=re.compile(rf",\s(?P<phrase>(?i:{role})[^,.;:()«»\"\n]*)"),
    )


def _leading(before: str, words: ActorWords) -> str | None:
    """The role that leads up to a name: the last one, but ``le porte-parole du maire`` is not ``du maire``."""
    if words.role_words.isdisjoint(_LETTERS.findall(before.lower())):
        return None  # as almost always
    phrases = [before[match.start() :] for match in words.roles.finditer(before)]
    phrases = [
        phrase
        for phrase in phrases
        if words.leads.fullmatch(phrase)
        and not words.apart.search(phrase)
        and phrase.strip(" ,").split()[-1] not in words.not_last
        and phrase.strip(" ,") not in words.not_alone
    ]
    own = [phrase for phrase in phrases if not words.genitive.match(phrase)]
    return (own or phrases)[-1].strip(" ,") if phrases else None


def _told(phrase: str, words: ActorWords) -> tuple[str | None, str | None]:
    phrase = _plain(phrase[:MAX_PHRASE]).strip(' "«»“”,.')
    end = words.ends.search(phrase, 1)
    phrase = phrase[: end.start()] if end else phrase
    country = words.metonyms.get(phrase.lower())
    if country is not None:
        return country, _sector(phrase, country, words) or "GOV"
    country = _country(phrase, words)
    return country, _sector(phrase, country, words)


def _country(phrase: str, words: ActorWords) -> str | None:
    found = set()
    for match in words.countries.finditer(phrase):
        before = _WORD.findall(phrase[: match.start()])
        last = before[-1] if before else ""
        rest = phrase[match.end() :].lstrip(" '")
        after = _WORD.match(rest)
        following = after[0] if after else ""
        near = {" ".join(before[-size:]).lower() for size in (1, 2)}
        if near & words.not_after or last in words.not_after or following in words.not_before:
            continue
        form = match[0]
        if form in words.adjectives and (form[0].islower() or form not in words.names or not words.capital_after):
            known = (
                form[0].islower() or not words.capital_after or last.lower() in words.capital_after or last.isdigit()
            )
            if known:
                found.add(words.adjectives[form])
            continue
        if last.lower() not in words.before and (form in words.unsure or last[:1].isupper()):
            continue
        if following[:1].isupper() or following[:1].isdigit():
            continue
        found.add(words.names[form])
    return found.pop() if len(found) == 1 else None


def _sector(phrase: str, country: str | None, words: ActorWords) -> str | None:
    """The sector whose word begins first in the phrase, the longest of those that begin together."""
    matches = [
        (match.start(), -match.end(), name)
        for name, form in words.sectors.likely(phrase)
        if (match := form.search(phrase))
    ]
    for _, _, name in sorted(matches):
        if name != _STATE:  # "le président du collectif français" presides no state
            return None if name == _NONE else name
    return "GOV" if matches and country is not None else None


def _any_of(forms: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)")


def _plain(text: str) -> str:
    """The text with one apostrophe and one space, as long as before."""
    return text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
