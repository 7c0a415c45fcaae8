"""Writes the mapping workbook: an export never seen before, laid out for an officer to say what each column is.

No cell of its data is written: only headings, questions' texts, counts, and what we know ourselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.mapping import form
from flows.mapping.form import ABOUT, ABSENT, HEADINGS, IGNORE, KEEP, ROWS, SHEET, TICKS, VALUES
from flows.mapping.suggest import VERDICTS, Suggested, suggest
from flows.workbooks.sheets import YES_NO, new_workbook, offer, write_choices, write_table
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.tables import DATASETS, SENT
from transforms.guessing.evidence import Cells, is_decimal_comma, is_month_first
from transforms.reading.identify import UnknownLayout

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

LINES = 500  # of a sheet that is filled in, with drop-downs
HOW_TO = (
    f"Look at each line of the sheet {SHEET}: choose what the column is and '{KEEP}', or '{IGNORE}' to leave it out."
    f" Where that cell is empty we have only guessed: say which. Leave names, e-mail addresses and free text at"
    f" '{IGNORE}'. The sheet {ABSENT} says what is still missing. Save, and put this workbook back into the inbox."
)
HINTS = {  # beside the labels of the sheet About
    form.DATASET: "Choose from the list.",
    form.NAME: "Short, the same each time: files of one name replace each other month by month.",
    form.FORMAT: "As found; leave it.",
    form.DELIMITER: "As found; leave it.",
    form.DATA_SHEET: "As found: the sheet that holds the table.",
    form.ABOVE: "As found: titles and empty lines above the headings.",
    form.COMMA: "yes where 7,5 means seven and a half.",
    form.DATES: "Look for a day after the 12th: does it say 13/05 or 05/13?",
    form.PERIOD: "Choose, or write a month like 2026-09. A month that is written here holds for every later file of"
    " this kind, too: write one only for what is sent once.",
    form.PARTED: f"Only for a tick list, several options in one cell: see the sheet {TICKS}.",
    form.LIKE: "As found: what you leave stays as there.",
}
SHEETS = {  # headings, the last of them a hint; widths in characters
    ABSENT: (("Column", "Must be there", "Is it there?", "What lines have instead"), (36, 40, 16, 50)),
    ROWS: (
        ("Your heading", "Its cell ...", "... this text", "Lines that are no data, such as totals"),
        (40, 14, 40, 40),
    ),
    TICKS: (("Your heading", "Option, as it is written", "What we call it"), (40, 50, 60)),
    VALUES: (
        ("Your value", "What we call it", "Only for words of the export's own, such as a state: one line for each."),
        (44, 60, 70),
    ),
}


@dataclass(frozen=True)
class _Book:
    """The workbook that is written, and where the next drop-down's values go."""

    book: Workbook
    lists: Worksheet
    suggested: Suggested

    def offer(self, sheet: Worksheet, column: int, heading: str, options: Sequence[str], rows: tuple[int, int]) -> None:
        """A drop-down in the rows (first, last) of a column; with one option alone, anything may be typed beside it."""
        source, cells = write_choices(self.lists, heading, options), (rows[0], column, rows[1], column)
        offer(sheet, cells, source, heading, is_open=len(options) == 1)

    def add(self, name: str, lines: Iterable[Sequence[object]]) -> Worksheet:
        """Fill one of SHEETS."""
        headings, widths = SHEETS[name]
        return write_table(self.book, name, headings, list(lines), widths)


def write_mapping(unknown: UnknownLayout, dataset: str | None, rules: Rulebook, path: Path) -> None:
    """Write the workbook to fill in: every heading of the file with what it seems to be.

    What is nearly a known layout is filled in from that. Without a dataset the one that fits best is suggested.
    """
    suggested = suggest(unknown, dataset, rules)
    with new_workbook(path) as book:
        for name in (SHEET, ABOUT, *SHEETS):
            book.add_worksheet(name)
        made = _Book(book, book.add_worksheet("Choices"), suggested)
        for write in (_write_columns, _write_about, _write_absent, _write_rows, _write_ticks, _write_values):
            write(made)


def _datasets(made: _Book) -> list[str]:
    """The dataset that is suggested, then the others that it may be changed to."""
    best = made.suggested.dataset
    return [best, *(name for name, one in DATASETS.items() if name != best and not one.is_national)]


def _write_columns(made: _Book) -> None:
    suggested = made.suggested
    lines = [*suggested.lines()]
    sheet = write_table(made.book, SHEET, HEADINGS, lines, (44, 56, 16, 18, 60, 20))
    choices = dict.fromkeys(
        word for name in _datasets(made) for word in form.choices(name, made.suggested.rules, suggested.near)
    )
    made.offer(sheet, 1, HEADINGS[1], list(choices), (1, len(lines)))
    made.offer(sheet, 2, HEADINGS[2], [KEEP, IGNORE], (1, len(lines)))
    undecided = made.book.add_format({"bg_color": "#FFF2CC"})
    sheet.conditional_format(1, 2, len(lines), 2, {"type": "blanks", "format": undecided})


