"""The command as a user runs it: a real process, real files, real pipes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


def selon(*arguments, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "selon", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_help_teaches_with_examples():
    done = selon("read", "--help")
    assert done.returncode == 0
    assert b"selon read article.txt" in done.stdout


def test_in_a_pipe_the_output_is_the_exchange_form():
    done = selon("read", EXAMPLES / "barrage.txt")
    assert done.returncode == 0, done.stderr
    (page,) = map(json.loads, done.stdout.splitlines())
    assert page["id"] == "barrage"
    assert page["language"] == "fr"
    assert page["text"] == (EXAMPLES / "barrage.txt").read_text(encoding="utf-8")
    assert len(page["attributions"]) >= 8


def test_text_format_shows_speaker_words_kind_and_place():
    done = selon("read", "--format", "text", EXAMPLES / "bridge.txt")
    shown = done.stdout.decode()
    assert "Margaret Doyle" in shown
    assert "direct" in shown
    assert "line 5" in shown
    assert "\x1b" not in shown


def test_standard_input_and_several_files_together():
    done = selon("read", "-", EXAMPLES / "bridge.txt", stdin="Selon le maire, la route est coupée.".encode())
    pages = list(map(json.loads, done.stdout.splitlines()))
    assert [page["language"] for page in pages] == ["fr", "en"]


def test_json_lines_are_read_and_written_back(tmp_path):
    path = tmp_path / "pages.jsonl"
    rows = [
        {"id": "a", "text": "Le maire a dit que la route est coupée.", "outlet": "Le Jour", "lang": "fr"},
        {"id": "b", "text": "“Yes,” said Ann Lee."},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    pages = list(map(json.loads, selon("read", path).stdout.splitlines()))
    assert [(page["id"], page["outlet"]) for page in pages] == [("a", "Le Jour"), ("b", None)]
    again = tmp_path / "again.jsonl"
    again.write_bytes(selon("read", path).stdout)
    assert selon("read", again).stdout == again.read_bytes()


def test_several_processes_give_the_same_in_the_same_order(tmp_path):
    path = tmp_path / "pages.jsonl"
    texts = [(EXAMPLES / name).read_text(encoding="utf-8") for name in ("barrage.txt", "bridge.txt")]
    path.write_text("\n".join(json.dumps({"id": str(n), "text": texts[n % 2]}) for n in range(70)))
    assert selon("read", "--processes", 2, path).stdout == selon("read", path).stdout


def test_one_bad_input_is_named_and_does_not_stop_the_rest(tmp_path):
    path = tmp_path / "pages.jsonl"
    path.write_text('{"id": "a", "text": "Le maire a dit que la route est coupée."}\nnot json\n{"id": "c"}\n[1]\n')
    done = selon("read", path, tmp_path / "missing.txt", EXAMPLES / "bridge.txt")
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "bridge"]
    errors = done.stderr.decode()
    assert "line 2: not JSON" in errors
    assert "line 3: no text" in errors
    assert "missing.txt: no such file" in errors
    assert "4 inputs not read" in errors


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (bytes(range(256)) * 40, "binary"),
        ("El presidente dijo ayer que no firmaría el acuerdo con los sindicatos de la región.".encode(), "'es'"),
        ("قال الرئيس إن الحكومة ستواصل العمل على تحسين الظروف المعيشية للمواطنين".encode(), "'ar'"),
        (b"12345 67890", "no words"),
    ],
)
def test_what_cannot_be_read_gets_a_clear_message_and_no_traceback(tmp_path, data, message):
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    done = selon("read", path)
    assert done.returncode == 1
    assert message in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert done.stdout == b""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings_are_told(tmp_path, encoding):
    text = "« L'été a été très sec, déplore à Nîmes la préfète Hélène Noël. Où irons-nous ? »\n" * 5
    path = tmp_path / "page.txt"
    path.write_bytes(text.encode(encoding))
    done = selon("read", path)
    assert json.loads(done.stdout)["text"] == text


def test_other_languages_can_be_forced(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("12345 « 67890 »")
    assert selon("read", "--language", "fr", path).returncode == 0
    done = selon("read", "--language", "xx", path)
    assert done.returncode == 2
    assert b"en, fr" in done.stderr


def test_strange_characters_pass_through(tmp_path):
    path = tmp_path / "page.jsonl"
    path.write_text(
        json.dumps({"id": "\ud800", "text": "Le maire\x00 a dit \ud800 que \u202eoui\u202c, « non \U0001f600 »."})
    )
    done = selon("read", path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["text"] == "Le maire\x00 a dit \ud800 que \u202eoui\u202c, « non \U0001f600 »."
    for form in ("text", "html"):
        shown = selon("read", "--format", form, path)
        assert shown.returncode == 0
        assert b"\x00" not in shown.stdout


@pytest.mark.parametrize(
    "text", ['"' * 300_000, "« " * 150_000, "(" * 300_000, "a" * 1_000_000, "Le maire a dit que oui " * 60_000]
)
def test_monstrous_lines_are_read(tmp_path, text):
    path = tmp_path / "page.txt"
    path.write_text(text)
    done = selon("read", "--language", "fr", path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["text"] == text


def test_min_confidence_filters():
    everything = json.loads(selon("read", EXAMPLES / "barrage.txt").stdout)["attributions"]
    sure = json.loads(selon("read", "--min-confidence", 0.8, EXAMPLES / "barrage.txt").stdout)["attributions"]
    assert sure == [a for a in everything if a["confidence"] >= 0.8]
    assert 0 < len(sure) < len(everything)


def test_a_closed_pipe_ends_quietly(tmp_path):
    path = tmp_path / "pages.jsonl"
    path.write_text((json.dumps({"id": "a", "text": "Le maire a dit que la route est coupée. " * 50}) + "\n") * 400)
    done = subprocess.run(
        f"{sys.executable} -m selon read {path} | head -c 10", shell=True, capture_output=True, timeout=120, check=True
    )
    assert done.stderr == b""
