"""What a file turns out to be before any layout is known: its format, encoding and first rows."""

import csv
import io
import re
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from itertools import islice
from statistics import mode
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from schemas.codelists import fold
from schemas.identifiers import INVISIBLE
from transforms.reading.containers import check_workbook, csv_rows, encoding_of, format_of, refuse, refuse_long_line
from transforms.reading.headings import headings_row
from transforms.reading.odd_cells import is_1904, odd_cells_as_text

ABOUT = "About"  # the sheet of our template that says whose it is and what for
SHOWN = 30  # rows of each sheet that a layout is looked for in
MOST_COLUMNS = 2_000  # the widest surveys have some hundred
MOST_DIGITS = 1e15
_LONGEST_LINE = 1 << 20  # characters: a longer one is cut
_DELIMITERS = ",;\t|"
_SAID = re.compile(r'"?sep=([,;|\t])"?[,;|\t]*$')


@dataclass(frozen=True)
class Shape:
    """A file's first rows as text and how the rest is to be read. `sheets` of a CSV is `{"": rows}`."""

    format: str  # "csv" | "xlsx"
    encoding: str  # "utf-8-sig", "utf-16", "cp1252"; "" for xlsx
    sheets: Mapping[str, tuple[tuple[str, ...], ...]]
    delimiter: str
    lines: int = 0  # of a CSV: more than its rows where a cell holds line breaks
    hidden: frozenset[str] = frozenset()  # the sheets that nobody sees on opening the workbook
    is_1904: bool = False  # of a workbook: its day numbers count from 1904

    @property
    def visible(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The sheets that are seen on opening the workbook."""
        return {name: rows for name, rows in self.sheets.items() if name not in self.hidden}


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
    found = {one.name: one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet}
    shown = {name: islice(sheet_rows(workbook, name), SHOWN) for name in found}
    sheets = {
        name: tuple(tuple(clean(cell_text(cell)) for cell in row) for row in rows) for name, rows in shown.items()
    }
    hidden = frozenset(name for name, one in found.items() if one.visible != SheetVisibleEnum.Visible)
    return Shape("xlsx", "", sheets, "", hidden=hidden, is_1904=is_1904(stream))


def _read_csv(stream: BinaryIO) -> Shape:
    encoding, quotes, lines = encoding_of(stream)
    delimiter, rows = _split(stream, encoding)
    if quotes % 2:  # no proof that one is never closed: 5" stands for inches
        deque(csv_rows(stream, encoding, delimiter, is_strict=True), maxlen=0)
    return Shape("csv", encoding, {"": rows}, delimiter, lines)


def about(shape: Shape) -> Mapping[str, str]:
    """What the template's sheet ABOUT says: `organisation_code`, `period` and such, the filled ones only.

    `period_cell` is where the period stands.
    """
    rows = {
        fold(row[0]).replace(" ", "_"): (n, row[1]) for n, row in enumerate(shape.sheets.get(ABOUT, ()), 1) if row[1:]
    }
    found = {key: value for key, (_, value) in rows.items() if key and value}
    return found | ({"period_cell": f"{ABOUT}!B{rows['period'][0]}"} if "period" in found else {})


def clean(heading: str) -> str:
    """A heading on one line with single spaces and no invisible characters, as layouts write it."""
    return " ".join(re.sub(INVISIBLE, "", heading).split())


def first_rows(stream: BinaryIO, encoding: str, delimiter: str, rows: int) -> tuple[list[list[str]], int]:
    """The first rows of a CSV as they stand, and how many lines they take: more where a cell holds line breaks.

    Raises Refusal F009, F029 where a cell or row does not end.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    has_quotes = False

    def lines() -> Iterator[str]:
        nonlocal has_quotes
        while line := text.readline(_LONGEST_LINE):
            has_quotes = has_quotes or '"' in line
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    try:
        return list(islice(reader, rows)), reader.line_num
    except csv.Error:  # a field of over 128 kB: perhaps a quote swallowed the rows
        refuse_long_line(has_quotes=has_quotes)
    finally:
        text.detach()


def _split(stream: BinaryIO, encoding: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The delimiter of a CSV and its first rows, cut by it. A first line `sep=;` says it."""
    tries = {}
    for delimiter in _DELIMITERS:
        cells, _ = first_rows(stream, encoding, delimiter, SHOWN)
        tries[delimiter] = tuple(tuple(map(clean, row)) for row in cells)
    said = _SAID.match("\t".join(next(iter(tries["\t"]), ())).lower())
    is_said = said and any(len(row) > 1 for row in tries[said[1]][1:])
    best = said[1] if said and is_said else max(_DELIMITERS, key=lambda delimiter: _evenness(tries[delimiter]))
    return best, tries[best]


def _evenness(rows: Sequence[Sequence[str]]) -> tuple[bool, bool, bool, float, int]:
    """How well a delimiter cuts the rows: all alike, by a row of headings, and the share that are as wide as that."""
    at = headings_row(rows)
    widths = [len(row) for row in rows if any(row)]
    width = mode(widths) if at is None and widths else len(rows[at or 0]) if rows else 0
    is_even = len(widths) > 1 and set(widths) == {width} and width > 1
    return is_even, at is not None, width > 1, widths.count(width) / max(len(widths), 1), width


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
