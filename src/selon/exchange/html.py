"""A page as one self-contained HTML document: the article's text, each attribution marked and joined to its speaker.

The document needs no network and no other file, works with the keyboard alone, and treats the page as hostile:
every piece of it is escaped, and a content policy forbids whatever is not in the document itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib import resources

from selon.exchange.marked import anchors, colour, marked, safe_text, speaker_anchor
from selon.page import Attribution, Page


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
        f"<title>{safe_text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<p class="help" role="note">In the text or beside it: <kbd>J</kbd> next <kbd>K</kbd> previous '
        "<kbd>Enter</kbd> to its entry <kbd>Esc</kbd> clear</p>\n"
        '<p class="live" role="status" aria-live="polite"></p>\n'
    )


def end_document() -> str:
    """Return the end of the document."""
    return f"<script>{asset('page.js')}</script>\n</body>\n</html>\n"


def to_html(page: Page, number: int = 1) -> Iterator[str]:
    """Yield the pieces of one page's article; ``number`` keeps the anchors of several articles apart."""
    prefix = f"p{number}"
    language = f' lang="{safe_text(page.language)}"' if page.language else ""
    title = page.title or page.id or "Page"
    yield f'<article id="{prefix}"{language}>\n<header><h1>{safe_text(title)}</h1>'
    facts = [page.outlet, page.date, page.url]
    yield f'<p class="facts">{" · ".join(safe_text(fact) for fact in facts if fact)}</p></header>\n'
    yield '<div class="columns">\n<div class="text">'
    yield from marked(page, prefix, label=lambda one: f"{one.kind}, {one.speaker or 'unknown speaker'}")
    yield "</div>\n"
    yield from _margin(page, prefix)
    yield "</div>\n</article>\n"


def _margin(page: Page, prefix: str) -> Iterator[str]:
    count = f"{len(page.attributions)} attributions, {len(page.speakers)} speakers"
    names = anchors(page, prefix)
    yield f'<nav aria-label="Speakers"><p class="count">{count}</p><ol>'
    for number, speaker in enumerate(page.speakers):
        data = f'data-s="{speaker_anchor(number, prefix)}" data-c="{colour(number)}"'
        yield f"<li {data}><h2>{safe_text(speaker.name)}</h2><ul>"
        for anchor, attribution in zip(names, page.attributions, strict=True):
            if attribution.speaker == speaker.name:
                yield _link(page, attribution, anchor)
        yield "</ul></li>"
    unknown = [(name, one) for name, one in zip(names, page.attributions, strict=True) if one.speaker is None]
    if unknown:
        yield '<li data-c="0"><h2>?</h2><ul>'
        for anchor, attribution in unknown:
            yield _link(page, attribution, anchor)
        yield "</ul></li>"
    yield "</ol></nav>\n"


def _link(page: Page, attribution: Attribution, anchor: str) -> str:
    words = " ".join(page.words(attribution.content).split())
    shown = words if len(words) <= 90 else words[:89] + "…"
    how = f"{attribution.kind}{', belief' if attribution.act == 'belief' else ''}, {attribution.confidence:.0%}"
    return f'<li><a href="#{anchor}" data-a="{anchor}">{safe_text(shown)}</a> <small>{how}</small></li>'


def asset(name: str) -> str:
    """Return the text of a file in ``assets``."""
    return resources.files("selon.exchange").joinpath("assets", name).read_text(encoding="utf-8")


def digest(code: str) -> str:
    """Return the source by which a content policy allows exactly this style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
