"""Fetch what an address names: honest, polite, bounded in time and size, and from public addresses only."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self

from selon import __version__
from selon.errors import InputError
from selon.pages.web.decoding import ACCEPT_ENCODING, BodyError, read_body, size

if TYPE_CHECKING:
    import httpx

    from selon.pages.web.robots import RobotsAnswer

USER_AGENT = f"Selon/{__version__} (+https://github.com/selon/selon)"
ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5"
# Seconds for all of one fetch, redirects and robots.txt included, waiting for a host's turn excluded: enough for 10 MB
# over a slow line.
TIMEOUT = 30.0
# Seconds without a single byte after which a server counts as silent; slow newsrooms answer within 5.
READ_TIMEOUT = 10.0
# A page of news has some 200 kB, the largest feeds 5 MB.
MAX_BYTES = 10_000_000
# Browsers follow 20, but more than 3 (http to https to www to the page) hardly occur with honest servers.
MAX_REDIRECTS = 10
# Longer addresses are no pages of news; servers commonly refuse them at 8 kB.
MAX_URL = 8000
# Longer values of ETag or Last-Modified are not sent back; usual ones have 20 to 100 characters.
MAX_VALIDATOR = 1000
# Characters of an address shown in messages.
SHOWN_URL = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_EXTRA = "fetching needs packages that are not installed; run: pip install 'selon[web]'"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask it later whether something has changed.

    Attributes:
        etag: value of ETag.
        last_modified: value of Last-Modified.
        url: the address whose answer they came with; they are shown to no other one. None: to all.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from an address.

    Attributes:
        url: the address asked for.
        final_url: the address that answered, after redirects.
        status: HTTP status: 2xx, or 304 if nothing has changed.
        content_type: media type in small letters (``text/html``), None if not stated.
        charset: encoding as the header states it, None if it does not.
        body: the bytes, decompressed.
        not_modified: True if nothing has changed since the validators were given; there is no body then.
        etag, last_modified: to ask again later, None if not stated.
    """

    url: str
    final_url: str
    status: int
    content_type: str | None
    charset: str | None
    body: bytes
    not_modified: bool
    etag: str | None
    last_modified: str | None

    @property
    def validators(self) -> Validators:
        """What to hand to the next :meth:`Fetcher.fetch` of this address."""
        return Validators(self.etag, self.last_modified, self.final_url)


