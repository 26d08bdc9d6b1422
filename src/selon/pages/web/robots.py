"""What hosts ask of robots: their robots.txt, and how often they want to be visited."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

# The token by which robots.txt names us.
TOKEN = "Selon"
# The rest of a longer robots.txt is not read; RFC 9309 asks for at least 500 KiB.
MAX_ROBOTS_BYTES = 512_000
# RFC 9309: a robots.txt should not be used for longer than a day.
ROBOTS_SECONDS = 86_400.0
# After so long a host whose robots.txt could not be had is asked again; well below the usual interval of polling.
ROBOTS_RETRY_SECONDS = 300.0
# Hosts remembered; a reader of news meets hundreds, and a hostile chain of pages must not fill the memory.
MAX_HOSTS = 2000
# Seconds between two requests to a host that asks for nothing; a person reading would rarely be faster.
MIN_DELAY = 1.0
# A host that wants a longer pause than this, in seconds, gets it: the page is refused rather than all others held up.
MAX_WAIT = 60.0
# A host's wish (Retry-After) counts for a day at most, so that a mistake there does not shut it out for good.
MAX_POSTPONE = 86_400.0


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What came when robots.txt was asked for.

    Attributes:
        status: HTTP status, or None if the host could not be reached.
        body: the bytes of a good answer, at most ``MAX_ROBOTS_BYTES``.
        reason: if the host could not be reached, why nothing may be fetched, for messages.
    """

    status: int | None
    body: bytes = b""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Protego | None
    refusal: str
    until: float


class Robots:
    """The rules of all hosts met, each asked for once a day.

    ``ask`` fetches the robots.txt of an origin.
    """

    def __init__(self, ask: Callable[[str], RobotsAnswer]) -> None:
        self._ask = ask
        self._rules: OrderedDict[str, _Rules] = OrderedDict()

    def refusal(self, origin: str, url: str) -> str | None:
        """Return why the host at ``origin`` (``https://host:port``) does not want ``url`` fetched, or None."""
        rules = self._of(origin)
        if rules.refusal:
            return rules.refusal
        if rules.parsed is not None and not rules.parsed.can_fetch(url, TOKEN):
            return f"the robots.txt of {origin} does not allow it"
        return None

    def delay(self, origin: str) -> float:
        """Return the seconds that the host wants between two requests, 0 if it names none."""
        rules = self._of(origin)
        return rules.parsed.crawl_delay(TOKEN) or 0.0 if rules.parsed is not None else 0.0

    def _of(self, origin: str) -> _Rules:
        known = self._rules.get(origin)
        if known is None or known.until < time.monotonic():
            known = self._rules[origin] = _rules(origin, self._ask(origin))
        self._rules.move_to_end(origin)
        while len(self._rules) > MAX_HOSTS:
            self._rules.popitem(last=False)
        return known


def _rules(origin: str, answer: RobotsAnswer) -> _Rules:
    now = time.monotonic()
    if answer.status is not None and 200 <= answer.status < 300:
        return _Rules(Protego.parse(answer.body.decode("utf-8-sig", "replace")), "", now + ROBOTS_SECONDS)
    if answer.status is not None and 400 <= answer.status < 500:
        return _Rules(None, "", now + ROBOTS_SECONDS)
    reason = answer.reason
    if answer.status is not None:
        reason = f"{origin}/robots.txt answers {answer.status}, and without it nothing may be fetched"
    return _Rules(None, reason, now + ROBOTS_RETRY_SECONDS)


class Politeness:
    """Keeps requests to one host apart.

    Args:
        min_delay: seconds between two requests to a host at least.
        sleep: waits so many seconds.
    """

    def __init__(self, min_delay: float = MIN_DELAY, sleep: Callable[[float], None] = time.sleep) -> None:
        self._min_delay = min_delay
        self._sleep = sleep
        self._last: OrderedDict[str, float] = OrderedDict()
        self._not_before: dict[str, float] = {}

    def wait(self, host: str, delay: float) -> float:
        """Wait until ``host`` may be asked again, ``delay`` seconds after the last time; return the seconds waited.

        Raises:
            ValueError: if that is longer than ``MAX_WAIT``; the text says how long.
        """
        now = time.monotonic()
        earliest = max(
            self._last.get(host, float("-inf")) + max(delay, self._min_delay), self._not_before.get(host, now)
        )
        seconds = max(0.0, earliest - now)
        if seconds > MAX_WAIT:
            raise ValueError(f"{host} wants to be asked again in {seconds:.0f} seconds only")
        if seconds:
            self._sleep(seconds)
        self._last[host] = time.monotonic()
        self._last.move_to_end(host)
        self._not_before.pop(host, None)
        while len(self._last) > MAX_HOSTS:
            self._last.popitem(last=False)
        return seconds

    def postpone(self, host: str, seconds: float) -> None:
        """Ask ``host`` nothing for so many seconds, as it wishes."""
        self._not_before[host] = time.monotonic() + min(seconds, MAX_POSTPONE)
        while len(self._not_before) > MAX_HOSTS:
            del self._not_before[next(iter(self._not_before))]
