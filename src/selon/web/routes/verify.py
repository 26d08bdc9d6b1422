"""Verify: whether the record has these words, from whom, and how they differ."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.errors import BusyError, RecordError, SlowQueryError
from selon.record.verify import Verification
from selon.web.questions import MAX_TEXT, questions
from selon.web.views import render

# Appearances that are shown of one quotation; the search has them all.
SHOWN = 25


def _verify(request: Request) -> Response:
    text = request.query_params.get("quotation", "").strip()
    speaker = request.query_params.get("speaker", "").strip()[:200]
    found: list[Verification] = []
    failure = ""
    if len(text) > MAX_TEXT:
        failure = f"at most {MAX_TEXT} characters at once"
    elif text:
        asked = questions(text, speaker or None)
        try:
            with request.app.state.records.reading() as record:
                found = [record.verify(one.words, speaker=one.speaker) for one in asked]
        except (SlowQueryError, BusyError):
            raise
        except RecordError as error:
            failure = str(error)
    return render(
        request, "verify.html", 422 if failure else 200, text=text[:MAX_TEXT], speaker=speaker, found=found,
        failure=failure, shown=SHOWN,
    )  # fmt: skip


ROUTES = [Route("/verify", _verify)]
