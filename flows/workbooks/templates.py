"""The blank workbook of a dataset, with drop-downs and notes, for a sender to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.workbooks.sheets import YES_NO, bold, new_workbook, offer, write_choices
from schemas.fields import Dataset, Field
from schemas.layouts import EXAMPLE_MARK, Layout, template_layout
from schemas.rulebook import Rulebook

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

HEADING = {"text_wrap": True, "valign": "top", "bottom": 1}
REQUIRED = {"bold": True, "bg_color": "#d9d9d9"}
ROWS = 10_000  # lines of the template that carry drop-downs and formats

FORMATS = {"identifier": "@", "text": "@", "code": "@", "date": "yyyy-mm-dd", "integer": "0", "number": "General"}
EXPECTED = {
    "identifier": "the number as the source has it, with its leading zeros",
    "text": "text",
    "date": "a date, like 2026-09-30",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
}
NEVER_SENT = (
    "Never send names, e-mail addresses, telephone numbers, dates of birth, addresses or free-text comments:"
    " a file with a column that is not listed below is refused.",
    "A heading in bold on grey must be filled in every line. The others may be empty, unless a note says otherwise.",
    "Registration and employee numbers are replaced by pseudonyms as soon as the file is read.",
    f'A line whose first cell begins with "{EXAMPLE_MARK}" is left out: you may delete the example line.',
    "Leave a cell empty where you do not know; write no 0 and no dash for it.",
)


@dataclass(frozen=True)
class _Column:
    """One column of the template as a person meets it."""

    heading: str
    kind: str
    meaning: str
    example: str
    is_required: bool
    choices: tuple[str, ...] = ()
    limits: tuple[float, float] | None = None

    @property
    def allowed(self) -> str:
        """The values that it takes, in words."""
        if self.choices:
            return " / ".join(self.choices)
        limits = " to ".join(f"{limit:,.12g}" for limit in self.limits) if self.limits else ""
        return ", ".join(filter(None, (EXPECTED[self.kind], limits)))


def write_template(dataset: str, rules: Rulebook, path: Path) -> None:
    """Write the blank workbook of a dataset: sheets Data and one a part, About, Notes and the drop-downs' Lists.

    Filled in, it fits the dataset's `template` layout. Raises KeyError for a dataset that is not declared.
    """
    layout = rules.only_on(template_layout(dataset, rules.instruments))
    with new_workbook(path) as book:
        sheets = [(book.add_worksheet(one.sheet), one, _columns(one, rules)) for one in (layout, *layout.parts)]
        _write_about(book, book.add_worksheet("About"))
        _write_notes(book, book.add_worksheet("Notes"), [(one, columns) for _, one, columns in sheets])
        lists = book.add_worksheet("Lists")
        for data, _, columns in sheets:
            _write_data(book, data, columns, lists)


def _write_data(book: Workbook, data: Worksheet, columns: Sequence[_Column], lists: Worksheet) -> None:
    """Headings, the example line, and drop-downs whose values are in `lists`."""
    must, may = (book.add_format({**HEADING, **marks}) for marks in (REQUIRED, {}))
    for place, column in enumerate(columns):
        data.write(0, place, column.heading, must if column.is_required else may)
    first, *others = (column.example for column in columns)
    data.write_row(
        1, 0, (f"{EXAMPLE_MARK} {first}", *others), book.add_format({"italic": True, "font_color": "#7f7f7f"})
    )
    data.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        number_format = book.add_format({"num_format": FORMATS.get(column.kind, "General")})
        data.set_column(place, place, max(14, min(40, len(column.heading) + 2)), number_format)
        cells = (2, place, ROWS, place)  # from the line below the example
        if column.choices:
            offer(data, cells, write_choices(lists, column.heading, column.choices), column.heading)
        elif column.limits:
            low, high = column.limits
            kind = "integer" if column.kind == "integer" else "decimal"
            data.data_validation(*cells, {"validate": kind, "criteria": "between", "minimum": low, "maximum": high})


def _columns(layout: Layout, rules: Rulebook) -> list[_Column]:
    fields = [_of_field(layout.contract.field(name), rules) for name in layout.columns.values()]
    return fields + [_of_question(heading, key, rules) for heading, key in layout.questions.items()]


def _of_field(field: Field, rules: Rulebook) -> _Column:
    choices: tuple[str, ...] = YES_NO if field.kind == "boolean" else ()
    example, meaning = field.example, field.description
    if listed := rules.codelists.get(field.codelist):
        labels = listed.labels
        choices, example = tuple(labels.values()), labels.get(listed.code_of(example) or "", "")
        meaning = re.sub("`(.+?)`", lambda code: f'"{labels.get(code[1], code[1])}"', meaning)
    if field.kind == "boolean":
        meaning = re.sub("^True ", "Yes ", meaning)
    meaning = re.sub("; NULL [^.]*", "", meaning)  # what our own tables have where a cell is empty
    limits = (field.minimum, field.maximum) if field.minimum is not None and field.maximum is not None else None
    return _Column(field.title, field.kind, meaning, example, field.required, choices, limits)


def _of_question(heading: str, key: str, rules: Rulebook) -> _Column:
    item, scale = rules.instruments.by_key[key], rules.instruments.scale_of(key)
    scores = range(scale.minimum, scale.maximum + 1)
    choices = YES_NO if item.scale_code == "tick" else tuple(scale.labels.get(score, str(score)) for score in scores)
    if scale.has_unsure:
        choices = (*choices, "Unsure")
    return _Column(heading, "question", f"Question of the survey: {item.label}.", "", False, choices)


def _write_about(book: Workbook, sheet: Worksheet) -> None:
    sheet.set_column(0, 0, 24, bold(book))
    sheet.set_column(1, 1, 24, book.add_format({"num_format": "@"}))
    sheet.set_column(2, 2, 70)
    sheet.write_row(0, 0, ("Organisation code", "", "Your ODS code, as in config/organisations.csv"))
    sheet.write_row(1, 0, ("Period", "", "The month that the file is for, like 2026-09, or the whole year, like 2026"))


def _write_notes(book: Workbook, sheet: Worksheet, about: Sequence[tuple[Layout, Sequence[_Column]]]) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 3, 30)
    for line, sentence in enumerate(NEVER_SENT):
        sheet.write_row(line, 0, (sentence,))
    line = len(NEVER_SENT) + 1
    for layout, columns in about:
        contract = layout.contract
        may_go = "; the sheet may be left out" if contract.is_optional else ""
        title = f'Sheet "{layout.sheet}": {contract.title}, one line for each {_in_words(contract.grain)}{may_go}'
        sheet.write(line, 0, title, book.add_format({"bold": True}))
        sheet.write_row(line + 1, 0, ("Column", "What it means", "Must be filled", "What it takes"), bold(book))
        for place, column in enumerate(columns, start=line + 2):
            needed = "yes" if column.is_required else "no"
            sheet.write_row(place, 0, (column.heading, column.meaning, needed, column.allowed), wrapped)
        line += len(columns) + 3
        for sentence in _said_of(contract):
            sheet.write(line - 1, 0, sentence)
            line += 1


def _in_words(grain: str) -> str:
    """Of `plan x activity line (more)`: plan and activity line."""
    *first, last = grain.partition(" (")[0].split(" x ")
    return f"{', '.join(first)} and {last}" if first else last


def _said_of(contract: Dataset) -> Iterator[str]:
    """What holds of a line or of the whole sheet."""
    but = "".join(
        f", unless its {contract.field(name).title} is one of {', '.join(codes).replace('_', ' ')}"
        for name, codes in contract.one_of_not_for.items()
    )
    for group in contract.one_of:
        titles = ", ".join(contract.field(name).title for name in group)
        yield f"Every line needs at least one of these: {titles}{but}."
    if contract.warning:
        yield contract.warning
