"""Allegations annotated for this project on raw pages, kept as places in their texts.

Each line of ``annotations/LANGUAGE_SPLIT.jsonl`` is a page: its ``id`` among the raw or annotated pages of ``SHARED``,
the CRC-32 of its text, and its allegations as lists in the order of ``FIELDS``. Spans are ``[start, end)`` in Unicode
code points; accuser and accused are names as the annotators resolved them. The pages' texts are not part of this
repository.
"""

import json
import pathlib
import zlib

from training.data import load

FIELDS = ("stance", "accuser", "accused", "deed", "victim", "when", "where", "means", "evidence")
PLACES = FIELDS[3:]
#: One page in so many is kept from the teacher, so that the next step can learn from what it says of unseen pages.
HELD = 4
#: Half of those are kept from the second look too, in French; with the pages of the split ``weigh``, that no model is
#: trained on, they weigh what both tell.
UNLOOKED = 8
WEIGH = "weigh"
FOLDER = pathlib.Path(__file__).parent / "annotations"


def annotated_pages(shared, language, split="train"):
    """The annotated pages of a language in the exchange form, texts taken from ``shared``; none if there are none.

    ``split`` is ``train``, ``weigh`` or ``dev``; for French, dev is among the annotated pages of ``shared``.
    """
    path = FOLDER / f"{language}_{split}.jsonl"
    if not path.exists():
        return []
    sources = (shared / "pages" / f"{language}.jsonl", shared / "gold" / f"{language}_train.jsonl")
    texts = {page["id"]: page["text"] for source in sources for page in load(source)}
    pages = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            text = texts[page["id"]]
            if zlib.crc32(text.encode()) != page["crc"]:
                raise ValueError(f"page {page['id']} is not the one that was annotated")
            allegations = []
            for row in page["allegations"]:
                one = dict(zip(FIELDS, row, strict=True))
                for name in PLACES[:-1]:
                    one[name] = text[slice(*one[name])] if one[name] else None
                allegations.append(one)
            held = split == WEIGH or page["crc"] % HELD == 0
            facts = {"id": page["id"], "crc": page["crc"], "held": held, "lang": language, "split": split}
            pages.append({**facts, "text": text, "allegations": allegations})
    return pages


def unlooked(page):
    """Whether an annotated page is kept from the second look."""
    return page["split"] == WEIGH or (page["lang"] == "fr" and page["crc"] % UNLOOKED == 0)


def annotated_ids(language):
    """The ids of the annotated raw pages of a language, in all splits."""
    lines = [
        line for path in FOLDER.glob(f"{language}_*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return {json.loads(line)["id"] for line in lines}
