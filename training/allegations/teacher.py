"""Fine-tune a multilingual encoder to mark allegations and to point to those who are meant.

usage: python -m training.allegations.teacher SHARED E5_WEIGHTS OUT [--start TEACHER] [--minutes N] [--seed N]
"""

import argparse
import pathlib
import random
import time

import torch
from torch import nn

from training.allegations.annotated import annotated_pages
from training.allegations.examples import example
from training.allegations.heads import Heads, batches, evaluate
from training.data import load, page_windows
from training.e5 import E5
from training.steps import pace, take_step
from training.teacher import encode

LIMIT = 300  # tokens a window
TOKENS = 2400  # a batch, about
FROZEN = 2  # lowest layers left as they are
RATE, HEAD_RATE = 1.2e-4, 2e-3
RISE = 60  # steps until the rate is at its peak
GOLD_TIMES = 2  # the pages that were annotated first show best what is asked for


class AllegationTeacher(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.encoder = E5(weights, dropout=0.0)
        self.state = nn.Embedding(7, self.encoder.width)
        nn.init.zeros_(self.state.weight)
        self.heads = Heads(self.encoder.width)
        for layer in self.encoder.layers[:FROZEN]:
            layer.requires_grad_(False)
        for p in (self.encoder.position, self.encoder.kind, *self.encoder.norm.parameters()):
            p.requires_grad_(False)

    def forward(self, pages):
        """States of the tokens of each of ``pages``, which are pairs of an example and its windows."""
        pages = [windows for _, windows in pages]
        batch = [window for windows in pages for window in windows]
        ids, first, mask, lengths = encode(self.encoder, batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.encoder(ids, mask).float()
        hidden = hidden.gather(1, first[:, :, None].expand(-1, -1, hidden.shape[2]))
        states = torch.zeros(first.shape, dtype=torch.long)
        for i, w in enumerate(batch):
            states[i, : len(w.words)] = torch.as_tensor(w.states)
        hidden = nn.functional.dropout(hidden + self.state(states), 0.1, self.training)
        rows = iter([hidden[i, :length] for i, length in enumerate(lengths)])
        return [torch.cat([next(rows) for _ in windows]) for windows in pages]


def prepared(pages, language="fr"):
    """Pages as pairs of their example and its windows."""
    return [
        (example(page), list(page_windows(n, page, LIMIT, labelled=False, language=language)))
        for n, page in enumerate(pages)
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("weights")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--start", type=pathlib.Path, help="go on from this teacher, at half the rate")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(2)
    rng = random.Random(args.seed)
    train = prepared(load(args.shared / "gold" / "fr_train.jsonl") * GOLD_TIMES)
    for language in ("fr", "en"):
        train += prepared([page for page in annotated_pages(args.shared, language) if not page["held"]], language)
    dev = prepared(load(args.shared / "gold" / "fr_dev.jsonl"))
    print(len(train), "pages", sum(len(page.items) for page, _ in train), "pieces of evidence", flush=True)
    model = AllegationTeacher(args.weights)
    if args.start:
        model.load_state_dict(torch.load(args.start), strict=False)
    part = 0.5 if args.start else 1.0
    head = list(model.heads.parameters()) + list(model.state.parameters())
    body = [p for p in model.encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": RATE * part}, {"params": head, "lr": HEAD_RATE * part}], weight_decay=0.01
    )
    peaks = [g["lr"] for g in optimiser.param_groups]
    start, step, running, queue, rounds, shown = time.time(), 0, 0.0, [], 0, 0.0
    while (done := (time.time() - start) / (60 * args.minutes)) < 1:
        if not queue:
            queue, rounds = batches(train, TOKENS, rng), rounds + 1
        batch = queue.pop()
        model.train()
        value = model.heads.loss([page for page, _ in batch], model(batch))
        take_step(optimiser, peaks, pace(step, RISE, done), value)
        step += 1
        running = 0.98 * running + 0.02 * value.item() if running else value.item()
        if step % 25 == 0:
            print(f"{step} round {rounds} {time.time() - start:.0f}s loss {running:.4f}", flush=True)
        if done - shown > 0.2:
            print(evaluate(model, dev), flush=True)
            shown = done
    print(evaluate(model, dev), flush=True)
    torch.save({k: v for k, v in model.state_dict().items() if k != "encoder.word.weight"}, args.out)


if __name__ == "__main__":
    main()
