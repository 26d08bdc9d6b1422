"""``selon corrections``: a researcher sees and takes along what was corrected, without a browser."""

import csv
import io
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

import selon
from selon.cli import main
from selon.web.app import create_app
from selon.web.settings import Settings

TEXT = "« La digue tiendra », assure le maire, Paul Serre. Anne Vidal a promis que les travaux finiraient en mars."
PAGES = [
    selon.Page(TEXT, id="digue", title="La digue", date="2024-03-01"),
    selon.Page(f"{TEXT} Rien d'autre.", id="autre", title="Encore"),
]


@pytest.fixture
def path(tmp_path):
    """Two pages: the speaker of a quotation corrected, a find removed, and one correction undone."""
    path = tmp_path / "selon.db"
    with selon.Record(path) as record:
        record.add(PAGES)
        first, second = record.page(1).page.attributions[:2]
        place = (first.content[0].start, first.content[-1].end)
        record.correct(1, place, replace(first, speaker="Anne Vidal"), who="Zoé\x1b[1m", note="écouté")
        record.correct(1, (second.content[0].start, second.content[-1].end), None, who="Zoé")
        record.undo(record.correct(2, place, None, who="Max"))
    return path


def run(path, *words):
    result = CliRunner().invoke(main, ["corrections", "--record", str(path), *words])
    return result.exit_code, result.stdout, result.stderr


def test_corrections_are_listed_with_what_stood_there_before(path):
    code, out, _ = run(path, "--format", "text")
    assert code == 0
    assert out.index("remove · Zoé") < out.index("change · Zoé")
    assert "- Paul Serre: “La digue tiendra” direct, speech" in out
    assert "+ Anne Vidal: “La digue tiendra” direct, speech" in out
    assert "écouté" in out and "La digue · page 1" in out
    assert "Max" not in out and "\x1b" not in out


def test_undone_corrections_and_those_of_one_page_are_listed_if_asked_for(path):
    rows = [json.loads(line) for line in run(path, "--undone")[1].splitlines()]
    assert [(row["who"], row["action"], bool(row["undone_at"])) for row in rows][:2] == [
        ("Max", "remove", True),
        ("Zoé", "remove", False),
    ]
    assert rows[-1]["before"]["speaker"] == "Paul Serre" and rows[-1]["after"]["speaker"] == "Anne Vidal"
    assert [row["version"] for row in map(json.loads, run(path, "--page", "digue")[1].splitlines())] == [1, 1]
    table = list(csv.DictReader(io.StringIO(run(path, "--format", "csv")[1])))
    assert (table[-1]["speaker_before"], table[-1]["speaker_after"]) == ("Paul Serre", "Anne Vidal")


def test_corrected_pages_are_exported_as_the_browser_and_the_api_do(path):
    code, out, _ = run(path, "--export")
    assert code == 0
    (page,) = [json.loads(line) for line in out.splitlines()]
    assert page["id"] == "digue"
    assert [one["speaker"] for one in page["attributions"]] == ["Anne Vidal"]
    with TestClient(create_app(Settings(path)), base_url="http://localhost") as client:
        assert client.get("/corrections/pages.jsonl").text == out
        assert client.get("/api/v1/corrected.jsonl").text == out


def test_where_nothing_was_corrected_it_says_where_that_is_done(path):
    code, out, told = run(path, "--page", "autre")
    assert (code, out) == (1, "") and "selon serve" in told
    assert run(path, "--page", "autre", "--export")[:2] == (1, "")
    assert run(path, "--export", "--undone")[0] == 2


def test_help_tells_how_corrections_are_made_and_used():
    told = CliRunner().invoke(main, ["corrections", "--help"]).output
    assert "selon corrections --export > annotated.jsonl" in told and "Record.correct" in told
    assert "corrections" in CliRunner().invoke(main, ["--help"]).output
