"""Train the tagger of one language: gold pages, and raw pages as the teacher labelled them.

usage: python -m training.student LANGUAGE SHARED OUT --silver FILE... [--gold-labels FILE] [--minutes N] [--seed N]

``--silver`` are raw pages as the teacher labelled them; ``--gold-labels`` the annotated pages likewise: what the
teacher says of them fills in the layers that their annotation lacks, and softens the rest a little.
"""

import argparse
import copy
import math
import os
import pathlib
import random
import time
from collections import Counter
from itertools import groupby

import numpy as np
import torch
from torch import nn

from selon.reading.features import QUOTED_SIZES, SHAPES, Vocabulary, normalise
from selon.reading.marks import STATES
from training.data import load, page_windows
from training.heads import Heads, loss
from training.label import read_labels, silver_windows

LIMIT = 240
BATCH = 28
WIDTHS = {"word": 96, "prefix": 24, "suffix": 24, "shape": 8, "gap": 6, "state": 10, "size": 8}
HIDDEN = int(os.environ.get("SELON_HIDDEN", 160))  # a wide model of 192 comes first, see training/narrow.py
INPUT_DROPOUT = 0.15
MIN_COUNT = {"word": 4, "prefix": 8, "suffix": 8}
MAX_WORDS = 24_000


def build_vocabulary(texts):
    words, prefixes, suffixes = Counter(), Counter(), Counter()
    for tokens in texts:
        for word in tokens:
            form = normalise(word)
            words[form] += 1
            prefixes[form[:3]] += 1
            suffixes[form[-3:]] += 1
    keep = lambda counts, name, top: [w for w, n in counts.most_common(top) if n >= MIN_COUNT[name]]
    return Vocabulary(keep(words, "word", MAX_WORDS), keep(prefixes, "prefix", 5000), keep(suffixes, "suffix", 5000))


class Student(nn.Module):
    def __init__(self, vocabulary, dropout=0.25):
        super().__init__()
        self.dropout = dropout
        sizes = (
            len(vocabulary.words) + 1, len(vocabulary.prefixes) + 1, len(vocabulary.suffixes) + 1,
            SHAPES, 4, STATES, QUOTED_SIZES,
        )  # fmt: skip
        self.tables = nn.ModuleList(nn.Embedding(n, w) for n, w in zip(sizes, WIDTHS.values()))
        for table in self.tables:
            nn.init.normal_(table.weight, std=0.3)
        width = sum(WIDTHS.values())
        self.first = nn.LSTM(width, HIDDEN, bidirectional=True)
        self.second = nn.LSTM(2 * HIDDEN, HIDDEN, bidirectional=True)
        for lstm in (self.first, self.second):
            for name, p in lstm.named_parameters():
                if "bias_ih" in name:
                    nn.init.zeros_(p)
                    p.data[HIDDEN : 2 * HIDDEN] = 1.0
                elif "bias" in name:
                    nn.init.zeros_(p)
                elif "weight_hh" in name:
                    for k in range(4):
                        nn.init.orthogonal_(p.data[k * HIDDEN : (k + 1) * HIDDEN])
        self.heads = Heads(2 * HIDDEN, 32)

    def forward(self, features, mask):
        """``features`` (tokens, batch, 7); padding is all zero input."""
        parts = []
        for k, table in enumerate(self.tables):
            ids = features[..., k]
            if self.training and k < 3:
                ids = torch.where(torch.rand(ids.shape) < (0.12 if k == 0 else 0.05), 0, ids)
            parts.append(table(ids))
        x = torch.cat(parts, -1)
        x = nn.functional.dropout(x, INPUT_DROPOUT, self.training) * mask[..., None]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            x, _ = self.first(x)
            x = nn.functional.dropout(x, self.dropout, self.training)
            x, _ = self.second(x)
            x = nn.functional.dropout(x, self.dropout, self.training)
        return self.heads(x.float())


def soften(windows, path):
    """Attach the teacher's probabilities to annotated windows, which stand in the order of their pages."""
    labels = {page["text"]: page["probabilities"] for page in read_labels(path)}
    for (_, text), group in groupby(windows, key=lambda w: (w.page, w.text)):
        found = labels.get(text)
        if found is None:
            continue
        at = 0
        for w in group:
            w.soft = found[at : at + len(w.words)].astype(np.float32)
            at += len(w.words)


def featurise(vocabulary, items):
    for w in items:
        w.features = np.empty((len(w.words), 7), dtype=np.int64)
        w.features[:, :4] = vocabulary.rows(w.words)
        w.features[:, 4], w.features[:, 5], w.features[:, 6] = w.gaps, w.states, w.sizes


def start_from(table, words, e5):
    """Start word vectors from the mean of each word's pieces in the teacher's input embedding, reduced to their width."""
    from training.e5 import E5

    encoder = E5(e5)
    rows = torch.stack([encoder.word.weight[encoder.pieces(word, True)].mean(0) for word in words]).float()
    rows = rows - rows.mean(0)
    _, _, directions = torch.pca_lowrank(rows, q=table.embedding_dim, niter=4)
    reduced = rows @ directions
    table.weight.data[1:] = 0.3 * reduced / reduced.std()


