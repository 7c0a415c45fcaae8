import io
from pathlib import Path

import pytest

from flows.mapping.ask import write_mapping
from flows.mapping.form import ABOUT, COMMA, HEADINGS, NAME, SHEET, VALUES
from flows.mapping.take import is_mapping, read_mapping
from schemas.findings import Refusal
from schemas.layouts import read_layout
from schemas.rulebook import Rulebook, load_rulebook
from schemas.submissions import Counts
from tests.lib.mappings import Sheets, saved, sheets, unknown
from transforms.prepare import prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.identify import Headed
from transforms.reading.parse import UnknownLayout, identify, read_shape

RULES = load_rulebook()
EXPORT = (
    "Plan ID;Line no;Reg. number;Plan status;Categorie;PAs;Line manager name;Free comments\n"
    "S-1;1;9999911;All signed;Clinics;7,5;Secret Marker;Secret Marker\n"
)
HEARD = EXPORT.split("\n")[0].split(";")
FIELDS = {
    "Plan ID": "plan_id",
    "Line no": "line_number",
    "Reg. number": "registration_number",
    "Plan status": "plan_state_code",
    "Categorie": "activity_category_code",
    "PAs": "planned_pas",
}


@pytest.fixture
def offered(tmp_path: Path) -> Sheets:
    write_mapping(unknown(EXPORT), "job_plan", RULES, tmp_path / "mapping.xlsx")
    return sheets(tmp_path / "mapping.xlsx")


def fill(content: Sheets) -> Sheets:
    """What an officer does: say what the two unclear columns are, name the export and translate its own words."""
    for line in content[SHEET][1:]:
        if line[0] == "Plan status":
            line[1:3] = ["Plan state", "keep"]
        if line[0] == "Reg. number":
            line[1:3] = ["Registration number", "keep"]
        if line[0] == "Categorie":
            line[2] = "keep"
    content[ABOUT][2][1] = "Surgeons' plans"
    next(line for line in content[ABOUT] if line[0] == COMMA)[1] = "yes"
    content[VALUES] += [["All signed", "Plan state: Signed off"], ["Clinics", "Category: Direct clinical care"]]
    return content


def test_a_mapping_lists_every_heading_and_says_how_sure_it_is(offered: Sheets) -> None:
    assert tuple(offered[SHEET][0]) == HEADINGS
    lines = {line[0]: line[1:] for line in offered[SHEET][1:]}
    assert [*lines] == HEARD
    assert lines["Plan ID"][:3] == ["Plan ID", "keep", "sure"]
    assert lines["Categorie"][:2] == ["Category", ""]
    assert lines["Line no"][:3] == ["Line", "keep", "sure"]
    assert lines["Line manager name"][:3] == ["", "ignore", "ignored unless you say otherwise"]
    assert lines["Free comments"][:3] == ["", "ignore", "ignored unless you say otherwise"]


def test_a_heading_known_from_another_layout_is_known_here(tmp_path: Path) -> None:
    export = (
        "Plan ref,Activity no,GMC no,Status,Type of activity,Weeks in cycle,Shoe size\nS-1,1,9999901,Draft,DCC,2,3\n"
    )
    write_mapping(unknown(export), "job_plan", RULES, tmp_path / "mapping.xlsx")
    lines = sheets(tmp_path / "mapping.xlsx")[SHEET]
    assert lines[3][:4] == ["GMC no", "Registration number", "keep", "sure"]
    assert lines[6][:4] == ["Weeks in cycle", "Cycle weeks", "keep", "sure"]


def test_a_mapping_holds_no_cell_of_the_data(offered: Sheets) -> None:
    said = {str(cell) for lines in offered.values() for line in lines for cell in line}
    assert not any("Secret Marker" in text for text in said)
    assert not said & {"S-1", "9999911", "All signed", "7,5"}


