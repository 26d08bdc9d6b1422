"""Asking the record who accuses whom of what: filters, the same allegation over pages, disputes, pairs, pictures."""

import json
import re
import sqlite3
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import selon
from selon import Actor, AllegationFilters, Span
from selon.cli import main
from selon.record.indexing import tidy_index

FACTS = {"language": "fr", "outlet": "Le Jour"}


def span(text, words):
    start = text.index(words)
    return Span(start, start + len(words))


def page(id, date, text, *allegations, **facts):
    """A page with allegations, of which each tells its parts in the page's words."""
    made = tuple(allegation(text, **one) for one in allegations)
    return selon.Page(text, id=id, date=date, **{**FACTS, **facts}, allegations=made)


def allegation(text, accuser, accused, stance="accuses", evidence=None, countries=(None, None), **rest):
    parts = {
        name: (span(text, rest.pop(name)),) for name in ("deed", "victim", "when", "means", "hedges") if name in rest
    }
    actors = [
        name and Actor(name, (span(text, name),) if name in text else (), country)
        for name, country in zip((accuser, accused), countries, strict=True)
    ]
    place = span(text, evidence) if evidence else Span(0, len(text))
    return selon.Allegation(place, stance, *actors, **parts, confidence=0.8, **rest)


MEDDLING = "Selon Igor Volkov, Washington a financé l'opposition lors de l'élection en 2012."
ORIGINAL = "Anna Reed accuse le Kremlin d'avoir piraté les ordinateurs de son parti pendant la campagne."
COPY = "Anna Reed accuse le Kremlin d’avoir piraté les ordinateurs de son parti pendant la campagne, hier."
OWN = "La candidate Anna Reed reproche au Kremlin le piratage des ordinateurs de son équipe."


