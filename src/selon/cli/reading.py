"""Options of every command that reads pages: in which language, how sure, and how thoroughly."""

from __future__ import annotations

from collections.abc import Callable

import click

from selon.languages.pack import available


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--language`` (a code with a pack, or None), ``--min-confidence`` (0 to 1), ``--thorough``."""
    language = click.option(
        "--language",
        metavar="CODE",
        callback=_language,
        help="Read every page in this language (fr, en) instead of telling it from the words.",
    )
    confidence = click.option(
        "--min-confidence",
        type=click.FloatRange(0, 1),
        default=0.0,
        metavar="P",
        help="Leave out attributions less sure than P, from 0 to 1.",
    )
    thorough = click.option(
        "--thorough",
        is_flag=True,
        help="Read who accuses whom with the large model: finds more, and takes twenty times as long.",
    )
    return language(confidence(thorough(command)))


def _language(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in available():
        raise click.BadParameter(f"no language pack for '{value}'; there are: {', '.join(available())}")
    return value
