"""What the commands over a record share: which record, how results are shown, how errors end them."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from selon.errors import SelonError
from selon.record.record import Record

# The file that commands use where none is named.
DEFAULT = "selon.db"


def record_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--record``, which it receives as ``record``, a path."""
    return click.option(
        "--record",
        envvar="SELON_RECORD",
        default=DEFAULT,
        show_default=True,
        metavar="FILE",
        help="The record; SELON_RECORD in the environment names another default.",
    )(command)


def format_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--format``, which it receives as ``form``: text, jsonl or csv."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "jsonl", "csv"]),
        help="Output; text in a terminal, jsonl in a pipe.",
    )(command)


_PUBLISHED: list[Callable[..., Any]] = [
    click.option("--outlet", multiple=True, metavar="NAME", help="Published by NAME; may be given several times."),
    click.option("--language", multiple=True, metavar="CODE", help="On pages in this language (fr, en)."),
    click.option("--since", metavar="DATE", help="On pages of DATE or later (2017, 2017-06, 2017-06-03)."),
    click.option("--until", metavar="DATE", help="On pages of DATE or earlier."),
    click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, metavar="P", help="At least so sure."),
    click.option("--debris", is_flag=True, help="Also in other articles' headlines and the like."),
    click.option("--all-versions", is_flag=True, help="Also on earlier versions of pages."),
]


def filter_options(own: Sequence[Callable[..., Any]]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the filters of its ``own`` and, after them, those of where and when pages were published."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed([*own, *_PUBLISHED]):
            command = option(command)
        return command

    return decorate


@contextmanager
def opened(path: str, *, read_only: bool = True) -> Iterator[Record]:
    """Open the record and end the command with a message where that or a question fails."""
    try:
        with Record(path, read_only=read_only) as record:
            yield record
    except SelonError as error:
        click.echo(f"selon: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except KeyboardInterrupt:
        sys.exit(130)


def chosen(form: str | None) -> str:
    """Return the form of the output: the one chosen, else text in a terminal and JSON lines in a pipe."""
    return form or ("text" if sys.stdout.isatty() else "jsonl")


def in_colour() -> bool:
    """Tell whether the output may be coloured."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def emit(lines: Iterable[str]) -> None:
    """Write lines to standard output in UTF-8 whatever the locale."""
    for line in lines:
        sys.stdout.buffer.write(f"{line}\n".encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def table(rows: Iterable[dict[str, Any]], form: str) -> Iterator[str]:
    """Yield rows as JSON lines or CSV; lists in CSV are parted by ``|``."""
    first = True
    for row in rows:
        if form == "jsonl":
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            continue
        if first:
            yield _csv(row)
            first = False
        yield _csv([_cell(value) for value in row.values()])


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return "|".join(str(one) for one in value)
    # a cell that begins so would be run as a formula by spreadsheets
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


def _csv(values: Sequence[Any] | dict[str, Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(values))
    return line.getvalue()
