"""The exchange form: one JSON object a page and line."""

from __future__ import annotations

import json
from typing import Any

from selon.page import Attribution, Page, Speaker


def to_dict(page: Page) -> dict[str, Any]:
    """Return a page in the exchange form; spans are ``[start, end)`` in Unicode code points of ``text``."""
    return {
        "id": page.id,
        "language": page.language,
        "url": page.url,
        "outlet": page.outlet,
        "author": page.author,
        "title": page.title,
        "date": page.date,
        "text": page.text,
        "attributions": [_attribution(attribution) for attribution in page.attributions],
        "speakers": [_speaker(speaker) for speaker in page.speakers],
        "debris": [[region.start, region.end] for region in page.debris],
        "debris_kinds": [region.kind for region in page.debris],
    }


def to_jsonl(page: Page) -> str:
    """Return a page as one line of JSON, without the newline."""
    line = json.dumps(to_dict(page), ensure_ascii=False, separators=(",", ":"))
    # lone surrogates have no UTF-8 form: such a line is written in ASCII with escapes
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(to_dict(page), separators=(",", ":"))
    return line


def _attribution(attribution: Attribution) -> dict[str, Any]:
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


def _speaker(speaker: Speaker) -> dict[str, Any]:
    return {
        "name": speaker.name,
        "kind": speaker.kind,
        "gender": speaker.gender,
        "mentions": [list(span) for span in speaker.mentions],
    }
