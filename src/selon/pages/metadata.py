"""What a page of HTML states about itself: title, outlet, author, date, language and address."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from selon.pages.dates import to_edtf
from selon.pages.extras import need

# JSON-LD larger than this is no description of a page; parsing it would only take time.
MAX_JSON_LD = 1_000_000
# Objects of JSON-LD looked at; pages have up to some hundred, with every breadcrumb and picture.
MAX_OBJECTS = 5_000
# Longer than these, in characters, is no title and no name but text that was marked up as such.
MAX_TITLE = 300
MAX_NAME = 100
# Characters around a date in a byline: `Publié le 3 juin 2017 à 18 h 20`.
MAX_BYLINE = 120

_ARTICLES = re.compile(
    r"article|blogposting|report$|socialmediaposting|liveblog|webpage$|newsitem|recipe|podcastepisode", re.I
)
_META_TITLES = ("og:title", "twitter:title", "citation_title", "parsely-title", "sailthru.title", "dc.title", "title")
_META_OUTLETS = (
    "og:site_name",
    "application-name",
    "dc.publisher",
    "citation_journal_title",
    "publisher",
    "al:android:app_name",
)
_META_AUTHORS = (
    "citation_author", "parsely-author", "sailthru.author", "byl", "author", "article:author", "dc.creator",
    "dcterms.creator", "dcsext.author", "og:article:author", "twitter:creator:name", "shareaholic:article_author_name",
)  # fmt: skip
_META_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "citation_publication_date", "citation_online_date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date", "pubdate", "publishdate",
    "publish-date", "publication_date", "publish_date", "article.published", "date", "last-modified-date", "created",
)  # fmt: skip
_BYLINE_PLACES = (
    ".//*[@itemprop='author']//*[@itemprop='name']", ".//*[@itemprop='author']", ".//*[@rel='author']",
    ".//*[contains(concat(' ', @class, ' '), ' byline ')]//a",
    ".//*[contains(concat(' ', @class, ' '), ' author ')]//a",
    ".//*[contains(@class, 'author-name') or contains(@class, 'author_name') or contains(@class, 'authorName')]",
    ".//*[contains(concat(' ', @class, ' '), ' author ')]", ".//*[contains(concat(' ', @class, ' '), ' fn ')]",
    ".//*[contains(concat(' ', @class, ' '), ' byline ')]", ".//*[@id='author' or @id='byline']",
    ".//*[contains(@class, 'auteur') or contains(@class, 'autor') or contains(@class, 'signature')]",
)  # fmt: skip
_DATE_PLACES = (
    ".//*[@itemprop='datePublished']", ".//time[@pubdate]",
    ".//time[contains(@class, 'publi') or contains(@class, 'entry-date')]", ".//article//time", ".//main//time",
    ".//*[contains(@class, 'published') or contains(@class, 'pubdate') or contains(@class, 'publication-date')]",
    ".//*[contains(@class, 'post-date') or contains(@class, 'entry-date') or contains(@class, 'article-date')]",
    ".//time", ".//*[contains(@class, 'byline') or contains(@class, 'dateline') or contains(@class, 'post-meta')]",
    ".//*[contains(concat(' ', @class, ' '), ' date ') or @id='date' or contains(@class, 'datum')]",
)  # fmt: skip
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])(?:[/-]?(0[1-9]|[12]\d|3[01]))?(?=[/_.-]|$)")
_TITLE_PARTS = re.compile(r"\s+(?:[|•·»«:/–—-]|::)\s+")
_BY = re.compile(
    r"^(?:written\s+by|words\s+by|posted\s+by|text|by|par|propos recueillis par|de|von|por|di|autor(?:in)?|auteur|"
    r"author|(?:ein\s+)?(?:artikel|beitrag|interview|article)(?:\s+(?:von|by|de))?|view all posts by)\b\s*:?\s*",
    re.I,
)  # fmt: skip
_DATE_BEHIND = re.compile(r"\s*[|•·,]?\s*(?:\b(?:le|on|am|el|vom|op|il)\b)?\s*(?<=\s)\d")
_NO_NAME = re.compile(r"https?:|www\.|@\S+\.|\b(?:admin|webmaster|no author|unknown|anonymous|undefined|null)$", re.I)
_LANGUAGE = re.compile(r"([a-zA-Z]{2})(?:$|[-_])")


@dataclass(slots=True)
class Metadata:
    """What a page states; None where it does not. Authors are joined by semicolons, the date is in EDTF."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    url: str | None = None


