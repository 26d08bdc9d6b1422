"""Reading who accuses whom with the large model: the same kind of answers, whatever is read beside a page."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_allegations import ACCUSED, BLAMED
from test_cli import selon

from selon import Page, Reader, Record
from selon.languages.pack import common_folder
from selon.reading.allegations.candidates import Candidate
from selon.reading.allegations.claims import ALIKE, LOOKED, MAX_LOOKED, load_looker, load_weights, shortlist
from selon.reading.allegations.evidence import FEATURES, STANCES
from selon.reading.allegations.look import (
    AFTER,
    BEFORE,
    FARTHEST_BEFORE,
    FARTHEST_BEHIND,
    FIRST,
    INSIDE,
    LAST,
    LOOK_FEATURES,
    MOST,
    OUTSIDE,
    edged,
    marking,
)
from selon.reading.allegations.pieces import SPACE, Pieces
from selon.reading.allegations.pointer import EDGES, POINTERS, SIZE, WIDTH, point

LONG = "\n\n".join(f"Paragraphe {number}. {ACCUSED}" for number in range(20))


@pytest.fixture(scope="module")
def pieces():
    with common_folder().joinpath("pieces.npz").open("rb") as file, np.load(file) as data:
        return Pieces({name: data[name] for name in data.files})


@pytest.fixture(scope="module")
def names(pieces):
    return {number: piece for piece, number in pieces._numbers.items()}


@pytest.mark.parametrize(("text", "language"), [(ACCUSED, "fr"), (BLAMED, "en")])
def test_a_thorough_reading_tells_who_accuses_whom_on_the_words_of_the_page(text, language):
    page = Reader(language, thorough=True).read(text)
    first = page.allegations[0]
    assert first.stance == "accuses"
    assert first.accused is not None
    assert any(word in first.accused.name for word in ("Sodalec", "Norwell"))
    assert all(page.words(one.evidence) for one in page.allegations)


def test_attributions_are_the_same_read_thoroughly_or_not():
    quick, thorough = Reader("fr").read(ACCUSED), Reader("fr", thorough=True).read(ACCUSED)
    assert thorough.attributions == quick.attributions
    assert thorough.speakers == quick.speakers


def test_a_page_reads_the_same_alone_and_beside_others():
    reader = Reader("fr", thorough=True)
    alone = reader.read(ACCUSED)
    beside = list(reader.read_many([LONG, ACCUSED, "Il pleut."]))[1]
    assert beside.allegations == alone.allegations


def test_several_processes_read_the_same():
    pages = [ACCUSED, LONG]
    alone = [page.allegations for page in Reader("fr", thorough=True).read_many(pages)]
    assert [page.allegations for page in Reader("fr", thorough=True, processes=2).read_many(pages)] == alone


def test_what_stands_far_down_a_long_text_keeps_its_place():
    text = "Il pleut sur la vallée depuis trois jours. " * 5000 + "\n\n" + ACCUSED
    page = Reader("fr", thorough=True).read(text)
    found = [page.words(one.evidence) for one in page.allegations]
    assert any("Sodalec" in words for words in found)
    assert all(words in ACCUSED for words in found)


def test_a_window_of_endless_words_is_read():
    text = " ".join("anticonstitutionnellement" * 8 for _ in range(300))
    assert Reader("fr", thorough=True).read(text).text == text


def test_without_allegations_thorough_reads_none():
    assert Reader("fr", allegations=False, thorough=True).read(ACCUSED).allegations == ()


def test_the_command_reads_thoroughly(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(ACCUSED, encoding="utf-8")
    result = selon("read", path, "--thorough", "--format", "jsonl")
    assert result.returncode == 0, result.stderr
    expected = Reader("fr", thorough=True).read(ACCUSED).allegations
    assert len(json.loads(result.stdout)["allegations"]) == len(expected) > 0


def test_thorough_and_no_allegations_contradict_each_other(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(ACCUSED, encoding="utf-8")
    result = selon("read", path, "--thorough", "--no-allegations")
    assert result.returncode == 2
    assert b"choose one" in result.stderr


def test_a_record_reads_again_thoroughly_what_was_read_quickly(tmp_path):
    page = Page(ACCUSED, id="girod", language="fr")
    with Record(tmp_path / "pages.db") as record:
        record.add([page], Reader("fr"))
        assert record.add([page], Reader("fr"), again=True).again == 0
        assert record.add([page], Reader("fr", thorough=True), again=True).again == 1
        assert record.add([page], Reader("fr", thorough=True), again=True).again == 0


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(alphabet=st.sampled_from("« »’'\n.,;–aéàœçZẞ漢ع🙂\u0301\u00a0"), max_size=300),
    language=st.sampled_from(["fr", "en"]),
)
def test_any_text_is_read(text, language):
    page = Reader(language, thorough=True).read(text)
    for one in page.allegations:
        assert 0 <= one.evidence.start < one.evidence.end <= len(text)


@pytest.mark.parametrize("word", ["accusation", "anticonstitutionnellement", "Mélenchon", "L’", "2017", "«"])
def test_the_pieces_of_a_word_make_up_the_word(pieces, names, word):
    for spaced in (False, True):
        made = "".join(names[number] for number in pieces.cut(word, spaced))
        assert made.replace("'", "’") == (SPACE if spaced else "") + word.replace("'", "’")


@given(word=st.text(min_size=1, max_size=80))
def test_any_word_has_pieces(pieces, word):
    found = pieces.cut(word, spaced=True)
    assert found
    assert all(0 <= number < len(pieces._scores) for number in found)


@given(data=st.data())
def test_a_pointer_shares_out_one_probability(data):
    total = data.draw(st.integers(1, 40))
    first = data.draw(st.integers(0, total - 1))
    last = data.draw(st.integers(first + 1, total))
    which = data.draw(st.integers(0, len(POINTERS) - 1))
    rows = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=(total, WIDTH)).astype(np.float32) * 3
    answer = point(rows, np.zeros((len(POINTERS), len(EDGES) + 1), np.float32), first, last, which)
    assert answer.chances.sum() + answer.nobody == pytest.approx(1, abs=1e-4)
    assert (answer.chances >= 0).all()


def test_a_pointer_answers_with_the_token_whose_key_fits_the_question():
    rows = np.zeros((30, WIDTH), np.float32)
    kinds = len(POINTERS)
    which = POINTERS.index("accused")
    ask, key = 2 * kinds + which * SIZE, 2 * kinds + (kinds + which) * SIZE
    rows[20:25, ask] = 4  # what the evidence asks for
    rows[7, key] = 3  # the one token that answers
    answer = point(rows, np.zeros((kinds, len(EDGES) + 1), np.float32), 20, 25, which)
    assert answer.first + int(answer.chances.argmax()) == 7
    assert answer.chances.max() > 0.9


@given(data=st.data())
def test_a_second_look_marks_the_evidence_it_is_asked_about(data):
    first = data.draw(st.integers(0, 400))
    last = first + data.draw(st.integers(1, MOST))
    low, high = max(0, first - BEFORE), last + data.draw(st.integers(0, AFTER))
    roles, away = marking(first, last, low, high)
    assert len(roles) == len(away) == high - low
    assert [at + low for at in np.flatnonzero(roles != OUTSIDE)] == list(range(first, last))
    assert roles[first - low] == FIRST
    if last - first > 1:
        assert roles[last - 1 - low] == LAST
    assert (roles[first - low + 1 : last - low - 1] == INSIDE).all()
    assert away[first - low] == -FARTHEST_BEFORE  # distances count from the evidence's first token
    assert (away[: first - low] < -FARTHEST_BEFORE).all()
    assert away.min() >= 0
    assert away.max() <= FARTHEST_BEHIND - FARTHEST_BEFORE


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_second_look_shares_out_one_probability_for_each_who_is_asked_for(data):
    total = data.draw(st.integers(1, 320))
    first = data.draw(st.integers(0, total - 1))
    last = data.draw(st.integers(first + 1, min(total, first + 140)))
    states = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=(total, 384)).astype(np.float16)
    look = load_looker().look(states, first, last)
    assert len(look.features) == len(LOOK_FEATURES)
    assert np.isfinite(look.features).all()
    told = dict(zip(LOOK_FEATURES, look.features.tolist(), strict=True))
    stances = [told[f"look_{stance}"] for stance in STANCES]
    assert np.exp(stances).sum() == pytest.approx(1, abs=1e-4)
    assert told["look_nobody"] == pytest.approx(look.pointed[POINTERS.index("accused")].nobody)
    assert 0 <= told["look_edges"] <= 1
    for answer in look.pointed:
        assert answer.first == max(0, first - BEFORE)
        assert answer.first + len(answer.chances) == min(total, last + AFTER)
        assert answer.chances.sum() + answer.nobody == pytest.approx(1, abs=1e-4)


def test_so_many_stretches_are_looked_at_again_at_most_and_the_likeliest_first():
    items = [Candidate(10 * k, 10 * k + 8, "sentence", -1) for k in range(2 * MAX_LOOKED)]
    chances = np.linspace(0, 1, len(items)).astype(np.float32)
    assert shortlist(items, chances) == list(range(len(items) - 1, len(items) - 1 - MAX_LOOKED, -1))
    unlikely = np.full(len(items), LOOKED / 2, np.float32)
    assert shortlist(items, unlikely) == []


def test_a_stretch_much_like_a_likelier_one_is_not_looked_at_again_but_a_part_of_it_is():
    spans = (0, 40), (2, 40), (20, 35), (60, 70)
    whole, most, part, apart = (Candidate(*span, "sentence", -1) for span in spans)
    assert 15 / 40 < ALIKE < 38 / 40
    assert shortlist([whole, most, part, apart], np.array([0.9, 0.8, 0.7, 0.6], np.float32)) == [0, 2, 3]


def test_evidence_of_any_length_is_looked_at_in_bounded_pieces():
    states = np.zeros((5 * MOST, 384), np.float16)
    look = load_looker().look(states, MOST, 5 * MOST)
    assert all(len(answer.chances) == BEFORE + MOST + AFTER for answer in look.pointed)


def test_an_endless_sentence_that_a_frame_of_words_gives_away_is_read():
    text = "Des milices « financées par Sodalec » " + "et puis encore un mot de plus " * 2500
    found = Reader("fr", thorough=True).read(text)
    assert found.text == text


def test_edges_that_are_the_likeliest_agree_wholly_and_others_less():
    edges = np.full((10, 2), 0.01, np.float32)
    edges[2, 0] = edges[6, 1] = 0.9
    first, last, agree = edged(edges, 2, 7)
    assert (first, last) == (pytest.approx(np.log(0.9)), pytest.approx(np.log(0.9)))
    assert agree == 1
    assert edged(edges, 2, 5) == (pytest.approx(np.log(0.9)), pytest.approx(np.log(0.01)), pytest.approx(3 / 5))
    assert edged(edges, 8, 10)[2] == 0


def test_the_weights_in_the_package_are_for_what_a_look_tells():
    weights = load_weights("fr", thorough=True)
    assert weights.looked is not None
    assert weights.looked.mean.shape == weights.stance.mean.shape == (len(FEATURES) + len(LOOK_FEATURES),)
    assert load_weights("fr").looked is None
