"""Write pages that were read into the record, all of a batch or nothing of it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from selon.edtf import bounds, is_edtf
from selon.page import Attribution, Page, Span
from selon.record.allegation_rows import allegation_row, allegation_text
from selon.record.families import Wordings
from selon.record.indexing import ALLEGATION_TEXT, ATTRIBUTION_TEXT, SOURCE_TEXT
from selon.record.people import Given, People
from selon.record.stems import indexed, indexed_words

# Neither lone surrogates nor NUL can be kept in a text of SQLite; one character takes their place, so offsets hold.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

Model = Callable[[str | None], str]


@dataclass(slots=True)
class Added:
    """What adding pages did.

    Attributes:
        pages: pages given.
        new: pages that were not in the record.
        versions: new versions of pages that were, with another text.
        again: pages read again.
        unchanged: pages that were in the record with this text, so that nothing was done.
        foreign: pages in a language that is not read, kept as texts.
        failed: pages that could not be read for another reason.
        attributions: attributions written.
        words: words of the pages that were read.
    """

    pages: int = 0
    new: int = 0
    versions: int = 0
    again: int = 0
    unchanged: int = 0
    foreign: int = 0
    failed: int = 0
    attributions: int = 0
    words: int = 0


def storable(text: str) -> str:
    """Return a text as the record keeps it, of the same length."""
    return _UNSTORABLE.sub("\ufffd", text)


def key_of(page: Page) -> str:
    """Return what tells a page from others: its address, else its identifier, else a digest of its text."""
    return storable(page.url or page.id) or f"text:{digest_of(page.text).hex()}"


def digest_of(text: str) -> bytes:
    """Return the first 16 bytes of the SHA-256 of a text as the record keeps it."""
    return sha256(storable(text).encode()).digest()[:16]


class Adder:
    """Writes pages into a record.

    Args:
        connection: an open record.
        model: returns the name of the model that reads a language.
    """

    def __init__(self, connection: sqlite3.Connection, model: Model) -> None:
        self._connection = connection
        self._model = model
        self._people = People(connection)
        self._wordings = Wordings(connection)

    def missing(self, page: Page, *, again: bool) -> bool:
        """Tell whether a page must be read: it is new, its text changed or, with ``again``, the model did."""
        row = self._connection.execute(
            "SELECT model, language FROM version JOIN page USING (page_id) WHERE (key, digest) = (?, ?)",
            (key_of(page), digest_of(page.text)),
        ).fetchone()
        return row is None or (again and row[0] != self._model(row[1]))

    def write(self, pages: Sequence[Page], done: Added, *, again: bool) -> list[int]:
        """Write pages, in the caller's transaction, and count in ``done`` what was done.

        Returns the numbers of the versions that were there before and were written anew.
        """
        read_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._people.forget()
        written: list[tuple[int, Page]] = []
        rewritten: list[int] = []
        for page in pages:
            version_id, known = self._version(page, read_at, done, again=again)
            if version_id is None:
                continue
            if known:
                self._clear(version_id)
                rewritten.append(version_id)
            written.append((version_id, page))
            done.words += len(page.text.split())
        self._findings(written, done)
        self._people.link()
        return rewritten

    def _version(self, page: Page, read_at: str, done: Added, *, again: bool) -> tuple[int | None, bool]:
        """The number of the version to be written, None if there is nothing to do; and whether it was there before."""
        connection = self._connection
        text = storable(page.text)
        digest = digest_of(text)
        facts = _facts(page) | {"model": self._model(page.language), "read_at": read_at}
        row = connection.execute("SELECT page_id FROM page WHERE key = ?", (key_of(page),)).fetchone()
        if row is None:
            row = connection.execute("INSERT INTO page (key) VALUES (?) RETURNING page_id", (key_of(page),)).fetchone()
            kind = "new"
        else:
            find = "SELECT version_id, model FROM version WHERE (page_id, digest) = (?, ?)"
            version = connection.execute(find, (row[0], digest)).fetchone()
            if version is not None:
                if not again or version[1] == facts["model"]:
                    done.unchanged += 1
                    return None, True
                columns = ", ".join(f"{name} = ?" for name in facts)
                update = f"UPDATE version SET {columns} WHERE version_id = ?"
                connection.execute(update, (*facts.values(), version[0]))
                done.again += 1
                return int(version[0]), True
            kind = "versions"
        facts |= {"page_id": row[0], "digest": digest, "text": text, "words": len(text.split())}
        columns = ", ".join(facts)
        marks = ", ".join("?" * len(facts))
        insert = f"INSERT INTO version ({columns}) VALUES ({marks}) RETURNING version_id"
        version_id = int(connection.execute(insert, tuple(facts.values())).fetchone()[0])
        connection.execute("INSERT INTO version_text (rowid, text) VALUES (?, ?)", (version_id, text))
        connection.execute("UPDATE page SET latest = ? WHERE page_id = ?", (version_id, row[0]))
        setattr(done, kind, getattr(done, kind) + 1)
        return version_id, False

    def _clear(self, version_id: int) -> None:
        """Take back what was found on a version of a page before; what people corrected stays in ``correction``.

        The full-text index keeps its entries: numbers of attributions are never used again, and a text index without
        contents can forget only what it is told to the letter, which another version of the stemmer could not.
        """
        connection = self._connection
        names = connection.execute("SELECT name_id FROM mention WHERE version_id = ?", (version_id,)).fetchall()
        self._people.count((name_id for (name_id,) in names), -1)
        for table in ("allegation", "attribution", "mention", "debris"):
            connection.execute(f"DELETE FROM {table} WHERE version_id = ?", (version_id,))

    def _findings(self, written: list[tuple[int, Page]], done: Added) -> None:
        """Write what was found on pages: each table's rows at once, in the order of the pages."""
        found = _Found(next_id(self._connection, "attribution"), next_id(self._connection, "allegation"))
        attributions = [(page, one) for _, page in written for one in page.attributions]
        wordings = iter(self._wordings_of(attributions))
        evidence = [storable(page.words(one.evidence)) for _, page in written for one in page.allegations]
        evidence_wordings = iter(self._wordings.note_all(evidence, quoted=False))
        for version_id, page in written:
            names = self._names(version_id, page, found)
            first = found.next_attribution
            for attribution in page.attributions:
                name_id = names.get(attribution.speaker)
                found.attribution(version_id, page, attribution, name_id, next(wordings))
            found.allegations(version_id, page, names, first, evidence_wordings)
            found.rows["debris"] += [(version_id, *region) for region in page.debris]
        done.attributions += len(found.rows["attribution"])
        for table, rows in found.rows.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def _wordings_of(self, attributions: list[tuple[Page, Attribution]]) -> list[int | None]:
        """The wording of each quotation; what was not quoted has no words of its own to be followed."""
        quoted = [at for at, (_, one) in enumerate(attributions) if one.kind != "indirect"]
        texts = [storable(page.words(one.content, " ")) for page, one in map(attributions.__getitem__, quoted)]
        ids: list[int | None] = [None] * len(attributions)
        for at, wording_id in zip(quoted, self._wordings.note_all(texts), strict=True):
            ids[at] = wording_id
        return ids

    def _names(self, version_id: int, page: Page, found: _Found) -> dict[str | None, int]:
        """Note all names of a page; return the number of each."""
        given: dict[str, Given] = {}
        places: dict[str, set[Span]] = defaultdict(set)
        for speaker in page.speakers:
            given[speaker.name] = (storable(speaker.name), speaker.kind, speaker.gender or "")
            places[speaker.name] |= set(speaker.mentions)
        for allegation in page.allegations:
            for actor in (allegation.accuser, allegation.accused):
                if actor is not None:
                    given.setdefault(actor.name, (storable(actor.name), "unknown", ""))
                    places[actor.name] |= set(actor.spans)
        for attribution in page.attributions:
            if attribution.speaker is not None:
                gender = attribution.gender or ""
                given.setdefault(attribution.speaker, (storable(attribution.speaker), "unknown", gender))
                places[attribution.speaker] |= set(attribution.source)
        names: dict[str | None, int] = {name: self._people.note(one) for name, one in given.items()}
        mentions: dict[int, set[Span]] = defaultdict(set)
        for name, spans in places.items():
            mentions[names[name]] |= spans
        found.rows["mention"] += [(version_id, name_id, dump(sorted(spans))) for name_id, spans in mentions.items()]
        self._people.count(mentions)
        return names


