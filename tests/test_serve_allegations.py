"""Allegations in the browser: the list, the picture, the words behind an arrow, two sides on one time line."""

import json

import pytest
from serving import EXAMPLES, NO_BROWSER, Visit, chromium, fill, served

import selon

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


def test_the_network_is_drawn_and_each_arrow_opens_its_words(visit):
    tab = visit.go("/allegations")
    picture = tab.locator("figure.network img")
    picture.scroll_into_view_if_needed()
    tab.wait_for_function("document.querySelector('figure.network img').naturalWidth > 0")
    tab.get_by_text("The arrows as a table").click()
    row = tab.locator("table.edges tbody tr", has_text="Tomas Rehak").filter(has_text="Marek Dolin")
    row.get_by_role("link").click()
    assert "Marek Dolin a accusé Tomas Rehak" in tab.locator(".hits").inner_text()


def test_the_picture_shows_its_own_style_and_nothing_else(visit):
    response = visit.tab.request.get(visit.address + "/allegations/network.svg?accuser=Marek+Dolin")
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert response.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "Irina Volk" not in response.text() and "Marek Dolin" in response.text()


def test_two_sides_stand_on_one_time_line(visit):
    tab = visit.go("/allegations/between?one=Irina+Volk&other=Sylvanie")
    assert tab.locator(".dispute .side-0").count() >= 1
    assert "coupé les émissions" in tab.locator(".dispute").inner_text()


def test_a_name_that_nobody_has_and_a_date_that_is_none(visit):
    assert "No allegation found" in visit.go("/allegations?accuser=Nobody+Here").inner_text("main")
    response = visit.tab.request.get(visit.address + "/allegations?since=yesterday")
    assert response.status == 422
    assert "is no date" in response.text()
