"""Measure the server: every kind of page and of API call on a record, with many real questions of each kind.

usage: python -m benchmarks.serve RECORD [--questions 40] [--kinds search,speaker] [--no-starts]

The questions are made of words, names, outlets and quotations of the record, the commonest and rare ones. Times are those of
a client on the same machine, one request after the other over a connection that is kept; beside them stands the time
that the server's process took of the processors, which other work on the machine does not lengthen:

start     the first request of its kind, as soon as a new server listens
new       each question for the first time, so that nothing of its answer is remembered
again     the same questions once more
"""

import argparse
import http.client
import json
import pathlib
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from urllib.parse import urlencode

import selon
from selon.web.cursors import following

# Words that stand in most French or English contents: the widest answers that a search can have.
FREQUENT = ["de la", "le", "de", "que", "la", "the", "of", "to", "et", "les OR des", "a", "pas"]
STARTED = re.compile(r"http://[^ /]+:(\d+)/")


class Server:
    """A server on the record, a connection to it, and the milliseconds until it listened, of a clock and of processors."""

    def __init__(self, process, port, began):
        # Linux's clock of the processor time of another process
        self._clock = (~process.pid << 3) | 2
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self.ask("/static/base.css")
        self.started = 1000 * (time.perf_counter() - began), 1000 * time.clock_gettime(self._clock)

    def ask(self, path):
        """The body of an answer, and its milliseconds, of a clock and of processors."""
        used, began = time.clock_gettime(self._clock), time.perf_counter()
        accept = "application/json" if "/api/" in path else "text/html"
        self._connection.request("GET", path, headers={"Accept": accept})
        answer = self._connection.getresponse()
        body = answer.read()
        times = 1000 * (time.perf_counter() - began), 1000 * (time.clock_gettime(self._clock) - used)
        if answer.status not in (200, 404):
            raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
        return body, times


