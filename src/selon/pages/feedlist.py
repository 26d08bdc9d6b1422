"""Lists of feeds: an address a line, or OPML as feed readers export it."""

from __future__ import annotations

from collections.abc import Iterator

from selon.errors import InputError
from selon.pages.text import decode

# The OPML of a thousand feeds has some 300 kB.
MAX_LIST_BYTES = 10_000_000


def read_feed_list(data: bytes, name: str) -> Iterator[str | InputError]:
    """Yield the feeds' addresses in their order, or errors in the place of lines that are none.

    Args:
        data: OPML, or text with an address a line, empty lines and such that begin with ``#``.
        name: of the list, for messages.

    Raises:
        InputError: if the list as a whole cannot be read, or holds entities, external ones included.
    """
    if len(data) > MAX_LIST_BYTES:
        raise InputError(f"{name}: larger than {MAX_LIST_BYTES // 1_000_000} MB, no list of feeds")
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        yield from _opml(data, name)
        return
    for number, line in enumerate(decode(data, name).splitlines(), 1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        if address.lower().startswith(("http://", "https://")):
            yield address
        else:
            yield InputError(f"{name}, line {number}: neither an http nor an https address")


def _opml(data: bytes, name: str) -> Iterator[str]:
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError:
        raise InputError(f"{name}: OPML needs a package that is not installed; run: pip install 'selon[web]'") from None
    try:
        root = fromstring(data)
    except DefusedXmlException:
        raise InputError(f"{name}: OPML with entities of its own, which can be made to fill the memory") from None
    except (ParseError, ValueError, LookupError) as error:
        raise InputError(f"{name}: damaged OPML ({error})") from None
    if root.tag.lower() != "opml":
        raise InputError(f"{name}: XML but no OPML; a feed itself is named by its address")
    found = False
    for outline in root.iter("outline"):
        for key, value in outline.attrib.items():
            if key.lower() == "xmlurl" and value.strip():
                found = True
                yield value.strip()
    if not found:
        raise InputError(f"{name}: OPML without a feed")
