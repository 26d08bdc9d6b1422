"""Measure speed and peak memory of reading a large web archive, made here in a temporary folder.

usage: python -m benchmarks.warc [--megabytes 1000] [--pages-every 50]

The archive is of the size given when unpacked, about; one record in so many is a page of HTML, the others are of other
types, one in a thousand is damaged. Memory is that of a process that reads it all, beside one that reads a tenth.
"""

import argparse
import gzip
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

READ = """
import resource, sys
from selon import Page
from selon.pages.source import open_pages
pages = errors = 0
for item in open_pages(sys.argv[1:]):
    pages, errors = pages + isinstance(item, Page), errors + (not isinstance(item, Page))
print(pages, errors, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
WORDS = [
    "le",
    "maire",
    "a",
    "dit",
    "que",
    "la",
    "route",
    "serait",
    "fermée",
    "pour",
    "les",
    "travaux",
    "du",
    "pont",
    "et",
    "selon",
    "la",
    "préfecture",
    "jusqu'à",
    "lundi",
]


def record(number, rng, is_page):
    words = " ".join(rng.choice(WORDS) + str(rng.randrange(100)) for _ in range(600))
    text = "".join(f"<p>{words[i : i + 400]}.</p>\n" for i in range(0, len(words), 400))
    mime = "text/html; charset=utf-8" if is_page else "application/json"
    body = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\n\r\n<html><body><article>{text}</article></body></html>".encode()
    )
    body += b"" if is_page else rng.randbytes(50_000)
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: https://example.org/{number}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def make(path, size, every):
    rng = random.Random(1)
    written = number = 0
    with path.open("wb") as file:
        while written < size:
            data = record(number, rng, number % every == 0)
            written += len(data)
            packed = gzip.compress(data, 1)
            file.write(packed[:-300] if number % 1000 == 500 else packed)
            number += 1
    return number


def read(path):
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    pages, errors, memory = map(int, done.stdout.split())
    return pages, errors, memory, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--pages-every", type=int, default=50, metavar="N")
    arguments = parser.parse_args()
    print("| unpacked | packed | records | pages | damaged | seconds | peak memory |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "news.warc.gz"
        for megabytes in (max(1, arguments.megabytes // 10), arguments.megabytes):
            records = make(path, megabytes * 1_000_000, arguments.pages_every)
            pages, errors, memory, seconds = read(path)
            size = os.path.getsize(path) // 1_000_000  # noqa: PTH202
            print(f"| {megabytes} MB | {size} MB | {records:,} | {pages:,} | {errors} | {seconds:.1f} | {memory} MB |")


if __name__ == "__main__":
    main()