def collate(batch):
    lengths = [len(w.words) for w in batch]
    features = torch.zeros((max(lengths), len(batch), 7), dtype=torch.long)
    mask = torch.zeros((max(lengths), len(batch)))
    for i, w in enumerate(batch):
        features[: lengths[i], i] = torch.from_numpy(w.features)
        mask[: lengths[i], i] = 1
    return features, mask, lengths


def grouped(items, rng):
    items = sorted(items, key=lambda w: len(w.words) + rng.random() * 6)
    groups = [items[i : i + BATCH] for i in range(0, len(items), BATCH)]
    rng.shuffle(groups)
    return groups


def evaluate(model, dev):
    model.eval()
    total = count = 0.0
    with torch.no_grad():
        for i in range(0, len(dev), 16):
            batch = dev[i : i + 16]
            features, mask, lengths = collate(batch)
            tags, roles = model(features, mask)
            total += loss(model.heads, tags.transpose(0, 1), roles.transpose(0, 1), batch, lengths).item() * sum(
                lengths
            )
            count += sum(lengths)
    return total / count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language")
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--silver", type=pathlib.Path, nargs="*", default=[])
    parser.add_argument("--gold-labels", type=pathlib.Path)
    parser.add_argument("--e5", help="weights of the teacher's encoder, to start word vectors from")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--start", type=pathlib.Path, help="go on from this model, at a third of the rate")
    parser.add_argument("--dropout", type=float, default=0.25)
    parser.add_argument(
        "--softness", type=float, default=0.25, help="share of the teacher in the targets of annotated pages"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gold-times", type=int, default=3)
    parser.add_argument("--limit", type=int, default=0, help="silver pages at most (0: all)")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    gold = args.shared / "gold"
    train = [w for i, p in enumerate(load(gold / f"{args.language}_train.jsonl")) for w in page_windows(i, p, LIMIT)]
    dev = [w for i, p in enumerate(load(gold / f"{args.language}_dev.jsonl")) for w in page_windows(i, p, LIMIT)]
    if args.gold_labels:
        soften(train, args.gold_labels)
    silver = [w for path in args.silver for w in silver_windows(path, args.language, LIMIT, args.limit)]
    vocabulary = build_vocabulary(w.words for w in train + silver)
    print(
        len(train),
        "gold",
        len(silver),
        "silver windows",
        [len(x) for x in (vocabulary.words, vocabulary.prefixes, vocabulary.suffixes)],
        flush=True,
    )
    featurise(vocabulary, train + dev + silver)
    model = Student(vocabulary, args.dropout)
    if args.start:
        saved = torch.load(args.start)
        vocabulary = Vocabulary(saved["words"], saved["prefixes"], saved["suffixes"])
        featurise(vocabulary, train + dev + silver)
        model = Student(vocabulary, args.dropout)
        model.load_state_dict(saved["state"])
    elif args.e5:
        start_from(model.tables[0], list(vocabulary.words), args.e5)
    average = copy.deepcopy(model)
    tables = [p for n, p in model.named_parameters() if n.startswith("tables")]
    rest = [p for n, p in model.named_parameters() if not n.startswith("tables")]
    optimiser = torch.optim.AdamW(
        [{"params": tables, "lr": 3e-3, "weight_decay": 0.0}, {"params": rest, "lr": 2e-3, "weight_decay": 0.01}]
    )
    if args.start:
        for group in optimiser.param_groups:
            group["lr"] /= 3
    peaks = [g["lr"] for g in optimiser.param_groups]
    start, step, seen, running, rounds = time.time(), 0, 0, 0.0, 0
    queue = []
    while (done := (time.time() - start) / (60 * args.minutes)) < 1:
        if not queue:
            queue = grouped(train * args.gold_times + silver, rng)
            rounds += 1
        batch = queue.pop()
        rate = min(1, step / 200) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        for g, peak in zip(optimiser.param_groups, peaks):
            g["lr"] = peak * rate
        model.train()
        features, mask, lengths = collate(batch)
        tags, roles = model(features, mask)
        value = loss(model.heads, tags.transpose(0, 1), roles.transpose(0, 1), batch, lengths, args.softness)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(tables + rest, 1.0)
        optimiser.step()
        decay = min(0.998, step / (step + 20))
        with torch.no_grad():
            for a, p in zip(average.parameters(), model.parameters()):
                a.lerp_(p, 1 - decay)
        step, seen = step + 1, seen + sum(lengths)
        running = 0.98 * running + 0.02 * value.item() if running else value.item()
        if step % 100 == 0:
            print(f"{step} round {rounds} {seen} tokens {time.time() - start:.0f}s loss {running:.4f}", flush=True)
        if step % 500 == 0:
            print(f"dev loss {evaluate(average, dev):.4f}", flush=True)
    print(f"dev loss {evaluate(average, dev):.4f} after {seen} tokens, {rounds} rounds", flush=True)
    torch.save(
        {
            "state": average.state_dict(),
            "words": list(vocabulary.words),
            "prefixes": list(vocabulary.prefixes),
            "suffixes": list(vocabulary.suffixes),
        },
        args.out,
    )


if __name__ == "__main__":
    main()
