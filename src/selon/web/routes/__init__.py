"""The pages that people see, one file for each of the navigation's entries."""

from __future__ import annotations

from starlette.routing import BaseRoute

from selon.web.routes import allegations, corrections, dossiers, enter, families, page, read, search, speakers, verify

NAVIGATION: tuple[tuple[str, str], ...] = (
    ("/", "nav.read"),
    ("/search", "nav.search"),
    ("/speakers", "nav.speakers"),
    ("/verify", "nav.verify"),
    ("/families", "nav.families"),
    ("/allegations", "nav.allegations"),
    ("/dossiers", "nav.dossiers"),
    ("/corrections", "nav.corrections"),
)
"""Address and key of the text of each entry of the menu, in its order."""

ROUTES: list[BaseRoute] = [
    route
    for room in (read, page, search, speakers, verify, families, allegations, dossiers, corrections, enter)
    for route in room.ROUTES
]
