"""Write a trained student into a language pack: an int8 ONNX graph, its vocabulary, and the link weights.

usage: python -m training.export STUDENT PACK
"""

import argparse
import pathlib

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from selon.reading.features import Vocabulary
from training.label import linker_weights
from training.student import HIDDEN, Student

EXTRA = 2  # hidden units that hold the widest range, see widened
KEPT = HIDDEN - EXTRA  # the least useful units make room for them: sizes that are multiples of 64 run a tenth faster


def useful(recurrent, outgoing):
    """Return the ``KEPT`` units of one direction whose weights towards later steps and layers are largest."""
    worth = np.square(recurrent).sum(0) + np.square(outgoing).sum(0)
    return np.sort(np.argsort(-worth)[:KEPT])


def kept_units(lstm, outgoing):
    """Return the kept units of both directions; ``outgoing`` are the weights that read them (rows x 2 HIDDEN)."""
    return [
        useful(getattr(lstm, f"weight_hh_l0{suffix}").detach().numpy(), outgoing[:, k * HIDDEN : (k + 1) * HIDDEN])
        for k, suffix in enumerate(("", "_reverse"))
    ]


def widened(lstm, keep, sources, places, width):
    """Return ONNX weights W, R, B of a bidirectional LSTM with two units replaced by such that pin a range.

    Dynamic quantisation scales activations by their range over the whole batch, so a page's result would depend on
    its neighbours. The two units run at +tanh(t) and -tanh(t), the largest values any unit can have at step t, so
    the range, and with it the result, is the same for every batch. Input column ``sources[i]`` moves to ``places[i]``
    of ``width``.
    """
    weights, recurrent, biases = [], [], []
    for suffix, units in zip(("", "_reverse"), keep):
        get = lambda name: getattr(lstm, f"{name}_l0{suffix}").detach().numpy()
        w, r = get("weight_ih"), get("weight_hh")
        b = get("bias_ih") + get("bias_hh")
        big_w, big_r, big_b = [], [], []
        for name in "iofg":  # ONNX's order; its c is torch's g
            rows = "ifgo".index(name) * HIDDEN + units
            full_w = np.zeros((HIDDEN, width), np.float32)
            full_w[:KEPT, places] = w[rows][:, sources]
            full_r = np.zeros((HIDDEN, HIDDEN), np.float32)
            full_r[:KEPT, :KEPT] = r[rows][:, units]
            full_b = np.zeros(HIDDEN, np.float32)
            full_b[:KEPT] = b[rows]
            full_b[KEPT:] = [12, -12] if name == "g" else [16, 16]
            big_w.append(full_w), big_r.append(full_r), big_b.append(full_b)
        weights.append(np.concatenate(big_w))
        recurrent.append(np.concatenate(big_r))
        biases.append(np.concatenate([np.concatenate(big_b), np.zeros(4 * HIDDEN, np.float32)]))
    return np.stack(weights), np.stack(recurrent), np.stack(biases)


def both(keep):
    """Return the kept units of both directions as columns of torch's output, and their places in the graph's."""
    sources = np.concatenate([keep[0], HIDDEN + keep[1]])
    return sources, np.concatenate([np.arange(KEPT), HIDDEN + np.arange(KEPT)])


def reader(layer, keep):
    """Return a linear layer's weights (inputs x outputs) and bias, reading the graph's last hidden states."""
    sources, places = both(keep)
    weight = np.zeros((2 * HIDDEN, layer.out_features), np.float32)
    weight[places] = layer.weight.detach().numpy()[:, sources].T
    return weight, layer.bias.detach().numpy()


def kept_of(model):
    first = kept_units(
        model.first,
        np.concatenate(
            [getattr(model.second, f"weight_ih_l0{suffix}").detach().numpy() for suffix in ("", "_reverse")]
        ),
    )
    outgoing = np.concatenate([model.heads.tags.weight.detach().numpy(), model.heads.roles.weight.detach().numpy()])
    return first, kept_units(model.second, outgoing)


