"""Export the teacher as the thorough model: an int8 ONNX graph, and the pieces of words that the press uses.

usage: python -m training.allegations.thorough SHARED E5_WEIGHTS TEACHER FOLDER --told DIR

``--told`` is where to write what the model says of the annotated French pages that the teacher has not seen, for
``training.allegations.rankers``.
"""

import argparse
import pathlib
import pickle

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from selon.reading.allegations.encoder import Encoder
from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.marker import MARKS
from selon.reading.allegations.pieces import Pieces
from selon.reading.allegations.pointer import POINTERS, WIDTH
from selon.reading.marks import find_marks
from selon.reading.tokens import tokenise
from training.allegations.annotated import annotated_pages
from training.allegations.student import pointer_weights
from training.allegations.teacher import AllegationTeacher
from training.data import load

#: Where the words are from that the kept pieces make up.
TEXTS = ("pages/fr.jsonl", "pages/en.jsonl", "pages/es.jsonl", "gold/fr_train.jsonl", "gold/en_train.jsonl")
# Shorter pieces of Latin letters are kept whether used or not: every word can be made of them.
SHORT = 3
# The last Latin letter of European languages, and marks of the press.
LAST_LATIN, OTHER = 0x24F, set("’‘“”«»…–—€°")
MICROSOFT = "com.microsoft"


def used_pieces(pieces, shared):
    """Numbers of the pieces to keep, in the encoder's order."""
    keep = {pieces.bos, pieces.pad, pieces.eos, pieces.unk}
    for name in TEXTS:
        for page in load(shared / name):
            tokens = tokenise(page["text"])
            for word, gap in zip(tokens.words, tokens.gaps):
                keep.update(pieces(word, gap > 0))
    for piece, number in pieces.ids.items():
        letters = piece.strip("▁")
        latin = all((ord(c) <= LAST_LATIN and (c.isalpha() or len(letters) == 1)) or c in OTHER for c in letters)
        if len(letters) <= SHORT and latin:
            keep.add(number)
    return sorted(keep)


def saved_pieces(pieces, keep, path):
    """Write the kept pieces in the form that :class:`selon.reading.allegations.pieces.Pieces` reads."""
    names = {number: piece for piece, number in pieces.ids.items()}
    lines = [names[number] for number in keep]
    place = {number: at for at, number in enumerate(keep)}
    normal = [
        chr(code) + text for code, text in pieces.normal.items() if code <= 0xFFFF and "\n" not in chr(code) + text
    ]
    as_bytes = lambda rows: np.frombuffer("\n".join(rows).encode("utf-8"), np.uint8)
    np.savez_compressed(
        path,
        pieces=as_bytes(lines),
        scores=pieces.scores[keep].astype(np.float32),
        special=np.array([place[pieces.bos], place[pieces.eos], place[pieces.unk]]),
        normal=as_bytes(normal),
    )
    with np.load(path) as data:
        Pieces(data)  # must load


