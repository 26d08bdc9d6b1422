"""Pages from web archives: WARC of responses with HTML, and WET of texts, packed or not."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from selon.errors import InputError
from selon.page import Page
from selon.pages.extras import need
from selon.pages.html import MAX_HTML_BYTES, read_html
from selon.pages.text import decode

# A record larger than this is a film or an archive, no page; it is passed over.
MAX_RECORD_BYTES = MAX_HTML_BYTES
# Bytes in which a record's header ends; those of crawlers have some 700.
MAX_HEADER_BYTES = 65_536
# Bytes that tell the beginning of a record: its version and the first header's name, which has up to 40.
LONGEST_START = 64
# Bytes taken from the archive at once, and unpacked at once.
CHUNK = 262_144
STEP = 16_384
# A packed record is handed on when its checksum has proved it right, unless it unpacks to more than this.
HELD_BYTES = 8_000_000

_START = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n(?=[A-Za-z-]+:)")
_MAGIC = b"\x1f\x8b\x08"
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,15})\s*$", re.I | re.M)
_TYPE = re.compile(rb"^warc-type:\s*(\w+)\s*$", re.I | re.M)
_HTML_TYPES = ("text/html", "application/xhtml+xml")


def read_warc(stream: BinaryIO, name: str) -> Iterator[Page | InputError]:
    """Yield a page a record that holds one: responses with HTML, and conversions, which are text.

    Other records, and responses that report an error, are passed over. A damaged or truncated record gives an error
    that names the byte of the archive where it lies; the reading goes on at the next record. One record is in memory
    at a time.
    """
    try:
        warc = need("fastwarc.warc", "warc", "reading WARC")
    except InputError as error:
        yield error
        return
    for record in _Archive(stream, name).records():
        if isinstance(record, InputError):
            yield record
            continue
        place, data = record
        try:
            page = _page(warc.WarcRecord.from_bytes(data), place)
        except InputError as error:
            yield error
        except Exception as error:  # the record is hostile input, and the parser another's
            yield InputError(f"{place}: damaged ({str(error)[:100] or type(error).__name__})")
        else:
            if page is not None:
                yield page


def _page(record: Any, place: str) -> Page | None:
    headers = record.headers
    kind = (headers.get("WARC-Type") or "").lower()
    url = headers.get("WARC-Target-URI")
    url = url.strip("<>") if url else None
    id = (headers.get("WARC-Record-ID") or "").strip("<>") or place
    place = f"{place} ({url[:200]})" if url else place
    if kind == "conversion":
        text = decode(record.reader.read(MAX_RECORD_BYTES + 1), place)
        language = headers.get("WARC-Identified-Content-Language") or ""
        return Page(text.strip(), id=id, url=url, language=_ISO_639_3.get(language))
    if not record.is_http and url and url[:4].lower() == "http":
        # some crawlers leave out the type that says so
        record.is_http = True
    record.parse_http(auto_decode="all")
    if record.http_headers is None or not 200 <= (record.http_headers.status_code or 200) < 300:
        return None
    content_type = (record.http_content_type or "").lower()
    if content_type and content_type not in _HTML_TYPES:
        return None
    data = record.reader.read(MAX_RECORD_BYTES + 1)
    if not content_type and b"<" not in data[:1024]:
        return None
    page = read_html(data, place, url=url, charset=record.http_charset)
    # the record's own identifier, for an archive may hold a page several times
    return replace(page, id=id)


# WET names languages in ISO 639-3; where it names several the page's words tell the language
_ISO_639_3 = {"fra": "fr", "eng": "en", "spa": "es", "deu": "de", "ita": "it", "por": "pt", "nld": "nl"}


class _Damage(Exception):  # noqa: N818 - an event of the stream, not an error of ours
    """The packed stream is damaged at ``offset``; it goes on at the next record, or is at its end."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset = offset


