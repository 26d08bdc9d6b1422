"""Pages from feeds: each entry a page. A minimal form, to be replaced by the full one."""

from __future__ import annotations

from collections.abc import Iterator

from defusedxml.ElementTree import ParseError, fromstring

from selon.errors import InputError
from selon.page import Page


def read_feed(data: bytes, name: str, url: str | None) -> Iterator[Page | InputError]:
    """Yield the entries of an RSS feed.

    Raises:
        InputError: if the feed is damaged.
    """
    try:
        channel = fromstring(data).find("channel")
    except ParseError as error:
        raise InputError(f"{name}: no feed ({error})") from None
    if channel is None:
        raise InputError(f"{name}: no feed")
    for item in channel.iter("item"):
        link = item.findtext("link")
        yield Page(
            text=item.findtext("description") or "",
            id=item.findtext("guid") or link or "",
            url=link,
            title=item.findtext("title"),
            outlet=channel.findtext("title"),
        )
