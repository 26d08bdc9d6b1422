"""Find the pages behind what a user names: files of every form, folders, patterns, archives, web addresses."""

from __future__ import annotations

import glob
import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from selon.errors import InputError
from selon.page import Page
from selon.pages.extras import need
from selon.pages.options import Options
from selon.pages.sniff import PEEK, Form, sniff
from selon.pages.streams import Counted, Gunzipped, Prefixed, Unpacking, read_whole
from selon.pages.text import decode

# A text file larger than this is no page; it is refused before it fills the memory.
MAX_TEXT_BYTES = 64_000_000
# Archives and Parquet files that cannot be sought in (from a pipe, within an archive) are held in memory up to this.
MAX_HELD_BYTES = 256_000_000
# Packed data in packed data in packed data is more than any collection of pages needs.
MAX_NESTING = 2

# Files that lie beside pages in folders and archives and are none themselves; they are passed over in silence there.
_BESIDE_PAGES = (
    ".js", ".mjs", ".css", ".map", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp",
    ".tif", ".tiff", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".m4a", ".ogg", ".webm", ".mov",
    ".avi", ".wav", ".py", ".pyc", ".exe", ".dll", ".so", ".css.gz", ".js.gz",
)  # fmt: skip
_VERSION_CONTROL = frozenset({"CVS", "RCS", "SCCS", "_darcs", "_FOSSIL_"})
_PATTERN = frozenset("*?[")

Progress = Callable[[int], None]
Readable = BinaryIO | IO[bytes] | Unpacking


def open_pages(
    names: list[str], progress: Progress | None = None, options: Options | None = None
) -> Iterator[Page | InputError]:
    """Yield the pages of all inputs in order, or errors in the place of what cannot be read.

    Args:
        names: files, folders, patterns like ``2017-*/*.html``, http and https addresses, or ``-``, standard input. What
            they hold is told by content before name.
        progress: is called with the number of bytes taken, each time some are.
        options: names of fields, what pages do not state, how to decode and fetch.
    """
    opener = _Opener(progress, options or Options())
    for name in names:
        for item in opener.open(name):
            yield opener.options.complete(item) if isinstance(item, Page) else item


def size_of(names: list[str]) -> int | None:
    """Return the bytes of all inputs together, or None where that is not known beforehand."""
    total = 0
    for name in names:
        if name == "-" or is_address(name):
            return None
        for found in _files(name):
            if isinstance(found, InputError):
                continue
            try:
                total += found[0].stat().st_size if found[0].is_file() else 0
            except (OSError, ValueError):
                return None
    return total


def is_address(name: str) -> bool:
    """Tell whether ``name`` is a web address."""
    return name[:8].lower().startswith(("http://", "https://"))


def _files(name: str) -> Iterator[tuple[Path, str] | InputError]:
    """The files that a name stands for, each with the identifier of a page in it."""
    path = Path(name)
    try:
        if path.is_dir():
            yield from _folder(path, name)
        elif _PATTERN & set(name) and not path.exists():
            found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - patterns may be absolute
            if not found:
                yield InputError(f"{name}: no file matches this pattern")
            for match in found:
                if Path(match).is_dir():
                    # `**` matches folders too, whose files it matches by themselves
                    if "**" not in name:
                        yield from _folder(Path(match), match)
                else:
                    yield Path(match), Path(match).stem
        else:
            yield path, path.stem
    except (OSError, ValueError) as error:
        yield InputError(f"{name!r}: {error}")


def _folder(folder: Path, name: str) -> Iterator[tuple[Path, str] | InputError]:
    empty = True
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            if path == folder or (path.is_dir() and not path.is_symlink()):
                inside = sorted(path.iterdir(), key=lambda one: one.name, reverse=True)
                waiting += [one for one in inside if not one.name.startswith(".") and one.name not in _VERSION_CONTROL]
            elif path.is_file() and not _is_beside_pages(path.name):
                empty = False
                yield path, path.relative_to(folder).as_posix()
        except OSError as error:
            empty = False
            yield InputError(f"{path}: not readable ({error.strerror})")
    if empty:
        yield InputError(f"{name}: a folder without pages")


