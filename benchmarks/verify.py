"""Measure verification of quotations: generated cases over a record of raw pages, statuses and times.

usage: python -m benchmarks.verify RECORD [--cases 1200] [--seed 1] [--show N]

RECORD is a record of some thousand pages (selon add SHARED/pages/*.jsonl --record RECORD). Quotations are the direct
contents of 6 to 40 words that stand on one page only; each case is made from one of them by one change, whose right
answer is known. "never said" are words of the record drawn at random, "shuffled" contents whose words are shuffled. Half of the quotations, by a hash of their text, were for choosing
thresholds (--half train); the figures are of the other half.
"""

import argparse
import hashlib
import random
import re
import sqlite3
import statistics
import time

from selon.record.compare import touches
from selon.record.verify import verify
from selon.record.wording import words

NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w.,]?\d)")


def contents(connection, half):
    """Return (text, speaker) of direct contents in one piece that are whole sentences and stand on one page."""
    query = """
        SELECT substr(text, start + 1, "end" - start), name.name, version.language, name.kind
        FROM attribution JOIN version USING (version_id) LEFT JOIN name USING (name_id)
        JOIN wording USING (wording_id)
        WHERE attribution.kind = 'direct' AND pieces IS NULL AND NOT in_debris AND NOT nested
            AND wording.words BETWEEN 6 AND 40
            AND (SELECT count(*) FROM attribution other WHERE other.wording_id = attribution.wording_id) = 1"""
    found = []
    for text, speaker, language, kind in connection.execute(query):
        if (
            (hashlib.sha256(text.encode()).digest()[0] % 2 == 0) == (half == "train")
            and "…" not in text
            and "..." not in text
        ):
            found.append((text, speaker, language, kind))
    return found


def surfaces(text):
    return [text[w.start : w.end] for w in words(text)]


def replace(text, word, new):
    return text[: word.start] + new + text[word.end :]


def remove(text, first, last):
    """Remove the words from first to last, both included, with the space behind."""
    found = words(text)
    end = found[last + 1].start if last + 1 < len(found) else found[last].end
    return text[: found[first].start] + text[end:]


def cases(rng, pool, vocabulary):
    """Yield (kind, quotation, speaker, statuses that are right, what must be told)."""
    kinds = [
        "verbatim",
        "marks",
        "cut end",
        "cut start",
        "cut inside",
        "cut inside, ellipsis",
        "altered word",
        "negation added",
        "negation removed",
        "number",
        "name",
        "other speaker",
        "never said",
        "shuffled",
        "word added",
    ]
    while True:
        for kind in kinds:
            case = None
            while case is None:
                case = make(rng, kind, rng.choice(pool), vocabulary)
            yield (kind, *case)