def graph(model, keep):
    """The model as an ONNX graph over the kept pieces: a window in, marks and pointers of its tokens out."""
    nodes, constants = [], []

    def constant(name, values):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(kind, inputs, outputs, domain="", **attributes):
        outputs = [outputs] if isinstance(outputs, str) else outputs
        nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def values(tensor):
        return tensor.detach().numpy()

    def quantised(x, weights, name, biases=None):
        """A linear layer in int8, one scale a column."""
        table = np.concatenate([values(weight).T for weight in weights], 1)
        scale = (np.abs(table).max(0) / 127).astype(np.float32)
        inputs = [
            x, constant(f"{name}_w", np.round(table / scale).astype(np.int8)), constant(f"{name}_s", scale),
            constant(f"{name}_z", np.zeros(len(scale), np.int8)),
        ]  # fmt: skip
        if biases:
            inputs.append(constant(f"{name}_b", np.concatenate([values(bias) for bias in biases])))
        return node("DynamicQuantizeMatMul", inputs, name, MICROSOFT)

    def normed(x, beside, norm, bias, name):
        inputs = [x, beside, constant(f"{name}_g", values(norm.weight)), constant(f"{name}_o", values(norm.bias))]
        return node(
            "SkipLayerNormalization", [*inputs, constant(f"{name}_a", values(bias))], name, MICROSOFT, epsilon=norm.eps
        )

    encoder, heads = model.encoder, model.heads
    width = encoder.width
    # pieces' vectors stay in the four bits that the encoder came in: they were not trained
    blocks = encoder.word_blocks[keep]
    rows = node("Gather", [constant("words", blocks["q"]), "pieces"], "rows")
    rows = node("Cast", [rows], "rows_int", to=TensorProto.INT32)
    high = node("Div", [rows, constant("sixteen", np.array([16], np.int32))], "high")
    low = node("Sub", [rows, node("Mul", [high, "sixteen"], "high_bits")], "low")
    rows = node("Cast", [node("Concat", [low, high], "halves", axis=3)], "rows_float", to=TensorProto.FLOAT)
    rows = node("Sub", [rows, constant("eight", np.array([8], np.float32))], "centred")
    sizes = node("Gather", [constant("words_scale", blocks["d"][..., None]), "pieces"], "rows_scale")
    rows = node("Mul", [rows, node("Cast", [sizes], "rows_scale_float", to=TensorProto.FLOAT)], "scaled_blocks")
    scaled = node("Reshape", [rows, constant("row", np.array([0, 0, width]))], "scaled")
    places = constant("places", values(encoder.position + encoder.kind[0]))
    length = node("Gather", [node("Shape", ["pieces"], "shape"), constant("one", np.array([1]))], "length")
    placed = node("Slice", [places, constant("from", np.array([0])), length, constant("axis", np.array([0]))], "placed")
    summed = node("Add", [scaled, placed], "summed")
    norm = [constant("norm_w", values(encoder.norm.weight)), constant("norm_b", values(encoder.norm.bias))]
    x = node("LayerNormalization", [summed, *norm], "embedded", epsilon=encoder.norm.eps)
    for number, layer in enumerate(encoder.layers):
        name = f"l{number}"
        mixed = [layer.q, layer.k, layer.v]
        mixed = quantised(x, [part.weight for part in mixed], f"{name}_qkv", [part.bias for part in mixed])
        parts = [f"{name}_q", f"{name}_k", f"{name}_v"]
        node("Split", [mixed, constant(f"{name}_parts", np.array([width] * 3))], parts, axis=2)
        seen = node("MultiHeadAttention", parts, f"{name}_seen", MICROSOFT, num_heads=layer.heads)
        x = normed(quantised(seen, [layer.ao.weight], f"{name}_ao"), x, layer.aln, layer.ao.bias, f"{name}_mid")
        inner = quantised(x, [layer.fi.weight], f"{name}_fi")
        inner = node("BiasGelu", [inner, constant(f"{name}_fib", values(layer.fi.bias))], f"{name}_gelu", MICROSOFT)
        x = normed(quantised(inner, [layer.fo.weight], f"{name}_fo"), x, layer.oln, layer.fo.bias, f"{name}_out")
    at = node("Unsqueeze", ["first", constant("last_axis", np.array([2]))], "at")
    of = constant("wide", np.array([1, 1, width]))
    x = node("GatherElements", [x, node("Expand", [at, of], "each")], "tokens", axis=1)
    x = node(
        "Add", [x, node("Gather", [constant("states", values(model.state.weight)), "quoted"], "state")], "states_added"
    )

    def linear(weight, bias, name):
        return node(
            "Add", [node("MatMul", [x, constant(f"{name}_w", weight)], f"{name}_p"), constant(f"{name}_b", bias)], name
        )

    node("Sigmoid", [linear(values(heads.marks.weight).T, values(heads.marks.bias), "logits")], "marks")
    linear(*pointer_weights(heads), "pointers")
    node("Identity", [constant("distance_table", values(heads.distance))], "distance")
    inputs = [
        helper.make_tensor_value_info("pieces", TensorProto.INT32, ["windows", "pieces"]),
        helper.make_tensor_value_info("first", TensorProto.INT64, ["windows", "tokens"]),
        helper.make_tensor_value_info("quoted", TensorProto.INT64, ["windows", "tokens"]),
    ]
    outputs = [
        helper.make_tensor_value_info("marks", TensorProto.FLOAT, ["windows", "tokens", len(LAYERS) * MARKS]),
        helper.make_tensor_value_info("pointers", TensorProto.FLOAT, ["windows", "tokens", WIDTH]),
        helper.make_tensor_value_info("distance", TensorProto.FLOAT, [len(POINTERS), heads.distance.shape[1]]),
    ]
    made = helper.make_graph(nodes, "thorough", inputs, outputs, constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=9)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("weights")
    parser.add_argument("teacher", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--told", type=pathlib.Path, required=True)
    args = parser.parse_args()
    model = AllegationTeacher(args.weights)
    model.load_state_dict(torch.load(args.teacher), strict=False)
    model.eval()
    keep = used_pieces(model.encoder.pieces, args.shared)
    args.folder.mkdir(parents=True, exist_ok=True)
    saved_pieces(model.encoder.pieces, keep, args.folder / "pieces.npz")
    made = graph(model, keep)
    onnx.save(made, args.folder / "encoder.onnx")
    encoder, told = Encoder(args.folder), {}
    for page in annotated_pages(args.shared, "fr"):
        if page["held"]:
            tokens = tokenise(page["text"])
            said = encoder.mark(tokens, find_marks(tokens))
            told[page["id"]] = said.chances, said.pointers, said.distance
    args.told.mkdir(parents=True, exist_ok=True)
    (args.told / "held.pkl").write_bytes(pickle.dumps(told))
    print(len(keep), "pieces", (args.folder / "encoder.onnx").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
