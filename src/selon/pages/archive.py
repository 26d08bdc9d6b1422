"""What a ZIP archive holds, read in place: nothing is unpacked to disk, and no path in it is ever written to."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from selon.errors import InputError
from selon.pages.streams import Unpacking, refuse_bombs

# More members than this are no collection of pages; the directory alone would fill the memory.
MAX_MEMBERS = 200_000


def read_zip(file: IO[bytes], name: str, size: int) -> Iterator[tuple[str, Unpacking] | InputError]:
    """Yield the path and the stream of each file in an archive of ``size`` bytes, sorted; folders are passed over.

    What the members unpack to is counted over all of them: an archive that grows out of proportion ends with an error.
    """
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield InputError(f"{name}: damaged or truncated ZIP archive ({error})")
        return
    if len(members) > MAX_MEMBERS:
        yield InputError(f"{name}: holds more than {MAX_MEMBERS:,} files; make several archives of it")
        return
    if any(member.filename == "[Content_Types].xml" for member in members):
        yield InputError(f"{name}: this is an office document, not pages; save it as text or CSV")
        return
    if not any(not member.is_dir() for member in members):
        yield InputError(f"{name}: an empty archive")
    bomb = _Count(name, size)
    for member in sorted(members, key=lambda member: member.filename):
        if member.is_dir():
            continue
        place = f"{name}/{member.filename}"
        if member.flag_bits & 1:
            yield InputError(f"{place}: encrypted")
            continue
        try:
            stream = _Member(archive.open(member), place, bomb)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            yield InputError(f"{place}: damaged, or packed in an unknown way ({error})")
            continue
        yield member.filename, stream
        if bomb.exploded:
            return


class _Count:
    """Bytes that the members of an archive have unpacked to."""

    def __init__(self, name: str, packed: int) -> None:
        self._name = name
        self._packed = packed
        self._unpacked = 0
        self.exploded = False

    def add(self, size: int) -> None:
        self._unpacked += size
        try:
            refuse_bombs(self._unpacked, self._packed, self._name)
        except InputError:
            self.exploded = True
            raise


class _Member(Unpacking):
    def __init__(self, file: IO[bytes], place: str, count: _Count) -> None:
        self._file = file
        self._place = place
        self._count = count

    def unpack(self, size: int) -> bytes:
        try:
            data = self._file.read(min(size, io.DEFAULT_BUFFER_SIZE * 8))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise InputError(f"{self._place}: damaged or truncated in its archive ({error})") from None
        self._count.add(len(data))
        return data
