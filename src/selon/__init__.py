"""Selon reads pages of news and returns who said what: every quotation, paraphrase and claim with its speaker.

>>> import selon
>>> page = selon.read("Selon le ministère, la route restera fermée jusqu'à lundi.")
>>> page.attributions[0].speaker, page.words(page.attributions[0].content)
('le ministère', "la route restera fermée jusqu'à lundi")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from selon.errors import InputError, LanguageError, NotFoundError, RecordError, SelonError
from selon.page import (
    Act,
    Actor,
    Allegation,
    Attribution,
    Gender,
    Kind,
    Page,
    Region,
    RegionKind,
    Span,
    Speaker,
    SpeakerKind,
    Stance,
)
from selon.reading.reader import Reader, read

if TYPE_CHECKING:
    from selon.record.allegation_filters import AllegationFilters
    from selon.record.found import Filters
    from selon.record.record import Record
    from selon.record.rules import Person

__version__ = "0.1.0"

__all__ = [
    "Act",
    "Actor",
    "Allegation",
    "AllegationFilters",
    "Attribution",
    "Filters",
    "Gender",
    "InputError",
    "Kind",
    "LanguageError",
    "NotFoundError",
    "Page",
    "Person",
    "Reader",
    "Record",
    "RecordError",
    "Region",
    "RegionKind",
    "SelonError",
    "Span",
    "Speaker",
    "SpeakerKind",
    "Stance",
    "__version__",
    "read",
]

# What is loaded when it is first used, since reading does without the record.
_LATER = {
    "AllegationFilters": "selon.record.allegation_filters",
    "Filters": "selon.record.search",
    "Person": "selon.record.rules",
    "Record": "selon.record.record",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module 'selon' has no attribute '{name}'")
