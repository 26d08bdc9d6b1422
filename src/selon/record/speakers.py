"""Speakers over all pages: who they are, what they are called, how much they say."""

from __future__ import annotations

import sqlite3
from typing import Any

from selon.errors import NotFoundError
from selon.record.names import name_key
from selon.record.published import Published
from selon.record.results import SpeakerCount, SpeakerInfo
from selon.record.wording import folded_words

# Values of each list of a speaker's page.
TOP = 20
# Speakers with one name that a search may mean; more than bear the commonest surname in a year of a newspaper.
MAX_MEANT = 50

_SAID = """
FROM attribution
JOIN name USING (name_id)
JOIN speaker USING (speaker_id)
JOIN version ON version.version_id = attribution.version_id
JOIN page ON page.latest = version.version_id
WHERE attribution.replaced_by IS NULL AND NOT attribution.in_debris
"""
_COUNTS = f"""
SELECT speaker.speaker_id, speaker.name, speaker.kind, speaker.gender, speaker.wikidata,
       count(*) AS attributions, count(DISTINCT version.version_id) AS pages,
       min(version.first_day) AS first, max(version.first_day) AS last
{_SAID}
"""


def speaker(connection: sqlite3.Connection, name: str | int, during: Published) -> SpeakerInfo:
    """Return one speaker in full; ``outlets``, ``beside`` and ``about`` count pages of the time of ``during``.

    Raises:
        RecordError: if nobody is called that, or a date is none.
    """
    speaker_id = name if isinstance(name, int) else the_speaker(connection, name)
    row = connection.execute(
        f"{_COUNTS} AND speaker.speaker_id = ? GROUP BY speaker.speaker_id", (speaker_id,)
    ).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT speaker_id, name, kind, gender, wikidata, 0, 0, NULL, NULL FROM speaker WHERE speaker_id = ?",
            (speaker_id,),
        ).fetchone()
    if row is None:
        raise NotFoundError(f"no speaker {name} in this record")

    values: dict[str, Any] = {"id": speaker_id, "top": TOP}
    then = "".join(f" AND {condition}" for condition in during.on_pages(values))

    def counted(columns: str, rest: str) -> tuple[tuple[str, int], ...]:
        rows = connection.execute(f"SELECT {columns} {rest}", values)
        return tuple((str(value), int(times)) for value, times in rows)

    here = f"{_SAID} AND speaker.speaker_id = :id"
    most = "ORDER BY 2 DESC, 1 LIMIT :top"
    pages = f"SELECT DISTINCT version.version_id {here}{then}"
    beside = """
        FROM attribution JOIN name USING (name_id) JOIN speaker USING (speaker_id)
        WHERE attribution.replaced_by IS NULL AND NOT in_debris AND speaker.speaker_id <> :id"""
    return SpeakerInfo(
        count=_count(connection, row),
        names=counted(
            "name, sum(pages)", "FROM name WHERE speaker_id = :id AND pages > 0 GROUP BY name ORDER BY 2 DESC, 1"
        ),
        months=counted(
            "substr(version.first_day, 1, 7), count(*)",
            f"{here} AND substr(version.first_day, 1, 7) = substr(version.last_day, 1, 7) GROUP BY 1 ORDER BY 1",
        ),
        outlets=counted("version.outlet, count(*)", f"{here}{then} AND version.outlet NOT NULL GROUP BY 1 {most}"),
        beside=counted(
            "speaker.name, count(DISTINCT attribution.version_id)",
            f"{beside} AND attribution.version_id IN ({pages}) GROUP BY speaker.speaker_id {most}",
        ),
        about=counted(
            "other.name, count(DISTINCT attribution.attribution_id)",
            f"""{_ABOUT} AND speaker.speaker_id = :id AND other.speaker_id <> :id
            AND attribution.version_id IN ({pages}) GROUP BY other.speaker_id {most}""",
        ),
    )


def genders(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many attributions are to people of each gender, where pages show it."""
    rows = connection.execute(f"SELECT speaker.gender, count(*) {_SAID} AND speaker.kind = 'person' GROUP BY 1")
    return {str(gender): int(count) for gender, count in rows if gender}


# Whom contents name: mentions of other speakers of the page that lie inside them.
_ABOUT = """
FROM attribution
JOIN name USING (name_id)
JOIN speaker USING (speaker_id)
JOIN page ON page.latest = attribution.version_id
JOIN mention ON mention.version_id = attribution.version_id
JOIN json_each(mention.spans) AS place
    ON json_extract(place.value, '$[0]') >= attribution.start AND json_extract(place.value, '$[1]') <= attribution."end"
JOIN name AS mentioned ON mentioned.name_id = mention.name_id
JOIN speaker AS other ON other.speaker_id = mentioned.speaker_id
WHERE attribution.replaced_by IS NULL AND NOT attribution.in_debris
"""


def find_speakers(connection: sqlite3.Connection, name: str, *, any_name: bool = False) -> list[int]:
    """Return the numbers of the speakers whom ``name`` may mean, those of most pages first.

    Whoever the name is linked to; if that is nobody (or with ``any_name``), all whose names contain all of its words.
    """
    exact: list[tuple[int, str, str]] = []
    if not any_name:
        keys = {name_key(name, "person").text, name_key(name, "unknown").text}
        marks = ", ".join("?" * len(keys))
        exact = connection.execute(
            f"SELECT DISTINCT speaker.speaker_id, speaker.key, speaker.kind FROM name JOIN speaker USING (speaker_id)"
            f" WHERE name.key IN ({marks}) UNION SELECT speaker_id, key, kind FROM speaker WHERE key IN ({marks})",
            (*keys, *keys),
        ).fetchall()
        # a surname that several share is linked to none of them: all are meant
        if exact and not any(name_key(name, "person").short and row[1] in keys and row[2] == "person" for row in exact):
            return [int(row[0]) for row in exact]
    wanted = folded_words(name)
    if not wanted:
        return []
    found: list[tuple[int, int]] = connection.execute(
        "SELECT speaker_id, sum(pages) FROM name WHERE speaker_id NOT NULL AND "
        + " AND ".join("' ' || key || ' ' LIKE ?" for _ in wanted)
        + " GROUP BY speaker_id ORDER BY 2 DESC, 1 LIMIT ?",
        (*(f"% {word} %" for word in wanted), MAX_MEANT),
    ).fetchall()
    return [int(row[0]) for row in found or exact]


def the_speaker(connection: sqlite3.Connection, name: str) -> int:
    """Return the number of the speaker whom ``name`` means; the one on most pages of several.

    Raises:
        RecordError: if nobody is called that.
    """
    exact = connection.execute("SELECT speaker_id FROM speaker WHERE name = ?", (name,)).fetchall()
    found = [int(row[0]) for row in exact] if len(exact) == 1 else find_speakers(connection, name)
    if not found:
        raise NotFoundError(f"no speaker called '{name}' in this record; look with: selon speakers")
    return found[0]


def names_of(connection: sqlite3.Connection, speaker_id: int) -> list[str]:
    """Return the names that pages give a speaker, the commonest first."""
    rows = connection.execute(
        "SELECT name, sum(pages) AS pages FROM name WHERE speaker_id = ? AND pages > 0"
        " GROUP BY name ORDER BY pages DESC, name",
        (speaker_id,),
    )
    return [str(name) for name, _ in rows]


def _count(connection: sqlite3.Connection, row: tuple[Any, ...]) -> SpeakerCount:
    return SpeakerCount(*(*row, tuple(names_of(connection, row[0])[:TOP])))
