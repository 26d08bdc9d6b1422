"""Find the names on a page, and say which shorter name stands for which fuller one."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from selon.languages.pack import Lexicon
from selon.reading.marks import OUTSIDE, Marks
from selon.reading.segments import Segment
from selon.reading.tokens import NEWLINE, Tokens

# Words of a name at most; what is longer is a headline in capitals.
MAX_WORDS = 6
# Acronyms are this long at most; longer words in capitals are shouting.
MAX_ACRONYM = 8
_SENTENCE_ENDS = frozenset({".", "!", "?", "…", "...", ":", "•", "-", "–", "—"})


@dataclass(frozen=True, slots=True)
class Name:
    """A name's place in tokens ``[first, last)``, its folded words, and what the words around it show.

    ``gender`` comes from an honorific or a role noun beside it; ``roles`` are the role nouns beside it, each with
    the folded words that go with it (``procureur``: ``république``, ``paris``).
    """

    first: int
    last: int
    key: tuple[str, ...]
    gender: str
    roles: tuple[tuple[str, frozenset[str]], ...]
    quoted: bool
    in_debris: bool = False


class Bearer(NamedTuple):
    """Somebody named beside a role noun: where, with which words, and the name's key."""

    place: int
    words: frozenset[str]
    key: tuple[str, ...]


@dataclass(slots=True)
class Names:
    """All names of a page in order, and the groups that stand for the same bearer."""

    all: list[Name]
    canonical: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    display: dict[tuple[str, ...], str] = field(default_factory=dict)
    genders: dict[tuple[str, ...], str] = field(default_factory=dict)
    by_role: dict[str, list[Bearer]] = field(default_factory=dict)


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Return a word in lower case without accents: the form under which names are compared."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def find_names(text: str, tokens: Tokens, marks: Marks, debris: list[Segment], lexicon: Lexicon) -> Names:
    """Return the names of a page: runs of capitalised words, with the particles inside them.

    A name neither begins nor ends inside debris and goes on outside it.
    """
    edges = {at for segment in debris for at in segment[:2]}
    in_debris = {at for segment in debris for at in range(segment.first, segment.last)}
    words = tokens.words
    lower = {word for word in words if word[0].islower()}
    gaps = tokens.gaps.tolist()
    quoted = (marks.states != OUTSIDE).tolist()
    names: list[Name] = []
    done = 0
    for at in [index for index, word in enumerate(words) if word[0].isupper()]:
        if at < done or not _starts_name(words, gaps, at, lexicon):
            continue
        if _opens_sentence(words, gaps, at) and words[at].lower() in lower:
            continue  # "Barrage de Valmont": a common noun of the page, capital only for its place
        last = _end_of_name(words, gaps, at, lexicon)
        last = done = next((edge for edge in range(at + 1, last) if edge in edges), last)
        first = _skip_dependent(words, at, last, lexicon)
        key = tuple(fold(word) for word in words[first:last] if word[0].isalnum())
        if key:
            names.append(_in_context(words, first, last, key, quoted[first], first in in_debris, lexicon))
    return _group(text, tokens, names, lexicon)


def _capitalised(word: str) -> bool:
    return word[0].isupper() and (word[0].isalpha()) and not (len(word) > MAX_ACRONYM and word.isupper())


def _starts_name(words: list[str], gaps: list[int], at: int, lexicon: Lexicon) -> bool:
    word = words[at]
    if not _capitalised(word):
        return False
    lower = word.lower().replace("’", "'")
    if lower in lexicon.particles and _after_honorific(words, at, lexicon):
        return at + 1 < len(words) and _capitalised(words[at + 1])  # "Mme Le Pen", "M. Le Maire"
    if lower in lexicon.not_names or lower in lexicon.honorifics or lower in lexicon.roles:
        return False  # "le Président", "President Obama": a title goes before a name, it begins none
    if at + 1 < len(words) and f"{lower} {words[at + 1].lower()}" in lexicon.roles:
        return False  # "Premier ministre"
    return not (_opens_sentence(words, gaps, at) and (lower in lexicon.third or lower in lexicon.group))


def _after_honorific(words: list[str], at: int, lexicon: Lexicon) -> bool:
    before = words[at - 1].lower() if at else ""
    if before == "." and at > 1:
        before = words[at - 2].lower() + "."
    return before in lexicon.honorifics


def _opens_sentence(words: list[str], gaps: list[int], at: int) -> bool:
    return at == 0 or gaps[at] >= NEWLINE or words[at - 1] in _SENTENCE_ENDS or not words[at - 1][0].isalnum()


def _end_of_name(words: list[str], gaps: list[int], first: int, lexicon: Lexicon) -> int:
    last = first + 1
    total = len(words)
    while last < total and last - first < MAX_WORDS and gaps[last] < NEWLINE:
        word = words[last]
        if _capitalised(word) and _goes_on(words, last, lexicon):
            last += 1
        elif word == "." and len(words[last - 1]) == 1 and last + 1 < total and _capitalised(words[last + 1]):
            last += 1  # an initial
        elif word.lower().replace("’", "'") in lexicon.particles:
            follow = last + 1
            while follow < total and words[follow].lower() in lexicon.particles and follow - last < 2:
                follow += 1
            if follow < total and _capitalised(words[follow]) and follow < first + MAX_WORDS and gaps[follow] < NEWLINE:
                last = follow + 1
            else:
                break
        else:
            break
    return last


