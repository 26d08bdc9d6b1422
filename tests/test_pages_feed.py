"""Feeds: RSS, Atom and JSON Feed, each entry a page; and feeds made to do harm."""

import json
import time

import pytest
from pages_helpers import read_all

from selon import InputError, Page
from selon.pages.feed import read_feed

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Le Jour</title><link>https://lejour.example/</link><language>fr-FR</language>
<item><guid>tag:1</guid><title>Le pont &amp; la route</title><link>https://lejour.example/pont</link>
<pubDate>Sat, 03 Jun 2017 23:10:00 -0400</pubDate><dc:creator>Jeanne Morel</dc:creator>
<description>Un résumé.</description>
<content:encoded><![CDATA[<p>« Oui », a dit le maire.</p><p>Et <b>puis</b> non.</p><script>x()</script>]]></content:encoded></item>
<item><title>Sans texte</title><link>https://lejour.example/vide</link></item>
<item><title>Court</title><link>/court</link><description>&lt;p&gt;Il a dit &amp;amp; redit.&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Day</title>
<entry><id>urn:1</id><title>Bridge</title><link href="https://day.example/bridge"/><published>2017-06-03T10:00:00Z</published>
<updated>2018-01-01T00:00:00Z</updated><author><name>Ann Lee</name></author><author><name>Paul Roy</name></author>
<content type="html">&lt;p&gt;“Yes,” she said.&lt;/p&gt;</content></entry></feed>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1", "title": "Le Jour", "language": "fr",
    "items": [
        {"id": 1, "url": "https://lejour.example/1", "title": "Un", "date_published": "2017-06-03T10:00:00+02:00",
         "authors": [{"name": "Jeanne Morel"}], "content_html": "<p>« Oui », dit-il.</p>"},
        {"id": "2", "content_text": "Il a dit non."}, {"id": "3"}, 4,
    ],
}  # fmt: skip


def read(data, url=None):
    items = list(read_feed(data.encode() if isinstance(data, str) else data, "feed", url))
    return [item for item in items if isinstance(item, Page)], [str(i) for i in items if isinstance(i, InputError)]


def test_rss():
    (first, short), errors = read(RSS)
    assert first.text == "« Oui », a dit le maire.\nEt puis non."
    assert (first.id, first.url, first.title) == ("tag:1", "https://lejour.example/pont", "Le pont & la route")
    assert (first.date, first.outlet, first.author, first.language) == ("2017-06-03", "Le Jour", "Jeanne Morel", "fr")
    assert short.text == "Il a dit & redit."
    assert short.url == "https://lejour.example/court"
    assert "entry 2: no text" in errors[0]


def test_atom():
    (page,), errors = read(ATOM)
    assert not errors
    assert (page.id, page.text, page.date, page.outlet) == ("urn:1", "“Yes,” she said.", "2017-06-03", "The Day")
    assert (page.author, page.language) == ("Ann Lee; Paul Roy", "en")


def test_json_feed():
    (first, second), errors = read(json.dumps(JSON))
    assert (first.id, first.text, first.date, first.author) == ("1", "« Oui », dit-il.", "2017-06-03", "Jeanne Morel")
    assert (second.text, second.outlet, second.language) == ("Il a dit non.", "Le Jour", "fr")
    assert len(errors) == 2


def test_entries_without_text_are_kept_where_their_pages_are_to_be_fetched():
    items = list(read_feed(RSS.encode(), "feed", keep_empty=True))
    assert [(item.title, bool(item.text)) for item in items] == [
        ("Le pont & la route", True), ("Sans texte", False), ("Court", True),
    ]  # fmt: skip


def test_feeds_are_known_by_their_content(tmp_path):
    for name, text in {
        "a.html": RSS,
        "b": ATOM,
        "c.jsonl": json.dumps(JSON),
        "d.txt": json.dumps(JSON, indent=1),
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    pages, _ = read_all(*(tmp_path / name for name in ("a.html", "b", "c.jsonl", "d.txt")))
    assert len(pages) == 2 + 1 + 2 + 2


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-8"])
def test_encodings_of_feeds(encoding):
    (first, _), _ = read(RSS.replace("utf-8", encoding).encode(encoding))
    assert first.text.startswith("« Oui »")


def test_a_feed_that_is_not_well_formed_is_read():
    pages, _ = read(RSS.replace("</channel></rss>", "").replace("<dc:creator>", "<dc:creator>A & B "))
    assert len(pages) == 2


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = (
    f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]><rss><channel><title>&l9;</title></channel></rss>'
)


@pytest.mark.parametrize(
    "bomb",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        BOMB.replace("<?xml", "\ufeff<?xml").encode(),
        f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]><rss><channel><title>{"&a;" * 50_000}</title></channel></rss>'.encode(),
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
        b'<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]><rss><channel/></rss>',
    ],
)
def test_entity_bombs_are_refused(bomb, tmp_path):
    start = time.monotonic()
    (tmp_path / "feed.xml").write_bytes(bomb)
    pages, (error,) = read_all(tmp_path / "feed.xml")
    assert not pages
    assert "entities of its own" in error
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "data", ["<rss>", "<rss><channel></channel></rss>", "<feed/>", '{"version": "https://jsonfeed.org/version/1"}',
             '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000, "<rss>" + "<item>" * 100_000],
)  # fmt: skip
def test_feeds_without_entries_say_so(data):
    pages, errors = read(data)
    assert not pages
    assert errors


def test_other_xml_is_named_as_such(tmp_path):
    (tmp_path / "a.xml").write_text('<?xml version="1.0"?><urlset><url>x</url></urlset>')
    assert "XML of a kind that holds no pages" in read_all(tmp_path / "a.xml")[1][0]
