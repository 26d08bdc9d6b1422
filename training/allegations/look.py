"""Train the second look: the upper half of the thorough model's encoder reads on with evidence marked.

usage: python -m training.allegations.look SHARED FOLDER [--start LOOK] [--minutes N] [--seed N]

FOLDER holds the thorough model, its encoder and the weights of its first reading; ``look.onnx`` is written there. Half
of the French pages that the encoder has not seen are learnt from too, and all such English ones, for what it takes for
evidence there is as on any page; the other half is left for ``training.allegations.rankers``.
"""

import argparse
import copy
import pathlib
import random
import sys
import time

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper
from torch import nn

from selon.reading.allegations.encoder import Encoder
from selon.reading.allegations.evidence import STANCES
from selon.reading.allegations.look import FARTHEST_BEFORE, FARTHEST_BEHIND, ROLES, marking
from selon.reading.allegations.pointer import POINTERS
from training.allegations.annotated import annotated_pages, unlooked
from training.allegations.graphs import LOWER, Graph, loaded_layer, values
from training.allegations.looks import Finder
from training.data import load
from training.e5 import Layer
from training.steps import pace, take_step

WIDTH, INNER, HEADS, EPSILON, DEPTH = 384, 1536, 12, 1e-12, 12
TOKENS = 2400  # a batch, about
RATE, HEAD_RATE = 1.2e-4, 1e-3
RISE = 100  # steps until the rate is at its peak
DROPOUT = 0.2
#: The part of tokens whose states are hidden from it in training. A page's states never change, so that it would soon
#: know the pages by heart: on dev more training without it made it worse.
HIDDEN = 0.15
#: A first run takes this part of the time; so many go on from there, each in another order, and the mean of the weights
#: of all is taken. On pages unseen that gains more than any run: average precision 0.694, for 0.686 of the best.
START, BRANCHES = 0.25, 2
#: Pages annotated by hand are learnt from so many times: they are what is asked for.
HOUSE_TIMES = 3
#: What the losses of being evidence, its stance, those meant, and its edges weigh. Not tuned.
WEIGHTS = (2.0, 0.5, 1.0, 0.5)
#: The part of candidates that tell little, neither likely nor near evidence, that is learnt from in each round.
EASY = 0.5
NOTHING = -1e4


class SecondLook(nn.Module):
    def __init__(self, encoder, lowest=LOWER):
        """A model that begins as the layers of ``encoder`` from ``lowest`` on."""
        super().__init__()
        self.layers = nn.ModuleList(Layer(WIDTH, INNER, HEADS, EPSILON) for _ in range(LOWER, DEPTH))
        for number, layer in enumerate(self.layers, lowest):
            loaded_layer(encoder, number, layer)
        self.role = nn.Embedding(ROLES, WIDTH)
        self.away = nn.Embedding(FARTHEST_BEHIND - FARTHEST_BEFORE + 1, WIDTH)
        self.source = nn.Embedding(2, WIDTH)  # whose annotation is asked for
        for table in (self.role, self.away, self.source):
            nn.init.zeros_(table.weight)
        self.top = nn.Parameter(torch.randn(WIDTH) * 0.3)
        self.who, self.nobody = nn.Linear(WIDTH, len(POINTERS)), nn.Linear(WIDTH, len(POINTERS))
        self.whole = nn.Linear(WIDTH, 1 + len(STANCES))
        self.edges = nn.Linear(WIDTH, 2)

    def forward(self, states, roles, away, house, mask):
        """Scores of who is meant (batch, tokens and nobody, pointers), of the whole, and of edges."""
        if self.training:
            states = states * (torch.rand(states.shape[:2]) >= HIDDEN)[:, :, None]
        x = states + self.role(roles) + self.away(away) + self.source(house)[:, None]
        x = torch.cat([self.top.expand(len(x), 1, -1), x], 1)
        seen = nn.functional.pad(mask, (1, 0), value=True)
        bias = torch.where(seen, 0.0, NOTHING).to(torch.bfloat16)[:, None, None, :]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self.layers:
                x = layer(x, bias, DROPOUT)
        x = nn.functional.dropout(x.float(), DROPOUT, self.training)
        top, x = x[:, 0], x[:, 1:]
        gone = torch.where(mask[:, :, None], 0.0, NOTHING)
        who = torch.cat([self.who(x) + gone, self.nobody(top)[:, None]], 1)
        return who, self.whole(top), self.edges(x) + gone


