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
