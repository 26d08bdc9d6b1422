"""Variants of a quotation under each other, word under word."""

from hypothesis import given, settings
from hypothesis import strategies as st

from selon.record.compare import Quotation, variant
from selon.record.wording import folded_words
from selon.web.collation import MAX_ROWS, MAX_SLOTS, collate


def collated(*texts):
    """The collation of texts, the first being the one that the others are compared with."""
    found = [variant(Quotation(text), texts[0]) for text in texts]
    return collate(0, [(text, one.differences if one else ()) for text, one in zip(texts, found, strict=True)])


def shown(cells):
    return [(cell.kind, cell.words) for cell in cells]


def columns(cells):
    return sum(cell.columns for cell in cells)


def test_the_same_words_stand_under_each_other_and_changed_ones_under_what_they_replace():
    found = collated("La digue tiendra jusqu'en mars, je le promets.", "La digue tiendra jusqu'en juin, je le promets.")
    assert shown(found.reference) == [
        ("equal", "La digue tiendra jusqu'en"), ("equal", "mars,"), ("equal", "je le promets."),
    ]  # fmt: skip
    assert shown(found.rows[0][1]) == [
        ("equal", "La digue tiendra jusqu'en"), ("changed", "juin,"), ("equal", "je le promets."),
    ]  # fmt: skip


def test_what_is_left_out_leaves_a_hole_of_the_same_width():
    found = collated("Nous paierons tout, en mars et en avril, sans faute.", "Nous paierons tout, sans faute.")
    assert [cell.kind for cell in found.rows[0][1]] == ["equal", "missing", "equal"]
    assert columns(found.reference) == columns(found.rows[0][1]) == found.columns == 3


def test_words_that_several_outlets_add_at_one_place_share_a_column():
    found = collated(
        "La route restera fermée cet hiver.", "La route restera malheureusement fermée cet hiver.",
        "La route restera malheureusement fermée tout cet hiver.",
    )  # fmt: skip
    assert shown(found.reference)[1] == ("none", "")
    places = [[cell.words for cell in cells].index("malheureusement") for _, cells in found.rows]
    assert places == [1, 1]


def test_a_change_over_words_that_others_keep_apart_goes_over_their_columns():
    found = collated(
        "Le pont de la ville sera fermé lundi.", "Le pont de ma ville sera fermé lundi.",
        "Le pont sera fermé lundi.",
    )  # fmt: skip
    hole = next(cell for cell in found.rows[1][1] if cell.kind == "missing")
    assert hole.columns == 3  # de, la, ville


def test_opening_marks_go_with_the_word_behind_them_and_closing_ones_with_the_word_before():
    found = collated(
        "Il faut « réunir très vite », dit-il, les syndicats", "Il faut « recevoir très vite », dit-il, les élus"
    )
    assert shown(found.rows[0][1])[:3] == [
        ("equal", "Il faut"), ("changed", "« recevoir"), ("equal", "très vite », dit-il, les"),
    ]  # fmt: skip


def test_a_variant_with_few_words_in_common_stands_apart_and_shows_them():
    found = collated(
        "Le pont de la ville sera fermé lundi.", "La mairie confirme que le pont de pierre ne rouvrira jamais plus.",
        "Le pont sera fermé lundi.",
    )  # fmt: skip
    assert [number for number, _ in found.rows] == [2]
    ((number, pieces),) = found.apart
    assert number == 1 and [words for words, shared in pieces if shared] == ["le pont de"]
    assert found.columns == 3  # it does not part the columns of the others


def test_a_family_of_very_many_or_very_long_variants_is_bounded():
    many = collated(*(f"La digue tiendra jusqu'en mars {year}." for year in range(2000, 2100)))
    assert len(many.rows) == MAX_ROWS - 1 and many.left_out == 100 - MAX_ROWS
    long = collated(" ".join(f"mot{n}" for n in range(1500)), "mot1 mot2 mot3")
    assert long.cut and long.columns <= MAX_SLOTS


WORDS = st.lists(
    st.sampled_from(
        ["le", "la", "pont", "route", "digue", "fermé", "ouvert", "lundi", "mardi", "«", "l'eau", "»", "10", "000", "€"]
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS.filter(bool).map(" ".join).filter(folded_words), min_size=1, max_size=6))
def test_every_row_has_all_columns_and_all_words_of_its_variant(texts):
    found = collated(*texts)
    rows = [(0, found.reference), *found.rows]
    assert sorted(number for number, _ in (*rows, *found.apart)) == list(range(len(texts)))
    for number, pieces in found.apart:
        assert folded_words(" ".join(words for words, _ in pieces)) == folded_words(texts[number])
    for number, cells in rows:
        assert columns(cells) == found.columns
        if any(cell.kind != "missing" for cell in cells):
            assert folded_words(" ".join(cell.words for cell in cells)) == folded_words(texts[number])
