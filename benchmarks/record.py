"""Measure the record: adding against pure reading, the size of the file, memory, and the time of searches.

usage: python -m benchmarks.record SHARED [--record FILE] [--processes 2] [--queries 500] [--search-only]
"""

import argparse
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import selon
from selon import Filters
from selon.pages.source import open_pages

READ = """
import sys
from selon.reading.reader import Reader
from selon.pages.source import open_pages
if __name__ == "__main__":
    pages = (page for page in open_pages(sys.argv[2:]))
    for page in Reader(processes=int(sys.argv[1])).read_many(pages, on_error=lambda page, error: None):
        pass
"""


def timed(command):
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began


def adding(files, record, processes):
    """Read all pages, then add them, each in a process of its own; words per second of both."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(READ)
        script.flush()
        reading = timed([sys.executable, script.name, str(processes), *files])
    added = timed(
        [sys.executable, "-m", "selon", "add", "--quiet", *files, "--record", record, "--processes", str(processes)]
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    texts = words = 0
    for page in open_pages(files):
        texts += len(page.text.encode())
        words += len(page.text.split())
    size = pathlib.Path(record).stat().st_size
    print(f"pages: {words:,} words, {texts / 1e6:.1f} MB of text")
    print(f"reading alone: {words / reading:,.0f} words/s with {processes} processes ({reading:.0f} s)")
    print(f"adding: {words / added:,.0f} words/s ({added:.0f} s), {100 * reading / added:.0f} % of reading")
    print(f"file: {size / 1e6:.1f} MB, {size / texts:.2f} times the text; largest process {peak:.2f} GB")


def queries(record, count, rng):
    """Queries of every kind, made of words and names that are in the record, common and rare ones."""
    words, names, outlets = [], [], []
    for hit in record.search("", sort="newest", limit=10_000):
        words += [word for word in hit.content.split() if word.isalpha() and len(word) > 2]
        names += [hit.speaker] if hit.speaker else []
        outlets += [hit.outlet] if hit.outlet else []
    for number in range(count):
        one, two, three = rng.sample(words, 3)
        place = rng.randrange(len(words) - 3)
        kinds = [
            (one, Filters()),
            (f"{one} {two}", Filters()),
            (f"{one} OR {two} OR {three}", Filters()),
            (f"{one} NOT {two}", Filters()),
            (f"{one[:4]}*", Filters()),
            ('"' + " ".join(words[place : place + 3]) + '"', Filters()),
            (one, Filters(speaker=rng.choice(names))),
            ("", Filters(speaker=rng.choice(names), since="2018-12")),
            ("", Filters(about=rng.choice(names))),
            (one, Filters(outlet=[rng.choice(outlets)], kind=["direct"])),
            (one, Filters(min_confidence=0.8, until="2018-12")),
            (one, Filters(source=rng.choice(names).split()[-1])),
        ]
        yield kinds[number % len(kinds)]


def searching(path, count):
    rng = random.Random(2017)
    with selon.Record(path, read_only=True) as record:
        asked = list(queries(record, count, rng))
        print(f"record: {record.counts()}")
        for name, ask in {
            "search": lambda words, filters: record.search(words, filters),
            "search and facets": lambda words, filters: (record.search(words, filters), record.facets(words, filters)),
            "speakers": lambda words, filters: record.speakers(filters.speaker or ""),
            "speaker": lambda words, filters: record.speaker(filters.speaker or "Emmanuel Macron"),
        }.items():
            times = []
            for words, filters in asked:
                began = time.perf_counter()
                ask(words, filters)
                times.append(1000 * (time.perf_counter() - began))
            times.sort()
            print(
                f"{name}: {len(times)} queries, median {statistics.median(times):.1f} ms,"
                f" 95th percentile {times[int(0.95 * len(times))]:.1f} ms, slowest {times[-1]:.0f} ms"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path, help="folder that holds pages/")
    parser.add_argument("--record", type=pathlib.Path, help="keep the record here; a temporary one otherwise")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--search-only", action="store_true", help="ask the record that is there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = args.record or pathlib.Path(folder) / "selon.db"
        if not args.search_only:
            adding([str(file) for file in sorted((args.shared / "pages").glob("*.jsonl"))], str(path), args.processes)
        searching(path, args.queries)


if __name__ == "__main__":
    main()
