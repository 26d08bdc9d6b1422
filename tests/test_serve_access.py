"""The pages for everybody: axe-core finds nothing, all can be done with keys, both languages say the same."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from serving import NO_BROWSER, Visit, chromium, fill, served

import selon.web
from selon.record.record import Record
from selon.web.texts import LANGUAGES, choose, texts

PATHS = (
    "/", "/search?q=vannes&outlet=La+Gazette", "/pages/1", "/pages/1?correct=a-40-48", "/pages/1?collect=a-40-48",
    "/speakers", "/speakers/1?since=2024-01&until=2024-12", "/verify?quotation=Un+audit+commencera+mercredi+pour+tous",
    "/families", "/families?altered=1", "/allegations", "/allegations?actor=Anne+Vidal", "/allegations/between", "/allegations/between?one=Karim+Benali&other=Anne+Vidal", "/dossiers", "/dossiers/1", "/corrections", "/nothing",
)  # fmt: skip


def place_at(page, number):
    content = page.attributions[number].content
    return content[0].start, content[-1].end


@pytest.fixture(scope="module")
def served_record(tmp_path_factory):
    path = tmp_path_factory.mktemp("record") / "selon.db"
    fill(path)
    with Record(path) as record:
        page = record.page(1).page
        record.correct(1, (40, 48), None, who="Zoé")
        record.undo(1)
        record.correct(1, place_at(page, 1), replace(page.attributions[1], speaker="Zoé"), who="Zoé")
        record.undo(2)
        record.correct(1, place_at(page, 2), replace(page.attributions[2], speaker="Zoé"), who="Zoé")
        record.collect(record.create_dossier("Valmont"), 1, *page.attributions[1].content[0])
        key = record.families()[0].key
    with served(path) as address, chromium() as browser:
        yield browser, address, key


@pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(served_record, scheme, tmp_path):
    browser, address, key = served_record
    visit = Visit(
        browser, address, color_scheme=scheme, locale="fr-FR" if scheme == "dark" else "en-GB", bypass_csp=True
    )
    for path in (*PATHS, f"/families/{key}"):
        tab = visit.go(path)
        found = Axe().run(tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        told = [(one["id"], one["nodes"][0]["html"][:150]) for one in found.response["violations"]]
        assert told == [], path
    visit.go("/dossiers/1")
    printed = visit.hand_on(visit.tab.locator("a[href$='dossier.html']"), tmp_path / "dossier.html")
    assert Axe().run(printed).response["violations"] == []
    visit.context.close()


@pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")
def test_an_attribution_is_corrected_without_a_mouse(served_record):
    browser, address, _ = served_record
    visit = Visit(browser, address)
    tab = visit.go("/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    visit.go("/pages/2")
    link = tab.locator(".voice").get_by_role("link", name="Correct").first
    link.focus()
    tab.keyboard.press("Enter")
    tab.locator("#panel").wait_for()
    tab.get_by_label("Your name").focus()
    tab.keyboard.type("Zoé")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/pages/2#a-*")
    expect(tab.locator("#corrections li")).to_have_count(1)
    visit.context.close()


def test_both_languages_have_the_same_texts_with_the_same_places():
    english, french = (texts(language) for language in LANGUAGES)
    names = english.names()
    assert names == french.names()
    for key in names:
        assert places(english, key) == places(french, key), key


def places(one, key):
    text = one._texts[key]
    return set(re.findall(r"{(\w*)", " ".join(text.values()) if isinstance(text, dict) else text))


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-BE,fr;q=0.9,en;q=0.8", "fr"),
        ("de,en;q=0.5,fr;q=0.9", "fr"),
        (";;q=,,fr;q=x", "fr"),
        ("*", "en"),
    ],
)
def test_the_language_is_the_one_the_browser_likes_best(accepted, language):
    assert choose(None, accepted) == language


def test_numbers_and_dates_read_as_in_a_newspaper():
    assert texts("en").number(61514) == "61,514" and texts("fr").number(61514) == "61\u202f514"
    assert texts("en").date("2017-06-03") == "3 June 2017" and texts("fr").date("2017-06") == "juin 2017"
    assert texts("fr").date("2017-06-XX") == "2017-06-XX" and texts("fr").date(None) == ""


def test_no_line_breaks_before_a_french_mark():
    assert texts("fr")("search.hint").startswith(
        "Tous les mots comptent, sous toutes leurs formes\u00a0; «\u00a0des mots"
    )
    assert " :" not in texts("fr")("read.first", count=2)


def test_no_text_is_left_over():
    room = Path(selon.web.__file__).parent
    used = "".join(path.read_text(encoding="utf-8") for path in room.rglob("*.*") if path.suffix in (".html", ".py"))
    made = {"kind", "act", "speaker_kind", "debris", "language", "problem", "about", "fit", "verdict", "verdict_text"}
    # chosen by a value: orders, filters, what a correction did, stances
    made |= {"search", "speakers", "correct", "allegation"}
    assert [
        key for key in texts("en").names() if key.split(".")[0] not in made and f'"{key}"' not in used.replace("'", '"')
    ] == []
