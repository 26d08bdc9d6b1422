"""The real server in a thread, on a record of the project's own examples, and a real browser to look at it."""

import multiprocessing
import os
import shutil
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

import selon
from selon.cli.serve import listen
from selon.record.record import Record
from selon.web.app import create_app
from selon.web.settings import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
NO_BROWSER = CHROMIUM is None and "CI" not in os.environ

BARRAGE = (EXAMPLES / "barrage.txt").read_text(encoding="utf-8")
BRIDGE = (EXAMPLES / "bridge.txt").read_text(encoding="utf-8")
PAGES = [
    selon.Page(BARRAGE, id="barrage", outlet="Le Courrier", date="2024-03-08", url="https://example.org/barrage"),
    selon.Page(BRIDGE, id="bridge", outlet="The Herald", date="2024-05-02", url="https://example.org/bridge"),
    selon.Page(
        "« Nous ne laisserons pas cette vallée sans réponse. Un audit indépendant commencera mardi », a déclaré la "
        "ministre de l'Environnement, Hélène Sabatier. Selon Karim Benali, le maire de Valmont, « les vannes sont à "
        "changer depuis dix ans ».",
        id="autre", title="La ministre à Valmont", outlet="La Gazette", date="2024-06-09", url="https://example.com/a",
    ),
]  # fmt: skip


def fill(path, pages=PAGES):
    with Record(path) as record:
        record.add(pages)


def server_on(path, **settings):
    app = create_app(Settings(Path(path), **settings))
    return uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="on"))


@contextmanager
def served(path, **settings):
    """The address of a server on the record at ``path``."""
    server = server_on(path, **settings)
    listening = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@contextmanager
def served_apart(path):
    """The address of a server in a process of its own, where no name has an address: what it is told to fetch, it cannot.

    Schemathesis compiles much while it asks, and in Python 3.11 compiling in two threads at once can fail
    (``AST constructor recursion depth mismatch``).
    """
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve_apart, args=(path, there), daemon=True)
    process.start()
    there.close()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
        assert process.is_alive()
    finally:
        process.terminate()
        process.join(10)


def _serve_apart(path, parent):
    def unknown(host, *rest, **options):
        raise socket.gaierror(socket.EAI_NONAME, "not in a test")

    socket.getaddrinfo = unknown
    server = server_on(path)
    listening = listen("127.0.0.1", 0)
    parent.send(listening.getsockname()[1])
    server.run(sockets=[listening])


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A visitor's tab; what went wrong in it is in ``problems``: errors, dialogs, requests to others."""

    def __init__(self, browser, address, **options):
        self.address = address
        self.problems = []
        options = {"locale": "en-GB", "reduced_motion": "reduce", **options}
        self.context = browser.new_context(**options)
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(5000)
        self.tab.on("console", lambda one: self.problems.append(one.text) if one.type == "error" else None)
        self.tab.on("pageerror", lambda one: self.problems.append(str(one)))
        self.tab.on("dialog", lambda one: (self.problems.append(one.message), one.dismiss()))
        self.tab.on("request", self._request)

    def _request(self, request):
        if not request.url.startswith((self.address, "data:")):
            self.problems.append(request.url)

    def go(self, path="/"):
        self.tab.goto(self.address + path)
        return self.tab

    def path(self):
        return self.tab.url.removeprefix(self.address)

    def hand_on(self, link, to):
        """Download what a link leads to as the file ``to``, and open that file in another tab."""
        with self.tab.expect_download() as download:
            link.click()
        download.value.save_as(to)
        tab = self.context.new_page()
        tab.on("console", lambda one: self.problems.append(one.text) if one.type == "error" else None)
        tab.on("dialog", lambda one: (self.problems.append(one.message), one.dismiss()))
        tab.on("request", lambda one: self.problems.append(one.url) if one.url != to.as_uri() else None)
        tab.goto(to.as_uri())
        return tab
