"""What could not be read: named on standard error as it happens, counted for the end."""

from __future__ import annotations

import sys

import click


class Failures:
    """Counts and reports failures; ``what`` names them in the last line, such as ``input``."""

    def __init__(self, what: str = "input") -> None:
        self.what = what
        self.count = 0

    def report(self, message: str) -> None:
        """Print one failure on standard error; control characters in it are shown as U+FFFD."""
        self.count += 1
        shown = "".join(c if c.isprintable() else "\ufffd" for c in message)
        click.echo(f"selon: {shown}", err=True)

    def finish(self) -> None:
        """Print the count and leave with exit code 1, if anything failed."""
        if self.count:
            click.echo(f"selon: {self.count} {self.what}{'s' * (self.count > 1)} not read", err=True)
            sys.exit(1)
