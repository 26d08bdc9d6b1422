"""Pages from HTML. A minimal form, to be replaced by the full one."""

from __future__ import annotations

from selon.errors import InputError
from selon.page import Page


def read_html(data: bytes, name: str, *, url: str | None = None, charset: str | None = None) -> Page:
    """Return the article of an HTML page.

    Raises:
        InputError: if there is none.
    """
    import trafilatura

    text = trafilatura.extract(data.decode(charset or "utf-8", "replace"), url=url)
    if not text:
        raise InputError(f"{name}: no article")
    return Page(text, id=name, url=url)
