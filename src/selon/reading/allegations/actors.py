"""Who accuses and who is accused: candidates from the evidence and the page around it, weighed by learned features."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from selon.reading.allegations.candidates import Candidate, stretches
from selon.reading.allegations.view import View, key_of
from selon.reading.names import Name
from selon.reading.phrases import Resolved

# Tokens marked as accused or accuser above this probability make a mention.
MARKED = 0.15
# Sentences before the evidence whose names may be meant.
REACH = 5
# Names of the page, by how often they occur, that may be meant from anywhere.
MAX_FREQUENT = 4
# Earlier allegations whose accused may be meant again.
MAX_EARLIER = 4
# Mentions looked at in one evidence; bounds the work on hostile pages.
MAX_MENTIONS = 40
# Pronouns resolved in one evidence.
MAX_PRONOUNS = 2
# A noun phrase goes on over words that are marked above this.
GOES_ON = 0.25
# A relation word counts for what follows it within so many tokens.
RELATED = 4

ACCUSED_FEATURES = (
    "nobody", "nobody_peak", "nobody_count", "nobody_denies", "nobody_admits", "nobody_charged", "nobody_harm_only",
    "in_evidence", "in_sentence", "after", "back_1", "back_2", "back_far", "page_only",
    "peak", "mean", "begins", "accuser_peak", "victim_peak", "deed_mean", "log_peak", "best_peak",
    "person", "organisation", "group", "role", "definite", "indefinite", "possessive", "plural", "phrase", "name",
    "words", "position", "opens", "first_mention", "only_mention", "after_accusing", "before_charged", "by", "against", "of", "preposition",
    "is_accuser", "is_accuser_denies", "is_accuser_admits", "not_accuser_denies", "in_source", "in_cue", "in_content",
    "subject", "after_that", "content_first", "object_accusing", "beside", "pronoun", "to_accusing", "subject_charged",
    "content_subject", "many", "after_harm", "count", "most_named", "speaks", "earlier", "earlier_last", "earlier_times", "same_evidence", "quoted", "debris",
)  # fmt: skip
ACCUSER_FEATURES = (
    "nobody", "nobody_near", "nobody_charged", "nobody_marked", "share", "covers", "size_ratio", "nested", "holds_cue",
    "holds_source", "cue_accusing", "cue_denying", "cue_admitting", "score", "unresolved", "only", "best_share",
    "source_marked", "direct", "marked", "marked_peak", "marked_name", "before", "speaks_before", "debris",
)  # fmt: skip


@dataclass(slots=True)
class Choice:
    """Somebody who may be meant: the name, the tokens that stand for them in the evidence, and features."""

    name: str | None
    spans: list[tuple[int, int]] = field(default_factory=list)
    features: dict[str, float] = field(default_factory=dict)
    draft: int = -1


@dataclass(frozen=True, slots=True)
class Earlier:
    """An allegation found before: what later ones may take up."""

    first: int
    last: int
    accused: str | None


def accusers(view: View, evidence: Candidate) -> list[Choice]:
    """Return who may accuse: nobody, the speakers of the attributions that carry the evidence, those marked."""
    first, last, _, _ = evidence
    material = view.material
    near = view.drafts_near(first, last)
    size = last - first
    nobody = Choice(None, features={"nobody": 1.0, "nobody_near": float(bool(near))})
    nobody.features["nobody_charged"] = min(1.0, view.total("charged", first, last))
    nobody.features["nobody_marked"] = float(view.chances["accuser"][first:last, 0].max())
    out = [nobody]
    shares = {k: _covered(view, k, first, last) / size for k in near}
    top = max(shares.values(), default=0.0)
    for k in near:
        draft, who = material.drafts[k], material.resolved[k]
        low, high = view.extents[k]
        features = {
            "share": shares[k],
            "covers": float(low <= first and last <= high),
            "size_ratio": min(3.0, math.log((high - low) / size + 0.1)),
            "nested": float(draft.nested),
            "score": draft.evidence.get("content", 0.0),
            "unresolved": float(who.name is None),
            "only": float(len(near) == 1),
            "best_share": float(shares[k] >= top - 1e-6),
            "direct": float(draft.kind == "direct"),
            "debris": view.mean("debris", low, high),
        }
        if draft.cue is not None:
            features["holds_cue"] = float(first <= draft.cue[0] and draft.cue[1] <= last)
            for group in ("accusing", "denying", "admitting"):
                features[f"cue_{group}"] = float(view.total(group, *draft.cue) > 0)
        if draft.source is not None:
            features["holds_source"] = float(first <= draft.source[0] and draft.source[1] <= last)
            features["source_marked"] = float(view.chances["accuser"][slice(*draft.source), 0].max())
        spans = [draft.source] if draft.source is not None else []
        out.append(Choice(who.name, spans, features, k))
    if not near:
        before = [k for k, (_, high) in enumerate(view.extents) if high <= first]
        if before:
            k = before[-1]
            features = {
                "before": 1.0,
                "speaks_before": float(view.sentence_of(first) - view.sentence_of(view.extents[k][0]) <= 2),
            }
            out.append(Choice(material.resolved[k].name, [], features))
    around = view.around(evidence)
    for low, high in _marked(view, "accuser", *around):
        who = _phrase(view, low, high)
        peak = float(view.chances["accuser"][low:high, 0].max())
        features = {
            "marked": 1.0,
            "marked_peak": peak,
            "marked_name": float(bool(material.page.phrases.names_in(low, high))),
        }
        out.append(Choice(who.name, [(low, high)], features))
    return out


def accused(
    view: View, evidence: Candidate, accuser: str | None, stance: str, carrying: int, earlier: list[Earlier]
) -> list[Choice]:
    """Return who may be accused, nobody first, each with the tokens in the evidence's sentences that name them."""
    first, last, _, _ = evidence
    material, page = view.material, view.material.page
    low, high = view.around(evidence)
    peak = float(view.chances["accused"][first:last, 0].max())
    mentions = _mentions(view, low, high)
    merged: dict[frozenset[str], Choice] = {}
    best: dict[frozenset[str], float] = {}
    accuser_key = key_of(accuser) if accuser else frozenset()
    opening = True
    for start, end, who, is_name in mentions:
        if who.name is None:
            continue
        features = _mention(view, evidence, start, end, who, is_name, opening)
        opening = opening and start < first
        key = key_of(who.name)
        choice = merged.setdefault(key, Choice(who.name))
        choice.spans.append((start, end))
        weight = features["peak"] + 0.5 * features.get("in_evidence", 0.0)
        if key not in best or weight > best[key]:
            best[key] = weight
            choice.features = features
    here = view.sentence_of(first)
    pool: dict[str, tuple[str, str]] = {}
    for who, kind, gap in _before(view, low, here):
        pool.setdefault(who, (kind, gap))
    frequent = sorted(page.counts.items(), key=lambda item: -item[1])[:MAX_FREQUENT]
    for name, _ in frequent:
        pool.setdefault(name, ("unknown", "page_only"))
    for past in earlier[-MAX_EARLIER:]:
        if past.accused:
            pool.setdefault(past.accused, ("unknown", "page_only"))
    for phrase, kind in view.frequent_phrases:
        pool.setdefault(phrase, (kind, "page_only"))
    if accuser:
        pool.setdefault(accuser, ("unknown", "page_only"))
    for name, (kind, gap) in pool.items():
        key = key_of(name)
        if key not in merged:
            merged[key] = Choice(name, features={gap: 1.0, "name": 1.0})
            if kind in {"person", "organisation", "group"}:
                merged[key].features[kind] = 1.0
    top_peak = max((choice.features.get("peak", 0.0) for choice in merged.values()), default=0.0)
    top_count = frequent[0][1] if frequent else 0
    speaking = {who.name for who in material.resolved}
    inside = sum(bool(choice.features.get("in_evidence")) for choice in merged.values())
    for key, choice in merged.items():
        f = choice.features
        name = str(choice.name)
        if key == accuser_key:
            f["is_accuser"] = 1.0
            f["is_accuser_denies"], f["is_accuser_admits"] = float(stance == "denies"), float(stance == "admits")
        elif stance == "denies":
            f["not_accuser_denies"] = 1.0
        count = page.counts.get(name, 0) + view.phrase_counts.get(key, 0)
        f["count"] = math.log1p(count)
        f["most_named"] = float(count > 0 and count == top_count)
        f["speaks"] = float(name in speaking)
        f["best_peak"] = float(top_peak > 0 and f.get("peak", 0.0) >= top_peak)
        f["only_mention"] = float(bool(f.get("in_evidence")) and inside == 1)
        times = [past for past in earlier if past.accused and key_of(past.accused) == key]
        if times:
            f["earlier"], f["earlier_times"] = 1.0, math.log1p(len(times))
            f["earlier_last"] = float(earlier[-1].accused is not None and key_of(str(earlier[-1].accused)) == key)
            f["same_evidence"] = float(any(past.first < last and first < past.last for past in times))
        if carrying >= 0 and choice.spans:
            draft = material.drafts[carrying]
            f["in_source"] = float(draft.source is not None and any(_within(s, draft.source) for s in choice.spans))
            f["in_cue"] = float(draft.cue is not None and any(_within(s, draft.cue) for s in choice.spans))
            pieces = {first for first, _ in draft.content}
            opening = min((s[0] for s in choice.spans), default=-1)
            f["content_first"] = float(any(0 <= opening - first <= 2 for first in pieces))
            f["content_subject"] = float(f["content_first"] and f.get("subject", 0.0))
            f["in_content"] = float(any(_within(s, piece) for s in choice.spans for piece in draft.content))
    nobody = Choice(
        None,
        features={
            "nobody": 1.0,
            "nobody_peak": peak,
            "nobody_count": math.log1p(inside),
            "nobody_denies": float(stance == "denies"),
            "nobody_admits": float(stance == "admits"),
            "nobody_charged": min(1.0, view.total("charged", first, last)),
            "nobody_harm_only": float(view.total("harm", first, last) > 0 and not view.total("accusing", first, last)),
        },
    )
    return [nobody, *merged.values()]