@pytest.mark.parametrize(
    ("headings", "title"),
    [
        ("Appraisal number,GMC number,Appraisal due date,Status of it", "Appraisals"),
        ("Plan ID,GMC number,Plan status,PAs a week", "Job plans"),
        ("Respondent,Date of response,Organisation: senior managers support research", "Staff survey responses"),
    ],
)
def test_the_dataset_is_suggested_where_nobody_says(headings: str, title: str, tmp_path: Path) -> None:
    write_mapping(unknown(f"{headings}\n1,9999901,2026-09-14,4\n"), None, RULES, tmp_path / "mapping.xlsx")
    assert sheets(tmp_path / "mapping.xlsx")[ABOUT][1][1] == title


def test_a_workbook_as_we_write_it_is_a_mapping_and_no_export_is(tmp_path: Path) -> None:
    write_mapping(unknown(EXPORT), None, RULES, tmp_path / "landed")
    assert is_mapping(tmp_path / "landed")
    assert not is_mapping(saved({"Mapping": [["Plan ID"]]}, tmp_path / "export.xlsx"))
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    assert not is_mapping(tmp_path / "export.csv")
    whole = (tmp_path / "landed").read_bytes()
    for damaged in (whole[:900], whole.replace(b"xl/workbook.xml", b"xl/nothing1.xml"), _scribbled(whole)):
        (tmp_path / "damaged.xlsx").write_bytes(damaged)
        assert not is_mapping(tmp_path / "damaged.xlsx")


def _scribbled(whole: bytes) -> bytes:
    """The workbook with its list of sheets overwritten where it is stored."""
    start = whole.index(b"xl/workbook.xml") + len(b"xl/workbook.xml")
    return whole[:start] + b"\xff" * 40 + whole[start + 40 :]


def test_a_filled_mapping_becomes_a_layout_that_the_export_then_fits(offered: Sheets, tmp_path: Path) -> None:
    config = tmp_path / "config"
    filled = saved(fill(offered), tmp_path / "filled.xlsx")
    assert is_mapping(filled)
    written, _ = read_mapping(filled, RULES, config)
    assert written == config / "layouts" / "job_plan" / "surgeons_plans.toml"
    layout = read_layout(written.read_text(encoding="utf-8"), written.name)
    assert layout.columns == FIELDS
    assert set(layout.ignore) == {"Line manager name", "Free comments"}
    assert layout.values == {
        "plan_state_code": {"All signed": "signed_off"},
        "activity_category_code": {"Clinics": "dcc"},
    }
    assert "mapping workbook" in layout.evidence
    assert (layout.format, layout.delimiter, layout.decimal_comma) == ("csv", ";", True)
    stream = io.BytesIO(EXPORT.encode())
    shape = read_shape(stream, "export.csv")
    assert identify(shape, load_rulebook(config)) == layout
    key = Pseudonymiser(b"a key for tests, 32 bytes or more", "test", "X9001")
    (part,) = prepare(stream, shape, layout, RULES, key, "S1")
    assert (part.counts, part.findings) == (Counts(rows_in=1, accepted=1), ())
    (row,) = part.tables["job_plan"].to_pylist()
    assert (row["plan_state_code"], row["activity_category_code"], row["planned_pas"]) == ("signed_off", "dcc", 7.5)


def test_a_mapping_of_a_workbook_keeps_its_sheet_and_the_lines_above(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["A report"],
        ["", ""],
        ["Who", "Which staff", "Counted on", "How many"],
        ["x", "y", 1, 2],
    ]
    export = saved({"Cover": [["A cover"]], "Numbers": lines}, tmp_path / "export.xlsx")
    with export.open("rb") as stream, pytest.raises(UnknownLayout) as refusal:
        identify(read_shape(stream, "export.xlsx"), RULES)
    write_mapping(refusal.value, "population", RULES, tmp_path / "mapping.xlsx")
    content = sheets(tmp_path / "mapping.xlsx")
    titles = ["Population", "Staff group", "Date of the count", "People"]
    for line, title in zip(content[SHEET][1:], titles, strict=True):
        line[1:3] = [title, "keep"]
    written, _ = read_mapping(saved(content, tmp_path / "filled.xlsx"), RULES, tmp_path / "config")
    layout = read_layout(written.read_text(encoding="utf-8"), written.name)
    assert (layout.format, layout.sheet, layout.metadata_rows) == ("xlsx", "Numbers", 2)
    with export.open("rb") as stream:
        assert identify(read_shape(stream, "export.xlsx"), load_rulebook(tmp_path / "config")) == layout


