"""A file's layout is told from its headings; what is not certain is refused with what to do."""

import io
from dataclasses import replace

import pytest
import xlsxwriter

from schemas.findings import Refusal
from schemas.layouts import Layout
from tests.lib.files import GOOD, PLANS, RULES, csv_file, plan, received, workbook
from transforms.reading.identify import notes, sheet_of
from transforms.reading.parse import Shape, UnknownLayout, about, identify, read_shape

OTHER = PLANS.model_copy(update={"name": "other", "columns": {"Appraisal": "plan_id", "Row": "line_number"}})
ONLY_PLANS = replace(RULES, layouts=(PLANS, OTHER))


def shape_of(content: bytes, name: str = "file.csv") -> Shape:
    return read_shape(io.BytesIO(content), name)


def said(shape: Shape, **narrowed: str) -> list[str]:
    with pytest.raises(Refusal) as caught:
        identify(shape, ONLY_PLANS, **narrowed)
    return [finding.sentence for finding in caught.value.findings]


def headed(headings: list[str]) -> Shape:
    return shape_of((",".join(headings) + "\n" + ",".join("1" for _ in headings) + "\n").encode())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_layout_is_found_whatever_the_delimiter(delimiter: str) -> None:
    shape = shape_of(csv_file([plan()]).replace(b",", delimiter.encode()))
    assert shape.delimiter == delimiter
    assert identify(shape, ONLY_PLANS) is PLANS


def test_headings_may_stand_in_any_order_and_with_stray_spaces() -> None:
    assert identify(headed([f"  {heading.replace(' ', '  ')} " for heading in reversed(GOOD)]), ONLY_PLANS) is PLANS


def test_a_renamed_column_is_named_with_the_nearest_heading() -> None:
    assert said(headed([h.replace("Staff group", "Staf grp") for h in GOOD])) == [
        'The column "Staff group" is missing (the nearest heading is "Staf grp"); put the heading back as it was.'
    ]


def test_a_missing_column_like_no_other_is_named_alone() -> None:
    assert said(headed([h for h in GOOD if h != "Category"])) == [
        'The column "Category" is missing; put the heading back as it was.'
    ]


def test_an_unknown_column_is_refused_and_not_carried_along() -> None:
    assert said(headed([*GOOD, "Home address"])) == [
        'The column "Home address" is not one we know; remove it, or send the file again '
        "with the headings of a layout that we know."
    ]


def test_an_unknown_column_that_resembles_an_absent_one_is_told_so() -> None:
    layout = PLANS.model_copy(update={"optional": ("Hours",)})
    with pytest.raises(Refusal) as caught:
        identify(headed([h for h in GOOD if h != "Hours"] + ["hours."]), replace(RULES, layouts=(layout,)))
    (finding,) = caught.value.findings
    assert (finding.code, finding.details["hint"]) == ("F018", ' (did you mean "Hours"?)')


def test_a_heading_that_stands_twice_is_refused() -> None:
    assert said(headed([*GOOD, "Plan"])) == [
        'The heading "Plan" appears 2 times; keep one column of that name and send the file again.'
    ]


def test_a_heading_that_stands_twice_is_refused_also_where_one_is_unknown() -> None:
    assert said(headed([*GOOD, "Plan", "Home address"])) == [
        'The heading "Plan" appears 2 times; keep one column of that name and send the file again.'
    ]


def test_an_unknown_export_is_refused_with_what_a_mapping_is_made_from() -> None:
    content = workbook(
        {"Notes": [["Read me"]], "Export": [["Printed on", "2026-09-30"], [], ["Ref", "Who", "What"], [1, "a", "b"]]}
    )
    with pytest.raises(UnknownLayout) as caught:
        identify(shape_of(content, "new.xlsx"), ONLY_PLANS)
    headed, (finding,) = caught.value.headed, caught.value.findings
    assert (headed.sheet, headed.metadata_rows, headed.headings) == ("Export", 2, ("Ref", "Who", "What"))
    assert headed.cells == {"Ref": ("1",), "Who": ("a",), "What": ("b",)}
    assert finding.code == "F011"
    assert "mapping.xlsx" in finding.sentence


