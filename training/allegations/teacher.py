"""Fine-tune the teacher once more, to mark allegations, and let it label raw pages.

usage: python -m training.allegations.teacher SHARED E5_WEIGHTS TEACHER OUT [--minutes N]
"""

import argparse
import math
import pathlib
import random
import time

import numpy as np
import torch
from torch import nn

from selon.reading.allegations.layers import LAYERS
from selon.reading.tokens import tokenise
from training.allegations.labels import MARKS, targets
from training.data import load, page_windows
from training.teacher import BATCH, LIMIT, Teacher, batches, encode


class AllegationTeacher(nn.Module):
    def __init__(self, weights, start=None):
        super().__init__()
        self.base = Teacher(weights)
        if start:
            self.base.load_state_dict(torch.load(start), strict=False)
        self.head = nn.Linear(self.base.encoder.width, len(LAYERS) * MARKS)
        self.head.bias.data.fill_(-3.0)

    def forward(self, batch):
        ids, first, mask, lengths = encode(self.base.encoder, batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.base.encoder(ids, mask).float()
        hidden = hidden.gather(1, first[:, :, None].expand(-1, -1, hidden.shape[2]))
        states = torch.zeros(first.shape, dtype=torch.long)
        for i, w in enumerate(batch):
            states[i, : len(w.words)] = torch.as_tensor(w.states)
        hidden = nn.functional.dropout(hidden + self.base.state(states), 0.1, self.training)
        return self.head(hidden), lengths


def windows_of(pages, limit):
    """Windows of annotated pages, each with its ``marks`` as targets."""
    out = []
    for number, page in enumerate(pages):
        tokens = tokenise(page["text"])
        gold = targets(page, tokens).reshape(len(tokens), -1)
        at = 0
        for window in page_windows(number, page, limit, labelled=False, language="fr"):
            window.soft = gold[at : at + len(window.words)]
            at += len(window.words)
            out.append(window)
    return out


def loss(logits, lengths, batch):
    gold = torch.zeros(logits.shape)
    mask = torch.zeros(logits.shape[:2])
    for i, w in enumerate(batch):
        gold[i, : lengths[i]] = torch.from_numpy(np.asarray(w.soft, dtype=np.float32))
        mask[i, : lengths[i]] = 1
    each = nn.functional.binary_cross_entropy_with_logits(logits, gold, reduction="none").sum(-1)
    return (each * mask).sum() / mask.sum()


def evaluate(model, items):
    model.eval()
    total = count = 0.0
    with torch.no_grad():
        for at in range(0, len(items), 16):
            batch = items[at : at + 16]
            logits, lengths = model(batch)
            total += float(loss(logits, lengths, batch)) * sum(lengths)
            count += sum(lengths)
    return total / count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("weights")
    parser.add_argument("start", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=13)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(2)
    rng = random.Random(args.seed)
    train = windows_of(load(args.shared / "gold" / "fr_train.jsonl"), LIMIT)
    dev = windows_of(load(args.shared / "gold" / "fr_dev.jsonl"), LIMIT)
    model = AllegationTeacher(args.weights, args.start)
    head = list(model.head.parameters()) + list(model.base.state.parameters())
    body = [p for p in model.base.encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW([{"params": body, "lr": 1e-4}, {"params": head, "lr": 2e-3}], weight_decay=0.01)
    peaks = [g["lr"] for g in optimiser.param_groups]
    start, step, running, queue, rounds = time.time(), 0, 0.0, [], 0
    while (done := (time.time() - start) / (60 * args.minutes)) < 1:
        if not queue:
            queue, rounds = batches(train, BATCH, rng), rounds + 1
        batch = queue.pop()
        rate = min(1, step / 60) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for g, peak in zip(optimiser.param_groups, peaks):
            g["lr"] = peak * rate
        model.train()
        logits, lengths = model(batch)
        value = loss(logits, lengths, batch)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(body + head, 1.0)
        optimiser.step()
        step += 1
        running = 0.98 * running + 0.02 * value.item() if running else value.item()
        if step % 25 == 0:
            print(f"{step} round {rounds} {time.time() - start:.0f}s loss {running:.4f}", flush=True)
        if step % 300 == 0:
            print(f"dev loss {evaluate(model, dev):.4f}", flush=True)
    print(f"dev loss {evaluate(model, dev):.4f}", flush=True)
    torch.save({k: v for k, v in model.state_dict().items() if k != "base.encoder.word.weight"}, args.out)


if __name__ == "__main__":
    main()
