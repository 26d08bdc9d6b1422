"""Compare Selon's reading of saved pages with trafilatura alone, over pages whose passages were marked by hand.

usage: python -m benchmarks.html FOLDER

FOLDER holds pages and ``expected.json``: for each page passages that belong to its article (``with``) and that do not
(``without``), and its title, author and date. As in trafilatura's own evaluation, a passage counts as found if the text
holds it. Titles, authors and dates count as right if they equal the expected ones but for case and space; a date of
less precision than a day counts as wrong.
"""

import argparse
import json
import pathlib
import time

import trafilatura

from selon import InputError
from selon.pages.html import read_html

FACTS = ("title", "author", "date")


def by_selon(data, name):
    try:
        page = read_html(data, name)
    except InputError as error:
        print(error)
        return "", {}
    return page.text, {fact: getattr(page, fact) for fact in FACTS}


def by_trafilatura(data, name):
    document = trafilatura.extract_metadata(data)
    return trafilatura.extract(data) or "", {fact: getattr(document, fact) for fact in FACTS}


def same(found, expected):
    expected = "; ".join(expected) if isinstance(expected, list) else expected
    return bool(found) and " ".join(found.split()).casefold() == " ".join(expected.split()).casefold()


def measure(reader, folder, expected):
    kept = lost = wrong = right = 0
    facts = {fact: [0, 0] for fact in FACTS}
    start = time.perf_counter()
    for name, truth in expected.items():
        text, found = reader((folder / name).read_bytes(), name)
        kept += sum(passage in text for passage in truth["with"])
        lost += sum(passage not in text for passage in truth["with"])
        wrong += sum(passage in text for passage in truth["without"])
        right += sum(passage not in text for passage in truth["without"])
        for fact in FACTS:
            if truth.get(fact):
                facts[fact][0] += same(found.get(fact), truth[fact])
                facts[fact][1] += 1
    precision, recall = kept / max(1, kept + wrong), kept / max(1, kept + lost)
    return {
        "with": f"{kept}/{kept + lost}",
        "without": f"{right}/{right + wrong}",
        "precision": f"{precision:.3f}",
        "recall": f"{recall:.3f}",
        "F1": f"{2 * precision * recall / (precision + recall):.3f}",
        "accuracy": f"{(kept + right) / (kept + lost + wrong + right):.3f}",
        **{fact: f"{good}/{asked}" for fact, (good, asked) in facts.items()},
        "seconds": f"{time.perf_counter() - start:.1f}",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    rows = {
        "Selon": measure(by_selon, folder, expected),
        "trafilatura": measure(by_trafilatura, folder, expected),
    }
    names = list(rows["Selon"])
    print(f"{len(expected)} pages\n")
    print("| | " + " | ".join(names) + " |")
    print("|---|" + "---|" * len(names))
    for reader, row in rows.items():
        print(f"| {reader} | " + " | ".join(row[name] for name in names) + " |")


if __name__ == "__main__":
    main()
