"""From what a handler found to a page in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Scope

from selon.exchange.marked import safe_text
from selon.web.problems import Problem
from selon.web.texts import COOKIE, Texts, choose, texts


def visitor_texts(request: Request) -> Texts:
    """Return the words of the visitor's language."""
    return texts(choose(request.cookies.get(COOKIE), request.headers.get("accept-language", "")))


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return the page that ``template`` makes of ``values``."""
    t = visitor_texts(request)
    settings = getattr(request.app.state, "settings", None)
    html = (
        _environment()
        .get_template(template)
        .render(
            t=t,
            path=request.url.path,
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            settings=settings,
            navigation=getattr(request.app.state, "navigation", ()),
            who=unquote(request.cookies.get("selon-who", "")),
            **values,
        )
    )
    # what UTF-8 cannot hold is shown as U+FFFD
    safe = html.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if not html.isascii() else html
    headers = {"Vary": "Accept-Language, Cookie", "Content-Language": t.language}
    return HTMLResponse(safe.replace("\x00", "\ufffd"), status, headers=headers)


def problem_page(problem: Problem, scope: Scope) -> HTMLResponse:
    """Return a problem as a page for people."""
    response = render(Request(scope), "problem.html", problem.status, problem=problem)
    response.headers.update(problem.headers)
    return response


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("selon.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["link"] = safe_link
    environment.filters["highlighted"] = highlighted
    environment.filters["short"] = short
    environment.filters["about"] = lambda what, t: t(f"about.{what}")
    environment.globals["address"] = address
    environment.globals["changed"] = changed
    return environment


def templates() -> list[str]:
    """Return the names of all templates."""
    return _environment().list_templates()


def compile_template(name: str) -> None:
    """Make a template ready, which takes some milliseconds."""
    _environment().get_template(name)


def safe_link(url: str | None) -> str | None:
    """Return an address that may be a link: http or https with a host, nothing else; None for all others."""
    try:
        parts = urlsplit(url or "")
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def highlighted(words: str, spans: tuple[tuple[int, int], ...]) -> Markup:
    """Return words with some stretches of them marked; ``spans`` are ``[start, end)`` in order."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [safe_text(words[at:start]), "<mark>", safe_text(words[start:end]), "</mark>"]
        at = end
    return Markup("".join([*pieces, safe_text(words[at:])]))


def short(words: str, most: int = 110) -> str:
    """Return words on one line, cut after ``most`` characters."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def address(path: str, **query: Any) -> str:
    """Return an address with what the query holds, without what is empty."""
    given = {name: value for name, value in query.items() if value not in (None, "", ())}
    return f"{path}?{urlencode(given, doseq=True, errors='replace')}" if given else path


@pass_context
def changed(context: Context, query: Mapping[str, Any], **changes: Any) -> str:
    """Return the address of this page with some of its query changed; None takes a part away."""
    return address(context["path"], **{**query, **changes})