class Fetcher:
    """Fetches pages and feeds, one at a time; to be closed, or used in ``with``.

    robots.txt is obeyed and requests to a host are kept apart. No cookies are kept, no proxy of the environment is
    used, and no connection is made to an address that is not public.

    Args:
        allow_private: also fetch from private, loopback and other addresses that are not public.
        timeout: seconds for all of one fetch, except waiting for a host's turn.
        max_bytes: limit of a body, compressed or not.
        user_agent: how to introduce ourselves.
        min_delay: seconds between two requests to one host; longer where the host asks for it.
        sleep: waits so many seconds.
        ssl_context: certificate authorities to trust instead of the usual ones.

    Raises:
        InputError: if the packages of the extra ``web`` are not installed.

    Example:
        >>> with Fetcher() as fetcher:
        ...     fetcher.fetch("http://127.0.0.1/")
        Traceback (most recent call last):
        selon.errors.InputError: http://127.0.0.1/: 127.0.0.1, an address not on the public internet (loopback)
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        timeout: float = TIMEOUT,
        max_bytes: int = MAX_BYTES,
        user_agent: str = USER_AGENT,
        min_delay: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        try:
            import httpx

            from selon.pages.web.network import Deadline, GuardedTransport
            from selon.pages.web.robots import MIN_DELAY, Politeness, Robots
        except ImportError:
            raise InputError(_EXTRA) from None
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._deadline = Deadline()
        self._robots = Robots(self._ask_robots)
        self._politeness = Politeness(MIN_DELAY if min_delay is None else min_delay, sleep)
        self._read_timeout = min(READ_TIMEOUT, timeout)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "close",
        }
        # not an httpx.Client: that would keep cookies, send credentials on and look at where redirects lead
        self._transport = GuardedTransport(
            self._deadline,
            allow_private=allow_private,
            ssl_context=ssl_context or httpx.create_ssl_context(trust_env=False),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def fetch(self, url: str, *, validators: Validators | None = None) -> Fetched:
        """Return what ``url`` names.

        Args:
            url: an http or https address.
            validators: of an earlier fetch; if nothing has changed since, the answer is ``not_modified``.

        Raises:
            InputError: if the address is wrong or not allowed, the server cannot be reached, answers with an error,
                too slowly, with too much or in circles; the message names the address and the reason.
        """
        self._deadline.start(self._timeout)
        place = shown(url)
        here = _parse(url, place)
        met = {str(here)}
        for _ in range(MAX_REDIRECTS + 1):
            self._ask_leave(here, place)
            response = self._request(here, place, self._max_bytes, validators)
            if response.status in _REDIRECTS and response.location:
                here = _parse(response.location, f"{place}: leads to {shown(response.location)}", base=here)
                place = f"{shown(url)}: leads to {shown(str(here))}"
                if str(here) in met:
                    raise InputError(f"{shown(url)}: redirects in a circle")
                met.add(str(here))
                continue
            return _fetched(url, here, response, place)
        raise InputError(f"{shown(url)}: more than {MAX_REDIRECTS} redirects")

    def _ask_leave(self, url: httpx.URL, place: str) -> None:
        """Obey robots.txt and wait for the host's turn."""
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        refusal = self._robots.refusal(origin, str(url))
        if refusal:
            raise InputError(f"{place}: {refusal}")
        try:
            self._deadline.at += self._politeness.wait(url.host, self._robots.delay(origin))
        except ValueError as error:
            raise InputError(f"{place}: {error}") from None

    def _request(
        self, url: httpx.URL, place: str, max_bytes: int, validators: Validators | None = None, *, cut: bool = False
    ) -> _Response:
        """Send one request and read the body of a good answer; ``cut`` takes the first bytes of a longer one."""
        import httpcore
        import httpx

        from selon.pages.web.network import RefusedError, TooSlowError

        conditions = {} if validators is None or validators.url not in (None, str(url)) else _conditions(validators)
        try:
            request = httpx.Request(
                "GET",
                url,
                headers={**self._headers, **conditions},
                extensions={"timeout": httpx.Timeout(self._read_timeout).as_dict()},
            )
            with closing(self._transport.handle_request(request)) as answer:
                answer.request = request
                body = b""
                if answer.is_success:
                    announced = answer.headers.get("content-length", "")
                    if not cut and announced.isascii() and announced.isdigit() and int(announced[:20]) > max_bytes:
                        raise BodyError(f"larger than {size(max_bytes)}")
                    encoding = answer.headers.get("content-encoding", "")
                    body = read_body(answer.iter_raw(), encoding, max_bytes, cut=cut)
                if answer.status_code in (429, 503):
                    wish = answer.headers.get("retry-after", "")
                    if wish.isascii() and wish.isdigit():
                        self._politeness.postpone(url.host, float(wish[:10]))
                return _Response(
                    answer.status_code,
                    answer.headers.get("location"),
                    answer.headers.get("content-type"),
                    answer.charset_encoding,
                    answer.headers.get("etag"),
                    answer.headers.get("last-modified"),
                    body,
                    bool(conditions),
                )
        except RefusedError as error:
            raise _RequestError(place, str(error), early=True) from None
        except BodyError as error:
            raise _RequestError(place, str(error)) from None
        except TooSlowError:
            raise _RequestError(place, f"took longer than {self._timeout:g} seconds") from None
        except (httpcore.TimeoutException, httpx.TimeoutException) as error:
            raise _RequestError(place, str(error)) from None
        except (httpcore.ConnectError, httpx.ConnectError) as error:
            raise _RequestError(place, f"cannot be reached: {error}", early=True) from None
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            httpx.HTTPError,
            httpx.InvalidURL,
            httpx.StreamError,
        ) as error:
            raise _RequestError(place, f"the server's answer broke off or is no HTTP ({error})") from None

    def _ask_robots(self, origin: str) -> RobotsAnswer:
        from selon.pages.web.robots import MAX_ROBOTS_BYTES, RobotsAnswer

        address = f"{origin}/robots.txt"
        reason = f"more than {MAX_REDIRECTS} redirects"
        try:
            here = _parse(address, address)
            # RFC 9309 asks to follow at least five redirects, wherever they lead
            for _ in range(MAX_REDIRECTS + 1):
                response = self._request(here, shown(str(here)), MAX_ROBOTS_BYTES, cut=True)
                if response.status not in _REDIRECTS or not response.location:
                    return RobotsAnswer(response.status, response.body)
                here = _parse(response.location, shown(response.location), base=here)
        except _RequestError as error:
            if error.early and error.place == address:
                # nothing is wrong with robots.txt, it was only the first to be asked for
                return RobotsAnswer(None, reason=error.reason)
            reason = error.reason
        except InputError as error:
            reason = str(error)
        return RobotsAnswer(None, reason=f"{address} cannot be had ({reason}), and without it nothing may be fetched")


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    location: str | None
    content_type: str | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    body: bytes
    conditional: bool


