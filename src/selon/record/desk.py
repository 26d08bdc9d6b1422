"""What people do at a record: correct what was read, collect it in dossiers, and ask within bounds of time."""

from __future__ import annotations

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from selon.page import Attribution, Page, Span
from selon.record import correction_list, corrections, dossiers
from selon.record.correction_list import Correction
from selon.record.dossiers import Dossier, DossierItem
from selon.record.loading import load
from selon.record.people import People
from selon.record.store import explained

# Steps of SQLite's machine between two looks at the clock: some milliseconds.
STEPS = 20_000


class Desk(ABC):
    """The part of a record by which people correct and collect; use :class:`selon.Record`."""

    path: Path
    _connection: sqlite3.Connection

    @abstractmethod
    def _writing(self) -> AbstractContextManager[sqlite3.Connection]: ...

    # -- correcting

    def correct(
        self,
        version: int,
        place: tuple[int, int] | None,
        after: Attribution | None,
        *,
        who: str,
        note: str = "",
    ) -> int:
        """Correct one attribution of a page and return the correction's number.

        What the model said is kept; the correction is applied again whenever the page is read anew.

        Args:
            version: number of the page's version.
            place: where the content of the attribution to change or remove begins and ends (code points, end
                exclusive); None to add one.
            after: what it should be; None to remove it.
            who: who corrects.
            note: why.

        Raises:
            RecordError: if there is no such page or attribution, or ``after`` does not fit the page.
        """
        with self._writing() as connection:
            return corrections.correct(connection, version, place and Span(*place), after, who=who, note=note)

    def undo(self, correction: int) -> None:
        """Undo a correction and those that were built on it.

        Raises:
            RecordError: if there is no correction of that number.
        """
        with self._writing() as connection:
            corrections.undo(connection, correction)

    def corrections(
        self, *, version: int | None = None, undone: bool = True, limit: int = 100, before: int | None = None
    ) -> tuple[Correction, ...]:
        """Return corrections, the newest first; ``before`` leaves out those with this number or a higher one."""
        with explained(self.path):
            return correction_list.corrections(
                self._connection, version=version, undone=undone, limit=limit, before=before
            )

    def corrected_versions(self) -> tuple[int, ...]:
        """Return the numbers of the versions of pages that have corrections in force."""
        with explained(self.path):
            return tuple(correction_list.corrected_versions(self._connection))

    def corrected_pages(self, version: int | None = None) -> Iterator[Page]:
        """Yield the pages that people corrected, as they stand now: annotated pages for training and scoring.

        Args:
            version: only this version of a page, if it was corrected.
        """
        for one in self.corrected_versions():
            if version in (None, one):
                with explained(self.path):
                    page = load(self._connection, one).page
                yield page

    # -- collecting

    def dossiers(self) -> tuple[Dossier, ...]:
        """Return all dossiers by name."""
        with explained(self.path):
            return dossiers.dossiers(self._connection)

    def dossier(self, dossier: int) -> Dossier:
        """Return one dossier; RecordError if there is none of that number."""
        with explained(self.path):
            return dossiers.dossier(self._connection, dossier)

    def dossier_items(self, dossier: int) -> tuple[DossierItem, ...]:
        """Return what a dossier holds, in the order in which it was put in."""
        with explained(self.path):
            return dossiers.items(self._connection, dossier)

    def create_dossier(self, name: str, note: str = "") -> int:
        """Make a dossier, or find the one of that name; return its number."""
        with self._writing() as connection:
            return dossiers.create(connection, name, note)

    def collect(self, dossier: int, version: int, start: int, end: int, note: str = "") -> int:
        """Put words of a page (code points, end exclusive) into a dossier, once; return the item's number."""
        with self._writing() as connection:
            return dossiers.collect(connection, dossier, version, start, end, note)

    def annotate(self, dossier: int, note: str, item: int | None = None) -> None:
        """Write the note of a dossier or of one of its items."""
        with self._writing() as connection:
            dossiers.annotate(connection, dossier, note, item)

    def take_out(self, dossier: int, item: int) -> None:
        """Take an item out of a dossier."""
        with self._writing() as connection:
            dossiers.remove(connection, dossier, item)

    def delete_dossier(self, dossier: int) -> None:
        """Delete a dossier with its items."""
        with self._writing() as connection:
            dossiers.delete(connection, dossier)

    # -- asking

    def speakers_on(self, version: int) -> dict[str, int]:
        """Return the numbers of the speakers whom names on a version of a page mean, by name."""
        with explained(self.path):
            return People(self._connection).on_page(version)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give up what is asked inside once it takes longer than this.

        Raises:
            SlowQueryError: from the method that was asked.
        """
        last = time.monotonic() + seconds
        self._connection.set_progress_handler(lambda: time.monotonic() > last, STEPS)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)

    def _reapply(self, versions: Iterable[int]) -> None:
        """Apply people's corrections to pages that were written anew, in the same transaction."""
        people = People(self._connection)
        for version in versions:
            corrections.reapply(self._connection, version, people)
        people.link()
