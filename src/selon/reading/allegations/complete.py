"""Complete allegations by what their words tell: the time in EDTF, the event, contexts, kind of deed, whose actors."""

from __future__ import annotations

from dataclasses import replace

from selon.page import Actor, Allegation, Page, Speaker
from selon.reading.actors import appositions, kind_of, load_actors
from selon.reading.events import classify, load_events
from selon.reading.times import combine, find_times, load_times


def completed(page: Page, language: str) -> tuple[Allegation, ...]:
    """Return the allegations of a page that was read, with all that follows from their spans and the page's date."""
    if not page.allegations:
        return ()
    speakers = {speaker.name: speaker for speaker in page.speakers}
    return tuple(_completed(page, allegation, language, speakers) for allegation in page.allegations)


def _completed(page: Page, allegation: Allegation, language: str, speakers: dict[str, Speaker]) -> Allegation:
    words = load_times(language)
    times = [time for span in allegation.when for time in find_times(page.text, *span, page.date, words)]
    carrying = page.attributions[allegation.attribution] if allegation.attribution is not None else None
    event = classify(
        allegation.stance,
        page.words(carrying.cue) if carrying else "",
        page.words((*allegation.deed, *allegation.means), " "),
        page.words(allegation.evidence),
        load_events(language),
    )
    return replace(
        allegation,
        accuser=_actor(page, allegation.accuser, language, speakers),
        accused=_actor(page, allegation.accused, language, speakers),
        time=combine(times),
        event=event.type,
        contexts=tuple(event.contexts),
        deed_kind=event.deed_kind,
    )


def _actor(page: Page, actor: Actor | None, language: str, speakers: dict[str, Speaker]) -> Actor | None:
    if actor is None:
        return None
    words = load_actors(language)
    speaker = speakers.get(actor.name)
    mentions = sorted({*actor.spans, *(speaker.mentions if speaker else ())})
    kind = kind_of(actor.name, appositions(page.text, mentions, words), words)
    return replace(actor, country=kind.country, sector=kind.sector)
