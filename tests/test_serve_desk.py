"""Correcting and collecting in the browser, as a user does it."""

import json

import pytest
from playwright.sync_api import expect
from serving import NO_BROWSER, Visit, chromium, fill, served

import selon
from selon.record.record import Record

pytestmark = pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def desk(browser, tmp_path):
    fill(tmp_path / "selon.db")
    with served(tmp_path / "selon.db") as address:
        visit = Visit(browser, address)
        yield visit, tmp_path / "selon.db"
        visit.context.close()
        assert visit.problems == []


def choose(tab, words):
    """Select words of the article as a reader does with the mouse."""
    tab.wait_for_load_state()
    tab.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.querySelector('.text'), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at >= 0) return getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
            }
        }""",
        words,
    )


def correct(tab, voice, words):
    tab.locator(".voice", has_text=voice).locator("li", has_text=words).get_by_role(
        "link", name="Correct"
    ).first.click()
    tab.locator("#panel").wait_for()
    tab.wait_for_load_state()


SIZES = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 375, "height": 700}, "is_mobile": True, "has_touch": True},
}


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_form_opens_in_sight_wherever_its_attribution_stands(browser, tmp_path, size, javascript):
    fill(tmp_path / "selon.db")
    with served(tmp_path / "selon.db") as address:
        visit = Visit(browser, address, java_script_enabled=javascript, **SIZES[size])
        tab = visit.go("/pages/1")
        for name in ("Correct", "Collect"):
            for at in (0, -1):
                visit.go("/pages/1")
                tab.locator(".voice").get_by_role("link", name=name, exact=True).nth(at).click()
                field = tab.get_by_label("Words reported" if name == "Correct" else "New dossier")
                tab.wait_for_load_state("networkidle")
                for part in (tab.locator("#panel h2"), field):
                    box = part.bounding_box()
                    assert box["y"] >= 0 and box["y"] + box["height"] <= SIZES[size]["viewport"]["height"], (name, at)
                if javascript:
                    assert field.evaluate("one => one === document.activeElement")
                    # nothing lies over the form's heading
                    assert tab.locator("#panel h2").evaluate(
                        "one => { const b = one.getBoundingClientRect();"
                        " return document.elementFromPoint(b.left + 4, b.top + b.height / 2) === one; }"
                    )
        visit.context.close()


def test_words_can_be_pointed_at_while_a_form_stands_open(desk):
    visit, _ = desk
    tab = visit.go("/pages/1")
    tab.set_viewport_size({"width": 1280, "height": 600})
    tab.locator(".voice").get_by_role("link", name="Correct").last.click()
    tab.locator("#panel").wait_for()
    tab.wait_for_load_state()
    scrolled = tab.locator(".beside").evaluate("one => one.scrollTop")
    tab.locator(".text .content").last.hover()
    expect(tab.locator(".text .content.on")).to_have_count(1)
    assert tab.locator(".beside").evaluate("one => one.scrollTop") == scrolled


def test_a_wrong_speaker_is_corrected_in_place_and_undone_with_one_click(desk):
    visit, path = desk
    tab = visit.go("/pages/1")
    correct(tab, "Paul Girod", "L'entretien a été fait")
    tab.get_by_label("Speaker", exact=True).fill("Hydralpe SA")
    tab.get_by_label("Your name").fill("Zoé Ünal")
    tab.get_by_role("button", name="Save the correction").click()
    tab.wait_for_url("**/pages/1#*")
    assert "L'entretien a été fait" in tab.locator(".voice", has_text="Hydralpe SA").inner_text()
    assert "Zoé Ünal" in tab.locator("#corrections").inner_text()
    mark = tab.locator(".voice", has_text="Hydralpe SA").locator("li", has_text="L'entretien a été fait")
    assert "corrected by Zoé Ünal" in mark.inner_text() and "%" not in mark.inner_text()
    with Record(path) as record:
        assert record.search("entretien règles")[0].speaker == "Hydralpe SA"
    tab.get_by_role("button", name="Undo").click()
    tab.get_by_text("undone on").wait_for()
    expect(tab.locator(".voice", has_text="Hydralpe SA")).to_have_count(0)
    expect(tab.locator(".voice", has_text="corrected by")).to_have_count(0)
    assert "undone on" in tab.locator("#corrections").inner_text()
    with Record(path) as record:
        assert record.search("entretien règles")[0].speaker == "Paul Girod"


def test_a_span_is_corrected_by_selecting_words(desk):
    visit, _ = desk
    tab = visit.go("/pages/1")
    correct(tab, "Karim Benali", "On nous avait déjà juré")
    choose(tab, "les vannes étaient neuves")
    tab.get_by_role("button", name="Use the words selected").click()
    tab.get_by_label("Kind").select_option("indirect")
    tab.get_by_label("Your name").fill("Zoé")
    tab.get_by_role("button", name="Save the correction").click()
    tab.wait_for_url("**/pages/1#*")
    assert tab.locator(".content.on").inner_text() == "les vannes étaient neuves"
    expect(tab.locator(".content", has_text="On nous avait déjà juré")).to_have_count(0)


def test_a_correction_that_fails_keeps_what_was_written_and_says_why(browser, tmp_path):
    fill(tmp_path / "selon.db")
    with served(tmp_path / "selon.db") as address:
        visit = Visit(browser, address)
        tab = visit.go("/pages/1")
        correct(tab, "Karim Benali", "On nous avait déjà juré")
        tab.get_by_label("Words reported").fill("les vannes étaient en or")
        tab.get_by_label("Speaker", exact=True).fill("Le gardien")
        tab.get_by_label("Kind").select_option("mixed")
        tab.get_by_label("Your name").fill("Zoé")
        tab.get_by_label("Note").fill("vu sur place")
        tab.get_by_role("button", name="Save the correction").click()
        assert "“les vannes étaient en or” does not stand on the page" in tab.get_by_role("alert").inner_text()
        assert 0 <= tab.get_by_role("alert").bounding_box()["y"] < 600
        assert tab.get_by_label("Speaker", exact=True).input_value() == "Le gardien"
        assert tab.get_by_label("Kind").input_value() == "mixed"
        assert tab.get_by_label("Note").input_value() == "vu sur place"
        tab.get_by_label("Words reported").fill("les vannes étaient neuves")
        tab.get_by_role("button", name="Save the correction").click()
        tab.wait_for_url("**/pages/1#a-*")
        assert "les vannes étaient neuves" in tab.locator(".voice", has_text="Le gardien").inner_text()
        visit.go("/pages/1/corrections")  # where the form that failed was
        assert visit.path() == "/pages/1"
        visit.go("/pages/1?add=")
        tab.get_by_label("Words reported").fill("des mots d'ailleurs")
        tab.get_by_role("button", name="Add the attribution").click()
        assert "d'ailleurs” does not stand" in tab.get_by_role("alert").inner_text()
        assert tab.get_by_label("Words reported").input_value() == "des mots d'ailleurs"
        visit.context.close()


def test_a_false_find_is_removed_and_a_missing_one_is_added(desk):
    visit, path = desk
    tab = visit.go("/pages/1")
    count = tab.locator(".voice li").count()
    correct(tab, "Hélène Sabatier", "un audit")
    tab.get_by_label("Your name").fill("Zoé")
    tab.get_by_role("button", name="Not an attribution").click()
    tab.wait_for_url("**#corrections")
    expect(tab.locator(".voice li")).to_have_count(count - 1)
    choose(tab, "s'est rendue jeudi sur le barrage")
    tab.locator("a.offer").click()
    tab.locator("#panel").wait_for()
    assert tab.get_by_label("Words reported").input_value() == "s'est rendue jeudi sur le barrage"
    assert tab.get_by_label("Your name").input_value() == "Zoé"
    tab.get_by_label("Speaker", exact=True).fill("la rédaction")
    tab.get_by_role("button", name="Add the attribution").click()
    tab.wait_for_url("**/pages/1#*")
    expect(tab.locator(".voice li")).to_have_count(count)
    assert "added by Zoé" in tab.locator(".voice", has_text="la rédaction").inner_text()
    with Record(path) as record:
        assert [hit.speaker for hit in record.search("rendue jeudi")] == ["la rédaction"]
    visit.go("/corrections")
    expect(tab.locator(".corrections li")).to_have_count(2)
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download the corrected pages").click()
    pages = [json.loads(line) for line in download.value.path().read_text(encoding="utf-8").splitlines()]
    assert [page["id"] for page in pages] == ["barrage"]
    assert any(one["speaker"] == "la rédaction" for one in pages[0]["attributions"])


def test_attributions_are_collected_with_notes_and_exported(desk):
    visit, path = desk
    tab = visit.go("/pages/1")
    for words, name in (("un écran de fumée", "Valmont"), ("Je veux voir les factures", "")):
        visit.go("/pages/1")
        tab.locator(".voice li", has_text=words).get_by_role("link", name="Collect").click()
        if name:
            tab.get_by_label("New dossier").fill(name)
            tab.get_by_label("Note").fill("=HYPERLINK(1)")
        tab.get_by_role("button", name="Collect").click()
        tab.wait_for_url("**/dossiers/*")
    assert tab.get_by_role("heading", level=1).inner_text() == "Valmont"
    expect(tab.locator(".hit")).to_have_count(2)
    files = {}
    for name in ("CSV", "Citation list"):
        with tab.expect_download() as download:
            tab.get_by_role("link", name=name).click()
        files[name] = download.value.path().read_text(encoding="utf-8")
    assert "'=HYPERLINK(1)" in files["CSV"] and "un écran de fumée" in files["CSV"]
    assert "https://example.org/barrage (read on " in files["Citation list"]
    # what was handed on needs nothing from the server, and has its style
    printed = visit.hand_on(tab.get_by_role("link", name="HTML to print"), path.with_name("dossier.html"))
    assert printed.locator("blockquote").all_inner_texts()[1] == "“Je veux voir les factures.”"
    assert printed.locator(".who").first.evaluate("one => getComputedStyle(one).fontWeight") == "700"
    visit.go("/dossiers/1")
    tab.get_by_role("button", name="Take out").first.click()
    tab.locator(".hit").nth(1).wait_for(state="detached")
    tab.get_by_role("button", name="Delete the dossier").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "Valmont"
    tab.get_by_label("Give up its one attribution").check()
    tab.get_by_role("button", name="Delete the dossier").click()
    tab.wait_for_url("**/dossiers")
    assert tab.get_by_text("No dossier yet").is_visible()


def test_pasted_words_are_cited_by_their_address_in_the_record(browser, tmp_path):
    pasted = selon.Page("« La digue tiendra jusqu'au printemps », a assuré le maire, Paul Serre.", language="fr")
    fill(tmp_path / "selon.db", [pasted])
    with served(tmp_path / "selon.db") as address:
        visit = Visit(browser, address)
        tab = visit.go("/pages/1")
        tab.locator(".voice").get_by_role("link", name="Collect", exact=True).first.click()
        tab.get_by_label("New dossier").fill("Digue")
        tab.get_by_role("button", name="Collect").click()
        with tab.expect_download() as download:
            tab.get_by_role("link", name="Citation list").click()
        cited = download.value.path().read_text(encoding="utf-8")
        own = f"{address}/pages/1#a-2-37"
        assert f"printemps”. {own} (read on " in cited and "  " not in cited
        tab = visit.hand_on(tab.get_by_role("link", name="HTML to print"), tmp_path / "dossier.html")
        assert tab.get_by_role("link", name=own).get_attribute("href") == own
        assert f"no date. {own} (read on " in tab.locator(".where").inner_text()
        assert visit.problems == []
        visit.context.close()


def test_a_dossier_is_not_deleted_by_a_form_that_does_not_say_so(desk):
    visit, path = desk
    with Record(path) as record:
        record.create_dossier("Valmont")
    tab = visit.go("/dossiers/1")
    tab.evaluate("document.querySelector('[name=sure]').required = false")
    tab.get_by_role("button", name="Delete the dossier").click()
    tab.get_by_text("Tick what is given up").wait_for()
    with Record(path) as record:
        assert [one.name for one in record.dossiers()] == ["Valmont"]
    visit.problems.clear()  # the browser notes the refusal in its console
