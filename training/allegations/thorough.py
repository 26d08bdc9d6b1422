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
from onnx import TensorProto

from selon.reading.allegations.encoder import Encoder
from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.marker import MARKS
from selon.reading.allegations.pieces import Pieces
from selon.reading.allegations.pointer import POINTERS, WIDTH
from selon.reading.marks import find_marks
from selon.reading.tokens import tokenise
from training.allegations.annotated import WEIGH, annotated_pages
from training.allegations.graphs import LOWER, Graph, values
from training.allegations.student import pointer_weights
from training.allegations.teacher import AllegationTeacher
from training.data import load

#: Where the words are from that the kept pieces make up.
TEXTS = ("pages/fr.jsonl", "pages/en.jsonl", "pages/es.jsonl", "gold/fr_train.jsonl", "gold/en_train.jsonl")
# Shorter pieces of Latin letters are kept whether used or not: every word can be made of them.
SHORT = 3
# The last Latin letter of European languages, and marks of the press.
LAST_LATIN, OTHER = 0x24F, set("’‘“”«»…–—€°")


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
    """The model as an ONNX graph over the kept pieces: a window in; marks, pointers and states of its tokens out."""
    encoder, heads = model.encoder, model.heads
    made = Graph(encoder.width)
    constant, node = made.constant, made.node
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
    scaled = node("Reshape", [rows, constant("row", np.array([0, 0, encoder.width]))], "scaled")
    places = constant("places", values(encoder.position + encoder.kind[0]))
    length = node("Gather", [node("Shape", ["pieces"], "shape"), constant("one", np.array([1]))], "length")
    placed = node("Slice", [places, constant("from", np.array([0])), length, constant("axis", np.array([0]))], "placed")
    summed = node("Add", [scaled, placed], "summed")
    norm = [constant("norm_w", values(encoder.norm.weight)), constant("norm_b", values(encoder.norm.bias))]
    x = node("LayerNormalization", [summed, *norm], "embedded", epsilon=encoder.norm.eps)
    at = node("Unsqueeze", ["first", constant("last_axis", np.array([2]))], "at")
    each = node("Expand", [at, constant("wide", np.array([1, 1, encoder.width]))], "each")
    for number, layer in enumerate(encoder.layers):
        x = made.layer(x, layer, f"l{number}")
        if number + 1 == LOWER:
            node("GatherElements", [x, each], "states", axis=1)
    x = node("GatherElements", [x, each], "tokens", axis=1)
    state = node("Gather", [constant("states_of_marks", values(model.state.weight)), "quoted"], "state")
    x = node("Add", [x, state], "states_added")
    node("Sigmoid", [made.linear(x, values(heads.marks.weight).T, values(heads.marks.bias), "logits")], "marks")
    made.linear(x, *pointer_weights(heads), "pointers")
    node("Identity", [constant("distance_table", values(heads.distance))], "distance")
    inputs = [
        ("pieces", TensorProto.INT32, ["windows", "pieces"]),
        ("first", TensorProto.INT64, ["windows", "tokens"]),
        ("quoted", TensorProto.INT64, ["windows", "tokens"]),
    ]
    outputs = [
        ("marks", TensorProto.FLOAT, ["windows", "tokens", len(LAYERS) * MARKS]),
        ("pointers", TensorProto.FLOAT, ["windows", "tokens", WIDTH]),
        ("distance", TensorProto.FLOAT, [len(POINTERS), heads.distance.shape[1]]),
        ("states", TensorProto.FLOAT, ["windows", "tokens", encoder.width]),
    ]
    return made.model("thorough", inputs, outputs)


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
    for page in [*annotated_pages(args.shared, "fr"), *annotated_pages(args.shared, "fr", WEIGH)]:
        if page["held"]:
            tokens = tokenise(page["text"])
            said = encoder.mark(tokens, find_marks(tokens))
            told[page["id"]] = said.chances, said.pointers, said.distance, said.states
    args.told.mkdir(parents=True, exist_ok=True)
    (args.told / "held.pkl").write_bytes(pickle.dumps(told))
    print(len(keep), "pieces", (args.folder / "encoder.onnx").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
