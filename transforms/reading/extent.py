"""How far a sheet reaches, told from its XML: a reader's table has all cells up to the last, filled or not."""

import re
from dataclasses import dataclass

# A cell with something in it; one that has a style alone ends itself, and no reader counts it.
_FILLED = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"'][^/>]*>")
ENOUGH = 5_000_000  # cells that no table is too sparse for
MOST = 30_000_000  # cells: about 1 GB in the reader
SPARSE = 10  # cells for each that is filled


@dataclass
class Extent:
    """The last column and row of the cells met so far, and how many of them are filled."""

    column: bytes = b""
    row: int = 0
    cells: int = 0

    def add(self, markup: bytes) -> None:
        """Take in the cells of some of the sheet's XML."""
        found = _FILLED.findall(markup)
        self.cells += len(found)
        columns = {column.upper() for column, _ in found} | {self.column}
        self.column = max(columns, key=_number)
        self.row = max(self.row, *map(int, {row for _, row in found}), 0)

    @property
    def last(self) -> str:
        """The cell in the last row and column."""
        return f"{self.column.decode()}{self.row}"

    @property
    def is_plausible(self) -> bool:
        """False where a table up to the last cell would be huge, and nearly empty."""
        return _number(self.column) * self.row <= min(MOST, max(ENOUGH, SPARSE * self.cells))


def _number(column: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in column:
        number = 26 * number + letter - ord("A") + 1
    return number