class _Found:
    """The rows of what was found, by table, in the order of the tables' columns."""

    def __init__(self, next_attribution: int, next_allegation: int) -> None:
        self.next_attribution, self.next_allegation = next_attribution, next_allegation
        names = (
            "mention",
            "attribution",
            ATTRIBUTION_TEXT,
            SOURCE_TEXT,
            "debris",
            "allegation",
            ALLEGATION_TEXT,
        )
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in names}

    def attribution(
        self, version_id: int, page: Page, attribution: Attribution, name_id: int | None, wording_id: int | None
    ) -> None:
        row = attribution_row(attribution, name_id, wording_id)
        self.rows["attribution"].append((self.next_attribution, version_id, *row, None, None))
        content = storable(page.words(attribution.content, " "))
        text = (self.next_attribution, *indexed(content, page.language))
        self.rows[ATTRIBUTION_TEXT].append(text)
        if attribution.source:
            source = indexed_words(storable(page.words(attribution.source)))
            self.rows[SOURCE_TEXT].append((self.next_attribution, source))
        self.next_attribution += 1

    def allegations(
        self,
        version_id: int,
        page: Page,
        names: dict[str | None, int],
        first: int,
        wordings: Iterator[int | None],
    ) -> None:
        """Add a page's allegations; ``first`` is the number of its first attribution."""
        start = self.next_allegation
        for allegation in page.allegations:
            row = allegation_row(page, allegation, names, first, start, next(wordings))
            self.rows["allegation"].append((self.next_allegation, version_id, *row))
            self.rows[ALLEGATION_TEXT].append((self.next_allegation, *allegation_text(page, allegation)))
            self.next_allegation += 1


