"""The full-text indexes over what was found: entries, and indexes made anew where most entries are stale."""

from __future__ import annotations

import json
import sqlite3

from selon.page import Span
from selon.record.allegation_rows import TEXTS, stored_texts
from selon.record.stems import indexed, indexed_words

ATTRIBUTION_TEXT = "attribution_text (rowid, words, stems)"
SOURCE_TEXT = "source_text (rowid, words)"
ALLEGATION_TEXT = f"allegation_text (rowid, {', '.join(TEXTS)})"
# An index is made anew once it holds more than so many entries for each row.
MAX_STALE = 2


def pieces_of(start: int, end: int, pieces: str | None) -> tuple[Span, ...]:
    """Return the pieces of a content as the record keeps them."""
    if pieces is None:
        return (Span(start, end),)
    return tuple(Span(*piece) for piece in json.loads(pieces))


def index(connection: sqlite3.Connection, attribution_id: int, content: str, source: str, language: str | None) -> None:
    """Enter a content and its source, if there is one, into the full-text indexes."""
    row = (attribution_id, *indexed(content, language))
    connection.execute(f"INSERT INTO {ATTRIBUTION_TEXT} VALUES (?, ?, ?)", row)
    if source:
        connection.execute(f"INSERT INTO {SOURCE_TEXT} VALUES (?, ?)", (attribution_id, indexed_words(source)))


def tidy_index(connection: sqlite3.Connection) -> None:
    """Make a full-text index anew if most of its entries are of attributions or allegations that are gone."""
    if _stale(connection, "attribution"):
        connection.execute("INSERT INTO source_text (source_text) VALUES ('delete-all')")
        rows = connection.execute(
            'SELECT attribution_id, text, start, "end", pieces, source_start, source_end, language FROM attribution'
            " JOIN version USING (version_id) ORDER BY attribution_id"
        )
        for attribution_id, text, start, end, pieces, source_start, source_end, language in rows:
            content = " ".join(text[piece.start : piece.end] for piece in pieces_of(start, end, pieces))
            source = "" if source_start is None else text[source_start:source_end]
            index(connection, attribution_id, content, source, language)
    if _stale(connection, "allegation"):
        rows = connection.execute(
            'SELECT allegation_id, text, language, start, "end", spans FROM allegation JOIN version USING (version_id)'
            " ORDER BY allegation_id"
        )
        marks = ", ".join("?" * (len(TEXTS) + 1))
        connection.executemany(f"INSERT INTO {ALLEGATION_TEXT} VALUES ({marks})", stored_texts(rows))


def _stale(connection: sqlite3.Connection, table: str) -> bool:
    """Empty the full-text index over a table, and tell so, if most of its entries are stale."""
    (entries,) = connection.execute(f"SELECT count(*) FROM {table}_text_docsize").fetchone()
    (alive,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    if entries <= MAX_STALE * max(alive, 1):
        return False
    connection.execute(f"INSERT INTO {table}_text ({table}_text) VALUES ('delete-all')")
    return True