def test_a_survey_question_can_be_chosen(tmp_path: Path) -> None:
    write_mapping(unknown("Respondent,Leaders,Dept\n1,2,3\n"), "survey", RULES, tmp_path / "mapping.xlsx")
    content = sheets(tmp_path / "mapping.xlsx")
    question = "Team: team leaders support research [rcc_team_leaders_support]"
    content[SHEET][1:] = [
        ["Respondent", "Response ID", "keep", ""],
        ["Leaders", question, "keep", ""],
        ["Dept", "", "ignore"],
    ]
    written, _ = read_mapping(saved(content, tmp_path / "filled.xlsx"), RULES, tmp_path)
    layout = read_layout(written.read_text(encoding="utf-8"), written.name)
    assert (layout.columns, layout.questions) == (
        {"Respondent": "response_id"},
        {"Leaders": "rcc_team_leaders_support"},
    )


def test_headings_and_values_of_any_signs_come_through_the_toml(offered: Sheets, tmp_path: Path) -> None:
    odd = 'A "quoted" = \\back [x]\x7f # é 😀'
    fill(offered)[SHEET].append([odd, "Hours", "keep", ""])
    offered[VALUES].append([odd, "Plan state: Draft"])
    written, _ = read_mapping(saved(offered, tmp_path / "filled.xlsx"), RULES, tmp_path)
    layout = read_layout(written.read_text(encoding="utf-8"), written.name)
    assert layout.columns[odd] == "planned_hours"
    assert layout.values["plan_state_code"][odd] == "draft"


WRONG = {
    "two headings for one field": (
        *(SHEET, ["Twice", "Plan ID", "keep", ""]),
        'Mapping!B10: two headings are kept as "Plan ID", the other in Mapping!B2; keep one',
    ),
    "no such column": (
        *(SHEET, ["New", "Shoe size", "keep", ""]),
        'Mapping!B10: "Shoe size" is not a column of Job plans; choose from the list',
    ),
    "neither keep nor ignore": (
        *(SHEET, ["New", "Hours", "perhaps", ""]),
        'Mapping!C10: "perhaps" is not "keep" or "ignore"; choose from the list',
    ),
    "not decided": (SHEET, ["New", "Hours", "", ""], 'Mapping!C10: it is empty, and must be "keep" or "ignore"'),
    "no such value": (
        *(VALUES, ["Parked", "Plan state: Parked"]),
        'Values!B4: "Plan state: Parked" is not on the list',
    ),
    "one value, two meanings": (
        VALUES,
        ["All signed", "Plan state: Draft"],
        "Values!B4: this value is given two meanings",
    ),
}


@pytest.mark.parametrize(("sheet", "line", "why"), WRONG.values(), ids=WRONG.keys())
def test_a_line_that_cannot_be_used_is_refused_with_the_reason(
    sheet: str, line: list[object], why: str, offered: Sheets, tmp_path: Path
) -> None:
    fill(offered)[sheet].append(line)
    assert why in refused(offered, tmp_path)


@pytest.mark.parametrize(
    ("heading", "why"),
    [
        ("Plan status", 'no heading is kept as "Plan state", which every line must have'),
        ("Reg. number", 'no heading is kept as "Registration number" or "Employee number"'),
        ("PAs", 'no heading is kept as "PAs" or "Hours"'),
    ],
)
def test_a_mapping_without_a_column_that_must_be_there_is_refused(
    heading: str, why: str, offered: Sheets, tmp_path: Path
) -> None:
    for line in fill(offered)[SHEET]:
        line[2] = "ignore" if line[0] == heading else line[2]
    assert why in refused(offered, tmp_path)


