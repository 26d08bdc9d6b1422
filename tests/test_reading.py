"""What a reader of the press expects to be found on a page, in French and English."""

from pathlib import Path

import pytest

import selon

EXAMPLES = Path(__file__).parent.parent / "examples"


def found(text, language):
    page = selon.read(text, language=language)
    return page, [a for a in page.attributions if not a.nested]


def one(text, language, containing):
    """The only attribution that is not nested and whose content contains the given words."""
    page, attributions = found(text, language)
    matching = [a for a in attributions if containing in page.words(a.content)]
    assert len(matching) == 1, [(page.words(a.content), a.speaker) for a in attributions]
    return page, matching[0]


FRENCH = [
    # text, words of the content, kind, speaker
    ("« Le pont sera rouvert en mars », a promis Claire Aubry, maire de Rochebrune.", "Le pont sera rouvert en mars", "direct", "Claire Aubry"),
    ("Claire Aubry a affirmé mardi que le pont serait rouvert en mars.", "que le pont serait rouvert en mars", "indirect", "Claire Aubry"),
    ("Claire Aubry a affirmé que ce retard était « une honte pour la vallée ».", "que ce retard était « une honte pour la vallée »", "mixed", "Claire Aubry"),
    ("Selon la préfecture, douze routes restent coupées dans le département.", "douze routes restent coupées dans le département", "indirect", "la préfecture"),
    ("D'après Marc Odin, l'usine fermera ses portes avant la fin de l'année.", "l'usine fermera ses portes avant la fin de l'année", "indirect", "Marc Odin"),
    ("Le maire Paul Serre s'est dit inquiet. « La digue ne tiendra pas un autre hiver », a-t-il conclu.", "La digue ne tiendra pas un autre hiver", "direct", "Paul Serre"),
    ('"Nous irons jusqu\'au bout", a lancé la syndicaliste Nadia Brun.', "Nous irons jusqu'au bout", "direct", "Nadia Brun"),
    ("“Nous irons jusqu’au bout”, a lancé la syndicaliste Nadia Brun.", "Nous irons jusqu’au bout", "direct", "Nadia Brun"),
    ("Le Kremlin a démenti toute implication dans cette affaire.", "toute implication dans cette affaire", "indirect", "le Kremlin"),
    ("L'avocate Jeanne Fabre a refusé de confirmer que son client avait parlé aux enquêteurs.", "que son client avait parlé aux enquêteurs", "indirect", "Jeanne Fabre"),
]  # fmt: skip

ENGLISH = [
    ("“The bridge will reopen in March,” said Clare Aubrey, the mayor of Redford.", "The bridge will reopen in March", "direct", "Clare Aubrey"),
    ("Clare Aubrey said on Tuesday that the bridge would reopen in March.", "the bridge would reopen in March", "indirect", "Clare Aubrey"),
    ("Clare Aubrey said that the delay was “a disgrace to the valley”.", "the delay was “a disgrace to the valley”", "mixed", "Clare Aubrey"),
    ("According to the ministry, twelve roads remain closed across the county.", "twelve roads remain closed across the county", "indirect", "the ministry"),
    ("Mayor Paul Serre is worried. “The dam won't survive another winter,” he said.", "The dam won't survive another winter", "direct", "Paul Serre"),
    ('"We will see this through," union leader Nadia Brown told reporters.', "We will see this through", "direct", "Nadia Brown"),
    ("The senator denied that he had met the lobbyists.", "that he had met the lobbyists", "indirect", "The senator"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "kind", "speaker"), FRENCH)
def test_french_attributions(text, words, kind, speaker):
    page, attribution = one(text, "fr", words)
    assert page.words(attribution.content) == words
    assert (attribution.kind, attribution.speaker) == (kind, speaker)


@pytest.mark.parametrize(("text", "words", "kind", "speaker"), ENGLISH)
def test_english_attributions(text, words, kind, speaker):
    page, attribution = one(text, "en", words)
    assert words in page.words(attribution.content)
    assert (attribution.kind, attribution.speaker) == (kind, speaker)


def test_inverted_clitic_is_source_inside_its_cue():
    text = "Le maire Paul Serre s'est dit inquiet. « La digue ne tiendra pas un autre hiver », a-t-il conclu."
    page, attribution = one(text, "fr", "La digue")
    assert page.words(attribution.cue) == "a-t-il conclu"
    assert page.words(attribution.source) == "il"
    assert attribution.gender == "m"


def test_source_left_unsaid_is_the_last_speaker():
    text = "« Nous n'avons rien à cacher », a déclaré la directrice, Inès Royer. Et d'ajouter : « Les comptes sont publics. »"
    page, attribution = one(text, "fr", "Les comptes sont publics")
    assert attribution.source == ()
    assert attribution.speaker == "Inès Royer"


