"""A workbook with a person's rows blanked: the same cells of the same kinds, or no workbook."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from flows.erased.blanking import blank, holds, look
from schemas.rulebook import load_rulebook
from schemas.submissions import ERASED
from tests.lib.files import with_hours
from transforms.reading.shape import open_workbook, sheet_rows

RULES = load_rulebook()
GMC = "7312345"
DAY, TIME = date(2026, 9, 30), datetime(2026, 9, 30, 8, 15)
OTHERS = ["000121", 7.25, 1 / 3, DAY, TIME, True, "=1+1", "", "x"]


def knows(kind: str, number: str) -> bool:
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


def cells(path: Path) -> dict[str, list[list[object]]]:
    with path.open("rb") as stream:
        book = open_workbook(stream)
        return {name: [list(row) for row in sheet_rows(book, name)] for name in book.sheet_names}


def test_dates_stay_dates_and_text_stays_text(tmp_path: Path) -> None:
    path = book_of(tmp_path / "a.xlsx", ["Number", *OTHERS], [f"C{GMC}", *OTHERS], ["7000001", *OTHERS])
    before = cells(path)
    found = look(path, path.name, RULES, knows)
    assert found and (found.row_count, found.blanked_count) == (1, 0)
    assert blank(path, found, knows)
    after = cells(path)
    assert list(after) == ["Empty", "People"]
    assert after["People"][3] == [ERASED] * 10
    assert [row for n, row in enumerate(after["People"]) if n != 3] == [
        r for n, r in enumerate(before["People"]) if n != 3
    ]
    assert [type(cell) for cell in after["People"][4]] == [type(cell) for cell in before["People"][4]]
    assert path.stat().st_mode & 0o777 == 0o400
    again = look(path, path.name, RULES, knows)
    assert again and (again.row_count, again.blanked_count, again.is_touched) == (0, 1, False)


def test_a_workbook_that_cannot_be_written_back_faithfully_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with_hours(path, GMC)
    before = path.read_bytes()
    assert isinstance(cells(path)["People"][0][1], timedelta)
    found = look(path, path.name, RULES, knows)
    assert found and found.row_count == 1
    assert not blank(path, found, knows)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_no_cell_shows_is_found_and_goes(tmp_path: Path) -> None:
    path = book_of(tmp_path / "a.xlsx", ["Number"], ["7000001"], comment=f"ask C{GMC} about this")
    found = look(path, path.name, RULES, knows)
    assert found and not found.is_touched
    assert holds(path, (f"C{GMC}",), within=False)
    assert blank(path, found, knows)
    assert not holds(path, (GMC,), within=True)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_number_is_found_in_any_bytes(tmp_path: Path, codec: str) -> None:
    plain, packed = tmp_path / "a.bin", tmp_path / "a.zip"
    plain.write_bytes(b"\0\xff" + f"x{GMC}y".encode(codec))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", plain.read_bytes() * 100)
    assert holds(plain, (GMC,), within=True) and holds(packed, (GMC,), within=True)
    assert not holds(packed, ("7312346",), within=True)
    assert not holds(plain, (GMC,), within=False) or codec != "utf-8"
