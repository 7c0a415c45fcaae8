import io
import re
import zipfile
from html import escape
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from flows.cli.everyday import DATASET_NAMES
from flows.workbooks.findings import write_findings
from flows.workbooks.templates import write_template
from schemas.findings import Finding
from schemas.rulebook import load_rulebook
from schemas.submissions import Counts
from schemas.tables import DATASETS
from tests.lib.files import staging_in
from transforms.prepare import prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.parse import about, identify, parse, read_shape
from warehouse.staging.load import check_file, open_checks

RULES = load_rulebook()


def sheet(path: Path, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def filled(path: Path, part: str, cells: dict[str, str]) -> io.BytesIO:
    """The workbook with texts typed into cells of one sheet, as a person would: the rest of the file is untouched."""
    rows: dict[str, str] = {}
    for place, text in cells.items():
        number = re.sub("[A-Z]+", "", place)
        cell = f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        rows[number] = rows.get(number, "") + cell
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            for number, typed in rows.items() if name == f"xl/worksheets/{part}.xml" else ():
                if re.search(f'<row r="{number}"[^>]*>', text):
                    text = re.sub(f'(<row r="{number}"[^>]*>)(.*?)(<c r="C|</row>)', rf"\1\2{typed}\3", text, count=1)
                else:
                    text = text.replace("</sheetData>", f'<row r="{number}">{typed}</row></sheetData>')
            after.writestr(name, text)
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_template_fits_its_own_layout_and_its_example_line_is_left_out(dataset: str, tmp_path: Path) -> None:
    write_template(dataset, RULES, tmp_path / "template.xlsx")
    with (tmp_path / "template.xlsx").open("rb") as stream:
        shape = read_shape(stream, "template.xlsx")
        layout = identify(shape, RULES)
        (chunk,) = parse(stream, shape, layout)
    assert (layout.dataset, layout.name) == (dataset, "template")
    assert (chunk.table.num_rows, chunk.noise) == (0, 1)
    assert about(shape) == {}


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_template_filled_as_its_example_shows_always_loads(dataset: str, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(dataset, RULES, path)
    layout = RULES.layout(dataset, "template")
    for number, sheet in enumerate((layout, *layout.parts), start=1):
        fields = enumerate(sheet.contract.fields)
        cells = {f"{xl_col_to_name(place)}3": field.example for place, field in fields if field.example}
        path.write_bytes(filled(path, f"sheet{number}", cells).read())
    with path.open("rb") as stream:
        shape = read_shape(stream, "template.xlsx")
        key = Pseudonymiser(b"a key for tests, 32 bytes or more", "test", "X9001")
        parts = list(prepare(stream, shape, identify(shape, RULES), RULES, key, "S1"))
    assert [part.counts for part in parts] == [Counts(rows_in=2, accepted=1, noise=1)] * (1 + len(layout.parts))
    assert [finding for part in parts for finding in part.findings] == []
    with staging_in(tmp_path / "staged", "S1") as staging:
        for part in parts:
            staging.write(part.tables)
        staging.close()
        found, rejected = check_file(open_checks(RULES, tmp_path / "spill"), staging.folder, layout)
    assert (rejected, [f.sentence for f in found]) == (0, [])


def test_what_is_typed_into_a_template_is_read_with_its_leading_zeros(tmp_path: Path) -> None:
    write_template("appraisal", RULES, tmp_path / "template.xlsx")
    cells = {"A3": "AP-7", "C3": "000121", "H3": "2026-09-30", "K3": "Complete"}
    stream = filled(tmp_path / "template.xlsx", "sheet1", cells)
    shape = read_shape(stream, "template.xlsx")
    (chunk,) = parse(stream, shape, identify(shape, RULES))
    row = {name: cell for name, cell in chunk.table.to_pylist()[0].items() if cell is not None}
    assert row == {"Appraisal ID": "AP-7", "Employee number": "000121", "Due date": "2026-09-30", "State": "Complete"}
    assert chunk.row_numbers.to_pylist() == [3]


def test_the_sheet_about_says_whose_file_it_is_and_of_when(tmp_path: Path) -> None:
    write_template("population", RULES, tmp_path / "template.xlsx")
    stream = filled(tmp_path / "template.xlsx", "sheet2", {"B1": "X9001", "B2": "2026-09"})
    assert about(read_shape(stream, "template.xlsx")) == {
        "organisation_code": "X9001",
        "period": "2026-09",
        "period_cell": "About!B2",
    }


def test_a_template_offers_the_codes_and_keeps_identifiers_as_text(tmp_path: Path) -> None:
    write_template("job_plan", RULES, tmp_path / "template.xlsx")
    lists = {
        column[0]: [cell for cell in column[1:] if cell]
        for column in zip(*sheet(tmp_path / "template.xlsx", "Lists"), strict=True)
    }
    assert lists["Plan state"] == [*RULES.codelists["plan_state"].labels.values()]
    assert lists["Premium time"] == ["yes", "no"]
    with zipfile.ZipFile(tmp_path / "template.xlsx") as archive:
        data, styles = (archive.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "styles"))
    assert data.count('<dataValidation type="list"') == 10
    style = re.search(r'<col min="4" max="4" [^>]*style="(\d+)"', data)
    formats = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    as_text = re.search(r'<numFmt numFmtId="(\d+)" formatCode="@"/>', styles)
    assert style and formats and as_text
    employee_number = re.findall(r"<xf [^>]*>", formats[0])[int(style[1])]
    assert f'numFmtId="{as_text[1]}"' in employee_number


def test_the_notes_say_of_every_column_what_it_takes_and_what_is_never_sent(tmp_path: Path) -> None:
    write_template("survey", RULES, tmp_path / "template.xlsx")
    notes = sheet(tmp_path / "template.xlsx", "Notes")
    said = {str(line[0]): line[1:] for line in notes}
    assert said["Response ID"][1] == "yes"
    assert said["Barrier: too little time [rcc_barrier_time]"][2] == "yes / no"
    assert (
        said["Burnout: burnt out because of work [nss_burnout_burnt_out]"][2]
        == "Never / Rarely / Sometimes / Often / Always"
    )
    assert any("Never send names" in line for line in said)
    assert {item.heading for item in RULES.instruments.items} <= said.keys()


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_templates_example_uses_the_words_of_its_drop_downs(dataset: str, tmp_path: Path) -> None:
    write_template(dataset, RULES, tmp_path / "template.xlsx")
    layout = RULES.layout(dataset, "template")
    lists = zip(*sheet(tmp_path / "template.xlsx", "Lists"), strict=True)
    offered = {str(column[0]): {str(cell) for cell in column[1:] if cell != ""} for column in lists}
    for one in (layout, *layout.parts):
        headings, example = sheet(tmp_path / "template.xlsx", one.sheet)[:2]
        shown = dict(zip(headings, example, strict=False))
        assert [h for h, cell in shown.items() if cell and h in offered and str(cell) not in offered[str(h)]] in (
            [],
            [headings[0]],  # the first cell bears the mark of the example line too
        )


def test_a_template_marks_what_must_be_filled_and_says_what_else_holds(tmp_path: Path) -> None:
    write_template("job_plan", RULES, tmp_path / "template.xlsx")
    with zipfile.ZipFile(tmp_path / "template.xlsx") as archive:
        data = archive.read("xl/worksheets/sheet1.xml").decode()
    styles = dict(re.findall(r'<c r="([A-Z]+)1" s="(\d+)"', data))
    required = [field.required for field in DATASETS["job_plan"].fields]
    assert [styles[xl_col_to_name(n)] == styles["A"] for n in range(len(required))] == required
    said = [str(line[0]) for line in sheet(tmp_path / "template.xlsx", "Notes")]
    assert "Every line needs at least one of these: Registration number, Employee number." in said
    assert not any("listed above" in line for line in said)


def test_a_template_writes_limits_and_meanings_as_people_do(tmp_path: Path) -> None:
    write_template("population", RULES, tmp_path / "template.xlsx")
    notes = {str(line[0]): line[1:] for line in sheet(tmp_path / "template.xlsx", "Notes")}
    assert notes["People"][2] == "a whole number, 0 to 2,000,000"
    assert notes["Staff group"][0] == 'ESR staff group, or "All staff groups" where only the total is known.'
    assert any(line.startswith("A count holds for its own month.") for line in notes)
    write_template("workforce", RULES, tmp_path / "workforce.xlsx")
    notes = {str(line[0]): line[1:] for line in sheet(tmp_path / "workforce.xlsx", "Notes")}
    assert notes["Clinical academic"][0] == "Yes where the post is a clinical academic one."
    assert notes["Profession"][0] == "Profession within the ESR staff group, such as occupational therapist."
    assert 'Sheet "Data": Workforce, one line for each post and month' in notes
    write_template("survey", RULES, tmp_path / "survey.xlsx")
    notes = {str(line[0]): line[1:] for line in sheet(tmp_path / "survey.xlsx", "Notes")}
    assert 'Sheet "Data": Staff survey responses, one line for each respondent' in notes
    question = next(item.heading for item in RULES.instruments.items if item.scale_code == "yes_no")
    assert notes[question][2] == "No / Yes / Unsure"


def test_the_help_of_template_names_every_dataset() -> None:
    assert set(re.findall(r"\w+", DATASET_NAMES)) - {"or"} == set(DATASETS)


FINDINGS = (
    Finding("V014", "State", (5, 9), 14, {"value": "=cmd()", "codelist": "states", "hint": "", "values": " (A, B)"}),
    Finding("F001"),
)


def test_a_findings_workbook_has_a_summary_and_a_row_a_finding(tmp_path: Path) -> None:
    write_findings(tmp_path / "findings.xlsx", {"Organisation": "X9001", "Rows taken": "1,204"}, FINDINGS)
    assert sheet(tmp_path / "findings.xlsx", "Summary") == [["Organisation", "X9001"], ["Rows taken", "1,204"]]
    headings, second, first = sheet(tmp_path / "findings.xlsx", "Findings")
    assert headings[0] == "Code"
    assert first == [
        "V014",
        "the cell was left out, the row was taken",
        "5, 9 and 12 more",
        "State",
        'Rows 5, 9 and 12 more, column "State": =cmd() is not on the list of states; the cell is left out:'
        " use one of its values (A, B).",
        14.0,
    ]
    assert second[:4] == ["F001", "the whole file was refused", "", ""]


def test_findings_are_listed_by_how_far_they_reach_and_by_row(tmp_path: Path) -> None:
    found = [("W031", 4), ("R004", 26), ("V016", 2), ("R001", 23), ("R001", 101)]
    write_findings(tmp_path / "findings.xlsx", {}, [Finding(code, "X", (row,), 1) for code, row in found])
    lines = sheet(tmp_path / "findings.xlsx", "Findings")[1:]
    assert [(line[0], line[2]) for line in lines] == [
        ("R001", "23"),
        ("R004", "26"),
        ("R001", "101"),
        ("V016", "2"),
        ("W031", "4"),
    ]


def test_a_cell_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    texts = ["=cmd()", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.invalid"]
    write_findings(tmp_path / "findings.xlsx", {text: text for text in texts}, ())
    assert sheet(tmp_path / "findings.xlsx", "Summary") == [[text, text] for text in texts]
    with zipfile.ZipFile(tmp_path / "findings.xlsx") as archive:
        data = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in data
    assert "<hyperlink" not in data


def test_a_file_without_a_finding_says_so(tmp_path: Path) -> None:
    write_findings(tmp_path / "findings.xlsx", {}, ())
    assert sheet(tmp_path / "findings.xlsx", "Findings")[1][4] == "Nothing was found wrong."
