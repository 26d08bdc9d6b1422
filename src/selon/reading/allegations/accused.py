"""Who is accused, and who together: candidates from the evidence and the page around it, described by features."""

from __future__ import annotations

import math

from selon.reading.allegations.candidates import Candidate
from selon.reading.allegations.choices import POINTER_FEATURES, Choice, Earlier, ask, note
from selon.reading.allegations.mentions import mentions_in, named_before
from selon.reading.allegations.view import View, key_of
from selon.reading.phrases import Resolved

# Names of the page, by how often they occur, that may be meant from anywhere.
MAX_FREQUENT = 4
# Earlier allegations whose accused may be meant again.
MAX_EARLIER = 4
# Tokens between two who are accused together (``d'Irina Volk et de Marek Dolin``) at most.
MAX_JOINT = 3
# A relation word counts for what follows it within so many tokens.
RELATED = 4

ACCUSED_FEATURES = (
    "nobody", "nobody_peak", "nobody_count", "nobody_denies", "nobody_admits", "nobody_charged", "nobody_harm_only",
    "in_evidence", "in_sentence", "after", "back_1", "back_2", "back_far", "page_only",
    "peak", "mean", "begins", "accuser_peak", "victim_peak", "deed_mean", "log_peak", "best_peak",
    "person", "organisation", "group", "role", "definite", "indefinite", "possessive", "plural", "phrase", "name",
    "words", "position", "opens", "first_mention", "only_mention", "after_accusing", "before_charged", "by", "against",
    "of", "preposition",
    "is_accuser", "is_accuser_denies", "is_accuser_admits", "not_accuser_denies", "in_source", "in_cue", "in_content",
    "subject", "after_that", "content_first", "object_accusing", "beside", "pronoun", "to_accusing", "subject_charged",
    "content_subject", "many", "after_harm", "blame", "blame_share", "blame_top", "count", "most_named", "speaks",
    "earlier", "earlier_last", "earlier_times", "same_evidence", "quoted", "debris",
    *POINTER_FEATURES,
)  # fmt: skip


def accused(
    view: View, evidence: Candidate, accuser: str | None, stance: str, carrying: int, earlier: list[Earlier]
) -> list[Choice]:
    """Return who may be accused, nobody first, each with the tokens in the evidence's sentences that name them."""
    first, last, _, _ = evidence
    material, page = view.material, view.material.page
    low, high = view.around(evidence)
    peak = max(view.listed["accused"][first:last])
    merged: dict[frozenset[str], Choice] = {}
    best: dict[frozenset[str], float] = {}
    accuser_key = key_of(accuser) if accuser else frozenset()
    opening = True
    for start, end, who, is_name in mentions_in(view, low, high):
        if who.name is None or who.name.lower() in view.frames.nobody:
            continue
        features = _mention(view, evidence, start, end, who, is_name, opening)
        opening = opening and bool(start < first)
        key = key_of(who.name)
        choice = merged.setdefault(key, Choice(who.name))
        choice.spans.append((start, end))
        weight = features["peak"] + 0.5 * features.get("in_evidence", 0.0)
        if key not in best or weight > best[key]:
            best[key] = weight
            choice.features = features
    here = view.sentence_of(first)
    pool: dict[str, tuple[str, str]] = {}
    for before, kind, gap in named_before(view, low, here):
        pool.setdefault(before, (kind, gap))
    frequent = sorted(page.counts.items(), key=lambda item: -item[1])[:MAX_FREQUENT]
    for name, _ in frequent:
        pool.setdefault(name, ("unknown", "page_only"))
    for past in earlier[-MAX_EARLIER:]:
        if past.accused:
            pool.setdefault(past.accused, ("unknown", "page_only"))
    answer, meant = ask(view, evidence, "accused")
    if meant is not None:
        pool.setdefault(str(meant.name), (meant.kind, "page_only"))
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
        blame = view.blame.get(key, 0.0)
        f["blame"], f["blame_share"] = math.log1p(5 * blame), blame / view.blame_total
        f["blame_top"] = float(blame > 0 and blame == view.blame_top)
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
            pieces = [place for place, _ in draft.content]
            start = min((s[0] for s in choice.spans), default=-1)
            f["content_first"] = float(any(0 <= start - place <= 2 for place in pieces))
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
    choices = [nobody, *merged.values()]
    note(view, evidence, "accused", answer, choices)
    return choices


def joined(view: View, chosen: Choice, choices: list[Choice]) -> list[Choice]:
    """Return those whom a conjunction joins to the one chosen, in text order: ``Dolin, Volk et Serre sont accusés``."""
    lower, frames = view.material.lower, view.frames
    named = chosen.features.get("name", 0.0)
    others = [(span, choice) for choice in choices for span in choice.spans if choice is not chosen]
    alike = [(span, choice) for span, choice in others if choice.features.get("name", 0.0) == named]
    after = {span[0]: (span[1], choice) for span, choice in alike}
    before = {span[1]: (span[0], choice) for span, choice in alike}
    for start, end in chosen.spans:
        found: list[Choice] = []
        conjunctions = 0
        for step, at, known in ((1, end, after), (-1, start, before)):
            while True:
                passed, edge = 0, at
                while passed <= MAX_JOINT and edge not in known:
                    word = lower[edge if step > 0 else edge - 1] if 0 < edge < len(lower) else ""
                    if word not in frames.conjunctions and word != "," and word not in frames.of:
                        break
                    passed, edge = passed + 1, edge + step
                between = lower[at:edge] if step > 0 else lower[edge:at]
                if not between or edge not in known or frames.of.issuperset(between):
                    break
                conjunctions += not frames.conjunctions.isdisjoint(between)
                at, choice = known[edge]
                found.append(choice)
        if conjunctions:
            return sorted(dict.fromkeys(found, None), key=lambda choice: choice.spans[0])
    return []


def _mention(
    view: View, evidence: Candidate, start: int, end: int, who: Resolved, is_name: bool, opening: bool
) -> dict[str, float]:
    first, last, _, _ = evidence
    p, lower, lexicon = view.listed, view.material.lower, view.material.page.lexicon
    size = end - start
    peak = max(p["accused"][start:end])
    f = {
        "in_evidence" if start < last and first < end else "after" if start >= last else "in_sentence": 1.0,
        "peak": peak,
        "log_peak": math.log(max(peak, 0.01)),
        "mean": sum(p["accused"][start:end]) / size,
        "begins": float(view.chances["accused"][start, 1]),
        "accuser_peak": max(p["accuser"][start:end]),
        "victim_peak": max(p["victim"][start:end]),
        "deed_mean": sum(p["deed"][start:end]) / size,
        "words": min(6.0, size),
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


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]
