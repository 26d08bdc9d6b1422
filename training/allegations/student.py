"""Train the small model of allegations over the states of a language's tagger, and write it into its pack.

usage: python -m training.allegations.student LANGUAGE SHARED PACK SILVER [--steps N] [--folds DIR]

``--folds`` trains two models instead, each without half of the annotated pages, and writes what each says of the pages
that it has not seen: the next step learns from these.
"""

import argparse
import copy
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
from selon.reading.allegations.marker import MARKS
from selon.reading.allegations.pointer import POINTERS, SIZE, WIDTH
from selon.reading.features import features
from selon.reading.marks import STATES, find_marks
from selon.reading.tagger import Tagger
from selon.reading.tokens import tokenise
from training.allegations.annotated import annotated_pages
from training.allegations.examples import example
from training.allegations.heads import Heads, batches, evaluate
from training.data import load
from training.steps import pace, take_step

LOW, WORD, STATE, HIDDEN = 64, 64, 4, 64
TOKENS = 3200  # a batch, about
FOLDS = 2
WORD_DROPOUT = 0.1
RATE = 2e-3
RISE = 50  # steps until the rate is at its peak


class Capture(Tagger):
    """A tagger that keeps its encoder's states."""

    def states(self, text):
        """States and features of a text's tokens, and where the windows begin that it was read in."""
        tokens = tokenise(text)
        marks = find_marks(tokens)
        self.kept = []
        self.tag([(tokens, marks)], allegations=False)
        out = np.zeros((len(tokens), 320), np.float16)
        for offset, hidden in self.kept:
            out[offset : offset + len(hidden)] = hidden
        return out, features(self._vocabulary, tokens, marks), sorted(offset for offset, _ in self.kept)

    def _tagged(self, segments, act, hidden, paragraphs, offset, *rest):
        self.kept.append((offset, hidden[: len(paragraphs)].astype(np.float16)))
        return super()._tagged(segments, act, hidden, paragraphs, offset, *rest)


class Model(nn.Module):
    def __init__(self, vectors):
        super().__init__()
        self.low = nn.Linear(320, LOW)
        self.word = nn.Embedding(*vectors.shape)
        self.word.weight.data.copy_(vectors / vectors.std())
        self.word.weight.requires_grad_(False)
        self.project = nn.Linear(vectors.shape[1], WORD)
        self.state = nn.Embedding(STATES, STATE)
        self.lstm = nn.LSTM(LOW + WORD + STATE, HIDDEN, bidirectional=True)
        self.heads = Heads(2 * HIDDEN)

    def forward(self, pages):
        """States of the tokens of each of ``pages``, which are pairs of an example and what :class:`Capture` made of it."""
        pieces = []
        for _, (hidden, rows, starts) in pages:
            for first, last in zip(starts, [*starts[1:], len(hidden)]):
                pieces.append((hidden[first:last], rows[first:last]))
        width = max(len(piece) for piece, _ in pieces)
        hidden = torch.zeros(width, len(pieces), 320)
        rows = torch.zeros(width, len(pieces), 7, dtype=torch.long)
        for i, (h, r) in enumerate(pieces):
            hidden[: len(h), i] = torch.from_numpy(h.astype(np.float32))
            rows[: len(h), i] = torch.from_numpy(r.astype(np.int64))
        drop = lambda x, p: nn.functional.dropout(x, p, self.training)
        low = torch.relu(self.low(drop(hidden, 0.3)))
        words = rows[..., 0]
        if self.training:
            words = torch.where(torch.rand(words.shape) < WORD_DROPOUT, 0, words)
        x = torch.cat([low, self.project(self.word(words)), self.state(rows[..., 5])], -1)
        lengths = torch.tensor([len(h) for h, _ in pieces])
        packed = nn.utils.rnn.pack_padded_sequence(drop(x, 0.3), lengths, enforce_sorted=False)
        x, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0])
        x = drop(x, 0.4)
        found = iter([x[: len(h), i] for i, (h, _) in enumerate(pieces)])
        return [torch.cat([next(found) for _ in starts]) for _, (_, _, starts) in pages]


def train(gold, silver, dev, vectors, steps, seed, log=True):
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = Model(vectors)
    average = copy.deepcopy(model)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.02)
    step, queue, shown = 0, [], 0.0
    while (done := step / steps) < 1:
        if not queue:
            queue = batches(gold + silver, TOKENS, rng)
        batch = queue.pop()
        model.train()
        value = model.heads.loss([page for page, _ in batch], model(batch))
        take_step(optimiser, [RATE], pace(step, RISE, done), value)
        step += 1
        with torch.no_grad():
            for a, p in zip(average.parameters(), model.parameters()):
                a.lerp_(p, 1 - min(0.997, step / (step + 20)))
        if log and dev and done - shown > 0.19:
            print(step, evaluate(average, dev), flush=True)
            shown = done
    if dev:
        print(step, "steps", evaluate(average, dev), flush=True)
    average.eval()
    return average


