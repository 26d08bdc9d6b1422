"""The exchange form: one JSON object a page and line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from selon.page import Actor, Allegation, Attribution, Page, Span, Speaker

# Characters of a page's text written at once: keeps the copies small that JSON and UTF-8 need.
TEXT_PIECE = 500_000

_SURROGATE = re.compile("[\ud800-\udfff]")


def to_dict(page: Page) -> dict[str, Any]:
    """Return a page in the exchange form; spans are ``[start, end)`` in Unicode code points of ``text``."""
    return {**_head(page), **{name: list(items) for name, items in _findings(page)}}


def to_jsonl(page: Page) -> str:
    """Return a page as one line of JSON, without the newline."""
    return "".join(jsonl_pieces(page))


def jsonl_pieces(page: Page) -> Iterator[str]:
    """Yield the pieces of a page's line, so that a page with very much on it needs little memory."""
    head = _head(page)
    # lone surrogates have no UTF-8 form: a line that holds any is written in ASCII with escapes
    ascii_only = any(_SURROGATE.search(value) for value in head.values() if isinstance(value, str))

    def dump(value: Any) -> str:
        return json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))

    text = head.pop("text")
    yield dump(head)[:-1] + ',"text":"'
    for start in range(0, len(text), TEXT_PIECE):
        yield dump(text[start : start + TEXT_PIECE])[1:-1]
    yield '"'
    for name, items in _findings(page):
        yield f',"{name}":['
        for number, item in enumerate(items):
            yield f",{dump(item)}" if number else dump(item)
        yield "]"
    yield "}"


def _head(page: Page) -> dict[str, Any]:
    return {
        "id": page.id,
        "language": page.language,
        "url": page.url,
        "outlet": page.outlet,
        "author": page.author,
        "title": page.title,
        "date": page.date,
        "text": page.text,
    }


def _findings(page: Page) -> Iterator[tuple[str, Iterator[Any]]]:
    yield "attributions", (attribution_dict(attribution) for attribution in page.attributions)
    yield "allegations", (_allegation(allegation, page) for allegation in page.allegations)
    yield "speakers", (_speaker(speaker) for speaker in page.speakers)
    yield "debris", ([region.start, region.end] for region in page.debris)
    yield "debris_kinds", (region.kind for region in page.debris)


def attribution_dict(attribution: Attribution) -> dict[str, Any]:
    """Return an attribution in the exchange form."""
    return {
        "content": [list(span) for span in attribution.content],
        "cue": [list(span) for span in attribution.cue],
        "source": [list(span) for span in attribution.source],
        "kind": attribution.kind,
        "act": attribution.act,
        "speaker": attribution.speaker,
        "gender": attribution.gender,
        "nested": attribution.nested,
        "in_debris": attribution.in_debris,
        "confidence": attribution.confidence,
    }


def attribution_from(given: dict[str, Any]) -> Attribution:
    """Return the attribution that :func:`attribution_dict` made ``given`` of."""
    spans = {name: tuple(Span(*span) for span in given[name]) for name in ("content", "cue", "source")}
    return Attribution(**{**given, **spans})


def _speaker(speaker: Speaker) -> dict[str, Any]:
    return {
        "name": speaker.name,
        "kind": speaker.kind,
        "gender": speaker.gender,
        "mentions": [list(span) for span in speaker.mentions],
    }


# The parts of an allegation that are words of the page.
_PARTS = ("deed", "victim", "when", "where", "means")


def _allegation(allegation: Allegation, page: Page) -> dict[str, Any]:
    spans = {name: [list(span) for span in getattr(allegation, name)] for name in _PARTS}
    return {
        "accuser": allegation.accuser and allegation.accuser.name,
        "accused": allegation.accused and allegation.accused.name,
        "stance": allegation.stance,
        **{name: page.words(getattr(allegation, name)) or None for name in _PARTS},
        "evidence": list(allegation.evidence),
        "spans": spans | {"accuser": _places(allegation.accuser), "accused": _places(allegation.accused)},
        "countries": {"accuser": _of(allegation.accuser, "country"), "accused": _of(allegation.accused, "country")},
        "sectors": {"accuser": _of(allegation.accuser, "sector"), "accused": _of(allegation.accused, "sector")},
        "time": allegation.time,
        "event": allegation.event,
        "contexts": list(allegation.contexts),
        "deed_kind": allegation.deed_kind,
        "hedges": [list(span) for span in allegation.hedges],
        "attribution": allegation.attribution,
        "answers": allegation.answers,
        "in_debris": allegation.in_debris,
        "confidence": allegation.confidence,
    }


def _places(actor: Actor | None) -> list[list[int]]:
    return [list(span) for span in actor.spans] if actor else []


def _of(actor: Actor | None, name: str) -> str | None:
    return getattr(actor, name) if actor else None
