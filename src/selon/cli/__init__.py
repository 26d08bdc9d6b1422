"""The command line: one file a command; this one gathers them."""

from __future__ import annotations

import click

from selon.cli.add import add
from selon.cli.families import families
from selon.cli.follow import follow
from selon.cli.page import page
from selon.cli.read import read
from selon.cli.search import search
from selon.cli.serve import serve
from selon.cli.speakers import speaker, speakers
from selon.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="selon", message="selon %(version)s")
def main() -> None:
    """Selon reads pages of news and returns who said what about whom.

    \b
    Start with:
      selon read article.txt          who said what on one page
      selon add articles/             keep many pages in a record
      selon search retraites          and ask it
      selon serve                     or see it in the browser
    """


for command in (read, follow, add, search, speakers, speaker, page, verify, families, serve):
    main.add_command(command)