@pytest.mark.parametrize(
    ("row", "text", "why"),
    [
        (1, "Shopping lists", "'About this export'!B2: \"Shopping lists\" is not a dataset"),
        (2, " - ", "'About this export'!B3: it is empty"),
        (2, "Example PA export", 'the name "example_pa_export" is one of ours'),
        (2, "template", 'the name "template" is one of ours'),
        (6, "three", "'About this export'!B7: \"three\" is not a number; write how many there are, such as 0"),
        (8, "year last", '"year last" is not a way to write dates'),
        (9, "in autumn", '"in autumn" is no period; choose from the list, or write one like 2026-09'),
    ],
)
def test_a_wrong_answer_about_the_export_is_refused(
    row: int, text: str, why: str, offered: Sheets, tmp_path: Path
) -> None:
    fill(offered)[ABOUT][row][1] = text
    assert why in refused(offered, tmp_path)


def refused(content: Sheets, folder: Path, rules: Rulebook = RULES) -> str:
    with pytest.raises(Refusal) as refusal:
        read_mapping(saved(content, folder / "filled.xlsx"), rules, folder / "config")
    assert {finding.code for finding in refusal.value.findings} == {"F022"}
    assert not (folder / "config").exists()
    return "\n".join(finding.sentence for finding in refusal.value.findings)


def test_the_same_export_mapped_again_replaces_its_layout(offered: Sheets, tmp_path: Path) -> None:
    first, _ = read_mapping(saved(fill(offered), tmp_path / "filled.xlsx"), RULES, tmp_path)
    offered[SHEET].append(["New column", "", "ignore", ""])
    second, _ = read_mapping(saved(offered, tmp_path / "filled.xlsx"), load_rulebook(tmp_path), tmp_path)
    assert first == second
    assert "New column" in read_layout(second.read_text(encoding="utf-8"), second.name).ignore


def test_the_same_headings_under_another_name_take_the_place_of_the_first_and_say_how_they_differ(
    offered: Sheets, tmp_path: Path
) -> None:
    first, _ = read_mapping(saved(fill(offered), tmp_path / "filled.xlsx"), RULES, tmp_path)
    next(line for line in offered[ABOUT] if line[0] == NAME)[1] = "Another name"
    offered[SHEET][6][1] = "Hours"
    second, (finding,) = read_mapping(saved(offered, tmp_path / "filled.xlsx"), load_rulebook(tmp_path), tmp_path)
    assert finding.sentence.startswith('These headings were known as "job_plan/surgeons_plans" (read otherwise: "PAs")')
    assert not first.exists()
    layout = read_layout(second.read_text(encoding="utf-8"), second.name)
    assert (layout.name, layout.source_name) == ("another_name", "surgeons_plans")


def test_a_mapping_of_headings_that_are_ours_goes_before_our_layout_and_keeps_its_source(tmp_path: Path) -> None:
    ours = RULES.layout("job_plan", "example_hours_export")
    export = ",".join([*ours.read, *ours.ignore]) + "\n"
    shape = read_shape(io.BytesIO(export.encode()), "export.csv")
    headed = Headed(shape, "", 0, shape.sheets[""][0])
    write_mapping(UnknownLayout(headed, ours), None, RULES, tmp_path / "mapping.xlsx")
    _, (finding,) = read_mapping(tmp_path / "mapping.xlsx", RULES, tmp_path)
    assert 'known as "job_plan/example_hours_export" (the columns are the same)' in finding.sentence
    layout = identify(shape, load_rulebook(tmp_path))
    assert (layout.source_name, layout.columns) == ("example_hours_export", ours.columns)
    assert layout.values == ours.values
