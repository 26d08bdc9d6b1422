"""Let the teacher label pages: tag probabilities per token, and linked segments, for students to learn from.

usage: python -m training.label SHARED E5_WEIGHTS TEACHER OUT [--languages fr en] [--share 0.7]
"""

import argparse
import pathlib
import pickle
import random
import time
from itertools import islice

import numpy as np
import torch

from selon.reading.links import Linker
from selon.reading.segments import LAYERS, decode, log_probabilities
from training.data import add_links, load, page_windows
from training.teacher import LIMIT, Teacher

BATCH = 24


def linker_weights(heads):
    width = heads.roles.out_features
    return {
        # the teacher's role vectors come ready made
        "role_weight": np.eye(width, dtype=np.float32),
        "role_bias": np.zeros(width, dtype=np.float32),
    } | {
        name: getattr(heads, name).detach().numpy()
        for name in ("cue_table", "source_table", "source_cue_table", "no_cue", "no_source", "bias")
    }


def read(model, linker, windows):
    """Yield for each window its tag probabilities and rows of (content, inner, cue, source) in its tokens."""
    with torch.no_grad():
        tags, roles, lengths = model(windows)
    tags, roles = tags.float().numpy(), roles.float().numpy()
    scores = log_probabilities(tags)
    segments = decode(scores, lengths, np.zeros(len(LAYERS), np.float32))
    act = 1 / (1 + np.exp(tags[..., -2] - tags[..., -1]))
    for i, window in enumerate(windows):
        n = lengths[i]
        probabilities = np.concatenate([np.exp(scores[i, :n]).reshape(n, -1), act[i, :n, None]], 1)
        outer, inner, cues, sources, _ = segments[i]
        yield probabilities.astype(np.float16), rows(linker, roles[i], outer, inner, cues, sources, window.paragraphs)


def rows(linker, roles, outer, inner, cues, sources, paragraphs):
    places = lambda items: np.array([s[:2] for s in items], dtype=np.int32).reshape(-1, 2)
    both = sorted([(s, False) for s in outer] + [(s, True) for s in inner], key=lambda x: x[0][:2])
    contents, flags = places([s for s, _ in both]), np.array([f for _, f in both], dtype=bool)
    links = linker.link(roles, contents, flags, places(cues), places(sources), paragraphs)
    out = []
    for k, (segment, flag) in enumerate(both):
        q, s = links.cue[k], links.source[k]
        out.append(
            (
                tuple(segment[:2]),
                flag,
                tuple(cues[q][:2]) if q >= 0 else None,
                tuple(sources[s][:2]) if s >= 0 else None,
            )
        )
    return out


def silver_windows(path, language, limit, most=0):
    """Training windows from a file of labelled pages, at most ``most`` pages of it (0: all)."""
    out = []
    for page in islice(read_labels(path), most or None):
        blank = {"text": page["text"], "language": language, "attributions": []}
        offset = 0
        for window in page_windows(-1, blank, limit, labelled=False):
            n = len(window.words)
            window.soft = page["probabilities"][offset : offset + n].astype(np.float32)
            attach(window, page["rows"], offset, offset + n)
            out.append(window)
            offset += n
    return out


def read_labels(path):
    """Yield the labelled pages of a file."""
    with open(path, "rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


def attach(window, page_rows, first, last):
    add_links(window, [([content], inner, cue, source) for content, inner, cue, source in page_rows], first, last)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("weights")
    parser.add_argument("teacher", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--pages", nargs="+", required=True, help="jsonl files of pages")
    parser.add_argument("--language", required=True)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model = Teacher(args.weights)
    model.load_state_dict(torch.load(args.teacher), strict=False)
    model.eval()
    linker = Linker(linker_weights(model.heads))
    pages = [p for path in args.pages for p in load(path)]
    random.Random(1).shuffle(pages)
    pages = pages[args.part :: args.parts]
    start, done, words = time.time(), 0, 0
    with open(args.out, "wb") as out:
        for at in range(0, len(pages), 40):
            if time.time() - start > 60 * args.minutes:
                break
            group = pages[at : at + 40]
            items = [
                w
                for i, p in enumerate(group)
                for w in page_windows(i, p, LIMIT, labelled=False, language=args.language)
            ]
            results = [None] * len(items)
            order = sorted(range(len(items)), key=lambda k: len(items[k].words))
            for b in range(0, len(order), BATCH):
                part = order[b : b + BATCH]
                for k, result in zip(part, read(model, linker, [items[k] for k in part])):
                    results[k] = result
            offset = [0] * len(group)
            labels = [([], []) for _ in group]
            for window, (probabilities, found) in zip(items, results):
                shift = offset[window.page]
                move = lambda s: s and (s[0] + shift, s[1] + shift)
                labels[window.page][0].append(probabilities)
                labels[window.page][1].extend((move(c), f, move(q), move(s)) for c, f, q, s in found)
                offset[window.page] += len(window.words)
            for page, (probabilities, found) in zip(group, labels):
                if probabilities:
                    pickle.dump(
                        {
                            "id": page.get("id"),
                            "text": page["text"],
                            "language": args.language,
                            "probabilities": np.concatenate(probabilities),
                            "rows": found,
                        },
                        out,
                    )
                    words += len(page["text"].split())
            done += len(group)
            print(f"{done}/{len(pages)} pages {words} words {time.time() - start:.0f}s", flush=True)


if __name__ == "__main__":
    main()
