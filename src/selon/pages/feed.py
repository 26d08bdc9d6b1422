"""Pages from feeds: RSS, Atom and JSON Feed, each entry a page."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax.handler import ContentHandler

from selon.errors import InputError
from selon.page import Page
from selon.pages.dates import to_edtf
from selon.pages.extras import need
from selon.pages.html import plain_text

# A feed larger than this is none; the largest of newspapers, with full texts, have some 2 MB.
MAX_FEED_BYTES = 10_000_000
# Feeds have up to some 20,000 tags; feedparser takes a second for 50,000 of the worst kind.
MAX_TAGS = 200_000
# Elements open at once: feeds have some 5, with XHTML in them some 30. feedparser takes time by the square of it.
MAX_DEPTH = 500

_LANGUAGE = re.compile(r"([a-zA-Z]{2})(?:$|[-_])")
_ENTITY = re.compile(rb"<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y")


def read_feed(
    data: bytes, name: str, url: str | None = None, *, keep_empty: bool = False
) -> Iterator[Page | InputError]:
    """Yield a page an entry of a feed: its whole text, else its summary, as plain text; or why there is none.

    Args:
        data: RSS, Atom or JSON Feed.
        name: of the feed, for messages.
        url: address that the feed came from, where known; addresses in it are taken from there.
        keep_empty: yield entries without text too, if they lead to a page; otherwise each of them is an error.

    A feed that declares entities of its own is refused: no feed needs them, and they can expand without end.
    """
    try:
        if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            pages = _json_feed(data, name, url)
        else:
            pages = _xml_feed(data, name, url)
        for page, place in pages:
            if page.text or (keep_empty and page.url):
                yield page
            else:
                more = "but --full-text fetches the page it leads to" if page.url else "and no address of a page"
                yield InputError(f"{place}: no text, {more}")
    except InputError as error:
        yield error


def behind(entry: Page, page: Page) -> Page:
    """Return the page that an entry leads to, with what the feed says of it.

    The feed's title and date come before the page's own, which had to be found among others; all else is taken where
    the page does not state it.
    """
    return replace(
        page,
        id=entry.id,
        title=entry.title or page.title,
        date=entry.date or page.date,
        outlet=page.outlet or entry.outlet,
        author=page.author or entry.author,
        language=page.language or entry.language,
    )


def _xml_feed(data: bytes, name: str, url: str | None) -> Iterator[tuple[Page, str]]:
    _refuse_entities(data, name)
    feedparser = need("feedparser", "web", "reading feeds")
    try:
        # a stream, for bytes would be taken for an address or the name of a file
        feed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": url} if url else {})
        about, entries = feed.feed, list(feed.entries)
    except Exception as error:  # the feed is hostile input, and the parser another's
        raise InputError(f"{name}: damaged feed ({type(error).__name__})") from None
    if not entries:
        reason = feed.get("bozo_exception")
        raise InputError(
            f"{name}: a feed without entries" + (f" ({' '.join(str(reason).split())[:100]})" if reason else "")
        )
    for number, entry in enumerate(entries, 1):
        contents = [item.get("value") or "" for item in entry.get("content") or []]
        people = [person.get("name") or person.get("email") for person in entry.get("authors") or []]
        language = next((item.get("language") for item in entry.get("content") or [] if item.get("language")), None)
        yield _page(
            place=f"{name}, entry {number}",
            texts=[*contents, entry.get("summary")],
            id=entry.get("id"),
            url=entry.get("link"),
            title=entry.get("title"),
            # an entry that was only updated states no other date
            date=entry.get("published") or entry.get("created") or entry.get("updated"),
            author="; ".join(filter(None, people)) or entry.get("author"),
            language=language or about.get("language"),
            outlet=about.get("title"),
            base=url or about.get("link"),
        )


def _json_feed(data: bytes, name: str, url: str | None) -> Iterator[tuple[Page, str]]:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: damaged JSON Feed ({str(error)[:100]})") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not items:
        raise InputError(f"{name}: a feed without entries")
    for number, item in enumerate(items, 1):
        place = f"{name}, entry {number}"
        if not isinstance(item, dict):
            item = {}
        people = item.get("authors") or [item.get("author")]
        names = [str(person["name"]) for person in people if isinstance(person, dict) and person.get("name")]
        yield _page(
            place=place,
            texts=[item.get("content_html"), item.get("content_text"), item.get("summary")],
            id=item.get("id"),
            url=item.get("url") or item.get("external_url"),
            title=item.get("title"),
            date=item.get("date_published") or item.get("date_modified"),
            author="; ".join(names),
            language=item.get("language") or feed.get("language"),
            outlet=feed.get("title"),
            base=url or feed.get("home_page_url"),
        )


def _page(
    *,
    place: str,
    texts: list[Any],
    id: Any,
    url: Any,
    title: Any,
    date: Any,
    author: Any,
    language: Any,
    outlet: Any,
    base: Any,
) -> tuple[Page, str]:
    text = next((text for markup in texts if isinstance(markup, str) and (text := plain_text(markup))), "")
    address = _address(url, base)
    code = _LANGUAGE.match(language) if isinstance(language, str) else None
    page = Page(
        text=text,
        id=str(id) if id else address or place,
        language=code[1].lower() if code else None,
        url=address,
        outlet=_line(outlet),
        author=_line(author),
        title=_line(title),
        date=to_edtf(date),
    )
    return page, place


def _address(url: Any, base: Any) -> str | None:
    if not isinstance(url, str) or not url.strip():
        return None
    try:
        address = urljoin(base if isinstance(base, str) else "", url.strip())
        return address if urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None


def _line(value: Any) -> str | None:
    return " ".join(plain_text(value).split()) or None if isinstance(value, str) else None


class _Depth(ContentHandler):
    """Refuses a feed whose elements are nested too deeply."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._depth = 0

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802 - the name is that of SAX
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InputError(f"{self._name}: more than {MAX_DEPTH} elements within each other, no feed")

    def endElement(self, name: str) -> None:  # noqa: N802 - as above
        self._depth -= 1


def _refuse_entities(data: bytes, name: str) -> None:
    refused = InputError(f"{name}: declares entities of its own; refused, for they can expand without end")
    if _ENTITY.search(data):
        raise refused
    if data.count(b"<") > MAX_TAGS:
        raise InputError(f"{name}: more than {MAX_TAGS:,} tags, no feed")
    need("defusedxml", "web", "reading feeds")
    from defusedxml.common import DefusedXmlException
    from defusedxml.expatreader import DefusedExpatParser

    parser = DefusedExpatParser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(_Depth(name))
    try:
        parser.parse(io.BytesIO(data))
    except DefusedXmlException:
        raise refused from None
    except InputError:
        raise
    except Exception:  # not well-formed, as many feeds are: feedparser reads these without a parser of XML
        return