def _is_beside_pages(name: str) -> bool:
    return name.lower().endswith(_BESIDE_PAGES)


class _Opener:
    """Opens inputs; holds what they share, such as the fetcher that spaces requests to one host."""

    def __init__(self, progress: Progress | None, options: Options) -> None:
        self.options = options
        self._progress = progress
        self._fetcher: Any = None

    def open(self, name: str) -> Iterator[Page | InputError]:
        """Yield the pages of one input, and why others of its pages cannot be read."""
        try:
            if name == "-":
                yield from self._stream(sys.stdin.buffer, "standard input", "-")
            elif is_address(name):
                yield from self._fetched(name)
            else:
                for found in _files(name):
                    if isinstance(found, InputError):
                        yield found
                    else:
                        yield from self._file(*found)
        except (OSError, ValueError) as error:
            yield InputError(f"{name}: {error}")

    def _file(self, path: Path, id: str) -> Iterator[Page | InputError]:
        name = str(path)
        try:
            with path.open("rb") as file:
                taken = 0

                def count(size: int) -> None:
                    nonlocal taken
                    taken += size
                    if self._progress:
                        self._progress(size)

                yield from self._stream(io.BufferedReader(Counted(file, count)), name, id)
                # what was sought over counts as done
                if self._progress and file.seekable():
                    self._progress(max(0, os.fstat(file.fileno()).st_size - taken))
        except FileNotFoundError:
            yield InputError(f"{name}: no such file")
        except PermissionError:
            yield InputError(f"{name}: not readable (permission denied)")
        except (OSError, ValueError) as error:
            yield InputError(f"{name!r}: {error}")

    def _fetched(self, url: str, *, nesting: int = 0) -> Iterator[Page | InputError]:
        """What a web address leads to, in whatever form."""
        try:
            fetched = self._fetch(url)
        except InputError as error:
            yield error
            return
        body = io.BytesIO(fetched.body)
        address = fetched.final_url
        yield from self._stream(body, url, address, url=address, charset=fetched.charset, nesting=nesting)

    def _fetch(self, url: str) -> Any:
        if self._fetcher is None:
            web = need("selon.pages.web", "web", "fetching web pages")
            self._fetcher = web.Fetcher(allow_private=self.options.allow_private)
        return self._fetcher.fetch(url)

    def _stream(
        self,
        file: Readable,
        name: str,
        id: str,
        *,
        url: str | None = None,
        charset: str | None = None,
        nesting: int = 0,
    ) -> Iterator[Page | InputError]:
        """The pages in a stream of whatever form.

        ``name`` is for messages, ``id`` for the page if it is one, ``url`` and ``charset`` as its server states them.
        """
        failing = file if isinstance(file, Unpacking) else None
        buffered: Any = io.BufferedReader(failing) if failing else file
        head = buffered.read(PEEK)
        rest: BinaryIO = io.BufferedReader(Prefixed(head, buffered))
        form = sniff(head, name, self.options.fields)
        if form in ("gzip", "zip") and nesting >= MAX_NESTING:
            yield InputError(f"{name}: packed within packed data; unpack it first")
            return
        try:
            if form in ("zip", "parquet"):
                if buffered.seekable():
                    buffered.seek(0)
                    rest = buffered
                else:
                    rest = io.BytesIO(read_whole(rest, MAX_HELD_BYTES, name))
            if form in ("text", "html", "xml", "feed", "jsonfeed"):
                items = self._document(form, rest, name, id, url, charset, failing, nesting)
            else:
                items = self._collection(form, rest, name, id, nesting)
            yield from items
        except InputError as error:
            yield error
        except Exception as error:  # the input is hostile, and many parsers are another's: the other inputs go on
            yield InputError(f"{name}: cannot be read ({type(error).__name__}: {' '.join(str(error).split())[:100]})")
        if failing and failing.failure:
            yield failing.failure

    def _document(
        self,
        form: Form,
        stream: BinaryIO,
        name: str,
        id: str,
        url: str | None,
        charset: str | None,
        failing: Unpacking | None,
        nesting: int,
    ) -> Iterator[Page | InputError]:
        """The page or pages of a form that is read whole."""
        from selon.pages.feed import MAX_FEED_BYTES, read_feed
        from selon.pages.html import MAX_HTML_BYTES, read_html

        if form == "xml":
            raise InputError(f"{name}: XML of a kind that holds no pages; Selon reads HTML, RSS and Atom")
        limits = {"text": MAX_TEXT_BYTES, "html": MAX_HTML_BYTES}
        data = read_whole(stream, limits.get(form, MAX_FEED_BYTES), name)
        if failing and failing.failure:
            return
        if form == "html":
            page = read_html(data, name, url=url, charset=charset or self.options.encoding)
            yield page if url else replace(page, id=id)
        elif form == "text":
            page = Page(self._decoded(data, name), id=id, url=url)
            del data  # the bytes of a long text need not wait while it is read
            yield page
        else:
            # entries that lead to feeds are not followed further
            full_text = self.options.full_text and nesting < MAX_NESTING
            for item in read_feed(data, name, url, keep_empty=full_text):
                yield from self._entry(item) if full_text else (item,)

    def _collection(
        self, form: Form, stream: BinaryIO, name: str, id: str, nesting: int
    ) -> Iterator[Page | InputError]:
        """The pages of a form that is read page by page, and of packed data."""
        fields = self.options.fields
        if form == "gzip":
            yield from self._stream(Gunzipped(stream, name), name.removesuffix(".gz"), _stem(id), nesting=nesting + 1)
        elif form == "zip":
            from selon.pages.archive import read_zip

            size = stream.seek(0, io.SEEK_END)
            stream.seek(0)
            for member in read_zip(stream, name, size):
                if isinstance(member, InputError):
                    yield member
                elif not _is_beside_pages(member[0]) and not _is_hidden(member[0]):
                    yield from self._stream(member[1], f"{name}/{member[0]}", member[0], nesting=nesting + 1)
        elif form == "warc":
            from selon.pages.warc import read_warc

            yield from read_warc(stream, name)
        elif form == "jsonl":
            from selon.pages.jsonl import read_jsonl

            yield from read_jsonl(stream, name, fields)
        elif form == "json":
            from selon.pages.jsonl import read_json

            yield from read_json(stream, name, fields)
        elif form == "table":
            from selon.pages.table import read_csv

            yield from read_csv(stream, name, fields, self.options.encoding)
        else:
            from selon.pages.table import read_parquet

            yield from read_parquet(stream, name, fields)

    def _entry(self, entry: Page | InputError) -> Iterator[Page | InputError]:
        """The entry of a feed, or the page that it leads to, with what the entry states and that page does not."""
        if isinstance(entry, InputError) or not entry.url:
            yield entry
            return
        from selon.pages.feed import behind

        for item in self._fetched(entry.url, nesting=MAX_NESTING):
            if isinstance(item, InputError):
                yield item
                continue
            yield behind(entry, item)

    def _decoded(self, data: bytes, name: str) -> str:
        if self.options.encoding is None:
            return decode(data, name)
        try:
            return data.decode(self.options.encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise InputError(f"{name}: does not decode as {self.options.encoding} ({error})") from None


def _is_hidden(path: str) -> bool:
    # __MACOSX is what macOS adds to archives
    parts = path.split("/")
    return any((part.strip(".") and part[0] == ".") or part == "__MACOSX" or part in _VERSION_CONTROL for part in parts)


def _stem(id: str) -> str:
    # page.html.gz is named page.html, and has the stem page
    head, mark, tail = id.rpartition(".")
    return head if mark and tail in ("html", "htm", "txt", "xml", "jsonl", "gz", "csv", "json") else id
