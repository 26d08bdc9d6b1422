"""Names of all pages joined to speakers: by evidence, by imported people, by hand."""

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written import page, pages

import selon
from selon.page import Attribution, Page, Span, Speaker


def test_one_person_under_many_names_is_one_speaker():
    texts = [
        "Emmanuel Macron a promis une aide aux communes.",
        "« Je vous ai entendus », a assuré M. Macron.",
        "Le président Macron a répondu que la loi passerait.",
        "« Rien ne change », a dit E. Macron.",
        "« Nous rentrons », a répondu Brigitte Macron.",
    ]
    with selon.Record(":memory:") as record:
        record.add(texts[:4])
        assert [one.name for one in record.speakers("Macron")] == ["Emmanuel Macron"]
        assert record.speaker("le président Macron").count.attributions == 4


def said_by(*names):
    """A page of which each name says one thing, as reading would return it."""
    text, attributions, speakers = "", [], []
    for name, gender in names:
        start = len(text)
        text += f"{name} dit oui. "
        content = (Span(start + len(name) + 5, start + len(name) + 8),)
        source = (Span(start, start + len(name)),)
        attributions.append(Attribution(content, (), source, "indirect", "speech", name, gender, False, 0.9))
        speakers.append(Speaker(name, "person", gender, source))
    return text, tuple(attributions), tuple(speakers)


def made(pages):
    for number, names in enumerate(pages):
        text, attributions, speakers = said_by(*names)
        yield Page(text + str(number), id=f"p{number}", language="fr", attributions=attributions, speakers=speakers)


def test_a_surname_that_several_share_is_given_to_none_of_them():
    with selon.Record(":memory:") as record:
        record.store(made([[("Marine Le Pen", "f")], [("Jean-Marie Le Pen", "m")], [("Le Pen", None)]]))
        assert len(record.speakers("Le Pen")) == 3
        # but asking by the surname means all
        assert record.search("", selon.Filters(speaker="Le Pen")).total == 3


def test_the_gender_that_a_page_shows_decides_between_namesakes():
    with selon.Record(":memory:") as record:
        record.store(made([[("Marine Le Pen", "f")], [("Jean-Marie Le Pen", "m")], [("Le Pen", "f")]]))
        assert record.speaker("Marine Le Pen").count.attributions == 2


def test_a_given_name_is_not_taken_for_a_surname():
    with selon.Record(":memory:") as record:
        record.store(made([[("Olivier Faure", "m")], [("Olivier Faure", "m")], [("Philippe Olivier", "m")]]))
        record.store(
            [next(made([[("Olivier", "m")]])), *list(made([[]] * 3 + [[("Jean-Claude", "m")], [("Claude", "m")]]))[3:]]
        )
        assert record.speaker("Olivier").count.name == "Olivier"
        assert record.speaker("Claude").count.name == "Claude"


def test_an_office_is_not_the_name_of_its_complement():
    with selon.Record(":memory:") as record:
        names = ["le chef de l'État", "Un ministre d'État", "M. de Rugy", "François de Rugy"]
        record.store(made([[(name, "m")] for name in names]))
        assert record.speaker("le chef de l'État").count.attributions == 1
        assert {name for name, _ in record.speaker("François de Rugy").names} == {"M. de Rugy", "François de Rugy"}


def test_whoever_a_search_shows_can_be_asked_for():
    names = [
        "Le Pen",
        "Marine Le Pen",
        "Jean-Marie Le Pen",
        "le maire de Paris",
        "Mme X",
        "M. de Rugy",
        "le chef de l'État",
    ]
    with selon.Record(":memory:") as record:
        record.store(made([[(name, None)] for name in names]))
        for hit in record.search("oui"):
            assert hit.attribution_id in {
                one.attribution_id
                for one in record.search("", selon.Filters(speaker_id=record.speaker(hit.speaker).count.speaker_id))
            }


def test_pronouns_are_nobody_in_particular():
    with selon.Record(":memory:") as record:
        record.store(made([[("certains", None)], [("Certains", None)]]))
        assert len(record.speakers()) == 0
        assert record.search("oui")[0].speaker in ("certains", "Certains")


NAMES = st.sampled_from(
    [("Emmanuel Macron", "m"), ("Macron", "m"), ("Macron", None), ("Brigitte Macron", "f"), ("E. Macron", None),
     ("Marine Le Pen", "f"), ("Le Pen", "f"), ("Jean-Marie Le Pen", "m"), ("le maire", "m"), ("Le Maire", "m"),
     ("Bruno Le Maire", "m"), ("Bruno", "m"), ("Pierre Bruno", "m")]
)  # fmt: skip


