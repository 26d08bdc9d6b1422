"""Pages from the web: fetched politely, within limits, and from public addresses only."""

from selon.pages.web.fetcher import USER_AGENT, Fetched, Fetcher, Validators

__all__ = ["USER_AGENT", "Fetched", "Fetcher", "Validators"]
