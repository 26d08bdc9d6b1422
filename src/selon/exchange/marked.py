"""A page's text as HTML: cut at every edge of a span, each piece marked with what it belongs to.

Shared by the self-contained document and the web pages. What the markup says:

- classes ``content``, ``cue``, ``source``, ``mention``, ``debris`` name the parts that a piece belongs to;
- ``data-a`` the anchors of its attributions, ``data-m`` those of the speakers that it mentions;
- ``data-c`` the colour of its speaker, from 1 to :data:`COLOURS`, or 0 where nobody is known to speak;
- ``id`` the anchor of an attribution, on the first piece of its content.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from selon.page import Attribution, Page

# More colours than these cannot be told apart at a glance.
COLOURS = 8

_PARTS = ("content", "cue", "source")


def safe_text(text: str | None) -> str:
    """Escape text for HTML; what UTF-8 or HTML cannot hold (lone surrogates, NUL) is shown as U+FFFD."""
    safe = "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text or "")
    return escape(safe, quote=True)


def anchors(page: Page, prefix: str = "") -> list[str]:
    """Return an anchor for each attribution: ``a-START-END``, the place of its content, whatever else is found.

    Attributions with the same place are told apart by a number behind it.
    """
    taken: dict[str, int] = {}
    named = []
    for attribution in page.attributions:
        name = f"{prefix}a-{attribution.content[0].start}-{attribution.content[-1].end}"
        taken[name] = taken.get(name, 0) + 1
        named.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return named


def speaker_anchor(number: int, prefix: str = "") -> str:
    """Return the anchor of the page's speaker with that number, counted from 0."""
    return f"{prefix}s{number}"


def colour(number: int | None) -> int:
    """Return the colour of the page's speaker with that number, 0 for None."""
    return 0 if number is None else number % COLOURS + 1


@dataclass
class _Marking:
    """What is needed for each piece while going through a page."""

    page: Page
    prefix: str
    label: Callable[[Attribution], str]
    debris_label: Callable[[str], str]
    anchors: list[str]
    numbers: dict[str, int]
    seen: set[int] = field(default_factory=set)


def marked(
    page: Page,
    prefix: str = "",
    *,
    label: Callable[[Attribution], str],
    debris_label: Callable[[str], str] = str,
) -> Iterator[str]:
    """Yield the page's text as HTML in pieces; without its tags it is the text, to the character.

    Args:
        page: a page that was read.
        prefix: set before all anchors; keeps several pages in one document apart.
        label: names an attribution for those who cannot see its marks, such as ``direct, Ann Lee``.
        debris_label: names a kind of debris.
    """
    return (html for _, html in _pieces(_marking(page, prefix, label, debris_label), ()))


def marked_stretches(
    page: Page,
    cuts: list[int],
    *,
    label: Callable[[Attribution], str],
    debris_label: Callable[[str], str] = str,
) -> list[str]:
    """Return the same cut into stretches, such as paragraphs.

    Args:
        page: a page that was read.
        cuts: where each stretch but the first begins, in order, in code points of the text.
        label, debris_label: as of :func:`marked`.
    """
    stretches: list[list[str]] = [[] for _ in range(len(cuts) + 1)]
    for start, html in _pieces(_marking(page, "", label, debris_label), cuts):
        stretches[bisect_right(cuts, start)].append(html)
    return ["".join(stretch) for stretch in stretches]


def _marking(
    page: Page, prefix: str, label: Callable[[Attribution], str], debris_label: Callable[[str], str]
) -> _Marking:
    numbers = {speaker.name: number for number, speaker in enumerate(page.speakers)}
    return _Marking(page, prefix, label, debris_label, anchors(page, prefix), numbers)


def _pieces(marking: _Marking, cuts: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Each piece's place and HTML; no piece runs over a cut."""
    page = marking.page
    opening: dict[int, list[tuple[str, int]]] = {}
    closing: dict[int, list[tuple[str, int]]] = {}
    for part, index, start, end in _stretches(page):
        opening.setdefault(start, []).append((part, index))
        closing.setdefault(end, []).append((part, index))
    active: list[tuple[str, int]] = []
    at = 0
    for edge in sorted(opening.keys() | closing.keys() | set(cuts)):
        if edge > at:
            yield at, _piece(marking, page.text[at:edge], active)
            at = edge
        for item in closing.get(edge, ()):
            if item in active:
                active.remove(item)
        active.extend(opening.get(edge, ()))
    yield at, safe_text(page.text[at:])


def _stretches(page: Page) -> Iterator[tuple[str, int, int, int]]:
    for index, attribution in enumerate(page.attributions):
        for part in _PARTS:
            for start, end in getattr(attribution, part):
                yield part, index, start, end
    for number, speaker in enumerate(page.speakers):
        for start, end in speaker.mentions:
            yield "mention", number, start, end
    for number, region in enumerate(page.debris):
        yield "debris", number, region.start, region.end


def _piece(marking: _Marking, text: str, active: list[tuple[str, int]]) -> str:
    if not active or not text:
        return safe_text(text)
    page = marking.page
    attributes = [f'class="{" ".join(sorted({part for part, _ in active}))}"']
    members = sorted({index for part, index in active if part in _PARTS})
    mentioned = sorted({index for part, index in active if part == "mention"})
    kinds = [page.debris[index].kind for part, index in active if part == "debris"]
    contents = [index for part, index in active if part == "content"]
    if kinds:
        attributes.append(f'title="{safe_text(marking.debris_label(kinds[-1]))}"')
    if members:
        attributes.append(f'data-a="{" ".join(marking.anchors[index] for index in members)}"')
    if mentioned:
        attributes.append(f'data-m="{" ".join(speaker_anchor(index, marking.prefix) for index in mentioned)}"')
    if contents:
        attribution = page.attributions[contents[-1]]
        attributes.append(f'data-c="{colour(marking.numbers.get(attribution.speaker or ""))}"')
        fresh = next((index for index in contents if index not in marking.seen), None)
        if fresh is not None:
            marking.seen.add(fresh)
            label = safe_text(marking.label(page.attributions[fresh]))
            attributes.append(f'id="{marking.anchors[fresh]}" tabindex="0" role="group" aria-label="{label}"')
    return f"<span {' '.join(attributes)}>{safe_text(text)}</span>"
