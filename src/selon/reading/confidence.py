"""Turn the tagger's scores of one attribution into a calibrated probability that its content and source are right.

A logistic regression over the log scores (Platt 1999), fitted on the dev pages by ``training/confidence.py``; its
weights live in the language pack's settings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

#: Scores below this are all the same to the calibration, and keep its logarithms finite.
FLOOR = 0.02


def inputs(evidence: Mapping[str, float]) -> dict[str, float]:
    """Return the regression's inputs: logits of the probabilities, flags as they are."""
    out = {"bias": 1.0}
    for name, value in evidence.items():
        if name in {"no_cue", "no_source", "direct", "pieces", "nested"}:
            out[name] = value
        elif not (name == "cue" and evidence.get("no_cue")) and not (name == "source" and evidence.get("no_source")):
            clipped = min(max(value, FLOOR), 1 - FLOOR)
            out[name] = math.log(clipped / (1 - clipped))
    return out


def confidence(evidence: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the probability, between 0 and 1, rounded to three digits."""
    score = sum(weights.get(name, 0.0) * value for name, value in inputs(evidence).items())
    return round(1 / (1 + math.exp(-score)), 3)
