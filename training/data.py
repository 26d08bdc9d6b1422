"""Annotated pages as training windows: tokens, tags per layer, and links between segments."""

import json
from dataclasses import dataclass, field

import numpy as np

from selon.reading.features import quoted_sizes
from selon.reading.marks import find_marks
from selon.reading.tokens import NEWLINE, tokenise
from selon.reading.windows import windows

LAYERS = ("content", "inner", "cue", "source", "debris")
O, B, I, E, S = range(5)
IGNORE = -100


def load(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


@dataclass
class Window:
    """A stretch of a page. Segments and links are in tokens of the window; a link of -1 means none."""

    page: int
    text: str  # of the whole page
    language: str
    words: list
    gaps: np.ndarray
    states: np.ndarray
    sizes: np.ndarray
    paragraphs: np.ndarray
    tags: np.ndarray  # layers x tokens
    act: np.ndarray
    contents: np.ndarray = None
    inner: np.ndarray = None
    cues: np.ndarray = None
    sources: np.ndarray = None
    to_cue: list = field(default_factory=list)
    to_source: list = field(default_factory=list)  # (content, cue, source)
    soft: np.ndarray = None


def span_tokens(page_tokens, span, wordy):
    """Return the tokens [first, last) of a span, trimmed to tokens with a letter or digit."""
    first = int(np.searchsorted(page_tokens.ends, span[0], side="right"))
    last = int(np.searchsorted(page_tokens.starts, span[1], side="left"))
    while first < last and not wordy[first]:
        first += 1
    while last > first and not wordy[last - 1]:
        last -= 1
    return (first, last) if last > first else None


def paint(tags, segment, overwrite=False):
    first, last = segment
    if not overwrite and (tags[first:last] != O).any():
        return
    tags[first:last] = I
    tags[first], tags[last - 1] = B, E
    if last - first == 1:
        tags[first] = S


def page_windows(index, page, limit, labelled=True, language=None):
    """Yield the windows of a page with the tags and links of its attributions."""
    text = page["text"]
    tokens = tokenise(text)
    marks = find_marks(tokens)
    total = len(tokens)
    wordy = np.array([any(c.isalnum() for c in w) for w in tokens.words], dtype=bool)
    paragraphs = np.cumsum(tokens.gaps >= NEWLINE).astype(np.int32)
    sizes = quoted_sizes(marks)
    tags = np.zeros((len(LAYERS), total), dtype=np.int8)
    act = np.full(total, IGNORE, dtype=np.int64)
    language = language or page.get("lang") or page.get("language")
    rows = []
    if labelled:
        if "debris" in page and language == "fr":
            for span in page["debris"]:
                segment = span_tokens(tokens, span, np.ones(total, bool))
                if segment:
                    paint(tags[4], segment)
        else:
            tags[4] = -1
        if language == "en" and not page.get("silver"):
            tags[1] = -1  # PolNeAR marks no nested attributions
        for a in page["attributions"]:
            inner = bool(a.get("nested"))
            contents = [s for s in (span_tokens(tokens, c, wordy) for c in a["content"]) if s]
            cue = next((s for s in (span_tokens(tokens, c, wordy) for c in a["cue"]) if s), None)
            source = next((s for s in (span_tokens(tokens, c, wordy) for c in a["source"]) if s), None)
            layer = tags[1 if inner else 0]
            if layer[0] != -1:
                for segment in contents:
                    paint(layer, segment)
            if cue:
                paint(tags[2], cue)
                if a.get("act"):
                    act[cue[0] : cue[1]] = a["act"] == "belief"
            if source:
                paint(tags[3], source)
            rows.append((contents, inner, cue, source))
    for first, last in windows(tokens, marks, limit):
        window = Window(
            index, text, language, tokens.words[first:last], tokens.gaps[first:last], marks.states[first:last],
            sizes[first:last], paragraphs[first:last], tags[:, first:last].astype(np.int64), act[first:last],
        )  # fmt: skip
        if not labelled:
            window.tags = window.act = None
        else:
            window.tags[window.tags == -1] = IGNORE
            add_links(window, rows, first, last)
        yield window


def add_links(window, rows, first, last):
    fits = lambda s: s is not None and first <= s[0] and s[1] <= last
    contents, cues, sources, inner = [], {}, {}, []
    links = []
    for pieces, nested, cue, source in rows:
        q = cues.setdefault((cue[0] - first, cue[1] - first), None) if fits(cue) else None
        s = sources.setdefault((source[0] - first, source[1] - first), None) if fits(source) else None
        for piece in pieces:
            if fits(piece):
                contents.append((piece[0] - first, piece[1] - first))
                inner.append(nested)
                links.append(
                    (cue and (cue[0] - first, cue[1] - first), source and (source[0] - first, source[1] - first))
                )
    order = sorted(range(len(contents)), key=lambda i: contents[i])
    cue_list, source_list = sorted(cues), sorted(sources)
    window.contents = np.array([contents[i] for i in order], dtype=np.int32).reshape(-1, 2)
    window.inner = np.array([inner[i] for i in order], dtype=bool)
    window.cues = np.array(cue_list, dtype=np.int32).reshape(-1, 2)
    window.sources = np.array(source_list, dtype=np.int32).reshape(-1, 2)
    for new, old in enumerate(order):
        cue, source = links[old]
        q = cue_list.index(cue) if cue in cues else -1
        if cue is not None and q < 0:
            q = None  # its cue lies in another window
        s = source_list.index(source) if source in sources else -1
        if source is not None and s < 0:
            s = None
        if q is not None:
            window.to_cue.append((new, q))
            if s is not None:
                window.to_source.append((new, q, s))
