"""Errors speak the visitor's language, whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import selon
from selon.web.said import said


def question(ask):
    with selon.Record(":memory:") as record:
        record.add(["« La digue tiendra », assure le maire, Paul Serre."])
        with pytest.raises(selon.SelonError) as error:
            ask(record)
    return str(error.value)


@pytest.mark.parametrize(
    ("ask", "french"),
    [
        (lambda record: record.search("a AND ("), "Une parenthèse ouvrante n'a pas encore de fermante."),
        (lambda record: record.search("NOT digue"), "Ceci ne dit que ce qu'il ne faut pas trouver"),
        (lambda record: record.search("", selon.Filters(since="banana")), "« banana » n'est pas une date"),
        (lambda record: record.speaker("Nemo"), "Personne ne s'appelle « Nemo »"),
        (lambda record: record.speaker(999_999), "Il n'y a pas de locuteur numéro 999999"),
        (lambda record: record.page("nowhere"), "Cette page n'est pas dans ce recueil."),
        (lambda record: record.family("deadbeef"), "Aucune citation n'a la clé deadbeef"),
        (lambda record: record.between("zzz", "yyy"), "Personne ne s'appelle « zzz »"),
        (lambda record: record.between("Paul Serre", "Paul Serre"), "sont les mêmes ; nommez deux camps."),
        (lambda record: record.undo(7), "Il n'y a pas de correction 7."),
    ],
)
def test_what_the_record_refuses_is_said_in_french(ask, french):
    message = question(ask)
    assert french in said(message, "fr")
    assert said(message, "en") != said(message, "fr")


def test_what_has_no_known_form_is_said_as_it_was_raised():
    assert said("disk on fire", "fr") == "disk on fire"


@given(st.text(max_size=100))
def test_any_name_fits_into_a_message(name):
    told = said(f"no speaker called '{name}' in this record; look with: selon speakers", "fr")
    assert not name or (name in told and told.startswith("Personne"))
