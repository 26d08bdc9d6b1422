"""The REST API: Schemathesis finds nothing; lists come in parts and as streams; errors are problem documents."""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection
from serving import BARRAGE, PAGES, fill, served_apart
from starlette.testclient import TestClient

from selon import Page
from selon.web.app import create_app
from selon.web.settings import Settings


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    path = tmp_path_factory.mktemp("record") / "selon.db"
    fill(path)
    with TestClient(create_app(Settings(path)), base_url="http://localhost") as client:
        client.path = path
        yield client


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_schemathesis_finds_nothing(tmp_path, mode):
    fill(tmp_path / "selon.db")
    with served_apart(tmp_path / "selon.db") as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) > 15
        for operation in operations:
            # what takes nothing cannot be asked wrongly
            with suppress(Unsatisfiable):
                attempt(operation.as_strategy(generation_mode=mode), mode)


def attempt(strategy, mode):
    @given(strategy)
    @settings(
        derandomize=True,
        max_examples=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        database=None,
    )
    def test(case):
        # the grammar of queries, such as parentheses, cannot be told in a schema
        if mode is GenerationMode.POSITIVE and isinstance(case.query.get("q"), str):
            case.query["q"] = re.sub(r'[()"“”«»*-]|\b(NOT|AND|OR)\b', " ", case.query["q"])
        # what stands in an address is text, of whatever type it was meant to be, and a list of one text is that text
        untyped = mode is GenerationMode.NEGATIVE and case.method == "GET"
        case.call_and_validate(excluded_checks=[negative_data_rejection] if untyped else [])

    test()


def get(api, path, **query):
    answer = api.get(f"/api/v1{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_text_is_read_and_kept_if_asked_to(api):
    answer = api.post(
        "/api/v1/read", json={"text": BARRAGE.replace("Benali", "Bensalem"), "keep": True, "outlet": "Ici"}
    )
    assert answer.status_code == 200
    (page,) = answer.json()["pages"]
    assert "Karim Bensalem" in {one["speaker"] for one in page["attributions"]}
    version = answer.json()["versions"][0]
    assert get(api, f"/pages/{version}")["page"]["text"] == page["text"]


def test_cursors_lead_through_everything_once(api):
    seen, cursor = [], None
    while True:
        part = get(api, "/search", limit=4, sort="oldest", **({"cursor": cursor} if cursor else {}))
        seen += [one["attribution_id"] for one in part["results"]]
        cursor = part["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == part["total"]
    streamed = api.get("/api/v1/search.jsonl", params={"sort": "oldest"})
    assert streamed.headers["content-type"].startswith("application/jsonl")
    assert [json.loads(line)["attribution_id"] for line in streamed.text.splitlines()] == seen


def test_searching_speakers_facets_and_families_agree(api):
    (benali,) = get(api, "/speakers", q="benali")["results"]
    info = get(api, f"/speakers/{benali['speaker_id']}")
    found = get(api, "/search", speaker_id=benali["speaker_id"])
    assert info["count"]["attributions"] == found["total"] == benali["attributions"]
    facet = {one["value"]: one["count"] for one in get(api, "/facets")["outlet"]}
    assert facet["La Gazette"] == get(api, "/search", outlet="La Gazette")["total"]
    family = get(api, "/families")["results"][0]
    assert len(get(api, f"/families/{family['key']}")["variants"]) == family["variants"]


@pytest.fixture(scope="module")
def affair(tmp_path_factory):
    """The API over the fictional affair that comes with the examples."""
    path = tmp_path_factory.mktemp("affair") / "selon.db"
    lines = (Path(__file__).parents[1] / "examples" / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    fill(path, [Page(**json.loads(line)) for line in lines])
    with TestClient(create_app(Settings(path)), base_url="http://localhost") as client:
        yield client


def test_allegations_are_asked_for_by_what_they_allege(affair):
    funding = get(affair, "/allegations", deed_kind="funding")
    assert funding["total"] and {one["deed_kind"] for one in funding["results"]} == {"funding"}
    volk = get(affair, "/allegations", actor="Irina Volk", stance=["accuses", "denies"], limit=200)["results"]
    assert volk and all("Irina Volk" in (one["accuser_name"], one["accused_name"]) for one in volk)
    assert get(affair, "/allegations", outlet="Le Jour", done_since="2016")["total"]


def test_two_sides_answer_each_other(affair):
    told = get(affair, "/allegations/between", one="Ostrovie|Irina Volk", other="Sylvanie|Marek Dolin")
    assert told["total"] == len(told["turns"])
    assert {turn["side"] for turn in told["turns"]} == {0, 1}
    pairs = get(affair, "/allegations/pairs")
    assert pairs["total"] == len(pairs["results"])


def test_a_quotation_is_verified(api):
    (result,) = get(api, "/verify", quotation="Un audit indépendant commencera mercredi")["results"]
    assert result["status"] == "altered" and result["first"]["outlet"]


def test_what_has_no_words_is_no_quotation(api):
    assert get(api, "/verify", quotation="?! …")["results"] == []


def test_corrections_and_dossiers_are_made_and_taken_back(api):
    page = get(api, "/pages/1")["page"]
    first = page["attributions"][1]
    place = [first["content"][0][0], first["content"][-1][1]]
    after = {name: first[name] for name in ("content", "cue", "source", "kind", "act")} | {"speaker": "Anne Vidal"}
    made = api.post("/api/v1/pages/1/corrections", json={"place": place, "after": after, "who": "Zoé"})
    assert made.status_code == 201
    assert get(api, "/pages/1")["page"]["attributions"][1]["speaker"] == "Anne Vidal"
    assert [json.loads(line)["id"] for line in api.get("/api/v1/corrected.jsonl").text.splitlines()] == ["barrage"]
    assert api.delete(f"/api/v1/corrections/{made.json()['id']}").status_code == 204
    assert get(api, "/pages/1")["page"]["attributions"][1]["speaker"] == first["speaker"]
    dossier = api.post("/api/v1/dossiers", json={"name": "Valmont"}).json()["id"]
    item = api.post(f"/api/v1/dossiers/{dossier}/items", json={"version": 1, "place": place}).json()["id"]
    (held,) = get(api, f"/dossiers/{dossier}")["items"]
    assert (held["id"], held["words"]) == (item, page["text"][slice(*place)])
    assert api.delete(f"/api/v1/dossiers/{dossier}/items/{item}").status_code == 204
    assert api.delete(f"/api/v1/dossiers/{dossier}").status_code == 204


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pages/999", 404),
        ("/pages/x", 422),
        ("/speakers/99999", 404),
        ("/families/ffffffffffff", 404),
        ("/dossiers/77", 404),
        ("/nothing", 404),
        ("/search?cursor=%C3%A9", 422),
        ("/search?since=yesterday", 422),
        ("/search?q=(", 422),
        ("/search?limit=0", 422),
        ("/search?speaker=Benali&speaker=Vidal", 422),
        (f"/speakers/{2**70}", 422),
    ],
)
def test_errors_are_problem_documents(api, path, status):
    answer = api.get(f"/api/v1{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status and problem["type"].startswith("urn:selon:problem:") and problem["detail"]


def test_the_description_tells_every_route(api):
    description = get(api, "/openapi.json")
    assert description["openapi"].startswith("3.1")
    assert {"/read", "/search", "/speakers", "/verify", "/families", "/corrections", "/dossiers"} <= set(
        description["paths"]
    )
    for path, methods in description["paths"].items():
        for method in methods.values():
            assert method["summary"] and "default" in method["responses"], path
    assert len(PAGES) <= get(api, "/counts")["pages"]