def collated(batch):
    longest = max(item.high - item.low for item in batch)
    states = torch.zeros(len(batch), longest, WIDTH)
    roles, away = (torch.zeros(len(batch), longest, dtype=torch.long) for _ in range(2))
    mask = torch.zeros(len(batch), longest, dtype=torch.bool)
    for k, item in enumerate(batch):
        size = item.high - item.low
        states[k, :size] = torch.from_numpy(item.states[item.low : item.high].astype(np.float32))
        one, two = marking(item.first, item.last, item.low, item.high)
        roles[k, :size], away[k, :size] = torch.from_numpy(one), torch.from_numpy(two)
        mask[k, :size] = True
    return states, roles, away, torch.tensor([item.house for item in batch]), mask


def loss(told, batch):
    who, whole, edges = told
    agrees = torch.tensor([float(item.agrees) for item in batch])
    stance = torch.tensor([item.stance for item in batch])
    known = stance >= 0
    nothing = whole.sum() * 0
    parts = [
        nn.functional.binary_cross_entropy_with_logits(whole[:, 0], agrees),
        nn.functional.cross_entropy(whole[known, 1:], stance[known]) if known.any() else nothing,
    ]
    meant, ends = [], []
    for k, item in enumerate(batch):
        size = item.high - item.low
        scores = torch.cat([who[k, :size], who[k, -1:]])
        for which, right in enumerate(item.right):
            if right is not None:
                good = scores[torch.from_numpy(right), which]
                meant.append(torch.logsumexp(scores[:, which], 0) - torch.logsumexp(good, 0))
        for which, at in enumerate(item.edges or ()):
            ends.append(-torch.log_softmax(edges[k, :size, which], 0)[at])
    parts += [sum(rows, nothing) / max(1, len(rows)) for rows in (meant, ends)]
    return sum(weight * part for weight, part in zip(WEIGHTS, parts))


def batches(items, rng, together=400):
    """Batches of alike lengths in random order."""
    items = list(items)
    rng.shuffle(items)
    found = []
    for at in range(0, len(items), together):
        batch = []
        for item in sorted(items[at : at + together], key=lambda item: item.high - item.low):
            if batch and (len(batch) + 1) * (item.high - item.low) > TOKENS:
                found.append(batch)
                batch = []
            batch.append(item)
        found.append(batch)
    rng.shuffle(found)
    return found


def evaluate(model, items):
    """How often who is meant and the stance are right, and the average precision of being evidence."""
    model.eval()
    right, scores = [], []
    hits, count = np.zeros(len(POINTERS) + 1), np.zeros(len(POINTERS) + 1)
    with torch.no_grad():
        for batch in batches(items, random.Random(1)):
            who, whole, _ = model(*collated(batch))
            for k, item in enumerate(batch):
                right.append(item.agrees)
                scores.append(float(whole[k, 0]))
                if not item.agrees:
                    continue
                size = item.high - item.low
                told = torch.cat([who[k, :size], who[k, -1:]]).argmax(0)
                good = [ok is not None and bool(ok[at]) for ok, at in zip(item.right, told)]
                hits += [*good, int(whole[k, 1:].argmax()) == item.stance]
                count += 1
    flags = np.array(right)[np.argsort(-np.array(scores))]
    precision = (np.cumsum(flags) / np.arange(1, len(flags) + 1))[flags].mean()
    shares = " ".join(f"{name} {share:.3f}" for name, share in zip((*POINTERS, "stance"), hits / count))
    return f"{len(items)} candidates, evidence {precision:.3f} {shares}"


