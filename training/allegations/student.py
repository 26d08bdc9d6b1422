"""Train the small model that marks allegations over the states of a language's tagger, and write it into its pack.

usage: python -m training.allegations.student LANGUAGE SHARED PACK --silver FILE [--steps N] [--folds DIR]

``--folds`` trains three models instead, each without a third of the annotated pages, and writes what each says of the
pages that it has not seen: the next steps learn from these.
"""

import argparse
import copy
import math
import pathlib
import pickle
import random

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from selon.languages.pack import load_pack
from selon.reading.allegations.layers import LAYERS
from selon.reading.features import features
from selon.reading.marks import STATES, find_marks
from selon.reading.tagger import Tagger
from selon.reading.tokens import tokenise
from training.allegations.labels import MARKS, targets
from training.data import load

LOW, WORD, STATE, HIDDEN = 64, 32, 4, 48
LENGTH = 200  # tokens a window
BATCH = 16
FOLDS = 3
WORD_DROPOUT = 0.1


class Capture(Tagger):
    """A tagger that keeps its encoder's states."""

    def states(self, text):
        tokens = tokenise(text)
        marks = find_marks(tokens)
        self.kept = []
        self.tag([(tokens, marks)])
        out = np.zeros((len(tokens), 320), np.float16)
        for offset, hidden in self.kept:
            out[offset : offset + len(hidden)] = hidden
        return out, features(self._vocabulary, tokens, marks), tokens

    def _tagged(self, segments, act, hidden, paragraphs, offset, *rest):
        self.kept.append((offset, hidden[: len(paragraphs)].astype(np.float16)))
        return super()._tagged(segments, act, hidden, paragraphs, offset, *rest)


class Model(nn.Module):
    def __init__(self, vectors):
        super().__init__()
        self.low = nn.Linear(320, LOW)
        self.word = nn.Embedding(*vectors.shape)
        self.word.weight.data.copy_(vectors)
        self.word.weight.requires_grad_(False)
        self.project = nn.Linear(vectors.shape[1], WORD)
        self.state = nn.Embedding(STATES, STATE)
        self.lstm = nn.LSTM(LOW + WORD + STATE, HIDDEN, bidirectional=True)
        self.out = nn.Linear(2 * HIDDEN, len(LAYERS) * MARKS)
        self.out.bias.data.fill_(-3.0)

    def forward(self, hidden, rows):
        """``hidden`` (tokens, windows, 320), ``rows`` (tokens, windows, 7)."""
        drop = lambda x, p: nn.functional.dropout(x, p, self.training)
        low = torch.relu(self.low(drop(hidden, 0.3)))
        words = rows[..., 0]
        if self.training:
            words = torch.where(torch.rand(words.shape) < WORD_DROPOUT, 0, words)
        x = torch.cat([low, self.project(self.word(words)), self.state(rows[..., 5])], -1)
        x, _ = self.lstm(drop(x, 0.3))
        return self.out(drop(x, 0.4))


def pieces(states, rows, marks, page):
    for at in range(0, len(states), LENGTH):
        end = at + LENGTH
        yield states[at:end], rows[at:end], marks[at:end], page, at


def collate(batch):
    width = max(len(item[0]) for item in batch)
    hidden = torch.zeros(width, len(batch), 320)
    rows = torch.zeros(width, len(batch), 7, dtype=torch.long)
    gold = torch.zeros(width, len(batch), len(LAYERS) * MARKS)
    mask = torch.zeros(width, len(batch))
    for i, (h, r, g, *_) in enumerate(batch):
        n = len(h)
        hidden[:n, i], rows[:n, i] = torch.from_numpy(h.astype(np.float32)), torch.from_numpy(r.astype(np.int64))
        gold[:n, i], mask[:n, i] = torch.from_numpy(g.astype(np.float32)), 1
    return hidden, rows, gold, mask


def loss(logits, gold, mask):
    each = nn.functional.binary_cross_entropy_with_logits(logits, gold, reduction="none").sum(-1)
    return (each * mask).sum() / mask.sum()


