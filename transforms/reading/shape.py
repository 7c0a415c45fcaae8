"""What a file turns out to be before any layout is known: its format, encoding and first rows."""

import csv
import io
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from itertools import islice
from statistics import median
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from schemas.codelists import fold
from transforms.reading.containers import check_workbook, csv_rows, encoding_of, format_of, refuse, refuse_long_line
from transforms.reading.odd_cells import is_1904, odd_cells_as_text

SHOWN = 30  # rows of each sheet that a layout is looked for in
MOST_COLUMNS = 2_000  # the widest surveys have some hundred
MOST_DIGITS = 1e15
_HEAD = 1 << 18
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Shape:
    """A file's first rows as text and how the rest is to be read. `sheets` of a CSV is `{"": rows}`."""

    format: str  # "csv" | "xlsx"
    encoding: str  # "utf-8-sig", "utf-16", "cp1252"; "" for xlsx
    sheets: Mapping[str, tuple[tuple[str, ...], ...]]
    delimiter: str
    lines: int = 0  # of a CSV: more than its rows where a cell holds line breaks
    is_1904: bool = False  # of a workbook: its day numbers count from 1904


def read_shape(stream: BinaryIO, name: str) -> Shape:
    """The shape of the open file; `name` is needed for its extension alone.

    Raises Refusal: F001-F009, F023, F025, F028, F029 (see containers).
    """
    shape = _read_workbook(stream) if format_of(stream, name) == "xlsx" else _read_csv(stream)
    if max((len(row) for rows in shape.sheets.values() for row in rows), default=0) > MOST_COLUMNS:
        refuse("F029", found=f"more than {MOST_COLUMNS:,} cells")
    return shape


def _read_workbook(stream: BinaryIO) -> Shape:
    check_workbook(stream)
    workbook = open_workbook(stream)
    shown = {name: islice(sheet_rows(workbook, name), SHOWN) for name in workbook.sheet_names}
    sheets = {
        name: tuple(tuple(clean(cell_text(cell)) for cell in row) for row in rows) for name, rows in shown.items()
    }
    return Shape("xlsx", "", sheets, "", is_1904=is_1904(stream))


def _read_csv(stream: BinaryIO) -> Shape:
    encoding, quotes, lines = encoding_of(stream)
    delimiter, rows = _split(head_text(stream, encoding))
    if quotes % 2:  # no proof that one is never closed: 5" stands for inches
        deque(csv_rows(stream, encoding, delimiter, is_strict=True), maxlen=0)
    return Shape("csv", encoding, {"": rows}, delimiter, lines)


def about(shape: Shape) -> Mapping[str, str]:
    """What the template's sheet "About" says: `organisation_code`, `period` and such, the filled ones only."""
    filled = {fold(row[0]).replace(" ", "_"): row[1] for row in shape.sheets.get("About", ()) if len(row) > 1}
    period = filled.get("period", "")
    if len(period) == len("2026-09-01") and period.endswith("-01"):
        filled["period"] = period[:7]  # Excel makes a date of 2026-09
    return {key: value for key, value in filled.items() if key and value}


def clean(heading: str) -> str:
    """A heading on one line with single spaces, as layouts write it."""
    return " ".join(heading.split())


def head_text(stream: BinaryIO, encoding: str) -> str:
    """The first 256 kB as text."""
    stream.seek(0)
    return stream.read(_HEAD).decode(encoding, errors="ignore")


def _split(text: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The delimiter that cuts the first lines into most cells, and the lines so cut."""
    tries = {d: tuple(_rows(text, d)) for d in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda d: median(len(row) for row in tries[d] or [()]))
    return best, tries[best]


def _rows(text: str, delimiter: str) -> list[tuple[str, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [tuple(clean(cell) for cell in row) for row in islice(reader, SHOWN)]
    except csv.Error:  # a field of over 128 kB: perhaps a quote swallowed the rows
        refuse_long_line(has_quotes='"' in text)


def open_workbook(stream: BinaryIO) -> CalamineWorkbook:
    """The opened workbook. Raises Refusal F004 where it cannot be read."""
    try:
        return CalamineWorkbook.from_filelike(odd_cells_as_text(stream))
    except (CalamineError, zipfile.BadZipFile):
        refuse("F004")


def sheet_rows(workbook: CalamineWorkbook, sheet: str) -> Iterator[Sequence[object]]:
    """Every row of a sheet from row 1, empty leading rows too. Raises Refusal F004 where it cannot be read."""
    try:
        yield from workbook.get_sheet_by_name(sheet).iter_rows()
    except CalamineError:
        refuse("F004")


def cell_text(cell: object) -> str:
    """A workbook's cell as the text that a CSV would hold: whole numbers without `.0`, dates in ISO form.

    Excel keeps 15 digits: a number of more is written like `1.23e+15`, which no identifier is.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if abs(cell) >= MOST_DIGITS:
            return f"{cell:.15g}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == clock() else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date | clock) else str(cell)
