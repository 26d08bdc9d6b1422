"""The names, noun phrases and pronouns that may stand for somebody in an allegation."""

from __future__ import annotations

import numpy as np

from selon.reading.allegations.candidates import stretches
from selon.reading.allegations.view import View
from selon.reading.phrases import Resolved

# Tokens marked as accused or accuser above this probability make a mention.
MARKED = 0.15
# Sentences before the evidence whose names may be meant.
REACH = 5
# Mentions looked at in one evidence; bounds the work on hostile pages.
MAX_MENTIONS = 40
# Pronouns resolved in one evidence.
MAX_PRONOUNS = 2
# A noun phrase goes on over words that are marked above this.
GOES_ON = 0.25
# An adjective has more letters than this; shorter words that end alike are small words and numbers.
MIN_ADJECTIVE = 5


def mentions_in(view: View, low: int, high: int) -> list[tuple[int, int, Resolved, bool]]:
    """Names, noun phrases and marked stretches in tokens ``[low, high)``, in order, without overlap."""
    material = view.material
    found: list[tuple[int, int, Resolved, bool]] = []
    taken: set[int] = set()
    lower, words, lexicon = material.lower, material.tokens.words, material.page.lexicon
    for name in material.page.phrases.names_in(low, high)[:MAX_MENTIONS]:
        pair = " ".join(lower[name.last - 1 : name.last + 1])
        if pair in lexicon.group and name.last < high:  # "Gilets jaunes"
            found.append((name.first, name.last + 1, Resolved(pair, "group", "", True), False))
            taken.update(range(name.first, name.last + 1))
            continue
        start = _apposition(view, name.first, low)
        found.append((start, name.last, material.page.phrases.named(name), True))
        taken.update(range(start, name.last))
    pronouns = [at for at in range(low, high) if lower[at].lstrip("-") in view.pronouns and at not in taken]
    for at in pronouns[:MAX_PRONOUNS]:
        who = material.page.refer((at, at + 1), [past for past in view.history if past[0] < at])
        found.append((at, at + 1, who, True))
        taken.add(at)
    for start, end in marked(view, "accused", low, high):
        if not taken & set(range(start, end)):
            found.append((start, end, phrase_at(view, start, end), False))
            taken.update(range(start, end))
    chance = view.listed["accused"]
    for at in range(low, high - 1):
        if len(found) >= MAX_MENTIONS:
            break
        noun = words[at + 1]
        if lower[at] not in view.openers or not noun[0].isalpha() or len(noun) < 3 or at in taken:
            continue
        if at + 1 in taken or lower[at + 1] in lexicon.function_words:
            continue
        end = at + 2
        if " ".join(lower[at + 1 : at + 3]) in lexicon.group:
            end = min(at + 3, high)
        while end < high and end not in taken and words[end][0].isalpha():
            if chance[end] < GOES_ON and not (end == at + 2 and _agrees(view, end)):
                break
            end += 1
        found.append((at, end, phrase_at(view, at, end), False))
        taken.update(range(at, end))
    return sorted(found, key=lambda mention: mention[0])


def _agrees(view: View, at: int) -> bool:
    """True if the word at a token is an adjective that goes with the noun before it, as far as their endings tell."""
    lower, lexicon = view.material.lower, view.material.page.lexicon
    noun, word = lower[at - 1], lower[at]
    if word in view.frames.nations:
        return True
    both = noun[-1] in view.frames.plural and word[-1] in view.frames.plural
    return (
        both and len(word) > MIN_ADJECTIVE and word not in lexicon.function_words and word not in lexicon.prepositions
    )


def marked(view: View, layer: str, low: int, high: int) -> list[tuple[int, int]]:
    """Stretches marked as a layer, with the determiner before them, without small words at their end."""
    lower, lexicon, small = view.material.lower, view.material.page.lexicon, view.small_words
    if low >= high or max(view.listed[layer][low:high]) < MARKED:
        return []
    out = []
    for start, end in stretches(view.chances[layer][low:high, 0] >= MARKED, 1)[:MAX_MENTIONS]:
        first, last = start + low, end + low
        while last > first and (not lower[last - 1][0].isalnum() or lower[last - 1] in small):
            last -= 1
        while first < last and not lower[first][0].isalnum():
            first += 1
        if first > low and last > first and lower[first - 1] in lexicon.determiners and lower[first] not in small:
            first -= 1
        pronoun = last - first == 1 and (lower[first].lstrip("-") in lexicon.third or lower[first] in lexicon.first)
        if last > first and not pronoun:
            out.append((first, last))
    return out


def phrase_at(view: View, first: int, last: int) -> Resolved:
    """Who a noun phrase stands for: the name that it is about, else its own words."""
    page = view.material.page
    head = page.phrases.head_name(first, last)
    if head is not None:
        return page.phrases.named(head)
    lower = view.material.lower
    while last - first > 1 and lower[first] in page.lexicon.prepositions and lower[first] not in page.lexicon.definite:
        first += 1
    kind = page.phrases.kind(first, last)
    if kind == "unknown" and page.phrases.role(first, last) is not None:
        kind = "person"
    return Resolved(page.phrases.slice(first, last), kind, "", kind == "group")


def _apposition(view: View, first: int, low: int) -> int:
    """Where the phrase begins that a name ends: at the determiner of ``l'entreprise Sodalec``, else at the name."""
    lower, lexicon = view.material.lower, view.material.page.lexicon
    at = first - 2
    common = at >= low and lower[at] in lexicon.determiners
    known = lexicon.organisation | lexicon.group | lexicon.roles.keys()
    if common and lower[first - 1] in known:
        return at
    return first


def named_before(view: View, low: int, here: int) -> list[tuple[str, str, str]]:
    """Names mentioned shortly before token ``low``: name, kind, and how far back."""
    page = view.material.page
    out: list[tuple[str, str, str]] = []
    at = int(np.searchsorted(page.name_starts, low)) - 1
    while at >= 0 and len(out) < MAX_MENTIONS:
        name = page.names.all[at]
        gap = here - view.sentence_of(name.first)
        if gap > REACH:
            break
        who = page.phrases.named(name)
        if who.name and not name.in_debris:
            out.append((who.name, who.kind, "back_1" if gap <= 1 else "back_2" if gap == 2 else "back_far"))
        at -= 1
    return out