@dataclass(slots=True)
class _Statements:
    """The page's own descriptions: its ``meta`` elements by name, and the objects of its JSON-LD about an article."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    articles: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)

    def first(self, names: tuple[str, ...]) -> Iterator[str]:
        for name in names:
            yield from self.meta.get(name, [])


def read_metadata(tree: Any, url: str | None = None) -> Metadata:
    """Return what the page of ``tree`` (of lxml) states about itself; ``url`` is where it came from."""
    stated = _statements(tree)
    address = _address(tree, stated, url)
    outlet = _outlet(stated)
    return Metadata(
        title=_title(tree, stated, outlet, address or url),
        outlet=outlet,
        author=_author(tree, stated, outlet),
        date=_date(tree, stated, address or url),
        language=_language(tree, stated),
        url=address,
    )


def _statements(tree: Any) -> _Statements:
    stated = _Statements()
    for element in tree.iter("meta"):
        value = _clean(element.get("content"))
        for name in (element.get("property"), element.get("name"), element.get("itemprop"), element.get("http-equiv")):
            if name and value:
                stated.meta.setdefault(name.strip().lower(), []).append(value)
    for element in tree.iter("script"):
        if "ld+json" in (element.get("type") or "") and element.text and len(element.text) <= MAX_JSON_LD:
            for thing in _things(element.text):
                kinds = thing.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                about_article = any(isinstance(kind, str) and _ARTICLES.search(kind) for kind in kinds)
                (stated.articles if about_article else stated.others).append(thing)
    # a description of the article says more than one of the page around it
    stated.articles.sort(key=lambda thing: "webpage" in str(thing.get("@type")).lower())
    return stated


def _things(text: str) -> Iterator[dict[str, Any]]:
    """The objects of JSON-LD, at any depth, that have a type."""
    try:
        waiting = [json.loads(text.strip().rstrip(";"), strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(MAX_OBJECTS):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, dict):
            if "@type" in value:
                yield value
            waiting.extend(value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value)
        elif isinstance(value, list):
            waiting.extend(value)


def _title(tree: Any, stated: _Statements, outlet: str | None, address: str | None) -> str | None:
    """The headline as the page shows it, if what it states elsewhere confirms it, else as it states it."""
    headlines = [title for thing in stated.articles if (title := _clean(thing.get("headline")))]
    if not headlines:
        headlines = [title for thing in stated.articles if (title := _clean(thing.get("name")))]
    named = [*stated.first(_META_TITLES[:1]), *headlines, *stated.first(_META_TITLES[1:])]
    element = next(tree.iter("title"), None)
    whole = _clean(element.text_content()) if element is not None else None
    shown = [text for heading in tree.iter("h1", "h2") if (text := _clean(heading.text_content()))]
    candidates = [*named, *([whole] if whole else [])]
    hosts = _host(address).split(".")
    sites = {_letters(name) for name in (outlet or "", *hosts)}
    for heading in shown:
        if len(_letters(heading)) >= 3 and _letters(heading) not in sites:
            for candidate in candidates:
                parts = [candidate, *_TITLE_PARTS.split(candidate)]
                if any(_letters(heading) == _letters(part) for part in parts):
                    return heading[:MAX_TITLE]
    for candidate in candidates:
        if title := _without_outlet(candidate, outlet, address):
            return title[:MAX_TITLE]
    return next((heading[:MAX_TITLE] for heading in shown), None)


def _without_outlet(title: str, outlet: str | None, address: str | None) -> str:
    """A title without the name of its outlet, which pages add behind it or before it."""
    names = {_letters(outlet or ""), *(_letters(part) for part in _host(address).split("."))}
    names = {name for name in names if len(name) > 3}
    for match in reversed(list(_TITLE_PARTS.finditer(title))):
        first, last = title[: match.start()], title[match.end() :]
        if any(_letters(last) == name or (_letters(last) in name and len(last) > 4) for name in names) and first:
            return first
        if any(_letters(first) == name for name in names) and last:
            return last
    behind = re.search(r"\s+[|•·]\s+[^|•·]{1,40}$", title)
    return title[: behind.start()] if behind else title


def _outlet(stated: _Statements) -> str | None:
    for name in stated.first(_META_OUTLETS[:1]):
        return name
    for thing in stated.articles:
        for name in _names(thing.get("publisher")) or _names(thing.get("isPartOf")):
            return name
    for thing in stated.others:
        if re.search(r"organization|website", str(thing.get("@type")), re.I) and (own := _clean(thing.get("name"))):
            return own
    return next((name for name in stated.first(_META_OUTLETS[1:]) if len(name) <= MAX_NAME), None)


def _author(tree: Any, stated: _Statements, outlet: str | None) -> str | None:
    for thing in stated.articles:
        if names := _people(_names(thing.get("author") or thing.get("creator"))):
            return names
    for thing in stated.others:
        if re.search("person", str(thing.get("@type")), re.I) and (names := _people(_names(thing))):
            return names
    for place in _META_AUTHORS:
        if names := _people(stated.meta.get(place, [])):
            return names
    for place in _BYLINE_PLACES:
        found = [_clean(element.get("content") or element.text_content()) for element in tree.xpath(place)[:3]]
        if names := _people([name for name in found[:1] if name]):
            return names
    return None


def _people(names: list[str]) -> str | None:
    kept: list[str] = []
    for name in names:
        name = name.strip(" ,;|·•-–")
        while match := _BY.match(name):
            name = name[match.end() :]
        name = _DATE_BEHIND.split(name, maxsplit=1)[0]
        if 1 < len(name) <= MAX_NAME and not _NO_NAME.search(name) and name not in kept:
            kept.append(name)
    return "; ".join(kept) or None


def _names(value: Any) -> list[str]:
    """The names in what JSON-LD gives for a person or organisation: a name, an object, or several."""
    if isinstance(value, str):
        return [name] if (name := _clean(value)) else []
    if isinstance(value, list):
        return [name for item in value[:20] for name in (_names(item) if not isinstance(item, list) else [])]
    if isinstance(value, dict):
        if not value.get("name") and value.get("familyName"):
            return [name] if (name := _clean(f"{value.get('givenName', '')} {value['familyName']}")) else []
        name = value.get("name")
        return _names(name) if isinstance(name, (str, list)) else []
    return []


def _date(tree: Any, stated: _Statements, address: str | None) -> str | None:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        for thing in stated.articles:
            if date := to_edtf(thing.get(key)):
                return date
    for value in stated.first(_META_DATES):
        if date := to_edtf(value):
            return date
    in_address = _IN_ADDRESS.search((address or "").split("?")[0])
    from_address = to_edtf("-".join(filter(None, in_address.groups()))) if in_address else None
    if from_address and len(from_address) == 10:
        return from_address
    for place in _DATE_PLACES:
        for element in tree.xpath(place)[:3]:
            text = _clean(element.text_content()) or ""
            for value in (element.get("datetime"), element.get("content"), element.get("title"), text[:MAX_BYLINE]):
                date = to_edtf(value) if value else None
                # a page that shows a day states more than its address, which has the month
                if date and len(date) > 4 and (from_address is None or date.startswith(from_address)):
                    return date
    return from_address or _date_in_text(tree)


def _date_in_text(tree: Any) -> str | None:
    """The date that htmldate finds in the page's text and its other mark-up."""
    htmldate = need("htmldate", "web", "reading HTML")
    try:
        date = to_edtf(htmldate.find_date(tree, original_date=True, extensive_search=True))
    except Exception:  # the page is hostile input, and the library another's: whatever fails, there is no date
        return None
    # htmldate completes a month or a year with 01; less precise is never wrong
    if date and date.endswith("-01"):
        return date[:4] if date.endswith("-01-01") else date[:7]
    return date


