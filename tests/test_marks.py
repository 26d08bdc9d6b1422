"""Quotation marks are paired exactly, in every style of the French and English press."""

import pytest

from selon.reading.marks import find_marks
from selon.reading.tokens import tokenise


def quoted(text):
    tokens = tokenise(text)
    found = find_marks(tokens).quotations
    return [text[tokens.starts[q.first] : tokens.ends[q.last - 1]] for q in found]


@pytest.mark.parametrize(
    "text",
    [
        "Il dit : « tout va bien » et part.",
        "Il dit : «tout va bien» et part.",
        'Il dit : "tout va bien" et part.',
        'Il dit : " tout va bien " et part.',
        "Il dit : “tout va bien” et part.",
        "Il dit : „tout va bien“ et part.",
        "Il dit : ‹tout va bien› et part.",
        "Il dit : ‘tout va bien’ et part.",
        "Il dit : 'tout va bien' et part.",
        "Il dit : ``tout va bien'' et part.",
        "Il dit : <<tout va bien>> et part.",
    ],
)
def test_every_style_of_mark_is_paired(text):
    assert quoted(text) == ["tout va bien"]


def test_nested_marks_are_both_found():
    assert quoted("« Il a dit “non” hier », dit-elle.") == ["Il a dit “non” hier", "non"]


def test_apostrophes_are_no_quotation_marks():
    assert quoted("It's John's car, the drivers' union's and the '90s' too.") == []
    assert quoted("L’homme qu’on n’a pas vu aujourd’hui.") == []


def test_single_quotation_holds_its_apostrophes():
    assert quoted("He said: 'I won't go.' Then he left.") == ["I won't go."]


def test_repeated_opening_mark_continues_the_quotation_in_a_new_paragraph():
    assert quoted("« Un.\n« Deux.\n« Trois », dit-il.") == ["Un.", "Deux.", "Trois"]
    assert quoted("“One.\n\n“Two,” she said.") == ["One.", "Two,"]


def test_quotation_without_closing_mark_until_its_end_runs_over_paragraphs():
    assert quoted("« Un.\nDeux.\nTrois », dit-il.") == ["Un.\nDeux.\nTrois"]


def test_unpaired_mark_ends_with_its_paragraph():
    text = "« Un sans fin.\nDeux « trois », dit-il."
    assert quoted(text) == ["Un sans fin.", "trois"]


def test_stray_closing_mark_is_left_alone():
    assert quoted("Un deux », dit-il. « Trois »") == ["Trois"]
