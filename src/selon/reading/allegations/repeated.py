"""Keep an allegation once that a page tells several times, as headlines and captions tell what the article does."""

from __future__ import annotations

from collections.abc import Sequence

from selon.reading.allegations.claims import Claim
from selon.reading.allegations.view import View, key_of

# One repeats another if it shares more than this part of the words of the shorter. F1 on dev is the same within 0.2
# from 0.3 to 0.7; the strictest of these leaves most in.
REPEATED = 0.7
# Shorter words say little of what is alleged.
MIN_LETTERS = 4


def told_once(view: View, found: Sequence[tuple[Claim, float]]) -> list[tuple[Claim, float]]:
    """Return claims with their confidence, in order, without those that repeat a surer one of the same accused."""
    words = [
        {word for word in view.material.lower[claim.evidence.first : claim.evidence.last] if len(word) >= MIN_LETTERS}
        for claim, _ in found
    ]
    kept: list[int] = []
    for index in sorted(range(len(found)), key=lambda index: -found[index][1]):
        if not any(
            _is_like(found[index][0], found[other][0])
            and len(words[index] & words[other]) > REPEATED * min(len(words[index]), len(words[other]))
            for other in kept
        ):
            kept.append(index)
    return [found[index] for index in sorted(kept)]


def _is_like(one: Claim, other: Claim) -> bool:
    """Whether two of other evidence have one stance and accuse the same (``Benali``, ``Karim Benali``) or nobody."""
    if one.evidence == other.evidence or one.stance != other.stance:
        return False
    whom, who = (frozenset[str]() if c.accused.name is None else key_of(c.accused.name) for c in (one, other))
    return whom == who or (bool(whom) and bool(who) and (whom <= who or who <= whom))
