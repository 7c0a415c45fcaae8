"""Rows that are none: footers, records never filled, headings repeated; responses that are not finished."""

import pytest

from schemas.submissions import Counts
from tests.lib.files import GOOD, RULES, Taken, csv_file, plan, take, workbook
from tests.lib.mapped_survey import GONE, REPLY, SURVEY

ASIDE = Counts(rows_in=3, accepted=2, noise=1)
NOTES = {heading: f"{heading} as shown" for heading in GONE}


def of_rows(*rows: dict[str, str], **layout: object) -> Taken:
    """What comes of two good replies and these rows."""
    good = [REPLY, {**REPLY, "ID": "R-2"}]
    return take(csv_file([*good, *({**GONE, **row} for row in rows)]), SURVEY.model_copy(update=layout))


@pytest.mark.parametrize(
    "row",
    [
        {"ID": "Total respondents: 5"},
        {"ID": "Exported on 14 September 2026"},
        {"Q2": "Mean"},
        {"ID": "R-9"},
        {"ID": "R-9", "Done": "no"},
        {"ID": "R-9", "Done": "yes"},
        {"ID": "R-9", "Done": "no", "B1": "0", "B2": "0"},
        {"ID": "R-9", "Moved by": "Something else"},
        {"Date": "When did you answer?", "Group": "Which group are you in?", "Q1": "Training is offered"},
        {"Date": '{"ImportId":"endDate"}', "Q1": '{"ImportId":"QID1"}'},
        NOTES,
    ],
    ids=lambda row: "-".join(row) if row != NOTES else "notes",
)
def test_a_row_that_says_nothing_is_noise_with_one_finding(row: dict[str, str]) -> None:
    taken = of_rows(row)
    assert (taken.counts, taken.codes) == (ASIDE, ["W030"])
    assert taken.sentence("W030").startswith("Row 4: the row holds no date, no staff group and no answer that can be")


@pytest.mark.parametrize(
    "cells",
    [
        {"Date": "2026-09-14"},
        {"Group": "Students"},
        {"Active": "no"},
        {"Q1": "1"},
        {"Q1": "Unsure"},
        {"B1": "1"},
        {"Moved by": "Skills;"},
    ],
    ids=lambda cells: "".join(cells.values()),
)
def test_one_thing_said_makes_a_respondent(cells: dict[str, str]) -> None:
    taken = of_rows({"ID": "R-9", **cells})
    assert (taken.counts, taken.codes) == (Counts(rows_in=3, accepted=3), [])


def test_what_a_layout_says_of_every_row_is_said_by_no_respondent() -> None:
    taken = of_rows({"ID": "R-9"}, columns={"ID": "response_id"}, constants={"staff_group_code": "students"})
    assert (taken.counts, taken.codes) == (ASIDE, ["W030"])


def test_rows_that_say_nothing_are_named_together() -> None:
    rows = [{"ID": f"R-{n}", "B1": "0"} for n in range(10, 18)]
    taken = of_rows(*rows, {"Q1": "5"})
    assert taken.counts == Counts(rows_in=11, accepted=2, rejected=1, noise=8)
    assert taken.sentence("W030").startswith("Rows 4, 5, 6, 7, 8 and 3 more: ")
    assert (
        taken.sentence("R001")
        == 'Row 12, column "ID": the cell is empty but must be filled; fill it in and send the file again.'
    )


def test_where_no_cell_of_most_rows_can_be_read_their_cells_are_told_and_the_rows_refused() -> None:
    rows = [{"ID": f"R-{n}", "Date": "30/30/2026", "Q1": "Agree"} for n in range(10, 15)]
    taken = of_rows(*rows)
    assert taken.counts == Counts(rows_in=7, accepted=2, rejected=5)
    assert taken.codes == ["R004", "V013", "V018"]
    assert 'none of "Date" or "Group" or "Active" or an answer is filled or usable' in taken.sentence("R004")


@pytest.mark.parametrize(
    ("rule", "accepted", "codes"),
    [("answered", 4, ["W031", "W032"]), ("counted", 5, ["W031"]), ("left_out", 2, ["W032"])],
)
def test_unfinished_responses_count_by_the_layouts_rule(rule: str, accepted: int, codes: list[str]) -> None:
    begun = {"Date": "2026-09-14", "Group": "Students", "Done": "no", "B1": "0"}
    rows = [{**begun, "ID": "R-7"}, {**begun, "ID": "R-8", "Q1": "Unsure"}, {**begun, "ID": "R-9", "Active": "no"}]
    taken = of_rows(*rows, unfinished=rule)
    assert (taken.counts, taken.codes) == (Counts(rows_in=5, accepted=accepted, noise=5 - accepted), codes)
    if rule == "answered":
        assert [finding.rows for finding in taken.findings] == [(4,), (5, 6)]


@pytest.mark.parametrize("dataset", ["job_plan", "workforce", "appraisal", "support_case", "research_activity"])
def test_a_row_of_notes_is_one_finding_in_every_dataset(dataset: str) -> None:
    layout = RULES.layout(dataset, "template")
    lines = [list(layout.columns), [field.example for field in layout.contract.fields]]
    lines.append([f"{heading} as shown" for heading in layout.columns])
    taken = take(
        workbook({"Data": lines, **{part.sheet: [list(part.columns)] for part in layout.parts}}), layout, "a.xlsx"
    )
    assert (taken.counts.accepted, taken.counts.rejected, taken.codes) == (1, 1, ["R030"])
    assert taken.sentence("R030").startswith("Row 3: hardly a cell of the row can be used")


def test_a_row_with_several_good_cells_is_told_cell_by_cell() -> None:
    taken = take(csv_file([plan(), plan(Line="x", State="x", Category="x")]))
    assert taken.codes == ["R011", "R014", "R014"]


def test_rows_of_which_no_cell_can_be_read_are_told_by_column_where_most_are() -> None:
    taken = take(csv_file([plan(), *(dict.fromkeys(GOOD, "?") for _ in range(4))]))
    assert "R030" not in taken.codes
    assert taken.counts == Counts(rows_in=5, accepted=1, rejected=4)