def _language(tree: Any, stated: _Statements) -> str | None:
    """The language that the page states, if all its statements agree: many come from templates in English."""
    root = tree if tree.tag == "html" else next(tree.iter("html"), tree)
    values = [root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), root.get("xml:lang")]
    values += [*stated.first(("og:locale", "content-language", "dc.language", "inlanguage"))]
    values += [thing.get("inLanguage") for thing in stated.articles]
    codes = {match[1].lower() for value in values if isinstance(value, str) and (match := _LANGUAGE.match(value))}
    return codes.pop() if len(codes) == 1 else None


def _address(tree: Any, stated: _Statements, url: str | None) -> str | None:
    values = [element.get("href") for element in tree.iter("link") if (element.get("rel") or "").lower() == "canonical"]
    values += [*stated.first(("og:url",))]
    for value in values:
        if not value:
            continue
        try:
            address: str = urljoin(url or "", value.strip())
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", address):
            return address
    return None


def _host(address: str | None) -> str:
    try:
        return urlsplit(address or "").hostname or ""
    except ValueError:
        return ""


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _clean(value: Any) -> str | None:
    """A string without mark-up, entities and surplus space, or None."""
    if not isinstance(value, str):
        return None
    text = html.unescape(re.sub(r"<[^<>]{0,500}>", "", value)) if "&" in value or "<" in value else value
    return " ".join(text.split()) or None
