"""Score Selon on annotated pages with their own scorer.

usage: python -m benchmarks.accuracy SHARED [--languages fr en] [--split dev] [--min-confidence P] [--save FILE]
"""

import argparse
import json
import pathlib
import sys

from selon import Page, Reader
from selon.exchange.jsonl import to_dict


def load(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def predict(pages, language, min_confidence=0.0, thorough=False):
    reader = Reader(language, min_confidence=min_confidence, thorough=thorough)
    return [to_dict(page) for page in reader.read_many(Page(p["text"], id=p["id"]) for p in pages)]


def debris(pages, predicted):
    """F1 of the word characters in debris, and the share of prose characters wrongly called debris."""
    hit = gold = found = prose = 0
    for page, guess in zip(pages, predicted, strict=True):
        text = page["text"]
        words = lambda spans, text=text: {i for s, e in spans for i in range(s, e) if text[i].isalnum()}
        g, p = words(page["debris"]), words(guess["debris"])
        hit, gold, found = hit + len(g & p), gold + len(g), found + len(p)
        prose += sum(c.isalnum() for c in text) - len(g)
    return 2 * hit / max(1, gold + found), (found - hit) / prose


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path, help="folder that holds gold/")
    parser.add_argument("--languages", nargs="+", default=["fr", "en"])
    parser.add_argument("--split", default="dev")
    parser.add_argument("--min-confidence", type=float, default=0.0)
    parser.add_argument("--save", type=pathlib.Path, help="write the last language's predictions here")
    args = parser.parse_args()
    gold = args.shared / "gold"
    sys.path.append(str(gold))
    from score import score

    for language in args.languages:
        pages = load(gold / f"{language}_{args.split}.jsonl")
        predicted = predict(pages, language, args.min_confidence)
        result = score(pages, {p["id"]: p for p in predicted})
        print(f"\n{language} {args.split}: {result['pages']} pages, {result['gold attributions']} attributions")
        for name, row in result.items():
            if isinstance(row, dict) and "f1" in row:
                print(
                    f"  {name:<11} P {100 * row['precision']:5.1f}  R {100 * row['recall']:5.1f}  F1 {100 * row['f1']:5.1f}"
                )
        print("  cue", result["cue"], " recall by kind", result["recall by kind @0.3"])
        if any("debris" in p for p in pages):
            f1, wrong = debris(pages, predicted)
            print(f"  debris      word characters F1 {100 * f1:.1f}, prose called debris {100 * wrong:.2f} %")
        if language == "fr":
            seed = load(gold / "seed.jsonl")
            found = predict(seed, "fr")
            prose = [a for a in found[0]["attributions"] if not a["in_debris"]]
            exact = score(seed, {seed[0]["id"]: {**found[0], "attributions": prose}})
            names = ("exact", "attributed", "named")
            print("  seed page, outside its debris: " + ", ".join(f"{n} F1 {100 * exact[n]['f1']:.1f}" for n in names))
        if args.save:
            args.save.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in predicted), encoding="utf-8")


if __name__ == "__main__":
    main()
