"""Learn what weighs evidence, stance, accuser and accused, calibrate confidence, and choose the floor.

usage: python -m training.allegations.rankers SHARED FOLDS PACK [PACK...] [--looked]

FOLDS holds what the models of ``training.allegations.student --folds`` say of the pages that they have not seen; pages
that they say nothing of are left out. The weights hold no words, so every pack gets the same. Calibration and floor come
from five-fold cross-validation over the pages.

With ``--looked``, PACK holds a model that looks a second time, and what weighs its first reading: that stays, learnt as
it was from these pages too, and all else is learnt from pages that the second look has not seen.
"""

import argparse
import pathlib
import pickle
import random
import sys
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from selon.languages.pack import load_pack
from selon.reading.allegations.accused import ACCUSED_FEATURES, accused
from selon.reading.allegations.accusers import ACCUSER_FEATURES, accusers
from selon.reading.allegations.candidates import candidates
from selon.reading.allegations.choices import Earlier, told_of
from selon.reading.allegations.claims import Weights, claims, shortlist
from selon.reading.allegations.evidence import STANCES, looked_table, table
from selon.reading.allegations.frames import load_frames
from selon.reading.allegations.look import Looker
from selon.reading.allegations.marker import Marked
from selon.reading.allegations.net import Net, sigmoid
from selon.reading.allegations.net import table as choice_table
from selon.reading.allegations.together import Together
from selon.reading.allegations.view import View
from selon.reading.part import parts_of, prepare
from selon.reading.tagger import Tagger
from training.allegations.annotated import WEIGH, annotated_pages, unlooked
from training.data import load

FOLDS = 5
HIDDEN = {"evidence": 16, "looked": 8, "stance": 8, "accuser": 6, "accused": 12}
DECAY = {"evidence": 3e-4, "looked": 1e-3, "stance": 1e-3, "accuser": 1e-3, "accused": 1e-3}
ROUNDS = 300
HALF = 0.5
KNOWN = 0.5
#: Calibration sees claims from a lower probability of evidence on than reading does.
LOWEST = 0.12


def views_of(pages, tagger, told, looker):
    frames = load_frames(load_pack("fr").folder)
    for page in pages:
        part = next(parts_of(0, page["text"]))
        material, _, _ = prepare(part, tagger.tag([(part.tokens, part.marks)], allegations=False)[0], "fr")
        marked = Marked(*told[page["id"]])
        if looker is None:
            marked = replace(marked, states=None)  # as a model reads that does not look again
        yield View(replace(material, marked=marked), frames, looker)


def examples(page, view, scorer, first=None):
    """Rows of one page for each task: evidence and stance with their targets, choices with which of them are right.

    ``first`` weighs the first reading, where there is a second.
    """
    text, tokens = page["text"], view.material.tokens
    positions = [scorer.positions(text, [a["evidence"]]) for a in page["allegations"]]
    items = candidates(view.material, view.sentences)
    rows = table(view, items)
    near = shortlist(items, sigmoid(first.scores(rows)[:, 0])) if first is not None else []
    if first is not None:
        view.together = Together(view, [items[k][:2] for k in near])
    shares = np.zeros((len(items), len(positions)), np.float32)
    for i, item in enumerate(items):
        here = scorer.positions(text, [(int(tokens.starts[item.first]), int(tokens.ends[item.last - 1]))])
        for j, other in enumerate(positions):
            shares[i, j] = len(here & other) / max(1, len(here | other))
    best = shares.max(1) if len(positions) else np.zeros(len(items), np.float32)
    stance = [
        STANCES.index(page["allegations"][int(shares[i].argmax())]["stance"]) if best[i] >= HALF else -1
        for i in range(len(items))
    ]
    accuser_rows, accused_rows = [], []
    earlier = []
    rng = random.Random(len(text))
    gold = sorted(range(len(positions)), key=lambda j: page["allegations"][j]["evidence"])
    done = set()
    for j in gold:
        a = page["allegations"][j]
        key = (tuple(a["evidence"]), a["accused"], a["stance"])
        if key in done:
            continue
        done.add(key)
        fits = [i for i in np.argsort(-shares[:, j])[:2] if shares[i, j] >= HALF]
        for i in fits:
            who = accusers(view, items[i])
            right = [scorer.same_speaker(a["accuser"], choice.name) for choice in who]
            accuser_rows.append((choice_table([c.features for c in who], told_of(view, ACCUSER_FEATURES)), right))
            spoken = next((c for c, ok in zip(who, right) if ok), who[-1])
            whom = accused(view, items[i], spoken.name, a["stance"], spoken.draft, earlier)
            # several may be accused by the same words: each of them is right
            names = [
                b["accused"]
                for b in page["allegations"]
                if b["evidence"] == a["evidence"] and b["stance"] == a["stance"]
            ]
            right = [any(scorer.same_speaker(name, choice.name) for name in names) for choice in whom]
            accused_rows.append((choice_table([c.features for c in whom], told_of(view, ACCUSED_FEATURES)), right))
        if fits and rng.random() < KNOWN:  # in reading, what went before is known in part only
            earlier.append(Earlier(items[fits[0]].first, items[fits[0]].last, a["accused"]))
    stance = np.array(stance)
    if first is not None:
        rows = looked_table(view, [items[k] for k in near], rows[near])
        best, stance = best[near], stance[near]
    return rows, best, stance, accuser_rows, accused_rows


