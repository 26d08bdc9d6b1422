"""The reader's page as people use it: read, search, look at speakers, verify, in a real browser."""

import json

import pytest
from loopback import Site
from playwright.sync_api import expect
from serving import BARRAGE, BRIDGE, EXAMPLES, NO_BROWSER, Visit, chromium, fill, served

from selon import Page
from selon.web.routes import families

pytestmark = pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("record") / "selon.db"
    fill(path)
    with served(path, allow_private=True) as address, chromium() as browser:
        yield browser, address


@pytest.fixture
def visit(site):
    visit = Visit(*site)
    yield visit
    visit.context.close()
    assert visit.problems == []


def read(visit, text):
    tab = visit.go("/")
    tab.get_by_label("Text of the article").fill(text)
    tab.get_by_role("button", name="Read").click()
    tab.wait_for_url("**/pages/*")
    return tab


def test_a_pasted_text_becomes_an_article_with_its_speakers_beside_it(visit):
    tab = read(visit, BRIDGE.replace("Sunday", "Monday"))
    assert "".join(tab.locator(".text").all_text_contents()).strip() == BRIDGE.replace("Sunday", "Monday").strip()
    assert "Margaret Doyle" in tab.locator(".voices").inner_text()
    expect(tab.locator(".text .content").nth(3)).to_be_attached()


def test_a_dropped_file_is_read_at_once(visit):
    tab = visit.go("/")
    data = tab.evaluate_handle(
        "text => { const data = new DataTransfer(); data.items.add(new File([text], 'lu.txt')); return data; }",
        BARRAGE.replace("Valmont", "Clairmont"),
    )
    tab.dispatch_event("body", "drop", {"dataTransfer": data})
    tab.wait_for_url("**/pages/*")
    assert "Clairmont" in tab.locator("h1").inner_text()
    assert tab.locator(".text .aside .debris").first.inner_text().startswith("Crédits photo")


def test_a_first_sentence_is_no_title(visit):
    tab = read(visit, "« La digue tiendra », assure le maire, Paul Serre.\n\nSelon la préfecture, la route est coupée.")
    assert tab.get_by_role("heading", level=1).inner_text() == "Untitled page"
    assert tab.locator(".text p").first.inner_text().startswith("« La digue tiendra »")


def test_an_address_is_fetched_and_read(visit):
    with Site() as other:
        html = f"<html><head><title>Pont</title></head><body><article><p>{BRIDGE}</p></article></body></html>"
        other.pages["/pont"] = (200, {"Content-Type": "text/html; charset=utf-8"}, html.encode())
        tab = visit.go("/")
        tab.get_by_label("Web address").fill(other.url + "/pont")
        tab.get_by_role("button", name="Read").click()
        tab.wait_for_url("**/pages/*")
    assert "Tom Keane" in tab.locator(".voices").inner_text()


def test_a_file_of_many_pages_leads_to_each(visit, tmp_path):
    path = tmp_path / "two.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": f"p{n}", "text": f"« Nous irons à {n} », a déclaré le maire, Jean Morel."}) + "\n"
            for n in (1, 2)
        )
    )
    tab = visit.go("/")
    tab.get_by_label("File").set_input_files(path)
    tab.get_by_role("button", name="Read").click()
    assert tab.get_by_role("heading", name="2 pages read").is_visible()
    expect(tab.locator("main .plain a")).to_have_count(2)


def test_what_cannot_be_read_is_said_and_the_form_keeps_what_was_given(site):
    visit = Visit(*site)
    tab = visit.go("/")
    tab.get_by_label("Text of the article").fill("Der Minister sagte, die Brücke sei sicher und werde morgen geöffnet.")
    tab.get_by_role("button", name="Read").click()
    assert "could not be read" in tab.get_by_role("alert").inner_text()
    assert tab.get_by_label("Text of the article").input_value().startswith("Der Minister")


def test_pointing_at_words_joins_them_with_cue_source_margin_and_all_mentions(visit):
    tab = visit.go("/pages/1")
    content = tab.locator(".content", has_text="Nous ne laisserons pas")
    content.hover()
    anchor = content.get_attribute("id")
    joined = tab.locator(f"[data-a~='{anchor}'].on")
    expect(joined.nth(2)).to_be_attached()
    assert any("déclaré" in text for text in joined.all_inner_texts())
    assert "Hélène Sabatier" in " ".join(tab.locator(".said").all_inner_texts())


def test_keys_and_buttons_step_through_attributions(visit):
    tab = visit.go("/pages/1")
    tab.locator(".text p").first.click()
    tab.keyboard.press("j")
    first = tab.evaluate("document.activeElement.id")
    tab.keyboard.press("n")
    second = tab.evaluate("document.activeElement.id")
    assert first.startswith("a-") and second.startswith("a-") and first != second
    tab.keyboard.press("p")
    assert tab.evaluate("document.activeElement.id") == first
    tab.get_by_role("button", name="Next").click()
    assert tab.evaluate("document.activeElement.id") == second
    assert tab.locator(".position").inner_text().startswith("2 / ")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.dataset.a") == second
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == second


