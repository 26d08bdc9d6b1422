"""Saved pages of the web: the article, what the page states about itself, and pages made to do harm."""

import contextlib
import time

import pytest
from pages_helpers import PARAGRAPHS, article, read_all

from selon import InputError
from selon.pages.html import MAX_DEPTH, plain_text, read_html


def read(markup, **options):
    return read_html(markup.encode() if isinstance(markup, str) else markup, "page.html", **options)


def test_the_article_is_the_text_a_paragraph_a_line():
    page = read(article())
    for paragraph in PARAGRAPHS:
        assert paragraph in page.text.splitlines()
    assert "Mentions" not in page.text
    assert "Accueil" not in page.text


def test_readers_comments_are_not_the_article():
    comments = '<div id="comments"><ol class="comment-list"><li>Quelle honte, a dit mon voisin !</li></ol></div>'
    assert "Quelle honte" not in read(article(after=comments)).text


def test_what_json_ld_states():
    head = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
    {"@type": "WebSite", "name": "Le Jour"}, {"@type": "NewsArticle", "headline": "Le pont fermé", "inLanguage": "fr-FR",
    "datePublished": "2017-06-03T23:10:00-04:00", "publisher": {"@type": "Organization", "name": "Le Jour"},
    "author": [{"@type": "Person", "name": "Jeanne Morel"}, {"@type": "Person", "name": "Paul Roy"}]}]}</script>
    <link rel="canonical" href="/pont.html">"""
    page = read(article(head=head), url="https://lejour.example/a?b=c")
    assert (page.title, page.outlet, page.date) == ("Le pont fermé", "Le Jour", "2017-06-03")
    assert page.author == "Jeanne Morel; Paul Roy"
    assert (page.language, page.url) == ("fr", "https://lejour.example/pont.html")


def test_what_opengraph_and_meta_state():
    head = """<meta property="og:title" content="Le pont ferm&eacute;"><meta property="og:site_name" content="Le Jour">
    <meta property="article:published_time" content="2019-10-16"><meta name="author" content="Par Jeanne Morel">
    <meta property="og:url" content="https://lejour.example/pont">"""
    page = read(article(head=head))
    assert (page.title, page.outlet, page.date) == ("Le pont fermé", "Le Jour", "2019-10-16")
    assert (page.author, page.url) == ("Jeanne Morel", "https://lejour.example/pont")


@pytest.mark.parametrize(
    ("before", "date"),
    [
        ('<time datetime="2017-06-03T10:00:00Z">samedi</time>', "2017-06-03"),
        ('<p class="byline">Par Jeanne Morel, publié le 3 juin 2017 à 18 h 20</p>', "2017-06-03"),
        ('<p class="dateline">June 2017</p>', "2017-06"),
    ],
)
def test_dates_that_the_page_shows_are_as_precise_as_shown(before, date):
    assert read(article(before=before)).date == date


def test_the_date_in_the_address():
    assert read(article(), url="https://lejour.example/2017/06/03/pont.html").date == "2017-06-03"


def test_a_byline_names_the_author():
    assert read(article(before='<p class="byline">Par <a rel="author" href="/jm">Jeanne Morel</a></p>')).author == (
        "Jeanne Morel"
    )


def test_statements_of_language_that_disagree_are_left_to_the_words():
    head = '<meta property="og:locale" content="fr_FR">'
    assert read(article(head=head, language="en-US")).language is None
    assert read(article(head=head, language="fr-CA")).language == "fr"


@pytest.mark.parametrize(
    ("encoding", "declared", "server"),
    [
        ("utf-8", "iso-8859-1", None),
        ("utf-8", "utf-8", "iso-8859-1"),
        ("cp1252", "utf-8", None),
        ("cp1252", "utf-8", "utf-8"),
        ("cp1252", "windows-1251", None),
        ("cp1252", "iso-8859-1", None),
        ("cp1252", "no-such-encoding", "zip"),
        ("cp1252", "utf-7", None),
        ("utf-16", "utf-8", None),
        ("utf-8-sig", "utf-16", "utf-16"),
        ("iso-8859-15", "latin-1", "iso-8859-15"),
    ],
)
def test_wrong_declarations_of_encoding_are_survived(encoding, declared, server):
    markup = article().replace('charset="utf-8"', f'charset="{declared}"')
    page = read(markup.encode(encoding), charset=server)
    assert PARAGRAPHS[0] in page.text


def test_a_page_of_utf_8_with_some_wrong_bytes_stays_utf_8():
    data = article().encode().replace(b"mardi", b"mardi \xe9\xff", 1)
    assert PARAGRAPHS[1] in read(data).text


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body></body></html>",
        '<html><body><div id="root"></div><script>render()</script></body></html>',
        "<!DOCTYPE html><html><head><title>Vide</title></head></html>",
        "<p>",
    ],
)
def test_a_page_without_an_article_says_so(markup):
    with pytest.raises(InputError, match="no article"):
        read(markup)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("<div>", "</div>"), ("<div>", ""), ("<b><i>", "</i></b>"), ("<table><tr><td>", ""), ("<blockquote>", "")],
)
def test_deeply_nested_pages_are_read(opening, closing):
    start = time.monotonic()
    page = read(article(before=opening * 100_000, after=closing * 100_000))
    assert PARAGRAPHS[1] in page.text
    assert time.monotonic() - start < 20


def test_text_within_deep_nesting_is_not_lost():
    deep = "<div>" * (MAX_DEPTH * 3) + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</div>" * (MAX_DEPTH * 3)
    assert PARAGRAPHS[2] in read(f"<html><body>{deep}</body></html>").text


def test_a_page_of_50_mb_of_scripts_is_read():
    script = "<script>" + "var a = '<div>';\n" * 3_000_000 + "</script>"
    picture = f'<img src="data:image/png;base64,{"A" * 3_000_000}">'
    page = read(article(head=script, before=picture))
    assert PARAGRAPHS[0] in page.text
    assert page.title == "Le pont fermé"


def test_a_page_of_50_mb_of_text_is_refused_quickly():
    start = time.monotonic()
    with pytest.raises(InputError, match="no page of news"):
        read(article(paragraphs=["mot " * 250] * 50_000))
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "attack",
    ["<" * 1_000_000, "<a" * 500_000, "<a " * 500_000, "<!--" * 250_000, "<script>" * 300_000, "&" * 500_000,
     "<p" + " a=b" * 200_000 + ">", "</div>" * 300_000, "<![CDATA[" * 100_000, "<time>1 " * 2_000],
)  # fmt: skip
def test_attacks_on_the_parser_end_soon(attack):
    start = time.monotonic()
    with contextlib.suppress(InputError):
        read(article(after=attack))
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "junk", ['{"@type": ' * 5_000, "[" * 100_000, '{"@type":"NewsArticle","author":[[["a"]]]}', "{}]"]
)
def test_broken_json_ld_is_passed_over(junk):
    page = read(article(head=f'<script type="application/ld+json">{junk}</script>'))
    assert page.title == "Le pont fermé"


def test_html_is_known_by_its_content(tmp_path):
    (tmp_path / "a.txt").write_text(article(), encoding="utf-8")
    (tmp_path / "b").write_text("<!-- saved from url -->\n" + article(), encoding="utf-8")
    (tmp_path / "c").write_text("Warning: mysql_connect() in index.php\n" + article(), encoding="utf-8")
    pages, errors = read_all(tmp_path / "a.txt", tmp_path / "b", tmp_path / "c")
    assert [page.id for page in pages] == ["a", "b", "c"]
    assert {page.title for page in pages} == {"Le pont fermé"}
    assert not errors


def test_plain_text_of_a_fragment():
    assert plain_text("<p>Un &amp; deux<br>trois</p><script>x()</script><p>quatre</p>") == "Un & deux\ntrois\nquatre"


def test_an_address_that_is_none_is_passed_over():
    head = '<link rel="canonical" href="http://[x/a"><meta property="og:url" content="javascript:x()">'
    page = read(article(head=head), url="http://[y/2017/06/03/a")
    assert (page.title, page.date) == ("Le pont fermé", "2017-06-03")
