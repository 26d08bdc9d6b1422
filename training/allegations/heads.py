"""What both models of allegations end in: marks of tokens, and pointers from evidence to those who are meant.

A pointer asks of a stretch of evidence who accuses or who is accused, and answers with a probability for each token of
the page around it, and for nobody. It is an attention of one head (Bahdanau et al. 2015; pointer networks, Vinyals et
al. 2015) with a learned bias for the distance between token and evidence.
"""

import torch
from torch import nn

from selon.reading.allegations.layers import LAYERS
from selon.reading.allegations.pointer import EDGES, POINTERS, SIZE, buckets
from training.allegations.labels import MARKS

#: How much a pointed-to person weighs beside the marks of one token; chosen on train, where 0.1 to 0.4 are alike.
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