def test_letters_do_nothing_while_the_focus_is_elsewhere(visit):
    tab = visit.go("/pages/1")
    assert "J or N next" in tab.locator(".steps").inner_text()
    for place in ("body", ".masthead a", "#main"):
        tab.evaluate("place => document.querySelector(place).focus()", place)
        for key in "jnkp":
            tab.keyboard.press(key)
        expect(tab.locator(".text :focus, .on")).to_have_count(0)


def test_a_link_to_an_attribution_leads_to_it_and_to_its_words_when_it_is_gone(visit):
    start = BARRAGE.index("Je veux voir")
    tab = visit.go(f"/pages/1#a-{start}-{start + len('Je veux voir les factures.')}")
    assert tab.locator(".content.on").inner_text() == "Je veux voir les factures."
    visit.go("/search")
    start = BARRAGE.index("treize communes")
    visit.go(f"/pages/1#a-{start}-{start + len('treize communes')}")
    assert tab.evaluate("getSelection().toString()") == "treize communes"


def test_everything_can_be_read_without_javascript(site):
    visit = Visit(*site, java_script_enabled=False)
    tab = visit.go("/search?q=vannes")
    tab.locator(".hit blockquote a").first.click()
    expect(tab.locator(".text .content").nth(1)).to_be_attached()
    tab.locator(".voice a.words").first.click()
    assert tab.url.split("#")[1].startswith("a-")
    tab.locator(".voice").get_by_role("link", name="Correct").first.click()
    assert tab.get_by_label("Words reported").input_value()
    visit.context.close()


def test_search_finds_while_typing_and_its_address_can_be_shared(visit):
    tab = visit.go("/search")
    everything = tab.locator(".total").inner_text()
    tab.get_by_label("Words in what was said").press_sequentially("audit", delay=15)
    tab.wait_for_url("**q=audit")
    assert tab.locator(".total").inner_text() != everything
    assert tab.locator(".hit mark").first.inner_text().lower().startswith("audit")
    shown = tab.locator(".hits").inner_text()
    visit.go(visit.path())
    assert tab.locator(".hits").inner_text() == shown


def test_a_pasted_text_is_kept_under_its_first_line(site):
    visit = Visit(*site)
    tab = visit.go("/")
    tab.get_by_label("Text", exact=False).first.fill(
        "Le pont rouvre\nLe maire, Paul Serre, a dit que le pont rouvrait."
    )
    tab.get_by_role("button", name="Read", exact=False).first.click()
    tab.wait_for_load_state()
    visit.go("/search?q=rouvrait")
    assert "Le pont rouvre" in tab.locator(".hits").inner_text()
    visit.context.close()


def test_facets_filter_with_counts_and_can_be_taken_away(visit):
    tab = visit.go("/search")
    facet = tab.locator(".facets li", has_text="The Herald")
    count = int(facet.locator(".times").inner_text())
    facet.get_by_role("link").click()
    tab.wait_for_url("**outlet=The+Herald*")
    assert tab.locator(".total").inner_text().startswith(f"{count} attribution")
    assert set(tab.locator(".hit .where b").all_inner_texts()) == {"The Herald"}
    facet = tab.locator(".facets li", has_text="La Gazette")
    more = int(facet.locator(".times").inner_text())
    facet.get_by_role("link").click()
    tab.wait_for_url("**outlet=La+Gazette*")
    assert tab.locator(".total").inner_text().startswith(f"{count + more} attribution")
    tab.locator(".facets li.chosen", has_text="La Gazette").get_by_role("link").click()
    tab.wait_for_function("() => !location.search.includes('Gazette')")
    tab.locator(".active a").click()
    tab.wait_for_url("**/search")


def test_a_query_that_cannot_be_understood_says_why(site):
    visit = Visit(*site)
    tab = visit.go("/search?q=%28vannes")
    assert "parenthesis" in tab.get_by_role("alert").inner_text()
    visit.context.close()


def test_a_speakers_page_shows_when_and_brushing_filters_what_they_said(visit):
    tab = visit.go("/speakers?q=benali")
    tab.get_by_role("link", name="Karim Benali").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "Karim Benali"
    tab.wait_for_load_state()
    said = tab.locator(".hit").count()
    box = tab.locator(".plot").bounding_box()
    tab.mouse.move(box["x"] + box["width"] * 3.5 / 12, box["y"] + 40)  # the fourth of twelve months: June
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 2.5 / 12, box["y"] + 45, steps=4)
    tab.mouse.up()
    tab.wait_for_url("**since=2024-05&until=2024-06")
    assert 0 < tab.locator(".hit").count() < said
    assert tab.get_by_label("Since").input_value() == "2024-05"
    assert "La Gazette" in tab.locator(".side").inner_text()


