"""Pages from JSON: lines of objects (the exchange form, or any with named fields), one array, or objects in a row."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from selon.errors import InputError
from selon.page import Page
from selon.pages.options import Fields
from selon.pages.records import MAX_RECORD_BYTES, to_page

# Characters read at once from an array; doubled while an object does not end.
CHUNK = 65_536


def read_jsonl(stream: BinaryIO, name: str, fields: Fields) -> Iterator[Page | InputError]:
    """Yield a page a line, or for a line that is none the error that says why; ``name`` goes into messages.

    What earlier readings found on the pages (attributions and the like) is not taken over.
    """
    for number, line in enumerate(_lines(stream), 1):
        place = f"{name}, line {number}"
        if line is None:
            yield InputError(f"{place}: longer than {MAX_RECORD_BYTES // 1_000_000} MB, no page of news")
            continue
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            continue
        try:
            yield to_page(json.loads(line), fields, place)
        except InputError as error:
            yield error
        except (ValueError, RecursionError) as error:
            yield InputError(f"{place}: not JSON ({str(error)[:100]})")


def read_json(stream: BinaryIO, name: str, fields: Fields) -> Iterator[Page | InputError]:
    """Yield the pages of an array of objects, or of objects over several lines, holding one in memory at a time.

    JSON that breaks off or is none ends the reading with an error, for nothing says where the next object begins.
    """
    number = 0
    try:
        for number, value in enumerate(_values(stream), 1):
            try:
                yield to_page(value, fields, f"{name}, object {number}")
            except InputError as error:
                yield error
    except (ValueError, RecursionError) as error:
        yield InputError(f"{name}, object {number + 1}: not JSON ({str(error)[:100]}); reading ends here")


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a stream; None for one beyond the limit, of which the rest is passed over."""
    while line := stream.readline(MAX_RECORD_BYTES + 1):
        if len(line) <= MAX_RECORD_BYTES:
            yield line
            continue
        yield None
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_RECORD_BYTES)


def _values(stream: BinaryIO) -> Iterator[Any]:
    """The values of a top-level array, or of values in a row, each decoded as soon as it is there.

    Raises:
        ValueError: where the JSON is wrong, breaks off, or holds a value beyond the limit.
    """
    decoder, text_of = json.JSONDecoder(), codecs.getincrementaldecoder("utf-8-sig")()
    buffer, place, size, ended, in_array, first = "", 0, CHUNK, False, False, True
    while True:
        start = _skip(buffer, place, " \t\r\n" if first or not in_array else ", \t\r\n")
        if first and start < len(buffer):
            in_array, first = buffer[start] == "[", False
            place = start + in_array
            continue
        if start < len(buffer) and in_array and buffer[start] == "]":
            return
        try:
            if start == len(buffer):
                raise ValueError("the array does not end")
            value, end = decoder.raw_decode(buffer, start)
            # a number that touches the end of what was read may go on
            if end == len(buffer) and not ended:
                raise ValueError("may go on")
        except ValueError:
            if ended:
                if start == len(buffer) and not in_array:
                    return
                raise
            if len(buffer) - start > MAX_RECORD_BYTES:
                raise ValueError(f"no object ends within {MAX_RECORD_BYTES // 1_000_000} MB") from None
            data = stream.read(size)
            ended = not data
            buffer, place = buffer[start:] + text_of.decode(data, final=ended), 0
            size *= 2
            continue
        yield value
        place, size = end, CHUNK
        if place > CHUNK:
            buffer, place = buffer[place:], 0


def _skip(text: str, place: int, passed: str) -> int:
    while place < len(text) and text[place] in passed:
        place += 1
    return place
