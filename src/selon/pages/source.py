"""Find the pages behind what a user names: files of text or JSON lines, and standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from selon.errors import InputError
from selon.page import Page
from selon.pages.jsonl import read_jsonl
from selon.pages.text import decode

# A text file larger than this is no page; it is refused before it fills the memory.
MAX_TEXT_BYTES = 64_000_000
# Bytes read to tell JSON lines from text.
PEEK = 4096

Progress = Callable[[int], None]


def open_pages(names: list[str], progress: Progress | None = None) -> Iterator[Page | InputError]:
    """Yield the pages of all inputs in order, or errors in the place of what cannot be read.

    ``-`` is standard input. JSON lines are told from text by their content. ``progress`` is called with the number
    of bytes taken each time.
    """
    for name in names:
        if name == "-":
            yield from _stream(sys.stdin.buffer, "standard input", "-", progress)
            continue
        path = Path(name)
        try:
            with path.open("rb") as file:
                yield from _stream(file, name, path.stem, progress)
        except IsADirectoryError:
            yield InputError(f"{name}: a folder; name the files in it ({name.rstrip('/')}/*.txt)")
        except FileNotFoundError:
            yield InputError(f"{name}: no such file")
        except PermissionError:
            yield InputError(f"{name}: not readable (permission denied)")
        except (OSError, ValueError) as error:
            yield InputError(f"{name!r}: {error}")


def size_of(names: list[str]) -> int | None:
    """Return the bytes of all inputs together, or None where that is not known beforehand."""
    total = 0
    for name in names:
        try:
            path = Path(name)
            if name == "-" or not path.is_file():
                return None
            total += path.stat().st_size
        except (OSError, ValueError):
            return None
    return total


def _stream(file: BinaryIO, name: str, id: str, progress: Progress | None) -> Iterator[Page | InputError]:
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(file)  # type: ignore[type-var]
    head = buffered.peek(PEEK)[:PEEK]
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b'{"') or name.endswith((".jsonl", ".ndjson")):
        yield from read_jsonl(_counted(buffered, progress), name)
        return
    data = buffered.read(MAX_TEXT_BYTES + 1)
    if progress:
        progress(len(data))
    if len(data) > MAX_TEXT_BYTES:
        yield InputError(
            f"{name}: larger than {MAX_TEXT_BYTES // 1_000_000} MB, no page of news; use JSON lines for many pages"
        )
        return
    try:
        yield Page(decode(data, name), id=id)
    except InputError as error:
        yield error


def _counted(file: BinaryIO, progress: Progress | None) -> Iterator[bytes]:
    for number, line in enumerate(file):
        if progress:
            progress(len(line))
        yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