class Module(nn.Module):
    def __init__(self, rows, hidden, outputs):
        super().__init__()
        self.register_buffer("mean", rows.mean(0))
        scale = rows.std(0)
        self.register_buffer("scale", torch.where(scale > 1e-4, scale, 1.0))
        self.first, self.second = nn.Linear(rows.shape[1], hidden), nn.Linear(hidden, outputs)
        self.direct = nn.Linear(rows.shape[1], outputs, bias=False)
        for layer in (self.second, self.direct):
            nn.init.zeros_(layer.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, rows):
        x = torch.clip((rows - self.mean) / self.scale, -5, 5)
        return self.second(nn.functional.dropout(torch.tanh(self.first(x)), 0.3, self.training)) + self.direct(x)

    def weights(self, prefix):
        pairs = {
            "mean": self.mean, "scale": self.scale, "w1": self.first.weight.T, "b1": self.first.bias,
            "w2": self.second.weight.T, "b2": self.second.bias, "direct": self.direct.weight.T,
        }  # fmt: skip
        return {f"{prefix}.{name}": value.detach().numpy().astype(np.float32) for name, value in pairs.items()}


def fit(rows, task, outputs, value, seed=1):
    """Train a network by full batches; ``value(scores)`` is its loss."""
    torch.manual_seed(seed)
    model = Module(rows, HIDDEN[task], outputs)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.0)
    for step in range(ROUNDS):
        for group in optimiser.param_groups:
            group["lr"] = 0.02 * (1 - step / ROUNDS)
        model.train()
        penalty = sum(p.pow(2).sum() for name, p in model.named_parameters() if "weight" in name)
        loss = value(model(rows)) + DECAY[task] * penalty
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()
    return model.weights(task)


def fit_choice(items, task):
    items = [item for item in items if any(item[1])]
    rows = torch.from_numpy(np.concatenate([r for r, _ in items]))
    group = torch.from_numpy(np.concatenate([np.full(len(r), k) for k, (r, _) in enumerate(items)]))
    right = torch.from_numpy(np.concatenate([np.array(ok, dtype=bool) for _, ok in items]))

    def value(scores):
        chance = torch.exp(scores[:, 0] - scores[:, 0].max())
        total = torch.zeros(len(items)).index_add(0, group, chance)
        good = torch.zeros(len(items)).index_add(0, group, chance * right)
        return -torch.log(good / total + 1e-9).mean()

    return fit(rows, task, 1, value)


def learn(data, task="evidence"):
    rows = torch.from_numpy(np.concatenate([d[0] for d in data]))
    share = torch.from_numpy(np.concatenate([d[1] for d in data]))
    stance = torch.from_numpy(np.concatenate([d[2] for d in data]).astype(np.int64))
    wanted = (share >= HALF).float()
    weights = fit(rows, task, 1, lambda s: nn.functional.binary_cross_entropy_with_logits(s[:, 0], wanted))
    known = stance >= 0
    weights |= fit(rows[known], "stance", len(STANCES), lambda s: nn.functional.cross_entropy(s, stance[known]))
    weights |= fit_choice([item for d in data for item in d[3]], "accuser")
    weights |= fit_choice([item for d in data for item in d[4]], "accused")
    return weights


def made(weights, calibration=(0.0, 1.0, 1.0, 1.0), floor=0.0):
    nets = {task: Net(weights, task) for task in HIDDEN if f"{task}.w1" in weights}
    return Weights(load_frames(load_pack("fr").folder), **nets, calibration=calibration, floor=floor)


def outcomes(page, view, weights, scorer):
    """For each claim on a page its chances, and whether it is found by the strict measure."""
    text, tokens = page["text"], view.material.tokens
    found = claims(view, weights, LOWEST)
    places = [
        scorer.positions(text, [(int(tokens.starts[c.evidence.first]), int(tokens.ends[c.evidence.last - 1]))])
        for c in found
    ]
    pairs = []
    for i, a in enumerate(page["allegations"]):
        here = scorer.positions(text, [a["evidence"]])
        for j, claim in enumerate(found):
            share = len(here & places[j]) / max(1, len(here | places[j]))
            if share >= HALF and a["stance"] == claim.stance and scorer.same_speaker(a["accused"], claim.accused.name):
                pairs.append((-share, i, j))
    used, right = set(), [False] * len(found)
    for _, i, j in sorted(pairs):
        if i not in used and not right[j]:
            used.add(i)
            right[j] = True
    return [(claim.chances, ok, claim.frame) for claim, ok in zip(found, right)]


