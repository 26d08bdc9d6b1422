"""What a record answers about allegations: the part of :class:`selon.Record` that asks about them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selon.errors import NotFoundError
from selon.record import sides
from selon.record.allegation_filters import AllegationFilters, matching
from selon.record.allegation_results import AllegationHit, By, CounterAccusation, Dispute, Network
from selon.record.allegations import AllegationSort, allegations, hits
from selon.record.claims import Claims
from selon.record.query import Query, parse
from selon.record.results import Key, Rows
from selon.record.settled import Settled
from selon.record.store import explained


class AskedForAllegations:
    """Answers about allegations, from an open record."""

    path: Path
    _connection: sqlite3.Connection
    _settled: Settled

    def allegations(
        self,
        words: str = "",
        filters: AllegationFilters | None = None,
        *,
        sort: AllegationSort = "relevance",
        every: bool = False,
        limit: int = 20,
        offset: int = 0,
        after: Key | None = None,
    ) -> Rows[AllegationHit]:
        """Return allegations whose evidence has ``words`` and that pass the filters, with what other pages tell.

        Args:
            words: see :meth:`search`; empty for all.
            filters: what else must hold.
            sort: ``relevance`` (BM25; without words it means ``newest``), ``newest``, ``oldest`` (by pages' dates), or
                ``pages`` (those on most pages first).
            every: return every place; by default the same allegation is returned once, at the first place found.
            limit, offset: which part of the results to return.
            after: ``next`` of the part before, see :meth:`search`.

        Raises:
            RecordError: if words or filters cannot be understood.
        """
        filters = filters or AllegationFilters()
        with self._grouped(filters) as claims:
            query, found = self._matching(words, filters)
            return allegations(self._connection, claims, query, found, sort, limit, offset, after, every=every)

    def places(self, allegation_id: int) -> Rows[AllegationHit]:
        """Return every place of the same allegation on latest versions of pages and outside debris, the earliest first.

        Raises:
            RecordError: if there is no such allegation.
        """
        with self._grouped(AllegationFilters()) as claims:
            if allegation_id not in claims.told:
                raise NotFoundError(f"no allegation {allegation_id} in this record")
            told = claims.claim(allegation_id).told
            return Rows(hits(self._connection, claims, [(one.allegation_id, 0.0) for one in told]))

    def between(
        self,
        one: str,
        other: str,
        words: str = "",
        filters: AllegationFilters | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
    ) -> Dispute:
        """Return the accusations, denials and admissions of two sides against each other, in the order of time.

        Args:
            one, other: names of speakers, several parted by ``|``; a country's name or code (``RU``) stands for its
                actors.
            words, filters: what else must hold, see :meth:`allegations`.
            limit, offset: which part of the turns to return.

        Raises:
            RecordError: if nobody is called so, or words or filters cannot be understood.
        """
        filters = filters or AllegationFilters()
        with self._grouped(filters) as claims:
            _, found = self._matching(words, filters)
            return sides.dispute(self._connection, claims, found, (one, other), limit, offset)

    def counter_accusations(
        self,
        words: str = "",
        filters: AllegationFilters | None = None,
        *,
        by: By = "speaker",
        limit: int = 20,
        offset: int = 0,
    ) -> Rows[CounterAccusation]:
        """Return pairs who accuse each other, speakers or countries; see :meth:`allegations`."""
        filters = filters or AllegationFilters()
        with self._grouped(filters) as claims:
            _, found = self._matching(words, filters)
            return sides.counter_accusations(self._connection, claims, found, by, limit, offset)

    def network(
        self, words: str = "", filters: AllegationFilters | None = None, *, by: By = "speaker", names: int = 40
    ) -> Network:
        """Return who accuses whom how often, among the ``names`` with the most allegations; see :meth:`allegations`."""
        filters = filters or AllegationFilters()
        with self._grouped(filters) as claims:
            _, found = self._matching(words, filters)
            return sides.network(self._connection, claims, found, by, names)

    def _matching(self, words: str, filters: AllegationFilters) -> tuple[Query, dict[int, float]]:
        """What is asked for and found; the last answer is kept, for a list and its picture ask the same."""
        query = parse(words)
        found = self._settled.kept("matching", lambda: matching(self._connection, query, filters), (query, filters))
        return query, found

    @contextmanager
    def _grouped(self, filters: AllegationFilters) -> Iterator[Claims]:
        """All allegations, grouped, in the state in which the record is while this is open."""
        debris, all_versions = filters.debris, filters.all_versions
        with explained(self.path), self._settled.reading():
            yield self._settled.kept(
                "claims",
                lambda: Claims(self._connection, debris=debris, all_versions=all_versions),
                (debris, all_versions),
            )
