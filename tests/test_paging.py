"""Lists in parts: whatever is added between two of them, nothing is shown twice and nothing is left out."""

import base64
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

import selon
from selon import Actor, Allegation, Attribution, Span, Speaker
from selon.web.app import create_app
from selon.web.settings import Settings

DEEDS = ("détourné le canal", "vendu les vannes", "caché le rapport", "payé la presse", "brûlé les archives")


def page(number, date):
    """A page on which somebody with a name of their own is quoted, quotes what others print, and accuses somebody."""
    name = f"Nora {chr(65 + number % 26)}{'abcdefghij'[number // 26]}rel"
    shared = " ".join(
        f"{word}{chr(97 + number // 2)}"
        for word in ["nul", "ne", "décidera", "sans", "ceux", "qui", "habitent", "cette", "vallée"]
    )
    shared += " autrement" * (number >= 40 and number % 2)
    deed = DEEDS[number % len(DEEDS)]
    parts = [
        f"« La digue {'tiendra ' * (1 + number % 3)}», dit {name}.",
        f"« {shared} ».",
        f"Karim Benali a {deed} {number}.",
    ]
    text = " ".join(parts)

    def span(words):
        return Span(text.index(words), text.index(words) + len(words))

    return selon.Page(
        text, id=f"p{number}", language="fr", outlet=f"Journal {number}", date=date,
        attributions=(
            said((span(f"La digue {'tiendra ' * (1 + number % 3)}"),), (span("dit"),), (span(name),), name),
            said((span(shared),), (), (), None),
        ),
        speakers=(Speaker(name, "person", None, (span(name),)),),
        allegations=(
            Allegation(
                span(parts[2]), "accuses", Actor(name, (span(name),)), Actor("Karim Benali", (span("Karim Benali"),)),
                deed=(span(f"{deed} {number}"),),
            ),
        ),
    )  # fmt: skip


def said(content, cue, source, speaker):
    return Attribution(content, cue, source, "direct", "speech", speaker, None, nested=False, confidence=0.9)


BEFORE = [page(number, f"2019-{number % 12 + 1:02}-05") for number in range(12)]
# earlier, between and later than those before, and one without a date
MEANWHILE = [page(number, f"20{10 + number}-03-0{number % 9 + 1}") for number in range(12, 25)] + [page(25, None)]

LISTS = [
    ("/search?sort=relevance&q=digue", "attribution_id"),
    ("/search?sort=recency&q=digue+tiendra", "attribution_id"),
    ("/search?sort=newest", "attribution_id"),
    ("/search?sort=oldest", "attribution_id"),
    ("/search?speaker=Nora", "attribution_id"),
    ("/speakers?order=attributions", "name"),
    ("/speakers?order=pages", "name"),
    ("/speakers?order=name", "name"),
    ("/speakers?order=first", "name"),
    ("/speakers?order=last", "name"),
    ("/speakers?q=nora", "name"),
    ("/families?min_pages=2", "key"),
    ("/families?altered=true", "key"),
    ("/allegations?q=benali", "claim"),
    ("/allegations", "claim"),
]


@pytest.mark.parametrize(("address", "id"), LISTS)
def test_pages_that_are_added_between_two_parts_move_nothing(tmp_path, address, id):
    path = tmp_path / "selon.db"
    with selon.Record(path) as record, TestClient(create_app(Settings(path)), base_url="http://localhost") as client:
        record.store(BEFORE)
        if "altered" in address:
            record.store([page(number, "2019-05-05") for number in range(40, 46)])
        whole = next(parts(client, address, limit=200))
        assert len(whole) > 2
        seen = []
        waiting = list(MEANWHILE)
        for rows in parts(client, address, limit=2):
            seen += [row[id] for row in rows]
            record.store([waiting.pop() for _ in range(min(2, len(waiting)))])
        assert len(seen) == len(set(seen))
        known = {row[id] for row in whole}
        assert [one for one in seen if one in known] == [row[id] for row in whole]


def parts(client, address, limit):
    cursor = None
    while True:
        query = f"{address}{'&' if '?' in address else '?'}limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        answer = client.get(f"/api/v1{query}")
        assert answer.status_code == 200, answer.text
        yield answer.json()["results"]
        cursor = answer.json()["next"]
        if cursor is None:
            return


def cursor(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    path = tmp_path_factory.mktemp("record") / "selon.db"
    with selon.Record(path) as record:
        record.store(BEFORE)
    with TestClient(create_app(Settings(path)), base_url="http://localhost") as client:
        yield client


def test_a_cursor_of_another_list_or_of_none_is_refused_with_a_problem(client):
    other = client.get("/api/v1/speakers?limit=2").json()["next"]
    for wrong in (other, "abcd", cursor([""]), cursor("search by newest"), cursor({"search by newest": 1})):
        answer = client.get("/api/v1/search", params={"sort": "newest", "cursor": wrong})
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert "no place in this list" in answer.json()["detail"]
    assert client.get("/api/v1/search?cursor=(").status_code == 422


KEYS = st.lists(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2),
    max_size=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(LISTS), KEYS)
@example(LISTS[0], [10**30, 1, 1])
@example(LISTS[0], [float("nan"), 0, 0])
@example(LISTS[2], [float("inf"), 0, 0])
@example(LISTS[11], [-1, "a", "b"])
def test_made_up_cursors_never_break_anything(client, listed, key):
    address = listed[0]
    path, _, query = address.partition("?")
    name = {
        "/search": f"search by {(query.partition('sort=')[2] or 'relevance').partition('&')[0]}",
        "/speakers": f"speakers by {query.partition('order=')[2] or 'attributions'}",
        "/families": "altered families" if "altered" in query else "families",
        "/allegations": "allegations",
    }[path]
    made = cursor([name, *key])
    answer = client.get(f"/api/v1{address}{'&' if query else '?'}cursor={made}")
    assert answer.status_code in (200, 404) or len(made) > 1000