def test_an_export_that_shares_a_few_headings_with_ours_is_unknown() -> None:
    with pytest.raises(UnknownLayout):
        identify(headed(["Plan", "Line", "Doctor", "Speciality", "Directorate", "Manager"]), ONLY_PLANS)


def test_a_table_without_headings_is_refused() -> None:
    assert said(shape_of(b"1,2,3\n4,5,6\n")) == [
        "No heading row was found; send the table with its headings, as the system exports it."
    ]


ROW = "C-1,Anna,Fictional,f.person@example.org,01/04/2026,Coaching,07700 900123,12"


@pytest.mark.parametrize("rows", [[ROW], [ROW, "C-2,Anna,Fictional,,,Coaching,,"], [ROW.replace(",", "|", 3)]])
def test_an_export_without_its_headings_is_refused_and_no_row_is_taken_for_them(rows: list[str]) -> None:
    assert said(shape_of("".join(row + "\n" for row in rows).encode()))[0].startswith("No heading row was found")


def test_an_export_without_its_headings_is_told_so_also_where_its_layout_is_named() -> None:
    shape = shape_of(csv_file([plan(), plan(Line="2")]).split(b"\n", 1)[1])
    assert said(shape, layout="plans")[0].startswith("No heading row was found")


def test_headings_may_hold_a_year_or_two() -> None:
    with pytest.raises(UnknownLayout):
        identify(headed(["Name", "Unit", "Staff 2025", "Role", "Grade", "Site", "Team", "Post"]), ONLY_PLANS)


@pytest.mark.parametrize(("kept", "codes"), [(3, ["F012", "F018"]), (2, ["F011"])])
def test_a_similar_export_is_held_to_a_layout_only_where_most_of_its_headings_are_there(
    kept: int, codes: list[str]
) -> None:
    layout = PLANS.model_copy(update={"columns": dict(list(PLANS.columns.items())[:4]), "ignore": ("Comment", "Notes")})
    file = headed([*list(layout.columns)[:kept], *["Quarter", "Doctor"][: 4 - kept], *layout.ignore])
    with pytest.raises(Refusal) as caught:
        identify(file, replace(RULES, layouts=(layout,)))
    assert [finding.code for finding in caught.value.findings] == codes


def test_headings_that_fit_two_layouts_are_refused_until_one_is_named() -> None:
    twins = replace(RULES, layouts=(PLANS, PLANS.model_copy(update={"name": "twin"})))
    shape = headed(list(GOOD))
    with pytest.raises(Refusal) as caught:
        identify(shape, twins)
    assert caught.value.findings[0].sentence == (
        "Its headings fit more than one layout (job_plan/plans, job_plan/twin); type"
        " `research-culture ingest FILE --organisation CODE --layout NAME` with the part after the slash of the right"
        " one."
    )
    assert identify(shape, twins, layout="twin").name == "twin"
    assert identify(shape, twins, dataset="job_plan", layout="plans") is PLANS


def test_a_named_layout_is_held_against_the_file_however_unlike_they_are() -> None:
    sentences = said(headed(["Plan", "Doctor"]), layout="plans")
    assert len(sentences) == len(GOOD)  # every heading but one is missing, and one is unknown
    assert 'The column "Category" is missing; put the heading back as it was.' in sentences


def test_a_missing_sheet_is_named() -> None:
    layout = PLANS.model_copy(update={"sheet": "Data"})
    with pytest.raises(Refusal) as caught:
        identify(
            shape_of(workbook({"Sheet1": [["a", "b"]]}), "a.xlsx"), replace(RULES, layouts=(layout,)), layout="plans"
        )
    assert caught.value.findings[0].sentence == (
        'There is no sheet named "Data"; give the sheet that name, as in the export or template, and send the file'
        " again."
    )


