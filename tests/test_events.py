"""Event type, contexts and kind of deed of an allegation, by its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selon.reading.events import classify, load_events

FR, EN = load_events("fr"), load_events("en")


@pytest.mark.parametrize(
    ("stance", "cue", "expected"),
    [
        ("accuses", "accuse", "ACCUSE"),
        ("accuses", "a dénoncé", "ACCUSE"),
        ("accuses", "exige", "REQUEST"),
        ("accuses", "a menacé", "THREATEN"),
        ("accuses", "condamné à", "SANCTION"),
        ("denies", "dément", "REJECT"),
        ("denies", "exige", "REJECT"),
        ("admits", "reconnaît", "CONCEDE"),
    ],
)
def test_the_cue_tells_the_type_of_an_accusation(stance, cue, expected):
    assert classify(stance, cue, "", "", FR).type == expected


@pytest.mark.parametrize(
    ("deed", "kind"),
    [
        ("cyber-ingérence", "cyber-attack"),
        ("ingérence", "interference"),
        ("Ils réunissaient des forces d'opposition et allaient à des meetings d’opposition", "meeting-opposition"),
        ("les associations étaient financées de l'étranger", "funding"),
        ("avoir versé des pots-de-vin", "bribery"),
        ("avoir répandu de fausses nouvelles", "disinformation"),
        ("espionner ses alliés", "espionage"),
        ("avoir truqué le vote", "fraud"),
        ("avoir frappé un passant", "violence"),
        ("chanter faux", None),
    ],
)
def test_the_deed_has_a_kind(deed, kind):
    assert classify("accuses", "accuse", deed, "", FR).deed_kind == kind


def test_a_general_deed_takes_its_kind_from_the_sentence():
    event = classify(
        "accuses", "accuse", "s'ingérer dans la campagne", "s'ingérer dans la campagne en finançant un camp", FR
    )
    assert event.deed_kind == "funding"


def test_contexts_come_in_the_codebooks_order():
    event = classify(
        "accuses", "accuse", "des cyberattaques", "des cyberattaques pendant les élections, selon le juge", FR
    )
    assert event.contexts == ("election", "legal", "cyber")


def test_words_are_whole_words():
    assert classify("accuses", "", "un violon volant", "les taxis de la violoniste", FR).contexts == ()
    assert classify("accuses", "", "un violon", "", FR).deed_kind is None


def test_english_has_the_same_labels():
    event = classify(
        "accuses", "accused", "hacked the campaign's servers", "The ambassador accused them before the election", EN
    )
    assert event == classify(
        "accuses", "accuse", "a piraté les serveurs", "L'ambassadeur les accuse avant l'élection", FR
    )
    for table in ("contexts", "deeds"):
        assert getattr(FR, table).names == getattr(EN, table).names


@given(st.text(max_size=200), st.sampled_from(["accuses", "denies", "admits"]))
def test_any_words_give_an_event(text, stance):
    event = classify(stance, text, text, text, FR)
    assert event.type.isupper()
    assert len(set(event.contexts)) == len(event.contexts)
