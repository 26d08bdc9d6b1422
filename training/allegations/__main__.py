"""Make what reads allegations, once the taggers of all languages are in their packs.

usage: python -m training.allegations SHARED --work DIR

Takes more than three hours on two cores. The teacher, a multilingual encoder, is fine-tuned on the annotated pages
of both languages; exported in int8, it is the thorough model. Then it labels raw pages, the small model of each
language learns from these and from the annotated pages, and last the weights over candidates are fitted, for each
model on what it says of pages that it has not seen. The thorough model's second look is trained once its first reading
is weighed.
"""

import argparse
import pathlib

from training.__main__ import encoder_weights, run

TEACHER_MINUTES = 60
LOOK_MINUTES = 60
LABEL_MINUTES = {"fr": 12, "en": 6}
STEPS = {"fr": 2400, "en": 1400}
FOLD_STEPS = 1200


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path, help="folder that holds gold/ and pages/")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/training"))
    args = parser.parse_args()
    shared, work, e5 = args.shared, args.work, encoder_weights()
    work.mkdir(parents=True, exist_ok=True)
    languages = pathlib.Path(__file__).parents[2] / "src" / "selon" / "languages"
    raw = {
        "fr": [shared / "pages" / "fr.jsonl"],
        "en": [shared / "pages" / "en.jsonl", shared / "gold" / "en_train.jsonl"],
    }
    teacher = work / "allegation_teacher.pt"
    if not teacher.exists():
        log = work / "allegation_teacher.log"
        run(log, "allegations.teacher", shared, e5, teacher, "--minutes", TEACHER_MINUTES)
    common, told, folds = languages / "common", work / "allegation_told", work / "allegation_folds"
    run(work / "allegation_thorough.log", "allegations.thorough", shared, e5, teacher, common, "--told", told)
    rankers = ["allegations.rankers", shared, told, common]
    run(work / "allegation_thorough_rankers.log", *rankers)
    run(work / "allegation_look.log", "allegations.look", shared, common, "--minutes", LOOK_MINUTES)
    run(work / "allegation_look_rankers.log", *rankers, "--looked")
    for language, pages in raw.items():
        silver = work / f"allegation_silver_{language}"
        if not silver.with_suffix(".npz").exists():
            run(
                work / f"allegation_label_{language}.log", "allegations.label", e5, teacher, silver,
                "--pages", *pages, "--without", *shared.joinpath("gold").glob("fr_*.jsonl"),
                "--language", language, "--minutes", LABEL_MINUTES[language],
            )  # fmt: skip
        student = ["allegations.student", language, shared, languages / language, silver]
        if language == "fr":  # the weights hold no words: English gets those of French
            run(work / "allegation_folds.log", *student, "--steps", FOLD_STEPS, "--folds", folds)
        run(work / f"allegation_student_{language}.log", *student, "--steps", STEPS[language])
    run(
        work / "allegation_rankers.log", "allegations.rankers", shared, folds, languages / "fr", languages / "en",
    )  # fmt: skip


if __name__ == "__main__":
    main()
