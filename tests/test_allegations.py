"""Who accuses whom of what, as a reader of the page would tell it."""

import pytest

from selon import Page, Reader
from selon.exchange.text import to_text

ACCUSED = (
    "Le maire de Valmont, Paul Girod, a accusé lundi l'entreprise Sodalec d'avoir pollué la rivière en 2019. "
    "« Sodalec a menti aux habitants pendant des années », a dénoncé Paul Girod.\n\n"
    "La direction de Sodalec dément toute pollution. « Nous n'avons rien rejeté dans la rivière », a déclaré sa "
    "porte-parole, Jeanne Morel."
)
BLAMED = (
    "The mayor of Ashford, Paul Lane, accused the Norwell company of poisoning the river in 2019. "
    "“Norwell lied to the people of this town,” Lane said.\n\n"
    "Norwell denied any wrongdoing."
)


def read(text, language="fr"):
    return Reader(language).read(text)


def told(page):
    return [(a.stance, a.accuser and a.accuser.name, a.accused and a.accused.name) for a in page.allegations]


@pytest.fixture(scope="module")
def accused():
    return read(ACCUSED)


def test_an_open_accusation_shows_who_accuses_whom_of_what(accused):
    first = accused.allegations[0]
    assert (first.stance, first.accuser.name) == ("accuses", "Paul Girod")
    assert "Sodalec" in first.accused.name
    assert "pollué la rivière" in accused.words(first.deed)
    assert "2019" in accused.words(first.when)


def test_an_accusation_inside_a_quotation_keeps_the_attribution_that_carries_it(accused):
    quoted = next(a for a in accused.allegations if "menti" in accused.words(a.evidence))
    assert quoted.accuser.name == "Paul Girod"
    assert "menti" in accused.words(accused.attributions[quoted.attribution].content)


def test_a_denial_answers_the_accusation():
    page = read(BLAMED, "en")
    denial = next(a for a in page.allegations if a.stance == "denies")
    assert "Norwell" in denial.accuser.name
    assert page.allegations[denial.answers].stance == "accuses"


def test_every_allegation_has_words_on_the_page(accused):
    for allegation in accused.allegations:
        assert accused.words(allegation.evidence).strip()
        assert accused.words(allegation.deed).strip()
        for actor in (allegation.accuser, allegation.accused):
            assert actor is None or all(word in accused.text for word in actor.name.split())


def test_english_is_read_too():
    page = read(BLAMED, "en")
    first = page.allegations[0]
    assert (first.stance, first.accuser.name) == ("accuses", "Paul Lane")
    assert "Norwell" in first.accused.name


def test_the_page_s_own_distance_is_marked():
    page = read(
        "Le préfet a dénoncé la soi-disant fraude de la mairie. Le maire aurait détourné des fonds, accuse-t-il."
    )
    hedges = [page.words((span,)) for a in page.allegations for span in a.hedges]
    assert "soi-disant" in hedges or "aurait" in hedges


def test_who_is_said_to_interfere_is_accused():
    page = read("« Leurs diplomates se sont ingérés dans nos élections », a déclaré Jeanne Morel.")
    (one,) = page.allegations
    assert (one.accuser.name, one.accused.name) == ("Jeanne Morel", "Leurs diplomates")
    assert "ingérés dans nos élections" in page.words(one.deed)


def test_who_swallows_something_is_not_accused_of_interfering():
    page = read("« Trois enfants ont ingéré de la lessive », a déclaré Jeanne Morel.")
    assert all(one.accused is None or "enfants" not in one.accused.name for one in page.allegations)


def test_news_without_blame_has_no_allegations():
    page = read("La bibliothèque de Valmont ouvrira lundi à 9 heures. Selon le maire, le concert aura lieu jeudi soir.")
    assert page.allegations == ()


def test_allegations_are_printed_under_the_attributions(accused):
    lines = list(to_text(accused))
    at = next(k for k, line in enumerate(lines) if line.strip() == "allegations")
    assert any("accuses" in line and "Sodalec" in line for line in lines[at:])


def test_allegations_of_later_parts_point_to_their_own_attributions():
    filler = "La bibliothèque ouvrira lundi. " * 40 + "\n\n"
    page = read(ACCUSED + "\n\n" + filler * 200 + ACCUSED)
    last = [a for a in page.allegations if a.attribution is not None and "menti" in page.words(a.evidence)][-1]
    assert last.evidence.start > len(page.text) // 2
    assert page.attributions[last.attribution].content[0].start > len(page.text) // 2


def test_less_sure_allegations_can_be_left_out():
    page = Reader("fr", min_confidence=0.99).read(Page(ACCUSED))
    assert all(a.confidence >= 0.99 for a in page.allegations)


