"""Fine-tune the teacher on all annotated pages and let it label raw pages for the students.

usage: python -m training.teacher SHARED E5_WEIGHTS OUT [--minutes N] [--seed N]
"""

import argparse
import math
import pathlib
import random
import time

import torch
from torch import nn

from training.data import load, page_windows
from training.e5 import E5
from training.heads import Heads, loss

LIMIT = 150  # tokens a window: short windows keep attention cheap
BATCH = 10
FROZEN = 3  # lowest layers left as they are


class Teacher(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.encoder = E5(weights, dropout=0.0)
        self.state = nn.Embedding(7, self.encoder.width)
        nn.init.zeros_(self.state.weight)
        self.heads = Heads(self.encoder.width, 48)
        for layer in self.encoder.layers[:FROZEN]:
            layer.requires_grad_(False)
        for p in (self.encoder.position, self.encoder.kind, *self.encoder.norm.parameters()):
            p.requires_grad_(False)

    def forward(self, batch):
        ids, first, mask, lengths = encode(self.encoder, batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.encoder(ids, mask).float()
        hidden = hidden.gather(1, first[:, :, None].expand(-1, -1, hidden.shape[2]))
        states = torch.zeros(first.shape, dtype=torch.long)
        for i, w in enumerate(batch):
            states[i, : len(w.words)] = torch.as_tensor(w.states)
        hidden = nn.functional.dropout(hidden + self.state(states), 0.1, self.training)
        tags, roles = self.heads(hidden)
        return tags, roles, lengths


def encode(encoder, batch):
    rows, firsts = [], []
    for window in batch:
        ids, first = [encoder.pieces.bos], []
        for word, gap in zip(window.words, window.gaps):
            if gap >= 2 and len(ids) > 1:
                ids.append(encoder.pieces.eos)  # paragraphs are seen as the separator
            first.append(min(len(ids), encoder.positions - 1))
            ids.extend(encoder.pieces(word, gap > 0))
        rows.append([*ids[: encoder.positions - 1], encoder.pieces.eos])
        firsts.append(first)
    width, words = max(map(len, rows)), max(map(len, firsts))
    ids = torch.full((len(rows), width), encoder.pieces.pad)
    mask = torch.zeros((len(rows), width), dtype=torch.bool)
    first = torch.zeros((len(rows), words), dtype=torch.long)
    for i, (row, f) in enumerate(zip(rows, firsts)):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = True
        first[i, : len(f)] = torch.tensor(f)
    return ids, first, mask, [len(w.words) for w in batch]


def batches(items, size, rng):
    """Windows of like length together, in random order."""
    items = sorted(items, key=lambda w: len(w.words) + rng.random() * 20)
    groups = [items[i : i + size] for i in range(0, len(items), size)]
    rng.shuffle(groups)
    return groups


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("weights")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    torch.set_num_threads(2)
    gold = args.shared / "gold"
    fr = [w for i, p in enumerate(load(gold / "fr_train.jsonl")) for w in page_windows(i, p, LIMIT)]
    en = [w for i, p in enumerate(load(gold / "en_train.jsonl")) for w in page_windows(i, p, LIMIT)]
    dev = [w for i, p in enumerate(load(gold / "fr_dev.jsonl")) for w in page_windows(i, p, LIMIT)]
    dev_en = [w for i, p in enumerate(load(gold / "en_dev.jsonl")[:40]) for w in page_windows(i, p, LIMIT)]
    print(len(fr), len(en), "windows", flush=True)
    model = Teacher(args.weights)
    body = [p for n, p in model.named_parameters() if n.startswith("encoder") and p.requires_grad]
    head = [p for n, p in model.named_parameters() if not n.startswith("encoder")]
    optimiser = torch.optim.AdamW([{"params": body, "lr": 1.5e-4}, {"params": head, "lr": 1.5e-3}], weight_decay=0.01)
    peaks = [g["lr"] for g in optimiser.param_groups]
    start, step, seen, running = time.time(), 0, 0, 0.0
    queue = []
    while (done := (time.time() - start) / (60 * args.minutes)) < 1:
        if not queue:
            # each round: a third of English, all of French; the last rounds are French-heavy by the schedule
            queue = batches(fr + rng.sample(en, len(en) * 3 // 10), BATCH, rng)
        batch = queue.pop()
        rate = min(1, step / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for g, peak in zip(optimiser.param_groups, peaks):
            g["lr"] = peak * rate
        model.train()
        tags, roles, lengths = model(batch)
        value = loss(model.heads, tags, roles, batch, lengths)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(body + head, 1.0)
        optimiser.step()
        step, seen, running = (
            step + 1,
            seen + sum(lengths),
            0.98 * running + 0.02 * value.item() if running else value.item(),
        )
        if step % 50 == 0:
            print(f"{step} {seen} tokens {time.time() - start:.0f}s loss {running:.4f}", flush=True)
        if step % 400 == 0:
            report(model, dev, "fr dev")
    report(model, dev, "fr dev")
    report(model, dev_en, "en dev")
    state = {k: v for k, v in model.state_dict().items() if k != "encoder.word.weight"}
    torch.save(state, args.out)


def report(model, dev, name):
    model.eval()
    total = count = 0.0
    with torch.no_grad():
        for i in range(0, len(dev), 16):
            batch = dev[i : i + 16]
            tags, roles, lengths = model(batch)
            total += float(loss(model.heads, tags, roles, batch, lengths)) * sum(lengths)
            count += sum(lengths)
    print(f"{name} loss {total / count:.4f}", flush=True)


if __name__ == "__main__":
    main()
