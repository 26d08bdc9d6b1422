"""Allegations in the browser: the list, the picture, the words behind an arrow, two sides on one time line."""

import base64
import json
import sqlite3

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from serving import EXAMPLES, NO_BROWSER, Visit, chromium, fill, served

import selon
from selon.record.allegation_results import Network, NetworkEdge
from selon.record.results import Rows
from selon.web.network import ARROWS, NAMES, picture
from selon.web.texts import texts

pytestmark = pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    lines = (EXAMPLES / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    path = tmp_path_factory.mktemp("record") / "selon.db"
    fill(path, [selon.Page(**json.loads(line)) for line in lines])
    with served(path) as address, chromium() as browser:
        yield browser, address


@pytest.fixture
def visit(site):
    visit = Visit(*site)
    yield visit
    visit.context.close()
    assert visit.problems == []


def test_the_list_is_filtered_by_accuser_and_leads_to_the_words_on_the_page(visit):
    tab = visit.go("/allegations")
    tab.get_by_label("Accuser", exact=True).fill("Irina Volk")
    tab.get_by_role("button", name="Apply").click()
    assert set(tab.locator(".hit .says .who:first-child").all_inner_texts()) == {"Irina Volk"}
    link = tab.locator(".hit blockquote a").first
    words = link.inner_text()
    link.click()
    tab.wait_for_url("**/pages/*")
    assert words in " ".join("".join(tab.locator(".text").all_text_contents()).split())


def test_each_arrow_of_the_network_opens_the_words_behind_it(visit):
    tab = visit.go("/allegations")
    arrow = tab.get_by_role("link", name="Marek Dolin accuses Tomas Rehak, 1 allegation, last 20 March 2018").first
    arrow.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**accuser=Marek+Dolin&accused=Tomas+Rehak&stance=accuses")
    assert "Marek Dolin a accusé Tomas Rehak" in tab.locator(".hits").inner_text()
    expect(tab.locator(".hit")).to_have_count(1)


def test_an_arrow_is_opened_with_the_mouse_beside_its_thin_line_too(visit):
    tab = visit.go("/allegations?accuser=Marek+Dolin&accused=Tomas+Rehak&stance=accuses&since=2018")
    box = tab.locator(".network .edge .line").bounding_box()
    points = tab.evaluate("""() => {
        const line = document.querySelector('.network .edge .line');
        const middle = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
        return [middle.x, middle.y]; }""")
    assert box["x"] <= points[0] <= box["x"] + box["width"]
    tab.mouse.click(points[0] + 1.5, points[1] + 1.5)
    tab.wait_for_url("**since=2018*")
    assert "stance=accuses" in tab.url  # the dates that were asked for stay


def test_every_arrow_can_be_hit_somewhere(visit):
    tab = visit.go("/allegations")
    missed = tab.evaluate("""() => [...document.querySelectorAll('.network .edge')].filter(edge => {
        edge.scrollIntoView({block: 'center'});
        const line = edge.querySelector('.line'), length = line.getTotalLength();
        return ![...Array(49).keys()].some(step => {
            const at = line.getPointAtLength(length * (step + 1) / 50).matrixTransform(line.getScreenCTM());
            return edge.contains(document.elementFromPoint(at.x, at.y));
        });
    }).map(edge => edge.textContent)""")
    assert missed == []


def test_a_name_in_the_network_opens_all_that_is_said_by_and_against_it(visit):
    tab = visit.go("/allegations")
    tab.locator(".network .name", has_text="Irina Volk").click()
    tab.wait_for_url("**actor=Irina+Volk")
    assert all("Irina Volk" in said for said in tab.locator(".hit .says").all_inner_texts())
    assert tab.get_by_label("Accuser or accused").input_value() == "Irina Volk"
    tab.get_by_role("link", name="All allegations").click()
    tab.wait_for_url("**/allegations")


def test_the_arrows_stand_in_a_table_too_and_lead_to_the_same_words(visit):
    tab = visit.go("/allegations")
    tab.get_by_text("The arrows as a table", exact=True).click()
    row = tab.locator("table.edges tbody tr", has_text="Tomas Rehak").filter(has_text="Marek Dolin").first
    expect(tab.locator("table.edges tbody tr")).to_have_count(tab.locator(".network .edge").count())
    row.get_by_role("link").click()
    assert "Marek Dolin a accusé Tomas Rehak" in tab.locator(".hits").inner_text()


def test_the_picture_can_be_passed_by_keys(visit):
    tab = visit.go("/allegations")
    tab.get_by_role("button", name="Apply").focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "To the arrows as a table"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "The arrows as a table"


def test_the_network_can_be_used_without_javascript_and_is_small(site):
    visit = Visit(*site, java_script_enabled=False)
    sizes = []
    visit.tab.on("response", lambda one: sizes.append(len(one.body())))
    tab = visit.go("/allegations")
    visit.tab.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < 100_000
    tab.locator(".network .name", has_text="Marek Dolin").click()
    expect(tab.locator(".hit").nth(0)).to_be_attached()
    visit.context.close()


def test_names_made_of_attacks_are_only_names(site, tmp_path):
    attack = "</title></svg><script>alert(1)</script>\"' onfocus=alert(2) x='"
    path = tmp_path / "selon.db"
    fill(path, [selon.Page("Paul Serre accuse Anne Vidal d'avoir caché le rapport de la digue.", language="fr")])
    with sqlite3.connect(path) as database:
        database.execute("UPDATE speaker SET name = name || ?", (attack,))
    with served(path) as address:
        visit = Visit(site[0], address)
        for route in ("/allegations", "/allegations?actor=%3Cscript%3Ealert(3)%3C/script%3E"):
            tab = visit.go(route)
            expect(tab.locator("main script, main [onfocus]")).to_have_count(0)
        names = visit.go("/allegations").locator(".network .name title").all_text_contents()
        assert {name.split(":")[0] for name in names} == {f"Paul Serre{attack}", f"Anne Vidal{attack}"}
        visit.tab.locator(".network .name").first.click()
        visit.tab.wait_for_url("**actor=*")
        visit.tab.wait_for_timeout(100)
        assert visit.problems == []
        visit.context.close()


def test_a_large_network_shows_the_most_frequent_arrows_and_says_so():
    edges = [
        NetworkEdge(
            f"Name {n % 30}", f"Name {(n + n // 30 + 1) % 30}", "accuses", 500 - n, 500 - n, 1, None, "2018-05-03"
        )
        for n in range(400)
    ]
    drawn = picture(Network(Rows(edges, 900), 60, 0, 0), {"q": "audit"}, texts("fr"))
    assert len(drawn.dots) <= NAMES and len(drawn.arrows) == ARROWS and drawn.left_out == 900 - ARROWS
    assert drawn.arrows[0].address.startswith("/allegations?") and "q=audit" in drawn.arrows[0].address
    assert drawn.arrows[0].words.endswith("500 allégations, la dernière le 3 mai 2018")
    assert picture(Network(Rows([]), 0, 0, 0), {}, texts("fr")) is None


def test_the_picture_shows_its_own_style_and_nothing_else(visit):
    response = visit.tab.request.get(visit.address + "/allegations/network.svg?accuser=Marek+Dolin")
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert response.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "Irina Volk" not in response.text() and "Marek Dolin" in response.text()


@pytest.fixture
def dispute(site, tmp_path):
    """A tab on a record in which the mayor and a deputy accuse each other."""
    path = tmp_path / "selon.db"
    with selon.Record(path) as record:
        record.store([
            told("un", "2018-03-01", "Paul Serre accuse Anne Vidal d'avoir caché le rapport.",
                 ("Paul Serre", "Anne Vidal", "accuses", "caché le rapport")),
            told("deux", "2018-03-04", "Anne Vidal dément avoir caché le rapport.",
                 ("Anne Vidal", "Anne Vidal", "denies", "caché le rapport")),
            told("trois", "2018-03-09", "Anne Vidal reproche à Paul Serre d'avoir vendu la digue.",
                 ("Anne Vidal", "Paul Serre", "accuses", "vendu la digue")),
            told("quatre", None, "Paul Serre accuse Anne Vidal de mensonge.",
                 ("Paul Serre", "Anne Vidal", "accuses", "mensonge")),
        ])  # fmt: skip
    with served(path) as address:
        visit = Visit(site[0], address, viewport={"width": 1200, "height": 900})
        yield visit
        assert visit.problems == []
        visit.context.close()


def told(id, date, text, alleged):
    accuser, accused, stance, deed = alleged
    spans = {name: (selon.Span(text.index(name), text.index(name) + len(name)),) for name in (accuser, accused, deed)}
    actors = [selon.Actor(name, spans[name], None) for name in (accuser, accused)]
    one = selon.Allegation(selon.Span(0, len(text)), stance, *actors, deed=spans[deed], confidence=0.8)
    return selon.Page(text, id=id, date=date, outlet="Le Jour", language="fr", allegations=(one,))


def test_two_sides_stand_left_and_right_of_the_days(dispute):
    tab = dispute.go("/allegations/between?one=Paul+Serre&other=Anne+Vidal")
    assert tab.locator(".when").all_inner_texts() == ["1 March 2018", "4 March 2018", "9 March 2018", "no date"]
    left, middle, right = (tab.locator(one).first.bounding_box() for one in (".said.side-0", ".when", ".said.side-1"))
    assert left["x"] + left["width"] <= middle["x"] and middle["x"] + middle["width"] <= right["x"]
    assert tab.locator(".sides .side-0").inner_text().split("\n")[-1] == "2 accusations"
    assert tab.locator(".sides .side-1").inner_text().split("\n")[-1] == "1 accusation · 1 denial"


def test_a_denial_leads_to_what_it_answers_and_back(dispute):
    tab = dispute.go("/allegations/between?one=Paul+Serre&other=Anne+Vidal")
    link = tab.locator(".turn.denies .answers a")
    assert link.inner_text() == "↑ denies: caché le rapport, 1 March 2018"
    link.click()
    assert "accuse Anne Vidal d'avoir caché" in tab.locator(".turn:target").inner_text()
    tab.locator(".turn:target .answers a").click()
    assert "dément" in tab.locator(".turn:target").inner_text()


def test_a_long_time_line_comes_in_parts(dispute, monkeypatch):
    monkeypatch.setattr("selon.web.routes.allegations.TURNS", 3)
    tab = dispute.go("/allegations/between?one=Paul+Serre&other=Anne+Vidal")
    expect(tab.locator(".turn")).to_have_count(3)
    tab.get_by_role("link", name="1 later turn").click()
    tab.wait_for_url("**from=3")
    assert tab.locator(".when").all_inner_texts() == ["no date"]
    tab.get_by_role("link", name="What was said before").click()
    expect(tab.locator(".turn")).to_have_count(3)


def test_without_sides_those_who_accuse_each_other_are_offered(dispute):
    tab = dispute.go("/allegations/between")
    tab.get_by_role("link", name="Paul Serre").click()
    tab.wait_for_url("**one=*&other=*")
    expect(tab.locator(".turn")).to_have_count(4)
    dispute.go("/allegations/between?one=Paul+Serre&other=Paul+Serre%7CAnne+Vidal")
    assert tab.get_by_label("One side", exact=True).input_value() == "Paul Serre"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_time_line_with_answers(site, dispute, scheme):
    visit = Visit(site[0], dispute.address, color_scheme=scheme, bypass_csp=True)
    for path in ("/allegations/between?one=Paul+Serre&other=Anne+Vidal", "/allegations/between", "/allegations"):
        found = Axe().run(visit.go(path), options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(one["id"], one["nodes"][0]["html"][:150]) for one in found.response["violations"]] == [], path
    visit.context.close()


def test_on_a_phone_the_time_line_names_each_side_and_fits(dispute):
    dispute.tab.set_viewport_size({"width": 360, "height": 740})
    for path in ("/allegations/between?one=Paul+Serre&other=Anne+Vidal", "/allegations/between", "/allegations"):
        tab = dispute.go(path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, path
    dispute.go("/allegations/between?one=Paul+Serre&other=Anne+Vidal")
    assert tab.locator(".side-name").all_inner_texts() == ["Paul Serre", "Anne Vidal", "Anne Vidal", "Paul Serre"]


def edges(tab):
    """How bright the frame of the network is at its left and right edge, 0 to 255."""
    shown = base64.b64encode(tab.locator(".network .wide").screenshot()).decode()
    return tab.evaluate(
        """async shown => {
            const image = await createImageBitmap(new Blob([Uint8Array.from(atob(shown), one => one.charCodeAt(0))]));
            const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
            context.drawImage(image, 0, 0);
            return [2, image.width - 3].map(x => context.getImageData(x, image.height >> 1, 1, 1).data[1]);
        }""",
        shown,
    )


def test_a_shadow_shows_where_a_network_goes_on_beyond_a_phones_edge(visit):
    tab = visit.go("/allegations")
    left, right = edges(tab)
    assert left == right  # all of it is in sight
    tab.set_viewport_size({"width": 375, "height": 700})
    left, right = edges(tab)
    assert right < left - 30
    tab.locator(".network .wide").evaluate("one => { one.scrollLeft = one.scrollWidth; }")
    left, right = edges(tab)
    assert left < right - 30


def test_a_name_that_nobody_has_and_a_date_that_is_none(visit):
    assert "No allegation found" in visit.go("/allegations?accuser=Nobody+Here").inner_text("main")
    response = visit.tab.request.get(visit.address + "/allegations?since=yesterday")
    assert response.status == 422
    assert "is no date" in response.text()
