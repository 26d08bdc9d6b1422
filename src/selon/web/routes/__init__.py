"""The pages that people see, one file for each of the navigation's entries."""

from __future__ import annotations

from starlette.routing import BaseRoute

from selon.web.routes import enter, page, read

# (address, key of its text), in the order of the menu
NAVIGATION: tuple[tuple[str, str], ...] = (("/", "nav.read"),)

ROUTES: list[BaseRoute] = [*read.ROUTES, *page.ROUTES, *enter.ROUTES]
