"""Exports that nobody had tuned to: `unseen/<dataset>_<kind>.txt`, a line a column: heading ~ question text | the field
that it is, empty for one to leave out | cells. Those of HELD_OUT were written first and never looked at in tuning."""

from collections import Counter
from pathlib import Path

import pytest

from schemas.rulebook import load_rulebook
from schemas.tables import ABBREVIATIONS, DATASETS, SENT, synonyms
from transforms.guessing.guess import Guesses, Sure, guess
from transforms.reading.identify import Headed
from transforms.reading.shape import Shape

RULES = load_rulebook()
UNSEEN = sorted(Path(__file__).with_name("unseen").glob("*.txt"))
HELD_OUT = (
    "appraisal_pdr",
    "job_plan_consultants",
    "research_activity_log",
    "support_case_portal",
    "workforce_snapshot",
)
KEPT = (Sure.SURE, Sure.LIKELY)  # filled in as "keep"


def table(text: str) -> tuple[Headed, dict[str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    named = [row[0].partition(" ~ ") for row in rows]
    headings = tuple(name for name, _, _ in named)
    cells = {name: tuple(filter(None, row[2:])) for (name, _, _), row in zip(named, rows, strict=True)}
    texts = {name: said for name, _, said in named if said}
    wanted = dict(zip(headings, (row[1] for row in rows), strict=True))
    return Headed(Shape("csv", "", {"": ()}, ","), "", 0, headings, texts, cells), wanted


def dataset_of(file: Path) -> str:
    return next(name for name in sorted(DATASETS, key=len, reverse=True) if file.stem.startswith(name))


def best(headed: Headed, dataset: str | None = None) -> Guesses:
    return guess(headed, dataset, RULES)[0]


@pytest.mark.parametrize("file", UNSEEN, ids=lambda file: file.stem)
def test_an_unseen_export_is_guessed_right_and_what_is_wrong_says_that_it_is_a_guess(file: Path) -> None:
    headed, wanted = table(file.read_text(encoding="utf-8"))
    guesses = best(headed)
    assert guesses.sheet == dataset_of(file)
    wrong = {h: one for h, one in guesses.by_heading.items() if one.key and one.key != wanted[h]}
    assert {heading: one for heading, one in wrong.items() if one.sure in KEPT} == {}


@pytest.mark.parametrize("is_held_out", [False, True])
def test_nine_in_ten_of_the_wanted_columns_are_found_and_most_are_sure(is_held_out: bool) -> None:
    counts = Counter[str]()
    for file in (one for one in UNSEEN if (one.stem in HELD_OUT) == is_held_out):
        headed, wanted = table(file.read_text(encoding="utf-8"))
        guesses = best(headed).by_heading
        right = [heading for heading, key in wanted.items() if key and guesses[heading].key == key]
        counts += Counter(wanted=sum(map(bool, wanted.values())), right=len(right))
        counts += Counter(kept=sum(guesses[heading].sure in KEPT for heading in right))
    assert counts["right"] >= 0.9 * counts["wanted"]
    assert counts["kept"] >= 0.7 * counts["wanted"]


PLAN = """
Plan ref | plan_id | A-1 | A-1 | A-2 | A-2
Activity no | line_number | 1 | 2 | 1 | 2
GMC no | registration_number | 9999901 | 9999901 | 9999902 | 9999902
Status | plan_state_code | Draft | Draft | Submitted | Submitted
Category | activity_category_code | DCC | SPA | DCC | SPA
PAs | planned_pas | 7.5 | 2.5 | 8 | 2
"""


@pytest.mark.parametrize(
    ("heading", "cells", "key", "sure"),
    [
        ("GMC no", "9999901 | 9999901 | 9999902 | 9999902", "registration_number", "sure"),
        ("GMC no", "#### | #### | 1.2E+07 | 1.2E+07", "", "ignored unless you say otherwise"),
        ("GMC no", "Dr A Example | Dr A Example | Dr B Sample | Dr B Sample", "", "ignored unless you say otherwise"),
        ("Status", "Locked | Locked | With manager | With manager", "plan_state_code", "guess"),
        ("Status", "2026-04-01 | 2026-04-02 | 2026-05-01 | 2026-05-02", "", "ignored unless you say otherwise"),
        ("PAs", "Tuesday | Friday | Monday | Sunday", "", "ignored unless you say otherwise"),
        ("PAs", "4000 | 5000 | 6000 | 7000", "", "ignored unless you say otherwise"),
        ("Plan start", "01/04/2026 | 01/04/2026 | 01/05/2026 | 13/05/2026", "plan_start_date", "sure"),
        ("Plan start", "yes | no | yes | no", "", "ignored unless you say otherwise"),
        ("Name", "A Example | A Example | B Sample | B Sample", "", "ignored unless you say otherwise"),
        ("Line manager e-mail", "a@b.uk | a@b.uk | c@d.uk | c@d.uk", "", "ignored unless you say otherwise"),
        ("Comments on PAs", "1 | 2 | 3 | 4", "", "ignored unless you say otherwise"),
    ],
)
def test_the_cells_of_a_column_speak_for_or_against_a_guess(heading: str, cells: str, key: str, sure: str) -> None:
    others = "\n".join(line for line in PLAN.strip().splitlines() if not line.startswith(heading))
    headed, _ = table(f"{others}\n{heading} | | {cells}")
    one = best(headed).by_heading[heading]
    assert (one.key, one.sure) == (key, sure)


def test_nothing_is_sure_where_no_dataset_fits() -> None:
    headed, _ = table("Status | | Open | Shut\nGMC no | | 9999901 | 9999902\nShoe size | | 7 | 8")
    for dataset in (None, "job_plan"):
        assert {one.sure for one in best(headed, dataset).by_heading.values()} <= {Sure.GUESS, Sure.UNSAID}


def test_two_headings_for_one_field_are_both_left_to_a_person() -> None:
    headed, _ = table(f"{PLAN}Plan start date | | 2026-04-01 | 2026-04-01\nEffective from | | 2026-04-01 | 2026-05-01")
    found = [one for one in best(headed).by_heading.values() if one.key == "plan_start_date"]
    assert [one.sure for one in found] == [Sure.GUESS]


@pytest.mark.parametrize(
    "heading", ["GMC No.", "gmc_number", "GMCNumber", "gmcnumber", "GMC  NUMBER", "Gmc Reg No", "Registraton number"]
)
def test_spelling_case_signs_and_slips_make_no_difference(heading: str) -> None:
    others = "\n".join(line for line in PLAN.strip().splitlines() if not line.startswith("GMC"))
    headed, _ = table(f"{others}\n{heading} | | 9999901 | 9999901 | 9999902 | 9999902")
    assert best(headed).by_heading[heading].key == "registration_number"


def test_every_synonym_is_of_a_field_or_a_question_and_every_field_has_one() -> None:
    from schemas.tables import _SYNONYMS as DECLARED  # what nobody else needs

    questions = set(RULES.instruments.by_key)
    for sheet, contract in SENT.items():
        keys = {*contract.names, *(questions if sheet == "survey" else ())}
        assert DECLARED.get(sheet, {}).keys() <= keys
        assert [name for name in contract.names if not synonyms(sheet, name)] == []
    assert set(ABBREVIATIONS.values()) & set(ABBREVIATIONS) == set()
