"""Sheets of a workbook: headings, lines, drop-downs; text stays text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

# Cells that begin with = + - @ stay the text that they are; nothing becomes a link or a number by its looks.
AS_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
YES_NO = ("yes", "no")


def new_workbook(path: Path, *, is_1904: bool = False) -> Workbook:
    """A workbook that is written when its `with` block ends and never turns text into a formula, link or number.

    One whose day numbers count from 1904 says so.
    """
    import xlsxwriter

    return xlsxwriter.Workbook(str(path), {**AS_TEXT, "date_1904": is_1904})


def bold(book: Workbook) -> Any:
    """The format of a heading."""
    return book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})


def write_table(
    book: Workbook, name: str, headings: Sequence[str], lines: Sequence[Sequence[object]], widths: Sequence[int]
) -> Worksheet:
    """Fill a sheet, added where there is none, with headings, lines and column widths (in characters); gives it."""
    sheet = book.get_worksheet_by_name(name) or book.add_worksheet(name)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_row(0, 0, headings, bold(book))
    for line, cells in enumerate(lines, start=1):
        sheet.write_row(line, 0, cells, wrapped)
    sheet.freeze_panes(1, 0)
    return sheet


def offer(
    sheet: Worksheet, cells: tuple[int, int, int, int], source: str | list[str], title: str, *, is_open: bool = False
) -> None:
    """A drop-down over cells (first row, first column, last row, last column); Excel refuses other entries, unless it
    is open."""
    told = {"error_title": title[:32], "error_message": "Choose from the list."}
    sheet.data_validation(*cells, {"validate": "list", "source": source, "show_error": not is_open, **told})


def write_choices(lists: Worksheet, heading: str, choices: Sequence[str]) -> str:
    """Write a drop-down's values below each other in the next column; gives the range to point the drop-down at."""
    from xlsxwriter.utility import xl_col_to_name

    place = 0 if lists.dim_colmax is None else lists.dim_colmax + 1
    lists.write_column(0, place, [heading, *(int(c) if c.isdigit() else c for c in choices)])
    letter = xl_col_to_name(place)
    return f"={lists.get_name()}!${letter}$2:${letter}${len(choices) + 1}"
