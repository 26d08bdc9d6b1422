"""Hostile pages, hostile sites and hostile requests against the server."""

import http.client
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from serving import BRIDGE, NO_BROWSER, PAGES, Visit, chromium, fill, served

import selon
from selon.record.store import writer_lock
from selon.web.settings import Settings, SettingsError

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"><svg onload=alert(3)>{{7*7}}"
HOSTILE = selon.Page(
    f"« {ATTACK} », a déclaré Jean {ATTACK} Morel. Selon Anne </span></p>Vidal, « \u202egnp.exe javascript:alert(4) » "
    "est \x00 sûr.\n\nLe maire, Paul <b onmouseover=alert(5)>Serre, a dit que c'était faux.",
    id="javascript:alert(6)//</title>", title=f"</title>{ATTACK}", outlet=ATTACK, author=ATTACK,
    url="javascript:alert(7)", date="2024-01-01", language="fr",
)  # fmt: skip


def ask(address, path, method="GET", headers=(), body=None):
    """Status, headers and body of an answer, without a client that mends what is sent."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    given = {"Host": parts.netloc, **dict(headers)}
    connection.request(method, path, body, given)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, answer.headers, data


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("record") / "selon.db"
    fill(path, [*PAGES, HOSTILE])
    with served(path, max_upload=300_000) as address:
        yield address


@pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")
def test_a_page_made_of_attacks_is_shown_and_does_nothing(address, tmp_path):
    with chromium() as browser:
        visit = Visit(browser, address)
        tab = visit.go("/pages/4")
        text = tab.evaluate("document.querySelector('.text').textContent")
        assert text == HOSTILE.text.replace("\x00", "\ufffd")
        assert tab.locator("a[href^='javascript']").count() == 0
        anchors = tab.evaluate("[...document.querySelectorAll('.voice a')].map(one => one.href)")
        assert all(one.startswith(address) for one in anchors)
        for path in ("/search?q=alert", f"/search?q={'%3Cscript%3Ealert(8)%3C/script%3E'}", "/speakers", "/families"):
            visit.go(path)
            assert tab.locator("main script, main img, main svg:not([aria-hidden]):not(.plot)").count() == 0
        tab.locator("a[href^='/speakers/']").first.click() if tab.locator("a[href^='/speakers/']").count() else None
        visit.go("/pages/4?collect=a-2-40")
        tab.get_by_label("New dossier").fill(ATTACK)
        tab.get_by_role("button", name="Collect").click()
        tab.wait_for_url("**/dossiers/*")
        assert tab.locator("h1").inner_text() == ATTACK
        tab = visit.hand_on(tab.locator("a[href$='dossier.html']"), tmp_path / "dossier.html")
        assert tab.locator("h1").inner_text() == ATTACK
        outside = tab.evaluate("[...document.querySelectorAll('a[target]')].map(one => one.rel)")
        assert all(one == "noopener noreferrer" for one in outside)
        tab.wait_for_timeout(100)
        assert visit.problems == []


@pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")
def test_a_file_with_an_attack_for_a_name_is_only_a_name(address, tmp_path):
    path = tmp_path / "<img src=x onerror=alert(1)>.txt"
    path.write_bytes(b"\x00\x01\x02 binary")
    with chromium() as browser:
        visit = Visit(browser, address)
        tab = visit.go("/")
        tab.get_by_label("File").set_input_files(path)
        tab.get_by_role("button", name="Read").click()
        assert "<img src=x onerror=alert(1)>" in tab.get_by_role("alert").inner_text()
        assert [one for one in visit.problems if "422" not in one] == []


def test_every_answer_forbids_what_is_not_ours(address):
    for path in ("/", "/static/base.css", "/nothing", "/api/v1/counts"):
        _, headers, _ = ask(address, path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_a_foreign_name_is_refused(address, host):
    assert ask(address, "/", headers={"Host": host}.items())[0] in (400, 421)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_another_sites_form_is_refused(address, headers):
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    for path in ("/dossiers", "/corrections/1/undo", "/read", "/api/v1/dossiers"):
        status, _, _ = ask(address, path, "POST", form.items(), b"name=evil")
        assert status == 403
    assert b"evil" not in ask(address, "/dossiers")[2]


def test_bodies_and_addresses_are_bounded(address):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask(address, "/dossiers", "POST", form.items(), b"name=" + b"x" * 400_000)[0] == 413
    assert ask(address, "/read", "POST", form.items(), b"text=" + b"x" * 400_000)[0] == 413
    assert ask(address, "/search?q=" + "x" * 9_000)[0] == 414
    status, headers, body = ask(address, "/api/v1/search?q=" + "x" * 2_000)
    assert (status, headers["Content-Type"]) == (422, "application/problem+json")
    assert json.loads(body)["status"] == 422

    def chunks():
        for _ in range(50):
            yield b"x" * 10_000

    assert ask(address, "/dossiers", "POST", form.items(), chunks())[0] == 413


@pytest.mark.parametrize(
    "to", ["//evil.example", "/\\evil.example", "https://evil.example", "/%2F/evil.example", "/\tx"]
)
def test_no_way_leads_to_another_site(address, to):
    from urllib.parse import quote

    _, headers, _ = ask(address, f"/language/fr?to={quote(to)}")
    assert headers["Location"] == "/"


def test_addresses_of_this_machine_are_not_fetched(address):
    body = json.dumps({"url": f"{address}/api/v1/counts"}).encode()
    status, _, answer = ask(address, "/api/v1/read", "POST", {"Content-Type": "application/json"}.items(), body)
    assert json.loads(answer)["pages"] == [] and b"loopback" in answer


def test_slow_questions_are_given_up(tmp_path, monkeypatch):
    fill(tmp_path / "selon.db", PAGES)
    monkeypatch.setattr("selon.record.desk.STEPS", 1)
    with served(tmp_path / "selon.db", max_query_seconds=0.0) as address:
        status, headers, body = ask(address, "/api/v1/speakers")
        assert (status, headers["Content-Type"]) == (503, "application/problem+json")
        assert json.loads(body)["type"] == "urn:selon:problem:slow"
        status, _, body = ask(address, "/search", headers={"Accept": "text/html"}.items())
        assert status == 503 and b"took too long" in body


def test_beyond_this_machine_only_with_a_token(tmp_path):
    for settings in ({"host": "0.0.0.0"}, {"host": "::"}, {"host": "0.0.0.0", "token": "short"}, {"token": "short"}):
        with pytest.raises(SettingsError):
            Settings(tmp_path / "selon.db", **settings).check()
    token = "a-token-long-enough"
    fill(tmp_path / "selon.db", PAGES)
    with served(tmp_path / "selon.db", token=token) as address:
        assert ask(address, "/api/v1/counts")[0] == 401
        assert ask(address, "/api/v1/counts", headers={"Authorization": "Bearer wrong"}.items())[0] == 401
        assert ask(address, "/api/v1/counts", headers={"Authorization": f"Bearer {token}"}.items())[0] == 200
        status, headers, _ = ask(address, "/search?q=a", headers={"Accept": "text/html"}.items())
        assert (status, headers["Location"]) == (303, "/enter?to=/search%3Fq%3Da")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert ask(address, "/enter", "POST", form.items(), b"token=wrong&to=/")[0] == 403
        status, headers, _ = ask(address, "/enter", "POST", form.items(), f"token={token}&to=/search".encode())
        assert (status, headers["Location"]) == (303, "/search")
        cookie = headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and token not in cookie
        assert ask(address, "/search", headers={"Cookie": cookie.split(";")[0]}.items())[0] == 200


def test_a_record_served_read_only_is_not_changed(tmp_path):
    fill(tmp_path / "selon.db", PAGES)
    with served(tmp_path / "selon.db", read_only=True) as address:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert ask(address, "/dossiers", "POST", form.items(), b"name=a")[0] == 403
        assert ask(address, "/pages/1/corrections", "POST", form.items(), b"action=remove&place=a-1-2&who=me")[0] == 403
        status, _, body = ask(
            address, "/read", "POST", {**form, "Accept": "text/html"}.items(), f"text={BRIDGE}&keep=1".encode()
        )
        assert status == 200 and b"Margaret Doyle" in body
        assert json.loads(ask(address, "/api/v1/counts")[2])["pages"] == len(PAGES)


def test_a_page_is_read_though_another_program_adds_to_the_record(tmp_path):
    path = tmp_path / "selon.db"
    fill(path, PAGES)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    with served(path) as address, writer_lock(path):
        status, _, body = ask(address, "/read", "POST", form.items(), f"text={BRIDGE}&keep=1".encode())
        assert status == 200 and b"Margaret Doyle" in body and b"not kept" in body
        assert ask(address, "/dossiers", "POST", form.items(), b"name=Valmont")[0] == 303


def test_two_hundred_visitors_at_once_neither_fail_nor_stop_an_add(tmp_path):
    path = tmp_path / "selon.db"
    fill(path, PAGES)
    paths = [
        "/",
        "/search?q=lights",
        "/search?source=mayor",
        "/speakers",
        "/pages/1",
        "/speakers/1",
        "/verify?quotation=Nobody+answered",
        "/families?altered=1",
        "/allegations",
        "/api/v1/search?q=the&limit=200",
        "/api/v1/search.jsonl",
        "/api/v1/speakers",
    ]
    with served(path) as address, adding(path, tmp_path, 2_500) as (process, added):
        assert added() > len(PAGES) and process.poll() is None
        barrier = threading.Barrier(200)

        def visit(number):
            barrier.wait(30)
            if number % 10 == 0:
                # short writes wait for the batch at hand, and get their turn
                return ask(address, "/dossiers", "POST", FORM, f"name=Valmont+{number}".encode())[0] - 103
            return ask(address, paths[number % len(paths)])[0]

        with ThreadPoolExecutor(200) as pool:
            assert set(pool.map(visit, range(200))) == {200}
        # the add was under way when they came, and ends as if nobody had come
        assert process.wait(120) == 0, process.stderr.read()
        assert added() == len(PAGES) + 2_500


FORM = [("Content-Type", "application/x-www-form-urlencoded")]


@contextmanager
def adding(path, folder, count):
    """A process that adds pages, from its second batch on, and a function that tells how many the record has."""
    more = folder / "more.jsonl"
    with more.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(
                json.dumps(
                    {"id": f"n{number}", "text": f"“The lights went out at {number},” said Mary Lane, the mayor."}
                )
                + "\n"
            )
    with selon.Record(path, read_only=True) as record:

        def added():
            return record.counts().pages

        before = added()
        command = [
            sys.executable,
            "-m",
            "selon",
            "add",
            "--quiet",
            str(more),
            "--record",
            str(path),
            "--processes",
            "1",
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            while added() == before and process.poll() is None:
                time.sleep(0.05)
            try:
                yield process, added
            finally:
                process.kill()
