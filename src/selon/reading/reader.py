"""Read pages: the steps of reading in their order. This is all that the rest of Selon imports from here."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from typing import TypeVar

from selon.errors import LanguageError, SelonError
from selon.languages.pack import available, common_folder, load_pack, pack_digest
from selon.page import Allegation, Page, Speaker, SpeakerKind
from selon.reading.allegations.complete import completed
from selon.reading.allegations.encoder import Encoder
from selon.reading.language import detect
from selon.reading.part import Found, Part, parts_of, read_part
from selon.reading.tagger import Tagger

# Pages of one batch: enough to fill the tagger's batches with windows of like length.
BATCH_PAGES = 64
BATCH_CHARACTERS = 200_000
# Batches handed to each process ahead of those whose results were taken; bounds memory on long streams.
AHEAD = 3

OnError = Callable[[Page, SelonError], None]

_Text = TypeVar("_Text", Page, Part)


class Reader:
    """Reads pages, one or many.

    Args:
        language: ISO 639-1 code to read every page in; None tells each page's language from its words.
        min_confidence: leave out attributions with a lower confidence, between 0 and 1.
        processes: how many processes :meth:`read_many` uses; 1 reads in this one.
        allegations: False leaves out who accuses whom; reading then takes about six tenths of the time.
        thorough: read allegations with the thorough model, which finds more and takes twenty times as long (see
            :mod:`selon.reading.allegations.encoder`); without ``allegations`` it has nothing to read.

    Raises:
        LanguageError: if there is no language pack for ``language``.

    Example:
        >>> from selon import Reader
        >>> reader = Reader(language="fr")
        >>> page = reader.read("« Nous irons », a déclaré Jeanne Morel. Elle a ajouté que tout était prêt.")
        >>> [(page.words(a.content), a.speaker) for a in page.attributions]
        [('Nous irons', 'Jeanne Morel'), ('que tout était prêt', 'Jeanne Morel')]
    """

    def __init__(
        self,
        language: str | None = None,
        *,
        min_confidence: float = 0.0,
        processes: int = 1,
        allegations: bool = True,
        thorough: bool = False,
    ) -> None:
        if language is not None and language not in available():
            known = ", ".join(available())
            raise LanguageError(f"no language pack for '{language}'; there are: {known}", language)
        if processes < 1:
            raise ValueError("processes must be 1 or more")
        if not 0 <= min_confidence <= 1:
            raise ValueError("min_confidence must lie between 0 and 1")
        self.language = language
        self.min_confidence = min_confidence
        self.processes = processes
        self.allegations = allegations
        self.thorough = thorough

    def model(self, language: str | None) -> str:
        """Return what names the model that reads a language: its code and a digest of what reads it, or ``none``."""
        thorough = self.allegations and self.thorough
        return f"{language}-{pack_digest(str(language), thorough)}" if language in available() else "none"

    def read(self, page: str | Page) -> Page:
        """Return ``page`` (or a page of that text) with all that was found on it.

        Raises:
            LanguageError: if the page is in a language that Selon does not read.
        """
        return next(iter(self.read_many([page])))

    def read_many(self, pages: Iterable[str | Page], on_error: OnError | None = None) -> Iterator[Page]:
        """Read pages as a stream, in their order, in batches and, with ``processes`` above 1, in parallel.

        With several processes, a script that calls this must keep its own work under ``if __name__ == "__main__":``,
        as always with :mod:`multiprocessing`.

        ``on_error`` is called with each page that cannot be read and why, and the page is left out; without it the
        error is raised.
        """
        whole = (page if isinstance(page, Page) else Page(page) for page in pages)
        batches = _batches(whole, BATCH_PAGES)
        if self.processes == 1:
            results: Iterator[list[Page | tuple[Page, SelonError]]] = (self._read_batch(batch) for batch in batches)
            yield from _deliver(results, on_error)
            return
        # a new interpreter each: a process forked from one with threads may hang
        context = get_context("spawn")
        with ProcessPoolExecutor(self.processes, mp_context=context, initializer=_ignore_interrupts) as pool:
            try:
                yield from _deliver(self._in_parallel(pool, batches), on_error)
            except BrokenProcessPool:
                raise SelonError("a reading process died, perhaps out of memory; try fewer processes") from None

    def _in_parallel(
        self, pool: ProcessPoolExecutor, batches: Iterator[list[Page]]
    ) -> Iterator[list[Page | tuple[Page, SelonError]]]:
        waiting: list[Future[list[Page | tuple[Page, SelonError]]]] = []
        try:
            for batch in batches:
                waiting.append(pool.submit(_read_elsewhere, self, batch))
                if len(waiting) >= AHEAD * self.processes:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()

    def _read_batch(self, batch: list[Page]) -> list[Page | tuple[Page, SelonError]]:
        results: list[Page | tuple[Page, SelonError] | None] = [None] * len(batch)
        by_language: dict[str, list[int]] = {}
        for index, page in enumerate(batch):
            if not page.text or page.text.isspace():
                results[index] = replace(page, attributions=(), speakers=(), allegations=(), debris=())
                continue
            try:
                language = self.language or (page.language if page.language in available() else detect(page.text))
            except LanguageError as error:
                results[index] = (page, error)
            else:
                by_language.setdefault(language, []).append(index)
        for language, indices in by_language.items():
            pages = [replace(batch[index], language=language) for index in indices]
            for index, read in zip(indices, _read_pages(pages, language, self), strict=True):
                results[index] = read
        return [result for result in results if result is not None]


def read(text: str, *, language: str | None = None, min_confidence: float = 0.0, id: str = "") -> Page:
    """Read one page's text and return it with every attribution found on it.

    Args:
        text: the page's text; it is never altered, and all spans point into it.
        language: ISO 639-1 code; None tells it from the words.
        min_confidence: leave out attributions with a lower confidence.
        id: identifier given to the page.

    Raises:
        LanguageError: if the page is in a language that Selon does not read.

    Example:
        >>> import selon
        >>> page = selon.read("According to Mary Lane, the bridge is safe. “I would cross it today,” she said.")
        >>> for a in page.attributions:
        ...     print(a.kind, "|", a.speaker, "|", page.words(a.content))
        indirect | Mary Lane | the bridge is safe
        direct | Mary Lane | I would cross it today
    """
    return Reader(language, min_confidence=min_confidence).read(Page(text, id=id))


def _batches(items: Iterable[_Text], most: int) -> Iterator[list[_Text]]:
    """Gather what is read together: few long texts, or many short ones up to ``most``."""
    batch: list[_Text] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.text)
        if len(batch) >= most or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _deliver(results: Iterator[list[Page | tuple[Page, SelonError]]], on_error: OnError | None) -> Iterator[Page]:
    for batch in results:
        for result in batch:
            if isinstance(result, Page):
                yield result
            elif on_error is None:
                raise result[1]
            else:
                on_error(*result)


@cache
def _tagger(language: str) -> Tagger:
    pack = load_pack(language)
    return Tagger(pack.folder, pack.settings["bias"])


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the process that hands out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@cache
def _encoder() -> Encoder:
    return Encoder(common_folder())


def _read_elsewhere(reader: Reader, batch: list[Page]) -> list[Page | tuple[Page, SelonError]]:
    return reader._read_batch(batch)


def _read_pages(pages: list[Page], language: str, reader: Reader) -> Iterator[Page]:
    """Read pages of one language; parts of all pages share the tagger's batches, a bounded number at a time."""
    collected: dict[int, list[Found]] = {}
    parts = (part for number, page in enumerate(pages) for part in parts_of(number, page.text))
    ready = 0
    for group in _batches(parts, BATCH_PAGES):
        texts = [(part.tokens, part.marks) for part in group]
        thorough = reader.allegations and reader.thorough
        tagged = _tagger(language).tag(texts, reader.allegations and not thorough)
        for part, windows in zip(group, tagged, strict=True):
            # a part at a time: the states of its tokens take more room than all else that is known of them
            told = _encoder().mark(part.tokens, part.marks) if thorough else None
            found = read_part(part, windows, language, reader.min_confidence, told)
            collected.setdefault(part.page, []).append(found)
        last = group[-1].page
        while ready < last:
            yield _page(pages[ready], collected.pop(ready, []))
            ready += 1
    while ready < len(pages):
        yield _page(pages[ready], collected.pop(ready, []))
        ready += 1


