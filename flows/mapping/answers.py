"""A filled mapping workbook as spreadsheet programs leave it, and what in it cannot be used, cell by cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import BinaryIO, TypeVar

from flows.mapping.form import ABOUT, ABSENT, HEADINGS, ROWS, SHEET, TICKS, VALUES
from schemas.codelists import fold
from schemas.findings import Finding, Refusal
from transforms.reading.shape import cell_text, clean, open_workbook, sheet_rows

T = TypeVar("T")

TOLD = 10  # findings: more of them help nobody
FIRST = {SHEET: HEADINGS[0], ABSENT: "Column", ROWS: HEADINGS[0], TICKS: HEADINGS[0], VALUES: "Your value"}
_COLUMNS = "ABCDEF"


@dataclass(frozen=True)
class Line:
    """One filled line of a sheet, of at least six cells; `number` as the spreadsheet counts."""

    sheet: str
    number: int
    cells: tuple[str, ...]

    def at(self, column: int) -> str:
        """A cell's name: `Mapping!B7`; the sheet's in quotation marks where it holds spaces."""
        sheet = f"'{self.sheet}'" if " " in self.sheet else self.sheet
        return f"{sheet}!{_COLUMNS[column]}{self.number}"


@dataclass
class Answers:
    """The workbook's filled lines by sheet, and the problems that reading them has shown so far."""

    lines: Mapping[str, tuple[Line, ...]]
    problems: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, stream: BinaryIO) -> "Answers":
        """From an open workbook. A sheet that is not there has no lines. Raises Refusal F004."""
        book = open_workbook(stream)
        there = {fold(name): name for name in book.sheet_names}
        sheets = {}
        for name in (ABOUT, *FIRST):
            rows = sheet_rows(book, there[fold(name)]) if fold(name) in there else iter(())
            sheets[name] = tuple(_lines(name, rows))
        return cls(sheets)

    def about(self, label: str) -> tuple[str, str]:
        """What is said beside a label, and the cell's name; "" where the label is not there."""
        for line in self.lines[ABOUT]:
            if fold(line.cells[0]) == fold(label):
                return line.cells[1], line.at(1)
        return "", f"'{ABOUT}'"

    def problem(self, where: str, what: str) -> None:
        """Note what cannot be used, and what to write instead."""
        self.problems.append(f"{where}: {what}" if where else what)

    def chosen(self, where: str, said: str, options: Mapping[str, T], what: str) -> T | None:
        """The option that a cell names, whatever its case; None, with a problem noted, where it names none."""
        by_fold = {fold(word): word for word in options}
        if fold(said) in by_fold:
            return options[by_fold[fold(said)]]
        close = get_close_matches(fold(said), by_fold, n=1)
        near = f' (nearest: "{by_fold[close[0]]}")' if close else ""
        named = f'"{said}" is not {what}' if said else f"it is empty, and must be {what}"
        self.problem(where, f"{named}{near}; choose from the list")
        return None

    def refuse(self) -> None:
        """Raise Refusal F022, one finding a problem, where there is any."""
        if self.problems:
            told = list(dict.fromkeys(self.problems))[:TOLD]
            raise Refusal(*(Finding("F022", details={"why": why}) for why in told))


def _lines(sheet: str, rows: Iterable[Sequence[object]]) -> Iterator[Line]:
    """The filled lines but for the headings, which may have been sorted in among them."""
    for number, row in enumerate(rows, 1):
        cells = tuple(clean(cell_text(cell)) for cell in row)
        cells += ("",) * (len(HEADINGS) - len(cells))
        if any(cells[:2]) and fold(cells[0]) != fold(FIRST.get(sheet, "")):
            yield Line(sheet, number, cells)
