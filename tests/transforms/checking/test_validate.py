"""Each kind of bad cell: what is told of it, and what becomes of the row."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.identifiers import IDENTIFIER_TYPES
from schemas.layouts import Layout
from schemas.tables import SENT
from tests.lib.files import PLANS, RULES, csv_file, plan, take, workbook

OUT = "the cell is left out"
NO_DATE = f"is not a date that exists; {OUT}: write it like 14/09/2026."
FORMULA = f"looks like a spreadsheet formula; {OUT}: send the value."


def one(**cells: str):
    """What comes of a file with one good line and one with these cells."""
    return take(csv_file([plan(), plan(**({"Line": "2"} | cells))]))


@pytest.mark.parametrize(
    ("heading", "cell", "sentence"),
    [
        ("Line", "two", 'column "Line": the value is not a number; write digits only.'),
        ("Line", "1.5", 'column "Line": "1.5" is not a number; write digits only.'),
        (
            "State",
            "Signd off",
            'column "State": the value is not on the list of plan state (nearest: "Signed off"); use one '
            "of its values (Draft, In discussion, Submitted, Partially signed, Signed off, Reopened, Expired).",
        ),
        (
            "Category",
            "=cmd()",
            'column "Category": the value looks like a spreadsheet formula; send the value, not the formula.',
        ),
        (
            "Plan",
            "=cmd()",
            'column "Plan": the value looks like a spreadsheet formula; send the value, not the formula.',
        ),
        (
            "Category",
            "",
            'column "Category": the cell is empty but must be filled; fill it in and send the file again.',
        ),
        ("Line", "0", 'column "Line": "0" is outside 1 to any higher number; correct it.'),
    ],
)
def test_a_required_cell_that_cannot_be_used_rejects_its_row(heading: str, cell: str, sentence: str) -> None:
    taken = one(**{heading: cell})
    (finding,) = taken.findings
    assert finding.code.startswith("R")
    assert finding.sentence == f"Row 3, {sentence}"
    assert [row["row_number"] for row in taken.rows()] == [2]
    assert (taken.counts.accepted, taken.counts.rejected) == (1, 1)


@pytest.mark.parametrize(
    ("heading", "cell", "field", "sentence"),
    [
        (
            "GMC",
            "12345",
            "registration_number",
            "the number does not have the shape of the registration number; check it against the source.",
        ),
        ("Research", "perhaps", "is_research", "the value is neither yes nor no; write yes or no."),
    ],
)
def test_a_number_or_flag_rejects_its_row_once_a_contract_needs_it(
    heading: str, cell: str, field: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = tuple(replace(f, required=f.required or f.name == field) for f in SENT["job_plan"].fields)
    monkeypatch.setitem(SENT, "job_plan", replace(SENT["job_plan"], fields=needed))
    taken = one(**{heading: cell})
    assert [finding.sentence for finding in taken.findings] == [f'Row 3, column "{heading}": {sentence}']
    assert taken.counts.rejected == 1


def test_a_limit_on_one_side_alone_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    below = tuple(replace(f, minimum=None) if f.name == "planned_pas" else f for f in SENT["job_plan"].fields)
    monkeypatch.setitem(SENT, "job_plan", replace(SENT["job_plan"], fields=below))
    assert '"21" is outside any lower number to 20;' in one(PAs="21", Hours="4").findings[0].sentence


@pytest.mark.parametrize(
    ("heading", "cell", "field", "sentence"),
    [
        ("PAs", "one", "planned_pas", "the value is not a number; the cell is left out: write digits only."),
        ("PAs", "nan", "planned_pas", "the value is not a number; the cell is left out: write digits only."),
        ("PAs", "21", "planned_pas", '"21" is outside 0 to 20; the cell is left out: correct it.'),
        ("PAs", "-1", "planned_pas", '"-1" is outside 0 to 20; the cell is left out: correct it.'),
        ("Start", "31/02/2026", "plan_start_date", f'"31/02/2026" {NO_DATE}'),
        ("Start", "01/04/26", "plan_start_date", f'"01/04/26" {NO_DATE}'),
        ("Start", "01/04/0026", "plan_start_date", f'"01/04/0026" {NO_DATE}'),
        (
            "Staff group",
            "Doktors",
            "staff_group_code",
            f"the value is not on the list of staff group; {OUT}: use one of its values"
            " (see the drop-down in the workbook that `research-culture template job_plan` writes).",
        ),
        (
            "GMC",
            "12345",
            "registration_key",
            "the number does not have the shape of the registration number; it is left out: check it at the source.",
        ),
        (
            "Research",
            "perhaps",
            "is_research",
            "the value is neither yes nor no; the cell is left out: write yes or no.",
        ),
        ("Research", "=cmd()", "is_research", f"the value {FORMULA}"),
        ("Research", "@SUM(A1)", "is_research", f"the value {FORMULA}"),
        ("Research", "+cmd|calc!A0", "is_research", f"the value {FORMULA}"),
    ],
)
def test_another_cell_that_cannot_be_used_is_left_out_and_its_row_stays(
    heading: str, cell: str, field: str, sentence: str
) -> None:
    taken = one(**({"PAs": "", "Hours": "4", heading: cell} if heading == "PAs" else {heading: cell}))
    (finding,) = taken.findings
    assert finding.code.startswith("V")
    assert finding.sentence == f'Row 3, column "{heading}": {sentence}'
    good, bad = taken.rows()
    assert good[field] is not None
    assert bad[field] is None
    assert (taken.counts.accepted, taken.counts.rejected) == (2, 0)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("GMC", "Dr A Person"), ("Employee", "not-a-number"), ("State", "a whole sentence about Dr A Person")],
)
def test_no_identifier_and_no_long_text_is_repeated(heading: str, cell: str) -> None:
    taken = one(**{heading: cell})
    assert taken.codes
    assert not any("Person" in f.sentence or cell in f.sentence or cell in repr(f) for f in taken.findings)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1/4/2026", date(2026, 4, 1)),
        ("01/04/2026", date(2026, 4, 1)),
        (" 29/02/2024 ", date(2024, 2, 29)),
        ("2026-04-01", date(2026, 4, 1)),
        ("2026-04-01 10:30:00", date(2026, 4, 1)),
        ("-", None),
    ],
)
def test_dates_are_read_by_the_layouts_formats_and_in_iso_form(cell: str, value: date | None) -> None:
    assert one(Start=cell).rows()[1]["plan_start_date"] == value


def test_an_excel_day_number_is_read_as_its_date_with_a_warning() -> None:
    taken = one(Start="45567")
    assert taken.rows()[1]["plan_start_date"] == date(2024, 10, 2)
    assert taken.sentence("W001") == (
        'Row 3, column "Start": the date was written as Excel\'s day number and read as a date;'
        " format the column as a date."
    )


@pytest.mark.parametrize(
    ("cell", "value"), [("yes", True), ("N", False), ("TRUE", True), ("0", False), ("1", True), ("", None)]
)
def test_yes_and_no_are_read_in_their_usual_spellings(cell: str, value: bool | None) -> None:
    assert one(Research=cell).rows()[1]["is_research"] is value


@pytest.mark.parametrize(("cell", "value"), [("1.50", 1.5), (".5", 0.5), ("2", 2.0), ("1e1", 10.0), ("+3", 3.0)])
def test_numbers_are_read(cell: str, value: float) -> None:
    assert one(PAs=cell).rows()[1]["planned_pas"] == value


def test_a_decimal_comma_is_read_where_the_layout_says_so() -> None:
    layout = PLANS.model_copy(update={"decimal_comma": True})
    taken = take(csv_file([plan(PAs="1;5")]).replace(b",", b"\t").replace(b"1;5", b"1,5"), layout)
    assert taken.rows()[0]["planned_pas"] == 1.5


def test_leading_zeros_of_an_employee_number_count() -> None:
    first, second = one(Employee="121").rows()
    assert first["employee_key"] != second["employee_key"]


def test_a_row_without_any_number_of_a_person_is_rejected() -> None:
    taken = one(GMC="", Employee="")
    assert taken.sentence("R004") == 'Row 3: none of "GMC" or "Employee" is filled or usable; fill in at least one.'
    assert taken.counts.rejected == 1


def test_a_row_that_is_rejected_already_is_not_told_again_what_follows_from_it() -> None:
    assert one(Plan="", GMC="", Employee="").codes == ["R001"]
    assert one(Category="nonsense").codes == ["R014"]


def test_a_null_mark_is_told_once_a_column_and_read_as_missing() -> None:
    taken = one(Hours="-", Research="-")
    assert taken.codes == ["W008", "W008"]
    assert (
        taken.findings[0].sentence
        == 'Row 3, column "Research": "-" means that there is no value, and was read as missing.'
    )


def test_the_layouts_own_values_are_translated_whatever_their_case() -> None:
    layout = PLANS.model_copy(update={"values": {"plan_state_code": {"2nd sign-off": "partially_signed"}}})
    taken = take(csv_file([plan(State="2ND SIGN-OFF"), plan(Line="2", State="Draft")]), layout)
    assert [row["plan_state_code"] for row in taken.rows()] == ["partially_signed", "draft"]


def test_the_same_mistake_in_many_rows_is_one_finding_with_the_first_rows() -> None:
    taken = take(csv_file([plan(Line=str(n), Research="perhaps") for n in range(1, 101)]))
    (finding,) = taken.findings
    assert finding.place == 'Rows 2, 3, 4, 5, 6 and 95 more, column "Research"'


def test_a_column_full_of_different_mistakes_gives_few_findings() -> None:
    taken = take(csv_file([plan(Line=str(n), PAs="", Hours=f"9{n}:00") for n in range(100, 200)]))
    told = [finding for finding in taken.findings if finding.code == "V011"]
    assert len(told) == 21
    assert sum(finding.row_count for finding in told) == 100


def test_different_texts_that_are_not_repeated_are_one_finding_a_column() -> None:
    taken = take(csv_file([plan(Line=str(n), Research=f"perhaps {n}") for n in range(1, 101)]))
    assert [finding.row_count for finding in taken.findings] == [100]


@pytest.mark.parametrize("cell", ["31/02/2026", "12.5", "-2", "11", "2026-02-31", "09:30"])
def test_a_wrong_date_number_or_score_is_repeated(cell: str) -> None:
    assert one(Research=cell).findings[0].sentence.startswith(f'Row 3, column "Research": "{cell}" is neither')


@pytest.mark.parametrize("cell", ["twelve", "12345678901", "12/12/12/12/12", "1234567890", "9999901", "900123", "٣١"])
def test_what_may_be_a_name_or_a_number_of_somebody_is_not_repeated(cell: str) -> None:
    assert one(Research=cell).findings[0].sentence.startswith('Row 3, column "Research": the value is neither')


def test_the_nearest_label_of_a_list_is_told_of_each_misspelling() -> None:
    rows = [plan(Line="1", State="Signd off"), plan(Line="2", State="Draftt"), plan(Line="3", State="Dr F Person")]
    hints = [finding.details["hint"] for finding in take(csv_file(rows)).findings]
    assert hints == [' (nearest: "Signed off")', ' (nearest: "Draft")', ""]


PERSONAL = (
    *("Dr Fictional Person", "f.person@example.org", "07700 900123", "07700900123", "943 476 5919", "9434765919"),
    *("9999901", "+44 7700 900123", "Ring 07700 900123", "Sick"),
)


@pytest.mark.parametrize("layout", RULES.layouts, ids=lambda layout: f"{layout.dataset}/{layout.name}")
def test_no_finding_repeats_a_name_or_a_number_of_somebody_whatever_the_column(layout: Layout) -> None:
    sheets = {}
    for one_sheet in (layout, *layout.parts):
        headings = sorted(one_sheet.read | set(one_sheet.ignore))
        above = [["made by a system"]] * one_sheet.metadata_rows
        sheets[one_sheet.sheet or "Data"] = [*above, headings, *([text] * len(headings) for text in PERSONAL)]
    if layout.format == "csv":
        (rows,) = sheets.values()
        content = "".join(";".join(row) + "\n" for row in rows).encode()
    else:
        content = workbook(sheets)
    findings = take(content, layout, f"file.{layout.format}").findings
    assert any(finding.severity in ("reject_row", "reject_value") for finding in findings)
    said = [finding.sentence + repr(finding) for finding in findings]
    assert [text for text in PERSONAL if any(text.casefold() in each.casefold() for each in said)] == []


def test_a_good_cell_beside_a_bad_one_of_its_column_is_kept() -> None:
    taken = take(csv_file([plan(Line=str(n), PAs=str(n)) for n in range(15, 25)]))
    assert [row["planned_pas"] for row in taken.rows() if row["planned_pas"] is not None] == [15, 16, 17, 18, 19, 20]
    assert taken.codes == ["R004", "V012", "V012", "V012", "V012"]


def test_what_stands_in_a_totals_row_alone_is_not_told() -> None:
    taken = take(csv_file([plan(), plan(Plan="Total", Research="-", Start="45567", Category="?", PAs="lots")]))
    assert (taken.codes, taken.counts.noise) == ([], 1)


def test_a_declared_check_that_cannot_be_made_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(IDENTIFIER_TYPES["registration"], shape="(?=9999901)")  # RE2 knows no looking ahead
    monkeypatch.setitem(IDENTIFIER_TYPES, "registration", broken)
    with pytest.raises(RuntimeError, match="could not be made") as caught:
        take(csv_file([plan(PAs="21")]))
    assert "9999901" not in repr(caught.value.__cause__)
