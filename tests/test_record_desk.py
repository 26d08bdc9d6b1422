"""Corrections and dossiers from Python: kept apart from the model's words, applied again, undone."""

from dataclasses import replace

import pytest

import selon
from selon.errors import RecordError
from selon.exchange.citations import to_citations, to_csv
from selon.record.record import Record

TEXT = "« La digue tiendra », assure le maire, Paul Serre. Anne Vidal a promis que les travaux finiraient en mars."
PAGE = selon.Page(TEXT, id="digue", title="La digue", outlet="Le Jour", date="2024-03-01", url="https://example.org/d")
FIRST, SECOND = (2, 18), (TEXT.index("que les"), len(TEXT) - 1)


@pytest.fixture
def record(tmp_path):
    with Record(tmp_path / "selon.db") as record:
        record.add([PAGE])
        yield record


def said(record):
    page = record.page(1).page
    return {page.words(one.content): one.speaker for one in page.attributions}


def at(record, place):
    page = record.page(1).page
    return next(one for one in page.attributions if (one.content[0].start, one.content[-1].end) == place)


def test_a_corrected_speaker_is_found_and_named_and_the_models_word_is_kept(record):
    record.correct(1, FIRST, replace(at(record, FIRST), speaker="Anne Vidal"), who="Zoé", note="écouté")
    assert said(record)["La digue tiendra"] == "Anne Vidal"
    assert record.search("digue")[0].speaker == "Anne Vidal"
    (correction,) = record.corrections()
    assert (correction.who, correction.note, correction.action) == ("Zoé", "écouté", "change")
    assert (correction.before.speaker, correction.after.speaker) == ("Paul Serre", "Anne Vidal")
    assert [page.id for page in record.corrected_pages()] == ["digue"]


def test_corrections_survive_reading_again(record):
    record.correct(1, FIRST, None, who="Zoé")
    record.correct(1, SECOND, replace(at(record, SECOND), speaker="Marie Roy"), who="Zoé")
    added = replace(at(record, SECOND), content=(selon.Span(51, 61),), speaker="la rédaction", kind="indirect")
    record.correct(1, None, added, who="Zoé")
    before = said(record)
    record._connection.execute("UPDATE version SET model = 'older'")
    assert record.read_again().again == 1
    assert said(record) == before == {TEXT[slice(*SECOND)]: "Marie Roy", "Anne Vidal": "la rédaction"}
    assert record.speaker("Marie Roy").count.attributions == 1


def test_undoing_brings_back_what_the_model_said_also_of_later_corrections(record):
    before = said(record)
    speakers = [one.name for one in record.speakers()]
    first = record.correct(1, FIRST, replace(at(record, FIRST), speaker="Marie Roy"), who="Zoé")
    record.correct(1, FIRST, replace(at(record, FIRST), speaker="Jean Roy"), who="Zoé")
    record.undo(first)
    assert said(record) == before
    assert [one.name for one in record.speakers()] == speakers
    assert all(one.undone_at for one in record.corrections())
    assert record.corrections(undone=False) == ()
    record.undo(first)  # twice does no harm


@pytest.mark.parametrize(
    ("place", "after", "who"),
    [
        ((0, 5), None, "Zoé"),
        (FIRST, None, " "),
        (None, None, "Zoé"),
        (None, selon.Attribution((selon.Span(5, 900),), (), (), "direct", "speech", None, None, False, 1.0), "Zoé"),
        (None, selon.Attribution((), (), (), "direct", "speech", None, None, False, 1.0), "Zoé"),
    ],
)
def test_a_correction_that_does_not_fit_the_page_changes_nothing(record, place, after, who):
    before = said(record)
    with pytest.raises(RecordError):
        record.correct(1, place, after, who=who)
    assert said(record) == before and record.corrections() == ()


def test_a_dossier_keeps_words_once_and_tells_who_said_them_now(record):
    dossier = record.create_dossier("Digue", "à vérifier")
    assert record.create_dossier("Digue") == dossier
    item = record.collect(dossier, 1, *FIRST, note="phrase clé")
    assert record.collect(dossier, 1, *FIRST) == item
    record.correct(1, FIRST, replace(at(record, FIRST), speaker="Anne Vidal"), who="Zoé")
    (held,) = record.dossier_items(dossier)
    assert (held.words, held.speaker, held.note) == ("La digue tiendra", "Anne Vidal", "phrase clé")
    with pytest.raises(RecordError):
        record.collect(dossier, 1, 5, 9_000)
    record.take_out(dossier, item)
    assert record.dossier(dossier).items == 0


def test_citations_name_the_page_and_no_cell_is_a_formula(record):
    dossier = record.create_dossier("Digue")
    record.collect(dossier, 1, *FIRST, note="=1+1")
    (line,) = to_citations(record.dossier_items(dossier))
    assert line.startswith(
        "Paul Serre: “La digue tiendra”. In: “La digue”, Le Jour, 2024-03-01. https://example.org/d ("
    )
    assert "'=1+1" in list(to_csv(record.dossier_items(dossier)))[1]
