"""Which wordings are the same quotation: fingerprints that find them, and the test that joins two.

Fingerprints are hashes of runs of words, thinned by winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003):
two wordings that share a run of ``WINDOW + RUN - 1`` words share a fingerprint. All here is a function of the words
alone, so what is joined depends on nothing that was added before.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from selon.record.telling import telling

# Shorter wordings ("je suis très content") are said by many; they are in no family.
MIN_WORDS = 7
# Words in a hashed run, and runs of which one is kept. Of shorter wordings than ALL_RUNS, every run is kept, for a
# changed word leaves no long run in them.
RUN = 5
WINDOW = 3
ALL_RUNS = 14
# Two wordings are the same quotation if runs of three shared words or more cover this share of the shorter one, the
# longest has this many words, and they hold this many different words that tell something. Chosen by eye on the pairs
# of the 4,760 French raw pages that share four words in a row (15,500 quoted pairs above half coverage): with three
# telling words or a run of five, phrases of the day ("the rise of the tax on fuel") join; below 0.6, speeches about
# the same matter do.
MIN_COVERAGE = 0.65
MIN_RUN = 6
MIN_TELLING = 4
# Shorter words tell little in any of the languages.
TELLING_LETTERS = 4

_SHARED = 3
_MASK = (1 << 63) - 1
_BASE = 0x9E3779B97F4A7C15


@lru_cache(1 << 16)
def _number(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def fingerprints(words: list[str]) -> set[int]:
    """Return the hashes, 63 bits each, that stand for a wording; empty if it is too short to be in a family."""
    if len(words) < MIN_WORDS:
        return set()
    numbers = [_number(word) for word in words]
    hashes = []
    for first, second, third, fourth, fifth in zip(*(numbers[place:] for place in range(RUN)), strict=False):
        mixed = ((((first * _BASE + second) * _BASE + third) * _BASE + fourth) * _BASE + fifth) & _MASK
        hashes.append(mixed ^ (mixed >> 29))
    if len(words) < ALL_RUNS:
        return set(hashes)
    windows = zip(*(hashes[place:] for place in range(WINDOW)), strict=False)
    return {min(window) for window in windows}


def same_quotation(one: list[str], other: list[str]) -> bool:
    """Tell whether two wordings, as folded words, are variants of one quotation; symmetric."""
    shorter, longer = sorted((one, other), key=lambda words: (len(words), words))
    if len(shorter) < MIN_WORDS:
        return False
    runs = set(zip(longer, longer[1:], longer[2:], strict=False))
    covered = bytearray(len(shorter))
    run = longest = 0
    for place, words in enumerate(zip(shorter, shorter[1:], shorter[2:], strict=False)):
        if words in runs:
            covered[place : place + _SHARED] = b"\1\1\1"
            run += 1
            longest = max(longest, run + _SHARED - 1)
        else:
            run = 0
    if longest < MIN_RUN or sum(covered) < MIN_COVERAGE * len(shorter):
        return False
    shared = (word for word, common in zip(shorter, covered, strict=True) if common)
    return sum(len(word) >= TELLING_LETTERS for word in telling(shared)) >= MIN_TELLING
