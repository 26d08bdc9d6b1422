"""Web archives: thousands of pages in one file, some of them damaged."""

import gzip
import io
import tracemalloc
import zlib

import pytest
from pages_helpers import PARAGRAPHS, article, read_all

from selon import InputError, Page
from selon.pages import warc
from selon.pages.warc import read_warc


def record(number, html=None, kind="response", mime="text/html; charset=utf-8", status="200 OK", extra=0, http=""):
    body = (html or article([f"Page {number}.", *PARAGRAPHS])).encode() if not isinstance(html, bytes) else html
    if kind == "response":
        body = f"HTTP/1.1 {status}\r\nContent-Type: {mime}\r\n{http}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: https://lejour.example/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(body) + extra}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def read(data):
    items = list(read_warc(io.BytesIO(data), "a.warc"))
    return [item for item in items if isinstance(item, Page)], [str(i) for i in items if isinstance(i, InputError)]


def numbers(pages):
    return [int(page.id.removeprefix("urn:uuid:")) for page in pages]


def test_an_archive_of_thousands_of_pages_with_damage_in_it(tmp_path):
    # most records hold no article, so that the test tests the archive and not the extraction
    light = '{"no": "page"}'
    members = [
        gzip.compress(record(n) if n % 40 == 0 else record(n, light, mime="application/json"), 1) for n in range(4000)
    ]
    members[400] = members[400][:100] + b"\0" * 50 + members[400][150:]
    members[800] = members[800][: len(members[800]) // 2]
    members[1200] = gzip.compress(record(1200, extra=10_000))
    members[1600] = b"garbage" * 100
    members[2000] = members[2000][:-8] + b"\0" * 8
    members[2400] = gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n")
    members[-40] = gzip.compress(record(3960))[:-200]
    path = tmp_path / "news.warc.gz"
    path.write_bytes(b"".join(members))
    pages, errors = read_all(path)
    damaged = {400, 800, 1200, 1600, 2000, 2400, 3960}
    assert numbers(pages) == [n for n in range(0, 4000, 40) if n not in damaged]
    assert len(errors) == len(damaged)
    assert all("record at byte" in error and "news.warc.gz" in error for error in errors)
    assert f"byte {sum(map(len, members[:400])):,}" in errors[0]


def test_pages_of_an_archive_have_address_identifier_and_metadata():
    head = '<meta property="og:site_name" content="Le Jour"><meta name="date" content="2017-06">'
    (page,), errors = read(record(1, article(head=head)))
    assert not errors
    assert (page.id, page.url, page.outlet, page.date) == (
        "urn:uuid:1",
        "https://lejour.example/1",
        "Le Jour",
        "2017-06",
    )


def test_what_is_no_page_is_passed_over_in_silence():
    data = record(0, kind="request") + record(1, "{}", mime="application/json") + record(2, status="404 Not Found")
    assert read(data + record(3, status="301 Moved") + record(4, kind="metadata")) == ([], [])


def test_responses_without_a_type_are_read():
    data = record(1).replace(b"Content-Type: application/http; msgtype=response\r\n", b"")
    (page,), errors = read(data)
    assert not errors
    assert PARAGRAPHS[0] in page.text


def test_texts_of_wet_files():
    pages, errors = read(gzip.compress(record(1, "Le maire a dit oui.\nEt non.", kind="conversion")))
    assert not errors
    assert (pages[0].text, pages[0].url) == ("Le maire a dit oui.\nEt non.", "https://lejour.example/1")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "chunked"])
def test_what_servers_packed_is_unpacked(coding):
    body = article().encode()
    if coding == "chunked":
        body = b"".join(b"%x\r\n%s\r\n" % (len(body[i : i + 500]), body[i : i + 500]) for i in range(0, len(body), 500))
        http, body = "Transfer-Encoding: chunked\r\n", body + b"0\r\n\r\n"
    else:
        http, body = f"Content-Encoding: {coding}\r\n", gzip.compress(body) if coding == "gzip" else zlib.compress(body)
    (page,), errors = read(record(1, body, http=http))
    assert not errors
    assert PARAGRAPHS[0] in page.text


@pytest.mark.parametrize("extra", [-50, 50, 500, 5_000, 10**9])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_records_of_wrong_length_are_skipped(extra, pack):
    data = b"".join(pack(record(n, extra=extra if n == 2 else 0)) for n in range(5))
    pages, errors = read(data)
    # a length beyond all bounds leaves nowhere to go on
    assert numbers(pages) == ([0, 1] if extra == 10**9 else [0, 1, 3, 4])
    assert len(errors) == 1


def test_an_archive_packed_as_one_and_cut_gives_what_came_before():
    data = gzip.compress(b"".join(record(n) for n in range(5)))
    pages, errors = read(data[:-40])
    assert numbers(pages)[:2] == [0, 1]
    assert "truncated gzip" in errors[-1]


def test_every_cut_of_an_archive_is_survived():
    for pack in (bytes, lambda data: gzip.compress(data, mtime=0)):
        data = b"".join(pack(record(n, "{}", mime="application/json")) for n in range(3))
        for cut in range(6, len(data), 7):
            pages, errors = read(data[:cut])
            assert not pages
            assert len(errors) <= 1


def test_memory_stays_flat(monkeypatch):
    monkeypatch.setattr(warc, "HELD_BYTES", 200_000)
    monkeypatch.setattr(warc, "MAX_RECORD_BYTES", 1_000_000)
    piece = gzip.compress(record(0, "x" * 100_000, mime="application/json") * 20)
    bomb = gzip.compress(record(1, "x" * 50_000_000, mime="application/json"))

    class Endless(io.RawIOBase):
        pieces, at = (*[piece] * 300, bomb, b""), 0

        def readable(self):
            return True

        def readinto(self, buffer):
            if self.at == len(self.pieces[0]) and len(self.pieces) > 1:
                self.pieces, self.at = self.pieces[1:], 0
            data = self.pieces[0][self.at : self.at + len(buffer)]
            buffer[: len(data)] = data
            self.at += len(data)
            return len(data)

    tracemalloc.start()
    items = list(read_warc(io.BufferedReader(Endless()), "a"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(items) == 1
    assert "larger than" in str(items[0])
    assert peak < 30_000_000
