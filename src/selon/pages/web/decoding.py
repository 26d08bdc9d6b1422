"""Compressed bodies, decompressed piece by piece so that a bomb is cut at the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

# What we can decompress within bounds; asked for in every request.
ACCEPT_ENCODING = "gzip, deflate"


class BodyError(Exception):
    """A body that is too large, damaged or in a compression that was not asked for."""


def read_body(pieces: Iterable[bytes], encoding: str, max_bytes: int, *, cut: bool = False) -> bytes:
    """Return a body from the pieces on the wire, never holding more than ``max_bytes`` of it.

    Args:
        pieces: the body as it arrives.
        encoding: value of Content-Encoding, empty if there is none.
        max_bytes: limit of the bytes both before and after decompression.
        cut: return the first bytes of a larger body instead of raising.

    Raises:
        BodyError: if the body is larger, cannot be decompressed or ends too early.
    """
    names = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    if not names:
        decoder = None
    elif names in (["gzip"], ["x-gzip"], ["deflate"]):
        decoder = _Inflater(gzip=names != ["deflate"])
    else:
        raise BodyError(f"compressed as {', '.join(names)[:60]}, which was not asked for")
    body = bytearray()
    arrived = 0
    for piece in pieces:
        arrived += len(piece)
        if decoder is None:
            body += piece
        else:
            decoder.feed(piece, body, max_bytes)
        if arrived > max_bytes or len(body) > max_bytes:
            if cut:
                return bytes(body[:max_bytes])
            raise BodyError(f"larger than {size(max_bytes)}{'' if arrived > max_bytes else ' when decompressed'}")
    if decoder is not None and arrived and not decoder.complete:
        raise BodyError("the compressed data end too early")
    return bytes(body)


class _Inflater:
    """Decompresses gzip (of several members) and deflate (with or without zlib's frame)."""

    def __init__(self, *, gzip: bool) -> None:
        self._window = zlib.MAX_WBITS | 16 if gzip else zlib.MAX_WBITS
        self._gzip = gzip
        self._inflate = zlib.decompressobj(self._window)
        self._fresh = True
        self.complete = False

    def feed(self, piece: bytes, body: bytearray, max_bytes: int) -> None:
        while piece:
            if self.complete:
                # after a gzip member: another one, or padding, which everybody ignores
                if not self._gzip or not piece.startswith(b"\x1f"):
                    return
                self._inflate = zlib.decompressobj(self._window)
                self.complete = False
            try:
                body += self._inflate.decompress(piece, max_bytes + 1 - len(body))
            except zlib.error as error:
                if self._gzip or not self._fresh:
                    raise BodyError(f"damaged compressed data ({error})") from None
                # many servers send bare deflate data under this name
                self._fresh = False
                self._window = -zlib.MAX_WBITS
                self._inflate = zlib.decompressobj(self._window)
                continue
            self._fresh = False
            if len(body) > max_bytes:
                return
            self.complete = self._inflate.eof
            piece = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail


def size(count: int) -> str:
    """Return a number of bytes for people, such as ``10 MB``.

    Example:
        >>> size(10_000_000), size(2500)
        ('10 MB', '2.5 kB')
    """
    unit, name = (1_000_000, "MB") if count >= 1_000_000 else (1000, "kB")
    return f"{count / unit:.3g} {name}"
