"""Allegations: who accuses whom of what, and two sides against each other."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from selon.record.allegation_filters import AllegationFilters
from selon.record.allegation_results import AllegationHit, CounterAccusation, Turn
from selon.web.api.common import Cursor, Date, Limit, Name, Names, Shared, Store, Words
from selon.web.cursors import after, following

router = APIRouter(tags=["allegations"])

Side = Annotated[str, Query(min_length=1, max_length=200)]


Countries = Annotated[list[Annotated[str, Field(pattern="^[A-Za-z]{2}$")]], Query(max_length=20)]
Stances = Annotated[list[Literal["accuses", "denies", "admits"]], Query(max_length=3)]
# Turns of two sides that are returned at most; narrower dates show the others.
MAX_TURNS = 500


class Allegations(BaseModel):
    """A part of the allegations found; ``total`` counts all."""

    total: int
    results: list[AllegationHit]
    next: str | None


class Sides(BaseModel):
    """Two sides' turns in the order of time; ``total`` counts all, of which the first are here."""

    sides: tuple[str, str]
    total: int
    turns: list[Turn]


class Pairs(BaseModel):
    """Pairs who accuse each other, those with the most allegations first; ``total`` counts all."""

    total: int
    results: list[CounterAccusation]


def _filters(
    shared: Shared,
    accuser: Name = None,
    accused: Name = None,
    actor: Name = None,
    speaker: Name = None,
    stance: Stances = [],  # noqa: B006
    event: Names = [],  # noqa: B006
    context: Names = [],  # noqa: B006
    deed_kind: Names = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    done_since: Date = None,
    done_until: Date = None,
    hedged: bool = False,
) -> AllegationFilters:
    return AllegationFilters(
        accuser=accuser,
        accused=accused,
        actor=actor,
        speaker=speaker,
        stance=tuple(stance),
        event=tuple(event),
        context=tuple(context),
        deed_kind=tuple(deed_kind),
        country=tuple(country),
        done_since=done_since,
        done_until=done_until,
        hedged=hedged,
        **shared,
    )


Wanted = Annotated[AllegationFilters, Depends(_filters)]


@router.get("/allegations")
def allegations(
    records: Store, filters: Wanted, q: Words = "", limit: Limit = 20, cursor: Cursor = None
) -> Allegations:
    """Find who accuses whom of what; the same allegation on several pages is returned once."""
    with records.reading() as record:
        found = record.allegations(q, filters, limit=limit, after=after(cursor, "allegations"))
    return Allegations(total=found.total, results=list(found), next=following(found.next, "allegations"))


@router.get("/allegations/between")
def between(records: Store, filters: Wanted, one: Side, other: Side, q: Words = "") -> Sides:
    """Set the accusations, denials and admissions of two sides against each other, in the order of time.

    A side is a speaker's name, several parted by ``|``, or a country's name or code, which stands for its actors.
    """
    with records.reading() as record:
        dispute = record.between(one, other, q, filters, limit=MAX_TURNS)
    return Sides(sides=dispute.sides, total=dispute.turns.total, turns=list(dispute.turns))


@router.get("/allegations/pairs")
def pairs(
    records: Store, filters: Wanted, q: Words = "", by: Literal["speaker", "country"] = "speaker", limit: Limit = 20
) -> Pairs:
    """Return pairs who accuse each other: speakers, or countries."""
    with records.reading() as record:
        found = record.counter_accusations(q, filters, by=by, limit=limit)
    return Pairs(total=found.total, results=list(found))
