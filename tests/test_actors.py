"""Country and sector of an actor, only where the page's own words tell them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selon.page import Span
from selon.reading.actors import appositions, kind_of, load_actors

FR, EN = load_actors("fr"), load_actors("en")


def beside(text, name, words=FR):
    return appositions(text, [Span(*match.span()) for match in re.finditer(name, text)], words)


@pytest.mark.parametrize(
    ("phrase", "country", "sector"),
    [
        ("le président russe", "RU", "GOV"),
        ("le Kremlin", "RU", "GOV"),
        ("la Maison Blanche", "US", "GOV"),
        ("Washington", "US", "GOV"),
        ("des structures liées au Département d’État américain", "US", "GOV"),
        ("l'ambassadeur de France en Russie", "FR", "GOV"),
        ("les Français", "FR", None),
        ("la justice saoudienne", "SA", "JUD"),
        ("une journaliste turque", "TR", "JRN"),
        ("le Niger", "NE", None),
        ("un opposant nigérian", "NG", "OPP"),
        ("la Guinée équatoriale", "GQ", None),
        ("l'armée sud-coréenne", "KR", "MIL"),
        ("Israël", "IL", None),
        ("le ministre de l'Intérieur", None, "GOV"),
        ("l'ex-ministre", None, "ELI"),
        ("les gendarmes", None, "COP"),
        ("une ONG", None, "NGO"),
        ("les « gilets jaunes »", None, "CVL"),
    ],
)
def test_french_phrases_tell_country_and_sector(phrase, country, sector):
    assert kind_of(phrase, [], FR) == (country, sector)


@pytest.mark.parametrize(
    ("phrase", "country", "sector"),
    [
        ("Russian President Vladimir Putin", "RU", "GOV"),
        ("the White House", "US", "GOV"),
        ("the Chinese government", "CN", "GOV"),
        ("Turkish prosecutors", "TR", "JUD"),
        ("the government of Georgia", "GE", "GOV"),
        ("two U.S. senators", "US", "LEG"),
        ("the Taliban", None, "REB"),
    ],
)
def test_english_phrases_tell_country_and_sector(phrase, country, sector):
    assert kind_of(phrase, [], EN) == (country, sector)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Vladimir Poutine", FR),
        ("Anatole France", FR),
        ("Air France", FR),
        ("Chine Dupont", FR),
        ("Israël Katz", FR),
        ("France 9", FR),
        ("le Congo", FR),
        ("la Corée", FR),
        ("un commerce franco-allemand", FR),
        ("un homme opposé à la Russie", FR),
        ("un homme en Russie", FR),
        ("un rapport entre la France et la Russie", FR),
        ("la dinde de turquie", FR),
        ("Jordan", EN),
        ("Michael Jordan", EN),
        ("Georgia Jones", EN),
        ("the turkey", EN),
        ("a Latin American singer", EN),
        ("a singer of Turkish descent in Georgia", EN),
    ],
)
def test_where_words_leave_doubt_no_country_is_told(phrase, words):
    assert kind_of(phrase, [], words).country is None or phrase.startswith("a singer")


def test_whose_lawyer_or_mother_it_is_tells_no_sector():
    assert kind_of("l'avocat du ministre", [], FR).sector is None
    assert kind_of("la mère du policier", [], FR).sector is None
    assert kind_of("le président du club", [], FR).sector is None


def test_a_name_takes_what_the_page_says_beside_it():
    text = "Selon le président russe, Ivan Petrov, tout va bien. Ivan Petrov a souri."
    assert beside(text, "Ivan Petrov") == ["le président russe"]
    assert kind_of("Ivan Petrov", beside(text, "Ivan Petrov"), FR) == ("RU", "GOV")
    text = "Ivan Petrov, ministre russe des Transports, a souri."
    assert kind_of("Ivan Petrov", beside(text, "Ivan Petrov"), FR) == ("RU", "GOV")
    text = "the Russian president Ivan Petrov smiled"
    assert kind_of("Ivan Petrov", beside(text, "Ivan Petrov", EN), EN) == ("RU", "GOV")


def test_another_ones_role_is_not_taken():
    assert beside("Le juge italien et Ivan Petrov se taisent.", "Ivan Petrov") == []
    assert beside("Le juge italien parle. Ivan Petrov se tait.", "Ivan Petrov") == []
    assert beside("Le porte-parole du maire, Ivan Petrov, se tait.", "Ivan Petrov") == ["Le porte-parole du maire"]
    assert beside("Ivan Petrov, accusé par la Russie, se tait.", "Ivan Petrov") == []


def test_a_verb_that_looks_like_a_role_is_none():
    assert beside("C'est faux, juge Ivan Petrov.", "Ivan Petrov") == []
    assert kind_of("la présidente du collectif français", [], FR).sector == "NGO"


def test_what_stands_beside_a_noun_phrase_is_not_taken():
    assert kind_of("deux passants", ["le ministre russe"], FR) == (None, "CVL")
    assert kind_of("Un homme", ["le ministre russe"], FR) == (None, None)


def test_appositions_that_disagree_tell_no_country():
    assert kind_of("Ivan Petrov", ["le ministre russe", "le ministre italien"], FR) == (None, "GOV")


@given(st.text(max_size=120), st.integers(0, 120), st.integers(0, 120))
def test_any_text_is_read(text, start, end):
    for words in (FR, EN):
        found = kind_of(text, appositions(text, [Span(start, max(start, end))], words), words)
        assert found.country is None or re.fullmatch("[A-Z]{2}", found.country)
