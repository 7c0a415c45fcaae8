"""What an officer can say in the workbook, and what comes of it: from the export to its staged rows."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from flows.judging.recognise import recognise
from flows.mapping import form
from flows.mapping.ask import write_mapping
from flows.mapping.form import ABOUT, ABSENT, ROWS, SHEET, TICKS, VALUES
from flows.mapping.take import read_mapping
from schemas.findings import Refusal
from schemas.layouts import Layout
from schemas.rulebook import Organisation, load_rulebook
from tests.lib.files import Taken, take, workbook
from tests.lib.mappings import RULES, Sheets, saved, sheets
from transforms.reading.parse import UnknownLayout, identify, read_shape
from warehouse.ledger.store import SenderHints


@dataclass
class Officer:
    """Sends an export that nobody knows, and fills in the workbook that comes back."""

    folder: Path

    def asked(self, export: bytes, name: str = "export.csv") -> Sheets:
        with pytest.raises(UnknownLayout) as refusal:
            identify(read_shape(io.BytesIO(export), name), load_rulebook(self.folder))
        write_mapping(refusal.value, None, load_rulebook(self.folder), self.folder / "mapping.xlsx")
        return sheets(self.folder / "mapping.xlsx")

    def sends(self, filled: Sheets) -> Layout:
        made, _ = read_mapping(saved(filled, self.folder / "filled.xlsx"), load_rulebook(self.folder), self.folder)
        return load_rulebook(self.folder).layout(made.parent.name, made.stem)

    def loads(self, export: bytes, filled: Sheets, name: str = "export.csv") -> Taken:
        self.sends(filled)
        return take(export, identify(read_shape(io.BytesIO(export), name), load_rulebook(self.folder)), name)

    def refused(self, filled: Sheets) -> str:
        with pytest.raises(Refusal) as refusal:
            self.sends(filled)
        return "\n".join(finding.sentence for finding in refusal.value.findings)


@pytest.fixture
def officer(tmp_path: Path) -> Officer:
    return Officer(tmp_path)


def answer(filled: Sheets, label: str, said: object) -> None:
    next(line for line in filled[ABOUT] if line[0] == label)[1] = said


def absent(filled: Sheets, column: str, said: object) -> None:
    next(line for line in filled[ABSENT] if line[0] == column)[3] = said


def keep(filled: Sheets, columns: Mapping[str, str]) -> None:
    """Say what these headings are; every other one is ignored."""
    for line in filled[SHEET][1:]:
        line[1:3] = [columns[line[0]], "keep"] if line[0] in columns else ["", "ignore"]


PLANS = (
    b"Doctor;GMC No.;Job Plan Status;Effective From;Type of PA;PAs per week;Month\n"
    b"Ann Example;9999901;Published;01/04/2026;DCC;7,5;Sep-26\n"
    b"Ann Example;9999901;;01/04/2026;SPA;2,5;Sep-26\n"
    b"Bo Sample;9999902;With clinician;13/04/2026;DCC;6;Sep-26\n"
    b"Total;;;;;16;Sep-26\n"
)


def plans_filled(officer: Officer) -> Sheets:
    filled = officer.asked(PLANS)
    for line in filled[SHEET][1:]:
        if line[0] != "Month":
            line[2] = "keep" if line[1] else "ignore"
    absent(filled, "Plan ID", "make one from Registration number, Employee number, Plan start")
    absent(filled, "Line", "number the lines")
    absent(filled, "Staff group", "Medical and Dental")
    absent(filled, "Plan state", form.FILLED)
    filled[ROWS].append(["Doctor", "starts with", "Total"])
    filled[VALUES] += [["Published", "Plan state: Signed off"], ["With clinician", "Plan state: In discussion"]]
    return filled


def test_a_plan_without_ids_with_a_total_and_a_decimal_comma_loads(officer: Officer) -> None:
    filled = plans_filled(officer)
    assert next(line for line in filled[ABOUT] if line[0] == form.COMMA)[1] == "yes"
    came = officer.loads(PLANS, filled)
    assert (came.counts.accepted, came.counts.noise, came.codes) == (3, 1, ["W041", "W042", "W044"])
    rows = came.rows()
    assert [row["planned_pas"] for row in rows] == [7.5, 2.5, 6]
    assert [row["line_number"] for row in rows] == [1, 2, 1]
    assert {row["staff_group_code"] for row in rows} == {"medical_and_dental"}
    assert [row["plan_state_code"] for row in rows] == ["signed_off", "signed_off", "in_discussion"]


def test_the_workbook_says_what_must_be_there_and_is_not(officer: Officer) -> None:
    lines = {line[0]: line[1:3] for line in officer.asked(PLANS)[ABSENT][1:]}
    assert lines["Plan ID"] == ["yes", "MISSING"]
    assert lines["Line"] == ["yes", "MISSING"]
    assert lines["Registration number"] == ["one of Registration number, Employee number", "yes"]
    assert lines["Nation"] == ["no", "no"]


PERIODS: dict[str, tuple[object, str, tuple[str, ...]]] = {
    "typed": ("2026-09", "x.csv", ("2026-09",)),
    "a date that Excel made of it": (datetime(2026, 9, 1), "x.csv", ("2026-09",)),
    "in words": ("September 2026", "x.csv", ("2026-09",)),
    "the file's name": (form.IN_NAME, "RVN plans Sep 2026.csv", ("2026-09",)),
    "as sent": (form.AS_SENT, "x.csv", ()),
}


@pytest.mark.parametrize(("said", "name", "periods"), PERIODS.values(), ids=PERIODS.keys())
def test_the_period_can_be_said(said: object, name: str, periods: tuple[str, ...], officer: Officer) -> None:
    filled = plans_filled(officer)
    answer(filled, form.PERIOD, said)
    rules = load_rulebook(officer.folder)
    rules.organisations["RVN"] = Organisation("RVN", "Example", "trust", "england", True)  # type: ignore[index]
    assert recognise({}, officer.sends(filled), SenderHints("RVN"), rules, name).periods == periods


def test_a_name_without_the_period_that_it_should_say_is_refused(officer: Officer) -> None:
    filled = plans_filled(officer)
    answer(filled, form.PERIOD, form.IN_NAME)
    with pytest.raises(Refusal) as refusal:
        recognise({}, officer.sends(filled), SenderHints("RVN"), RULES, "final version.csv")
    assert [finding.code for finding in refusal.value.findings] == ["F014"]


def test_a_column_can_say_the_period(officer: Officer) -> None:
    filled = plans_filled(officer)
    answer(filled, form.PERIOD, 'in the column "Month"')
    layout = officer.sends(filled)
    assert layout.period_heading == "Month"
    assert take(PLANS, layout).counts.accepted == 3


def test_month_first_dates_are_read_once_a_person_says_so(officer: Officer) -> None:
    export = PLANS.replace(b"13/04/2026", b"04/13/2026").replace(b"01/04/2026", b"04/01/2026")
    filled = officer.asked(export)
    assert next(line for line in filled[ABOUT] if line[0] == form.DATES)[1] == form.MONTH_FIRST
    came = officer.loads(export, {**plans_filled(officer), ABOUT: filled[ABOUT]})
    assert [str(row["plan_start_date"]) for row in came.rows()] == ["2026-04-01", "2026-04-01", "2026-04-13"]


FORMS = (
    b"Id,Completion time,What is your staff group?,What gets in the way?,Colour\n"
    b"1,2026-09-01 09:10:00,Students,Time;No cover;,red\n"
    b"2,2026-09-02 09:10:00,Students,No cover;,blue\n"
    b"3,2026-09-03 09:10:00,Students,,red\n"
)


def forms_filled(officer: Officer) -> Sheets:
    filled = officer.asked(FORMS)
    columns = {"Id": "Response ID", "Completion time": "Date of response", "What is your staff group?": "Staff group"}
    keep(filled, {**columns, "What gets in the way?": form.TICK_LIST})
    filled[TICKS] += [
        ["What gets in the way?", "Time", "Barrier: too little time [rcc_barrier_time]"],
        ["What gets in the way?", "No cover", "Barrier: no suitable backfill [rcc_barrier_backfill]"],
    ]
    return filled


def test_a_tick_list_is_parted_into_its_options(officer: Officer) -> None:
    came = officer.loads(FORMS, forms_filled(officer))
    scores = [(row["respondent_number"], row["question_key"], row["score"]) for row in came.rows("survey_answer")]
    assert sorted(scores) == [
        *((1, "rcc_barrier_backfill", 1), (1, "rcc_barrier_time", 1)),
        *((2, "rcc_barrier_backfill", 1), (2, "rcc_barrier_time", 0)),
    ]
    assert came.codes == []


def test_a_tick_list_without_options_is_refused(officer: Officer) -> None:
    filled = forms_filled(officer)
    filled[TICKS] = filled[TICKS][:1]
    assert "Mapping!B5: it is a tick list; write its options on the sheet Tick lists" in officer.refused(filled)


REFERRALS = [["P-1", 9999901, "02/03/2026", "Self"], ["P-2", 9999902, "12/03/2026", "Self"]]
CASES = {
    "Referrals": [["Case Ref", "GMC", "Date referred", "Referred by"], *REFERRALS],
    "Issues": [["Case Ref", "Type of concern"], ["P-1", "Health"], ["P-2", "Conduct"]],
    "Notes": [["Read me"]],
}


def test_a_workbook_of_several_sheets_is_mapped_wholly(officer: Officer) -> None:
    export = workbook(CASES)
    filled = officer.asked(export, "export.xlsx")
    lines = {(line[5], line[0]): line[1:3] for line in filled[SHEET][1:]}
    assert lines["Referrals", "Case Ref"][0] == "Case ID"
    assert lines["Issues", "Type of concern"][0] == "Concerns: Concern"
    for line in filled[SHEET][1:]:
        line[2] = "keep"
    assert "'About this export'!B9: \"please say" in officer.refused(filled)  # 02/03 and 12/03: nobody can tell
    answer(filled, form.DATES, form.DAY_FIRST)
    came = officer.loads(export, filled, "export.xlsx")
    assert [len(came.tables[name]) for name in ("support_case", "support_concern")] == [2, 2]


RESAVED: dict[str, Callable[[Sheets], object]] = {
    "trailing spaces": lambda filled: [line.__setitem__(1, f" {line[1]}  ") for line in filled[SHEET] if line[1]],
    "other case": lambda filled: [line.__setitem__(2, str(line[2]).upper()) for line in filled[SHEET][1:]],
    "sorted, headings too": lambda filled: filled[SHEET].sort(key=str),
    "empty lines": lambda filled: filled[SHEET].insert(3, ["", "", ""]),
    "emptied and written again": lambda filled: [line.extend(["", ""]) for line in filled[VALUES]],
    "only the columns that count": lambda filled: [line.__delitem__(slice(3, None)) for line in filled[SHEET]],
    "numbers as text": lambda filled: answer(filled, form.ABOVE, "0"),
    "a label gone": lambda filled: filled[ABOUT].remove(next(x for x in filled[ABOUT] if x[0] == form.LIKE)),
}


@pytest.mark.parametrize("how", RESAVED.values(), ids=RESAVED.keys())
def test_a_workbook_that_was_saved_and_tidied_makes_the_same_layout(
    how: Callable[[Sheets], object], officer: Officer
) -> None:
    filled = plans_filled(officer)
    wanted = officer.sends(filled)
    how(filled)
    assert officer.sends(filled) == wanted


WRONG: dict[str, tuple[str, list[object], str]] = {
    "a row that names no heading": (ROWS, ["Docter", "is", "x"], "'Rows to leave out'!A3: \"Docter\" is not a heading"),
    "a row without a text": (ROWS, ["Doctor", "is", ""], "'Rows to leave out'!C3: it is empty"),
    "a row compared otherwise": (ROWS, ["Doctor", "ends with", "x"], '"ends with" is not a way to compare'),
    "an option that is none": (TICKS, ["Month", "x", "Weather"], "'Tick lists'!C2: \"Weather\" is not an option"),
    "a constant that is no code": (ABSENT, ["Nation", "no", "", "France"], '"France" cannot be what every line'),
    "a constant for nothing": (ABSENT, ["Shoes", "no", "", "9"], "'Not in the export'!A"),
    "a constant for a column": (
        ABSENT,
        ["Plan state", "", "", "Draft"],
        'is read from the column "Job Plan Status"; empty',
    ),
    "no column to fill": (ABSENT, ["Nation", "", "", form.FILLED], 'no column is kept as "Nation"; choose'),
    "a constant for a person": (ABSENT, ["Employee number", "no", "", "000121"], '"000121" cannot be what'),
    "a value for nothing": (VALUES, ["", "Plan state: Draft"], "Values!A4: it is empty; write the word"),
}


@pytest.mark.parametrize(("sheet", "line", "why"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_used_is_told_by_its_cell(sheet: str, line: list[object], why: str, officer: Officer) -> None:
    filled = plans_filled(officer)
    filled[sheet].append(line)
    assert why in officer.refused(filled)


def test_every_problem_is_told_at_once(officer: Officer) -> None:
    filled = plans_filled(officer)
    absent(filled, "Line", "")
    filled[SHEET][2][1] = "Shoes"
    answer(filled, form.PERIOD, "soon")
    told = officer.refused(filled)
    assert all(part in told for part in ('kept as "Line"', 'Mapping!B3: "Shoes"', '"soon" is no period'))


def test_a_column_that_is_added_later_finds_the_mapping_filled_in_as_it_was(officer: Officer) -> None:
    filled = plans_filled(officer)
    answer(filled, form.PERIOD, 'in the column "Month"')
    first = officer.sends(filled)
    later = PLANS.replace(b";Month\n", b";Month;Colour\n").replace(b";Sep-26\n", b";Sep-26;red\n")
    again = officer.asked(later)
    assert [line[3] for line in again[SHEET][1:]] == ["sure"] * 7 + ["ignored unless you say otherwise"]
    second = officer.sends(again)
    assert second.source_name == first.source_name
    unlike = {"name": "", "title": "", "source": "", "ignore": ()}
    assert second.model_copy(update=unlike) == first.model_copy(update=unlike)
    assert take(later, second).counts == take(PLANS, first).counts


def test_what_a_former_mapping_said_can_be_taken_back(officer: Officer) -> None:
    filled = plans_filled(officer)
    answer(filled, form.PERIOD, 'in the column "Month"')
    answer(filled, form.DATES, form.MONTH_FIRST)
    officer.sends(filled)
    later = PLANS.replace(b";Month\n", b";Month;Colour\n").replace(b";Sep-26\n", b";Sep-26;red\n")
    again = officer.asked(later)
    assert {form.MONTH_FIRST, 'in the column "Month"'} <= {line[1] for line in again[ABOUT]}
    answer(again, form.PERIOD, form.AS_SENT)
    answer(again, form.DATES, form.DAY_FIRST)
    second = officer.sends(again)
    assert (second.period_heading, second.period) == ("", "")
    assert str(take(later, second).rows()[0]["plan_start_date"]) == "2026-04-01"


def test_a_workbook_of_a_layout_that_is_no_longer_there_can_still_be_used(officer: Officer) -> None:
    filled = plans_filled(officer)
    answer(filled, form.LIKE, "job_plan/gone")
    assert officer.loads(PLANS, filled).counts.accepted == 3
