"""What both models of allegations end in: marks of tokens, and pointers from evidence to those who are meant.

A pointer asks of a stretch of evidence who accuses or who is accused, and answers with a probability for each token of
the page around it, and for nobody. It is an attention of one head (Bahdanau et al. 2015; pointer networks, Vinyals et
al. 2015) with a learned bias for the distance between token and evidence.
"""

import torch
from torch import nn

from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.marker import MARKS
from selon.reading.allegations.pointer import EDGES, POINTERS, SIZE, buckets

#: How much pointers weigh beside marks: so that both losses are of one size at the start of training. Not tuned.
POINTER_WEIGHT = 0.2


class Heads(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.marks = nn.Linear(width, len(LAYERS) * MARKS)
        self.marks.bias.data.fill_(-3.0)
        self.weigh = nn.Linear(width, len(POINTERS))
        self.ask = nn.Linear(width, len(POINTERS) * SIZE)
        self.key = nn.Linear(width, len(POINTERS) * SIZE)
        self.distance = nn.Parameter(torch.zeros(len(POINTERS), len(EDGES) + 1))
        self.nobody = nn.Parameter(torch.zeros(len(POINTERS), SIZE))
        self.nobody_bias = nn.Parameter(torch.zeros(len(POINTERS)))

    def point(self, states, first, last, which):
        """Scores of all tokens of a page, ``states`` (tokens, width), for evidence ``[first, last)``; the last is nobody's."""
        part = slice(which * SIZE, (which + 1) * SIZE)
        inside = states[first:last]
        weights = torch.softmax(self.weigh(inside)[:, which], 0)
        query = weights @ self.ask(inside)[:, part]
        scores = self.key(states)[:, part] @ query * SIZE**-0.5
        near = torch.as_tensor(buckets(len(states), first, last))
        scores = scores + self.distance[which][near]
        nobody = self.nobody[which] @ query * SIZE**-0.5 + self.nobody_bias[which]
        return torch.cat([scores, nobody[None]])

    def loss(self, pages, states):
        """``states`` holds for each of ``pages`` (see :mod:`training.allegations.examples`) the states of its tokens."""
        flat = torch.cat(states)
        gold = torch.cat([torch.from_numpy(page.marks.astype("float32")) for page in pages])
        value = nn.functional.binary_cross_entropy_with_logits(self.marks(flat), gold, reduction="none").sum(-1).mean()
        pointed, count = self.pointed(pages, states)
        return value + POINTER_WEIGHT * pointed / max(1, count)

    def pointed(self, pages, states):
        """The summed loss of all pointers, and their number."""
        total, count = 0.0, 0
        for page, rows in zip(pages, states):
            for item in page.items:
                for which, right in enumerate(item.right):
                    if right is None:
                        continue
                    scores = self.point(rows, item.first, item.last, which)
                    right = torch.from_numpy(right)
                    if right.dtype == torch.bool:  # each token that names them is as good as all
                        total = total + torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0)
                    else:
                        total = total - (right.float() * torch.log_softmax(scores, 0)).sum()
                    count += 1
        return total, count


def batches(items, most, rng):
    """Items, the first part of each its example, in random order, about ``most`` tokens a batch."""
    items = list(items)
    rng.shuffle(items)
    out, size = [[]], 0
    for item in items:
        size += len(item[0].marks)
        if size > most and out[-1]:
            out.append([])
            size = len(item[0].marks)
        out[-1].append(item)
    return out


def evaluate(model, items):
    """The best F1 of being in evidence, a token at a time; the loss of pointers, and how often they are right.

    ``model`` takes items, the first part of each its example, and returns the states of each one's tokens.
    """
    model.eval()
    chances, right = [], []
    pointed, count, hits, asked = 0.0, 0, [0, 0], [0, 0]
    with torch.no_grad():
        for item in items:
            (states,) = model([item])
            page = item[0]
            chances.append(torch.sigmoid(model.heads.marks(states)[:, 0]))
            right.append(torch.from_numpy(page.marks[:, 0]) > 0.5)
            value, n = model.heads.pointed([page], [states])
            pointed, count = pointed + float(value), count + n
            for one in page.items:
                for which, ok in enumerate(one.right):
                    if ok is not None:
                        hits[which] += bool(ok[int(model.heads.point(states, one.first, one.last, which).argmax())])
                        asked[which] += 1
    chances, right = torch.cat(chances), torch.cat(right)
    f1 = max((2 * ((chances > t) * right).sum() / ((chances > t).sum() + right.sum())).item() for t in (0.2, 0.3, 0.4))
    shares = " ".join(f"{name} {hit / max(1, n):.3f}" for name, hit, n in zip(POINTERS, hits, asked))
    return f"evidence F1 {f1:.3f} pointers {pointed / max(1, count):.3f} {shares}"
