"""How a quotation compares with a page's words."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon.record.compare import Quotation, closest, compared, variant
from selon.record.edges import left_out
from selon.record.wording import fold, folded_words, words

PAGE = "Le conseil répète que la digue du canal ne tiendra pas deux hivers de plus, selon Paul Serre. Les riverains partent."


def compare(quotation, text=PAGE):
    wanted = Quotation(quotation)
    alignment = closest(wanted, folded_words(text))
    return compared(wanted, text, words(text), alignment) if alignment else None


def unequal(comparison):
    return [
        (part.kind, part.quoted, part.stands, set(part.about))
        for part in comparison.differences
        if part.kind != "equal"
    ]


@pytest.mark.parametrize(
    "one, other",
    [
        ("l’État paiera 10 000 €", "L'ETAT PAIERA 10.000 €"),
        ("le cœur de l'été", "le coeur de l’e\u0301te\u0301"),
        ("dix\u00a0pour cent, re\u00adforme", "« dix pour cent » réforme"),
        ("porte-parole ﬁdèle", "porte parole fidèle"),
    ],
)
def test_typography_makes_no_other_words(one, other):
    assert folded_words(one) == folded_words(other)


@pytest.mark.parametrize("one, other", [("10 %", "10 €"), ("1,5", "15"), ("-5 degrés", "5 degrés"), ("12 300", "300")])
def test_numbers_and_their_signs_are_words(one, other):
    assert folded_words(one) != folded_words(other)


@given(st.text(max_size=80))
def test_words_point_at_the_text_and_both_ways_of_reading_agree(text):
    found = words(text)
    assert [word.folded for word in found] == folded_words(text)
    assert all(fold(text[word.start : word.end]) == word.folded for word in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_words_that_stand_so_are_verbatim_whatever_their_marks():
    comparison = compare("« LA DIGUE, du canal ne tiendra pas deux hivers ! »")
    assert comparison.status == "verbatim" and comparison.similarity == 1
    assert PAGE[comparison.start : comparison.end] == "la digue du canal ne tiendra pas deux hivers"


@pytest.mark.parametrize("gap", [" ", " … ", " (...) ", " […] "])
def test_a_cut_quotation_shows_what_is_missing(gap):
    comparison = compare(f"la digue du canal ne tiendra pas{gap}de plus, selon Paul Serre")
    assert comparison.status == "cut"
    assert unequal(comparison) == [("missing", "", "deux hivers", {"number"})]


def test_a_denial_undone_is_altered_and_not_a_mere_cut():
    comparison = compare("la digue du canal ne tiendra deux hivers de plus")
    assert comparison.status == "altered"
    assert unequal(comparison) == [("missing", "", "pas", {"negation"})]


@pytest.mark.parametrize(
    "quotation, difference",
    [
        ("la digue du canal ne tiendra pas trois hivers de plus", ("changed", "trois", "deux", {"number"})),
        ("la digue du canal ne tiendra pas 2 hivers de plus", ("changed", "2", "deux", {"number"})),
        ("la digue du fleuve ne tiendra pas deux hivers", ("changed", "fleuve", "canal", set())),
        ("ne tiendra pas deux hivers de plus, selon Paul Meyer", ("changed", "Meyer", "Serre", {"name"})),
        ("la digue du canal ne tiendra vraiment pas deux hivers", ("added", "vraiment", "", set())),
    ],
)
def test_an_altered_quotation_shows_word_by_word_what_differs(quotation, difference):
    comparison = compare(quotation)
    assert comparison.status == "altered"
    assert unequal(comparison) == [difference]


def test_an_accent_that_makes_another_word_counts():
    comparison = compare(
        "le policier tue deux passants devant la mairie", "le policier tué deux passants devant la mairie"
    )
    assert comparison.status == "altered"
    assert unequal(comparison) == [("changed", "tue", "tué", {"accent"})]


def test_a_quotation_typed_without_accents_is_verbatim():
    assert compare("la greve a ete declaree", "la grève a été déclarée").status == "verbatim"


def test_a_capital_may_lose_its_accent():
    assert compare("A Paris, l'Etat décide de tout", "À Paris, l’État décide de tout").status == "verbatim"


def test_spaces_and_hyphens_within_words_make_no_difference():
    assert compare("la porte-parole part ce weekend", "la porte parole part ce week-end").status == "verbatim"


def test_what_was_never_said_is_like_nothing_on_the_page():
    assert compare("nous construirons un nouveau pont avant le printemps") is None


def test_english_negations_are_known():
    comparison = compare("they did close the old bridge", "they didn't close the old bridge")
    assert comparison.status == "altered" and "negation" in unequal(comparison)[0][3]


def test_variants_show_what_both_ends_lost():
    found = variant(Quotation("digue ne tiendra pas"), "La digue ne tiendra pas cet hiver")
    assert found.status == "cut"
    assert [(part.kind, part.stands) for part in found.differences if part.kind != "equal"] == [
        ("missing", "La"),
        ("missing", "cet hiver"),
    ]


@pytest.mark.parametrize(
    "text, part, left",
    [
        ("« La digue tiendra », assure-t-il. Il part.", "La digue tiendra", ("", "")),
        ("« La digue tiendra », assure-t-il. Il part.", "La digue", ("", "tiendra")),
        ("Nous irons. Nous gagnerons. Merci.", "Nous gagnerons", ("", "")),
        ("Hier, M. Serre a parlé. Merci.", "Serre a parlé", ("Hier, M.", "")),
        ("un titre\nNous irons tous\nun autre", "Nous irons tous", ("", "")),
    ],
)
def test_the_rest_of_the_sentence_is_what_is_left_out(text, part, left):
    start = text.index(part)
    assert left_out(text, start, start + len(part)) == left


@given(st.text("ab .,«»\n", max_size=60), st.text("ab .…", min_size=1, max_size=30))
@settings(max_examples=200)
def test_every_place_lies_in_the_text_and_equal_parts_stand_there(text, quotation):
    comparison = compare(quotation, text)
    if comparison is None:
        return
    assert 0 <= comparison.start <= comparison.end <= len(text)
    for part in comparison.differences:
        assert text[part.start : part.end] == part.stands
        if part.kind == "equal":
            assert "".join(folded_words(part.quoted)) == "".join(folded_words(part.stands))
    if comparison.status == "verbatim":
        assert "".join(folded_words(quotation)) == "".join(folded_words(text[comparison.start : comparison.end]))
