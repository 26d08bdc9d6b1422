"""Searching the record: words in any form, phrases, filters, order, highlights."""

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import pages

import selon
from selon import Filters
from selon.languages.pack import available
from selon.record.stems import folded_stem
from selon.record.wording import fold


@pytest.fixture(scope="module")
def record():
    with selon.Record(":memory:") as record:
        record.add(pages())
        yield record


def said(found):
    return [hit.content for hit in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("retraite", 2),  # another form of the word
        ("RETRAITES", 2),
        ("entendus", 1),
        ("ecole", 1),  # accents
        ("voter", 1),  # English stem
        ('"nous tiendrons"', 2),
        ('"tiendrons nous"', 0),
        ("tiendr*", 3),
        ("tiendra* NOT parole", 1),
        ("retraite injuste", 1),
        ("digue OR école", 2),
        ("(digue OR école) rouvrir", 1),
        ("retraite -injuste", 1),
        ("l'école", 1),
        ("« tout l’hiver »", 1),
        ("zzz", 0),
    ],
)
def test_words_find_what_people_said(record, words, expected):
    assert len(record.search(words)) == expected


@pytest.mark.parametrize(
    ("words", "why"), [("(digue", "parenthesis"), ("digue)", "parenthesis"), ("-digue", "only says")]
)
def test_a_query_that_cannot_be_understood_says_what_to_mend(record, words, why):
    with pytest.raises(selon.RecordError, match=why):
        record.search(words)


def test_matches_are_highlighted_in_the_content(record):
    (hit,) = record.search("injuste retraite")
    assert [hit.content[start:end] for start, end in hit.highlights] == ["retraites", "injuste"]
    (hit,) = record.search('"école rouvrirait"')
    assert [hit.content[start:end] for start, end in hit.highlights] == ["école rouvrirait"]


def test_each_hit_tells_speaker_date_outlet_and_address(record):
    (hit,) = record.search("digue")
    assert (hit.speaker, hit.date, hit.outlet, hit.url) == (
        "Paul Serre",
        "2017-03-03",
        "The Harbour Post",
        "https://example.org/2",
    )
    assert record.page(hit.version).page.text[hit.start : hit.end] == hit.content


@pytest.mark.parametrize(
    ("filters", "speakers"),
    [
        (Filters(speaker="Leroy"), {"Marine Leroy"}),
        (Filters(speaker="Mme Leroy"), {"Marine Leroy"}),
        (Filters(source="maire de Valmont"), {"Paul Serre"}),
        (Filters(kind=["direct"], language=["en"]), {"Mary Lane"}),
        (Filters(outlet=["le jour"], since="2017-07"), {"Emmanuel Macron", "le syndicat des dockers"}),
        (Filters(until="2017-01"), {"Emmanuel Macron"}),
        (Filters(min_confidence=1.0), set()),
        (Filters(speaker="nobody at all"), set()),
    ],
)
def test_filters_narrow_what_is_found(record, filters, speakers):
    found = {hit.speaker.lower() for hit in record.search("", filters)}
    assert found == {speaker.lower() for speaker in speakers}


def test_about_finds_what_mentions_somebody():
    texts = [
        "« Emmanuel Macron doit partir », a lancé Marine Le Pen.",
        "« M. Macron ne m'écoute pas », regrette Paul Serre.",
        "Emmanuel Macron a promis une aide aux communes.",
    ]
    with selon.Record(":memory:") as record:
        record.add(texts)
        found = record.search("", Filters(about="Macron"))
    assert {hit.speaker for hit in found} == {"Marine Le Pen", "Paul Serre"}


def test_order_and_parts_of_the_results(record):
    days = [hit.date for hit in record.search("", sort="oldest", limit=100)]
    assert days == sorted(days)
    newest = record.search("", sort="newest", limit=100)
    assert [hit.date for hit in newest] == sorted(days, reverse=True)
    parts = [
        hit for offset in range(0, newest.total, 3) for hit in record.search("", sort="newest", limit=3, offset=offset)
    ]
    assert parts == list(newest)
    assert record.search("parole", sort="recency")[0].date == "2017-07-07"


def test_facets_count_what_is_found(record):
    facets = record.facets("", Filters(language=["en"]))
    assert dict(facets["speaker"])["Mary Lane"] >= 2
    english = sum(count for _, count in facets["kind"])
    assert facets["year"] == [("2017", english)]
    assert ("en", english) in facets["language"]


def test_a_facet_tells_what_other_values_than_the_chosen_ones_would_find(record):
    every, chosen = record.facets(""), record.facets("", Filters(language=["en"]))
    assert chosen["language"] == every["language"]
    assert chosen["kind"] != every["kind"]
    assert record.facets("", Filters(since="2018"))["year"] == every["year"]


def test_results_come_as_tables(record):
    frame = record.search("retraites").to_pandas()
    assert list(frame["speaker"]) == [hit.speaker for hit in record.search("retraites")]
    table = record.speakers().to_arrow()
    assert table.num_rows == len(record.speakers())
    assert "names" in table.column_names


@given(st.text(st.sampled_from("aàé«»\"'()*-:^{}+ANDORT é\n\x00\ud800日"), max_size=40) | st.text(max_size=60))
def test_whatever_is_typed_is_answered_or_refused_with_a_reason(words):
    with selon.Record(":memory:") as record:
        try:
            record.search(words)
        except selon.RecordError as error:
            assert "query" in str(error)


@pytest.fixture(scope="module")
def one():
    with selon.Record(":memory:") as record:
        record.add(
            ["Selon le préfet, l'œuvre de l'État, c'est 10 000 écoles ouvertes à tous les élèves d'Île-de-France."]
        )
        yield record


@given(st.data())
def test_every_word_of_a_content_finds_it_and_is_highlighted(one, data):
    (hit,) = one.search("")
    words = [word for word in hit.content.replace("'", " ").replace(",", " ").split() if word.strip("-.")]
    word = data.draw(st.sampled_from(words))
    typed = data.draw(st.sampled_from([word, word.upper(), f'"{word}"', word[:3] + "*"]))
    (found,) = one.search(typed)
    marked = [found.content[start:end] for start, end in found.highlights]
    assert any(word.casefold() in mark.casefold() or mark.casefold() in word.casefold() for mark in marked)


@pytest.mark.parametrize("language", available())
def test_stemming_leaves_a_words_first_letter(language):
    """Highlighting stems only words that begin as a term's stem does."""
    words = resources.files("selon.languages").joinpath(language, "vocabulary.txt").read_text(encoding="utf-8")
    looked_at = [word for word in words.splitlines()[::25] if word.isalpha()]
    assert len(looked_at) > 300
    assert all(folded_stem(word, language)[0] == fold(word)[0] for word in looked_at)
