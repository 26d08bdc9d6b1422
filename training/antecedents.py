"""Learn the weights that rank antecedents, on the speakers of the annotated French pages.

usage: python -m training.antecedents SHARED OUT.json
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import torch

from selon.languages.pack import load_lexicon
from selon.reading.antecedents import EXPRESSIONS, FEATURES
from selon.reading.marks import find_marks
from selon.reading.meant import Asked
from selon.reading.phrases import Resolved
from selon.reading.regions import certain_debris
from selon.reading.speakers import PageOfSpeakers
from selon.reading.tokens import tokenise
from training.data import load

DECAY = 0.02  # weight decay: chosen on dev among 0.005, 0.02, 0.05


def asked_of(page, tokens):
    def segment(spans):
        if not spans:
            return None
        start, end = spans[0]
        first = int(np.searchsorted(tokens.ends, start, "right"))
        last = int(np.searchsorted(tokens.starts, end, "left"))
        while (
            first < last
            and not tokens.words[first][-1].isalnum()
            and tokens.words[first][0] != "-"
            and len(tokens.words[first]) == 1
        ):
            first += 1
        while first < last and tokens.words[last - 1] in {",", ".", ":"}:
            last -= 1
        return (first, last) if first < last else None

    out = []
    for a in page["attributions"]:
        first, last = segment(a["content"][:1]), segment(a["content"][-1:])
        if first and last:
            out.append(
                (a, Asked(segment(a["source"]), segment(a["cue"]), (first[0], last[1]), a["kind"], bool(a["nested"])))
            )
    return out


def examples(pages, lexicon, same_speaker):
    for page in pages:
        tokens = tokenise(page["text"])
        debris = certain_debris(page["text"], tokens, lexicon)
        ready = PageOfSpeakers(page["text"], tokens, find_marks(tokens), debris, lexicon, {})
        pairs = asked_of(page, tokens)
        asked = [item for _, item in pairs]
        explicit = [ready.explicit(item) for item in asked]
        found, history = [], []
        for index, (gold, item) in enumerate(pairs):
            result = explicit[index]
            if result is None:
                expression, choices = ready.choices(index, asked, explicit, found, history)
                right = [same_speaker(gold["speaker"], r.name) for r, _ in choices]
                if any(right):
                    yield expression, [f for _, f in choices], right
                result = next((r for (r, _), ok in zip(choices, right) if ok), None) or Resolved(
                    gold["speaker"], "unknown", gold["gender"] or ""
                )
            found.append(result)
            if result.name is not None and not item.nested:
                history.append((ready.place(item), result))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    sys.path.append(str(args.shared / "gold"))
    from score import same_speaker

    lexicon = load_lexicon("fr")
    rows = list(examples(load(args.shared / "gold" / "fr_train.jsonl"), lexicon, same_speaker))
    index = {name: k for k, name in enumerate(FEATURES)}
    torch.manual_seed(1)
    shared = torch.zeros(len(FEATURES), requires_grad=True)
    own = torch.zeros(len(EXPRESSIONS), len(FEATURES), requires_grad=True)
    width = max(len(f) for _, f, _ in rows)
    x = torch.zeros(len(rows), width, len(FEATURES))
    mask = torch.full((len(rows), width), -1e9)
    gold = torch.zeros(len(rows), width)
    kind = torch.tensor([EXPRESSIONS.index(e) for e, _, _ in rows])
    for i, (_, features, right) in enumerate(rows):
        mask[i, : len(features)] = 0
        for j, f in enumerate(features):
            gold[i, j] = right[j]
            for name, value in f.items():
                x[i, j, index[name]] = value
    optimiser = torch.optim.LBFGS([shared, own], max_iter=300, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        scores = (x * (shared + own[kind])[:, None]).sum(-1) + mask
        log = torch.log_softmax(scores, 1)
        right = torch.logsumexp(log + torch.where(gold > 0, 0.0, -1e9), 1)
        value = -right.mean() + DECAY * (own.pow(2).sum() + 0.3 * shared.pow(2).sum()) / 10
        value.backward()
        return value

    optimiser.step(closure)
    print(len(rows), "examples, loss", closure().item())
    weights = {
        e: {f: round(float(shared[k] + own[i, k]), 3) for k, f in enumerate(FEATURES)}
        for i, e in enumerate(EXPRESSIONS)
    }
    args.out.write_text(json.dumps(weights, indent=1) + "\n")


if __name__ == "__main__":
    main()
