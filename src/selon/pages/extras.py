"""Libraries that come with an extra: imported when needed, and what to install said where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from selon.errors import InputError


def need(module: str, extra: str, what: str) -> Any:
    """Return the imported ``module``.

    Raises:
        InputError: if it is not installed; says which extra brings it. ``what`` is what it is needed for.
    """
    try:
        return import_module(module)
    except ImportError as error:
        # the module that is missing may be one that the module itself imports
        raise InputError(
            f"{what} needs {error.name or module}; install it with: pip install 'selon[{extra}]'"
        ) from None