def evaluate(model, items):
    """Loss, and the best F1 of being in evidence, a token at a time."""
    model.eval()
    total = count = 0.0
    found, right = [], []
    with torch.no_grad():
        for at in range(0, len(items), 32):
            hidden, rows, gold, mask = collate(items[at : at + 32])
            logits = model(hidden, rows)
            total += loss(logits, gold, mask).item() * mask.sum().item()
            count += mask.sum().item()
            found.append(torch.sigmoid(logits[..., 0])[mask > 0])
            right.append(gold[..., 0][mask > 0])
    found, right = torch.cat(found), torch.cat(right)
    f1 = max((2 * ((found > t) * right).sum() / ((found > t).sum() + right.sum())).item() for t in (0.1, 0.2, 0.3, 0.4))
    return f"loss {total / count:.4f} evidence F1 {f1:.3f}"


def train(gold, silver, dev, vectors, steps, seed, gold_times, log=True):
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = Model(vectors)
    average = copy.deepcopy(model)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=0.02)
    step, queue, shown = 0, [], 0.0
    while (done := step / steps) < 1:
        if not queue:
            items = gold * gold_times + silver
            rng.shuffle(items)
            queue = [items[at : at + BATCH] for at in range(0, len(items), BATCH)]
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, step / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        hidden, rows, marks, mask = collate(queue.pop())
        model.train()
        value = loss(model(hidden, rows), marks, mask)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        with torch.no_grad():
            for a, p in zip(average.parameters(), model.parameters()):
                a.lerp_(p, 1 - min(0.997, step / (step + 20)))
        if log and dev and done - shown > 0.24:
            print(step, evaluate(average, dev), flush=True)
            shown = done
    if dev:
        print(step, "steps", evaluate(average, dev), flush=True)
    average.eval()
    return average


def says(model, items, sizes):
    """Probabilities per page, tokens in order."""
    out = [np.zeros((size, len(LAYERS), MARKS), np.float32) for size in sizes]
    with torch.no_grad():
        for at in range(0, len(items), 32):
            batch = items[at : at + 32]
            hidden, rows, _, _ = collate(batch)
            marks = torch.sigmoid(model(hidden, rows)).numpy()
            for i, (h, _, _, page, offset) in enumerate(batch):
                out[page][offset : offset + len(h)] = marks[: len(h), i].reshape(len(h), len(LAYERS), MARKS)
    return out


