"""How the record is served."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from selon.errors import SelonError

# A token of fewer characters could be found by trying.
MIN_TOKEN = 16


class SettingsError(SelonError):
    """Settings under which the record must not be served."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server is told when it starts.

    Attributes:
        record: the record's file; made if it does not exist, unless ``read_only``.
        host: address or name to listen on.
        port: port to listen on; 0 takes any that is free.
        token: secret that every request has to show; None lets everybody in who reaches the server.
        read_only: nothing is added to the record or corrected in it.
        names: further names that the server is reached by, beside ``host``, ``localhost`` and numbers.
        max_upload: bytes of a file or text that is taken to be read.
        max_query_seconds: a query of the record that takes longer is given up.
        allow_private: let pages be fetched from private and loopback addresses.
    """

    record: Path
    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None
    read_only: bool = False
    names: tuple[str, ...] = field(default=())
    max_upload: int = 16_000_000
    max_query_seconds: float = 5.0
    allow_private: bool = False

    def check(self) -> None:
        """Raise a SettingsError that says what to do, if these settings would leave the record open to others."""
        if self.token is not None and len(self.token) < MIN_TOKEN:
            raise SettingsError(f"the token must have at least {MIN_TOKEN} characters")
        if not is_loopback(self.host) and self.token is None:
            raise SettingsError(
                f"{self.host} can be reached from other machines; give a --token that visitors have to show"
            )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
