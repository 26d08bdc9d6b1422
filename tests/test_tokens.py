"""Tokens cover the text exactly and know the clitics of both languages."""

from hypothesis import given
from hypothesis import strategies as st

from selon.reading.tokens import tokenise


def test_inverted_clitics_stand_by_themselves():
    assert tokenise("a-t-il expliqué").words == ["a", "-t", "-il", "expliqué"]
    assert tokenise("dit-elle à Jean-Luc").words == ["dit", "-elle", "à", "Jean-Luc"]


def test_elided_words_and_english_clitics():
    assert tokenise("qu'il l’a dit, aujourd'hui").words[:4] == ["qu'", "il", "l’", "a"]
    assert tokenise("Trump's lawyer").words == ["Trump", "'s", "lawyer"]


@given(st.text(max_size=300))
def test_tokens_are_slices_in_order_and_leave_only_white_space_out(text):
    tokens = tokenise(text)
    at = 0
    for word, start, end in zip(tokens.words, tokens.starts.tolist(), tokens.ends.tolist(), strict=True):
        assert text[start:end] == word
        assert start >= at
        assert text[at:start].strip() == ""
        at = end
    assert text[at:].strip() == ""
