"""What an error means to whoever sent the request."""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException

from selon.errors import BusyError, InputError, LanguageError, NotFoundError, SelonError, SlowQueryError
from selon.web.problems import Problem

_log = logging.getLogger("selon.web")


def as_problem(error: Exception) -> Problem:
    """Return what went wrong as a problem; what is Selon's own fault is logged, and tells the visitor nothing else."""
    match error:
        case Problem():
            return error
        case HTTPException(status_code=404):
            return Problem(404, "not_found")
        case HTTPException(status_code=405):
            return Problem(405, "method", headers=dict(error.headers or {}))
        case HTTPException():
            return Problem(error.status_code, "invalid", str(error.detail))
        case SlowQueryError():
            return Problem(503, "slow", headers={"Retry-After": "60"})
        case BusyError():
            return Problem(503, "busy", headers={"Retry-After": "2"})
        case InputError() | LanguageError():
            return Problem(422, "unreadable", str(error))
        case NotFoundError():
            return Problem(404, "not_found", str(error))
        case SelonError():
            return Problem(422, "invalid", str(error))
        case _:
            _log.error("an unexpected error", exc_info=error)
            return Problem(500, "internal")
