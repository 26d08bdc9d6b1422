"""Pages from HTML: the article's text by trafilatura, what the page states about itself by ``metadata.py``."""

from __future__ import annotations

import html
import logging
import re
from typing import Any

from selon.errors import InputError
from selon.page import Page
from selon.pages.charset import decode_html
from selon.pages.extras import need
from selon.pages.metadata import Metadata, read_metadata

# A page larger than this is refused; the largest pages of newspapers have some 5 MB.
MAX_HTML_BYTES = 64_000_000
# A page larger than this loses its scripts, styles and embedded pictures before it is parsed: they are what makes pages
# large, and smaller ones are left as they are to be read as trafilatura reads them.
MAX_WHOLE_CHARACTERS = 2_000_000
# What is then still larger than this is no article: extraction copies the tree several times and would take minutes.
MAX_MARKUP_CHARACTERS = 10_000_000
# Elements open at once; in pages with more, deeper ones lose their tags and keep their text: libxml2 loses what lies
# deeper than 255. Rows, cells and items, whose ends may be left out, are not counted, and lose their tags at half of
# this. Of 126 saved pages none has more than 101 open.
MAX_DEPTH = 120
# Less text than this is no article but what is left of a page that shows its article by a script.
MIN_ARTICLE_CHARACTERS = 25

# possessive, so that no page makes them go back over what they have read
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)[^<>]*+>")
_HEAVY = re.compile(r"<(script|style|svg|template|iframe|object|!--)", re.I)
_DATA_URI = re.compile(r"""(["'(])data:[^"')\s]{1000,}""", re.I)
_PARAGRAPHS = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|blockquote|article|section|td|tr|table|main|header|footer|figure|body)\b", re.I
)
# elements without an end, and those whose end may be left out
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p")
)  # fmt: skip
_ENDLESS = _VOID | {"li", "td", "tr", "th", "dt", "dd", "option"}


def read_html(data: bytes, name: str, *, url: str | None = None, charset: str | None = None) -> Page:
    """Return the article on a page of HTML, its text a paragraph a line.

    Args:
        data: the page.
        name: of the page, for messages; also its identifier where it has no address.
        url: address that the page came from, where known.
        charset: encoding that the page's server states, where it does.

    Raises:
        InputError: if there is no article on the page, it is too large, or its encoding cannot be told.
    """
    if len(data) > MAX_HTML_BYTES:
        raise InputError(f"{name}: larger than {MAX_HTML_BYTES // 1_000_000} MB, no page of news")
    if not data.strip():
        raise InputError(f"{name}: empty")
    markup = decode_html(data, name, charset).replace("\0", "")
    if len(markup) > MAX_WHOLE_CHARACTERS:
        markup = _lightened(markup)
    if len(markup) > MAX_MARKUP_CHARACTERS:
        raise InputError(
            f"{name}: larger than {MAX_MARKUP_CHARACTERS // 1_000_000} MB even without its scripts, no page of news"
        )
    tree = _parse(_flattened(markup))
    stated = Metadata() if tree is None else read_metadata(tree, url)
    text = "" if tree is None else _article(tree, url)
    if len(text) < MIN_ARTICLE_CHARACTERS:
        raise InputError(f"{name}: no article found on this page; if a script shows it, save the page from a browser")
    return Page(
        text=text,
        id=stated.url or url or name,
        language=stated.language,
        url=stated.url or url,
        outlet=stated.outlet,
        author=stated.author,
        title=stated.title,
        date=stated.date,
    )


def plain_text(markup: str) -> str:
    """Return the text of a piece of HTML, such as an entry of a feed: all of it, a paragraph a line."""
    if "<" in markup:
        markup = _TAG.sub("", _PARAGRAPHS.sub(lambda match: "\n" + match[0], _without_heavy(markup)))
    lines = (" ".join(line.split()) for line in html.unescape(markup).splitlines())
    return "\n".join(line for line in lines if line)


def _parse(markup: str) -> Any:
    """The tree of a page, or None where there is none."""
    utils = _quiet(need("trafilatura.utils", "web", "reading HTML"))
    try:
        return utils.load_html(markup if "<html" in markup[:1000].lower() else f"<html><body>{markup}</body></html>")
    except Exception:  # the page is hostile input, and the parser another's: whatever fails, there is no tree
        return None


def _article(tree: Any, url: str | None) -> str:
    trafilatura = need("trafilatura", "web", "reading HTML")
    try:
        # readers' comments are not the article; the tree is copied inside
        text = trafilatura.extract(tree, url=url, include_comments=False)
    except Exception:  # as above
        text = None
    return str(text or "").strip()


def _quiet(module: Any) -> Any:
    # what these libraries log about a page, Selon says once and in its own words
    for name in ("trafilatura", "htmldate", "courlan", "charset_normalizer"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
            logger.propagate = False
    return module


def _lightened(markup: str) -> str:
    return _DATA_URI.sub(r"\1", _without_heavy(markup))


def _without_heavy(markup: str) -> str:
    """The markup without scripts, styles, comments and the like, save JSON-LD; in one pass, whatever is not closed."""
    kept, place = [], 0
    while match := _HEAVY.search(markup, place):
        kept.append(markup[place : match.start()])
        name = match[1].lower()
        end = re.compile("-->" if name == "!--" else rf"</{name}\s*>", re.I).search(markup, match.end())
        # what is not closed reaches to the end, as in browsers
        place = end.end() if end else len(markup)
        if name == "script" and "ld+json" in markup[match.start() : match.start() + 200].split(">")[0]:
            kept.append(markup[match.start() : place])
    kept.append(markup[place:])
    return "".join(kept)


def _flattened(markup: str) -> str:
    """The markup without the tags that open, and close, elements deeper than MAX_DEPTH."""
    depth = deepest = 0
    for match in _TAG.finditer(markup):
        if match[2].lower() not in _ENDLESS:
            depth = max(0, depth - 1) if match[1] else depth + (not match[0].endswith("/>"))
            deepest = max(deepest, depth)
    if deepest <= MAX_DEPTH:
        return markup
    kept, place, depth = [], 0, 0
    for match in _TAG.finditer(markup):
        name = match[2].lower()
        if name in _VOID or match[0].endswith("/>"):
            continue
        limit = MAX_DEPTH // 2 if name in _ENDLESS else MAX_DEPTH
        too_deep = depth > limit if match[1] else depth >= limit
        if name not in _ENDLESS:
            depth = max(0, depth - 1) if match[1] else depth + 1
        if too_deep:
            kept.append(markup[place : match.start()])
            place = match.end()
    kept.append(markup[place:])
    return " ".join(kept)