@pytest.mark.parametrize("layout", RULES.layouts, ids=lambda layout: f"{layout.dataset}/{layout.name}")
def test_a_file_with_a_layouts_own_headings_is_of_that_layout_and_no_other(layout: Layout) -> None:
    above = tuple(("made by a system",) for _ in range(layout.metadata_rows))
    sheets = {x.sheet: (*above, tuple(sorted(x.read | set(x.ignore)))) for x in (layout, *layout.parts)}
    shape = Shape(layout.format, "", sheets, ",")
    assert identify(shape, RULES) == layout.model_copy(update={"rows_after_header": 0})


def test_the_about_sheet_says_who_and_when() -> None:
    book = workbook(
        {"Data": [list(GOOD)], "About": [["Organisation code", "X9001"], ["Period", "2026-09-01"], ["Sent by", ""]]}
    )
    said = {"organisation_code": "X9001", "period": "2026-09-01", "period_cell": "About!B2"}
    assert about(shape_of(book, "a.xlsx")) == said
    assert about(shape_of(csv_file([plan()]))) == {}


def sheets_of(**sheets: list[list[str]]) -> dict[str, list[list[str]]]:
    return sheets


TABLE = [list(GOOD), list(plan().values())]


def hidden(sheets: dict[str, list[list[str]]], *names: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name in names:
                sheet.very_hidden() if name == "Very" else sheet.hide()
            else:
                sheet.activate()
                sheet.set_first_sheet()
    return made.getvalue()


@pytest.mark.parametrize(
    ("sheets", "unseen", "sheet", "outcome"),
    [
        (sheets_of(Old=TABLE, Now=TABLE), ["Old"], "", "Now"),
        (sheets_of(Very=TABLE, Now=TABLE), ["Very"], "", "Now"),
        (sheets_of(Now=TABLE, Old=TABLE), ["Old"], "", "Now"),
        (sheets_of(Now=TABLE, Old=TABLE), [], "", "F032"),
        (sheets_of(Cover=[["Read me"]], Now=TABLE, Old=[["x"], *TABLE]), [], "", "F032"),
        (sheets_of(Now=TABLE, Old=TABLE), [], "Old", "Old"),  # a layout says which
        (sheets_of(Now=TABLE, Old=TABLE), ["Old"], "Old", "F031"),
        (sheets_of(Now=TABLE, Lists=[["a"], ["b"]]), [], "", "Now"),
    ],
)
def test_what_a_sheet_is(sheets: dict[str, list[list[str]]], unseen: list[str], sheet: str, outcome: str) -> None:
    layout = PLANS.model_copy(update={"sheet": sheet})
    shape = shape_of(hidden(sheets, *unseen), "a.xlsx")
    try:
        found = identify(shape, replace(RULES, layouts=(layout,)))
    except Refusal as refusal:
        assert [finding.code for finding in refusal.findings] == [outcome]
        return
    assert sheet_of(shape, found) == outcome
    others = [name for name in sheets if name not in (outcome, "Lists")]
    assert [finding.details["sheets"] for finding in notes(shape, found)] == [f'"{name}"' for name in others]


def test_a_column_without_a_heading_is_told_where_something_stands_in_it() -> None:
    rows = [[*GOOD, "", ""], [*plan().values(), "", "x"]]
    taken = received(workbook({"Data": rows}), name="a.xlsx")
    assert taken.sentence("W022") == (
        "Column number 13 has no heading, so it was not read; give it its heading and send the file again."
    )


def test_a_table_on_another_sheet_is_not_hidden_by_a_chart() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        chart = book.add_chart({"type": "column"})
        sheet = book.add_worksheet("Data")
        for number, row in enumerate(TABLE):
            sheet.write_row(number, 0, row)
        chart.add_series({"values": "=Data!$B$2:$B$2"})
        book.add_chartsheet("Chart").set_chart(chart)
    assert received(made.getvalue(), name="a.xlsx").counts.accepted == 1
