"""From checked columns to the contract's rows: flags, pseudonyms, wide rows made long."""

from __future__ import annotations

import pyarrow as pa
import pytest

from schemas.layouts import Layout, Unpivot, WordFlag
from schemas.tables import SENT
from tests.lib.files import KEY, PLANS, csv_file, plan, take
from transforms.checking import rows
from transforms.checking.columns import Column


def test_a_word_list_of_a_column_that_is_not_there_gives_no_flag_and_no_warning() -> None:
    layout = PLANS.model_copy(update={"words": {"Notes": WordFlag(to="is_premium_time", words=("night",))}})
    taken = take(csv_file([plan()]), layout)
    assert ([row["is_premium_time"] for row in taken.rows()], taken.codes) == ([None], [])


def test_of_each_identifier_its_pseudonym_alone_is_left() -> None:
    contract = SENT["support_case"]
    fields = {
        name: Column.constant(pa.array(["9999901"]), 2) for name in ("case_id", "registration_number", "site_code")
    }
    safe = {name: column.rows().to_pylist() for name, column in rows.pseudonymised(contract, fields, KEY).items()}
    assert safe == {
        "site_code": ["9999901"] * 2,
        "case_key": [KEY.pseudonym("case", "9999901")] * 2,
        "registration_key": [KEY.pseudonym("registration", "9999901")] * 2,
    }


def test_a_wide_row_gives_a_row_a_measure_that_has_a_heading_and_any_value() -> None:
    measures = {
        "often": {"value_pct": "Often", "base_count": "Base"},
        "ever": {"value_pct": "Ever", "base_count": "Base"},
        "never": {"value_pct": "Never"},
    }
    none = {"value_pct": pa.nulls(3, pa.float64()), "base_count": pa.nulls(3, pa.int64())}
    cells = {("Often", "value_pct"): pa.array([25.0, None, None]), ("Base", "base_count"): pa.array([90, 91, None])}
    unpivot = Unpivot(into="measure_code", measures=measures)
    long = rows.unpivoted(unpivot, {"row_number": pa.array([2, 3, 4]), **none}, cells)
    assert {name: column.to_pylist() for name, column in long.items()} == {
        "row_number": [2, 3, 2, 3],
        "value_pct": [25.0, None, None, None],
        "base_count": [90, 91, 90, 91],
        "measure_code": ["often", "often", "ever", "ever"],
    }


MEASURES = {"burnt_out_often": {"value_pct": "Often", "base_count": "Base"}, "burnt_out_ever": {"value_pct": "Ever"}}
WIDE = Layout(
    name="wide",
    dataset="nss_benchmark",
    title="Wide",
    evidence="made up for tests",
    columns={"Code": "organisation_code", "Year": "survey_year"},
    unpivot=Unpivot(into="measure_code", measures=MEASURES),
)


def test_a_measure_that_has_no_heading_for_a_field_does_not_borrow_it_from_another() -> None:
    found = take(b"Code,Year,Often,Base,Ever\nRVN,2023,25,90,80\n", WIDE).rows("nss_benchmark")
    assert [(row["measure_code"], row["value_pct"], row["base_count"]) for row in found] == [
        ("burnt_out_often", 25, 90),
        ("burnt_out_ever", 80, None),
    ]


@pytest.mark.parametrize("heading", ["Often", "Ever"])
def test_each_heading_of_a_field_is_checked_by_itself(heading: str) -> None:
    cells = {"Code": "RVN", "Year": "2023", "Often": "25", "Base": "90", "Ever": "80"} | {heading: "180"}
    taken = take(csv_file([cells]), WIDE)
    (finding,) = taken.findings
    assert (finding.code, finding.column, finding.details["value"]) == ("V012", heading, '"180"')


POSTS = Layout(
    name="posts",
    dataset="workforce",
    title="Posts",
    evidence="made up for tests",
    columns={"Post": "post_id", "Number": "employee_number", "Group": "staff_group_code", "Role": "profession_code"},
    optional=("Role",),
)


def test_a_profession_settles_a_blank_staff_group_and_is_not_used_against_another() -> None:
    cells = [
        {"Post": "1", "Number": "000121", "Group": "AHP", "Role": "Physiotherapist"},
        {"Post": "2", "Number": "000122", "Group": "", "Role": "OT"},
        {"Post": "3", "Number": "000123", "Group": "AHP", "Role": "Psychologist"},
        {"Post": "4", "Number": "000124", "Group": "Nurse", "Role": ""},
        {"Post": "5", "Number": "000125", "Group": "", "Role": ""},
    ]
    taken = take(csv_file(cells), POSTS)
    ahp, nurse = "allied_health_professionals", "nursing_and_midwifery"
    found = [(row["staff_group_code"], row["profession_code"]) for row in taken.rows("workforce")]
    assert found == [(ahp, "physiotherapist"), (ahp, "occupational_therapist"), (ahp, None), (nurse, None)]
    told = {(one.code, one.column, one.rows) for one in taken.findings}
    assert told == {("W045", "Role", (4,)), ("R001", "Group", (6,))}
