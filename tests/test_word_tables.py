"""A word table finds what its patterns would find by themselves, only quicker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selon.languages.pack import load_words
from selon.reading.word_tables import WordTable

FORMS = load_words("fr", "events")["contexts"]
TABLE = WordTable(FORMS)
PATTERNS = dict(
    TABLE.likely(" ".join(form.replace("*", "").replace("^", "") for forms in FORMS.values() for form in forms))
)
PLAIN = [form.replace("*", "x").replace("^", "") for forms in FORMS.values() for form in forms]
WORDS = st.one_of(
    st.sampled_from(PLAIN), st.text(max_size=8), st.sampled_from(["élection", "L'ONU", "d’asile", "DROIT"])
)


@given(st.lists(WORDS, max_size=12), st.sampled_from([" ", "", "'", "-"]))
def test_no_name_is_missed(words, between):
    text = between.join(words)
    likely = dict(TABLE.likely(text))
    assert {name for name, pattern in PATTERNS.items() if pattern.search(text)} == {
        name for name, pattern in likely.items() if pattern.search(text)
    }


def test_names_come_in_the_order_of_the_table():
    assert [name for name, _ in TABLE.likely("L'armée", "une élection militaire")] == ["military", "election"]


def test_a_form_that_begins_with_no_letter_is_refused():
    with pytest.raises(ValueError, match="…"):
        WordTable({"odd": ["…"]})


def test_all_words_of_the_table_bring_all_its_names():
    assert tuple(PATTERNS) == TABLE.names
