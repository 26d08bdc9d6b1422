"""Make what reads allegations, once the taggers of both languages are in their packs.

usage: python -m training.allegations SHARED --work DIR

DIR is the work folder of ``python -m training``, which holds the teacher. Takes about an hour on two cores: the
teacher is fine-tuned on the annotated French pages, labels raw pages of both languages, the small models learn from
these labels (French also from its annotated pages), and last the weights over candidates are fitted on what models say
of pages that they have not seen. Only French pages have annotated allegations; English learns from the teacher alone.
"""

import argparse
import pathlib

from training.__main__ import encoder_weights, run

TEACHER_MINUTES = 14
LABEL_MINUTES = {"fr": 9, "en": 8}
STEPS = {"fr": 1800, "en": 2200}
FOLD_STEPS = 1400
SILVER_PAGES = {"fr": 250, "en": 1211}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path, help="folder that holds gold/ and pages/")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/training"))
    args = parser.parse_args()
    shared, work, e5 = args.shared, args.work, encoder_weights()
    languages = pathlib.Path(__file__).parents[2] / "src" / "selon" / "languages"
    raw = {
        "fr": [shared / "pages" / "fr.jsonl"],
        "en": [shared / "pages" / "en.jsonl", shared / "gold" / "en_train.jsonl"],
    }
    teacher = work / "allegation_teacher.pt"
    if not teacher.exists():
        log = work / "allegation_teacher.log"
        run(log, "allegations.teacher", shared, e5, work / "teacher.pt", teacher, "--minutes", TEACHER_MINUTES)
    for language, pages in raw.items():
        silver = work / f"allegation_silver_{language}.pkl"
        if not silver.exists():
            run(
                work / f"allegation_label_{language}.log", "allegations.label", e5, teacher, silver,
                "--pages", *pages, "--language", language, "--minutes", LABEL_MINUTES[language],
            )  # fmt: skip
        learn = ["--silver", silver, "--most", SILVER_PAGES[language]]
        pack = languages / language
        if language == "fr":
            run(
                work / "allegation_folds.log", "allegations.student", language, shared, pack, *learn,
                "--steps", FOLD_STEPS, "--folds", work / "allegation_folds",
            )  # fmt: skip
        run(
            work / f"allegation_student_{language}.log", "allegations.student", language, shared, pack, *learn,
            "--steps", STEPS[language],
        )  # fmt: skip
    run(
        work / "allegation_rankers.log", "allegations.rankers", shared, work / "allegation_folds",
        languages / "fr", languages / "en",
    )  # fmt: skip


if __name__ == "__main__":
    main()
