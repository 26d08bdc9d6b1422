"""``selon serve``: the record as a web page."""

from __future__ import annotations

import gc
import socket
import sys
from pathlib import Path

import click

from selon.cli.record import record_option
from selon.errors import SelonError

# Visitors who come at once are kept waiting at the door, not turned away.
WAITING = 1024
# New objects after which Python looks for circles among them. By its own measure (700) it looks again and again through
# all that is kept of a record, which took half of the time of working it out.
CIRCLES = 50_000


@click.command()
@record_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port; 0 takes a free one."
)
@click.option(
    "--token",
    envvar="SELON_TOKEN",
    metavar="SECRET",
    help="What visitors have to show; needed beyond this machine. Better given as SELON_TOKEN in the environment.",
)
@click.option("--read-only", is_flag=True, help="Nothing is added to the record or corrected in it.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="A further name that this server is reached by.")
@click.option("--allow-private", is_flag=True, help="Fetch from private and loopback addresses too.")
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
def serve(
    record: str,
    host: str,
    port: int,
    token: str | None,
    read_only: bool,
    names: tuple[str, ...],
    allow_private: bool,
    opens: bool,
) -> None:
    """Serve the record as a web page: read, search, check and correct in the browser.

    \b
    Examples:
      selon serve
      selon serve --record campaign.db --read-only
      SELON_TOKEN=… selon serve --host 0.0.0.0 --name record.example.org
    """
    try:
        import uvicorn

        from selon.web.app import create_app
        from selon.web.settings import Settings
    except ImportError as error:
        raise click.ClickException(f"serving needs {error.name}; install it with: pip install 'selon[serve]'") from None
    gc.set_threshold(CIRCLES, 20, 20)
    settings = Settings(Path(record), host, port, token, read_only, names, allow_private=allow_private)
    try:
        app = create_app(settings)
        listening = listen(host, port)
    except (SelonError, OSError) as error:
        click.echo(f"selon: {error}", err=True)
        sys.exit(1)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}/"
    click.echo(f"Selon serves {record} at {address} (Ctrl-C ends it)")
    if opens:
        click.launch(address)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, proxy_headers=False, timeout_keep_alive=15,
        h11_max_incomplete_event_size=64_000, ws="none",
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; made here, so that a port that is taken is said plainly and a free one is known."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # with the protocol named, asyncio sends the second half of an answer without waiting for the first one's receipt
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(WAITING)
    except OSError as error:
        listening.close()
        raise OSError(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port or --host") from None
    return listening