def graph(model):
    """The model as an ONNX graph; the word vectors in int8, already projected, the rest as it is."""
    nodes, constants = [], []

    def constant(name, values):
        constants.append(numpy_helper.from_array(values.copy(order="C"), name))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def linear(x, layer, name):
        product = node("MatMul", [x, constant(f"{name}_w", layer.weight.detach().numpy().T)], f"{name}_product")
        return node("Add", [product, constant(f"{name}_b", layer.bias.detach().numpy())], f"{name}_sum")

    with torch.no_grad():
        table = model.project(model.word.weight).numpy()
    scale = (np.abs(table).max(0) / 127).astype(np.float32)
    low = node("Relu", [linear("hidden", model.low, "low")], "low")
    ids = node("Gather", ["features", constant("column0", np.array(0, np.int64))], "words", axis=2)
    rows = node("Gather", [constant("table", np.round(table / scale).astype(np.int8)), ids], "rows", axis=0)
    words = node("Mul", [node("Cast", [rows], "cast", to=TensorProto.FLOAT), constant("scale", scale)], "vectors")
    ids = node("Gather", ["features", constant("column5", np.array(5, np.int64))], "quoted", axis=2)
    states = node("Gather", [constant("state", model.state.weight.detach().numpy()), ids], "states", axis=0)
    node("Concat", [low, words, states], "x", axis=2)
    w, r, b = [], [], []
    for suffix in ("", "_reverse"):
        get = lambda name: getattr(model.lstm, f"{name}_l0{suffix}").detach().numpy()
        order = np.concatenate([np.arange(HIDDEN) + HIDDEN * "ifgo".index(gate) for gate in "iofg"])
        w.append(get("weight_ih")[order])
        r.append(get("weight_hh")[order])
        b.append(np.concatenate([(get("bias_ih") + get("bias_hh"))[order], np.zeros(4 * HIDDEN, np.float32)]))
    y = node(
        "LSTM",
        ["x", constant("lstm_w", np.stack(w)), constant("lstm_r", np.stack(r)), constant("lstm_b", np.stack(b)), "lengths"],
        "lstm_y",
        hidden_size=HIDDEN,
        direction="bidirectional",
    )  # fmt: skip
    y = node("Transpose", [y], "lstm_t", perm=[0, 2, 1, 3])
    y = node("Reshape", [y, constant("shape", np.array([0, 0, 2 * HIDDEN], np.int64))], "lstm_out")
    node("Sigmoid", [linear(y, model.out, "out")], "marks")
    inputs = [
        helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["tokens", "pages", 320]),
        helper.make_tensor_value_info("features", TensorProto.INT32, ["tokens", "pages", 7]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["pages"]),
    ]
    outputs = [helper.make_tensor_value_info("marks", TensorProto.FLOAT, ["tokens", "pages", len(LAYERS) * MARKS])]
    made = helper.make_graph(nodes, "allegations", inputs, outputs, constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def word_vectors(pack):
    """The word vectors of the tagger, which began as those of a multilingual encoder."""
    tensors = {t.name: numpy_helper.to_array(t) for t in onnx.load(str(pack / "tagger.onnx")).graph.initializer}
    return torch.from_numpy(tensors["table0"].astype(np.float32) * tensors["scale0"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language")
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("--silver", type=pathlib.Path)
    parser.add_argument("--most", type=int, default=2500, help="silver pages at most; their states are kept in memory")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--gold-times", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", type=pathlib.Path)
    parser.add_argument("--fold", type=int, nargs="*", default=list(range(FOLDS)))
    args = parser.parse_args()
    torch.set_num_threads(1)
    if not (args.pack / "allegations.onnx").exists():  # the tagger wants one
        empty = graph(Model(word_vectors(args.pack)))
        onnx.save(empty, args.pack / "allegations.onnx")
    capture = Capture(args.pack, load_pack(args.language).settings["bias"])
    gold, dev, silver, sizes = [], [], [], []
    if args.language == "fr":  # only the French pages have annotated allegations
        for split, into in (("train", gold), ("dev", dev)):
            for number, page in enumerate(load(args.shared / "gold" / f"fr_{split}.jsonl")):
                states, rows, tokens = capture.states(page["text"])
                marks = targets(page, tokens).reshape(len(tokens), -1)
                into.extend(pieces(states, rows, marks, number))
                if split == "train":
                    sizes.append(len(tokens))
    if args.silver:
        with args.silver.open("rb") as file:
            for _ in range(args.most):
                try:
                    text, marks = pickle.load(file)
                except EOFError:
                    break
                states, rows, _ = capture.states(text)
                silver.extend(pieces(states, rows, marks, -1))
    print(len(gold), "gold", len(silver), "silver windows", flush=True)
    vectors = word_vectors(args.pack)
    if args.folds:
        args.folds.mkdir(parents=True, exist_ok=True)
        for fold in args.fold:
            seen = [item for item in gold if item[3] % FOLDS != fold]
            unseen = [item for item in gold if item[3] % FOLDS == fold]
            model = train(seen, silver, dev, vectors, args.steps, args.seed + fold, args.gold_times, log=False)
            found = says(model, unseen, sizes)
            pages = {page: found[page] for page in {item[3] for item in unseen}}
            (args.folds / f"{fold}.pkl").write_bytes(pickle.dumps(pages))
        return
    model = train(gold, silver, dev, vectors, args.steps, args.seed, args.gold_times)
    made = graph(model)
    onnx.checker.check_model(made)
    onnx.save(made, args.pack / "allegations.onnx")
    print((args.pack / "allegations.onnx").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
