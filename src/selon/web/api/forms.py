"""The forms of what the API gives and takes, where they are not the record's own results."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from selon.exchange.jsonl import attribution_dict
from selon.page import Attribution, Page, Span
from selon.record.correction_list import Correction
from selon.web.api.common import Body, Place

Kind = Literal["direct", "indirect", "mixed"]
Act = Literal["speech", "belief"]
ExchangeForm = dict[str, Any]


class AttributionForm(Body):
    """An attribution in the exchange form; spans are ``[start, end)`` in code points of the page's text."""

    content: Annotated[list[Place], Field(min_length=1, max_length=100)]
    cue: Annotated[list[Place], Field(max_length=1, default_factory=list)]
    source: Annotated[list[Place], Field(max_length=1, default_factory=list)]
    kind: Kind
    act: Act = "speech"
    speaker: Annotated[str | None, Field(max_length=500)] = None
    gender: Literal["f", "m"] | None = None
    nested: bool = False

    def attribution(self, page: Page) -> Attribution:
        """Return it as an attribution of ``page``, made by a person."""
        content, cue, source = (tuple(Span(*span) for span in part) for part in (self.content, self.cue, self.source))
        first, last = content[0].start, content[-1].end
        in_debris = any(region.start <= first and last <= region.end for region in page.debris)
        return Attribution(
            content,
            cue,
            source,
            self.kind,
            self.act,
            self.speaker,
            self.gender,
            self.nested,
            confidence=1.0,
            in_debris=in_debris,
        )


class CorrectionForm(BaseModel):
    """A correction: the attribution before and after it, with their words on the page."""

    id: int
    version: int
    action: Literal["change", "remove", "add"]
    before: ExchangeForm | None
    after: ExchangeForm | None
    words_before: str
    words_after: str
    who: str
    note: str
    made_at: str
    undone_at: str | None

    @classmethod
    def of(cls, correction: Correction) -> CorrectionForm:
        """Return the form of a correction of the record."""
        values = {name: getattr(correction, name) for name in cls.model_fields}
        for name in ("before", "after"):
            values[name] = values[name] and attribution_dict(values[name])
        return cls(**values)
