"""What the API's parts share: the record, kinds of parameters, and lists that come in parts."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import StreamingResponse

from selon.web.handling import MAX_ID
from selon.web.pool import Records
from selon.web.problems import Problem

MAX_LIMIT = 200
# Results further on are streamed, not paged to.
MAX_OFFSET = 1_000_000
# Rows that a stream takes from the record at once, lending it to others in between.
STREAM_STEP = 500


def _records(request: Request) -> Records:
    records: Records = request.app.state.records
    return records


Store = Annotated[Records, Depends(_records)]
# A number of the record's; its schema has a limit, so that what is sent fits into SQLite.
Id = Annotated[int, Path(ge=0, le=MAX_ID)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="results in one part")]
# no control characters and no lone surrogates: no words have them
Words = Annotated[str, Query(max_length=1_000, description="words in what was said; empty for everything")]
Cursor = Annotated[str | None, Query(max_length=100, description="`next` of the part before")]
Date = Annotated[str | None, Query(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?)?$", max_length=10)]
Place = Annotated[list[Annotated[int, Field(ge=0, le=MAX_ID)]], Field(min_length=2, max_length=2)]


class Body(BaseModel):
    """What is sent as JSON; fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=100_000)


def after(cursor: str | None) -> int:
    """Return how many results come before the part that a cursor leads to.

    Raises:
        Problem: if no part before gave this cursor.
    """
    if cursor is None:
        return 0
    try:
        place = json.loads(base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        place = None
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place <= MAX_ID:
        raise Problem(400, "invalid", "cursor must be the `next` of a part before")
    return place


def cursor_of(place: int) -> str:
    """Return the cursor that leads to the part from ``place`` on."""
    return base64.b64encode(json.dumps(place).encode(), altchars=b"-_").decode()


def following(offset: int, count: int, total: int) -> str | None:
    """Return the cursor of the next part, or None if this was the last one."""
    end = offset + count
    return cursor_of(end) if count and end < total and end <= MAX_OFFSET else None


def lines(items: Iterable[Any]) -> StreamingResponse:
    """Return objects as JSON lines, sent as they come."""

    def dumped() -> Iterator[str]:
        for item in items:
            yield json.dumps(item, ensure_ascii=True, separators=(",", ":")) + "\n"

    return StreamingResponse(dumped(), media_type="application/jsonl")


JSONL: dict[int | str, dict[str, Any]] = {
    200: {"description": "One JSON object a line", "content": {"application/jsonl": {"schema": {"type": "string"}}}}
}
