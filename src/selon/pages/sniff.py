"""Tell what a stream holds, from its first bytes before its name."""

from __future__ import annotations

import json
import re
import zlib
from typing import Literal

from selon.pages.options import Fields

Form = Literal["text", "html", "xml", "feed", "jsonfeed", "jsonl", "json", "table", "parquet", "warc", "gzip", "zip"]

# Bytes read to tell what a stream holds; a page's head with its comments and first tags lies within.
PEEK = 16_384
# A first line with a cell of more words than this is prose with commas, no line of column names.
MAX_COLUMN_WORDS = 4
# Characters in which HTML begins, behind what a server's errors or a browser's saving put before it.
HTML_WITHIN = 1_024
# The delimiters of tables, the most usual first.
DELIMITERS = ",;\t|"

_NAMES: dict[str, Form] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "table", ".tsv": "table", ".htm": "html", ".html": "html",
    ".xhtml": "html",
}  # fmt: skip
_BEFORE_ELEMENT = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype\b[^<>\[]*(?:\[.*?\]\s*)?>)", re.I | re.S)
_ELEMENT = re.compile(r"<([a-z_][\w.-]*(?::[\w.-]+)?)(?=[\s/>])", re.I)
_DOCTYPE = re.compile(r"<!doctype\s+([a-z_][\w.:-]*)", re.I)
_HTML_INSIDE = re.compile(r"<!doctype\s+html\b|<html[\s>]|<body[\s>]", re.I)
_HTML_ELEMENTS = frozenset(
    ("html", "head", "body", "title", "meta", "link", "base", "script", "style", "noscript", "div", "p", "span",
     "a", "h1", "h2", "h3", "h4", "h5", "h6", "article", "main", "section", "header", "footer", "nav", "aside",
     "table", "ul", "ol", "li", "dl", "blockquote", "figure", "img", "br", "hr", "form", "iframe", "center",
     "font", "strong", "em", "b", "i", "u", "pre", "time")
)  # fmt: skip
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_OBJECT = re.compile(r'\{\s*(?:"|\})')
_ARRAY = re.compile(r'\[\s*\{\s*"')


def sniff(head: bytes, name: str, fields: Fields) -> Form:
    """Return the form of what begins with ``head`` (PEEK bytes, or all there are); ``name`` decides where it cannot.

    >>> sniff(b'{"id": "a", "text": "Yes."}', "pages.txt", Fields())
    'jsonl'
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "warc" if _unpacked(head).lstrip().startswith(b"WARC/") else "gzip"
    if head.lstrip().startswith(b"WARC/"):
        return "warc"
    text = _text(head)
    form = _markup(text) or _json(text) or _by_name(name) or _table(text, fields)
    if form is None and _HTML_INSIDE.search(text, 0, HTML_WITHIN):
        return "html"
    return form or "text"


def delimiter_of(line: str, column: str) -> str | None:
    """Return the delimiter with which a first line holds ``column`` among its cells, or None."""
    for delimiter in DELIMITERS:
        cells = [cell.strip().strip('"').strip() for cell in line.rstrip("\r\n").split(delimiter)]
        if column in cells:
            return delimiter
    return None


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, PEEK)
    except zlib.error:
        return b""


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head.startswith((b"<\0", b"{\0", b"[\0")):
        return head.decode("utf-16-le", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _markup(text: str) -> Form | None:
    place = 0
    while match := _BEFORE_ELEMENT.match(text, place):
        place = match.end()
    # a document type that does not end within the head names the element that is to come
    element = _ELEMENT.match(text, place) or _DOCTYPE.match(text, place)
    name = element[1].lower() if element else ""
    if name in ("rss", "feed", "rdf:rdf"):
        return "feed"
    if name in _HTML_ELEMENTS:
        return "html"
    return "xml" if element and text.lstrip()[:5].lower() == "<?xml" else None


def _json(text: str) -> Form | None:
    text = text.lstrip()
    if _ARRAY.match(text):
        return "json"
    if not _OBJECT.match(text):
        return None
    if _JSON_FEED.search(text):
        return "jsonfeed"
    line, end, rest = text.partition("\n")
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        # one object over several lines, unless the line is cut off or the lines after it are objects themselves
        return "json" if end and not rest.lstrip(" \t\r").startswith("{") else "jsonl"
    return "jsonl"


def _by_name(name: str) -> Form | None:
    name = name.lower().removesuffix(".gz")
    return next((form for ending, form in _NAMES.items() if name.endswith(ending)), None)


def _table(text: str, fields: Fields) -> Form | None:
    line = text.split("\n", 1)[0]
    delimiter = delimiter_of(line, fields.text)
    if delimiter is None:
        return None
    cells = line.split(delimiter)
    return "table" if len(cells) > 1 and max(len(cell.split()) for cell in cells) <= MAX_COLUMN_WORDS else None
