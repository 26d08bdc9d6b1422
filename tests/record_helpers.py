"""A record filled by hand, for tests of what works over a record."""

import sqlite3
from hashlib import sha256
from importlib import resources

from selon.record.families import Wordings


def new_record(path=":memory:"):
    connection = sqlite3.connect(path)
    connection.executescript(resources.files("selon.record").joinpath("schema.sql").read_text(encoding="utf-8"))
    return connection


def store(connection, pages):
    """Store pages that were read, without resolving who is who across pages."""
    wordings = Wordings(connection)
    for page in pages:
        add_page(connection, page, wordings)
    connection.commit()


def add_page(connection, page, wordings):
    digest = sha256(page.text.encode("utf-8", "surrogatepass")).digest()[:16]
    connection.execute("INSERT OR IGNORE INTO page (key) VALUES (?)", (page.url or page.id,))
    page_id = connection.execute("SELECT page_id FROM page WHERE key = ?", (page.url or page.id,)).fetchone()[0]
    try:
        version = connection.execute(
            "INSERT INTO version (page_id, digest, id, language, url, outlet, author, title, date, first_day, last_day,"
            " text, words, model, read_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'test', '')",
            (
                page_id,
                digest,
                page.id,
                page.language,
                page.url,
                page.outlet,
                page.author,
                page.title,
                page.date,
                page.date,
                page.date,
                page.text,
                len(page.text.split()),
            ),
        ).lastrowid
    except sqlite3.IntegrityError:
        return
    connection.execute("UPDATE page SET latest = ? WHERE page_id = ?", (version, page_id))
    connection.execute("INSERT INTO version_text (rowid, text) VALUES (?, ?)", (version, page.text))
    contents = [page.words(a.content, " ") for a in page.attributions]
    quoted = wordings.note_all([c for c, a in zip(contents, page.attributions, strict=True) if a.kind != "indirect"])
    others = wordings.note_all(
        [c for c, a in zip(contents, page.attributions, strict=True) if a.kind == "indirect"], quoted=False
    )
    for content, a in zip(contents, page.attributions, strict=True):
        wording = (others if a.kind == "indirect" else quoted).pop(0)
        pieces = str([list(span) for span in a.content]) if len(a.content) > 1 else None
        attribution = connection.execute(
            'INSERT INTO attribution (version_id, start, "end", pieces, kind, act, name_id, nested, in_debris,'
            " confidence, wording_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                version,
                a.content[0].start,
                a.content[-1].end,
                pieces,
                a.kind,
                a.act,
                name_id(connection, page.speaker(a.speaker)),
                a.nested,
                a.in_debris,
                a.confidence,
                wording,
            ),
        ).lastrowid
        connection.execute(
            "INSERT INTO attribution_text (rowid, words, stems) VALUES (?, ?, '')", (attribution, content)
        )


def name_id(connection, speaker):
    if speaker is None:
        return None
    values = (speaker.name, speaker.name.casefold(), speaker.name.split()[-1].casefold(), speaker.kind)
    connection.execute("INSERT OR IGNORE INTO name (name, key, last_word, kind) VALUES (?, ?, ?, ?)", values)
    connection.execute(
        "INSERT OR IGNORE INTO speaker (key, name, kind) VALUES (?, ?, ?)", (values[1], values[0], values[3])
    )
    connection.execute(
        "UPDATE name SET speaker_id = (SELECT speaker_id FROM speaker WHERE key = ?) WHERE name = ?",
        (values[1], values[0]),
    )
    return connection.execute(
        "SELECT name_id FROM name WHERE name = ? AND kind = ?", (values[0], values[3])
    ).fetchone()[0]
