"""Score the allegations that Selon finds on annotated pages.

usage: python -m benchmarks.allegations SHARED [--models quick thorough] [--split dev] [--min-confidence P]
                                        [--errors N] [--save FILE]

The French pages are those of SHARED; the English ones were annotated for this project after the same guidelines (see
``training/allegations/annotated.py``).

An allegation counts as found if its evidence agrees, its stance is right, and the accused is the same (the shared
scorer's ``same_speaker``: one name's words are all in the other's; both absent agree). Pairs are one to one, those
whose evidence agrees best first. Evidence agrees

  strict  if the Jaccard measure of its word characters is at least 0.5
  loose   if at least half of the smaller one's word characters are shared

Of the pairs so found: the share whose accuser is the same, and the share whose deed overlaps the annotated deed, whose
words are looked for in the evidence, else at the place nearest to it. ``evidence`` and ``with stance`` are the first
steps of the strict measure alone.
"""

import argparse
import json
import pathlib
import sys

from training.allegations.annotated import annotated_pages

from benchmarks.accuracy import load, predict

HALF = 0.5


def located(text, words, evidence):
    """Span of copied words: in the evidence, else at the nearest place, else None."""
    if not words:
        return None
    start, end = evidence
    at = text.find(words, start, end)
    if at < 0:
        before, after = text.rfind(words, 0, start), text.find(words, end)
        near = [place for place in (before, after) if place >= 0]
        if not near:
            return None
        at = min(near, key=lambda place: abs(place - start))
    return at, at + len(words)


class Measure:
    """Pairs of annotated and predicted allegations counted over pages."""

    def __init__(self, scorer, strict=True, check=("stance", "accused")):
        self.scorer, self.strict, self.check = scorer, strict, check
        self.tally = scorer.Tally()
        self.accuser = self.deed = self.deed_half = self.deed_known = 0

    def agreement(self, g, p):
        if not g or not p:
            return 0.0
        return len(g & p) / (len(g | p) if self.strict else min(len(g), len(p)))

    def add(self, text, gold, found):
        same, positions = self.scorer.same_speaker, self.scorer.positions
        places = [positions(text, [a["evidence"]]) for a in found]
        rows = []
        for i, a in enumerate(gold):
            g = positions(text, [a["evidence"]])
            deed = located(text, a["deed"], a["evidence"])
            deed = positions(text, [deed]) if deed else set()
            for j, b in enumerate(found):
                score = self.agreement(g, places[j])
                if score < HALF or ("stance" in self.check and a["stance"] != b["stance"]):
                    continue
                if "accused" in self.check and not same(a["accused"], b["accused"]):
                    continue
                shared = deed & positions(text, b["spans"]["deed"])
                half = len(shared) >= HALF * min(len(deed), len(positions(text, b["spans"]["deed"])))
                accuser = same(a["accuser"], b["accuser"])
                rows.append((-score, not accuser, not shared, i, j, bool(deed), bool(shared) and half))
        used_gold, used_found = set(), set()
        for _, wrong, apart, i, j, known, half in sorted(rows):
            if i in used_gold or j in used_found:
                continue
            used_gold.add(i)
            used_found.add(j)
            self.accuser += not wrong
            self.deed_known += known
            self.deed += not apart
            self.deed_half += half
        self.tally.hit += len(used_gold)
        self.tally.gold += len(gold)
        self.tally.predicted += len(found)
        return used_gold, used_found


def measures(scorer, pages, predicted):
    """Return the measures by name, all pages counted."""
    out = {
        "evidence": Measure(scorer, check=()),
        "with stance": Measure(scorer, check=("stance",)),
        "strict": Measure(scorer),
        "loose": Measure(scorer, strict=False),
    }
    for page, guess in zip(pages, predicted, strict=True):
        for measure in out.values():
            measure.add(page["text"], page["allegations"], guess["allegations"])
    return out


def show(results):
    for name, measure in results.items():
        row, hits = measure.tally.row(), max(1, measure.tally.hit)
        line = f"  {name:<12} P {100 * row['precision']:5.1f}  R {100 * row['recall']:5.1f}  F1 {100 * row['f1']:5.1f}"
        if "accused" in measure.check:
            line += f"   accuser {100 * measure.accuser / hits:.1f} %, deed {100 * measure.deed / max(1, measure.deed_known):.1f} %"
            line += f" (half of it {100 * measure.deed_half / max(1, measure.deed_known):.1f} %)"
        print(line)


def show_errors(scorer, pages, predicted, most):
    for page, guess in list(zip(pages, predicted, strict=True))[:most]:
        gold, found, text = page["allegations"], guess["allegations"], page["text"]
        hit_gold, hit_found = Measure(scorer).add(text, gold, found)
        print(f"\n== {page['id']}")
        for label, items, hits in (("gold", gold, hit_gold), ("found", found, hit_found)):
            for k, a in enumerate(items):
                mark = "+" if k in hits else "-"
                words = " ".join(text[slice(*a["evidence"])].split())
                facts = " | ".join(str(a[name]) for name in ("stance", "accuser", "accused", "deed"))
                print(f"  {mark} {label:<5} {a.get('confidence', '')} {facts}\n      {words[:300]!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path, help="folder that holds gold/")
    parser.add_argument("--models", nargs="+", choices=["quick", "thorough"], default=["quick", "thorough"])
    parser.add_argument("--split", default="dev")
    parser.add_argument("--min-confidence", type=float, default=0.0)
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show what is right and wrong on N pages")
    parser.add_argument(
        "--save", type=pathlib.Path, help="write the predictions here, a file for each set of pages and model"
    )
    args = parser.parse_args()
    gold = args.shared / "gold"
    sys.path.append(str(gold))
    import score as scorer

    sets = {
        f"fr {args.split}": ("fr", load(gold / f"fr_{args.split}.jsonl")),
        f"en {args.split}": ("en", annotated_pages(args.shared, "en", args.split)),
        "seed page": ("fr", load(gold / "seed.jsonl")),
    }
    for name, (language, pages) in sets.items():
        if not pages:
            continue
        for model in args.models:
            predicted = predict(pages, language, args.min_confidence, thorough=model == "thorough")
            count = sum(len(page["allegations"]) for page in pages)
            print(f"{name}, {model}: {len(pages)} pages, {count} allegations")
            show(measures(scorer, pages, predicted))
            if args.errors:
                show_errors(scorer, pages, predicted, args.errors)
            if args.save:
                path = args.save.with_name(f"{args.save.stem}-{name.replace(' ', '-')}-{model}{args.save.suffix}")
                path.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in predicted), encoding="utf-8")


if __name__ == "__main__":
    main()