class _RequestError(InputError):
    """A request that failed; ``early`` if that was before anything was asked."""

    def __init__(self, place: str, reason: str, *, early: bool = False) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
        self.early = early


def shown(url: str) -> str:
    """Return an address for a message: of bounded length, printable, without user name and password.

    Example:
        >>> shown("https://ann:secret@example.org/a")
        'https://…@example.org/a'
    """
    clean = re.sub(r"//[^/?#]*@", "//…@", url)
    clean = "".join(c if c.isprintable() else "\ufffd" for c in clean[: SHOWN_URL + 1])
    return clean if len(clean) <= SHOWN_URL else f"{clean[:SHOWN_URL]}…"


def _parse(address: str, place: str, base: httpx.URL | None = None) -> httpx.URL:
    import httpx

    if len(address) > MAX_URL:
        raise InputError(f"{place}: longer than {MAX_URL} characters, no address of a page")
    try:
        url = base.join(address) if base is not None else httpx.URL(address.strip())
        url = url.copy_with(fragment=None)
        # the parts are checked when they are asked for
        scheme, host, user = url.scheme, url.host, url.userinfo
    except (httpx.InvalidURL, ValueError) as error:
        raise InputError(f"{place}: not an address ({error})") from None
    if scheme not in ("http", "https"):
        raise InputError(f"{place}: neither an http nor an https address")
    if not host:
        raise InputError(f"{place}: an address without a host")
    if user:
        raise InputError(f"{place}: an address with a user name or password, which would be sent on; leave it out")
    return url


def _conditions(validators: Validators) -> dict[str, str]:
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {
        name: value
        for name, value in conditions.items()
        if value and len(value) <= MAX_VALIDATOR and value.isascii() and value.isprintable()
    }


def _fetched(url: str, here: httpx.URL, response: _Response, place: str) -> Fetched:
    unchanged = response.status == 304 and response.conditional
    if not unchanged and not 200 <= response.status < 300:
        try:
            phrase = f"{response.status} {HTTPStatus(response.status).phrase}"
        except ValueError:
            phrase = str(response.status)
        raise InputError(f"{place}: the server answered {phrase}")
    media_type = (response.content_type or "").partition(";")[0].strip().lower()
    return Fetched(
        url=url,
        final_url=str(here),
        status=response.status,
        content_type=media_type or None,
        charset=response.charset,
        body=response.body,
        not_modified=unchanged,
        etag=response.etag,
        last_modified=response.last_modified,
    )
