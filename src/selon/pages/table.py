"""Pages from tables: CSV and its kin, and Parquet, one page a row."""

from __future__ import annotations

import codecs
import csv
import dataclasses
import io
from collections.abc import Iterator
from typing import IO, Any, BinaryIO

from selon.errors import InputError
from selon.page import Page
from selon.pages.extras import need
from selon.pages.options import Fields
from selon.pages.records import MAX_RECORD_BYTES, SHOWN, to_page
from selon.pages.sniff import DELIMITERS, delimiter_of
from selon.pages.streams import Prefixed
from selon.pages.text import guess_encoding

# Bytes looked at to tell the encoding of a table.
SAMPLE = 65_536
# Characters of one field, and of one line; a page is never longer, an unclosed quotation mark soon is.
MAX_FIELD = MAX_RECORD_BYTES
# Rows of a Parquet file held in memory at once: few enough for pages of 100 KB, enough to be fast.
BATCH_ROWS = 256
# Bytes of each column of Parquet read at once; without this a whole row group, often all of the file, is.
BUFFER = 1_000_000


def read_csv(stream: BinaryIO, name: str, fields: Fields, encoding: str | None = None) -> Iterator[Page | InputError]:
    """Yield a page a row, or for a row that holds none the error that says why.

    The first line names the columns; the delimiter (comma, semicolon, tab or stroke) is told from it. Without
    ``encoding`` that is told from the first bytes; single fields in another one are read as Windows-1252.
    """
    head = stream.read(SAMPLE)
    text = io.TextIOWrapper(
        io.BufferedReader(Prefixed(head, stream)),
        encoding=encoding or _encoding(head, name),
        errors="surrogateescape",
        newline="",
    )
    lines = _Lines(text)
    first = next(lines, "")
    delimiter = delimiter_of(first, fields.text) or max(DELIMITERS, key=first.count)
    columns = [_repaired(cell).strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    if fields.text not in columns:
        found = ", ".join(columns[:SHOWN]) or "none"
        yield InputError(f'{name}: no column "{fields.text}" (columns: {found[:200]}); name it with --text-field')
        return
    csv.field_size_limit(MAX_FIELD)
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        place = f"{name}, line {lines.number + 1}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield InputError(f"{place}: {error}; is a quotation mark not closed?")
            continue
        except InputError as error:
            yield InputError(f"{place}: {error}")
            # a new reader, for the old one may be inside a quotation
            rows = csv.reader(lines, delimiter=delimiter)
            continue
        if not any(row):
            continue
        yield _row(row, columns, fields, place)


def read_parquet(file: IO[bytes], name: str, fields: Fields) -> Iterator[Page | InputError]:
    """Yield a page a row of a Parquet file that can be sought in, reading only the columns that a page has."""
    parquet = need("pyarrow.parquet", "tables", "reading Parquet")
    arrow = need("pyarrow", "tables", "reading Parquet")
    number = 0
    try:
        table = parquet.ParquetFile(
            arrow.PythonFile(file, mode="r"), memory_map=False, pre_buffer=False, buffer_size=BUFFER
        )
        columns = table.schema_arrow.names
        wanted = {value for value in _names(fields) if value in columns}
        wanted |= {value.split(".")[0] for value in _names(fields) if value.split(".")[0] in columns}
        if "lang" in columns:
            wanted.add("lang")
        if fields.text.split(".")[0] not in wanted:
            found = ", ".join(columns[:SHOWN]) or "none"
            yield InputError(f'{name}: no column "{fields.text}" (columns: {found[:200]}); name it with --text-field')
            return
        for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=sorted(wanted), use_threads=False):
            for record in batch.to_pylist():
                number += 1
                try:
                    yield to_page(record, fields, f"{name}, row {number}")
                except InputError as error:
                    yield error
    except (arrow.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:150]
        yield InputError(f"{name}, after row {number}: damaged or no Parquet ({reason}); reading ends here")


def _names(fields: Fields) -> list[str]:
    return [getattr(fields, field.name) for field in dataclasses.fields(fields)]


def _row(row: list[str], columns: list[str], fields: Fields, place: str) -> Page | InputError:
    if len(row) > len(columns):
        return InputError(f"{place}: {len(row)} cells for {len(columns)} columns; is a text not in quotation marks?")
    record: dict[str, Any] = {column: _repaired(cell) or None for column, cell in zip(columns, row, strict=False)}
    try:
        return to_page(record, fields, place)
    except InputError:
        return InputError(f'{place}: no text in column "{fields.text}"')


def _repaired(cell: str) -> str:
    """A cell whose bytes were wrong in the table's encoding, read as Windows-1252."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return cell


def _encoding(head: bytes, name: str) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return encoding
    try:
        # a character may be cut at the end of the sample
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return guess_encoding(head, name)
    return "utf-8"


class _Lines:
    """The lines of a text, counted, each of bounded length."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_FIELD + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > MAX_FIELD:
            while line and not line.endswith(("\n", "\r")):
                line = self._text.readline(MAX_FIELD)
            raise InputError(f"longer than {MAX_FIELD // 1_000_000} MB, no page of news")
        return line
