"""What is handed on from the record while it is being used by others."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import StreamingResponse

from selon.exchange.jsonl import to_jsonl
from selon.web.pool import Records


def corrected_pages(records: Records) -> StreamingResponse:
    """Return the pages that people corrected as annotated pages, one a line, as ``selon corrections --export`` does.

    The record is lent for one page at a time, however slowly they are taken.
    """
    with records.reading() as record:
        versions = record.corrected_versions()

    def lines() -> Iterator[str]:
        for version in versions:
            with records.reading() as record:
                page = record.page(version).page
            yield to_jsonl(page) + "\n"

    headers = {"Content-Disposition": 'attachment; filename="corrected-pages.jsonl"'}
    return StreamingResponse(lines(), media_type="application/jsonl", headers=headers)
