"""Makes a file's bytes from rows, as a supplier's system would export them.

Headings, codes, date formats and rows above or below the table all come from the file's layout.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from flows.workbooks.sheets import AS_TEXT
from schemas.layouts import Layout
from schemas.rulebook import Rulebook

Row: TypeAlias = Mapping[str, str]  # contract field or question key -> canonical value: a code, an ISO date, yes/no
Cell: TypeAlias = str | float | date

CREATED = datetime(2026, 10, 1, 9, 0)  # in the workbooks' properties, so that the same demo gives the same bytes


@dataclass(frozen=True)
class Table:
    """A sender's table: headings and rows; a row may be ragged, as some exports are."""

    layout: Layout
    headings: tuple[str, ...]
    rows: list[list[Cell]]

    def column(self, field: str) -> int:
        """Where the contract field or question stands; KeyError if the layout does not carry it."""
        for position, heading in enumerate(self.headings):
            if field in (self.layout.columns.get(heading), self.layout.questions.get(heading), heading):
                return position
        raise KeyError(f"{self.layout.name} has no column for {field}")


def carried(layout: Layout) -> frozenset[str]:
    """The contract fields and question keys that a file of the layout can hold."""
    ticks = (key for block in layout.blocks.values() for key in block.options.values())
    flags = (flag.to for flag in layout.words.values())
    return frozenset({*layout.columns.values(), *layout.questions.values(), *ticks, *flags})


def render(layout: Layout, rows: Iterable[Row], rules: Rulebook) -> Table:
    """The rows under the sender's headings, in the sender's own codes, with each declared kind of totals row."""
    headings = tuple(dict.fromkeys((*layout.columns, *layout.ignore, *layout.words, *layout.questions, *layout.blocks)))
    table = Table(layout, headings, [])
    # A layout whose every row has, say, `is_complete` = yes cannot show the others
    shown = (row for row in rows if all(row.get(field, value) == value for field, value in layout.constants.items()))
    for number, row in enumerate(shown, start=1):
        table.rows.append([_cell(layout, rules, heading, row, number) for heading in headings])
    for noise in layout.noise:
        marker = (*noise.equals, *noise.starts_with)[0]
        table.rows.append([marker if heading == noise.column else "" for heading in headings])
    return table


def _cell(layout: Layout, rules: Rulebook, heading: str, row: Row, number: int) -> Cell:
    if heading in layout.columns:
        return _field(layout, rules, layout.columns[heading], row)
    if heading in layout.questions:
        answer = row.get(layout.questions[heading], "")
        return layout.unsure[0] if answer == "Unsure" else _typed(layout, answer)
    if heading in layout.blocks:
        block = layout.blocks[heading]
        return block.separator.join(text for text, key in block.options.items() if row.get(key) == "1")
    if heading in layout.words:
        flag = layout.words[heading]
        return f"Clinical duties; {flag.words[0]}" if row.get(flag.to) == "yes" else "Clinical duties"
    return "" if heading in {defect.column for defect in layout.all_defects} else _filler(heading, number)


def _field(layout: Layout, rules: Rulebook, name: str, row: Row) -> Cell:
    value, field = row.get(name, ""), layout.contract.field(name)
    if not value:
        return layout.nulls[0] if layout.nulls else ""
    for theirs, ours in layout.values.get(name, {}).items():
        if ours == value:
            return theirs
    if field.kind == "code":
        return rules.codelists[field.codelist].labels[value]
    if field.kind == "date":
        day = date.fromisoformat(value)
        return day if layout.format == "xlsx" else day.strftime(layout.date_formats[0])
    return _typed(layout, value) if field.kind in ("number", "integer") else value


def _typed(layout: Layout, value: str) -> Cell:
    """A number as a workbook holds it, or as the layout's text; anything else as it stands."""
    if not value.replace(".", "", 1).isdigit():
        return value
    return float(value) if layout.format == "xlsx" else value.replace(".", "," if layout.decimal_comma else ".")


def _filler(heading: str, number: int) -> str:
    """What stands in a column that is not read: obviously made up, sometimes over two lines, never empty of accents."""
    folded = heading.casefold()
    if "mail" in folded:
        return f"person{number}@example.invalid"
    if "name" in folded or folded.startswith("apprais"):
        return f"Fictional Person {number}"
    return "fictional – not read" + ("\nsecond line" if number % 25 == 0 else "")


def write(tables: Sequence[Table], sender: str, about: Mapping[str, str], encoding: str = "utf-8-sig") -> bytes:
    """The file's bytes: CSV in the encoding, or a workbook; `about` fills a template's sheet of that name."""
    layout = tables[0].layout
    if layout.format == "xlsx":
        sheets = {table.layout.sheet or "Sheet1": _lines(table, sender) for table in tables}
        return workbook({**sheets, "About": about.items()} if layout.name == "template" else sheets)
    text = io.StringIO()
    csv.writer(text, delimiter=layout.delimiter).writerows(_lines(tables[0], sender))
    return text.getvalue().encode(encoding)


def _lines(table: Table, sender: str) -> list[Sequence[Cell]]:
    layout = table.layout
    above = [[layout.title], [sender], ["Made-up data"]]
    below = [table.headings, [f'{{"ImportId":"QID{n}"}}' for n, _ in enumerate(table.headings, start=1)]]
    return [
        *(above * layout.metadata_rows)[: layout.metadata_rows],
        table.headings,
        *below[: layout.rows_after_header],
        *table.rows,
    ]


def workbook(sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """An .xlsx workbook of those sheets; the same content gives the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **AS_TEXT}) as book:
        book.set_properties({"created": CREATED, "comments": "Made-up demo data"})
        for name, lines in sheets.items():
            worksheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                worksheet.write_row(number, 0, line)
    return buffer.getvalue()
