"""Who accuses: candidates from the attributions around the evidence, described by features."""

from __future__ import annotations

import math

from selon.reading.allegations.candidates import Candidate
from selon.reading.allegations.choices import POINTER_FEATURES, Choice, ask, note
from selon.reading.allegations.mentions import marked, phrase_at
from selon.reading.allegations.view import View, key_of

ACCUSER_FEATURES = (
    "nobody", "nobody_near", "nobody_charged", "nobody_marked", "share", "covers", "size_ratio", "nested", "holds_cue",
    "holds_source", "cue_accusing", "cue_denying", "cue_admitting", "score", "unresolved", "only", "best_share",
    "source_marked", "direct", "marked", "marked_peak", "marked_name", "before", "speaks_before", "debris",
    "added", *POINTER_FEATURES,
)  # fmt: skip


def accusers(view: View, evidence: Candidate) -> list[Choice]:
    """Return who may accuse: nobody, the speakers of what carries the evidence, those marked, and who is pointed to."""
    first, last, _, _ = evidence
    material = view.material
    near = view.drafts_near(first, last)
    size = last - first
    nobody = Choice(None, features={"nobody": 1.0, "nobody_near": float(bool(near))})
    nobody.features["nobody_charged"] = min(1.0, view.total("charged", first, last))
    nobody.features["nobody_marked"] = max(view.listed["accuser"][first:last])
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
            features["source_marked"] = max(view.listed["accuser"][slice(*draft.source)])
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
    for low, high in marked(view, "accuser", *around):
        who = phrase_at(view, low, high)
        peak = max(view.listed["accuser"][low:high])
        features = {
            "marked": 1.0,
            "marked_peak": peak,
            "marked_name": float(bool(material.page.phrases.names_in(low, high))),
        }
        out.append(Choice(who.name, [(low, high)], features))
    answer, meant = ask(view, evidence, "accuser")
    if meant is not None and all(c.name is None or key_of(c.name) != key_of(str(meant.name)) for c in out):
        out.append(Choice(meant.name, features={"added": 1.0}))
    note(view, evidence, "accuser", answer, out)
    return out


def _covered(view: View, index: int, first: int, last: int) -> int:
    draft = view.material.drafts[index]
    spans = [*draft.content, *(span for span in (draft.cue, draft.source) if span is not None)]
    return len({at for low, high in spans for at in range(max(low, first), min(high, last))})
