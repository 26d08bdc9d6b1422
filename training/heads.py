"""The tagger's outputs over any encoder, and their losses: tags per layer, and links between segments."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from selon.reading.links import LINK_FEATURES, how_they_stand
from training.data import IGNORE, LAYERS

TAGS = 5
ROLES = ("content_to_cue", "cue_from_content", "content_to_source", "cue_to_source", "source")


class Heads(nn.Module):
    """Emissions (layers x 5 tags, 2 acts) and role vectors of segment starts and ends."""

    def __init__(self, width, role_width=32):
        super().__init__()
        self.role_width = role_width
        self.tags = nn.Linear(width, len(LAYERS) * TAGS + 2)
        self.roles = nn.Linear(width, 2 * len(ROLES) * role_width)
        self.cue_table = nn.Parameter(torch.zeros(LINK_FEATURES))
        self.source_table = nn.Parameter(torch.zeros(LINK_FEATURES))
        self.source_cue_table = nn.Parameter(torch.zeros(LINK_FEATURES))
        self.no_cue = nn.Parameter(torch.zeros(role_width))
        self.no_source = nn.Parameter(torch.zeros(2, role_width))
        self.bias = nn.Parameter(torch.zeros(2))

    def forward(self, hidden):
        return self.tags(hidden), self.roles(hidden)

    def role(self, roles, name, segments):
        """Vector of each segment in a role: its first token's start vector plus its last token's end vector."""
        d, at = self.role_width, ROLES.index(name)
        first = torch.as_tensor(segments[:, 0], dtype=torch.long)
        last = torch.as_tensor(segments[:, 1] - 1, dtype=torch.long)
        return roles[first, 2 * at * d : (2 * at + 1) * d] + roles[last, (2 * at + 1) * d : (2 * at + 2) * d]

    def link_scores(self, roles, window):
        """Return (contents x cues+1, function giving (content, cue) rows x sources+1); the last column is none."""
        scale = self.role_width**-0.5
        outer = window.contents[~window.inner]
        c = self.role(roles, "content_to_cue", window.contents)
        q = self.role(roles, "cue_from_content", window.cues)
        stand = torch.as_tensor(how_they_stand(window.contents, window.cues, window.paragraphs, window.inner, outer))
        cue = c @ q.T * scale + self.cue_table[stand.long()].sum(-1)
        none = c @ self.no_cue * scale + self.bias[0]
        cue = torch.cat([cue, none[:, None]], 1)
        cs = self.role(roles, "content_to_source", window.contents)
        s = self.role(roles, "source", window.sources)
        qs = self.role(roles, "cue_to_source", window.cues)
        stand = torch.as_tensor(how_they_stand(window.contents, window.sources, window.paragraphs, window.inner, outer))
        from_content = cs @ s.T * scale + self.source_table[stand.long()].sum(-1)
        from_content = torch.cat([from_content, (cs @ self.no_source[0] * scale + self.bias[1])[:, None]], 1)
        stand = torch.as_tensor(
            how_they_stand(window.cues, window.sources, window.paragraphs, np.zeros(len(window.cues), bool), outer)
        )
        from_cue = qs @ s.T * scale + self.source_cue_table[stand.long()].sum(-1)
        from_cue = torch.cat([from_cue, (qs @ self.no_source[1] * scale)[:, None]], 1)
        from_cue = torch.cat([from_cue, torch.zeros(1, from_cue.shape[1])])  # the row of no cue
        return cue, from_content, from_cue

    def link_loss(self, roles, window):
        if not window.to_cue:
            return None
        cue, from_content, from_cue = self.link_scores(roles, window)
        rows = torch.tensor([c for c, _ in window.to_cue])
        gold = torch.tensor([q if q >= 0 else cue.shape[1] - 1 for _, q in window.to_cue])
        loss = F.cross_entropy(cue[rows], gold, reduction="sum")
        if window.to_source:
            c = torch.tensor([c for c, _, _ in window.to_source])
            q = torch.tensor([q if q >= 0 else from_cue.shape[0] - 1 for _, q, _ in window.to_source])
            scores = from_content[c] + from_cue[q]
            gold = torch.tensor([s if s >= 0 else scores.shape[1] - 1 for _, _, s in window.to_source])
            loss = loss + F.cross_entropy(scores, gold, reduction="sum")
        return loss


#: Weight of each layer's loss: contents decide the scores, nested ones and debris are few.
LAYER_WEIGHTS = (1.0, 0.5, 0.7, 0.7, 0.7)
LINK_WEIGHT = 1.0


def loss(heads, tags, roles, batch, lengths, softness=0.0):
    """Mean loss per token of a batch of windows (padded to one length); windows with ``soft`` learn from the teacher.

    ``softness`` is the share of the teacher's probabilities in the targets of annotated windows that have both.
    """
    width = tags.shape[1]
    layers = len(LAYERS)
    target = np.zeros((len(batch), width, layers, TAGS), dtype=np.float32)  # all zero: no loss
    act = np.zeros((len(batch), width, 2), dtype=np.float32)
    for i, window in enumerate(batch):
        n = lengths[i]
        if window.soft is not None:
            target[i, :n] = window.soft[:, : layers * TAGS].reshape(n, layers, TAGS)
            is_cue = 1 - target[i, :n, 2, 0]
            act[i, :n, 1] = window.soft[:, -1] * is_cue
            act[i, :n, 0] = (1 - window.soft[:, -1]) * is_cue
        if window.tags is not None:
            known = window.tags != IGNORE
            for k in range(layers):
                if known[k].any():
                    gold = ONE_HOT[window.tags[k]]
                    if window.soft is not None:
                        gold = (1 - softness) * gold + softness * target[i, :n, k]
                    target[i, :n, k] = gold
            marked = window.act != IGNORE
            act[i, :n][marked] = ONE_HOT[window.act[marked], :2]
    logs = torch.log_softmax(tags[..., : layers * TAGS].unflatten(-1, (layers, TAGS)), -1)
    weights = torch.tensor(LAYER_WEIGHTS)[:, None]
    total = -(torch.from_numpy(target) * logs * weights).sum()
    total = total - 0.3 * (torch.from_numpy(act) * torch.log_softmax(tags[..., -2:], -1)).sum()
    for i, window in enumerate(batch):
        link = heads.link_loss(roles[i], window)
        if link is not None:
            total = total + LINK_WEIGHT * link
    return total / sum(lengths)


ONE_HOT = np.eye(TAGS, dtype=np.float32)
