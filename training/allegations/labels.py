"""What each token of an annotated page is in its allegations: inside, first or last token of evidence, deed, accused…"""

import numpy as np

from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.marker import MARKS
from selon.reading.names import fold
from selon.reading.tokens import tokenise
from training.data import span_tokens

PARTS = ("deed", "victim", "when", "where", "means")
SMALL = frozenset(
    [
        "m",
        "mm",
        "mme",
        "mlle",
        "mr",
        "mrs",
        "ms",
        "dr",
        "me",
        "le",
        "la",
        "les",
        "l'",
        "un",
        "une",
        "des",
        "du",
        "de",
        "d'",
        "a",
        "the",
        "of",
        "an",
    ]
)


def located(text, words, evidence):
    """Offsets of copied words: in the evidence, else at the nearest place, else None."""
    if not words:
        return None
    at = text.find(words, *evidence)
    if at < 0:
        near = [place for place in (text.rfind(words, 0, evidence[0]), text.find(words, evidence[1])) if place >= 0]
        if not near:
            return None
        at = min(near, key=lambda place: abs(place - evidence[0]))
    return at, at + len(words)


def named_in(tokens, name, first, last):
    """The longest run of tokens in ``[first, last)`` made of a resolved name's words, or None."""
    wanted = {fold(word) for word in tokenise(name or "").words if word[0].isalnum()}
    best, start, weight = None, None, 0
    best_weight = 0
    for at in range(first, last + 1):
        word = fold(tokens.words[at]) if at < last else ""
        if at < last and (word in wanted or word in SMALL or word in {"«", "»", '"'}):
            if start is None:
                start, weight = at, 0
            weight += word in wanted and word not in SMALL
        elif start is not None:
            if weight > best_weight:
                best, best_weight = (start, at), weight
            start = None
    if best is None:
        return None
    start, end = best
    while start < end and fold(tokens.words[start]) not in wanted:
        start += 1
    while end > start and (fold(tokens.words[end - 1]) not in wanted or fold(tokens.words[end - 1]) in SMALL):
        end -= 1
    return (start, end) if end > start else None


def targets(page, tokens):
    """Return an array (tokens, layers, marks) of 0 and 1."""
    text = page["text"]
    out = np.zeros((len(tokens), len(LAYERS), MARKS), dtype=np.float32)
    wordy = np.array([any(c.isalnum() for c in word) for word in tokens.words], dtype=bool)

    def paint(layer, segment):
        if segment:
            row = out[:, LAYERS.index(layer)]
            row[segment[0] : segment[1], 0] = row[segment[0], 1] = row[segment[1] - 1, 2] = 1

    for a in page["allegations"]:
        evidence = span_tokens(tokens, a["evidence"], wordy)
        if evidence is None:
            continue
        paint("evidence", evidence)
        if a["stance"] != "accuses":
            paint(a["stance"], evidence)
        for name in ("accused", "accuser"):
            paint(name, named_in(tokens, a[name], *evidence))
        for name in PARTS:
            span = located(text, a[name], a["evidence"])
            if span:
                paint(name, span_tokens(tokens, span, wordy))
    return out
