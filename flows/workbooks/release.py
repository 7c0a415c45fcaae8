"""The current release as an accessible workbook, by the Government Analysis Function's guidance on spreadsheets.

Cover, contents and notes, then one marked table a sheet from column A; no merged cell, blank row, blank cell, filter or
frozen pane. What has no number says why: `[c]` withheld, `[x]` not available, `[z]` does not apply.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.workbooks.sheets import new_workbook
from schemas.findings import counted
from warehouse.db.connection import ask_rows
from warehouse.db.tables import literal
from warehouse.release.former import DATABASE, MANIFEST

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_FONT = {"font_name": "Arial", "font_size": 12, "valign": "top"}
_SHORTHAND = {
    "[c]": "withheld: it is about few people, or a figure about few people could be worked out from it",
    "[x]": "not available: what it is made from has not come, or nothing can be worked out",
    "[z]": "does not apply to this figure",
}
_TEXTS = {
    "metric_title": ("Metric", 44),
    "note": ("Note", 12),
    "item_label": ("Item", 44),
    "organisation_name": ("Organisation", 34),
    "period_label": ("Period", 30),
    "breakdown_label": ("Grouped by", 24),
    "category_label": ("Group", 34),
    "unit": ("Unit", 16),
}
_NUMBERS = {
    "value": ("Value", 12),
    "people_count": ("People", 12),
    "q1": ("Lower quartile", 12),
    "q3": ("Upper quartile", 12),
    "interval_low": ("Interval, lower end", 14),
    "interval_high": ("Interval, upper end", 14),
    "response_rate_pct": ("Response rate (%)", 14),
    "target": ("Target", 12),
}
_WITHHELD_ALONE = ("people_count", "response_rate_pct")  # of a figure that is in print, for they would tell of few
_MADE_UP = "Every organisation and every figure in this workbook is made up."
_ORDER = "topic_label, metric_order, item_order, organisation_name, breakdown_order, category_order, period_order DESC"
Row = Mapping[str, Any]


def write_release_workbook(release: Path, path: Path, organisation: str = "", topics: Sequence[str] = ()) -> int:
    """Write the workbook of a release's folder, or of one organisation and some topics of it; gives its tables.

    Raises UsageError for an organisation or topic that the release does not have.
    """
    database = release / DATABASE
    wanted = [*_narrowed(database, "organisation_code", [organisation] if organisation else [])]
    wanted += _narrowed(database, "topic", topics)
    # All periods of everyone together, and the last one of each group: what most readers look for, and not too long.
    where = " AND ".join(("(breakdown = 'all' OR is_latest)", *wanted))
    rows = ask_rows(database, f"SELECT * FROM marts.dashboard_figure WHERE {where} ORDER BY {_ORDER}")
    shown = f"metric_id IN (SELECT metric_id FROM marts.dashboard_figure WHERE {where})"
    metrics = ask_rows(database, f"SELECT * FROM marts.dim_metric WHERE {shown} ORDER BY metric_order")
    numbered = {one["metric_id"]: {**one, "note": f"[note {n}]"} for n, one in enumerate(metrics, start=1)}
    tables = [(label, list(found)) for label, found in groupby(rows, key=lambda row: str(row["topic_label"]))]
    manifest = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
    with new_workbook(path) as book:
        _Writer(book, manifest, numbered).write(tables)
    return len(tables)


def _narrowed(database: Path, column: str, asked: Sequence[str]) -> Iterator[str]:
    if asked:
        found = ask_rows(database, f"SELECT DISTINCT {column} FROM marts.dashboard_figure ORDER BY 1")
        there = [row[column] for row in found]
        if unknown := [one for one in asked if one not in there]:
            raise UsageError(f"the release has no figure of {', '.join(unknown)}; choose of {', '.join(there)}")
        yield f"{column} IN ({', '.join(map(literal, asked))})"


class _Writer:
    """The sheets of one workbook."""

    def __init__(self, book: Workbook, manifest: Mapping[str, Any], metrics: Mapping[str, Row]) -> None:
        self._book, self._manifest, self._metrics = book, manifest, metrics
        self._made_up = [_MADE_UP] if manifest["is_fictional"] else []
        self._title = f"Research culture: figures of {'made-up ' if self._made_up else ''}NHS organisations"
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        book.set_size(2400, 1400)
        created = datetime.fromisoformat(manifest["released_at"]).replace(tzinfo=None)
        book.set_properties({"title": self._title, "subject": manifest["headline"][:255], "created": created})
        book.set_custom_property("Language", "en-GB")

    def _format(self, **more: Any) -> Any:
        key = tuple(sorted(more.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({**_FONT, **more})
        return self._formats[key]

    def write(self, tables: Sequence[tuple[str, list[Row]]]) -> None:
        """Cover, contents, notes, then a sheet for each table."""
        names = [f"Table_{n}" for n in range(1, len(tables) + 1)]
        self._cover()
        contents = [("Notes", "What each metric means, and what may not be concluded")]
        contents += [
            (name, f"{label}: {counted(len(rows), 'figure')}")
            for name, (label, rows) in zip(names, tables, strict=True)
        ]
        self._contents(contents)
        self._notes()
        for name, (label, rows) in zip(names, tables, strict=True):
            self._figures(name, label, rows)

    def _sheet(self, name: str, title: str, lines: Sequence[str]) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, title, self._format(bold=True, font_size=16))
        for place, line in enumerate(lines, start=1):
            sheet.write_string(place, 0, line, self._format())
        return sheet

    def _cover(self) -> None:
        lines = (
            *self._made_up,
            f"Release {self._manifest['release_id']}, of {self._manifest['released_at'][:10]}.",
            self._manifest["headline"],
            "For everyone together each period is given; for groups, sites and the like the last period only.",
            "All figures and periods are in the release's other files.",
            *(f"{mark} {meaning}." for mark, meaning in _SHORTHAND.items()),
            "Figures describe; they are not effects. Do not average medians.",
        )
        sheet = self._sheet("Cover", self._title, ())
        for place, line in enumerate(lines, start=1):
            sheet.set_row(place, _height([line], [100]))
            sheet.write_string(place, 0, line, self._format(text_wrap=True))
        sheet.set_column(0, 0, 100)

    def _contents(self, lines: Sequence[tuple[str, str]]) -> None:
        sheet = self._sheet("Contents", "Contents", ("This worksheet contains one table.",))
        self._table(sheet, "contents", 2, {"Worksheet": 16, "What it holds": 90}, lines)
        for place, (name, _) in enumerate(lines, start=3):
            link = self._format(font_color="#005EB8", underline=1)
            sheet.write_url(place, 0, f"internal:'{name}'!A1", link, string=name)

    def _notes(self) -> None:
        sheet = self._sheet("Notes", "Notes", ("This worksheet contains one table.",))
        lines = [
            (one["note"], one["metric_title"], one["definition"], one["warning"] or "none", one["evidence"])
            for one in self._metrics.values()
        ]
        widths = {"Note": 12, "Metric": 44, "What it means": 80, "What may not be concluded": 60, "Source": 50}
        self._table(sheet, "notes", 2, widths, lines)

    def _figures(self, name: str, label: str, rows: Sequence[Row]) -> None:
        said = "This worksheet contains one table. Its notes are in the worksheet Notes."
        marks = "; ".join(f"{mark} {meaning}" for mark, meaning in _SHORTHAND.items())
        about = (*self._made_up, said, f"Shorthand: {marks}.")
        sheet = self._sheet(name, f"{name.replace('_', ' ')}: {label}", about)
        used = {column for row in rows for column in _NUMBERS if row[column] is not None} | {"value"}
        numbers = [column for column in _NUMBERS if column in used]
        applies = {(row["metric_id"], column) for row in rows for column in numbers if row[column] is not None}
        widths = dict((*_TEXTS.values(), *(_NUMBERS[column] for column in numbers), ("Why", 60)))
        lines = [(*self._texts(row), *(self._number(row, c, applies) for c in numbers), _why(row)) for row in rows]
        self._table(sheet, name.lower(), 1 + len(about), widths, lines, [int(row["decimals"]) for row in rows])

    def _texts(self, row: Row) -> tuple[str, ...]:
        note = self._metrics[row["metric_id"]]["note"]
        return tuple(str({**row, "note": note}[column] or "[z]") for column in _TEXTS)

    def _number(self, row: Row, column: str, applies: set[tuple[str, str]]) -> Any:
        """The number, or the shorthand of why there is none."""
        if row[column] is not None:
            return row[column]
        if row["status_shorthand"] and (column == "value" or (row["metric_id"], column) in applies):
            return row["status_shorthand"] if column != "target" else "[z]"
        is_withheld = column in _WITHHELD_ALONE and (row["metric_id"], column) in applies
        return "[c]" if is_withheld else "[z]"

    def _table(
        self,
        sheet: Worksheet,
        name: str,
        top: int,
        widths: Mapping[str, int],
        lines: Sequence[Sequence[Any]],
        decimals: Sequence[int] = (),
    ) -> None:
        """A marked table from column A: headings at row `top`, numbers with their metric's decimals."""
        head = self._format(bold=True, text_wrap=True, bottom=1)
        for column, width in enumerate(widths.values()):
            sheet.set_column(column, column, width)
        sheet.set_row(top, _height(list(widths), list(widths.values())))
        sheet.repeat_rows(top)
        figures = range(len(_TEXTS), len(widths) - 1)
        for place, line in enumerate(lines):
            sheet.set_row(top + 1 + place, _height(line, list(widths.values())))
            for column, cell in enumerate(line):
                if isinstance(cell, str):
                    shape = {"align": "right"} if decimals and column in figures else {"text_wrap": True}
                else:
                    places = decimals[place] if isinstance(cell, float) else 0
                    shape = {"num_format": f"#,##0{'.' + '0' * places if places else ''}"}
                sheet.write(top + 1 + place, column, cell, self._format(**shape))
        columns = [{"header": heading, "header_format": head} for heading in widths]
        options = {"name": name, "columns": columns, "autofilter": False, "style": None}
        sheet.add_table(top, 0, top + max(len(lines), 1), len(widths) - 1, options)


def _height(cells: Sequence[Any], widths: Sequence[int]) -> int:
    """Points that the longest cell needs: not every program fits a row to text that is wrapped."""
    return 17 * max(-(-len(str(cell)) // width) for cell, width in zip(cells, widths, strict=True))


def _why(row: Row) -> str:
    return str(row["status_sentence"] or "in print")