def _mention(
    view: View, evidence: Candidate, start: int, end: int, who: Resolved, is_name: bool, opening: bool
) -> dict[str, float]:
    first, last, _, _ = evidence
    p, lower, lexicon = view.chances, view.material.lower, view.material.page.lexicon
    peak = float(p["accused"][start:end, 0].max())
    f = {
        "in_evidence" if start < last and first < end else "after" if start >= last else "in_sentence": 1.0,
        "peak": peak,
        "log_peak": math.log(max(peak, 0.01)),
        "mean": float(p["accused"][start:end, 0].mean()),
        "begins": float(p["accused"][start, 1]),
        "accuser_peak": float(p["accuser"][start:end, 0].max()),
        "victim_peak": float(p["victim"][start:end, 0].max()),
        "deed_mean": float(p["deed"][start:end, 0].mean()),
        "words": min(6.0, end - start),
        "position": min(1.0, max(0.0, (start - first) / (last - first))),
        "opens": float(start <= first + 1),
        "first_mention": float(opening),
        "name" if is_name else "phrase": 1.0,
        "quoted": view.mean("quoted", start, end),
        "debris": view.mean("debris", start, end),
        "after_accusing": float(view.total("accusing", max(0, start - RELATED), start) > 0),
        "before_charged": float(view.total("charged", end, min(end + RELATED, len(lower))) > 0),
        "plural": float(who.plural or (not is_name and lower[end - 1].endswith("s"))),
    }
    if who.kind in {"person", "organisation", "group"}:
        f[who.kind] = 1.0
    head = lower[start]
    if head in lexicon.possessive:
        f["possessive"] = 1.0
    elif head in lexicon.definite:
        f["definite"] = 1.0
    elif head in lexicon.determiners:
        f["indefinite"] = 1.0
    if not is_name and view.material.page.phrases.role(start, end) is not None:
        f["role"] = 1.0
    before = lower[start - 1] if start else ""
    earlier = lower[start - 2] if start > 1 else ""
    for name, words in (("by", view.frames.by), ("against", view.frames.against), ("of", view.frames.of)):
        f[name] = float(before in words or head in words or (earlier in words and before in lexicon.determiners))
    after = lower[end] if end < len(lower) else ""
    free = before not in lexicon.prepositions and head not in lexicon.prepositions
    f["subject"] = float(
        free and (after in view.frames.after_subject or "charged" in view.groups[min(end, len(lower) - 1)])
    )
    f["after_that"] = float(before in view.frames.that or earlier in view.frames.that)
    f["object_accusing"] = float(start > 0 and "accusing" in view.groups[start - 1])
    f["to_accusing"] = float(not free and (view.total("accusing", max(0, start - 2), start) > 0))
    f["subject_charged"] = float(free and view.total("charged", end, min(end + 6, len(lower))) > 0)
    f["beside"] = float(before in view.frames.beside or head in view.frames.beside)
    f["pronoun"] = float(end - start == 1 and lower[start].lstrip("-") in view.pronouns)
    f["many"] = float(head in view.frames.many)
    f["after_harm"] = float(f["of"] and view.total("harm", max(0, start - 3), start) > 0)
    f["preposition"] = float(before in lexicon.prepositions or head in lexicon.prepositions)
    return f