def exported(model):
    """The model as an ONNX graph: states and how they are marked in; chances of those meant, of the whole and of edges out.

    A candidate is looked at alone, so nothing is padded.
    """
    made = Graph(WIDTH)
    constant, node = made.constant, made.node
    role = values(model.role.weight + model.source.weight[1])  # asked as the pages annotated by hand answer
    role = node("Gather", [constant("roles_table", role), "roles"], "role")
    away = node("Gather", [constant("away_table", values(model.away.weight)), "away"], "distance")
    x = node("Add", [node("Add", ["states", role], "with_role"), away], "marked")
    x = node("Concat", [constant("top", values(model.top)[None, None]), x], "read", axis=1)
    for number, layer in enumerate(model.layers):
        x = made.layer(x, layer, f"l{number}")
    axis, start, one, end = (
        constant(name, np.array([number])) for name, number in (("axis", 1), ("start", 0), ("one", 1), ("end", 1 << 30))
    )
    top = node("Slice", [x, start, one, axis], "first_row")
    rest = node("Slice", [x, one, end, axis], "rows")
    linear = lambda rows, layer, name: made.linear(rows, values(layer.weight).T, values(layer.bias), name)
    scores = [linear(rest, model.who, "who"), linear(top, model.nobody, "nobody")]
    node("Softmax", [node("Concat", scores, "scores", axis=1)], "chances", axis=1)
    node("Softmax", [linear(rest, model.edges, "edge_scores")], "edges", axis=1)
    whole = linear(node("Squeeze", [top, axis], "top_row"), model.whole, "whole_scores")
    match = node("Slice", [whole, start, one, axis], "match")
    stance = node("LogSoftmax", [node("Slice", [whole, one, end, axis], "stances")], "stance", axis=1)
    node("Concat", [match, stance], "whole", axis=1)
    inputs = [
        ("states", TensorProto.FLOAT, [1, "tokens", WIDTH]),
        ("roles", TensorProto.INT64, [1, "tokens"]),
        ("away", TensorProto.INT64, [1, "tokens"]),
    ]
    outputs = [
        ("chances", TensorProto.FLOAT, [1, "answers", len(POINTERS)]),
        ("whole", TensorProto.FLOAT, [1, 1 + len(STANCES)]),
        ("edges", TensorProto.FLOAT, [1, "tokens", 2]),
    ]
    return made.model("look", inputs, outputs)


def loaded(made):
    """A model to go on from, of the weights of one that :func:`exported` made."""
    model = SecondLook(made, 0)
    known = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in made.graph.initializer}
    pairs = [(model.role.weight, known["roles_table"]), (model.away.weight, known["away_table"])]
    pairs.append((model.top, known["top"][0, 0]))
    parts = {"who": model.who, "nobody": model.nobody, "whole_scores": model.whole, "edge_scores": model.edges}
    for name, part in parts.items():
        pairs += [(part.weight, known[f"{name}_w"].T), (part.bias, known[f"{name}_b"])]
    for parameter, numbers in pairs:
        parameter.data.copy_(numbers)
    return model


def fit(model, train, dev, minutes, rng):
    """Train for some minutes."""
    heads = [p for name, p in model.named_parameters() if not name.startswith("layers")]
    optimiser = torch.optim.AdamW(
        [{"params": model.layers.parameters(), "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01
    )
    peaks = [group["lr"] for group in optimiser.param_groups]
    start, step, running, queue = time.time(), 0, 0.0, []
    while (done := (time.time() - start) / (60 * minutes)) < 1:
        if not queue:
            queue = batches([item for item in train if item.telling or rng.random() < EASY], rng)
        batch = queue.pop()
        model.train()
        value = loss(model(*collated(batch)), batch)
        take_step(optimiser, peaks, pace(step, RISE, done), value)
        step += 1
        running = 0.98 * running + 0.02 * value.item() if running else value.item()
        if step % 100 == 0:
            print(f"{step} {time.time() - start:.0f}s loss {running:.4f}", flush=True)
    print(evaluate(model, dev), flush=True)


def averaged(models):
    """A model of the mean weights of several that began as one (model soups, Wortsman et al. 2022)."""
    mean = copy.deepcopy(models[0])
    states = [model.state_dict() for model in models]
    mean.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    return mean


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--start", type=pathlib.Path, help="go on from this second look")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(2)
    rng = random.Random(args.seed)
    sys.path.append(str(args.shared / "gold"))
    import score as scorer

    encoder = Encoder(args.folder)
    french, english = (Finder(language, encoder, args.folder, scorer) for language in ("fr", "en"))
    house = {
        split: [a for page in load(args.shared / "gold" / f"fr_{split}.jsonl") for a in french.examples(page, 1)]
        for split in ("train", "dev")
    }
    train = house["train"] * HOUSE_TIMES
    for finder in (french, english):
        for page in annotated_pages(args.shared, finder.language):
            if not unlooked(page):
                train += finder.examples(page, 0)
    print(len(train), "candidates", sum(item.agrees for item in train), "of them evidence", flush=True)
    start = loaded(onnx.load(args.start)) if args.start else SecondLook(onnx.load(args.folder / "encoder.onnx"))
    fit(start, train, house["dev"], args.minutes * START, rng)
    runs = [start]
    for _ in range(BRANCHES):
        runs.append(copy.deepcopy(start))
        fit(runs[-1], train, house["dev"], args.minutes * (1 - START) / BRANCHES, rng)
    model = averaged(runs)
    print(evaluate(model, house["dev"]), flush=True)
    onnx.save(exported(model), args.folder / "look.onnx")


if __name__ == "__main__":
    main()
