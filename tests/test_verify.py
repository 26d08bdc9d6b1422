"""Verification of quotations over a record."""

import json

import pytest
from click.testing import CliRunner

import selon
from selon.cli import main
from selon.page import Attribution, Page, Speaker


def page(text, *attributions, **about):
    """A page whose attributions are given as (speaker, piece, …), each piece words of the text."""
    found, speakers = [], {}
    for speaker, *pieces in attributions:
        spans, at = [], 0
        for piece in pieces:
            at = text.index(piece, at)
            spans.append(selon.Span(at, at + len(piece)))
        found.append(Attribution(tuple(spans), (), (), "direct", "speech", speaker, None, False, 0.9))
        speakers[speaker] = Speaker(speaker, "person", None, ())
    return Page(text, language="fr", attributions=tuple(found), speakers=tuple(speakers.values()), **about)


DAM = "« La digue tiendra cet hiver et le suivant », assure Paul Serre. « Les travaux », ajoute Anne Roy, « finiront en mars »."
LATER = "On le savait. Selon Anne Roy, « la digue tiendra cet hiver et le suivant ». Le canal sera fermé deux semaines, dit-on."


@pytest.fixture
def record(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        record.store(
            [
                page(LATER, ("Anne Roy", "la digue tiendra cet hiver et le suivant"), id="later", date="2018-05-02", outlet="B"),
                page(
                    DAM,
                    ("Paul Serre", "La digue tiendra cet hiver et le suivant"),
                    ("Anne Roy", "Les travaux", "finiront en mars"),
                    id="dam", date="2018-05-01", outlet="A",
                ),
                page("Rien de neuf au village. « La digue tiendra cet hiver et le suivant. »", id="undated"),
            ]
        )  # fmt: skip
        yield record


def test_a_verbatim_quotation_is_found_on_every_page_earliest_first_and_undated_last(record):
    result = record.verify("la digue tiendra cet hiver et le suivant")
    assert result.status == "verbatim" and result.similarity == 1 and result.speaker_fit is None
    assert [one.page_key for one in result.appearances] == ["dam", "later", "undated"]
    assert result.first.page_key == "dam" and result.total == 3
    assert result.appearances[2].attribution_id is None


def test_words_that_a_page_interrupts_are_verbatim(record):
    result = record.verify("Les travaux finiront en mars")
    assert result.status == "verbatim" and result.best.speaker == "Anne Roy"


def test_words_in_running_text_are_found(record):
    result = record.verify("Le canal sera fermé deux semaines, dit-on.", "Anne Roy")
    assert result.status == "verbatim" and result.speaker_fit == "unsaid"


@pytest.mark.parametrize(
    "quotation, missing",
    [("La digue tiendra cet hiver", "et le suivant"), ("tiendra cet hiver et le suivant", "La digue")],
)
def test_stopping_or_starting_within_a_sentence_is_a_cut(record, quotation, missing):
    result = record.verify(quotation)
    assert result.status == "cut"
    assert missing.casefold() in (result.best.before.casefold(), result.best.after.casefold())


def test_one_word_is_verbatim_or_unknown(record):
    assert record.verify("digue").status == "verbatim"
    assert record.verify("digues").status == "unknown"


@pytest.mark.parametrize(
    "quotation", ["La digue tiendra cet été et le suivant", "La digue ne tiendra cet hiver et le suivant"]
)
def test_an_altered_quotation_is_never_verbatim(record, quotation):
    assert record.verify(quotation).status == "altered"


@pytest.mark.parametrize(
    "speaker, fit", [("M. Serre", "same"), ("Paul Serre", "same"), ("Luc Petit", "other"), ("Anne Roy", "same")]
)
def test_the_speaker_fits_if_a_page_with_the_words_names_them(record, speaker, fit):
    assert record.verify("La digue tiendra cet hiver et le suivant", speaker).speaker_fit == fit


def test_what_is_not_in_the_record_is_unknown(record):
    result = record.verify("Nous bâtirons une autre école au printemps", "Paul Serre")
    assert (result.status, result.first, result.appearances) == ("unknown", None, ())


def test_an_earlier_version_counts_and_is_told_apart(record):
    record.store([page("La page a été vidée de ses mots.", id="dam", date="2018-05-03")])
    result = record.verify("Les travaux finiront en mars")
    assert result.status == "verbatim" and not result.best.latest


def test_a_quotation_without_words_or_too_long_is_refused(record):
    for quotation in (" … ! ", "mot " * 5000):
        with pytest.raises(selon.SelonError):
            record.verify(quotation)


def test_a_page_with_the_quotation_ten_thousand_times_is_no_trouble(record):
    record.store([page("Nous ne partirons jamais d'ici. " * 10_000, id="long")])
    assert record.verify("Nous ne partirons jamais d'ici.").status == "verbatim"
    assert record.verify("Nous ne partirons vraiment jamais d'ici.").status == "altered"


@pytest.mark.parametrize("quotation", ['"AND OR NOT', "a* (b) NEAR", "l''x\"y ^col:", "\x00 mot", "🙂 oui"])
def test_no_sign_in_a_quotation_is_taken_for_a_query(record, quotation):
    assert record.verify(quotation).status in ("unknown", "verbatim")


def run(record, *arguments, **options):
    return CliRunner().invoke(main, [*arguments, "--record", str(record.path)], **options)


def test_the_command_says_what_differs_without_colour(record):
    result = run(record, "verify", "La digue tiendra cet été et le suivant", "--format", "text")
    assert result.exit_code == 1
    assert "altered" in result.output and "[-hiver-] {+été+}" in result.output


def test_the_command_never_says_false(record):
    result = run(record, "verify", "Personne ne l'a jamais écrit ici", "--format", "text")
    assert "not in this record" in result.output and "false" not in result.output.casefold()


def test_quotations_are_verified_in_bulk_from_a_file_with_speakers(record):
    lines = "La digue tiendra cet hiver et le suivant\tPaul Serre\n\nLes travaux finiront en mars\tPaul Serre\n"
    result = run(record, "verify", "--from", "-", "--format", "jsonl", input=lines)
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert [(row["status"], row["speaker_fit"]) for row in rows] == [("verbatim", "same"), ("verbatim", "other")]
    assert result.exit_code == 1
