"""Let the teacher of allegations label raw pages, for the small models to learn from.

usage: python -m training.allegations.label E5_WEIGHTS TEACHER OUT --pages FILE... --language LANGUAGE
                                            [--without FILE...] [--minutes N]

OUT.pkl holds the labelled pages one after the other; OUT.npz for each word of the language's vocabulary the mean of the
teacher's states where it stands, which tell the small model what the teacher knows of a word.
"""

import argparse
import pathlib
import pickle
import random
import time

import numpy as np
import torch

from selon.languages.pack import load_pack
from selon.reading.allegations.candidates import stretches
from selon.reading.allegations.pointer import POINTERS
from selon.reading.features import features
from selon.reading.marks import find_marks
from selon.reading.tagger import Tagger
from selon.reading.tokens import tokenise
from training.allegations.annotated import annotated_ids
from training.allegations.examples import Example, Item
from training.allegations.teacher import LIMIT, AllegationTeacher
from training.data import load, page_windows

BATCH = 24
GROUP = 40
# What the teacher takes for evidence, cut at paragraphs' and sentences' ends: tokens from this probability on.
EVIDENCE = 0.4
BRIDGE = 2
SENTENCE_ENDS = frozenset({".", "!", "?", "…", "..."})


def items_of(tokens, marks):
    """Stretches of evidence, a sentence each."""
    for first, last in stretches(marks[:, 0] >= EVIDENCE, BRIDGE):
        at = first
        for end in range(first + 1, last + 1):
            if end == last or tokens.words[end - 1] in SENTENCE_ENDS or tokens.gaps[end] >= 2:
                if end - at > 3:
                    yield at, end
                at = end


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights")
    parser.add_argument("teacher", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path, help="without an ending")
    parser.add_argument("--pages", nargs="+", required=True)
    parser.add_argument("--without", nargs="*", default=[], help="pages of these files are left out")
    parser.add_argument("--language", required=True)
    parser.add_argument("--minutes", type=float, default=1e9)
    args = parser.parse_args()
    torch.set_num_threads(2)
    model = AllegationTeacher(args.weights)
    model.load_state_dict(torch.load(args.teacher), strict=False)
    model.eval()
    vocabulary = Tagger(load_pack(args.language).folder, {})._vocabulary
    sums = np.zeros((len(vocabulary.words) + 1, model.encoder.width), np.float32)
    counts = np.zeros(len(sums), np.int64)
    known = annotated_ids(args.language) | {p["id"] for path in args.without for p in load(path)}
    pages = [p for path in args.pages for p in load(path) if p["id"] not in known]
    random.Random(2).shuffle(pages)
    start, count = time.time(), 0
    with args.out.with_suffix(".pkl").open("wb") as out, torch.no_grad():
        for at in range(0, len(pages), GROUP):
            if time.time() - start > 60 * args.minutes:
                break
            group = pages[at : at + GROUP]
            items = [w for i, p in enumerate(group) for w in page_windows(i, p, LIMIT, False, args.language)]
            found = [None] * len(items)
            order = sorted(range(len(items)), key=lambda k: len(items[k].words))
            for b in range(0, len(order), BATCH):
                part = order[b : b + BATCH]
                for k, states in zip(part, model([(None, [items[k]]) for k in part])):
                    found[k] = states
            for number, page in enumerate(group):
                states = [s for w, s in zip(items, found) if w.page == number]
                if not states:
                    continue
                states = torch.cat(states)
                example = Example(
                    page["text"], None, torch.sigmoid(model.heads.marks(states)).numpy().astype(np.float16)
                )
                tokens = tokenise(page["text"])
                rows = features(vocabulary, tokens, find_marks(tokens))[:, 0]
                np.add.at(sums, rows, states.numpy())
                np.add.at(counts, rows, 1)
                for first, last in items_of(tokens, example.marks):
                    soft = [
                        torch.softmax(model.heads.point(states, first, last, which), 0).numpy().astype(np.float16)
                        for which in range(len(POINTERS))
                    ]
                    example.items.append(Item(first, last, soft))
                pickle.dump(example, out)
                count += 1
            print(f"{count} pages {time.time() - start:.0f}s", flush=True)
    np.savez_compressed(
        args.out.with_suffix(".npz"), vectors=(sums / np.maximum(1, counts)[:, None]).astype(np.float16)
    )


if __name__ == "__main__":
    main()