def logistic(x, y, decay=1.0):
    w = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-x @ w))
        w -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + decay * np.eye(len(w)), x.T @ (p - y) + decay * w)
    return w


def calibrate(rows):
    """Weights of confidence from (page, chances, right), and the cross-validated probabilities."""
    logs = np.log(np.clip(np.array([c for _, c, _ in rows]), 0.01, 0.99))
    x, y = np.column_stack([np.ones(len(logs)), logs]), np.array([ok for _, _, ok in rows], dtype=float)
    fold = np.array([page % FOLDS for page, _, _ in rows])
    p = np.zeros(len(y))
    for k in range(FOLDS):
        p[fold == k] = 1 / (1 + np.exp(-x[fold == k] @ logistic(x[fold != k], y[fold != k])))
    return logistic(x, y), p, y


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("folds", type=pathlib.Path)
    parser.add_argument("packs", type=pathlib.Path, nargs="+")
    parser.add_argument("--looked", action="store_true", help="learn what weighs a second look")
    args = parser.parse_args()
    torch.set_num_threads(1)
    sys.path.append(str(args.shared / "gold"))
    import score as scorer

    told = {}
    for path in sorted(args.folds.glob("*.pkl")):
        told |= pickle.loads(path.read_bytes())
    train = load(args.shared / "gold" / "fr_train.jsonl") + annotated_pages(args.shared, "fr")
    train += annotated_pages(args.shared, "fr", WEIGH)
    train = [page for page in train if page["id"] in told]
    first, looker, task, known = None, None, "evidence", {}
    if args.looked:
        train = [page for page in train if unlooked(page)]
        with np.load(args.packs[0] / "allegations.npz") as data:
            known = {name: data[name] for name in data.files if name.startswith("evidence.")}
        first, looker, task = Net(known, "evidence"), Looker(args.packs[0]), "looked"
    pack = load_pack("fr")
    tagger = Tagger(pack.folder, pack.settings["bias"])
    views = list(views_of(train, tagger, told, looker))
    data = [examples(page, view, scorer, first) for page, view in zip(train, views)]
    for name, k in (("accuser", 3), ("accused", 4)):
        items = [item for d in data for item in d[k]]
        print(
            f"{name}: {len(items)} choices, {np.mean([any(ok) for _, ok in items]):.3f} with the right one among them"
        )
    rows, frames = [], {}
    for fold in range(FOLDS):
        weights = made(known | learn([d for n, d in enumerate(data) if n % FOLDS != fold], task))
        for n in range(fold, len(train), FOLDS):
            for c, ok, frame in outcomes(train[n], views[n], weights, scorer):
                if frame is None:
                    rows.append((n, c, ok))
                else:
                    frames.setdefault(frame, []).append(ok)
    print(
        "frames, how many and how often right:", {k: (len(v), round(float(np.mean(v)), 3)) for k, v in frames.items()}
    )
    calibration, p, y = calibrate(rows)
    total = sum(len(page["allegations"]) for page in train) - sum(sum(v) for v in frames.values())
    order = np.argsort(-p)
    f1 = 2 * np.cumsum(y[order]) / (np.arange(1, len(y) + 1) + total)
    cut = int(f1.argmax())
    # Of calibrated probabilities F1 is best from half of the best F1 on (Lipton, Elkan and Naryanaswamy 2014); the best
    # of these pages itself wanders on a plateau, from 0.15 to 0.27 with little more than chance between them.
    floor = float(f1[cut] / 2)
    print(
        f"train, five folds: {len(y)} claims, best F1 {100 * f1[cut]:.1f} from {p[order[cut]]:.3f} on; floor {floor:.3f}"
    )
    from training.confidence import calibration_error

    error, bins = calibration_error(p, y)
    print(f"calibration error {100 * error:.1f} %", [(round(float(a), 2), round(float(b), 2), n) for a, b, n in bins])
    weights = known | learn(data, task)
    packed = {k: v.astype(np.float16) if k.split(".")[-1] in {"w1", "w2", "direct"} else v for k, v in weights.items()}
    packed |= {"calibration": np.array(calibration, np.float32), "floor": np.array(round(floor, 2), np.float32)}
    for pack in args.packs:
        np.savez_compressed(pack / "allegations.npz", **packed)


if __name__ == "__main__":
    main()
