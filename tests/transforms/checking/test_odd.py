"""What stands in a cell in place of its value is told in every kind of field, and is never a blank."""

from __future__ import annotations

import pyarrow as pa
import pytest

from schemas.fields import Field
from schemas.layouts import Layout
from tests.lib.files import PLANS, csv_file, plan, take
from transforms.checking.values import odd_places

ERRORS = [
    "#N/A",
    "#n/a",
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
]
ERRORS += ["#BEZUG!", "#BUSY!", "Err:502", "Error 2042"]  # Excel's in German, of newer kinds, LibreOffice's, VBA's
PLAN = Field("plan_id", "identifier", "", identifier="plan")
CODE = Field("site_code", "text", "", shape="[A-Za-z0-9][A-Za-z0-9_./-]{0,19}")


def told(text: str, field: Field | None = None) -> list[str]:
    return list(odd_places(pa.array([text, None, "plain"]), field))


@pytest.mark.parametrize("text", ERRORS)
def test_an_excel_error_is_known(text: str) -> None:
    assert told(text) == ["020"]


@pytest.mark.parametrize("text", ["N/A", "NA", "#1", "#", "# N/A", "C#", "Error", "Err", "no. #REF!", "#great!"])
def test_a_text_that_only_looks_like_an_error_stays(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("mark", ["\ufeff", "\u200b", "\u200e", "\u00ad"])
def test_a_mark_that_nobody_sees_changes_no_cell(mark: str) -> None:
    """Windows puts one into dates, SharePoint into words, and joined files have one amid them."""
    marked = {heading: f"{text[:1]}{mark}{text[1:]}{mark}" for heading, text in plan(Hours="2").items()}
    plain, taken = take(csv_file([plan(Hours="2")])), take(csv_file([plan(), marked]))
    assert (taken.codes, taken.rows()[1]) == ([], {**plain.rows()[0], "row_number": 3})


CHANGED = ["1.23E+07", "1.23457e+11", "1E+05", "1,23E+07", "1.2E7", "123456.5", "123456,5", "14/05/2026", "2026-05-14"]
CHANGED += ["12300%", "2026-05-14 00:00:00", "14/05/26", "01-Mar", "1-Mar-2019", "Mar-01", "14.05.2026"]


@pytest.mark.parametrize("text", CHANGED)
def test_a_number_that_excel_has_changed_identifies_nothing(text: str) -> None:
    assert told(text, PLAN) == ["023"]


@pytest.mark.parametrize(
    "text",
    ["JP-1001", "000121-1", "123456.0", "2026-05", "12E4", "2E10", "JP/2026/14", "1-2-3", "14-05", "MAR1", "A-1"],
)
def test_a_number_of_an_unusual_form_identifies(text: str) -> None:
    assert told(text, PLAN) == []


@pytest.mark.parametrize("text", ["-1", "-99"])
def test_a_number_below_nought_identifies_nothing(text: str) -> None:
    assert told(text, PLAN) == ["015"]


def test_a_code_of_ones_own_may_have_a_point_but_is_no_date() -> None:
    assert [told(text, CODE) for text in ("1.2", "A1.2", "1.2E-07", "01-Mar", "14/05/2026")] == [[], [], *[["023"]] * 3]


@pytest.mark.parametrize("heading", ["Employee", "Staff group", "Start", "Research", "PAs", "GMC"])
@pytest.mark.parametrize(
    ("cell", "code"), [("#N/A", "V020"), (" #REF! ", "V020"), ("#NEVER_CALCULATED!", "V021"), ("########", "V024")]
)
def test_of_an_optional_field_the_cell_is_left_out_and_told(heading: str, cell: str, code: str) -> None:
    taken = take(csv_file([plan(Hours="6"), plan(Line="2", Hours="6") | {heading: cell}]))
    assert taken.codes == [code]
    assert taken.sentence(code).startswith(f'Row 3, column "{heading}": the cell holds ')
    assert taken.counts.accepted == 2


@pytest.mark.parametrize("heading", ["Plan", "Line", "State", "Category"])
@pytest.mark.parametrize(("cell", "code"), [("#N/A", "R020"), ("#NEVER_CALCULATED!", "R021"), ("####", "R024")])
def test_of_a_required_field_the_row_is_left_out_and_told_once(heading: str, cell: str, code: str) -> None:
    taken = take(csv_file([plan(), plan(Line="2") | {heading: cell}]))
    assert (taken.codes, taken.counts.rejected) == ([code], 1)


@pytest.mark.parametrize(("heading", "code", "accepted"), [("Plan", "R023", 1), ("Employee", "V023", 2)])
def test_a_number_that_excel_has_changed_is_told_in_place_of_its_shape(heading: str, code: str, accepted: int) -> None:
    taken = take(csv_file([plan(), plan(Line="2") | {heading: "1.23E+07"}]))
    assert (taken.codes, taken.counts.accepted) == ([code], accepted)


def test_no_layout_makes_a_missing_value_of_an_error() -> None:
    layout = PLANS.model_copy(update={"nulls": ("", "#N/A", "N/A")})
    taken = take(csv_file([plan(Start="#N/A"), plan(Line="2", Start="N/A")]), layout)
    assert taken.codes == ["V020", "W008"]


@pytest.mark.parametrize("cell", ["-1", "−1", "–1", "-99", "- 1", "1-"])
def test_a_number_below_nought_is_no_flag_and_no_code(cell: str) -> None:
    assert take(csv_file([plan(), plan(Line="2", Research=cell)])).codes == ["V016"]
    assert take(csv_file([plan(), plan(Line="2") | {"Staff group": cell}])).codes == ["V014"]


def test_an_error_in_a_text_that_becomes_a_flag_is_no_answer() -> None:
    flag = {"to": "is_research", "words": ("research",)}
    columns = {heading: field for heading, field in PLANS.columns.items() if field != "is_research"}
    layout = Layout.model_validate({**PLANS.model_dump(), "columns": columns, "words": {"Research": flag}})
    taken = take(csv_file([plan(Research="own research"), plan(Line="2", Research="#REF!")]), layout)
    assert taken.codes == ["V020", "W012"]
    assert [row["is_research"] for row in taken.rows()] == [True, None]


def test_a_cell_of_spaces_alone_is_missing_without_a_word() -> None:
    taken = take(csv_file([plan(), plan(Line="2", Research="  ")]))
    assert (taken.rows()[1]["is_research"], taken.codes) == (None, [])
