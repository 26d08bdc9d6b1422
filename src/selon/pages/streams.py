"""Streams of bytes that count what is taken, unpack gzip, and refuse what grows out of all proportion."""

from __future__ import annotations

import io
import zlib
from abc import abstractmethod
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, BinaryIO

from selon.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Packed data that unpacks to more than this many times its size is refused. Pages of news shrink 3 to 10 times, whole
# archives of pages alike up to 60; bombs reach 1,000.
MAX_RATIO = 100
# Below so many bytes any ratio is harmless.
HARMLESS = 100_000_000
# Bytes of packed data taken at once.
CHUNK = 65_536


class _Raw(io.RawIOBase):
    """A readable stream; subclasses say how to take up to so many bytes, none at the end."""

    @abstractmethod
    def take(self, size: int) -> bytes:
        """Return up to ``size`` bytes, none at the end."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = self.take(view.nbytes)
        view[: len(data)] = data
        return len(data)


class Counted(_Raw):
    """A file that reports the bytes taken from it; seeks where the file below does."""

    def __init__(self, file: IO[bytes], progress: Callable[[int], None] | None) -> None:
        self._file = file
        self._progress = progress

    def seekable(self) -> bool:
        """Tell whether the file below seeks."""
        return self._file.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Seek in the file below."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in the file below."""
        return self._file.tell()

    def take(self, size: int) -> bytes:
        """Return up to ``size`` bytes of the file, and report them."""
        data = self._file.read(size)
        if self._progress and data:
            self._progress(len(data))
        return data


class Prefixed(_Raw):
    """A stream whose first bytes were taken already, with them put back."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def take(self, size: int) -> bytes:
        """Return up to ``size`` bytes, the first ones first."""
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._rest.read(size)


class Unpacking(_Raw):
    """Data unpacked as they are read. Where that fails they end, and ``failure`` says why.

    An error raised in the middle of a buffered read would take with it what was unpacked before.
    """

    failure: InputError | None = None

    @abstractmethod
    def unpack(self, size: int) -> bytes:
        """Return up to ``size`` bytes, none at the end, or raise InputError."""

    def take(self, size: int) -> bytes:
        """Return up to ``size`` bytes, none at the end or where the data fail."""
        if self.failure:
            return b""
        try:
            return self.unpack(size)
        except InputError as error:
            self.failure = error
            return b""


class Gunzipped(Unpacking):
    """What gzip data hold; fails where they are damaged, break off, or grow out of proportion."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self._packed = b""
        self._taken = 0
        self._given = 0
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._begun = False

    def unpack(self, size: int) -> bytes:
        """Return up to ``size`` bytes of what the data hold."""
        while True:
            if not self._packed:
                self._packed = self._file.read(CHUNK)
                self._taken += len(self._packed)
                if not self._packed:
                    if self._begun:
                        raise InputError(f"{self._name}: truncated gzip data, after {self._taken:,} bytes")
                    return b""
            if not self._begun:
                # members follow each other, with zeros between and after them at most
                self._packed = self._packed.lstrip(b"\0")
                if not self._packed:
                    continue
                self._begun = True
            try:
                data = self._member.decompress(self._packed, size)
            except zlib.error:
                raise InputError(f"{self._name}: damaged gzip data, within the first {self._taken:,} bytes") from None
            self._packed = self._member.unconsumed_tail
            if self._member.eof:
                self._packed = self._member.unused_data
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
                self._begun = False
            self._given += len(data)
            refuse_bombs(self._given, self._taken, self._name)
            if data:
                return data


def refuse_bombs(unpacked: int, packed: int, name: str) -> None:
    """Check the sizes so far of data and what they unpack to, in bytes.

    Raises:
        InputError: if the data have grown out of proportion.
    """
    if unpacked > HARMLESS and unpacked > MAX_RATIO * packed:
        raise InputError(f"{name}: unpacks to more than {MAX_RATIO} times its size; refused as a decompression bomb")


def read_whole(stream: BinaryIO, limit: int, name: str) -> bytes:
    """Return all bytes of a stream.

    Raises:
        InputError: if there are more than ``limit``.
    """
    # read(n) of a buffered stream asks for all n at once; pieces keep small inputs small
    pieces, size = [], 0
    while piece := stream.read(min(CHUNK * 16, limit + 1 - size)):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise InputError(
                f"{name}: larger than {limit // 1_000_000} MB, no page of news; use JSON lines for many pages"
            )
    return b"".join(pieces)