def _goes_on(words: list[str], at: int, lexicon: Lexicon) -> bool:
    """True if the capitalised word at ``at`` goes on a name: not where a headline runs into the next sentence."""
    lower = words[at].lower().replace("’", "'")
    if lower in lexicon.honorifics or (lower in lexicon.roles and at + 1 < len(words) and _capitalised(words[at + 1])):
        return False
    follows = words[at + 1] if at + 1 < len(words) else ""
    if f"{lower} {follows.lower()}" in lexicon.roles:
        return False
    if lower in lexicon.particles:
        return bool(follows) and _capitalised(follows) and _goes_on(words, at + 1, lexicon)
    return lower not in lexicon.not_names


def _skip_dependent(words: list[str], first: int, last: int, lexicon: Lexicon) -> int:
    """Where the person begins in ``maire de Lyon Gérard Collomb``: a role noun's complement runs into the name."""
    if last - first < 3 or not all(word[0].isupper() for word in words[first:last]):
        return first
    if (
        first == 0
        or words[first - 1].lower().replace("’", "'") not in lexicon.determiners.keys() | lexicon.prepositions
    ):
        return first
    for back in range(first - 1, max(first - 7, -1), -1):
        word = words[back].lower()
        if word in lexicon.roles:
            return last - 2
        if not word[0].isalnum() and word[0] not in "-'’":
            break
    return first


def _in_context(
    words: list[str], first: int, last: int, key: tuple[str, ...], quoted: bool, in_debris: bool, lexicon: Lexicon
) -> Name:
    gender = ""
    roles: list[tuple[str, frozenset[str]]] = []
    before = words[first - 1].lower().replace("’", "'") if first else ""
    if before == "." and first > 1:
        before = words[first - 2].lower() + "."
    if before in lexicon.honorifics:
        gender = lexicon.honorifics[before]
    # "le ministre de l'Intérieur Christophe Castaner": a role noun before, with no comma and no preposition between
    # it and the name itself
    dependent = before in lexicon.prepositions or (
        before in lexicon.determiners and first > 1 and words[first - 2].lower() in lexicon.prepositions
    )
    if not dependent:
        # "la ministre de l'Environnement, Hélène Sabatier": the comma of the apposition is stepped over
        start = first - 2 if before == "," else first - 1
        for back in range(start, max(start - 8, -1), -1):
            word = words[back].lower()
            if not word[0].isalnum() and word[0] not in "-'’":
                break
            if word in lexicon.roles:
                with_it = frozenset(fold(w) for w in words[back:first])
                roles.append((longest_role(words, back, lexicon), with_it))
                gender = gender or lexicon.roles[word] or _determined(words, back, lexicon)
                break
    # "Jean Dupont, maire de Lyon" or "Dupont, the mayor": a role noun shortly after a comma
    if last < len(words) and words[last] in {",", "("}:
        for ahead in range(last + 1, min(last + 6, len(words))):
            word = words[ahead].lower()
            if word in lexicon.roles:
                end = ahead + 1
                while end < len(words) and end < ahead + 9 and (words[end][0].isalnum() or words[end][0] in "-'’"):
                    end += 1
                with_it = frozenset(fold(w) for w in words[ahead:end])
                roles.append((longest_role(words, ahead, lexicon), with_it))
                gender = gender or lexicon.roles[word] or _determined(words, ahead, lexicon)
                break
            if not word[0].isalnum() and word[0] not in "-'’":
                break
    return Name(first, last, key, gender, tuple(roles), quoted, in_debris)


def longest_role(words: list[str], at: int, lexicon: Lexicon) -> str:
    """The role that a role noun belongs to: ``chef`` in ``chef du gouvernement`` is ``premier ministre``."""
    for size in (4, 3, 2):
        phrase = " ".join(words[at : at + size]).lower().replace("’", "'").replace("' ", "'")
        if phrase in lexicon.same_roles:
            return lexicon.same_roles[phrase]
    before = f"{words[at - 1]} {words[at]}".lower() if at else ""
    if before in lexicon.roles:
        return before
    return words[at].lower()


def _determined(words: list[str], at: int, lexicon: Lexicon) -> str:
    for back in range(at - 1, max(at - 3, -1), -1):
        gender = lexicon.determiners.get(words[back].lower())
        if gender:
            return gender
    return ""


def _group(text: str, tokens: Tokens, names: list[Name], lexicon: Lexicon) -> Names:
    """Match each key to the fullest key that ends in the same word and has all of its words."""
    result = Names(names)
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    shown: dict[tuple[str, ...], str] = {}
    in_prose = {name.key for name in names if not name.in_debris}
    for name in names:
        counts[name.key] += 1
        shown.setdefault(name.key, text[int(tokens.starts[name.first]) : int(tokens.ends[name.last - 1])])
    by_end: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key in counts:
        by_end[key[-1]].append(key)
    for key in counts:
        fuller = [other for other in by_end[key[-1]] if len(other) > len(key) and set(key) <= set(other)]
        fuller = [other for other in fuller if other in in_prose] or fuller
        people = [other for other in fuller if not lexicon.organisation_words & set(other[:1])]
        best = max(people or fuller, key=lambda other: (min(counts[other], 3), -len(other)), default=key)
        result.canonical[key] = best
        result.display[key] = shown[key]
    for key in counts:  # one step more: "X" → "B X" → "A B X"
        result.canonical[key] = result.canonical[result.canonical[key]]
    votes: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: {"m": 0, "f": 0})
    roles: dict[str, list[Bearer]] = defaultdict(list)
    for name in names:
        canonical = result.canonical[name.key]
        if name.gender:
            votes[canonical][name.gender] += 1
        for role, with_it in name.roles:
            roles[role].append(Bearer(name.first, with_it, canonical))
    for key, count in votes.items():
        if count["m"] != count["f"]:
            result.genders[key] = "m" if count["m"] > count["f"] else "f"
    result.by_role = dict(roles)
    return result
