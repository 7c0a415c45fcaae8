"""Identifiers that an export lacks: made of other fields, or by numbering its lines."""

import pytest

import transforms.reading.parse as parsing
from schemas.layouts import Layout
from tests.lib.files import PLANS, Taken, csv_file, plan, take, workbook


def without(*headings: str, **made: tuple[str, ...]) -> Layout:
    columns = {heading: field for heading, field in PLANS.columns.items() if heading not in headings}
    return PLANS.model_copy(update={"columns": columns, "noise": (), **made})


def taken(rows: list[dict[str, str]], layout: Layout) -> Taken:
    kept = [{heading: cell for heading, cell in row.items() if heading in layout.columns} for row in rows]
    return take(csv_file(kept), layout)


def test_the_lines_of_a_plan_are_numbered_in_the_order_of_the_file_also_from_chunk_to_chunk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [plan(Plan=name, PAs=pas) for name, pas in (("A", "1"), ("B", "2"), ("A", "3"), ("A", "1"), ("B", "5"))]
    for rows_a_chunk in (75_000, 2):
        monkeypatch.setattr(parsing, "CHUNK_ROWS", rows_a_chunk)
        came = taken(rows, without("Line", numbered=("line_number",)))
        assert [row["line_number"] for row in came.rows()] == [1, 1, 2, 3, 2]
        assert came.codes == ["W042"]
    assert came.sentence("W042").startswith('The export has no "Line", so its lines were numbered in the order of the')


def test_a_plan_is_made_of_its_person_and_start_and_is_the_same_in_every_file() -> None:
    layout = without("Plan", made=("plan_id",))
    first = taken([plan(Line="1"), plan(Line="2"), plan(Line="1", Start="01/05/2026"), plan(GMC="9999902")], layout)
    second = taken([plan(GMC="9999902"), plan(Line="7")], layout)
    keys = [row["plan_key"] for row in first.rows()]
    assert keys[0] == keys[1] != keys[2]
    assert [row["plan_key"] for row in second.rows()] == [keys[3], keys[0]]
    assert first.sentence("W041").startswith(
        'The export has no "Plan ID", so one was made from "GMC", "Employee", "Start"'
    )


def test_a_plan_and_its_lines_can_both_be_made() -> None:
    layout = without("Plan", "Line", made=("plan_id",), numbered=("line_number",))
    came = taken([plan(), plan(GMC="9999902"), plan()], layout)
    assert [row["line_number"] for row in came.rows()] == [1, 1, 2]
    assert came.codes == ["W041", "W042"]


def test_a_line_without_anything_that_its_number_is_made_of_is_refused() -> None:
    came = taken([plan(), plan(GMC="", Employee="", Start="")], without("Plan", made=("plan_id",)))
    assert (came.counts.accepted, came.counts.rejected) == (1, 1)
    assert "R001" in came.codes


def test_responses_without_a_number_are_numbered() -> None:
    layout = Layout(
        **{"name": "forms", "dataset": "survey", "title": "", "evidence": ""},
        columns={"Group": "staff_group_code"},
        questions={"Q": "rcc_org_expert_advice"},
        numbered=("response_id",),
    )
    came = take(csv_file([{"Group": "Students", "Q": "7"}] * 3), layout)
    assert came.counts.accepted == 3
    assert len(set(came.tables["survey_check"]["response_hash"].to_pylist())) == 3


BLANK = {"State": "", "Start": ""}


@pytest.mark.parametrize("rows_a_chunk", [75_000, 2])
def test_an_empty_cell_is_the_one_above_it_within_its_plan_where_the_layout_says_so(
    rows_a_chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "CHUNK_ROWS", rows_a_chunk)
    layout = PLANS.model_copy(update={"filled_down": ("plan_state_code", "plan_start_date")})
    rows = [
        plan(State="draft"),
        plan(Line="2", **BLANK),
        plan(Line="3", **BLANK),
        plan(Plan="JP-2", **BLANK),  # of another plan: nothing above is its own
        plan(Plan="JP-2", Line="2"),
        plan(Plan="JP-2", Line="3", State=" ", Start="02/04/2026"),
    ]
    came = take(workbook({"Data": [list(rows[0]), *(list(row.values()) for row in rows)]}), layout, "a.xlsx")
    assert [row["plan_state_code"] for row in came.rows()] == ["draft"] * 3 + ["signed_off"] * 2
    assert [row["plan_start_date"].day for row in came.rows()] == [1, 1, 1, 1, 2]
    told = [finding.sentence for finding in came.findings if finding.code == "W044"]
    assert told[0].startswith('Rows 3, 4, 7, column "State": the cell is empty and was read as the one above it, as')
    assert told[1].startswith('Rows 3, 4, column "Start": ')
    assert came.sentence("R001").startswith('Row 5, column "State": the cell is empty but must be filled')