def says(model, item):
    """Marks and what pointers go by, as the exported graph gives them, for one page."""
    weight, offset = pointer_weights(model.heads)
    with torch.no_grad():
        (states,) = model([item])
        marks = torch.sigmoid(model.heads.marks(states)).numpy()
    pointers = states.numpy() @ weight + offset
    return marks.reshape(-1, len(LAYERS), MARKS), pointers, model.heads.distance.detach().numpy()


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
    heads = model.heads
    node("Sigmoid", [linear(y, heads.marks, "out")], "marks")
    node("MatMul", [y, constant("point_w", pointer_weights(heads)[0])], "point_product")
    node("Add", ["point_product", constant("point_b", pointer_weights(heads)[1])], "pointers")
    node("Identity", [constant("distance_table", heads.distance.detach().numpy())], "distance")
    inputs = [
        helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["tokens", "pages", 320]),
        helper.make_tensor_value_info("features", TensorProto.INT32, ["tokens", "pages", 7]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["pages"]),
    ]
    outputs = [
        helper.make_tensor_value_info("marks", TensorProto.FLOAT, ["tokens", "pages", len(LAYERS) * MARKS]),
        helper.make_tensor_value_info("pointers", TensorProto.FLOAT, ["tokens", "pages", WIDTH]),
        helper.make_tensor_value_info("distance", TensorProto.FLOAT, list(heads.distance.shape)),
    ]
    made = helper.make_graph(nodes, "allegations", inputs, outputs, constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def pointer_weights(heads):
    """One linear layer for all that pointers go by: weights of pooling, nobody's scores, questions, and keys."""
    with torch.no_grad():
        scale = SIZE**-0.5
        parts = [slice(k * SIZE, (k + 1) * SIZE) for k in range(len(POINTERS))]
        ask, bias = heads.ask.weight, heads.ask.bias
        nobody = torch.stack([heads.nobody[k] @ ask[part] * scale for k, part in enumerate(parts)])
        nobody_bias = torch.stack([heads.nobody[k] @ bias[part] * scale for k, part in enumerate(parts)])
        weight = torch.cat([heads.weigh.weight, nobody, ask * scale, heads.key.weight])
        offset = torch.cat([heads.weigh.bias, nobody_bias + heads.nobody_bias, bias * scale, heads.key.bias])
    return weight.T.numpy(), offset.numpy()


def word_vectors(path):
    """The teacher's mean state of each word; see :mod:`training.allegations.label`."""
    with np.load(path) as data:
        return torch.from_numpy(data["vectors"].astype(np.float32))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language")
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("silver", type=pathlib.Path, help="what training.allegations.label made, without its ending")
    parser.add_argument("--most", type=int, default=2500, help="silver pages at most; their states are kept in memory")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", type=pathlib.Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    capture = Capture(args.pack, load_pack(args.language).settings["bias"])

    def prepared(pages):
        return [(example(page), capture.states(page["text"])) for page in pages]

    pages = annotated_pages(args.shared, args.language)
    dev = []
    if args.language == "fr":
        pages = load(args.shared / "gold" / "fr_train.jsonl") + pages
        dev = prepared(load(args.shared / "gold" / "fr_dev.jsonl"))
    annotated = prepared(pages)
    silver = []
    with args.silver.with_suffix(".pkl").open("rb") as file:
        for _ in range(args.most):
            try:
                page = pickle.load(file)
            except EOFError:
                break
            silver.append((page, capture.states(page.text)))
    print(len(annotated), "annotated pages", len(silver), "labelled by the teacher", flush=True)
    vectors = word_vectors(args.silver.with_suffix(".npz"))
    if args.folds:
        args.folds.mkdir(parents=True, exist_ok=True)
        for fold in range(FOLDS):
            seen = [item for n, item in enumerate(annotated) if n % FOLDS != fold]
            model = train(seen, silver, dev, vectors, args.steps, args.seed + fold, log=False)
            found = {pages[n]["id"]: says(model, item) for n, item in enumerate(annotated) if n % FOLDS == fold}
            (args.folds / f"{fold}.pkl").write_bytes(pickle.dumps(found))
        return
    model = train(annotated, silver, dev, vectors, args.steps, args.seed)
    made = graph(model)
    onnx.checker.check_model(made)
    onnx.save(made, args.pack / "allegations.onnx")
    print((args.pack / "allegations.onnx").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
