"""The HTML form in a real browser: joined to its speakers, usable with the keyboard, safe with hostile pages."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from serving import CHROMIUM, NO_BROWSER

import selon
from selon.exchange.html import end_document, start_document, to_html

EXAMPLE = Path(__file__).parent.parent / "examples" / "barrage.txt"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]

pytestmark = pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def document(page):
    return start_document(page.title or page.id) + "".join(to_html(page)) + end_document()


def opened(browser, tmp_path, page):
    path = tmp_path / "page.html"
    path.write_text(document(page), encoding="utf-8")
    tab = browser.new_page()
    problems = []
    tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    tab.on("request", lambda request: problems.append(request.url) if not request.url.startswith("file:") else None)
    tab.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
    tab.goto(path.as_uri())
    return tab, problems


def test_article_is_complete_and_keys_step_through_attributions(browser, tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8")
    page = selon.read(text, id="barrage")
    tab, problems = opened(browser, tmp_path, page)
    assert tab.evaluate("document.querySelector('.text').textContent") == text
    tab.keyboard.press("j")
    assert tab.locator(".on").count() == 0  # letters act only where the focus is on the article
    tab.locator(".text").click(position={"x": 2, "y": 2})
    tab.keyboard.press("j")
    first = tab.evaluate("document.activeElement.id")
    assert first.startswith("p1a")
    assert tab.locator(f"[data-a~='{first}'].on").count() >= 2  # the words and their link in the margin
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.id") != first
    tab.keyboard.press("k")
    assert tab.evaluate("document.activeElement.id") == first
    tab.keyboard.press("Escape")
    assert tab.locator(".on").count() == 0
    assert problems == []


def test_every_attribution_is_linked_from_its_speaker(browser, tmp_path):
    page = selon.read(EXAMPLE.read_text(encoding="utf-8"), id="barrage")
    tab, _ = opened(browser, tmp_path, page)
    assert tab.locator("nav ul li").count() == len(page.attributions)
    tab.locator("nav ul a").first.click()
    assert tab.evaluate("document.activeElement.id") in {
        f"p1a-{a.content[0].start}-{a.content[-1].end}" for a in page.attributions
    }


def test_a_hostile_page_is_shown_and_does_nothing(browser, tmp_path):
    attack = (
        "<script>alert(1)</script> « <img src=x onerror=alert(2)> », a dit Jean <b onmouseover=alert(3)>Morel</b>. "
        'Selon "><svg onload=alert(4)>, </style><script>alert(5)</script> tout va bien. javascript:alert(6)'
    )
    page = selon.Reader("fr").read(
        selon.Page(attack, id="</title><script>alert(7)</script>", title="<script>alert(8)</script>")
    )
    tab, problems = opened(browser, tmp_path, page)
    tab.locator(".text").focus()
    tab.keyboard.press("j")
    tab.wait_for_timeout(200)
    assert problems == []
    assert tab.evaluate("document.querySelector('.text').textContent") == attack
    assert tab.locator("article script, article img, article svg").count() == 0
