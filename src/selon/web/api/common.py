"""What the API's parts share: the record, kinds of parameters, and lists that come in parts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import StreamingResponse

from selon.errors import RecordError
from selon.web.faults import as_problem
from selon.web.handling import MAX_ID
from selon.web.pool import Records
from selon.web.problems import Problem

MAX_LIMIT = 200
# Parameters that may be given several times; any of their values counts.
MANY = frozenset({"kind", "act", "outlet", "language", "stance", "event", "context", "deed_kind", "country"})
# No text is so long.
MAX_PLACE = 1_000_000_000
# Rows that a stream takes from the record at once, lending it to others in between.
STREAM_STEP = 500


def _records(request: Request) -> Records:
    records: Records = request.app.state.records
    return records


_YEAR = r"(000[1-9]|00[1-9]\d|0[1-9]\d{2}|[1-9]\d{3})"
_LEAP_YEAR = r"(\d{2}(0[48]|[2468][048]|[13579][26])|([02468][48]|[13579][26]|[2468]0)00)"
_DAY = r"(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8])"
# Days that there are, and no others: what this lets pass is a date.
DATE = rf"^({_YEAR}|{_YEAR}-(0[1-9]|1[0-2])|{_YEAR}-({_DAY})|{_LEAP_YEAR}-02-29)$"

Store = Annotated[Records, Depends(_records)]
# A number of the record's; its schema has a limit, so that what is sent fits into SQLite.
Id = Annotated[int, Path(ge=0, le=MAX_ID)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="results in one part")]
# no control characters and no lone surrogates: no words have them
Words = Annotated[str, Query(max_length=1_000, description="words in what was said; empty for everything")]
Cursor = Annotated[
    str | None, Query(pattern="^[A-Za-z0-9_-]{4,1000}$", description="`next` of the part before, in the same list")
]
Date = Annotated[str | None, Query(pattern=DATE, max_length=10, description="YYYY, YYYY-MM or YYYY-MM-DD")]
Name = Annotated[str | None, Query(max_length=200)]
Names = Annotated[list[Annotated[str, Field(max_length=200)]], Query(max_length=20)]
Place = Annotated[list[Annotated[int, Field(ge=0, le=MAX_PLACE)]], Field(min_length=2, max_length=2)]


def _published(
    outlet: Names = [],  # noqa: B006
    language: Names = [],  # noqa: B006
    since: Date = None,
    until: Date = None,
    min_confidence: Annotated[float, Query(ge=0, le=1)] = 0.0,
    debris: bool = False,
) -> dict[str, Any]:
    return {
        "outlet": tuple(outlet),
        "language": tuple(language),
        "since": since,
        "until": until,
        "min_confidence": min_confidence,
        "debris": debris,
    }


# What all questions filter by, see selon.record.published.
Shared = Annotated[dict[str, Any], Depends(_published)]


class Body(BaseModel):
    """What is sent as JSON; fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=100_000)


def once(request: Request) -> None:
    """Refuse a request that gives a parameter twice that is taken once: which one was meant?

    Raises:
        Problem: if it does.
    """
    given = Counter(name for name, _ in request.query_params.multi_items() if name not in MANY)
    twice = tuple(
        {"at": f"query.{name}", "detail": "given several times"} for name, times in given.items() if times > 1
    )
    if twice:
        raise Problem(422, "invalid", errors=twice[:20])


@contextmanager
def fitting() -> Iterator[None]:
    """Answer 409 where what is sent is well formed but does not fit the page or dossier that it is about."""
    try:
        yield
    except RecordError as error:
        problem = as_problem(error)
        raise Problem(409, "conflict", str(error)) if problem.status == 422 else problem from error


def lines(items: Iterable[Any]) -> StreamingResponse:
    """Return objects as JSON lines, sent as they come."""

    def dumped() -> Iterator[str]:
        for item in items:
            yield json.dumps(item, ensure_ascii=True, separators=(",", ":")) + "\n"

    return StreamingResponse(dumped(), media_type="application/jsonl")


JSONL: dict[int | str, dict[str, Any]] = {
    200: {"description": "One JSON object a line", "content": {"application/jsonl": {"schema": {"type": "string"}}}}
}
