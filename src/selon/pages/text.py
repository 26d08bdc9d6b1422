"""Bytes to text: tell what a file holds before reading it as a page."""

from __future__ import annotations

import codecs

from selon.errors import InputError

# Bytes looked at to tell binary data and the encoding; the rest must then decode.
SAMPLE = 65_536
# More control characters than this share of the sample mean binary data; text has next to none.
MAX_CONTROL = 0.02
# With fewer letters beyond ASCII than this, rare encodings are not told from the usual Windows-1252, and not believed.
MIN_EVIDENCE = 20

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_SIGNATURES = (
    (b"%PDF-", "a PDF document"), (b"PK\x03\x04", "a ZIP archive or office document"), (b"\x1f\x8b", "gzip data"),
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"), (b"SQLite format 3", "an SQLite database"),
)  # fmt: skip
_BEYOND_ASCII = bytes(range(128, 256))
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1b\x00")


def decode(data: bytes, name: str) -> str:
    """Return the text of ``data``: UTF-8, UTF-16/32 with a mark, or what its bytes show best; newlines as they are.

    Raises:
        InputError: if the data is empty, binary, or in no encoding that can be told; ``name`` goes into the message.
    """
    if not data or data.isspace():
        raise InputError(f"{name}: empty")
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"{name}: this is {what}, not text")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise InputError(f"{name}: begins as {encoding.upper()} but is damaged at byte {error.start}") from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_otherwise(data, name)
    if _is_binary(data[:SAMPLE]):
        raise InputError(f"{name}: binary data, not text")
    return text


def _is_binary(sample: bytes) -> bool:
    nuls = sample.count(0)
    controls = sum(byte in _CONTROLS for byte in sample)
    return controls > MAX_CONTROL * len(sample) or nuls > 0.3 * len(sample)


def guess_encoding(data: bytes, name: str) -> str:
    """Return the encoding of text that is not UTF-8, as the bytes around the first wrong one show it.

    Raises:
        InputError: if none can be told; ``name`` goes into the message.
    """
    import charset_normalizer

    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        damaged = error.start
    # the bytes around the first one that is not UTF-8 are what tells the encoding
    sample = data[max(0, damaged - SAMPLE // 2) : damaged + SAMPLE // 2]
    guess = charset_normalizer.from_bytes(
        sample, cp_isolation=["cp1252", "latin_1", "mac_roman", "cp850", "utf_16", "utf_16_le", "utf_16_be"]
    ).best()
    if guess is None:
        raise InputError(f"{name}: neither UTF-8 (byte {damaged} is wrong) nor any encoding that can be told")
    encoding = str(guess.encoding)
    if encoding in ("mac_roman", "cp850") and len(sample) - len(sample.translate(None, _BEYOND_ASCII)) < MIN_EVIDENCE:
        try:
            sample.decode("cp1252")
        except UnicodeDecodeError:
            return encoding
        return "cp1252"
    return encoding


def _decode_otherwise(data: bytes, name: str) -> str:
    if _is_binary(data[:SAMPLE]) and data[:SAMPLE].count(0) < 0.2 * len(data[:SAMPLE]):
        raise InputError(f"{name}: binary data, not text")
    encoding = guess_encoding(data, name)
    text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") > MAX_CONTROL * len(text):
        raise InputError(f"{name}: looks like {encoding} but does not decode as such; convert it to UTF-8")
    return text
