"""The headline of a text that states none: its first line, if it looks like one."""

from __future__ import annotations

# A first line of at most so many characters is taken for a headline, unless it ends like a sentence.
MAX_HEADING = 200
_CLOSING = " \u00a0\u202f»”’\"')"


def heading(text: str) -> str | None:
    """Return the first line of ``text`` if other lines follow it and it reads like a headline, else None.

    >>> heading("La digue fermée pour l'hiver\\nLe maire a parlé."), heading("Le maire a parlé.")
    ("La digue fermée pour l'hiver", None)
    """
    first, *rest = text.strip().splitlines() or [""]
    first = first.strip()
    alike = bool(first) and len(first) <= MAX_HEADING and not first.rstrip(_CLOSING).endswith(".")
    return first if alike and any(line.strip() for line in rest) else None
