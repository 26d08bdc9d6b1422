"""The command line: one file a command; this one gathers them."""

from __future__ import annotations

import click

from selon.cli.follow import follow
from selon.cli.read import read


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="selon", message="selon %(version)s")
def main() -> None:
    """Selon reads pages of news and returns who said what about whom.

    \b
    Start with:
      selon read article.txt
      selon read --help
    """


main.add_command(read)
main.add_command(follow)
