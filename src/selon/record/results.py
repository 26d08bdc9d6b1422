"""What the record answers: plain, frozen values, and tables of them.

Offsets are Unicode code points, end exclusive; days are ``YYYY-MM-DD``; dates EDTF (ISO 8601-2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from selon.errors import RecordError
from selon.page import Page, Span

if TYPE_CHECKING:
    import pandas
    import pyarrow

Row = TypeVar("Row")
Key = tuple[int | float | str, ...]
"""What a row of a list is ordered by; the same while other rows come and go."""


class Rows(Sequence[Row], Generic[Row]):
    """A sequence of results that also comes as a table, by :meth:`to_pandas` or :meth:`to_arrow`.

    Attributes:
        total: how many there are in all, of which these may be a part.
        next: what to ask with as ``after`` for those behind these; None if these are the last.
    """

    def __init__(self, items: Iterable[Row], total: int | None = None, next: Key | None = None) -> None:
        self._items = tuple(items)
        self.next = next
        self.total = len(self._items) if total is None else total

    def __getitem__(self, at: Any) -> Any:
        return self._items[at]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"Rows({list(self._items)!r}, total={self.total})"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the results as plain dictionaries."""
        return [asdict(item) for item in self._items if is_dataclass(item) and not isinstance(item, type)]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a data frame, a column for each field (needs ``pip install 'selon[tables]'``)."""
        try:
            import pandas
        except ImportError:
            raise RecordError("to_pandas() needs pandas: pip install 'selon[tables]'") from None
        return pandas.DataFrame(self.to_dicts())

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table, a column for each field (needs ``pip install 'selon[tables]'``)."""
        try:
            import pyarrow
        except ImportError:
            raise RecordError("to_arrow() needs pyarrow: pip install 'selon[tables]'") from None
        return pyarrow.Table.from_pylist(self.to_dicts())


@dataclass(frozen=True, slots=True)
class Hit:
    """An attribution that a search found.

    Attributes:
        attribution_id: its number in the record; another reading of the page gives another one.
        version: number of the page's version that it stands on.
        start, end: the content's place on the page, from its first piece to its last.
        content: the content's words, its pieces joined by ``[…]``.
        highlights: what the query matched, as spans of ``content``.
        cue, source: their words, or None.
        speaker: the speaker over all pages; None where nobody could know.
        name: the name that the page gives the speaker.
        score: relevance by BM25, higher is better; 0 without words to look for.
    """

    attribution_id: int
    version: int
    start: int
    end: int
    content: str
    highlights: tuple[Span, ...]
    cue: str | None
    source: str | None
    speaker: str | None
    speaker_id: int | None
    name: str | None
    gender: str | None
    kind: str
    act: str
    nested: bool
    in_debris: bool
    confidence: float
    date: str | None
    outlet: str | None
    title: str | None
    url: str | None
    language: str | None
    page: str
    score: float


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """A speaker with what the record holds of them.

    Attributes:
        attributions: what they say, on latest versions of pages and outside debris.
        pages: the pages that it stands on.
        first, last: first and last day of those pages, or None if none is dated.
        names: the names that pages give them, the commonest first.
    """

    speaker_id: int
    name: str
    kind: str
    gender: str | None
    wikidata: str | None
    attributions: int
    pages: int
    first: str | None
    last: str | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpeakerInfo:
    """A speaker in full.

    Attributes:
        count: the speaker and their numbers.
        names: each name that pages give them, and on how many.
        months: attributions by month, ``YYYY-MM``, in order; pages known to the year only are left out.
        outlets: in which outlets, how often.
        beside: other speakers of the same pages, and on how many.
        about: other speakers whom what they say names, and how often.
    """

    count: SpeakerCount
    names: tuple[tuple[str, int], ...]
    months: tuple[tuple[str, int], ...]
    outlets: tuple[tuple[str, int], ...]
    beside: tuple[tuple[str, int], ...]
    about: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A version of a page as the record keeps it.

    Attributes:
        page: the page with what was found on it, and what people corrected.
        key: what the page is called by in the record: its address or identifier.
        version: number of this version; ``versions`` are all of this page, in the order of adding.
        model: the model that read it; read_at: when, in UTC.
    """

    page: Page
    key: str
    version: int
    versions: tuple[int, ...]
    model: str
    read_at: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a record holds; ``schema`` is the version of its schema."""

    pages: int
    versions: int
    words: int
    attributions: int
    speakers: int
    allegations: int
    first: str | None
    last: str | None
    schema: int
