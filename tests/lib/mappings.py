"""Mapping workbooks as the tests write, read and fill them."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from schemas.rulebook import Rulebook, load_rulebook
from transforms.reading.parse import UnknownLayout, identify, read_shape

RULES = load_rulebook()
Sheets = dict[str, list[list[object]]]


def unknown(text: str, rules: Rulebook = RULES) -> UnknownLayout:
    shape = read_shape(io.BytesIO(text.encode()), "export.csv")
    with pytest.raises(UnknownLayout) as refusal:
        identify(shape, rules)
    return refusal.value


def sheets(path: Path) -> Sheets:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def saved(content: Sheets, path: Path) -> Path:
    """The workbook as a spreadsheet program saves it: the same sheets and cells, nothing of how we wrote it."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "default_date_format": "mmm-yy"}) as book:
        for name, lines in content.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                sheet.write_row(row, 0, line)
    return path
