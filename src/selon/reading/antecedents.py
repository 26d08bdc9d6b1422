"""Weigh who may be meant by a pronoun, a title or a source left unsaid: features of each candidate speaker.

A candidate's score is a sum of learned weights of these features, one set of weights for each kind of expression
that stands for a speaker (mention ranking after Denis and Baldridge 2008). The features are of structure alone, so
that weights learnt on the annotated French pages serve other languages too.
"""

from __future__ import annotations

import math
from typing import NamedTuple

#: Kinds of expression that stand for a speaker named elsewhere, each with weights of its own.
EXPRESSIONS = (
    "pronoun", "plural", "unsaid", "unsaid_direct", "unsaid_quotation", "unsaid_other",
    "short_phrase", "long_phrase", "first_person",
)  # fmt: skip

FEATURES = (
    "itself", "itself_definite", "itself_possessive", "itself_role", "itself_organisation", "itself_group",
    "itself_named", "itself_nested", "itself_first_on_page",
    "spoke", "spoke_last", "spoke_before_last", "spoke_earlier",
    "same_sentence", "one_sentence_back", "two_sentences_back", "few_sentences_back", "many_sentences_back",
    "gender_fits", "gender_differs", "person", "organisation", "group", "number_differs",
    "quoted", "after_preposition", "opens_sentence", "often_speaks", "often_named",
    "comes_later", "comes_later_near", "same_paragraph", "full_name", "role_fits", "role_words", "in_content",
    "encloses", "role_differs",
)  # fmt: skip


class Candidate(NamedTuple):
    """Somebody who may be meant, and how they stand to the expression.

    ``distance`` counts sentences from their last mention, negative if they are named only later; ``spoke`` is 0 for
    the last speaker, 1 for the one before, and -1 for somebody who has not spoken yet.
    """

    distance: int
    spoke: int
    times_spoken: int
    times_named: int
    gender_fits: int
    kind: str
    number_fits: bool
    quoted: bool
    after_preposition: bool
    opens_sentence: bool
    same_paragraph: bool
    full_name: bool
    role: int
    role_words: int
    in_content: bool
    encloses: bool


def candidate_features(c: Candidate) -> dict[str, float]:
    """Return the features of a candidate by name; those left out are 0."""
    out: dict[str, float] = {}
    if c.spoke >= 0:
        out["spoke"] = 1.0
        out[("spoke_last", "spoke_before_last", "spoke_earlier")[min(c.spoke, 2)]] = 1.0
    if c.distance < 0:
        out["comes_later"] = 1.0
        if c.distance >= -1:
            out["comes_later_near"] = 1.0
    else:
        names = ("same_sentence", "one_sentence_back", "two_sentences_back", "few_sentences_back")
        place = c.distance if c.distance < 3 else 3 if c.distance < 5 else 4
        out[names[place] if place < 4 else "many_sentences_back"] = 1.0
    if c.gender_fits:
        out["gender_fits" if c.gender_fits > 0 else "gender_differs"] = 1.0
    if c.kind in {"person", "organisation", "group"}:
        out[c.kind] = 1.0
    for name, value in (
        ("number_differs", not c.number_fits), ("quoted", c.quoted), ("after_preposition", c.after_preposition),
        ("opens_sentence", c.opens_sentence), ("same_paragraph", c.same_paragraph), ("full_name", c.full_name),
        ("in_content", c.in_content), ("encloses", c.encloses), ("role_fits", c.role > 0), ("role_differs", c.role < 0),
    ):  # fmt: skip
        if value:
            out[name] = 1.0
    if c.role_words:
        out["role_words"] = float(min(c.role_words, 3))
    out["often_speaks"] = math.log1p(c.times_spoken)
    out["often_named"] = math.log1p(c.times_named)
    return out
