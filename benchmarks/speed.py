"""Measure Selon's speed on one core, beside a trained spaCy pipeline on the same pages in the same run.

usage: python -m benchmarks.speed SHARED [--pages 600] [--runs 5]

Words are counted at white space. Both read the same pages from memory, in batches, on one core; the runs alternate.
spaCy runs the tok2vec and parser of fr_core_news_sm, the components that a rule-based attribution tool needs.
Cold start and peak memory are taken of whole processes of the command ``selon read``.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

if __name__ == "__main__":
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def load(path, most):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(most), lines, strict=False)]


def words_of(texts):
    return sum(len(text.split()) for text in texts)


def selon_run(reader, texts):
    start = time.perf_counter()
    found = sum(len(page.attributions) for page in reader.read_many(texts))
    return time.perf_counter() - start, found


def spacy_run(nlp, texts):
    start = time.perf_counter()
    for _ in nlp.pipe(texts, batch_size=32):
        pass
    return time.perf_counter() - start


def report(name, count, seconds):
    rates = sorted(count / s for s in seconds)
    print(
        f"{name}: median {statistics.median(rates):,.0f} words a second (min {rates[0]:,.0f}, max {rates[-1]:,.0f})",
        flush=True,
    )
    return statistics.median(rates)


def process(command, **options):
    """Run a process and return its seconds and its peak memory in MB."""
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, **options)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-spacy", action="store_true")
    args = parser.parse_args()
    processes(args)
    from selon import Reader

    french = load(args.shared / "pages" / "fr.jsonl", args.pages)
    english = load(args.shared / "pages" / "en.jsonl", args.pages)
    readers = {"fr": Reader("fr"), "en": Reader("en"), "alone": Reader("fr", allegations=False)}
    readers["thorough"] = Reader("fr", thorough=True)
    for language, texts in (("fr", french), ("en", english), ("alone", french), ("thorough", french)):
        readers[language].read(texts[0])  # the model is loaded before the clock starts
    nlp = None
    if not args.no_spacy:
        import spacy

        nlp = spacy.load("fr_core_news_sm", exclude=["ner", "lemmatizer", "morphologizer", "attribute_ruler", "senter"])
        nlp(french[0])
    subset = french[: max(1, args.pages // 6)]  # enough for spaCy, which is slower
    times = {"fr": [], "en": [], "subset": [], "alone": [], "thorough": [], "spacy": []}
    for _ in range(args.runs):
        times["fr"].append(selon_run(readers["fr"], french)[0])
        times["en"].append(selon_run(readers["en"], english)[0])
        times["subset"].append(selon_run(readers["fr"], subset)[0])
        times["alone"].append(selon_run(readers["alone"], subset)[0])
        times["thorough"].append(selon_run(readers["thorough"], subset)[0])
        if nlp is not None:
            times["spacy"].append(spacy_run(nlp, subset))
    print(
        f"one core, {args.runs} runs; French {len(french)} pages, {words_of(french):,} words; English {len(english)}, {words_of(english):,}"
    )
    report("selon, French", words_of(french), times["fr"])
    report("selon, English", words_of(english), times["en"])
    ours = report("selon, French, first pages", words_of(subset), times["subset"])
    alone = report("selon, French, first pages, attributions alone", words_of(subset), times["alone"])
    report("selon, French, first pages, thorough", words_of(subset), times["thorough"])
    if nlp is not None:
        theirs = report(
            f"spaCy {spacy.__version__} fr_core_news_sm ({', '.join(nlp.pipe_names)}), the same",
            words_of(subset),
            times["spacy"],
        )
        print(f"ratio {ours / theirs:.1f}, of attributions alone {alone / theirs:.1f}")


def processes(args):
    """Measure whole processes. This comes first: a child's peak memory counts what its parent held when it began."""
    command = [sys.executable, "-m", "selon", "read"]
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, "page.txt")
        first = load(args.shared / "pages" / "fr.jsonl", 40)
        page.write_text(first[0], encoding="utf-8")
        cold = sorted(process([*command, str(page)], file_actions=SILENT)[0] for _ in range(2 * args.runs))
        print(
            f"cold start of `selon read` on one page: median {statistics.median(cold):.2f} s (min {cold[0]:.2f}, max {cold[-1]:.2f})"
        )
        monster = pathlib.Path(folder, "monster.txt")
        line = " ".join(first).replace("\n", " ")
        with monster.open("w", encoding="utf-8") as file:
            for _ in range(20_000_000 // len(line) + 1):
                file.write(line)
        marks = pathlib.Path(folder, "marks.txt")
        marks.write_text('"' * 1_000_000, encoding="utf-8")
        trials = (
            ("one page", page, []),
            ("one page, thorough", page, ["--thorough"]),
            ("20 MB on one line", monster, []),
            ("a million quotation marks", marks, []),
        )
        for name, path, options in trials:
            seconds, memory = process([*command, "--language", "fr", *options, str(path)], file_actions=SILENT)
            print(f"{name}: {seconds:.1f} s, peak memory {memory:.0f} MB", flush=True)


SILENT = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]

if __name__ == "__main__":
    main()
