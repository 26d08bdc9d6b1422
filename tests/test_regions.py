"""Debris is told from prose, labelled, kept, and part of no attribution."""

import pytest

import selon
from selon.languages.pack import load_lexicon
from selon.reading.regions import kind_of

PAGE = (
    "© Vallée Presse. Lucie Ménard Castel raconte ses vacances à la mer\n\n"
    "Le Premier ministre Jean Castel a répondu mardi aux maires de la vallée.\n\n"
    "« Nous ne laisserons personne sans eau », a-t-il assuré.\n\n"
    "Crédits photo : Agence Vallée / L. Morin\n\n"
    "« Les travaux commenceront lundi », a ajouté le Premier ministre."
)


def test_credit_and_related_headline_on_one_line_are_two_regions():
    page = selon.read(PAGE, language="fr")
    shown = [(page.words(region), region.kind) for region in page.debris]
    assert shown[:2] == [
        ("© Vallée Presse. Lucie Ménard", "credit"),
        ("Castel raconte ses vacances à la mer", "related"),
    ]
    assert ("Crédits photo : Agence Vallée / L. Morin", "credit") in shown


def test_a_photographer_is_never_taken_for_the_speaker():
    page = selon.read(PAGE, language="fr")
    assert {a.speaker for a in page.attributions if not a.in_debris} == {"Jean Castel"}


def test_speech_inside_debris_is_marked_as_such():
    page = selon.read(PAGE, language="fr")
    for attribution in page.attributions:
        inside = any(r.start <= attribution.content[0].start < r.end for r in page.debris)
        assert attribution.in_debris == inside


def test_a_credit_inside_a_quotation_is_cut_out_of_it():
    text = (
        "« Le pont est sûr, nous l'avons contrôlé trois fois.\n"
        "© Vallée Presse. Lucie Ménard\n"
        "Nous le contrôlerons encore demain », a déclaré la préfète Anne Vidal."
    )
    page = selon.read(text, language="fr")
    (region,) = page.debris
    assert page.words(region) == "© Vallée Presse. Lucie Ménard"
    for attribution in page.attributions:
        for span in attribution.content:
            assert span.end <= region.start or region.end <= span.start
    assert any("demain" in page.words(a.content) and a.speaker == "Anne Vidal" for a in page.attributions)


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Crédits photo : Agence Vallée", "fr", "credit"),
        ("© 2019 AFP", "fr", "credit"),
        ("LIRE AUSSI - Les analyses de l'eau", "fr", "related"),
        ("Partager sur Facebook", "fr", "share"),
        ("Inscrivez-vous à notre newsletter", "fr", "share"),
        ("14/01/2019 22:34:23 -", "fr", "dateline"),
        ("Publié le 3 mars à 10h12", "fr", "dateline"),
        ("Par Lucie Ménard", "fr", "byline"),
        ("pic.twitter.com/abcdefgh", "fr", "embed"),
        ("Photograph: Lucy Menard/Valley Press", "en", "credit"),
        ("Read more: what the water tests say", "en", "related"),
        ("By Lucy Menard", "en", "byline"),
        ("The dam of Valmont on Thursday, seen from the road.", "en", "caption"),
        ("* * *", "fr", "other"),
    ],
)
def test_debris_is_named_by_its_kind(text, language, kind):
    assert kind_of(text, load_lexicon(language)) == kind
