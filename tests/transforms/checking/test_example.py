"""The example line of a template may stay or go: no check reads it, and no count of rows has it."""

import io
from collections.abc import Mapping

import pytest

from schemas.layouts import EXAMPLE_MARK
from schemas.submissions import Counts
from tests.lib.files import GOOD, KEY, PLANS, RULES, Taken, csv_file, plan, take, workbook
from transforms.checking.whole import ColumnFacts, findings_of
from transforms.prepare import prepare
from transforms.reading.parse import read_shape

SENT = {
    "workforce": {"Assignment number": "54321-1", "Employee number": "54321", "Registration number": ""},
    "job_plan": {"Employee number": "54321", "Registration number": ""},
    "appraisal": {"Employee number": "54321", "Registration number": ""},
    "survey": {"Date of response": "2026-09-15"},
}


def read(dataset: str, *, with_example: bool) -> tuple[Taken, Mapping[str, ColumnFacts]]:
    """What comes of a template with one row that differs from its example, and what its columns say."""
    layout = RULES.layout(dataset, "template")
    examples = {h: layout.contract.field(name).example for h, name in layout.columns.items()}
    first, *others = examples.values()
    kept = [[f"{EXAMPLE_MARK} {first}", *others]] if with_example else []
    asked = [*layout.columns, *layout.questions]
    rows = [
        [*row, *("4" if key.startswith("rcc_org_") else "" for key in layout.questions.values())]
        for row in (*kept, list((examples | SENT[dataset]).values()))
    ]
    book = workbook({"Data": [asked, *rows]})
    stream = io.BytesIO(book)
    (part,) = prepare(stream, read_shape(stream, "a.xlsx"), layout, RULES, KEY, "S1")
    return take(book, layout, "a.xlsx"), part.facts


@pytest.mark.parametrize("dataset", SENT)
def test_the_example_says_nothing_of_the_columns(dataset: str) -> None:
    (kept, facts), (gone, expected) = (read(dataset, with_example=is_kept) for is_kept in (True, False))
    layout = RULES.layout(dataset, "template")
    assert facts == expected and list(findings_of(facts, layout)) == []
    assert (kept.codes, gone.codes) == ([], [])
    assert kept.counts == Counts(rows_in=2, accepted=1, noise=1) and gone.counts == Counts(rows_in=1, accepted=1)
    assert kept.counts.rows == gone.counts.rows == 1


def test_what_is_left_out_hides_nothing_either() -> None:
    """The 14 March of a totals row does not prove the order of dates in a column that has none above the 12th."""
    dates = [f"{day:02}/{day:02}/20{day + 10}" for day in range(2, 12)]
    rows = [plan(Line=str(line), Start=day) for line, day in enumerate(dates, 1)]
    stream = io.BytesIO(csv_file([*rows, {**GOOD, "Plan": "Total", "Start": "14/03/2026"}]))
    (part,) = prepare(stream, read_shape(stream, "a.csv"), PLANS, RULES, KEY, "S1")
    assert [finding.code for finding in findings_of(part.facts, PLANS)] == ["H005"]
    assert part.counts == Counts(rows_in=11, accepted=10, noise=1)


def test_a_count_of_rows_has_the_refused_and_the_erased_but_nothing_that_was_left_out() -> None:
    assert Counts(rows_in=71, accepted=65, rejected=5, noise=1).rows == 70
    assert Counts(rows_in=12, accepted=6, rejected=3, noise=2, erased=1).rows == 10
