"""Connections for httpx that go to checked addresses only and end by a deadline.

A host name is resolved once for each connection, all its addresses are checked, and the connection is made to one of
these very addresses. So a name server that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from selon.pages.web.addresses import refusal

Answer = tuple[int, tuple[Any, ...]]


class RefusedError(Exception):
    """An address that must not be connected to."""


class TooSlowError(Exception):
    """The deadline of a fetch has passed."""


class Deadline:
    """The moment by which a fetch has to be done, in seconds of the monotonic clock."""

    def __init__(self) -> None:
        self.at = float("inf")

    def start(self, seconds: float) -> None:
        """Give the fetch that begins now so many seconds."""
        self.at = time.monotonic() + seconds

    def cut(self, timeout: float | None) -> float:
        """Return ``timeout`` (seconds) or the time that is left, whichever is shorter.

        Raises:
            TooSlowError: if no time is left.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise TooSlowError
        return left if timeout is None else min(timeout, left)


class GuardedTransport(httpx.BaseTransport):
    """Sends httpx's requests over connections of their own, through the guard."""

    def __init__(self, deadline: Deadline, *, allow_private: bool, ssl_context: ssl.SSLContext) -> None:
        # no connection is kept: the next request resolves and checks anew
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(deadline, allow_private=allow_private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the response's body is still to be read."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Any:
        return iter(self._stream)

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


class GuardedBackend(httpcore.NetworkBackend):
    """Makes the connections: resolves, checks all answers, connects to one of them."""

    def __init__(self, deadline: Deadline, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to a checked address of ``host``; ``timeout`` in seconds counts for each address.

        Raises:
            RefusedError: if any address of the host is not public.
            TooSlowError: if the deadline passes.
            httpcore.ConnectError, httpcore.ConnectTimeout: if no address can be reached.
        """
        answers = self._resolve(host, port)
        if not self._allow_private:
            for _, place in answers:
                if reason := refusal(ipaddress.ip_address(place[0])):
                    shown = place[0] if place[0] == host else f"{host} is {place[0]}"
                    raise RefusedError(f"{shown}, an address not on the public internet ({reason})")
        failure: Exception = httpcore.ConnectError(f"no address for {host}")
        for family, place in answers:
            try:
                return _Stream(self._connect(family, place, timeout), self._deadline)
            except TimeoutError:
                self._deadline.cut(None)
                failure = httpcore.ConnectTimeout(f"no answer from {place[0]}")
            except OSError as error:
                failure = httpcore.ConnectError(error.strerror or str(error))
        raise failure

    def _connect(self, family: int, place: tuple[Any, ...], timeout: float | None) -> socket.socket:
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(self._deadline.cut(timeout))
            connection.connect(place)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            connection.close()
            raise
        return connection

    def _resolve(self, host: str, port: int) -> list[Answer]:
        """All addresses of a host. The system's resolver knows no time limit, hence the thread."""
        answers: list[Answer] = []
        failure: list[Exception] = []

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                answers.extend((family, place) for family, _, _, _, place in found)
            except (OSError, UnicodeError) as error:
                failure.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self._deadline.cut(None))
        if asking.is_alive():
            raise TooSlowError
        if failure:
            reason = getattr(failure[0], "strerror", None) or "not a host name"
            raise httpcore.ConnectError(f"the host {host[:100]} cannot be found ({reason})")
        return answers


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait is cut by the deadline."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._socket = connection
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._socket.settimeout(self._deadline.cut(timeout))
        try:
            return self._socket.recv(max_bytes)
        except TimeoutError:
            self._deadline.cut(None)
            raise httpcore.ReadTimeout("the server stopped sending") from None
        except OSError as error:
            raise httpcore.ReadError(error.strerror or str(error)) from None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._socket.settimeout(self._deadline.cut(timeout))
        try:
            self._socket.sendall(buffer)
        except TimeoutError:
            self._deadline.cut(None)
            raise httpcore.WriteTimeout("the server takes no request") from None
        except OSError as error:
            raise httpcore.WriteError(error.strerror or str(error)) from None

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(self._deadline.cut(timeout))
            # the certificate is checked for the name that was asked for, not for the address
            return _Stream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname), self._deadline)
        except TimeoutError:
            self.close()
            self._deadline.cut(None)
            raise httpcore.ConnectTimeout("no answer to the start of encryption") from None
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise httpcore.ConnectError(f"its certificate is not valid: {error.verify_message}") from None
        except (OSError, ValueError) as error:
            self.close()
            raise httpcore.ConnectError(f"no encrypted connection ({error})") from None
        except TooSlowError:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        return self._socket if info == "socket" else None
