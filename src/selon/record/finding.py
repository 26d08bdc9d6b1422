"""The pages that may carry a quotation: those with its very words in a row, then those with its rarest words."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from math import log

from selon.record.compare import Quotation
from selon.record.telling import telling

# Words of a quotation that one phrase query holds; the rest is compared on the pages that it finds.
MAX_PHRASE = 64
# Pages with the words in a row that are looked at, the earliest first. Only set phrases stand on more.
MAX_CARRIERS = 100
# Words that are looked up, the rarest first, and entries of the index that are read for them in all.
MAX_WORDS = 8
MAX_ENTRIES = 15_000
# Pages that are compared because of their words, and as many because of one content's words. On the generated cases,
# eight of each find as many altered quotations as twelve.
MAX_CANDIDATES = 8

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def carriers(connection: sqlite3.Connection, quotation: Quotation) -> tuple[list[int], int]:
    """Return the versions of pages with the quotation's words in a row, earliest first, and how many there are."""
    surfaces = [quotation.text[word.start : word.end] for word in quotation.words[:MAX_PHRASE]]
    phrase = " OR ".join(_phrase(spelling) for spelling in _spellings(surfaces))
    query = """
        WITH found (version_id) AS (
            SELECT rowid FROM version_text WHERE version_text MATCH :phrase
            UNION
            SELECT version_id FROM attribution_text JOIN attribution ON attribution_id = attribution_text.rowid
            WHERE attribution_text MATCH 'words : (' || :phrase || ')' AND pieces IS NOT NULL AND replaced_by IS NULL
        )
        SELECT version_id, count(*) OVER () FROM found JOIN version USING (version_id)
        ORDER BY first_day IS NULL, first_day, version_id LIMIT :most"""
    rows = connection.execute(query, {"phrase": phrase, "most": MAX_CARRIERS}).fetchall()
    return [version for version, _ in rows], rows[0][1] if rows else 0


def candidates(connection: sqlite3.Connection, quotation: Quotation) -> list[int]:
    """Return the versions that share most of the quotation's rarest words, on the page or in one content."""
    rare = _rare(connection, quotation)
    best = set(_best(connection, "SELECT rowid, rowid FROM version_text WHERE version_text MATCH ?", rare))
    contents = """
        SELECT attribution_id, version_id
        FROM attribution_text JOIN attribution ON attribution_id = attribution_text.rowid
        WHERE attribution_text MATCH 'words : ' || ? AND replaced_by IS NULL"""
    return sorted(best.union(_best(connection, contents, rare)))


def _best(connection: sqlite3.Connection, query: str, rare: list[tuple[str, float]]) -> list[int]:
    """Return the versions of the rows (unit, version) whose unit has the words of greatest weight."""
    weights: defaultdict[tuple[int, int], float] = defaultdict(float)
    for word, weight in rare:
        for unit, version in connection.execute(query, (_phrase([word]),)):
            weights[unit, version] += weight
    ranked = sorted(weights, key=lambda unit: (-weights[unit], unit))
    return list(dict.fromkeys(version for _, version in ranked[: 2 * MAX_CANDIDATES]))[:MAX_CANDIDATES]


def _rare(connection: sqlite3.Connection, quotation: Quotation) -> list[tuple[str, float]]:
    """Return the quotation's rarest words that the record has, and their weights."""
    (pages,) = connection.execute("SELECT max(version_id) FROM version").fetchone()
    wanted = telling(quotation.folded) or list(dict.fromkeys(quotation.folded))
    counts = []
    # evenly over long quotations; each look-up reads the word's entries
    for word in wanted[:: max(1, len(wanted) // (4 * MAX_WORDS))]:
        row = connection.execute("SELECT doc FROM version_vocabulary WHERE term = ?", (word,)).fetchone()
        if row:
            counts.append((int(row[0]), word))
    rare: list[tuple[str, float]] = []
    entries = 0
    for count, word in sorted(counts)[:MAX_WORDS]:
        entries += count
        if rare and entries > MAX_ENTRIES:
            break
        rare.append((word, log(1 + (pages or 0) / count)))
    return rare


def _spellings(surfaces: list[str]) -> list[list[str]]:
    """Return the words as given and as other typesetters write them, for the index does not know these as one."""
    plain = [_INVISIBLE.sub("", surface) for surface in surfaces]
    forms = [
        plain,
        [surface.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE") for surface in plain],
        [re.sub("oe", "œ", surface, flags=re.IGNORECASE) for surface in plain],
        [re.sub(r"(?<=\d)[\s.,'’](?=\d)", "", surface) for surface in plain],
        [re.sub(r"(?<=\d)(?=(?:\d{3})+$)", " ", surface) for surface in plain],
    ]
    return [list(form) for form in dict.fromkeys(tuple(form) for form in forms)]


def _phrase(words: Iterable[str]) -> str:
    return '"' + " ".join(words).replace('"', '""') + '"'