def _page(page: Page, parts: list[Found]) -> Page:
    speakers: dict[str, Speaker] = {}
    allegations: list[Allegation] = []
    attributions = 0
    for found in parts:
        for speaker in found.speakers:
            known = speakers.get(speaker.name)
            if known is None:
                speakers[speaker.name] = speaker
            else:
                speakers[speaker.name] = _merged(known, speaker)
        allegations.extend(_counted_on(found.allegations, attributions, len(allegations)))
        attributions += len(found.attributions)
    read = replace(
        page,
        attributions=tuple(attribution for found in parts for attribution in found.attributions),
        speakers=tuple(speakers.values()),
        allegations=tuple(allegations),
        debris=tuple(region for found in parts for region in found.debris),
    )
    return replace(read, allegations=completed(read, str(read.language)))


def _counted_on(found: list[Allegation], attributions: int, allegations: int) -> Iterator[Allegation]:
    """Allegations of a later part, whose indices count on from what the parts before it hold."""
    for allegation in found:
        yield replace(
            allegation,
            attribution=None if allegation.attribution is None else allegation.attribution + attributions,
            answers=None if allegation.answers is None else allegation.answers + allegations,
        )


def _merged(first: Speaker, second: Speaker) -> Speaker:
    kind: SpeakerKind = first.kind if first.kind != "unknown" else second.kind
    return Speaker(first.name, kind, first.gender or second.gender, first.mentions + second.mentions)
