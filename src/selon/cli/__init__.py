"""The command line: one file a command; this one gathers them."""

from __future__ import annotations

from importlib import import_module

import click

# Each command and the file that holds it; files are loaded when their command is asked for, so that all start fast.
_COMMANDS = {
    "read": "read",
    "add": "add",
    "search": "search",
    "speakers": "speakers",
    "speaker": "speakers",
    "allegations": "allegations",
    "page": "page",
    "verify": "verify",
    "families": "families",
    "corrections": "corrections",
    "follow": "follow",
    "serve": "serve",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"selon.cli.{_COMMANDS[name]}"), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="selon", message="selon %(version)s")
def main() -> None:
    """Selon reads pages of news and returns who said what about whom.

    \b
    Start with:
      selon read article.txt          who said what on one page
      selon add articles/             keep many pages in a record
      selon search retraites          and ask it
      selon serve                     or see it in the browser
      selon verify "I was never there"  was it said so?
    """