@contextmanager
def serving(record):
    """A server on the record."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "selon", "serve", "--record", record, "--port", "0", "--read-only"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(STARTED.search(process.stdout.readline())[1])
            yield Server(process, port, began)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def questions(path, count):
    """For each kind of page, the addresses to ask for."""
    rng = random.Random(2017)
    rows = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def column(query):
        return [row[0] for row in rows.execute(query)]

    with selon.Record(path, read_only=True) as record:
        contents = [hit.content for hit in record.search("", limit=3_000)]
        speakers = [*record.speakers(limit=20), *record.speakers(limit=60, offset=200)]
        families = list(record.families(limit=100))
    words = [word for content in contents for word in content.split() if word.isalpha() and len(word) > 2]
    quotations = [content for content in contents if 6 <= len(content.split()) <= 40]
    outlets = column("SELECT outlet FROM version WHERE outlet NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 12")
    accused = column(
        "SELECT speaker.name FROM allegation JOIN name ON name_id = accused_id JOIN speaker USING (speaker_id)"
        " GROUP BY speaker_id ORDER BY count(*) DESC LIMIT 40"
    )
    accusers = column(
        "SELECT speaker.name FROM allegation JOIN name ON name_id = accuser_id JOIN speaker USING (speaker_id)"
        " GROUP BY speaker_id ORDER BY count(*) DESC LIMIT 40"
    )
    countries = column(
        "SELECT accused_country FROM allegation WHERE accused_country NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 6"
    )
    versions = column("SELECT version_id FROM attribution GROUP BY 1 ORDER BY count(*) DESC LIMIT 20")
    versions += rng.sample(column("SELECT version_id FROM version"), count)
    names = [one.name for one in speakers]
    asked = defaultdict(list)

    def add(kind, address, /, **query):
        asked[kind].append(f"{address}?{urlencode(query, doseq=True)}" if query else address)

    add("home", "/")
    for word in FREQUENT:
        add("search, frequent words", "/search", q=word)
        add("search, frequent words", "/search", q=word, sort="recency")
        add("search, frequent words", "/search", q=word, outlet=outlets[0])
        add("api search", "/api/v1/search", q=word, limit=200)
        add("api facets", "/api/v1/facets", q=word)
    for sort in ("newest", "oldest"):
        add("search, frequent words", "/search", sort=sort)
    for number in range(count):
        one, two, three = rng.sample(words, 3)
        name = names[number % len(names)]
        place = rng.randrange(len(words) - 3)
        add("search, words", "/search", q=one)
        add("search, words", "/search", q=f"{one} {two}")
        add("search, words", "/search", q=f"{one} OR {two} OR {three}")
        add("search, words", "/search", q=f"{one} NOT {two}")
        add("search, words", "/search", q='"' + " ".join(words[place : place + 3]) + '"')
        # as somebody types a word
        for length in (1, 2, 3, 4):
            add("search, as typed", "/search", q=f"{one[:length]}*")
            add("search, as typed", "/search", q=one[:length])
        add("search, source", "/search", source=name.split()[-1])
        add("search, source", "/search", source=one, q=two)
        add("search, filters", "/search", speaker=name)
        add("search, filters", "/search", about=name)
        add("search, filters", "/search", q=one, outlet=rng.choice(outlets), kind="direct")
        add("search, filters", "/search", q=one, year=rng.choice(["2017", "2018"]), sure=80)
        add("search, filters", "/search", language=rng.choice(["fr", "en"]), act="belief")
        add("search, far down", "/search", **{"q": rng.choice(FREQUENT[:6]), "from": 20 * rng.randrange(50, 500)})
        add("search, far down", "/search", **{"sort": "oldest", "from": 20 * rng.randrange(500, 2500)})
        add("api search", "/api/v1/search", q=one)
        add("api facets", "/api/v1/facets", speaker=name)
        add("speaker", f"/speakers/{speakers[number % len(speakers)].speaker_id}")
        add("speaker", f"/speakers/{speakers[number % len(speakers)].speaker_id}", since="2018-01", until="2018-06")
        add("api speaker", f"/api/v1/speakers/{speakers[number % len(speakers)].speaker_id}")
        add("page", f"/pages/{versions[number]}")
        add("api page", f"/api/v1/pages/{versions[number]}")
        quotation = rng.choice(quotations)
        changed = quotation.split()
        changed[len(changed) // 2] = rng.choice(words)
        add("verify", "/verify", quotation=quotation)
        add("verify", "/verify", quotation=" ".join(changed))
        add("verify", "/verify", quotation=quotation, speaker=name)
        add("api verify", "/api/v1/verify", quotation=" ".join(changed))
        family = families[number % len(families)].key
        add("family", f"/families/{family}")
        add("api family", f"/api/v1/families/{family}")
        add("allegations, filters", "/allegations", q=one)
        add("allegations, filters", "/allegations", accused=accused[number % len(accused)])
        add("allegations, filters", "/allegations", accuser=accusers[number % len(accusers)])
        add("allegations, filters", "/allegations", since=f"2018-{number % 12 + 1:02d}", until="2018-12")
        add("api allegations", "/api/v1/allegations", accused=accused[number % len(accused)])
        one, other = rng.choice(accusers), rng.choice(accused)
        if one != other:
            add("allegations, between", "/allegations/between", one=one, other=other)
    for stance in ("accuses", "denies", "admits"):
        add("allegations, filters", "/allegations", stance=stance)
    for one in countries:
        add("allegations, filters", "/allegations", accused=one)
        for other in countries:
            if other != one:
                add("allegations, between", "/allegations/between", one=one, other=other)
    for sort in ("most", "name", "recent"):
        for begin in (0, 60, 600, 6000):
            add("speakers", "/speakers", **{"sort": sort, "from": begin})
    for name in names:
        add("speakers", "/speakers", q=name.split()[-1])
    for least in (2, 3, 5):
        for begin in (0, 20, 200, 2000):
            with selon.Record(path, read_only=True) as record:
                behind = record.families(min_pages=least, limit=1, offset=begin - 1).next if begin else None
            if behind or not begin:
                after = {"after": following(behind, "families")} if behind else {}
                add("families", "/families", pages=least, **after)
                add("families", "/families", pages=least, altered=1, **after)
    for begin in (0, 20, 400, 8000):
        add("allegations", "/allegations", **{"from": begin})
    add("network", "/allegations/network.svg")
    for kind in ("speakers", "families", "allegations"):
        add(f"api {kind}", f"/api/v1/{kind}", limit=200)
        add(f"api {kind}", f"/api/v1/{kind}")
    add("api counts", "/api/v1/counts")
    for room in ("dossiers", "corrections"):
        add(room, f"/{room}")
        add(f"api {room}", f"/api/v1/{room}")
    for kind, addresses in asked.items():
        asked[kind] = list(dict.fromkeys(address.replace("from=0&", "") for address in addresses))
        rng.shuffle(asked[kind])
    return asked


def follow(server, address, parts):
    """The milliseconds of each of the first parts of a list of the API, by its cursors."""
    times, cursor = [], ""
    for _ in range(parts):
        body, elapsed = server.ask(f"{address}&cursor={cursor}" if cursor else address)
        times.append(elapsed)
        cursor = json.loads(body)["next"]
        if not cursor:
            break
    return times


def line(kind, name, times):
    clock, processors = (sorted(one) for one in zip(*times, strict=True))
    place = int(0.95 * (len(times) - 1))
    return (
        f"{kind:24} {name:6} {len(times):5} {statistics.median(clock):8.1f} {clock[place]:8.1f} {clock[-1]:8.1f}"
        f" {statistics.median(processors):9.1f} {processors[place]:8.1f} {processors[-1]:8.1f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("record", help="a record; it is not written to")
    parser.add_argument("--questions", type=int, default=40, help="about so many of each kind")
    parser.add_argument("--kinds", help="only kinds that begin with one of these, parted by commas")
    parser.add_argument("--no-starts", action="store_true", help="do not start a server for each kind")
    parser.add_argument("--slow", type=float, default=200, help="list what took longer, in milliseconds")
    args = parser.parse_args()
    if not pathlib.Path(args.record).exists():
        parser.error(f"no record {args.record}")
    asked = questions(args.record, args.questions)
    if args.kinds:
        asked = {kind: rest for kind, rest in asked.items() if kind.startswith(tuple(args.kinds.split(",")))}
    slow = []
    print(f"{'milliseconds':24} {'':6} {'n':>5} {'clock: median, p95, max':>26} {'processors: the same':>27}")
    if not args.no_starts:
        starts = []
        for kind, addresses in asked.items():
            with serving(args.record) as server:
                _, elapsed = server.ask(addresses[0])
            starts.append(server.started)
            print(line(kind, "start", [elapsed]), flush=True)
            slow.append((elapsed[0], elapsed[1], "start", addresses[0]))
        print(line("until it listens", "", starts))
    with serving(args.record) as server:
        # the server's own warming up is no part of what follows
        time.sleep(3)
        for kind, addresses in asked.items():
            for name in ("new", "again"):
                times = {address: server.ask(address)[1] for address in addresses}
                print(line(kind, name, list(times.values())), flush=True)
                slow += [(*elapsed, name, address) for address, elapsed in times.items()]
        for address in ("/api/v1/search?q=de&limit=200", "/api/v1/speakers?limit=200", "/api/v1/families?limit=200"):
            if not args.kinds:
                print(line(address[8:].split("?")[0] + ", by cursor", "new", follow(server, address, 40)))
    slow = sorted((one for one in slow if one[0] > args.slow), reverse=True)
    print(f"{len(slow)} took longer than {args.slow:.0f} ms")
    for clock, processors, name, address in slow[:40]:
        print(f"{clock:8.0f} {processors:8.0f} {name:5} {address[:120]}")


if __name__ == "__main__":
    main()