def linked(record):
    found = record._connection.execute(
        "SELECT name.name, name.gender, pages, speaker.key, speaker.name, speaker.gender FROM name"
        " LEFT JOIN speaker USING (speaker_id) ORDER BY 1, 2"
    )
    return found.fetchall()


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(NAMES, min_size=1, max_size=3, unique_by=lambda name: name[0]), min_size=1, max_size=12),
    st.randoms(),
)
def test_who_is_who_does_not_depend_on_the_order_of_pages(names, rng):
    listed = list(made(names))
    with selon.Record(":memory:") as one, selon.Record(":memory:") as other:
        one.store(listed)
        shuffled = random.Random(rng.random()).sample(listed, len(listed))
        for single in shuffled:
            other.store([single])
        assert linked(one) == linked(other)


def test_merging_and_splitting_by_hand_survive_reading_again(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        record.add(pages())
        record.merge_speakers(["Mary Lane"], "Paul Serre")
        record.split_speaker("Macron")
        record._connection.execute("UPDATE version SET model = 'older'")
        assert record.read_again().again == 8
        record.add([page("« Oui », dit Mary Lane. « Non », répond M. Macron.", 50)])
        assert {name for name, _ in record.speaker("Mary Lane").names} == {"Paul Serre", "Mary Lane"}
        assert {name for name, _ in record.speaker("Emmanuel Macron").names} == {"Emmanuel Macron"}
        assert record.speaker("Macron").count.name == "Macron"
        # and back again
        record.merge_speakers(["Macron"], "Emmanuel Macron")
        record.split_speaker("Mary Lane")
        assert record.speaker("Macron").count.name == "Emmanuel Macron"
        assert record.speaker("Mary Lane").count.name == "Mary Lane"


def test_merging_what_is_not_there_says_so(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        record.add(pages())
        with pytest.raises(selon.RecordError, match="no speaker called 'Nobody Here'"):
            record.merge_speakers(["Nobody Here"], "Paul Serre")
        with pytest.raises(selon.RecordError, match="one speaker already"):
            record.merge_speakers(["Serre"], "Paul Serre")


def test_imported_people_are_used_for_linking(tmp_path):
    table = tmp_path / "people.csv"
    table.write_text(
        "name,aliases,wikidata\nEmmanuel Macron,le chef de l'État|Jupiter,http://www.wikidata.org/entity/Q3052772\n",
        encoding="utf-8",
    )
    path = tmp_path / "selon.db"
    with selon.Record(path) as record:
        record.add([*pages(), page("Le chef de l'État a jugé que la réforme était juste.", 60)])
        assert record.speaker("Emmanuel Macron").count.wikidata is None
    command = [sys.executable, "-m", "selon", "speakers", "import", str(table), "--record", str(path)]
    assert b"1 people" in subprocess.run(command, check=True, capture_output=True).stdout
    with selon.Record(path) as record:
        info = record.speaker("le chef de l'État")
        assert (info.count.name, info.count.wikidata) == ("Emmanuel Macron", "Q3052772")
        record.add([page("« Je pars », a dit Jupiter. « Restez », a répondu Paul Serre.", 61)])
        assert record.speaker("Jupiter").count.name == "Emmanuel Macron"


def test_a_table_of_people_with_a_mistake_names_the_line(tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("name,wikidata\nAda Lovelace,Q7259\nNobody,seven\n", encoding="utf-8")
    with selon.Record(tmp_path / "selon.db") as record:
        record.add(pages())
    command = [sys.executable, "-m", "selon", "speakers", "import", str(table), "--record", str(tmp_path / "selon.db")]
    done = subprocess.run(command, check=False, capture_output=True)
    assert done.returncode == 1
    assert b"line 3" in done.stderr
    with selon.Record(tmp_path / "selon.db") as record:
        assert record._connection.execute("SELECT count(*) FROM person").fetchone()[0] == 0


def test_a_speaker_in_full():
    with selon.Record(":memory:") as record:
        record.add(pages())
        info = record.speaker("Emmanuel Macron")
        assert info.months[0] == ("2017-01", 2)
        assert dict(info.outlets)["Le Jour"] == 3
        assert "le syndicat des dockers" in {name.lower() for name, _ in info.beside}
        assert info.count.first == "2017-01-01"
        then = record.speaker("Emmanuel Macron", since="2017-01", until="2017-01")
        assert 0 < sum(times for _, times in then.outlets) < sum(times for _, times in info.outlets)
        assert (then.months, then.names) == (info.months, info.names)
