"""Families of quotations over a record."""

import random

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from test_verify import page

import selon
from selon.cli import main
from selon.record.families import Wordings
from selon.record.fingerprints import same_quotation
from selon.record.wording import folded_words

WHOLE = "Notre commune refuse la fermeture de la maternité et demandera justice devant le tribunal administratif"
ALTERED = "Notre commune refuse la fermeture de la maternité et demandera réparation devant le tribunal administratif"
CUT = "refuse la fermeture de la maternité et demandera justice devant le tribunal"
OTHER = "Les pêcheurs du lac attendent depuis quatre saisons une réponse claire de la préfecture voisine"


def told(text, speaker, **about):
    return page(f"« {text} », dit {speaker}.", (speaker, text), **about)


PAGES = [
    told(ALTERED, "Jean Blanc", id="c", outlet="C", date="2018-01-03"),
    told(WHOLE, "Lise Noir", id="a", outlet="A", date="2018-01-01"),
    told(CUT, "Lise Noir", id="b", outlet="B", date="2018-01-02"),
    told(OTHER, "Lise Noir", id="d", outlet="A", date="2018-01-02"),
    told(OTHER, "Lise Noir", id="e", outlet="A", date="2018-01-04"),
]


@pytest.fixture
def record(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        record.store(PAGES)
        yield record


def test_families_are_listed_by_reach(record):
    assert [(one.pages, one.outlets, one.variants) for one in record.families()] == [(3, 3, 3), (2, 1, 1)]
    assert len(record.families(min_pages=3)) == 1


def test_a_family_shows_who_was_first_and_what_each_page_changed_dropped_or_gave_to_somebody_else(record):
    (summary,) = record.families(altered=True)
    assert (summary.text, summary.first.page_key, summary.speaker) == (WHOLE, "a", "Lise Noir")
    family = record.family(summary.key)
    assert [(one.status, one.occurrences[0].page_key) for one in family.variants] == [
        ("verbatim", "a"), ("cut", "b"), ("altered", "c"),
    ]  # fmt: skip
    changed = [part for part in family.variants[2].differences if part.kind == "changed"]
    assert [(part.quoted, part.stands) for part in changed] == [("réparation", "justice")]
    assert [one.occurrences[0].elsewhere for one in family.variants] == [False, False, True]


def test_every_wording_leads_to_its_family_so_that_addresses_last(tmp_path):
    with selon.Record(tmp_path / "selon.db") as record:
        keys = set()
        for one in PAGES[:3]:
            record.store([one])
            keys |= {family.key for family in record.families(min_pages=1)}
        (family,) = record.families(min_pages=3)
        assert {record.family(key).summary.key for key in keys} == {family.key}


def test_adding_pages_one_by_one_in_any_order_gives_the_same_families(record, tmp_path):
    expected = [(one.key, one.pages, one.text) for one in record.families()]
    for seed in range(3):
        with selon.Record(tmp_path / f"{seed}.db") as other:
            for one in random.Random(seed).sample(PAGES, len(PAGES)):
                other.store([one])
            assert [(one.key, one.pages, one.text) for one in other.families()] == expected


VOCABULARY = ["digue", "canal", "maire", "hiver", "pont", "route", "école", "lac", "port", "village", "de", "la", "le"]


@given(st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=5, max_size=16), min_size=2, max_size=12), st.randoms())
@settings(max_examples=40, deadline=None)
def test_which_wordings_are_together_never_depends_on_order_or_batches(contents, rng):
    base = contents[0] * 2
    texts = [" ".join(base[:n] + words) for n, words in enumerate(contents)]

    def grouped(batches):
        with selon.Record(":memory:") as record:
            connection = record._connection
            for batch in batches:
                Wordings(connection).note_all(batch)
            query = "SELECT w.folded, hex(f.digest) FROM wording w LEFT JOIN wording f ON f.wording_id = w.family_id"
            return sorted(connection.execute(query).fetchall(), key=str)

    mixed = rng.sample(texts, len(texts))
    assert grouped([texts]) == grouped([[text] for text in mixed]) == grouped([mixed[:3], mixed[3:]])


@pytest.mark.parametrize(
    "one, other",
    [
        ("je suis très content d'être ici ce soir", "je suis très content d'être parmi vous ce soir"),
        ("il n'y a pas de raison de s'inquiéter pour demain", "il n'y a pas de raison de partir sans nous"),
        (WHOLE, OTHER),
    ],
)
def test_commonplaces_join_nothing(one, other):
    assert not same_quotation(folded_words(one), folded_words(other))


def test_an_unquoted_wording_joins_when_it_is_quoted_later():
    with selon.Record(":memory:") as record:
        wordings = Wordings(record._connection)
        plain = wordings.note(WHOLE, quoted=False)
        quoted = wordings.note(ALTERED)
        families = dict(record._connection.execute("SELECT wording_id, family_id FROM wording"))
        assert families[plain] is None and families[quoted] == quoted
        assert wordings.note(WHOLE) == plain
        families = dict(record._connection.execute("SELECT wording_id, family_id FROM wording"))
        assert families[plain] == families[quoted] is not None


def test_texts_without_words_have_no_wording_and_repeated_ones_have_one():
    with selon.Record(":memory:") as record:
        assert Wordings(record._connection).note_all(["…", "Oui !", "« oui »"]) == [None, 1, 1]


def test_an_unknown_key_is_told(record):
    for key in ("000000000000", "nothing"):
        with pytest.raises(selon.SelonError):
            record.family(key)


def test_the_command_lists_families_and_shows_one(record):
    def run(*arguments):
        return CliRunner().invoke(main, ["families", *arguments, "--record", str(record.path)])

    listed = run("--format", "text")
    assert (
        listed.exit_code == 0 and "3 pages · 3 outlets · 3 wordings · altered · given to somebody else" in listed.output
    )
    shown = run(listed.output.split()[0], "--format", "text")
    assert (
        "[-justice-] {+réparation+}" in " ".join(shown.output.split()) and "Jean Blanc (somebody else)" in shown.output
    )
    assert run("--min-pages", "9").exit_code == 1
    assert len(run(listed.output.split()[0], "--format", "csv").output.splitlines()) == 4
