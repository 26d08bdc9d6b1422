"""Following feeds as a user does it: a real process, a real server on loopback, real signals."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack
from xml.sax.saxutils import escape

import pytest
from loopback import Site

pytest.importorskip("httpx")

import selon
from selon.errors import InputError
from selon.pages.feedlist import read_feed_list
from selon.pages.followed import Entry, Followed, Output

TEXT = (
    "Le pont de la vallée sera fermé pendant tout l'hiver, a annoncé mardi la préfète Anne Royer devant les maires du "
    "canton, réunis à la salle des fêtes. « Nous n'avons pas le choix », a-t-elle expliqué, en rappelant que deux "
    "piles avaient été touchées par les crues du printemps et que les travaux dureraient au moins cinq mois."
)
ARTICLE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def more_sites():
    """Makes sites on hosts of their own, so that no test waits for its turn."""
    with ExitStack() as stack:
        yield lambda count: [stack.enter_context(Site(f"127.0.0.{number + 2}")) for number in range(count)]


def rss(entries, title="Le Jour"):
    items = "".join(
        f"<item><title>{escape(entry.get('title', entry['id']))}</title><guid isPermaLink='false'>{entry['id']}</guid>"
        + (f"<link>{escape(entry['link'])}</link>" if "link" in entry else "")
        + f"<description>{escape(entry.get('text', ''))}</description></item>"
        for entry in entries
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>http://127.0.0.1/</link><description>News</description>{items}</channel></rss>"
    )


def offer(site, entries, path="/rss", **headers):
    site.pages[path] = (200, {"Content-Type": "application/rss+xml", **headers}, rss(entries).encode())
    return f"{site.url}{path}"


def article(site, path, title="Le pont"):
    site.html(path, ARTICLE.format(title, "".join(f"<p>{part}</p>" for part in (TEXT, TEXT, TEXT))))
    return f"{site.url}{path}"


def command(*arguments):
    return [sys.executable, "-m", "selon", "follow", "--allow-private", *map(str, arguments)]


def follow(folder, *arguments, stdin=b""):
    return subprocess.run(command(*arguments), input=stdin, cwd=folder, capture_output=True, timeout=60, check=False)


def pages(done):
    return list(map(json.loads, done.stdout.splitlines()))


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.01)


# what comes out


def test_new_pages_are_fetched_and_read_once(site, more_sites, tmp_path):
    (other,) = more_sites(1)
    feed = offer(site, [{"id": "e1", "title": "Au pont", "link": article(other, "/1")}])
    done = follow(tmp_path, feed, "--once", "--language", "fr")
    assert done.returncode == 0, done.stderr
    (page,) = pages(done)
    assert (page["id"], page["url"], page["language"]) == ("e1", f"{other.url}/1", "fr")
    assert TEXT in page["text"]
    assert page["title"]
    assert {"attributions", "speakers", "debris", "outlet", "date"} <= set(page)
    again = follow(tmp_path, feed, "--once", "--language", "fr")
    assert (again.returncode, again.stdout) == (0, b"")
    assert (site.paths(), other.paths()) == (["/rss", "/rss"], ["/1"])


def test_raw_pages_with_the_feeds_own_text_need_no_fetching(site, tmp_path):
    feed = offer(site, [{"id": "e1", "title": "Au pont", "text": TEXT, "link": f"{site.url}/1"}])
    done = follow(tmp_path, feed, "--once", "--raw", "--no-fetch")
    (page,) = pages(done)
    assert list(page) == ["id", "url", "title", "date", "outlet", "text"]
    assert (page["id"], page["title"], page["outlet"], page["text"]) == ("e1", "Au pont", "Le Jour", TEXT)
    assert site.paths() == ["/rss"]


def test_raw_pages_can_be_read_by_the_next_command(site, tmp_path):
    feed = offer(site, [{"id": "e1", "text": TEXT}])
    raw = follow(tmp_path, feed, "--once", "--raw").stdout
    done = subprocess.run(
        [sys.executable, "-m", "selon", "read", "--language", "fr"], input=raw, capture_output=True, timeout=60
    )
    assert json.loads(done.stdout)["id"] == "e1"


def test_an_unchanged_feed_is_not_sent_again_and_a_changed_one_gives_what_is_new(site, tmp_path):
    entries = [{"id": "e1", "text": TEXT}]
    answered = []

    def feed(handler):
        tag = f'"{len(entries)}"'
        answered.append(304 if handler.headers["If-None-Match"] == tag else 200)
        return (answered[-1], {"ETag": tag}, rss(entries).encode() if answered[-1] == 200 else b"")

    site.pages["/rss"] = feed
    arguments = (f"{site.url}/rss", "--once", "--raw")
    assert [page["id"] for page in pages(follow(tmp_path, *arguments))] == ["e1"]
    assert pages(follow(tmp_path, *arguments)) == []
    entries.append({"id": "e2", "text": TEXT})
    assert [page["id"] for page in pages(follow(tmp_path, *arguments))] == ["e2"]
    assert answered == [200, 304, 200]


def test_a_page_in_two_feeds_is_put_out_once_but_a_link_that_all_entries_share_loses_none(site, more_sites, tmp_path):
    second, third = more_sites(2)
    link = f"{site.url}/1"
    one = offer(site, [{"id": "a", "text": TEXT, "link": link}], "/one")
    two = offer(second, [{"id": "b", "text": TEXT, "link": link}, {"id": "c", "text": TEXT}], "/two")
    home = f"{site.url}/home"
    three = offer(third, [{"id": "d", "text": TEXT, "link": home}, {"id": "e", "text": TEXT, "link": home}], "/three")
    done = follow(tmp_path, one, two, three, "--once", "--raw", "--no-fetch")
    assert [page["id"] for page in pages(done)] == ["a", "c", "d", "e"]


def test_feeds_are_looked_at_again_and_again(site, tmp_path):
    entries = [{"id": "e1", "text": TEXT}]
    feed = offer(site, entries)
    with subprocess.Popen(
        command(feed, "--raw", "--every", 1), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert json.loads(process.stdout.readline())["id"] == "e1"
        offer(site, [{"id": "e2", "text": TEXT}, *entries])
        assert json.loads(process.stdout.readline())["id"] == "e2"
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest) == (143, b"")
    assert b"stopped" in errors


# lists of feeds


def test_feeds_come_from_lists_and_opml(more_sites, tmp_path):
    a, b, c = (offer(site, [{"id": name, "text": TEXT}]) for site, name in zip(more_sites(3), "abc", strict=True))
    (tmp_path / "feeds.txt").write_text(f"# mine\n\n{a}\r\nnonsense\n{a}\n")
    (tmp_path / "feeds.opml").write_text(
        f"<?xml version='1.0'?><opml version='2.0'><body><outline text='News'><outline type='rss' xmlUrl='{b}'"
        f"/></outline><outline xmlurl='{a}'/></body></opml>"
    )
    done = follow(tmp_path, "feeds.txt", "feeds.opml", "-", "--once", "--raw", stdin=c.encode())
    assert [page["id"] for page in pages(done)] == ["a", "b", "c"]
    assert done.returncode == 1
    assert b"feeds.txt, line 4: neither an http nor an https address" in done.stderr


BOMB = (
    b"<?xml version='1.0'?><!DOCTYPE opml [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><opml><body><outline xmlUrl='&j;'/></body></opml>"
)
OUTSIDE = (
    b"<!DOCTYPE opml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><opml><outline xmlUrl='http://a.example/&x;'/></opml>"
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (BOMB, "entities"),
        (OUTSIDE, "entities"),
        (b"<opml><body>", "damaged"),
        (b"<opml><body/></opml>", "without a feed"),
        (b"<rss/>", "no OPML"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
    ],
)
def test_lists_that_cannot_be_read_are_named(data, message):
    began = time.monotonic()
    with pytest.raises(InputError, match=message):
        list(read_feed_list(data, "feeds.opml"))
    assert time.monotonic() - began < 1


def test_without_any_feed_there_is_nothing_to_do(tmp_path):
    done = follow(tmp_path, "missing.txt", "--once")
    assert done.returncode == 1
    errors = done.stderr.decode()
    assert "missing.txt: No such file" in errors
    assert "no feeds to follow" in errors
    assert "Traceback" not in errors


# failures


def test_failures_are_named_counted_and_stop_nothing(site, more_sites, tmp_path):
    other, third, fourth = more_sites(3)
    other.pages["/pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF")
    third.pages["/broken"] = (200, {}, b"no feed at all")
    entries = [
        {"id": "gone", "link": f"{third.url}/gone"},
        {"id": "pdf", "link": f"{other.url}/pdf"},
        {"id": "bare"},
        {"id": "good", "text": TEXT},
    ]
    feed = offer(site, entries)
    missing = f"{fourth.url}/missing"
    done = follow(tmp_path, missing, f"{third.url}/broken", feed, "--once", "--raw")
    assert [page["id"] for page in pages(done)] == ["good"]
    assert done.returncode == 1
    errors = done.stderr.decode()
    assert f"{missing}: the server answered 404 Not Found" in errors
    assert f"{third.url}/broken" in errors
    assert f"{third.url}/gone: the server answered 404 Not Found" in errors
    assert f"{other.url}/pdf: application/pdf, no page of text" in errors
    assert f"{feed}, entry 3: no text, and no address of a page" in errors
    assert "5 inputs not read" in errors
    assert "Traceback" not in errors


def test_a_page_that_failed_is_tried_again_though_the_feed_has_not_changed(site, more_sites, tmp_path):
    (other,) = more_sites(1)

    def feed(handler):
        if handler.headers["If-None-Match"] == '"1"':
            return (304, {}, b"")
        return (200, {"ETag": '"1"'}, rss([{"id": "e1", "link": f"{other.url}/1"}]).encode())

    site.pages["/rss"] = feed
    arguments = (f"{site.url}/rss", "--once", "--raw")
    assert follow(tmp_path, *arguments).returncode == 1
    article(other, "/1")
    assert [page["id"] for page in pages(follow(tmp_path, *arguments))] == ["e1"]


def test_a_page_that_keeps_failing_is_given_up_in_the_end(tmp_path):
    followed = Followed(str(tmp_path / "state.db"))
    entry = Entry("http://a.example/rss", "e1", None)
    assert [followed.failed(entry, every=0.0) for _ in range(7)] == [False] * 6 + [True]
    assert followed.seen(entry)
    other = Entry("http://a.example/rss", "e2", None)
    followed.failed(other, every=900)
    assert followed.due(other)
    followed.failed(other, every=900)
    assert not followed.due(other)
    followed.close()


def test_pages_in_no_language_we_read_are_reported_once(site, tmp_path):
    text = "El presidente dijo ayer que no firmaría el acuerdo con los sindicatos de la región, según la ministra. " * 3
    feed = offer(site, [{"id": "e1", "text": text}])
    done = follow(tmp_path, feed, "--once")
    assert done.returncode == 1
    assert "'es'" in done.stderr.decode()
    assert follow(tmp_path, feed, "--once").returncode == 0


def test_private_addresses_are_refused_unless_allowed(site, tmp_path):
    feed = offer(site, [{"id": "e1", "text": TEXT}])
    arguments = [part for part in command(feed, "--once", "--raw") if part != "--allow-private"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"not on the public internet" in done.stderr
    assert site.asked == []


@pytest.mark.parametrize("kind", ["text", "database", "folder", "newer"])
def test_a_state_file_that_is_none_is_left_alone(tmp_path, kind):
    state = tmp_path / "state.db"
    if kind == "text":
        state.write_text("my thesis, the only copy\n" * 99)
    elif kind == "folder":
        state.mkdir()
    elif kind == "newer":
        Followed(str(state)).close()
        with sqlite3.connect(state) as database:
            database.execute("pragma user_version = 99")
    else:
        with sqlite3.connect(state) as database:
            database.execute("create table mine (a)")
    before = state.read_bytes() if state.is_file() else b""
    with pytest.raises(InputError, match=re.escape("state.db: ")):
        Followed(str(state))
    assert (state.read_bytes() if state.is_file() else b"") == before


def test_a_state_file_in_use_is_named(site, tmp_path):
    feed = offer(site, [{"id": "e1", "text": TEXT}])
    followed = Followed(str(tmp_path / "selon-follow.db"))
    done = follow(tmp_path, feed, "--once", "--raw")
    followed.close()
    assert done.returncode == 1
    assert b"in use by another selon follow" in done.stderr


# stopping, and being killed


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_stop_cleanly_in_the_middle(site, more_sites, tmp_path, number, code):
    (slow,) = more_sites(1)
    slow.pages["/2"] = lambda handler: time.sleep(20)
    feed = offer(site, [{"id": "e1", "text": TEXT}, {"id": "e2", "link": f"{slow.url}/2"}])
    with subprocess.Popen(
        command(feed, "--raw"), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        until(lambda: slow.paths())
        process.send_signal(number)
        out, errors = process.communicate(timeout=5)
    assert process.returncode == code
    assert json.loads(out)["id"] == "e1"
    assert errors.decode() == "selon: stopped; what was printed is complete\n"
    article(slow, "/2")
    assert [page["id"] for page in pages(follow(tmp_path, feed, "--once", "--raw"))] == ["e2"]


def test_a_reader_that_goes_away_ends_it_quietly_and_the_rest_comes_next_time(site, tmp_path):
    feed = offer(site, [{"id": f"e{number}", "text": TEXT * 200} for number in range(20)])
    done = subprocess.run(
        f"{' '.join(command(feed, '--once', '--raw'))} | head -n 1 > first.jsonl",
        shell=True, cwd=tmp_path, capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == b""
    rest = [page["id"] for page in pages(follow(tmp_path, feed, "--once", "--raw"))]
    assert json.loads((tmp_path / "first.jsonl").read_text())["id"] == "e0"
    assert rest[-1] == "e19"


def test_killed_while_fetching_nothing_is_lost_or_doubled(site, more_sites, tmp_path):
    sites = more_sites(4)
    entries = [{"id": f"e{n}", "link": article(page, "/page")} for n, page in enumerate(sites)]
    victims = []

    def killing(handler):
        victims.pop().kill()
        time.sleep(0.2)

    good = sites[2].pages["/page"]
    sites[2].pages["/page"] = killing
    feed = offer(site, entries)
    with (tmp_path / "record.jsonl").open("ab") as record:
        process = subprocess.Popen(command(feed, "--raw"), cwd=tmp_path, stdout=record)
        victims.append(process)
        assert process.wait(timeout=20) == -signal.SIGKILL
        sites[2].pages["/page"] = good
        subprocess.run(command(feed, "--raw", "--once"), cwd=tmp_path, stdout=record, timeout=30, check=True)
    lines = (tmp_path / "record.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["e0", "e1", "e2", "e3"]


def test_killed_again_and_again_while_writing_nothing_is_lost_or_doubled(site, tmp_path):
    count = 60
    feed = offer(site, [{"id": f"e{number}", "text": f"{number} {TEXT}" * 20} for number in range(count)])
    path = tmp_path / "record.jsonl"
    path.touch()
    kills = 0
    for target in (1, 40_000, 200_000):
        with path.open("ab") as record:
            process = subprocess.Popen(command(feed, "--raw", "--once", "--no-fetch"), cwd=tmp_path, stdout=record)
            until(lambda target=target, process=process: path.stat().st_size >= target or process.poll() is not None)
            process.kill()
            kills += process.wait(timeout=10) == -signal.SIGKILL
    assert kills >= 2
    with path.open("ab") as record:
        subprocess.run(command(feed, "--raw", "--once"), cwd=tmp_path, stdout=record, timeout=60, check=True)
    lines = path.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"e{number}" for number in range(count)]


class Dying(Output):
    """Is killed when so many bytes of the line have been written."""

    written = 0

    def write(self, data):
        super().write(data[: self.written])
        os.kill(os.getpid(), signal.SIGKILL)


def killed_while_writing(state, path, written):
    """Put a line out in a process of its own that is killed in the middle."""
    child = os.fork()
    if not child:
        try:
            output = Dying(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT))
            output.written = written
            Followed(str(state)).put_out(Entry("feed", "e1", None), b'{"id":"e1"}\n', output)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("written", [0, 1, 5, 11, 12])
def test_a_line_cut_by_a_kill_is_completed(tmp_path, written):
    path = tmp_path / "record.jsonl"
    path.write_bytes(b'{"id":"e0"}\n')
    killed_while_writing(tmp_path / "state.db", path, written)
    followed = Followed(str(tmp_path / "state.db"))
    with path.open("ab") as record:
        for _ in range(2):
            followed.finish(Output(record.fileno()))
    assert path.read_bytes() == b'{"id":"e0"}\n{"id":"e1"}\n'
    assert followed.seen(Entry("feed", "e1", None))
    followed.close()


def test_a_line_of_a_killed_run_goes_to_the_new_output_where_that_is_another(tmp_path):
    killed_while_writing(tmp_path / "state.db", tmp_path / "old.jsonl", 3)
    followed = Followed(str(tmp_path / "state.db"))
    reading, writing = os.pipe()
    followed.finish(Output(writing))
    os.close(writing)
    assert os.read(reading, 100) == b'{"id":"e1"}\n'
    os.close(reading)
    followed.close()


def test_a_full_disk_is_named(site, tmp_path):
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no /dev/full here")
    feed = offer(site, [{"id": "e1", "text": TEXT}])
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            command(feed, "--raw", "--once"), cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, timeout=30
        )
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr
    assert [page["id"] for page in pages(follow(tmp_path, feed, "--raw", "--once"))] == ["e1"]


def test_new_pages_can_go_into_a_record(site, tmp_path):
    feed = offer(site, [{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT.replace("hiver", "été")}])
    for _ in range(2):
        done = follow(tmp_path, feed, "--once", "--no-fetch", "--allow-private", "--record", "news.db")
        assert (done.returncode, done.stdout) == (0, b""), done.stderr
    # what was kept but not noted as seen is not doubled either
    (tmp_path / "selon-follow.db").unlink()
    assert follow(tmp_path, feed, "--once", "--no-fetch", "--allow-private", "--record", "news.db").returncode == 0
    with selon.Record(tmp_path / "news.db") as record:
        assert record.counts().pages == 2
        assert {hit.speaker for hit in record.search("piles")} == {"Anne Royer"}