def make(rng, kind, content, vocabulary):
    text, speaker, language, who = content
    found = words(text)
    count = len(found)
    if kind == "verbatim":
        return text, speaker, {"verbatim"}, None
    if kind == "marks":
        changed = text.replace("'", "’") if "'" in text else text.replace("’", "'")
        changed = "« " + changed.replace(", ", " , ").rstrip(".!? ") + " »"
        return changed.upper() if rng.random() < 0.2 else changed, speaker, {"verbatim"}, None
    if kind in ("cut end", "cut start"):
        if count < 9 or re.search(r"[.!?]\s", text):
            return None
        many = rng.randint(2, count // 3)
        if kind == "cut end":
            return text[: found[-many].start].rstrip(" ,"), speaker, {"cut"}, None
        return text[found[many].start :], speaker, {"cut"}, None
    if kind.startswith("cut inside"):
        if count < 10:
            return None
        many = rng.randint(1, count // 3)
        first = rng.randint(3, count - many - 3)
        left = found[first : first + many]
        if "negation" in touches(text[left[0].start : left[-1].end]) and many <= 3 and "ellipsis" not in kind:
            return None
        if left[0].folded == found[first + many].folded:
            return None
        cut = remove(text, first, first + many - 1)
        if "ellipsis" in kind:
            place = found[first].start
            cut = cut[:place] + rng.choice(["… ", "(...) ", "[…] ", "... "]) + cut[place:]
        return cut, speaker, {"cut"}, None
    if kind in ("altered word", "word added"):
        place = rng.randrange(count)
        new = rng.choice(vocabulary[language])
        if new.casefold() in {word.folded for word in found}:
            return None
        if kind == "word added":
            return text[: found[place].start] + new + " " + text[found[place].start :], speaker, {"altered"}, None
        return replace(text, found[place], new), speaker, {"altered"}, None
    if kind == "negation removed":
        own = [
            n
            for n, word in enumerate(found)
            if word.folded in ("pas", "jamais", "not", "never", "rien", "aucune", "aucun")
        ]
        if not own or not 0 < own[0] <= count - 4:  # at the ends, it is a cut
            return None
        return remove(text, own[0], own[0]), speaker, {"altered"}, "negation"
    if kind == "negation added":
        after = {
            "est": "pas",
            "sont": "pas",
            "a": "pas",
            "ont": "pas",
            "sera": "jamais",
            "is": "not",
            "are": "not",
            "will": "not",
            "was": "never",
            "have": "not",
            "suis": "pas",
            "faut": "pas",
            "va": "pas",
            "avons": "pas",
        }
        own = [
            n
            for n, word in enumerate(found[:-1])
            if word.folded in after and found[n + 1].folded not in ("pas", "t", "il", "elle")
        ]
        if not own:
            return None
        word = found[own[0]]
        return text[: word.end] + " " + after[word.folded] + text[word.end :], speaker, {"altered"}, "negation"
    if kind == "number":
        match = NUMBER.search(text)
        if not match:
            return None
        return (
            text[: match.start()] + str(int(match[0]) + rng.randint(1, 9)) + text[match.end() :],
            speaker,
            {"altered"},
            "number",
        )
    if kind == "name":
        own = [
            word
            for word in found
            if text[word.start].isupper()
            and word.start
            and text[word.start - 2 : word.start - 1] not in ".!?:"
            and word.end - word.start > 3
        ]
        if not own:
            return None
        new = rng.choice(["Durand", "Bruxelles", "Kowalski", "Genève", "Oslo"])
        return replace(text, own[0], new), speaker, {"altered"}, "name"
    if kind == "other speaker":
        if not speaker or who != "person" or len(speaker.split()) < 2 or not speaker.istitle():
            return None
        return text, "Zoé Vandenbrouck", {"verbatim"}, "other"
    if kind == "never said":
        length = rng.randint(6, 20)
        return " ".join(rng.choice(vocabulary[language]) for _ in range(length)), None, {"unknown"}, None
    shuffled = surfaces(text)
    if count < 8:
        return None
    rng.shuffle(shuffled)
    return " ".join(shuffled), None, {"unknown"}, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("record")
    parser.add_argument("--cases", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", choices=["train", "test"], default="test")
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    connection = sqlite3.connect(f"file:{args.record}?mode=ro", uri=True)
    rng = random.Random(args.seed)
    pool = contents(connection, args.half)
    vocabulary = {
        language: sorted(
            {s for text, _, own, _ in pool if own == language for s in surfaces(text) if s.islower() and len(s) > 1}
        )
        for language in {own for _, _, own, _ in pool}
    }
    right, total, false_verbatim, times, spent, wrong = {}, {}, 0, {}, [], []
    generator = cases(rng, pool, vocabulary)
    for _ in range(args.cases):
        kind, quotation, speaker, expected, told = next(generator)
        start, cpu = time.perf_counter(), time.process_time()
        result = verify(connection, quotation, speaker)
        times.setdefault(kind, []).append(1000 * (time.perf_counter() - start))
        spent.append(1000 * (time.process_time() - cpu))
        good = result.status in expected
        if told == "other":
            good = good and result.speaker_fit == "other"
        elif told:
            good = good and result.best is not None and any(told in d.about for d in result.best.comparison.differences)
        if kind in ("verbatim", "marks") and speaker:
            good = good and result.speaker_fit == "same"
        false_verbatim += result.status == "verbatim" and "verbatim" not in expected
        total[kind] = total.get(kind, 0) + 1
        right[kind] = right.get(kind, 0) + good
        if not good:
            wrong.append((kind, quotation, result))
    (pages,) = connection.execute("SELECT count(*) FROM version").fetchone()
    print(f"{pages:,} pages, {len(pool):,} quotations, {args.cases} cases ({args.half} half)")
    for kind in total:
        print(
            f"{kind:22} {right[kind]:4} of {total[kind]:4} right, median {statistics.median(times[kind]):5.1f} ms, slowest {max(times[kind]):5.1f} ms"
        )
    every = sorted(t for own in times.values() for t in own)
    print(
        f"all: {100 * sum(right.values()) / args.cases:.1f} % right; altered or invented called verbatim: {false_verbatim}"
    )
    print(
        f"median {statistics.median(every):.1f} ms, p95 {every[int(len(every) * 0.95)]:.1f} ms, slowest {every[-1]:.1f} ms"
    )
    spent.sort()
    print(f"processor alone: median {statistics.median(spent):.1f} ms, p95 {spent[int(len(spent) * 0.95)]:.1f} ms")
    for kind, quotation, result in wrong[: args.show]:
        print(f"\n{kind}: {quotation}\n  {result.status} {result.speaker_fit} {result.similarity:.2f}")
        if result.best:
            print("  before", result.best.before, "| after", result.best.after, "|", result.best.speaker)
            print(
                "  ",
                [
                    (d.kind, d.quoted, d.stands, set(d.about))
                    for d in result.best.comparison.differences
                    if d.kind != "equal"
                ],
            )


if __name__ == "__main__":
    main()
