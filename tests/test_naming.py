"""Where a page names those who accuse and are accused, and what the looks at its other evidence tell of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selon.reading.allegations.look import Look
from selon.reading.allegations.naming import Naming
from selon.reading.allegations.pointer import Pointed
from selon.reading.allegations.together import MOST_LOOKS, Together
from selon.reading.tokens import tokenise


def named(text, name):
    words = tokenise(text).words
    return [words[at] for at in Naming(words).places(name)]


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Karim Benali a parlé. M. Benali a nié.", "Karim Benali", ["Karim", "Benali", "Benali"]),
        ("Samia Benali accuse Karim Serre, et Karim Serre nie.", "Karim Serre", ["Karim", "Serre", "Karim", "Serre"]),
        ("Anne Meng a revu Meng Hongwei.", "Meng Hongwei", ["Meng", "Hongwei"]),
        ("Les forces de l'ordre maintiennent l'ordre.", "les forces de l'ordre", ["forces", "ordre"]),
        ("Il accuse le gouvernement Dolin. Marek Dolin se tait.", "le gouvernement Dolin", ["gouvernement", "Dolin"]),
        ("Les gilets jaunes du mouvement", "certains membres des gilets jaunes", ["gilets", "jaunes"]),
        ("La Commission se tait.", "la Commission européenne", ["Commission"]),
        ("Anne Vidal, puis Marek Dolin.", "Anne Vidal et Marek Dolin", ["Anne", "Vidal", "Marek", "Dolin"]),
        ("Six personnes, et des personnes.", "six personnes", ["personnes", "personnes"]),
        ("L'ordre règne.", "les forces de l'ordre", ["ordre"]),
        ("Personne d'autre.", "Karim Benali", []),
    ],
)
def test_a_name_is_found_where_the_page_means_it(text, name, found):
    assert named(text, name) == found


@given(st.text(max_size=200), st.text(max_size=40))
@settings(max_examples=200)
def test_any_name_has_places_in_order_within_any_text(text, name):
    words = tokenise(text).words
    places = Naming(words).places(name)
    assert places == sorted(set(places))
    assert all(0 <= at < len(words) for at in places)


class Looks:
    """A view of ten tokens in which every look has the same match and points to one token, or to nobody."""

    def __init__(self, answers):
        self.answers, self.naming = answers, Naming(["Dolin", "nie"])

    def look(self, first, last):
        at = self.answers[first, last]
        chances = np.zeros(2, np.float32)
        if at is not None:
            chances[at] = 1
        answer = Pointed(0, chances, float(at is None))
        return Look(np.full(9, 50, np.float32), (answer, answer))

    def pointed(self, answer, name):
        return float(answer.chances[self.naming.places(name)].sum())


def test_looks_at_other_evidence_tell_who_is_accused_on_the_page():
    view = Looks({(0, 2): 0, (2, 4): 0, (4, 6): None, (6, 8): 1})
    together = Together(view, list(view.answers))
    assert together.share("Dolin", 1, 6, 8) == pytest.approx(2 / 3.5)
    assert together.share(None, 1, 6, 8) == pytest.approx(1 / 3.5)
    # what shares tokens with the evidence asked about is left out
    assert together.share("Dolin", 1, 1, 3) == 0
    assert together.share(None, 1, 1, 3) == pytest.approx(1 / 2.5)


def test_of_endless_looks_the_likeliest_count():
    view = Looks({(at, at + 1): 0 if at < MOST_LOOKS else None for at in range(2 * MOST_LOOKS)})
    assert Together(view, list(view.answers)).share(None, 0, -1, 0) == 0
    assert Together(view, []).share("Dolin", 0, 0, 1) == 0
