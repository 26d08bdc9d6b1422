"""Pages in JSON lines, arrays, CSV and Parquet, with the field names that people have."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pages_helpers import read_all

from selon.pages import jsonl, table

ROWS = [
    {
        "id": "a",
        "text": "Le maire a dit oui.",
        "date": "2017-06-03T10:00:00Z",
        "outlet": "Le Jour",
        "author": "Ann Lee",
    },
    {"id": "b", "text": "Paul Roy, lui, a refusé ; « non ».", "date": "juin 2017"},
]
OTHER = {"text": "body", "id": "key", "title": "head.line", "date": "day", "outlet": "paper", "url": "link"}
SCRAPED = [
    {"key": 7, "body": "Il a dit oui.", "head": {"line": "Oui"}, "day": 1496484000, "paper": "Le Jour", "link": None}
]


def test_json_lines_and_arrays_and_objects_over_lines(tmp_path):
    (tmp_path / "lines").write_text("\n".join(map(json.dumps, ROWS)))
    (tmp_path / "array").write_text(json.dumps(ROWS))
    (tmp_path / "pretty").write_text(json.dumps(ROWS, indent=2))
    (tmp_path / "object").write_text(json.dumps(ROWS[0], indent=2))
    for name in ("lines", "array", "pretty"):
        pages, errors = read_all(tmp_path / name)
        assert not errors
        assert [(p.id, p.text, p.date, p.outlet, p.author) for p in pages] == [
            ("a", ROWS[0]["text"], "2017-06-03", "Le Jour", "Ann Lee"),
            ("b", ROWS[1]["text"], "2017-06", None, None),
        ]
    assert [page.id for page in read_all(tmp_path / "object")[0]] == ["a"]


def test_fields_of_any_name(tmp_path):
    for name, text in {"lines": json.dumps(SCRAPED[0]), "array": json.dumps(SCRAPED)}.items():
        (tmp_path / name).write_text(text)
        (page,), errors = read_all(tmp_path / name, fields=OTHER)
        assert not errors
        assert (page.id, page.text, page.title, page.date, page.outlet) == (
            "7", "Il a dit oui.", "Oui", "2017-06-03", "Le Jour",
        )  # fmt: skip


def test_a_wrong_field_name_is_answered_with_the_right_ones(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(SCRAPED[0]))
    assert "body" in read_all(tmp_path / "a.jsonl")[1][0]
    assert "--text-field" in read_all(tmp_path / "a.jsonl")[1][0]


def test_dates_of_edtf_beyond_days_are_kept(tmp_path):
    dates = ["2017-06~", "2017?", "2017-XX", "2017-05/2017-06", "2017-06/..", "gestern"]
    (tmp_path / "a").write_text("\n".join(json.dumps({"text": "a", "date": date}) for date in dates))
    assert [page.date for page in read_all(tmp_path / "a")[0]] == [*dates[:-1], None]


def test_an_array_that_breaks_off_gives_what_came_before(tmp_path):
    (tmp_path / "a").write_text(json.dumps(ROWS)[:-20])
    pages, (error,) = read_all(tmp_path / "a")
    assert [page.id for page in pages] == ["a"]
    assert "object 2: not JSON" in error


def test_bad_objects_of_an_array_do_not_stop_the_rest(tmp_path):
    (tmp_path / "a").write_text('[{"text": "eins"}, 17, {"id": "c"}, {"text": "zwei"}]')
    pages, errors = read_all(tmp_path / "a")
    assert [page.text for page in pages] == ["eins", "zwei"]
    assert "object 2: not an object" in errors[0]
    assert "object 3: no text" in errors[1]


def test_a_large_array_is_streamed(tmp_path, monkeypatch):
    monkeypatch.setattr(jsonl, "CHUNK", 100)
    rows = [{"id": str(n), "text": "mot " * (n % 300)} for n in range(500)]
    (tmp_path / "a").write_text(json.dumps(rows))
    pages, errors = read_all(tmp_path / "a")
    assert not errors
    assert [(page.id, page.text) for page in pages] == [(row["id"], row["text"]) for row in rows]


def test_deeply_nested_json_is_an_error(tmp_path):
    (tmp_path / "a").write_text('{"text": ' + "[" * 100_000 + "\n" + '{"text": "Oui."}')
    (tmp_path / "b").write_text('[{"text": ' + "[" * 100_000)
    pages, errors = read_all(tmp_path / "a", tmp_path / "b")
    assert [page.text for page in pages] == ["Oui."]
    assert len(errors) == 2


def test_a_line_beyond_all_bounds_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_RECORD_BYTES", 1000)
    (tmp_path / "a").write_text('{"text": "a"}\n{"text": "' + "b" * 5000 + '"}\n{"text": "c"}')
    pages, errors = read_all(tmp_path / "a")
    assert [page.text for page in pages] == ["a", "c"]
    assert "line 2: longer than" in errors[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_in_every_dialect(tmp_path, delimiter, encoding):
    quoted = '"Le maire a dit : ""Oui, non ; été"".\nFin."'
    text = delimiter.join(["id", "text", "date"]) + "\r\n" + delimiter.join(["a", quoted, "2017-06"]) + "\r\n"
    (tmp_path / "pages").write_bytes((text + delimiter.join(["b", "Déjà.", ""]) + "\r\n").encode(encoding))
    pages, errors = read_all(tmp_path / "pages")
    assert not errors
    assert [(p.id, p.text, p.date) for p in pages] == [
        ("a", 'Le maire a dit : "Oui, non ; été".\nFin.', "2017-06"),
        ("b", "Déjà.", None),
    ]


def test_columns_of_any_name_and_encodings_that_are_told(tmp_path):
    (tmp_path / "a.csv").write_bytes("key,body\n1,D\u0105b\n".encode("cp1250"))
    (page,), errors = read_all(tmp_path / "a.csv", fields={"text": "body", "id": "key"}, encoding="cp1250")
    assert (page.id, page.text, errors) == ("1", "D\u0105b", [])


def test_prose_with_commas_is_no_table(tmp_path):
    (tmp_path / "a").write_text(
        "Oui, text, non : le maire a dit, hier encore, que la commune refuserait de payer, et vite.\n"
    )
    assert read_all(tmp_path / "a")[0][0].text.startswith("Oui, text")


def test_html_inside_a_table_does_not_make_it_a_page(tmp_path):
    (tmp_path / "a").write_text('id,text\n1,"<html><body>Oui.</body></html>"\n')
    assert read_all(tmp_path / "a")[0][0].text == "<html><body>Oui.</body></html>"


def test_bad_rows_are_named_and_do_not_stop_the_rest(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,text\n1,oui\n2\n3,a,b,c\n\n5,\xe9t\xe9\n6,non\n")
    pages, errors = read_all(tmp_path / "a.csv")
    assert [page.text for page in pages] == ["oui", "été", "non"]
    assert "line 3: no text" in errors[0]
    assert "line 4: 4 cells for 2 columns" in errors[1]


def test_a_field_of_10_mb_is_read(tmp_path):
    text = "mot " * 2_500_000
    (tmp_path / "a.csv").write_text(f'id,text\n1,"{text}"\n2,non\n')
    pages, errors = read_all(tmp_path / "a.csv")
    assert not errors
    assert [len(page.text) for page in pages] == [10_000_000, 3]


def test_an_unclosed_quotation_ends_at_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "MAX_FIELD", 200_000)
    (tmp_path / "a.csv").write_text('id,text\n1,"oui\n' + "2,non\n" * 50_000)
    pages, errors = read_all(tmp_path / "a.csv")
    assert "line 2" in errors[0]
    assert len(pages) > 1000


def test_parquet(tmp_path):
    pq.write_table(pa.Table.from_pylist([*ROWS, {"id": "c", "text": None}] * 300), tmp_path / "a", row_group_size=64)
    pages, errors = read_all(tmp_path / "a")
    assert len(pages) == 600
    assert (pages[0].id, pages[0].date, pages[0].author) == ("a", "2017-06-03", "Ann Lee")
    assert len(errors) == 300
    assert "row 3: no text" in errors[0]


def test_parquet_with_other_names(tmp_path):
    pq.write_table(pa.Table.from_pylist(SCRAPED), tmp_path / "a.parquet")
    (page,), _ = read_all(tmp_path / "a.parquet", fields=OTHER)
    assert (page.id, page.text, page.title) == ("7", "Il a dit oui.", "Oui")
    assert "body" in read_all(tmp_path / "a.parquet")[1][0]


def test_damaged_parquet_is_an_error(tmp_path):
    pq.write_table(pa.Table.from_pylist(ROWS * 100), tmp_path / "a.parquet")
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    (tmp_path / "cut.parquet").write_bytes(data[:-30])
    data[20:200] = b"\xff" * 180
    (tmp_path / "bad.parquet").write_bytes(data)
    for name in ("cut.parquet", "bad.parquet"):
        pages, errors = read_all(tmp_path / name)
        assert not pages
        assert "damaged" in errors[-1]
