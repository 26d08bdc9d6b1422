"""A page as one self-contained HTML document: the article's text, each attribution marked and joined to its speaker.

The document needs no network and no other file, works with the keyboard alone, and treats the page as hostile:
every piece of it is escaped, and a content policy forbids whatever is not in the document itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from importlib import resources

from selon.page import Attribution, Page

# Attributions that may overlap at one place: an outer one, a nested one, and their clitic sources.
_PARTS = ("content", "cue", "source")


def start_document(title: str) -> str:
    """Return the beginning of the document, up to its first article."""
    style, script = asset("page.css"), asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<p class="help" role="note"><kbd>J</kbd> next <kbd>K</kbd> previous <kbd>Esc</kbd> clear</p>\n'
        f'<p class="live" role="status" aria-live="polite"></p>\n'
    )


def end_document() -> str:
    """Return the end of the document."""
    return f"<script>{asset('page.js')}</script>\n</body>\n</html>\n"


def to_html(page: Page, number: int = 1) -> Iterator[str]:
    """Yield the pieces of one page's article; ``number`` keeps the anchors of several articles apart."""
    prefix = f"p{number}"
    language = f' lang="{_text(page.language)}"' if page.language else ""
    title = page.title or page.id or "Page"
    yield f'<article id="{prefix}"{language}>\n<header><h1>{_text(title)}</h1>'
    facts = [page.outlet, page.date, page.url]
    yield f'<p class="facts">{" · ".join(_text(fact) for fact in facts if fact)}</p></header>\n'
    yield '<div class="columns">\n<div class="text">'
    yield from _marked(page, prefix)
    yield "</div>\n"
    yield from _margin(page, prefix)
    yield "</div>\n</article>\n"


def _marked(page: Page, prefix: str) -> Iterator[str]:
    """The text cut at every edge of a span, each piece naming the attributions that it belongs to."""
    numbers = {speaker.name: index for index, speaker in enumerate(page.speakers)}
    opening: dict[int, list[tuple[str, int]]] = {}
    closing: dict[int, list[tuple[str, int]]] = {}
    for index, attribution in enumerate(page.attributions):
        for part in _PARTS:
            for span in getattr(attribution, part):
                opening.setdefault(span.start, []).append((part, index))
                closing.setdefault(span.end, []).append((part, index))
    for speaker in page.speakers:
        for span in speaker.mentions:
            opening.setdefault(span.start, []).append(("mention", numbers[speaker.name]))
            closing.setdefault(span.end, []).append(("mention", numbers[speaker.name]))
    for number, region in enumerate(page.debris):
        opening.setdefault(region.start, []).append(("debris", number))
        closing.setdefault(region.end, []).append(("debris", number))
    active: list[tuple[str, int]] = []
    seen: set[int] = set()
    at = 0
    for edge in sorted(opening.keys() | closing.keys()):
        if edge > at:
            yield _piece(page, page.text[at:edge], active, seen, prefix, numbers)
            at = edge
        for item in closing.get(edge, ()):
            if item in active:
                active.remove(item)
        active.extend(opening.get(edge, ()))
    yield _piece(page, page.text[at:], [], seen, prefix, numbers)


def _piece(
    page: Page, text: str, active: list[tuple[str, int]], seen: set[int], prefix: str, numbers: dict[str, int]
) -> str:
    if not active or not text:
        return _text(text)
    classes = sorted({part for part, _ in active})
    kinds = [page.debris[index].kind for part, index in active if part == "debris"]
    members = sorted({index for part, index in active if part in _PARTS})
    mentioned = sorted({index for part, index in active if part == "mention"})
    attributes = [f'class="{" ".join(classes)}"']
    if kinds:
        attributes.append(f'title="{kinds[-1]}"')
    if members:
        attributes.append(f'data-a="{" ".join(f"{prefix}a{index}" for index in members)}"')
    if mentioned:
        attributes.append(f'data-m="{" ".join(f"{prefix}s{index}" for index in mentioned)}"')
    contents = [index for part, index in active if part == "content"]
    if contents:
        attribution = page.attributions[contents[-1]]
        colour = numbers.get(attribution.speaker or "", -1) % 8 + 1 if attribution.speaker else 0
        attributes.append(f'data-c="{colour}"')
        fresh = next((index for index in contents if index not in seen), None)
        if fresh is not None:
            seen.add(fresh)
            label = f"{attribution.kind}, {attribution.speaker or 'unknown speaker'}"
            attributes.append(
                f'id="{prefix}a{fresh}" tabindex="0" aria-label="{_text(label)}: {_text(text)}" role="mark"'
            )
    return f"<span {' '.join(attributes)}>{_text(text)}</span>"


def _margin(page: Page, prefix: str) -> Iterator[str]:
    count = f"{len(page.attributions)} attributions, {len(page.speakers)} speakers"
    yield f'<nav aria-label="Speakers"><p class="count">{count}</p><ol>'
    for index, speaker in enumerate(page.speakers):
        own = [(k, a) for k, a in enumerate(page.attributions) if a.speaker == speaker.name]
        yield f'<li data-s="{prefix}s{index}" data-c="{index % 8 + 1}"><h2>{_text(speaker.name)}</h2><ul>'
        for k, attribution in own:
            yield _link(page, attribution, f"{prefix}a{k}")
        yield "</ul></li>"
    unknown = [(k, a) for k, a in enumerate(page.attributions) if a.speaker is None]
    if unknown:
        yield '<li data-c="0"><h2>?</h2><ul>'
        for k, attribution in unknown:
            yield _link(page, attribution, f"{prefix}a{k}")
        yield "</ul></li>"
    yield "</ol></nav>\n"


def _link(page: Page, attribution: Attribution, anchor: str) -> str:
    words = " ".join(page.words(attribution.content).split())
    shown = words if len(words) <= 90 else words[:89] + "…"
    how = f"{attribution.kind}{', belief' if attribution.act == 'belief' else ''}, {attribution.confidence:.0%}"
    return f'<li><a href="#{anchor}" data-a="{anchor}">{_text(shown)}</a> <small>{how}</small></li>'


def _text(text: str | None) -> str:
    """Escape text for HTML; what UTF-8 or HTML cannot hold (lone surrogates, NUL) is shown as U+FFFD."""
    safe = "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text or "")
    return escape(safe, quote=True)


def asset(name: str) -> str:
    """Return the text of a file in ``assets``."""
    return resources.files("selon.exchange").joinpath("assets", name).read_text(encoding="utf-8")


def digest(code: str) -> str:
    """Return the source by which a content policy allows exactly this style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
