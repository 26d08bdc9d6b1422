"""The record as its users see it: one file, opened, added to, asked."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from selon.errors import LanguageError, SelonError
from selon.page import Page
from selon.reading.reader import Reader
from selon.record import rules, speaker_list
from selon.record import speakers as speakers_of
from selon.record.accusing import AskedForAllegations
from selon.record.adding import Added, Adder, Model, batches
from selon.record.desk import Desk
from selon.record.found import Filters
from selon.record.indexing import tidy_index
from selon.record.loading import load
from selon.record.published import Published
from selon.record.reprints import Family, FamilySummary, families, family
from selon.record.results import Counts, Hit, Key, Rows, SpeakerCount, SpeakerInfo, StoredPage
from selon.record.rules import Person
from selon.record.search import Sort, facets, search
from selon.record.settled import Settled
from selon.record.speaker_list import Order
from selon.record.store import SCHEMA_VERSION, explained, open_record, transaction, writer_lock
from selon.record.verify import Verification, verify

# Pages written in one transaction: a killed run loses at most these, some seconds of reading; other writers wait for
# less than a second. Smaller batches link common names more often: 64 took a third longer to write.
BATCH = 256


class Record(Desk, AskedForAllegations):
    """Pages and what was found on them, in one SQLite file.

    Use it in one thread at a time; several records may be open on one file, also in several processes.

    Args:
        path: the file; it is made if there is none.
        read_only: open it only to ask.

    Raises:
        RecordError: if the file cannot be opened, is no record, or was made by a newer Selon.

    Example:
        >>> import selon
        >>> with selon.Record(":memory:") as record:
        ...     added = record.add(["« La digue tiendra », assure le maire, Paul Serre."])
        ...     [(hit.speaker, hit.content) for hit in record.search("digues")]
        [('Paul Serre', 'La digue tiendra')]
    """

    def __init__(self, path: str | os.PathLike[str] = "selon.db", *, read_only: bool = False) -> None:
        self.path = Path(path)
        self._memory = os.fspath(path) == ":memory:"
        self._connection = open_record(path, read_only=read_only)
        self._settled = Settled(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # -- adding

    def add(
        self,
        pages: Iterable[str | Page],
        reader: Reader | None = None,
        *,
        again: bool = False,
        on_error: Callable[[Page, SelonError], None] | None = None,
        on_batch: Callable[[Added], None] | None = None,
    ) -> Added:
        """Read pages and keep what was found; pages that the record holds with the same text are passed over.

        Pages in a language that is not read are kept without findings, to be searched for quotations, and to be read
        :meth:`again <read_again>` once there is a language pack.

        Whatever was written when this ends, also by an exception or a kill, is whole: adding the same pages again goes
        on from there.

        Args:
            pages: texts, or pages with what is known of them; what was found on them is not looked at.
            reader: reads them; by default one process, every language.
            again: read pages anew that another model has read.
            on_error: called with each page that cannot be read for another reason; without it the error is raised.
            on_batch: called after each batch was written, with what was done so far.

        Raises:
            RecordError: if the record cannot be written, or another process is adding to it.
        """
        reader = reader or Reader()
        done = Added()

        foreign: list[Page] = []

        def unread(page: Page, error: SelonError) -> None:
            if isinstance(error, LanguageError):
                foreign.append(replace(page, language=error.language, attributions=(), speakers=(), allegations=()))
                done.foreign += 1
                return
            done.failed += 1
            if on_error is None:
                raise error
            on_error(page, error)

        def wanted(adder: Adder) -> Iterator[Page]:
            for item in pages:
                page = item if isinstance(item, Page) else Page(item)
                done.pages += 1
                if adder.missing(page, again=again):
                    yield page
                else:
                    done.unchanged += 1

        with self._adding(reader.model) as adder:
            for batch in batches(reader.read_many(wanted(adder), on_error=unread), BATCH):
                with transaction(self._connection):
                    self._reapply(adder.write([*batch, *foreign], done, again=again))
                foreign.clear()
                if on_batch is not None:
                    on_batch(done)
            with transaction(self._connection):
                self._reapply(adder.write(foreign, done, again=again))
            if done.again:
                with transaction(self._connection):
                    tidy_index(self._connection)
        return done

    def read_again(self, reader: Reader | None = None, *, on_batch: Callable[[Added], None] | None = None) -> Added:
        """Read every page anew that was read by another model than the present one; see :meth:`add`."""
        return self.add(self._pages(), reader, again=True, on_error=lambda page, error: None, on_batch=on_batch)

    def store(self, pages: Iterable[Page]) -> Added:
        """Keep pages that were read already, with the quick model of allegations; see :meth:`add`."""
        done = Added()
        with self._adding(Reader().model) as adder:
            for batch in batches(pages, BATCH):
                done.pages += len(batch)
                with transaction(self._connection):
                    adder.write(batch, done, again=False)
        return done

    @contextmanager
    def _adding(self, model: Model) -> Iterator[Adder]:
        with explained(self.path):
            if self._memory:
                yield Adder(self._connection, model)
                return
            with writer_lock(self.path):
                yield Adder(self._connection, model)

    def _pages(self) -> Iterator[Page]:
        """All versions of all pages, as they were before they were read."""
        last = 0
        find = """
            SELECT version_id, text, version.id, language, url, outlet, author, title, date, key
            FROM version JOIN page USING (page_id) WHERE version_id > ? ORDER BY version_id LIMIT 1"""
        while row := self._connection.execute(find, (last,)).fetchone():
            last = int(row[0])
            yield Page(*row[1:9])

    # -- asking

    def page(self, page: str | int) -> StoredPage:
        """Return a version of a page: by its number, or the latest by the page's address or identifier.

        Raises:
            RecordError: if there is no such page.
        """
        with explained(self.path):
            return load(self._connection, page)

    def search(
        self,
        words: str = "",
        filters: Filters | None = None,
        *,
        sort: Sort = "relevance",
        limit: int = 20,
        offset: int = 0,
        after: Key | None = None,
    ) -> Rows[Hit]:
        """Return attributions whose contents have ``words`` and that pass the filters.

        Args:
            words: words in any form, ``"phrases"``, ``prefix*``, ``AND``, ``OR``, ``NOT``, parentheses; empty for all.
            filters: what else must hold.
            sort: ``relevance`` (BM25), ``recency`` (BM25, fading with age), ``newest`` or ``oldest``; without words,
                the first two mean ``newest``.
            limit, offset: which part of the results to return.
            after: ``next`` of the part before, instead of ``offset``: results that come or go meanwhile move nothing.

        Raises:
            RecordError: if words or filters cannot be understood.
        """
        with explained(self.path), self._settled.reading():
            return search(self._connection, self._settled, words, filters or Filters(), sort, limit, offset, after)

    def verify(self, quotation: str, speaker: str | None = None) -> Verification:
        """Say whether ``quotation`` stands in this record, as it is, cut or altered, where first, and said by whom.

        Raises:
            RecordError: if the quotation has no words or more than 10,000 characters.
        """
        with explained(self.path):
            return verify(self._connection, quotation, speaker)

    def families(
        self,
        *,
        min_pages: int = 2,
        altered: bool = False,
        limit: int = 20,
        offset: int = 0,
        after: Key | None = None,
    ) -> Rows[FamilySummary]:
        """Return the quotations that were printed on most pages; see :func:`selon.record.reprints.families`."""
        with explained(self.path), self._settled.reading():
            return families(
                self._connection,
                self._settled,
                min_pages=min_pages,
                altered=altered,
                limit=limit,
                offset=offset,
                after=after,
            )

    def family(self, key: str) -> Family:
        """Return a family with its variants, by its key.

        Raises:
            RecordError: if there is no such family.
        """
        with explained(self.path):
            return family(self._connection, key)

    def facets(self, words: str = "", filters: Filters | None = None) -> dict[str, list[tuple[str, int]]]:
        """Return the commonest speakers, outlets, kinds, acts, languages and years of what a search finds."""
        with explained(self.path), self._settled.reading():
            return facets(self._connection, self._settled, words, filters or Filters())

    def speakers(
        self,
        words: str = "",
        *,
        order: Order = "attributions",
        limit: int = 50,
        offset: int = 0,
        after: Key | None = None,
    ) -> Rows[SpeakerCount]:
        """Return speakers and how much they say: all, or those with ``words`` in one of their names.

        ``after`` is ``next`` of the part before; see :meth:`search`.
        """
        with explained(self.path), self._settled.reading():
            return speaker_list.speakers(self._connection, self._settled, words, order, limit, offset, after)

    def speaker(self, name: str | int, *, since: str | None = None, until: str | None = None) -> SpeakerInfo:
        """Return one speaker in full, by a name of theirs or their number.

        ``since`` and ``until``, dates in EDTF, choose the pages that are counted for outlets, for others on their
        pages, and for whom they speak about.

        Raises:
            RecordError: if nobody is called that, or a date is none.
        """
        with explained(self.path):
            return speakers_of.speaker(self._connection, name, Published(since=since, until=until))

    def genders(self) -> dict[str, int]:
        """Return how many attributions are to women (``f``) and men (``m``), where pages show it."""
        with explained(self.path):
            return speakers_of.genders(self._connection)

    def counts(self) -> Counts:
        """Return how much the record holds."""
        with explained(self.path):
            row = self._connection.execute(
                """
                SELECT (SELECT count(*) FROM page), count(*), coalesce(sum(words), 0),
                       (SELECT count(*) FROM attribution WHERE replaced_by IS NULL),
                       (SELECT count(*) FROM speaker), (SELECT count(*) FROM allegation), min(first_day), max(first_day)
                FROM version"""
            ).fetchone()
        return Counts(*(*row, SCHEMA_VERSION))

    # -- who is who

    def merge_speakers(self, names: Sequence[str], into: str) -> SpeakerInfo:
        """Make one speaker of those called ``names`` and the one called ``into``, also for what is read later.

        Raises:
            RecordError: if one of them is not in the record.
        """
        with self._writing():
            number = rules.merge(self._connection, names, into)
        return self.speaker(number)

    def split_speaker(self, name: str) -> SpeakerInfo:
        """Make whoever pages call exactly ``name`` a speaker of their own, also for what is read later.

        Raises:
            RecordError: if no page gives that name.
        """
        with self._writing():
            number = rules.split(self._connection, name)
        return self.speaker(number)

    def import_people(self, people: Iterable[Person]) -> int:
        """Take in a table of people and link their names and aliases to them; return how many they are."""
        with self._writing():
            return rules.import_people(self._connection, people)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A short write, which waits for the batch of whoever is adding pages to end."""
        with explained(self.path), transaction(self._connection):
            yield self._connection
