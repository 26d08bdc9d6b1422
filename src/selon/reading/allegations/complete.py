"""Complete allegations by what their words tell: the time in EDTF, the event, contexts, kind of deed, whose actors."""

from __future__ import annotations

from dataclasses import replace

from selon.page import Actor, Allegation, Page
from selon.reading.actors import Kind, appositions, kind_of, load_actors
from selon.reading.events import classify, load_events
from selon.reading.times import combine, find_times, load_times


def completed(page: Page, language: str) -> tuple[Allegation, ...]:
    """Return the allegations of a page that was read, with all that follows from their spans and the page's date."""
    kinds = _kinds(page, language) if page.allegations else {}
    return tuple(_completed(page, allegation, language, kinds) for allegation in page.allegations)


def _kinds(page: Page, language: str) -> dict[str, Kind]:
    """Country and sector of each actor, by all places of the page that name it."""
    words = load_actors(language)
    mentions = {speaker.name: set(speaker.mentions) for speaker in page.speakers}
    actors = [actor for one in page.allegations for actor in (one.accuser, one.accused) if actor is not None]
    for actor in actors:
        mentions.setdefault(actor.name, set()).update(actor.spans)
    names = {actor.name for actor in actors}
    return {name: kind_of(name, appositions(page.text, sorted(mentions[name]), words), words) for name in names}


def _completed(page: Page, allegation: Allegation, language: str, kinds: dict[str, Kind]) -> Allegation:
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
        accuser=_actor(allegation.accuser, kinds),
        accused=_actor(allegation.accused, kinds),
        time=combine(times),
        event=event.type,
        contexts=tuple(event.contexts),
        deed_kind=event.deed_kind,
    )


def _actor(actor: Actor | None, kinds: dict[str, Kind]) -> Actor | None:
    return actor and replace(actor, country=kinds[actor.name].country, sector=kinds[actor.name].sector)
