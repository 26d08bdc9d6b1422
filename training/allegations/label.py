"""Let the teacher of allegations label raw pages, for the small taggers to learn from.

usage: python -m training.allegations.label E5_WEIGHTS TEACHER OUT --pages FILE... --language LANGUAGE [--minutes N]
"""

import argparse
import pathlib
import pickle
import random
import time

import numpy as np
import torch

from training.allegations.teacher import AllegationTeacher
from training.data import load, page_windows
from training.teacher import LIMIT

BATCH = 24
GROUP = 40


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights")
    parser.add_argument("teacher", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--pages", nargs="+", required=True)
    parser.add_argument("--language", required=True)
    parser.add_argument("--minutes", type=float, default=1e9)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = AllegationTeacher(args.weights)
    model.load_state_dict(torch.load(args.teacher), strict=False)
    model.eval()
    pages = [p for path in args.pages for p in load(path)]
    random.Random(2).shuffle(pages)
    start, count = time.time(), 0
    with open(args.out, "wb") as out:
        for at in range(0, len(pages), GROUP):
            if time.time() - start > 60 * args.minutes:
                break
            group = pages[at : at + GROUP]
            items = [w for i, p in enumerate(group) for w in page_windows(i, p, LIMIT, False, args.language)]
            found = [None] * len(items)
            order = sorted(range(len(items)), key=lambda k: len(items[k].words))
            for b in range(0, len(order), BATCH):
                part = order[b : b + BATCH]
                with torch.no_grad():
                    logits, lengths = model([items[k] for k in part])
                for row, k in enumerate(part):
                    found[k] = torch.sigmoid(logits[row, : lengths[row]]).numpy().astype(np.float16)
            pieces = [[] for _ in group]
            for window, result in zip(items, found):
                pieces[window.page].append(result)
            for page, rows in zip(group, pieces):
                if rows:
                    pickle.dump((page["text"], np.concatenate(rows)), out)
                    count += 1
            print(f"{count} pages {time.time() - start:.0f}s", flush=True)


if __name__ == "__main__":
    main()