def _write_about(made: _Book) -> None:
    told = [(label, said, HINTS[label]) for label, said in _about(made.suggested).items()]
    sheet = write_table(made.book, ABOUT, ("", "", HOW_TO), told, (34, 44, 90))
    rows = {label: (n, n) for n, (label, *_) in enumerate(told, 1)}
    made.offer(sheet, 1, form.DATASET, [DATASETS[name].title for name in _datasets(made)], rows[form.DATASET])
    made.offer(sheet, 1, form.COMMA, list(YES_NO), rows[form.COMMA])
    made.offer(sheet, 1, form.DATES, [*form.DATES_AS], rows[form.DATES])
    headings = made.suggested.headed.headings
    periods = [form.AS_SENT, form.IN_NAME, *(form.IN_COLUMN.format(heading) for heading in headings)]
    row, _ = rows[form.PERIOD]
    offer(sheet, (row, 1, row, 1), write_choices(made.lists, form.PERIOD, periods), form.PERIOD, is_open=True)


def _about(suggested: Suggested) -> dict[str, object]:
    """What is said of the export as a whole."""
    headed, near = suggested.headed, suggested.near or Layout.model_construct()
    cells = [Cells(texts) for texts in headed.cells.values()]
    mark = hashlib.sha256("\n".join(headed.headings).encode()).hexdigest()[:8]
    signs = {sign: word for word, sign in form.DELIMITERS.items()}
    is_american = any(one.startswith("%m") for one in near.date_formats) if suggested.near else is_month_first(cells)
    comma = near.decimal_comma if suggested.near else is_decimal_comma(cells)
    return {
        form.DATASET: DATASETS[suggested.dataset].title,
        form.NAME: f"export_{mark}",
        form.FORMAT: headed.shape.format,
        form.DELIMITER: signs.get(headed.shape.delimiter, "comma"),
        form.DATA_SHEET: headed.sheet,
        form.ABOVE: headed.metadata_rows,
        form.COMMA: YES_NO[not comma],
        form.DATES: {True: form.MONTH_FIRST, False: form.DAY_FIRST, None: form.UNDECIDED}[is_american],
        form.PERIOD: _period(near),
        form.PARTED: next((one.separator for one in near.blocks.values()), ";"),
        form.LIKE: f"{near.dataset}/{near.name}" if suggested.near else "",
    }


def _period(near: Layout) -> str:
    if near.period_heading:
        return form.IN_COLUMN.format(near.period_heading)
    return near.period or (form.IN_NAME if near.period_in_name else form.AS_SENT)


def _write_absent(made: _Book) -> None:
    contract, near = SENT[made.suggested.dataset], made.suggested.near
    groups = {name: group for group in contract.one_of for name in group}
    order = sorted(contract.fields, key=lambda one: (not one.required, one.name not in groups))
    kept = {one.key for one in made.suggested.tables[0][1].values() if VERDICTS[one.sure] == KEEP}
    lines = []
    for one in order:
        titles = [contract.field(name).title for name in groups.get(one.name, ())]
        needed = "yes" if one.required else f"one of {', '.join(titles)}" if titles else "no"
        said = form.said(one, contract.name, near, made.suggested.rules)
        lines.append((one.title, needed, "", said if (said == form.FILLED) == (one.name in kept) else ""))
    sheet = made.add(ABSENT, lines)
    for row, one in enumerate(order, 1):
        alike = '{"' + '","'.join(contract.field(name).title for name in groups.get(one.name, (one.name,))) + '"}'
        is_needed = one.required or one.name in groups
        lacks = "MISSING" if is_needed else "no"
        count = f'SUMPRODUCT(COUNTIFS({SHEET}!$B:$B,{alike},{SHEET}!$C:$C,"{KEEP}"))'
        now = "yes" if kept & set(groups.get(one.name, (one.name,))) else lacks
        sheet.write_formula(row, 2, f'=IF({count}>0,"yes",IF(D{row + 1}<>"","as said here","{lacks}"))', None, now)
        made.offer(sheet, 3, one.title, form.instead(one, contract.name, made.suggested.rules), (row, row))


def _write_rows(made: _Book) -> None:
    sheet = made.add(ROWS, made.suggested.rows_to_leave_out())
    made.offer(sheet, 0, ROWS, list(made.suggested.headed.headings), (1, LINES))
    made.offer(sheet, 1, ROWS, [form.EQUALS, form.STARTS], (1, LINES))


def _write_ticks(made: _Book) -> None:
    sheet = made.add(TICKS, made.suggested.options())
    made.offer(sheet, 0, TICKS, list(made.suggested.headed.headings), (1, LINES))
    made.offer(sheet, 2, TICKS, list(form.ticks(made.suggested.rules)), (1, LINES))


def _write_values(made: _Book) -> None:
    words = dict.fromkeys(word for name in _datasets(made) for word in form.meanings(name, made.suggested.rules))
    by_code = {code: word for word, code in form.meanings(made.suggested.dataset, made.suggested.rules).items()}
    near = made.suggested.near
    layouts = (near, *near.parts) if near else ()
    lines = [
        (theirs, by_code[one.dataset, name, code])
        for one in layouts
        for name, values in one.values.items()
        for theirs, code in values.items()
        if (one.dataset, name, code) in by_code
    ]
    sheet = made.add(VALUES, lines)
    made.offer(sheet, 1, VALUES, list(words), (1, LINES))
