"""The errors that Selon raises; each message says what is wrong and what to do."""

from __future__ import annotations


class SelonError(Exception):
    """Base of all errors that a user of Selon may want to catch."""


class InputError(SelonError):
    """An input that cannot be read as pages: missing, binary, empty, in no known encoding or form."""


class LanguageError(SelonError):
    """A page in a language that Selon has no pack for, or too short to tell.

    Attributes:
        language: ISO 639-1 code of the language that the page seems to be in, or None.
    """

    def __init__(self, message: str, language: str | None = None) -> None:
        super().__init__(message)
        self.language = language


class RecordError(SelonError):
    """A record that cannot be opened, read or written, or a question that it cannot be asked."""


class NotFoundError(RecordError):
    """A page, speaker or other thing that is asked for by name and that the record does not have."""


class SlowQueryError(RecordError):
    """A question that took longer than it was given."""


class BusyError(RecordError):
    """A record that another program is writing to."""