def graph(model):
    nodes, constants = [], []

    def constant(name, values):
        constants.append(numpy_helper.from_array(values.copy(order="C"), name))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    parts, bound = [], 0.0
    for k, table in enumerate(model.tables):
        values = table.weight.detach().numpy()
        scale = np.abs(values).max(0) / 127
        quantised = np.round(values / scale).astype(np.int8)
        bound = max(bound, np.abs(values).max())
        index = node("Gather", ["features", constant(f"column{k}", np.array(k, np.int64))], f"ids{k}", axis=2)
        rows = node("Gather", [constant(f"table{k}", quantised), index], f"rows{k}", axis=0)
        cast = node("Cast", [rows], f"cast{k}", to=TensorProto.FLOAT)
        parts.append(node("Mul", [cast, constant(f"scale{k}", scale.astype(np.float32))], f"embedded{k}"))
    # two constant inputs fix the quantisation range of the first layer, two more that of the second
    zero = node("Mul", ["cast6_first", constant("zero", np.zeros(1, np.float32))], "zeros")
    nodes.insert(
        -1,
        helper.make_node(
            "Slice",
            ["embedded3", constant("s0", np.array([0])), constant("s1", np.array([2])), constant("ax", np.array([2]))],
            ["cast6_first"],
            name="cast6_first",
        ),
    )
    range1 = node("Add", [zero, constant("range1", np.array([bound, -bound], np.float32))], "ranges1")
    range2 = node("Add", [zero, constant("range2", np.array([1, -1], np.float32))], "ranges2")
    width = sum(t.embedding_dim for t in model.tables)
    size = HIDDEN
    x = node("Concat", [*parts, range1], "embedded", axis=2)

    def lstm(name, x, w, r, b):
        y = node(
            "LSTM",
            [x, constant(f"{name}_w", w), constant(f"{name}_r", r), constant(f"{name}_b", b), "lengths"],
            f"{name}_y",
            hidden_size=size,
            direction="bidirectional",
        )
        y = node("Transpose", [y], f"{name}_t", perm=[0, 2, 1, 3])
        return node("Reshape", [y, constant(f"{name}_shape", np.array([0, 0, 2 * size], np.int64))], f"{name}_out")

    first, second = kept_of(model)
    same = np.arange(width)
    x = lstm("first", x, *widened(model.first, first, same, same, width + 2))
    x = node("Concat", [x, range2], "between", axis=2)
    x = lstm("second", x, *widened(model.second, second, *both(first), 2 * size + 2))
    weight, bias = reader(model.heads.tags, second)
    product = node("MatMul", [x, constant("tags_weight", weight)], "tags_product")
    node("Add", [product, constant("tags_bias", bias)], "tags")
    node("Identity", [x], "hidden")
    inputs = [
        helper.make_tensor_value_info("features", TensorProto.INT32, ["tokens", "pages", 7]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["pages"]),
    ]
    outputs = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, ["tokens", "pages", k])
        for n, k in (("tags", model.heads.tags.out_features), ("hidden", 2 * HIDDEN))
    ]
    made = helper.make_graph(nodes, "selon", inputs, outputs, constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("student", type=pathlib.Path)
    parser.add_argument("pack", type=pathlib.Path)
    args = parser.parse_args()
    saved = torch.load(args.student)
    model = Student(Vocabulary(saved["words"], saved["prefixes"], saved["suffixes"]))
    model.load_state_dict(saved["state"])
    args.pack.mkdir(parents=True, exist_ok=True)
    full = graph(model)
    onnx.checker.check_model(full)
    quantize_dynamic(
        full, args.pack / "tagger.onnx", op_types_to_quantize=["LSTM"], weight_type=QuantType.QInt8, per_channel=False
    )
    weight, bias = reader(model.heads.roles, kept_of(model)[1])
    weights = {**linker_weights(model.heads), "role_weight": weight.astype(np.float16), "role_bias": bias}
    np.savez_compressed(args.pack / "links.npz", **weights)
    lines = ["\n".join(saved[k]) for k in ("words", "prefixes", "suffixes")]
    (args.pack / "vocabulary.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    print({p.name: p.stat().st_size for p in args.pack.iterdir()})


if __name__ == "__main__":
    main()
