"""HTML bytes to text, whatever the page, its server and its bytes say about the encoding."""

from __future__ import annotations

import codecs
import re

from selon.pages.text import guess_encoding

# Bytes of a page's head in which its encoding is declared; HTML asks for the first 1024, pages take more.
DECLARED_WITHIN = 8_192
# Letters of two scripts in one word, more often than this, show a wrong encoding: names and formulas have a few.
MAX_MIXED_WORDS = 3

_META = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]+)""", re.I
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# browsers read these as their supersets, and so do the authors of pages
_SUPERSETS = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
# codecs that decode no page, and that a page must not choose
_NO_ENCODINGS = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
_MIXED = re.compile(r"[a-z][\u0370-\u05ff\u3040-\uffef]+[a-z]", re.I)


def decode_html(data: bytes, name: str, declared: str | None = None) -> str:
    """Return the text of HTML; where what ``declared`` (by the server) or the page says cannot be, it is not believed.

    A byte order mark decides; then bytes that are UTF-8 and not ASCII, for nothing else looks like it; then the server;
    then the page's head; then what the bytes look like.

    Raises:
        InputError: if the encoding cannot be told; ``name`` goes into the message.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    match = _META.search(data[:DECLARED_WITHIN])
    stated = [declared, (match[1] or match[2]).decode("ascii", "ignore") if match else None]
    for codec in map(_known, filter(None, stated)):
        if codec == "utf-8" and _mostly_utf8(data):
            return data.decode("utf-8", "replace")
        text = _decoded(data, codec)
        if text is not None and len(_MIXED.findall(text)) <= MAX_MIXED_WORDS:
            return text
    if _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    return data.decode(guess_encoding(data, name), "replace")


def _known(name: str) -> str | None:
    try:
        # the aliases of web pages are those of Python, with x- before some
        encoding = codecs.lookup(name.lower().removeprefix("x-")).name
        "".encode(encoding)
    except (LookupError, ValueError):
        return None
    return None if encoding in _NO_ENCODINGS else _SUPERSETS.get(encoding, encoding)


def _decoded(data: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # five bytes have no character in Windows-1252; pages hold them all the same
        return data.decode("latin-1") if encoding == "cp1252" and data.count(0) == 0 else None


def _mostly_utf8(data: bytes) -> bool:
    """Tell whether the bytes are UTF-8 with some damage: in other encodings next to nothing is UTF-8 by chance."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return good > bad