def test_interrupted_quotation_is_one_attribution_in_two_pieces():
    text = "« Ce projet, a expliqué le ministre Louis Carel, ne verra jamais le jour. »"
    page, attributions = found(text, "fr")
    assert len(attributions) == 1
    assert len(attributions[0].content) == 2
    page, attributions = found("“This plan,” said Louis Carr, the minister, “will never see the light of day.”", "en")
    assert len(attributions) == 1
    assert len(attributions[0].content) == 2


def test_quotation_over_paragraphs_keeps_its_speaker():
    text = (
        "La ministre Hélène Sabatier a répondu aux maires mardi soir.\n"
        "« Nous ne laisserons personne sans eau, a-t-elle assuré. Les travaux commenceront lundi.\n"
        "« Et nous publierons les analyses chaque semaine. »"
    )
    page, attributions = found(text, "fr")
    assert {a.speaker for a in attributions} == {"Hélène Sabatier"}
    assert any("Et nous publierons" in page.words(a.content) for a in attributions)


def test_speech_in_a_headline():
    text = "Castel: les impôts n'augmenteront pas cette année\n\nLe Premier ministre, Jean Castel, s'exprimait mardi devant les députés."
    page, attribution = one(text, "fr", "les impôts")
    assert attribution.speaker == "Jean Castel"


def test_nested_attribution_lies_inside_its_content():
    text = "« Le juge m'a dit que l'affaire serait classée », a raconté Luc Perrin à la sortie du tribunal."
    page = selon.read(text, language="fr")
    outer = [a for a in page.attributions if not a.nested]
    assert [a.speaker for a in outer] == ["Luc Perrin"]
    for a in page.attributions:
        if a.nested:
            assert any(s.start <= a.content[0].start and a.content[-1].end <= s.end for s in outer[0].content)


def test_names_in_quotation_marks_are_left_alone():
    text = "Les « gilets jaunes » ont bloqué le rond-point samedi. Le film « Les Marins » sort mercredi en salles."
    assert found(text, "fr")[1] == []


def test_surname_and_title_stand_for_the_fullest_name():
    text = (
        "La sénatrice Anne-Marie Ledoux a visité l'usine lundi. « Il faut agir », a déclaré Mme Ledoux. "
        "« Le gouvernement dort », a ajouté la sénatrice."
    )
    page, attributions = found(text, "fr")
    assert [a.speaker for a in attributions] == ["Anne-Marie Ledoux"] * 2
    (speaker,) = page.speakers
    assert (speaker.kind, speaker.gender) == ("person", "f")
    assert [page.words(span) for span in speaker.mentions][0].endswith("Anne-Marie Ledoux")


def test_the_shipped_example_reads_as_the_readme_shows():
    page = selon.read((EXAMPLES / "barrage.txt").read_text(encoding="utf-8"))
    said = {(a.speaker, page.words(a.content)) for a in page.attributions}
    assert ("Karim Benali", "Je veux voir les factures.") in said
    assert ("Hélène Sabatier", "que les premières conclusions seraient rendues publiques avant l'été") in said
    assert {"Paul Girod", "Anne Vidal", "la préfecture"} <= {speaker for speaker, _ in said}


def test_other_languages_are_named_not_guessed():
    with pytest.raises(selon.LanguageError, match="'es'") as raised:
        selon.read("El presidente dijo ayer que no firmaría el acuerdo con los sindicatos de la región.")
    assert raised.value.language == "es"


def test_an_empty_page_has_nothing_on_it():
    page = selon.read("  \n ")
    assert page.attributions == () and page.speakers == ()


def test_bad_pages_of_a_stream_are_handed_over_and_the_rest_is_read():
    bad = []
    pages = [
        "Selon le maire, la route est coupée.",
        "Der Bürgermeister sagte, dass die Straße gesperrt ist.",
        "“Yes,” said Ann Lee.",
    ]
    read = list(selon.Reader().read_many(pages, on_error=lambda page, error: bad.append((page.text, error.language))))
    assert [page.language for page in read] == ["fr", "en"]
    assert bad == [(pages[1], "de")]


def test_reading_without_allegations_finds_the_same_attributions() -> None:
    text = "« Ils ont menti », a accusé Jeanne Morel. Elle reproche au ministre d'avoir caché le rapport."
    whole, alone = selon.Reader("fr").read(text), selon.Reader("fr", allegations=False).read(text)
    assert whole.allegations
    assert not alone.allegations
    assert alone.attributions == whole.attributions
    assert alone.speakers == whole.speakers