def attribution_row(attribution: Attribution, name_id: int | None, wording_id: int | None) -> tuple[Any, ...]:
    """Return the columns of an attribution from ``start`` to ``wording_id``."""
    content = attribution.content
    return (
        content[0].start,
        content[-1].end,
        dump(content) if len(content) > 1 else None,
        *(attribution.cue[0] if attribution.cue else (None, None)),
        *(attribution.source[0] if attribution.source else (None, None)),
        attribution.kind,
        attribution.act,
        name_id,
        attribution.gender,
        int(attribution.nested),
        int(attribution.in_debris),
        attribution.confidence,
        wording_id,
    )


def next_id(connection: sqlite3.Connection, table: str) -> int:
    """Return the next number of a table whose numbers are never used twice."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(row[0]) + 1 if row else 1


def dump(value: Any) -> str:
    """Return compact JSON."""
    return json.dumps(value, separators=(",", ":"))


def batches(pages: Iterable[Page], most: int) -> Iterator[list[Page]]:
    """Gather pages to be written together: up to ``most``."""
    batch: list[Page] = []
    for page in pages:
        batch.append(page)
        if len(batch) >= most:
            yield batch
            batch = []
    if batch:
        yield batch


def _facts(page: Page) -> dict[str, Any]:
    first, last = _days(page.date)
    names = ("id", "language", "url", "outlet", "author", "title", "date")
    facts = {name: getattr(page, name) and storable(getattr(page, name)) for name in names}
    return facts | {"first_day": first, "last_day": last}


def _days(date: str | None) -> tuple[str | None, str | None]:
    if date is None or not is_edtf(date):
        return None, None
    first, last = bounds(date)
    return first.isoformat(), last.isoformat()
