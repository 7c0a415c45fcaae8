"""Small real files, made in memory or of a layout's fixture, and one walk of a file through the room."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from flows.workbooks.sheets import new_workbook
from schemas.findings import Finding, Refusal, merge
from schemas.layouts import Layout
from schemas.rulebook import Rulebook, load_rulebook
from schemas.submissions import Counts
from transforms.prepare import prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.identify import notes
from transforms.reading.parse import identify, read_shape
from warehouse.staging.load import Staging

RULES = load_rulebook()
KEY = Pseudonymiser(b"a key for tests, 32 bytes or more", "test", "X9001")

PLANS = Layout(
    name="plans",
    dataset="job_plan",
    title="Job plans for tests",
    evidence="made up for tests",
    date_formats=("%d/%m/%Y",),
    nulls=("", "-"),
    noise=({"column": "Plan", "starts_with": ("Total",)},),
    columns={
        "Plan": "plan_id",
        "Line": "line_number",
        "GMC": "registration_number",
        "Employee": "employee_number",
        "Staff group": "staff_group_code",
        "State": "plan_state_code",
        "Start": "plan_start_date",
        "Category": "activity_category_code",
        "Research": "is_research",
        "PAs": "planned_pas",
        "Hours": "planned_hours",
    },
    ignore=("Comment",),
)
GOOD = {
    "Plan": "JP-1",
    "Line": "1",
    "GMC": "9999901",
    "Employee": "000121",
    "Staff group": "Medical and Dental",
    "State": "signed_off",
    "Start": "01/04/2026",
    "Category": "SPA",
    "Research": "no",
    "PAs": "1.5",
    "Hours": "",
}


@dataclass(frozen=True)
class Taken:
    """What came of a whole file."""

    tables: Mapping[str, pa.Table]
    findings: tuple[Finding, ...]
    counts: Counts

    @property
    def codes(self) -> list[str]:
        """The findings' codes, sorted."""
        return sorted(finding.code for finding in self.findings)

    def rows(self, table: str = "job_plan") -> list[dict[str, object]]:
        """The staged rows."""
        return self.tables[table].to_pylist()

    def sentence(self, code: str) -> str:
        """The sentence of the one finding with that code."""
        (said,) = [finding.sentence for finding in self.findings if finding.code == code]
        return said


def csv_file(rows: Sequence[Mapping[str, str]], end: str = "\n") -> bytes:
    """The rows as UTF-8 CSV, headings from the first; nothing is quoted."""
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return "".join(line + end for line in lines).encode()


def plan(**cells: str) -> dict[str, str]:
    """One good activity line with these cells changed."""
    return {**GOOD, **cells}


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], first_row: int = 0) -> bytes:
    """An .xlsx of those sheets and rows."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(first_row + number, 0, row)
    return made.getvalue()


def with_part(book: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one more part in its zip."""
    made = io.BytesIO(book)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def is_reconciled(counts: Counts) -> bool:
    """True where every line is accounted for."""
    return counts.rows_in == counts.accepted + counts.rejected + counts.noise + counts.erased


@contextmanager
def staging_in(folder: Path, submission_id: str = "s1") -> Iterator[Staging]:
    """A staged folder to write to; without `settle` it is gone after the block."""
    staging = Staging(folder, submission_id)
    staging.begin()
    try:
        yield staging
    finally:
        staging.close()
        staging.discard()


def take(content: bytes, layout: Layout = PLANS, name: str = "file.csv", rules: Rulebook = RULES) -> Taken:
    """The file through the whole room by that layout."""
    stream = io.BytesIO(content)
    shape = read_shape(stream, name)
    parts = list(prepare(stream, shape, layout, rules, KEY, "S1"))
    names = dict.fromkeys(name for part in parts for name in part.tables)
    tables = {name: pa.concat_tables([part.tables[name] for part in parts if name in part.tables]) for name in names}
    counts = sum((part.counts for part in parts), Counts())
    assert is_reconciled(counts)
    return Taken(tables, merge(finding for part in parts for finding in part.findings), counts)


def received(content: bytes, layout: Layout = PLANS, name: str = "file.csv") -> Taken:
    """The file through the whole room, once that layout is looked for in it."""
    shape = read_shape(io.BytesIO(content), name)
    found = identify(shape, replace(RULES, layouts=(layout,)))
    taken = take(content, found, name)
    return replace(taken, findings=(*notes(shape, found), *taken.findings))


def refused(content: bytes, name: str = "file.csv", layout: Layout | None = PLANS) -> Finding:
    """The one finding with which the file is refused; `layout` None asks `identify` too."""
    with pytest.raises(Refusal) as caught:
        if layout is None:
            identify(read_shape(io.BytesIO(content), name), RULES)
        else:
            take(content, layout, name)
    (finding,) = caught.value.findings
    return finding


FOLDER = Path(__file__).parents[1] / "fixtures" / "layouts"
DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
NUMBER = re.compile(r"0|0\.\d+|[1-9]\d*(\.\d+)?")


def fixture(layout: Layout) -> io.BytesIO:
    """The layout's fixture as the file that it stands for."""
    path = FOLDER / layout.dataset / f"{layout.name}.{layout.format}"
    if layout.format == "csv":
        return io.BytesIO(path.read_bytes())
    return workbook_of_text(path.with_suffix(".xlsx.txt").read_text(encoding="utf-8"))


def workbook_of_text(text: str) -> io.BytesIO:
    """The workbook that a text describes: dates and numbers are such cells unless they stand in double quotes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
        for block in text.strip().split("\n\n"):
            name, *lines = block.splitlines()
            sheet = book.add_worksheet(name.removeprefix("sheet: "))
            above = [line.removeprefix("above:").strip() for line in lines if line.startswith("above:")]
            for row, line in enumerate(above):
                sheet.write_row(row, 0, line.split(" | "))
            columns = lines[len(above) :]
            for place, line in enumerate(columns):
                for row, cell in enumerate(line.split("|")):
                    # The sheet "About" reads across, a table reads down.
                    across = name == "sheet: About"
                    sheet.write(*((place, row) if across else (len(above) + row, place)), _typed(cell.strip()))
    buffer.seek(0)
    return buffer


def _typed(text: str) -> str | float | datetime:
    if DATE.fullmatch(text):
        return datetime.fromisoformat(text)
    return float(text) if NUMBER.fullmatch(text) else text.strip('"')


Sheets = dict[str, list[tuple[str, ...]]]


def written(layout: Layout, sheets: Sheets, path: Path) -> None:
    """Write the rows of each sheet as a file of the layout's format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if layout.format == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=layout.delimiter).writerows(sheets[""])
        path.write_bytes(text.getvalue().encode("utf-8-sig"))
        return
    with new_workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)


def with_hours(path: Path, number: str) -> None:
    """A workbook with a span of hours, a kind of cell that we cannot write back."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("People")
        sheet.write_row(1, 0, [number, "x"])
        sheet.write_datetime(0, 1, timedelta(hours=30), book.add_format({"num_format": "[h]:mm:ss"}))
        sheet.write(0, 0, "Number")