def _mentions(view: View, low: int, high: int) -> list[tuple[int, int, Resolved, bool]]:
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
        found.append((start, name.last, _bearer(view, name), True))
        taken.update(range(start, name.last))
    pronouns = [at for at in range(low, high) if lower[at].lstrip("-") in view.pronouns and at not in taken]
    for at in pronouns[:MAX_PRONOUNS]:
        who = material.page.refer((at, at + 1), [past for past in view.history if past[0] < at])
        found.append((at, at + 1, who, True))
        taken.add(at)
    for start, end in _marked(view, "accused", low, high):
        if not taken & set(range(start, end)):
            found.append((start, end, _phrase(view, start, end), False))
            taken.update(range(start, end))
    chance = view.chances["accused"][:, 0]
    opens = lexicon.determiners.keys() | view.frames.many
    for at in range(low, high - 1):
        if len(found) >= MAX_MENTIONS:
            break
        noun = words[at + 1]
        if lower[at] not in opens or not noun[0].isalpha() or len(noun) < 3 or at in taken:
            continue
        if at + 1 in taken or lower[at + 1] in lexicon.function_words:
            continue
        end = at + 2
        if " ".join(lower[at + 1 : at + 3]) in lexicon.group:
            end = min(at + 3, high)
        while end < high and end not in taken and words[end][0].isalpha() and chance[end] >= GOES_ON:
            end += 1
        found.append((at, end, _phrase(view, at, end), False))
        taken.update(range(at, end))
    return sorted(found, key=lambda mention: mention[0])


def _marked(view: View, layer: str, low: int, high: int) -> list[tuple[int, int]]:
    """Stretches marked as a layer, with the determiner before them, without small words at their end."""
    lower, lexicon = view.material.lower, view.material.page.lexicon
    out = []
    for start, end in stretches(view.chances[layer][low:high, 0] >= MARKED, 1)[:MAX_MENTIONS]:
        first, last = start + low, end + low
        small = lexicon.prepositions | lexicon.determiners.keys()
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


def _phrase(view: View, first: int, last: int) -> Resolved:
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


def _bearer(view: View, name: Name) -> Resolved:
    return view.material.page.phrases.named(name)


def _before(view: View, low: int, here: int) -> list[tuple[str, str, str]]:
    """Names mentioned shortly before token ``low``: name, kind, and how far back."""
    page = view.material.page
    out = []
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


def _covered(view: View, index: int, first: int, last: int) -> int:
    draft = view.material.drafts[index]
    spans = [*draft.content, *(span for span in (draft.cue, draft.source) if span is not None)]
    return len({at for low, high in spans for at in range(max(low, first), min(high, last))})


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]