@pytest.mark.parametrize(
    ("language", "text", "accuser", "whom", "deed"),
    [
        ("fr", "Jeanne Morel accuse l'exploitant d'avoir caché le rapport.", "Jeanne Morel", "exploitant", "caché"),
        ("fr", "Anne Vidal a accusé la Russie d'ingérence dans les élections.", "Anne Vidal", "Russie", "ingérence"),
        ("fr", "La maire reproche au ministre de ne pas répondre.", "La maire", "ministre", "ne pas répondre"),
        ("fr", "Marek Dolin est soupçonné d'avoir financé l'opposition.", None, "Marek Dolin", "financé"),
        ("fr", "Irina Volk a été accusée de fraude par Paul Serre.", "Paul Serre", "Irina Volk", "fraude"),
        ("en", "Paul Serre blamed the operator for the flood.", "Paul Serre", "operator", "flood"),
        ("en", "Irina Volk was charged with fraud.", None, "Irina Volk", "fraud"),
    ],
)
def test_plain_grammar_shows_who_is_accused(language, text, accuser, whom, deed):
    page = read(text, language)
    first = page.allegations[0]
    assert (first.accuser and first.accuser.name) == accuser
    assert whom in first.accused.name
    assert deed in page.words(first.deed)


def test_several_accused_and_several_deeds_are_several_allegations():
    page = read("Le procureur accuse Marek Dolin et Irina Volk de fraude et d'avoir menti aux enquêteurs.")
    assert {(a.accused.name, page.words(a.deed)) for a in page.allegations} == {
        (name, deed) for name in ("Marek Dolin", "Irina Volk") for deed in ("de fraude", "d'avoir menti aux enquêteurs")
    }
    assert {a.accuser.name for a in page.allegations} == {"Le procureur"}


def test_a_denial_by_its_verb_is_one():
    page = read("Le gouvernement a été accusé d'ingérence. Il dément toute implication.")
    accusation, denial = page.allegations
    assert (accusation.stance, denial.stance) == ("accuses", "denies")
    assert denial.answers == 0
    assert "implication" in page.words(denial.deed)


@pytest.mark.parametrize(
    "end", ["a-t-elle accusé", "accuse Jeanne Morel", "elle accuse", "qui accuse", "reproche à", "est accusé de"]
)
def test_a_verb_of_accusing_may_end_the_page(end):
    page = read(f"« Ils ont menti aux habitants », {end}")
    assert all(page.words(a.evidence) for a in page.allegations)


def test_a_headline_that_tells_no_deed_shows_none():
    page = read("Ingérence : la Sylvanie accuse l'Ostrovie\nLe débat reprend lundi au Parlement.")
    first = page.allegations[0]
    assert (first.accuser.name, first.accused.name, first.deed) == ("la Sylvanie", "Ostrovie", ())


def test_who_denies_for_himself_is_named_once():
    page = read("Marek Dolin dément avoir menti au Parlement.")
    assert any(line.strip().startswith("Marek Dolin denies: avoir menti au Parlement") for line in to_text(page))


@pytest.mark.parametrize(
    ("language", "text", "who"),
    [
        ("fr", "La Russie rejette les accusations d'ingérence du Département d'État.", "Russie"),
        ("en", "The operator dismissed the allegations of fraud.", "operator"),
    ],
)
def test_who_rejects_accusations_denies_them(language, text, who):
    (denial,) = read(text, language).allegations
    assert denial.stance == "denies"
    assert who in denial.accuser.name
    assert who in denial.accused.name


def test_who_rejects_a_reform_denies_nothing():
    assert not [a for a in read("Le syndicat rejette la réforme.").allegations if a.stance == "denies"]


@pytest.mark.parametrize("thorough", [False, True])
def test_what_a_page_alleges_twice_is_found_once_and_what_is_alleged_besides_too(thorough):
    again = "Karim Benali accuse Sodalec d'avoir falsifié les comptes du barrage."
    text = (
        "Karim Benali accuse Sodalec d'avoir falsifié les comptes du barrage de Valmont.\n\n"
        f"Le maire s'est exprimé mardi devant la presse. {again} L'entreprise a vingt salariés."
    )
    reader = Reader("fr", thorough=thorough)
    (once,) = reader.read(text).allegations
    assert text[once.evidence.start : once.evidence.end].startswith("Karim Benali accuse Sodalec")
    other = text.replace(again, "Karim Benali accuse Sodalec d'avoir corrompu trois élus de la région.")
    assert {other[one.evidence.start : one.evidence.end].split()[5] for one in reader.read(other).allegations} == {
        "falsifié", "corrompu",
    }  # fmt: skip
