"""What a user may name: files, folders, patterns, archives, packed files, and many at once."""

import contextlib
import gzip
import io
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest
from pages_helpers import PARAGRAPHS, article, read_all

from selon.pages import archive, streams
from selon.pages.source import open_pages, size_of

pty = pytest.importorskip("pty")  # not on Windows
LINES = '{"id": "a", "text": "Oui."}\n{"id": "b", "text": "Non."}\n'


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "pages"
    for path, text in {
        "b.txt": "Le maire a dit oui.", "a/2.html": article(), "a/1.jsonl": LINES, ".hidden.txt": "x", ".git/config": "x",
        "CVS/Root": "x", "a/files/style.css": "p {}", "a/files/photo.png": "\x89PNG", "c.csv": "id,text\n1,Peut-être\n",
    }.items():  # fmt: skip
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def packed(root, path, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as zipped:
        for file in sorted(root.rglob("*")):
            zipped.write(file, file.relative_to(root))
    return path


def test_a_folder_is_read_in_order_without_what_is_hidden(folder):
    pages, errors = read_all(folder)
    assert not errors
    assert [page.id for page in pages] == ["a", "b", "a/2.html", "b.txt", "1"]
    assert PARAGRAPHS[0] in pages[2].text
    assert size_of([str(folder)]) == sum(
        (folder / name).stat().st_size for name in ("b.txt", "c.csv", "a/2.html", "a/1.jsonl")
    )


def test_a_folder_without_pages_and_a_loop_of_links(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "loop").symlink_to(tmp_path / "empty")
    assert "without pages" in read_all(tmp_path / "empty")[1][0]


def test_patterns_that_no_shell_expanded(folder):
    pages, errors = read_all(folder / "**" / "*.html", folder / "[bc].*", folder / "*.doc")
    assert [page.id for page in pages] == ["2", "b", "1"]
    assert "no file matches" in errors[0]


def test_a_file_with_marks_of_a_pattern_in_its_name_is_itself(tmp_path):
    (tmp_path / "a[1]?.txt").write_text("Oui.")
    assert read_all(tmp_path / "a[1]?.txt")[0][0].text == "Oui."


def test_a_zip_archive_is_read_like_the_folder_in_it(folder, tmp_path):
    pages, errors = read_all(packed(folder, tmp_path / "pages.zip"))
    assert not errors
    assert [page.id for page in pages] == ["a", "b", "a/2.html", "b.txt", "1"]


def test_nothing_in_a_zip_is_ever_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("a.zip", "w") as zipped:
        zipped.writestr("../../../outside.txt", "Le maire a dit oui.")
        zipped.writestr("/etc/outside.txt", "Le maire a dit non.")
    pages, _ = read_all("a.zip")
    assert [page.text for page in pages] == ["Le maire a dit oui.", "Le maire a dit non."]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_damaged_members_of_a_zip_do_not_stop_the_rest(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        for number in range(3):
            zipped.writestr(f"{number}.txt", f"Page {number}. " + os.urandom(500).hex())
    data = bytearray((tmp_path / "a.zip").read_bytes())
    place = data.index(b"1.txt")
    data[place + 60 : place + 90] = bytes(30)
    (tmp_path / "a.zip").write_bytes(data)
    pages, errors = read_all(tmp_path / "a.zip")
    assert [page.id for page in pages] == ["0.txt", "2.txt"]
    assert len(errors) == 1
    assert "a.zip/1.txt" in errors[0]


def test_a_truncated_zip_and_an_office_document(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as zipped:
        zipped.writestr("[Content_Types].xml", "<x/>")
    (tmp_path / "b.zip").write_bytes((tmp_path / "a.docx").read_bytes()[:-10])
    _, errors = read_all(tmp_path / "a.docx", tmp_path / "b.zip")
    assert "office document" in errors[0]
    assert "damaged or truncated ZIP" in errors[1]


def test_zip_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "HARMLESS", 1_000_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        for number in range(5):
            zipped.writestr(f"{number}.txt", "a" * 20_000_000)
    pages, errors = read_all(tmp_path / "a.zip")
    assert not pages
    assert len(errors) == 1
    assert "bomb" in errors[0]


def test_a_zip_whose_directory_lies_about_sizes_is_bounded_too(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "HARMLESS", 1_000_000)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.jsonl", "\n" * 30_000_000)
    path.write_bytes(path.read_bytes().replace((30_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    pages, errors = read_all(path)
    assert not pages
    assert len(errors) <= 1


def test_a_zip_of_too_many_files_and_zips_in_zips_in_zips(tmp_path, monkeypatch):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as zipped:
        zipped.writestr("a.txt", "Oui.")
    data = inner.getvalue()
    for depth in range(3):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w") as zipped:
            zipped.writestr("a.zip", data)
        data = outer.getvalue()
        (tmp_path / f"{depth}.zip").write_bytes(data)
    assert read_all(tmp_path / "0.zip")[0][0].text == "Oui."
    assert "packed within packed" in read_all(tmp_path / "2.zip")[1][0]
    monkeypatch.setattr(archive, "MAX_MEMBERS", 0)
    assert "holds more than" in read_all(tmp_path / "0.zip")[1][0]


def test_gzip_of_text_lines_and_html(tmp_path):
    for name, text in {
        "a.txt.gz": "Oui.",
        "b.jsonl.gz": LINES,
        "c.html.gz": article(),
        "d": "id;text\n7;Oui\n",
    }.items():
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    pages, errors = read_all(*(tmp_path / name for name in ("a.txt.gz", "b.jsonl.gz", "c.html.gz", "d")))
    assert not errors
    assert [page.id for page in pages] == ["a", "a", "b", "c", "7"]


def test_truncated_and_damaged_gzip(tmp_path):
    lines = "".join(json.dumps({"id": str(n), "text": os.urandom(60).hex()}) + "\n" for n in range(300))
    data = gzip.compress(lines.encode())
    (tmp_path / "a.jsonl.gz").write_bytes(data[:-2000])
    pages, errors = read_all(tmp_path / "a.jsonl.gz")
    assert 150 < len(pages) < 300
    assert "truncated gzip" in errors[-1]
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(os.urandom(900).hex().encode())[:-100])
    pages, errors = read_all(tmp_path / "b.txt.gz")
    assert not pages
    assert "truncated gzip" in errors[0]
    (tmp_path / "c.txt.gz").write_bytes(data[:500] + b"\0" * 100 + data[600:])
    assert "damaged gzip" in read_all(tmp_path / "c.txt.gz")[1][-1]


def test_gzip_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "HARMLESS", 1_000_000)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"\n" * 30_000_000))
    pages, errors = read_all(tmp_path / "a.jsonl.gz")
    assert not pages
    assert "bomb" in errors[0]


def test_date_and_outlet_fill_what_pages_do_not_state(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "a", "date": "2017-06-03"}\n{"text": "b", "outlet": "Le Jour"}\n')
    pages, _ = read_all(tmp_path / "a.jsonl", date="2016", outlet="Le Soir")
    assert [(page.date, page.outlet) for page in pages] == [("2017-06-03", "Le Soir"), ("2016", "Le Jour")]


def test_progress_reaches_the_size_of_the_input(folder, tmp_path):
    names = [str(folder), str(packed(folder, tmp_path / "pages.zip"))]
    taken = []
    assert list(open_pages(names, taken.append))
    assert sum(taken) >= size_of(names)


@pytest.mark.parametrize("name", ["nul\0.txt", "x" * 5000, "missing.txt", "~", "http:/", "*"])
def test_names_that_are_none(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    pages, errors = read_all(name)
    assert not pages
    assert len(errors) == 1


def selon(*arguments, stdin=None, env=None):
    return subprocess.run(
        [sys.executable, "-m", "selon", *map(str, arguments)],
        input=stdin, capture_output=True, timeout=120, check=False, env=env,
    )  # fmt: skip


def test_the_command_reads_everything_at_once_and_counts_what_is_bad(folder, tmp_path):
    (folder / "bad.jsonl").write_text("{]\n")
    done = selon(
        "read", "--language", "fr", "--date", "2017-06", folder, tmp_path / "none", "-", stdin=article().encode()
    )
    assert done.returncode == 1
    pages = [json.loads(line) for line in done.stdout.splitlines()]
    assert [page["id"] for page in pages] == ["a", "b", "a/2.html", "b.txt", "1", "-"]
    assert {page["date"] for page in pages} == {"2017-06"}
    assert pages[-1]["title"] == "Le pont fermé"
    assert b"bad.jsonl, line 1: not JSON" in done.stderr
    assert b"2 inputs not read" in done.stderr


def test_the_command_takes_names_of_fields(tmp_path):
    (tmp_path / "a.csv").write_text("key;body;who\n1;Le maire a dit oui.;Ann Lee\n")
    fields = ("--text-field", "body", "--id-field", "key", "--author-field", "who")
    done = selon("read", "--language", "fr", *fields, tmp_path / "a.csv")
    assert done.returncode == 0, done.stderr
    page = json.loads(done.stdout)
    assert (page["id"], page["text"], page["author"]) == ("1", "Le maire a dit oui.", "Ann Lee")


def test_long_input_shows_pages_words_failures_and_time_left(tmp_path):
    line = json.dumps({"text": "Le maire a dit oui. " * 100})
    (tmp_path / "a.jsonl").write_text((line + "\n") * 900 + "{\n" + (line + "\n") * 100)
    code = (
        "import sys, time; from selon.cli.inputs import *; from selon.pages.options import Options\n"
        "inputs = Inputs(sys.argv[1:], Options(), lambda message: None, quiet=False)\n"
        "with inputs.progress():\n"
        "    for number, page in enumerate(inputs.pages()): number % 100 or time.sleep(0.05)\n"
    )
    main, side = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    arguments = [sys.executable, "-c", code, str(tmp_path / "a.jsonl")]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=side, env=environment)
    os.close(side)
    shown = b""
    with contextlib.suppress(OSError):
        while data := os.read(main, 65_536):
            shown += data
    os.close(main)
    assert process.wait() == 0
    plain = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown.decode())
    assert re.search(r"[1-9][\d,]* pages · [1-9][\d,]* words a second · [01] not read · 0:00:0", plain)


@pytest.mark.parametrize("arguments", [("--date", "3 juin 2017"), ("--date", "2017-02-30"), ("--encoding", "klingon")])
def test_wrong_options_are_wrong_usage(arguments):
    done = selon("read", *arguments, "-", stdin=b"")
    assert done.returncode == 2
    assert b"write YYYY" in done.stderr or b"no encoding" in done.stderr


def test_help_loads_nothing_that_only_some_formats_need():
    code = "import sys, selon.cli; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.decode().split())
    heavy = {"trafilatura", "lxml", "pyarrow", "fastwarc", "feedparser", "rich.progress", "httpx"}
    assert not loaded & heavy


@pytest.mark.parametrize(
    ("missing", "name", "content", "extra"),
    [
        ("trafilatura", "a.html", article(), "web"),
        ("feedparser", "a.xml", "<rss><channel></channel></rss>", "web"),
        ("fastwarc", "a.warc", "WARC/1.0\r\n", "warc"),
        ("pyarrow", "a.parquet", "PAR1", "tables"),
    ],
)
def test_a_missing_extra_is_said_in_one_line(tmp_path, missing, name, content, extra):
    (tmp_path / name).write_text(content)
    # a module that cannot be imported, put before the installed one
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / f"{missing}.py").write_text(f"raise ImportError('none', name='{missing}')")
    done = selon("read", tmp_path / name, env={**os.environ, "PYTHONPATH": str(tmp_path / "path")})
    assert done.returncode == 1
    assert f"pip install 'selon[{extra}]'" in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 2