class _Archive:
    """Cuts an archive into records. fastwarc parses these; it cannot go on behind damage by itself."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        head = stream.read(2)
        self._name = name
        self._source: _Plain | _Packed = _Packed(stream, head) if head == _MAGIC[:2] else _Plain(stream, head)
        self._buffer = bytearray()

    def records(self) -> Iterator[tuple[str, bytes] | InputError]:
        """Yield the place and the bytes of each record that may hold a page, and what is wrong with others."""
        while True:
            offset = self._source.offset(len(self._buffer))
            try:
                found = self._record()
            except _Damage as damage:
                # what is in the buffer belongs to the damaged record
                self._buffer.clear()
                yield InputError(f"{self._name}, record at byte {damage.offset:,}: {damage}; skipped")
                continue
            if found is None:
                return
            if isinstance(found, str):
                yield InputError(f"{self._name}, record at byte {offset:,}: {found}; skipped")
            elif found:
                yield f"{self._name}, record at byte {offset:,}", found

    def _record(self) -> bytes | str | None:
        """The next record; b"" for one that holds no page, a reason for a damaged one, None at the end."""
        buffer = self._buffer
        while not buffer:
            if not self._source.fill(buffer):
                return None
            _strip(buffer)
        end = _HEADER_END.search(buffer, 0, MAX_HEADER_BYTES)
        while end is None and len(buffer) < MAX_HEADER_BYTES and self._source.fill(buffer):
            end = _HEADER_END.search(buffer, 0, MAX_HEADER_BYTES)
        header = bytes(buffer[: end.end()]) if end else b""
        length = _LENGTH.search(header)
        if not _START.match(header) or length is None:
            self._skip(1)
            return "no header of a record" if end else "truncated or damaged header"
        assert end is not None
        size = int(length[1])
        kind = _TYPE.search(header)
        wanted = kind is not None and kind[1].lower() in (b"response", b"conversion")
        if size > MAX_RECORD_BYTES:
            self._pass_over(end.end() + size)
            return f"larger than {MAX_RECORD_BYTES // 1_000_000} MB, no page of news" if wanted else b""
        last = end.end() + size
        while len(buffer) < last + 4 and self._source.fill(buffer):
            pass
        if len(buffer) < last:
            self._skip(end.end())
            return "truncated; its header announces more than there is"
        behind = bytes(buffer[last : last + 4])
        if behind.strip(b"\r\n") and not behind.startswith(b"\n"):
            self._skip(end.end())
            return "truncated, or its length is wrong"
        record = bytes(buffer[:last]) + b"\r\n\r\n" if wanted else b""
        del buffer[:last]
        _strip(buffer)
        return record

    def _skip(self, place: int) -> None:
        """Go to the next record that begins at or behind ``place`` of the buffer, or to the end."""
        buffer = self._buffer
        while True:
            start = _START.search(buffer, place)
            if start:
                del buffer[: start.start()]
                return
            # the beginning of a record may be cut at the end of the buffer
            del buffer[: max(place, len(buffer) - LONGEST_START)]
            place = 0
            if not self._source.fill(buffer):
                buffer.clear()
                return

    def _pass_over(self, size: int) -> None:
        while size > len(self._buffer):
            size -= len(self._buffer)
            self._buffer.clear()
            if not self._source.fill(self._buffer):
                return
        del self._buffer[:size]
        _strip(self._buffer)


def _strip(buffer: bytearray) -> None:
    """Take away the empty lines between records."""
    del buffer[: len(buffer) - len(buffer.lstrip(b"\r\n"))]


class _Plain:
    """An archive that is not packed."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self._stream = stream
        self._head = head
        self._taken = 0

    def offset(self, waiting: int) -> int:
        """Where the archive is read, with ``waiting`` bytes taken but not used."""
        return self._taken - waiting

    def fill(self, buffer: bytearray) -> bool:
        """Append some bytes to the buffer; False at the end."""
        data = self._head or self._stream.read(CHUNK)
        self._head = b""
        self._taken += len(data)
        buffer += data
        return bool(data)


class _Packed:
    """An archive packed by gzip, normally a member a record."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self._stream = stream
        self._packed = bytearray(head)
        self._at = 0
        self._last = 0
        self._member: zlib._Decompress | None = None
        self._damage: _Damage | None = None

    def offset(self, waiting: int) -> int:
        """Where the member begins that is read next, or that the ``waiting`` bytes come from."""
        return self._last if waiting else self._at

    def fill(self, buffer: bytearray) -> bool:
        """Append the next member's content to the buffer, or of a large one the next part; False at the end.

        Raises:
            _Damage: if the member is damaged or breaks off; the next call goes on behind it.
        """
        if self._damage:
            damage, self._damage = self._damage, None
            raise damage
        if self._member is None and not self._begin():
            return False
        member = self._member
        assert member is not None
        held = bytearray()
        used = 0
        while not member.eof:
            if used == len(self._packed) and not self._more():
                # what came before the cut may hold whole records
                buffer += held
                self._member, self._damage = None, _Damage(self._last, "truncated gzip data")
                self._drop(used)
                return True
            packed = bytes(memoryview(self._packed)[used : used + STEP])
            try:
                held += member.decompress(packed, HELD_BYTES)
            except zlib.error:
                self._member = None
                self._resync()
                raise _Damage(self._last, "damaged gzip data") from None
            # at the end both may hold what is left
            used += len(packed) - len(member.unused_data if member.eof else member.unconsumed_tail)
            if len(held) > HELD_BYTES:
                # too large to wait for its checksum
                break
        else:
            self._member = None
        buffer += held
        self._drop(used)
        return True

    def _begin(self) -> bool:
        """Go to the beginning of a member; False at the end. Zeros may stand between members."""
        while not self._packed.lstrip(b"\0"):
            self._drop(len(self._packed))
            if not self._more():
                return False
        self._drop(len(self._packed) - len(self._packed.lstrip(b"\0")))
        self._last = self._at
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True

    def _more(self) -> bool:
        data = self._stream.read(CHUNK)
        self._packed += data
        return bool(data)

    def _drop(self, size: int) -> None:
        del self._packed[:size]
        self._at += size

    def _resync(self) -> None:
        """Go to the next member that begins a record, or to the end."""
        place = 1
        while True:
            place = self._packed.find(_MAGIC, place)
            if place < 0:
                self._drop(max(0, len(self._packed) - len(_MAGIC) + 1))
                place = 0
                if not self._more():
                    self._drop(len(self._packed))
                    return
                continue
            if len(self._packed) - place < 1024:
                self._more()
            try:
                begins = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(
                    bytes(self._packed[place : place + 1024]), 64
                )
            except zlib.error:
                begins = b""
            if begins.lstrip().startswith(b"WARC/"):
                self._drop(place)
                return
            place += 1
