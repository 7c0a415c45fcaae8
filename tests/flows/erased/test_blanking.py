"""A file with a person's rows blanked: the same cells as text, or no file."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from flows.erased.blanking import clean_file, holds, inspect
from schemas.rulebook import load_rulebook
from schemas.submissions import ERASED
from tests.lib.files import PLANS, csv_file, plan, with_hours
from transforms.reading.shape import cell_text, open_workbook, sheet_rows

RULES = load_rulebook()
GMC = "7312345"
DAY, TIME = date(2026, 9, 30), datetime(2026, 9, 30, 8, 15)
OTHERS = ["000121", 7.25, 1 / 3, DAY, TIME, True, "=1+1", "", "x"]


def is_erased_person(kind: str, number: str) -> bool:
    return (kind, number) == ("registration", GMC)


def book_of(path: Path, *rows: list[object], comment: str = "") -> Path:
    quiet = {"strings_to_formulas": False, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(path, quiet) as book:
        book.add_worksheet("Empty")
        sheet = book.add_worksheet("People")
        for number, row in enumerate(rows, 2):
            sheet.write_row(number, 1, row)
        if comment:
            sheet.write_comment("A1", comment)
    path.chmod(0o400)
    return path


def cells(path: Path) -> dict[str, list[list[str]]]:
    """Every cell as the text that is read from it."""
    with path.open("rb") as stream:
        book = open_workbook(stream)
        return {name: [list(map(cell_text, row)) for row in sheet_rows(book, name)] for name in book.sheet_names}


def test_a_workbook_is_read_as_before_but_for_the_persons_row(tmp_path: Path) -> None:
    path = book_of(tmp_path / "a.xlsx", ["Number", *OTHERS], [f"C{GMC}", *OTHERS], ["7000001", *OTHERS])
    before = cells(path)
    found = inspect(path, path.name, RULES, is_erased_person)
    assert found and (found.row_count, found.blanked_count) == (1, 0)
    assert clean_file(path, found, is_erased_person)
    after = cells(path)
    assert list(after) == ["Empty", "People"]
    assert after["People"][3] == [ERASED] * 10
    del before["People"][3], after["People"][3]
    assert after == before
    assert path.stat().st_mode & 0o777 == 0o400
    again = inspect(path, path.name, RULES, is_erased_person)
    assert again and (again.row_count, again.blanked_count, again.is_touched) == (0, 1, False)


def test_a_workbook_with_cells_of_a_kind_of_its_own_is_written_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with_hours(path, GMC)
    before = cells(path)
    found = inspect(path, path.name, RULES, is_erased_person)
    assert found and found.row_count == 1
    assert clean_file(path, found, is_erased_person)
    assert cells(path) == {"People": [before["People"][0], [ERASED, ERASED]]}
    assert list(tmp_path.iterdir()) == [path]


def test_what_no_cell_shows_is_found_and_goes(tmp_path: Path) -> None:
    path = book_of(tmp_path / "a.xlsx", ["Number"], ["7000001"], comment=f"ask C{GMC} about this")
    found = inspect(path, path.name, RULES, is_erased_person)
    assert found and not found.is_touched
    assert holds(path, (f"C{GMC}",), within=False)
    assert clean_file(path, found, is_erased_person, (f"C{GMC}", GMC))
    assert not holds(path, (GMC,), within=True)


def test_a_file_that_holds_the_number_where_other_things_are_read_is_not_to_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_file([plan(Plan=f"JP-{GMC}")]))
    path.with_suffix(".short").write_bytes(csv_file([plan(PAs="1.5")]))
    rules = replace(RULES, layouts=(PLANS,))
    found = inspect(path, path.name, rules, is_erased_person)
    assert found and found.layout == PLANS and not found.is_touched
    assert not clean_file(path, found, is_erased_person, (GMC,))
    other = inspect(path.with_suffix(".short"), path.name, rules, is_erased_person)
    assert other and clean_file(path.with_suffix(".short"), other, is_erased_person, ("1.5", "000121"[:3]))


def test_a_sheet_that_cannot_be_named_again_is_not_to_be_kept(tmp_path: Path) -> None:
    path, renamed = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book_of(path, ["Number"], [f"C{GMC}"])
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(renamed, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b'name="People"', b'name="' + b"People" * 6 + b'"'))
    found = inspect(renamed, renamed.name, RULES, is_erased_person)
    assert found and found.row_count == 1
    assert not clean_file(renamed, found, is_erased_person)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_what_cannot_be_read_is_kept_only_where_the_numbers_are_known_and_not_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_text(f"about x{GMC}9")
    assert inspect(path, path.name, RULES, is_erased_person) is None
    assert not clean_file(path, None, is_erased_person)
    assert not clean_file(path, None, is_erased_person, (GMC,))
    assert clean_file(path, None, is_erased_person, ("7000001",))


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_number_is_found_in_any_bytes(tmp_path: Path, codec: str) -> None:
    plain, packed = tmp_path / "a.bin", tmp_path / "a.zip"
    plain.write_bytes(b"\0\xff" + f"x{GMC}y".encode(codec))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", plain.read_bytes() * 100)
    assert holds(plain, (GMC,), within=True) and holds(packed, (GMC,), within=True)
    assert not holds(packed, ("7312346",), within=True)
    assert holds(plain, (GMC,), within=False)
    assert not holds(plain, (GMC[1:],), within=False) or codec != "utf-8"


def test_a_sheet_that_is_hidden_stays_so_and_a_table_is_found_where_it_stands(tmp_path: Path) -> None:
    path, rules = tmp_path / "a.xlsx", replace(RULES, layouts=(PLANS,))
    rows = [["Printed on"], list(plan()), list(plan(GMC=GMC).values()), list(plan(GMC="7000001", Line="2").values())]
    with xlsxwriter.Workbook(path) as book:
        for name in ("Old", "Now"):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        sheet.activate()
        book.get_worksheet_by_name("Old").hide()
    found = inspect(path, path.name, rules, is_erased_person, "job_plan/plans")
    assert found and found.layout and (found.layout.sheet, found.layout.metadata_rows) == ("Now", 1)
    assert clean_file(path, found, is_erased_person)
    again = inspect(path, path.name, rules, is_erased_person)
    assert again and again.layout == found.layout and again.shape.hidden == {"Old"}
    assert [row[0] for row in cells(path)["Old"]] == ["Printed on", "Plan", ERASED, "JP-1"]