def test_a_paragraph_is_verified_quotation_by_quotation(visit):
    tab = visit.go("/verify")
    tab.get_by_label("Quotation or paragraph").fill(
        "« Un audit complètement indépendant commencera mercredi », a déclaré Hélène Sabatier. "
        "« C'est faux, archifaux », a répondu Anne Vidal."
    )
    tab.get_by_role("button", name="Verify").click()
    tab.wait_for_url("**quotation=*")
    verdicts = tab.locator(".verdict h2").all_inner_texts()
    assert verdicts == ["Altered", "Word for word"]
    assert "mercredi" in tab.locator(".verdict").first.locator("del").all_inner_texts()
    tab.locator(".verdict").nth(1).locator(".compared a").click()
    assert tab.locator(".content.on").inner_text() == "C'est faux, archifaux"


def test_words_that_nobody_said_are_not_called_false(visit):
    tab = visit.go("/verify?quotation=Les+tulipes+bleues+chantent+au+clair+de+lune")
    assert tab.locator(".verdict h2").inner_text() == "Not in this record"
    assert "does not mean" in tab.locator(".verdict").inner_text()


def test_a_family_shows_what_each_outlet_changed(visit):
    tab = visit.go("/families")
    tab.get_by_role("link", name="Un audit indépendant").first.click()
    rows = tab.locator(".collation tr")
    expect(rows).to_have_count(2)  # the words of a page that only differs elsewhere are the same variant
    changed = rows.nth(1).locator("td.changed")
    assert changed.inner_text() == "mardi"
    column = "one => [one.getBoundingClientRect().left, one.getBoundingClientRect().right]"
    assert changed.evaluate(column) == rows.nth(0).locator("td", has_text="lundi").evaluate(column)
    assert "La Gazette" in rows.nth(1).locator("th").inner_text()
    assert tab.locator(".times-list time").all_inner_texts()[:2] == ["8 March 2024", "9 June 2024"]


def test_a_wide_family_scrolls_within_its_own_frame_by_keys(site):
    visit = Visit(*site, viewport={"width": 240, "height": 800})
    tab = visit.go("/families")
    tab.get_by_role("link", name="Un audit indépendant").first.click()
    frame = tab.get_by_role("region", name="Word under word")
    assert frame.evaluate("one => one.scrollWidth > one.clientWidth")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 240
    frame.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_timeout(300)
    assert frame.evaluate("one => one.scrollLeft") > 0
    # who printed it stays in sight
    assert tab.locator(".collation th").first.bounding_box()["x"] >= 0
    visit.context.close()


def test_the_interface_speaks_the_browsers_language_until_another_is_chosen(site):
    visit = Visit(*site, locale="fr-CA")
    tab = visit.go("/search?q=vannes")
    assert tab.locator("html").get_attribute("lang") == "fr"
    tab.get_by_role("link", name="English").click()
    assert visit.path() == "/search?q=vannes"
    assert tab.locator("html").get_attribute("lang") == "en"
    visit.go("/speakers")
    assert tab.get_by_role("heading", name="Speakers").is_visible()
    visit.context.close()


def test_pages_fit_a_phone(site):
    visit = Visit(*site, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    for path in ("/", "/search", "/pages/1", "/speakers", "/speakers/1", "/families", "/verify?quotation=archifaux"):
        tab = visit.go(path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, path
    visit.context.close()


def test_the_first_view_is_small(site):
    visit = Visit(*site)
    sizes = []
    visit.tab.on("response", lambda one: sizes.append(len(one.body())))
    for path in ("/", "/search", "/pages/1"):
        sizes.clear()
        visit.go(path)
        visit.tab.wait_for_load_state("networkidle")
        assert 0 < sum(sizes) < 100_000, path
    visit.context.close()


def test_files_of_the_examples_are_readable(visit):
    tab = visit.go("/")
    tab.get_by_label("File").set_input_files(EXAMPLES / "bridge.txt")
    tab.get_by_role("button", name="Read").click()
    tab.wait_for_url("**/pages/*")
    expect(tab.locator(".voice").nth(3)).to_be_attached()


def test_the_list_of_families_goes_on_where_it_stood(tmp_path, site, monkeypatch):
    monkeypatch.setattr(families, "PAGE", 1)
    quotations = ("Nous ne laisserons pas cette vallée sans réponse", "Le chantier du tunnel reprendra après la fonte")
    fill(
        tmp_path / "selon.db",
        [
            Page(f"« {said} », a déclaré Lise Noir.", id=f"{n}{copy}")
            for n, said in enumerate(quotations)
            for copy in "ab"
        ],
    )
    with served(tmp_path / "selon.db") as address:
        visit = Visit(site[0], address)
        tab = visit.go("/families")
        first = tab.locator(".hit a").inner_text()
        tab.get_by_role("link", name="More results").click()
        tab.wait_for_url("**after=*")
        assert {first, tab.locator(".hit a").inner_text()} == set(quotations)
        assert not tab.get_by_role("link", name="More results").count()
        tab.get_by_role("link", name="First results").click()
        tab.wait_for_url("**/families")
        assert tab.locator(".hit a").inner_text() == first
        visit.context.close()
