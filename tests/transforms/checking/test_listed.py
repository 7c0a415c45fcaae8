"""What a refused cell could have held is told as it is to be written."""

from schemas.layouts import Layout
from tests.lib.files import csv_file, plan, take


def test_a_short_list_is_told_whole() -> None:
    taken = take(csv_file([plan(State="Nearly")]))
    assert "use one of its values (Draft, In discussion, Submitted, " in taken.sentence("R014")


def test_values_are_quoted_where_a_comma_is_in_one_of_them() -> None:
    layout = Layout(
        name="appraisals",
        dataset="appraisal",
        title="Appraisals for tests",
        evidence="made up for tests",
        columns={
            "ID": "appraisal_id",
            "GMC": "registration_number",
            "Due": "due_date",
            "State": "appraisal_state_code",
        },
    )
    row = {"ID": "AP-1", "GMC": "9999901", "Due": "2026-09-30", "State": "Lost"}
    said = take(csv_file([row, {**row, "ID": "AP-2", "State": "Reopened"}]), layout).sentence("R014")
    assert said.endswith('"Complete", "Reopened", "Missed, approved", "Missed, not approved").')