def pages():
    hack = {
        "accuser": "Anna Reed",
        "accused": "le Kremlin",
        "deed_kind": "cyber-attack",
        "contexts": ("election", "cyber"),
    }
    return [
        replace(
            page(
                "volkov",
                "2017-06-04",
                MEDDLING,
                {
                    "accuser": "Igor Volkov",
                    "accused": "Washington",
                    "deed": "financé l'opposition",
                    "when": "en 2012",
                    "time": "2012",
                    "deed_kind": "funding",
                    "contexts": ("election",),
                    "attribution": 0,
                    "countries": ("RU", "US"),
                },
            ),
            attributions=(
                selon.Attribution(
                    (span(MEDDLING, MEDDLING[20:-1]),), (span(MEDDLING, "Selon"),), (span(MEDDLING, "Igor Volkov"),),
                    "indirect", "speech", "Igor Volkov", "m", False, 0.9,
                ),
            ),
            speakers=(selon.Speaker("Igor Volkov", "person", "m", (span(MEDDLING, "Igor Volkov"),)),),
        ),
        page("first", "2017-05-01", ORIGINAL, hack | {"deed": "piraté les ordinateurs"}, outlet="Agence"),
        page("copy", "2017-05-02", COPY, hack | {"deed": "piraté les ordinateurs"}, outlet="La Gazette"),
        page("own", "2017-05-03", OWN, hack | {"deed": "le piratage des ordinateurs", "accused": "Kremlin"}, outlet="Le Soir"),
        page(
            "denial",
            "2017-05-05",
            "Le Kremlin dément tout piratage des ordinateurs.",
            {"accuser": "le Kremlin", "accused": "le Kremlin", "stance": "denies", "deed": "piratage des ordinateurs",
             "deed_kind": "cyber-attack"},
        ),
        page(
            "answer",
            "2017-07",
            "Washington accuse Igor Volkov de mensonge. Igor Volkov nie.",
            {"accuser": "Washington", "accused": "Igor Volkov", "deed": "mensonge", "evidence": "Washington accuse Igor Volkov de mensonge.",
             "countries": ("US", None)},
            {"accuser": "Igor Volkov", "accused": "Igor Volkov", "stance": "denies", "answers": 0, "evidence": "Igor Volkov nie."},
        ),
        page(
            "soft",
            "2018-01-09",
            "La soi-disant ingérence russe trouble les élus.",
            {"accuser": None, "accused": "la Russie", "deed": "ingérence", "hedges": "soi-disant", "countries": (None, "RU")},
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    with selon.Record(tmp_path_factory.mktemp("record") / "selon.db") as record:
        record.store(pages())
        yield record


def ids(found):
    return sorted(hit.page for hit in found)


def test_an_allegation_comes_with_all_its_parts_and_its_place_on_the_page(record):
    (hit,) = record.allegations("", AllegationFilters(accused="Washington"))
    assert (hit.accuser, hit.accused, hit.stance) == ("Igor Volkov", "Washington", "accuses")
    assert (hit.deed, hit.when, hit.time, hit.deed_kind) == ("financé l'opposition", "en 2012", "2012", "funding")
    assert (hit.event, hit.contexts, hit.confidence) == (None, ("election",), 0.8)
    assert (hit.accuser_country, hit.accused_country) == ("RU", "US")
    assert record.page(hit.page).page.text[hit.start : hit.end] == hit.evidence == MEDDLING


def test_on_whose_word_an_allegation_is_told_is_shown():
    text = "Le juge Paul Serre rapporte qu'Anna Reed accuse Igor Volkov de fraude."
    one = page("x", "2017", text, {"accuser": "Anna Reed", "accused": "Igor Volkov", "attribution": 0})
    said = selon.Attribution(
        (Span(26, 69),), (span(text, "rapporte"),), (span(text, "Le juge Paul Serre"),), "indirect", "speech",
        "Paul Serre", "m", False, 0.9,
    )  # fmt: skip
    with selon.Record(":memory:") as record:
        record.store([replace(one, attributions=(said,))])
        (hit,) = record.allegations("", AllegationFilters(speaker="Serre"))
    assert (hit.speaker, hit.accuser, hit.accused) == ("Paul Serre", "Anna Reed", "Igor Volkov")


@pytest.mark.parametrize(
    ("words", "filters", "expected"),
    [
        ("pirater", {}, ["first"]),  # another form of the word; the same allegation once
        ("élections", {}, ["volkov"]),
        ("zzz", {}, []),
        ("", {"accuser": "Reed"}, ["first"]),
        ("", {"accused": "KREMLIN"}, ["denial", "first"]),
        ("", {"accuser": "US"}, ["answer"]),
        ("", {"deed": "financer"}, ["volkov"]),
        ("", {"deed": "Washington"}, []),
        ("pirater", {"deed": "ordinateur", "stance": ["accuses"]}, ["first"]),
        ("", {"stance": ["denies"]}, ["answer", "denial"]),
        ("", {"context": ["cyber"]}, ["first"]),
        ("", {"deed_kind": ["funding", "cyber-attack"]}, ["denial", "first", "volkov"]),
        ("", {"country": ["ru"]}, ["soft", "volkov"]),
        ("", {"since": "2017-07", "until": "2017"}, ["answer", "answer"]),
        ("", {"done_since": "2011", "done_until": "2012-03"}, ["volkov"]),
        ("", {"done_since": "2013"}, []),
        ("", {"outlet": ["le soir"]}, ["own"]),
        ("", {"language": ["en"]}, []),
        ("", {"hedged": True}, ["soft"]),
        ("", {"min_confidence": 0.9}, []),
    ],
)
def test_words_and_filters_find_allegations(record, words, filters, expected):
    assert ids(record.allegations(words, AllegationFilters(**filters))) == expected


@pytest.mark.parametrize("filters", [{"since": "hier"}, {"done_until": "bientôt"}])
def test_a_date_that_is_none_is_told(record, filters):
    with pytest.raises(selon.RecordError, match="is no date"):
        record.allegations("", AllegationFilters(**filters))


def test_matches_are_highlighted_in_the_evidence(record):
    (hit,) = record.allegations("financer opposition")
    assert [hit.evidence[start:end] for start, end in hit.highlights] == ["financé", "opposition"]


def test_the_same_allegation_over_pages_is_one_with_all_who_carry_it(record):
    (hit,) = record.allegations("", AllegationFilters(accuser="Anna Reed"))
    assert (hit.pages, hit.outlets) == (3, ("Agence", "La Gazette", "Le Soir"))
    assert (hit.first, hit.last) == ("2017-05-01", "2017-05-03")
    assert [one.page for one in record.places(hit.allegation_id)] == ["first", "copy", "own"]
    assert len(record.allegations("", AllegationFilters(accuser="Anna Reed"), every=True)) == 3


def test_an_outlet_that_only_repeats_another_ones_words_is_told(record):
    (hit,) = record.allegations("", AllegationFilters(accuser="Anna Reed"))
    assert hit.repeating == ("La Gazette",)


def test_who_denies_is_found_on_the_page_and_on_others(record):
    (hack,) = record.allegations("", AllegationFilters(accuser="Anna Reed"))
    assert hack.denied_by == ("le Kremlin",)
    lie, denial = record.allegations("", AllegationFilters(accused="Igor Volkov"), sort="oldest")
    assert (lie.denied_by, denial.answers, denial.accused_by) == (("Igor Volkov",), lie.allegation_id, ("Washington",))


def test_a_denial_may_stand_before_what_it_answers(tmp_path):
    text = "Igor Volkov nie. Washington l'accuse de mensonge."
    one = page(
        "x",
        "2017",
        text,
        {"accuser": "Igor Volkov", "accused": "Igor Volkov", "stance": "denies", "answers": 1},
        {"accuser": "Washington", "accused": "Igor Volkov", "deed": "mensonge"},
    )
    with selon.Record(tmp_path / "selon.db") as record:
        record.store([one])
        (hit,) = record.allegations("", AllegationFilters(stance=["accuses"]))
        assert hit.denied_by == ("Igor Volkov",)
        assert record.page("x").page == one


def test_deeds_of_other_times_are_other_allegations():
    text = "Igor Volkov accuse Washington d'ingérence en {}."
    many = [
        page(str(year), "2017", text.format(year), {"accuser": "Igor Volkov", "accused": "Washington", "deed": "ingérence",
             "time": str(year)})
        for year in (2000, 2012)
    ]  # fmt: skip
    with selon.Record(":memory:") as record:
        record.store(many)
        assert len(record.allegations()) == 2


def test_nobody_accusing_nobody_known_is_the_same_only_in_the_same_words():
    texts = ["Des fraudes sont dénoncées.", "Des fraudes sont dénoncées", "On dénonce encore des fraudes."]
    many = [
        page(str(at), "2017", text, {"accuser": None, "accused": None, "deed": "fraudes"})
        for at, text in enumerate(texts)
    ]
    with selon.Record(":memory:") as record:
        record.store(many)
        assert sorted(hit.pages for hit in record.allegations()) == [1, 2]


@given(order=st.permutations(range(7)), cut=st.integers(0, 7))
def test_what_is_the_same_does_not_depend_on_the_order_of_adding(order, cut):
    many = pages()
    with selon.Record(":memory:") as record:
        record.store([many[at] for at in order[:cut]])
        record.store([many[at] for at in order[cut:]])
        found = record.allegations(limit=100, every=True)
    assert {(hit.page, hit.start): (hit.pages, hit.outlets, hit.repeating, hit.denied_by) for hit in found} == EXPECTED


EXPECTED = {
    ("volkov", 0): (1, ("Le Jour",), (), ()),
    **dict.fromkeys(
        [("first", 0), ("copy", 0), ("own", 0)],
        (3, ("Agence", "La Gazette", "Le Soir"), ("La Gazette",), ("le Kremlin",)),
    ),
    ("denial", 0): (1, ("Le Jour",), (), ()),
    ("answer", 0): (1, ("Le Jour",), (), ("Igor Volkov",)),
    ("answer", 43): (1, ("Le Jour",), (), ()),
    ("soft", 0): (1, ("Le Jour",), (), ()),
}


def test_people_who_are_merged_make_the_same_allegations():
    with selon.Record(":memory:") as record:
        record.store(pages())
        assert len(record.allegations("", AllegationFilters(accused="Moscou"))) == 0
        record.merge_speakers(["le Kremlin"], "la Russie")
        assert len(record.allegations("", AllegationFilters(accused="la Russie", stance=["accuses"]))) == 2


def test_another_reading_of_a_page_replaces_its_allegations(record):
    with selon.Record(":memory:") as record:
        record.store(pages())
        record.add([selon.Page(MEDDLING + " Fin.", id="volkov", language="fr", date="2017-06-05")])
        assert record.allegations("opposition AND financer").total == 0
        assert record.allegations("financer", AllegationFilters(all_versions=True)).total == 1


def test_the_index_of_what_was_read_anew_is_made_anew_when_most_of_it_is_stale(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        record.store(pages())
    connection = sqlite3.connect(tmp_path / "selon.db")
    connection.execute("DELETE FROM allegation WHERE accused_country IS NOT 'US'")
    tidy_index(connection)
    connection.commit()
    connection.close()
    with selon.Record(tmp_path / "selon.db") as record:
        assert [hit.page for hit in record.allegations("opposition", AllegationFilters(deed="financer"))] == ["volkov"]
    connection = sqlite3.connect(tmp_path / "selon.db")
    assert connection.execute("SELECT count(*) FROM allegation_text_docsize").fetchone() == (1,)
    connection.close()


def test_two_sides_stand_on_one_line_of_time(record):
    dispute = record.between("Volkov", "Washington")
    assert dispute.sides == ("Igor Volkov", "Washington")
    turns = [(turn.side, turn.allegation.stance, turn.allegation.page) for turn in dispute.turns]
    assert turns == [(0, "accuses", "volkov"), (1, "accuses", "answer"), (0, "denies", "answer")]


@pytest.mark.parametrize("names", [("RU", "US"), ("Russie", "États-Unis"), ("Russia", "United States")])
def test_sides_may_be_countries(record, names):
    # Volkov is of Russia on one page, so that he is on the page that does not tell
    assert [turn.side for turn in record.between(*names).turns] == [0, 1, 0]


def test_a_side_may_be_several(record):
    turns = record.between("Igor Volkov | Anna Reed", "Washington|le Kremlin").turns
    assert [(turn.side, turn.allegation.page) for turn in turns] == [
        (0, "first"), (1, "denial"), (0, "volkov"), (1, "answer"), (0, "answer"),
    ]  # fmt: skip


def test_a_turn_tells_which_earlier_turns_it_answers(record):
    accuses, counters, denies = record.between("Volkov", "Washington").turns
    assert (accuses.answers, counters.answers) == ((), ())
    assert denies.answers == (counters.allegation.allegation_id,)
    hacked, denied = record.between("Anna Reed", "le Kremlin").turns
    assert denied.answers == (hacked.allegation.allegation_id,)


def test_an_accusation_answers_the_other_sides_last_one_on_the_same_page():
    text = "Paul Serre accuse Anne Vidal d'oubli. Anne Vidal accuse Paul Serre de fraude."
    one = page(
        "x", "2017", text,
        {"accuser": "Paul Serre", "accused": "Anne Vidal", "deed": "oubli", "evidence": text[:37]},
        {"accuser": "Anne Vidal", "accused": "Paul Serre", "deed": "fraude", "evidence": text[38:]},
    )  # fmt: skip
    with selon.Record(":memory:") as record:
        record.store([one])
        first, second = record.between("Paul Serre", "Anne Vidal").turns
    assert (first.side, first.answers) == (0, ())
    assert (second.side, second.answers) == (1, (first.allegation.allegation_id,))


def test_an_actor_is_accuser_or_accused(record):
    found = record.allegations("", AllegationFilters(actor="Washington"))
    assert {(hit.accuser, hit.accused) for hit in found} == {
        ("Igor Volkov", "Washington"),
        ("Washington", "Igor Volkov"),
    }
    assert ids(record.allegations("", AllegationFilters(actor="RU"))) == ["soft", "volkov"]
    assert ids(record.allegations("", AllegationFilters(actor="RU", accused="Washington"))) == ["volkov"]


def test_a_side_that_nobody_is_called_is_an_error(record):
    with pytest.raises(selon.RecordError, match="nobody called 'Zzz'"):
        record.between("Zzz", "Washington")
    with pytest.raises(selon.RecordError, match="no page of this record shows"):
        record.between("Italie", "Washington")
    with pytest.raises(selon.RecordError, match="two sides"):
        record.between("Washington", "Washington")


def test_counter_accusations_are_pairs(record):
    (pair,) = record.counter_accusations()
    assert (pair.one, pair.other, pair.one_accuses, pair.other_accuses) == ("Igor Volkov", "Washington", 1, 1)
    assert (pair.first, pair.last) == ("2017-06-04", "2017-07-31")
    assert [hit.page for hit in pair.examples] == ["volkov", "answer"]
    (pair,) = record.counter_accusations(by="country")
    assert (pair.one, pair.other) == ("RU", "US")
    assert not record.counter_accusations("opposition")


def test_the_network_counts_who_accuses_whom(record):
    network = record.network()
    (edge,) = [edge for edge in network.edges if edge.accuser == "Anna Reed"]
    assert (edge.accused, edge.stance, edge.count, edge.claims, edge.pages) == ("le Kremlin", "accuses", 3, 1, 3)
    assert network.unsaid == 1
    small = record.network(names=2)
    assert (small.names, small.names_left_out, small.edges.total) == (2, network.names - 2, network.edges.total)


def test_results_come_as_tables(record):
    frame = record.allegations().to_pandas()
    assert set(frame["stance"]) == {"accuses", "denies"}
    assert record.network().edges.to_arrow().num_rows == len(record.network().edges)


# -- the command


def run(record, *arguments, code=0, **options):
    done = CliRunner(**options).invoke(main, ["allegations", *arguments, "--record", str(record.path)])
    assert done.exit_code == code, done.output
    return done


def test_the_command_shows_who_accuses_whom_and_who_carries_it(record):
    text = run(record, "piraté", "--stance", "accuses", "--format", "text").stdout
    assert "Anna Reed accuses le Kremlin" in text
    assert "*piraté*" in text
    flowing = " ".join(text.split())
    assert "3 pages of 3 outlets (Agence, La Gazette, Le Soir) 2017-05-01 to 2017-05-03" in flowing
    assert "only repeating: La Gazette · denied by le Kremlin" in flowing


def test_the_command_prints_lines_of_json_and_csv(record):
    rows = [json.loads(line) for line in run(record, "--accuser", "Volkov", "--format", "jsonl").stdout.splitlines()]
    assert [row["page"] for row in rows] == ["answer", "volkov"]
    head, *lines = run(record, "--every", "--format", "csv").stdout.splitlines()
    assert head.startswith("allegation_id,version,start,end,evidence,")
    assert len(lines) == 8


def test_two_sides_fit_eighty_columns(record):
    text = run(record, "--between", "Volkov", "Washington", "--format", "text", env={"COLUMNS": "80"}).stdout
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert re.match(r"page of +Igor Volkov +Washington$", lines[0])
    (mine,) = [line for line in lines if line.startswith("2017-06-04")]
    (theirs,) = [line for line in lines if "Washington accuses Igor Volkov" in line]
    assert mine.index("Igor Volkov accuses") == lines[0].index("Igor Volkov")
    assert theirs.index("Washington accuses") == lines[0].index("Washington")
    assert "done en 2012 (2012)" in text
    rows = run(record, "--between", "RU", "US", "--format", "csv").stdout.splitlines()
    assert [row.split(",")[0] for row in rows] == ["side", "RU", "US", "RU"]


def test_pairs_are_shown_with_an_example_of_each_side(record):
    text = run(record, "--counter", "--format", "text").stdout
    assert "Igor Volkov ⇄ Washington" in text
    assert "Washington: Washington accuse Igor Volkov de mensonge." in text
    (row,) = [json.loads(line) for line in run(record, "--counter", "--format", "jsonl").stdout.splitlines()]
    assert row["other_evidence"] == "Washington accuse Igor Volkov de mensonge."


def test_pictures_are_whole_documents_and_say_what_they_leave_out(record):
    page = run(record, "--format", "graph")
    assert page.stdout.startswith("<!doctype html>")
    assert "1 allegations are no arrows" in page.stderr
    svg = ElementTree.fromstring(run(record, "--format", "svg", "--limit", "2").stdout)
    assert svg.tag.endswith("svg")
    graph = run(record, "--format", "graphml", "--limit", "2")
    assert len(ElementTree.fromstring(graph.stdout).findall(".//{*}node")) == 2
    assert "more are left out" in graph.stderr


def test_nothing_found_and_wrong_usage_have_their_exit_codes(record):
    assert "no such allegation" in run(record, "zzz", "--format", "text", code=1).stdout
    run(record, "--between", "Zzz", "Washington", code=1)
    run(record, "--between", "RU", "US", "--counter", code=2)
    run(record, "--counter", "--format", "svg", code=2)


@given(words=st.text(max_size=60), name=st.text(max_size=20))
def test_any_question_is_answered_or_refused(record, words, name):
    for ask in (
        lambda: record.allegations(words),
        lambda: record.allegations("", AllegationFilters(accuser=name, deed=words)),
        lambda: record.between(name, "Washington"),
    ):
        try:
            ask()
        except selon.RecordError as error:
            assert str(error)
