"""Two wordings beside each other, readable with and without colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shutil import get_terminal_size

from selon.exchange.text import Style, clean
from selon.record.compare import Difference

# Words left out that are shown; of more, the beginning and the end.
MAX_SHOWN = 160


def difference_lines(
    differences: Iterable[Difference], style: Style, before: str = "", after: str = ""
) -> Iterator[str]:
    """Yield lines in which ``[-left out-]`` stands on the page only and ``{+put in+}`` in the quotation only."""
    parts = [(style.faint, _left_out(before))] if before else []
    for part in differences:
        if part.kind == "equal":
            parts.append(("", clean(part.quoted)))
            continue
        if part.stands:
            parts.append((style.faint, _left_out(part.stands)))
        if part.quoted:
            parts.append((style.cue, f"{{+{clean(part.quoted)}+}}"))
    parts += [(style.faint, _left_out(after))] if after else []
    width = max(30, min(get_terminal_size().columns, 120) - 2)
    line: list[str] = []
    used = 0
    for colour, text in parts:
        for word in text.split():
            if line and used + len(word) > width:
                yield "  " + " ".join(line)
                line, used = [], 0
            line.append(f"{colour}{word}{style.off}" if colour else word)
            used += len(word) + 1
    yield "  " + " ".join(line)


def facts(*values: str | None) -> str:
    """Return what is known, in one line."""
    return " · ".join(clean(value) for value in values if value)


def _left_out(text: str) -> str:
    shown = clean(text)
    if len(shown) > MAX_SHOWN:
        shown = f"{shown[: MAX_SHOWN // 2]} (…) {shown[-MAX_SHOWN // 2 :]}"
    return f"[-{shown}-]"
