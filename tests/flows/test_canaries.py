"""Planted names and numbers: whatever files and file names hold of people, only landing keeps it.

Every layout's fixture is sent anew with made-up names and identifiers in its identifier columns, its ignored columns
and its free text, and with a name in its file name; then everything that the walk wrote is searched for them.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from flows.monthly import Month
from flows.settings import Settings
from flows.workbook import new_workbook
from schemas.layouts import Layout
from schemas.rulebook import load_rulebook
from schemas.submissions import State
from tests.transforms.test_layouts import fixture
from transforms.parse import read_shape

RULES = load_rulebook()
WORD = "quillfeather"  # stands in every planted name, text and plan number, and nowhere else
SHAPED = {"registration": "L73{:04}", "employee": "QXZ735{:04}"}  # no hexadecimal: no pseudonym can hold them
NAMED = "Featherstone"  # stands in every file name sent


def identifier_of(layout: Layout, heading: str, number: int) -> str:
    """A made-up identifier of the column's type; '' where the column is none."""
    field = layout.contract.field(layout.columns[heading]) if heading in layout.columns else None
    if field is None or (field.kind != "identifier" and field.name != "response_id"):
        return ""
    return SHAPED.get(field.identifier, f"{WORD}-{{}}").format(number)


def planted(layout: Layout, number: int) -> dict[str, list[tuple[str, ...]]]:
    """The layout's fixture, sheet by sheet, with people in it: `number` and the next few tell them apart."""
    sheets = dict(read_shape(fixture(layout), f"a.{layout.format}").sheets)
    name = next(name for name, rows in sheets.items() if any(layout.needed <= set(row) for row in rows))
    rows = list(sheets[name])
    top = next(place for place, row in enumerate(rows) if layout.needed <= set(row))
    people: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows[top + 1 + layout.rows_after_header :], top + 1 + layout.rows_after_header):
        cells = dict(zip(rows[top], row, strict=False))
        for heading, cell in cells.items():
            if heading in layout.ignore or heading in layout.words:
                cells[heading] = f"{cell} {WORD.title()} {number}"
            elif cell and not cell.startswith(("EXAMPLE", "Grand", "Report", "Total", "TOTAL")):
                person = people.setdefault((heading, cell), number + len(people))
                cells[heading] = identifier_of(layout, heading, person) or cell
        rows[place] = tuple(cells.values())
    return {
        sheet: [tuple(cell.replace("X9001", "ZZ1") for cell in row) for row in lines]
        for sheet, lines in {**sheets, name: rows}.items()
    }


def written(layout: Layout, sheets: dict[str, list[tuple[str, ...]]], path: Path) -> None:
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


@pytest.fixture
def sent(settings: Settings) -> Settings:
    """An inbox with a file of every layout, each full of people, and three files that will be refused."""
    folder = settings.inbox / "ZZ1" / "2026-09"
    for number, layout in enumerate(RULES.layouts):
        period = folder if layout.dataset != "nss_benchmark" else settings.inbox / "national"
        name = f"{NAMED}{number}.{layout.format}"
        written(layout, planted(layout, number * 10), period / layout.dataset / name)
    (folder / f"{NAMED}90.csv").write_text(f"Colour,Surname\nred,{WORD}\n", encoding="utf-8")
    (folder / f"{NAMED}91.csv").write_text("", encoding="utf-8")
    (folder / f"{NAMED}92.csv").write_text(f'A,B\n"{WORD},L730999\nx,y\nz,z\n', encoding="utf-8")
    return settings


def held(text: str, *, names: bool = True) -> set[str]:
    """Which of the planted things a text holds."""
    numbers = {SHAPED[kind].format(n) for kind in SHAPED for n in range(1000)}
    planted_ones = {WORD, *numbers, *([NAMED] if names else [])}
    return {one for one in planted_ones if one.lower() in text.lower()}


def text_of(file: Path) -> str:
    """Everything that a file holds, unpacked, as text."""
    if file.suffix == ".parquet":
        return "\n".join(map(str, duckdb.sql(f"SELECT * FROM read_parquet('{file}')").fetchall()))
    if file.suffix == ".duckdb":
        with duckdb.connect(file, read_only=True) as connection:
            found = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            tables = [connection.execute(f'SELECT * FROM "{s}"."{t}"').fetchall() for s, t in found]
        return "\n".join(str(row) for rows in tables for row in rows)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as book:
            return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())
    return file.read_bytes().decode("latin-1")


def ledger_text(settings: Settings, but: tuple[str, ...] = ("sent_name",)) -> str:
    """The ledger without the one column that keeps the name a file was sent under."""
    connection = sqlite3.connect(settings.ledger)
    connection.row_factory = sqlite3.Row
    try:
        tables = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [dict(row) for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]
    finally:
        connection.close()
    return "\n".join(str({name: value for name, value in row.items() if name not in but}) for row in rows)


def written_files(settings: Settings) -> Iterator[Path]:
    for file in sorted(settings.home.rglob("*")):
        inside = file.relative_to(settings.home).parts[0]
        if file.is_file() and inside not in ("landing", "inbox") and not inside.startswith("ledger.sqlite"):
            yield file


@pytest.fixture
def month(sent: Settings, prefect_server: Callable[[], str]) -> Month:
    from flows import deployed

    return deployed.run_monthly()


@pytest.mark.slow
def test_people_in_files_and_file_names_reach_nothing_but_landing(
    sent: Settings, month: Month, prefect_server: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    states = [outcome.state for outcome in month.outcomes]
    assert states.count(State.REJECTED) == 3, [o.sentences for o in month.outcomes if o.state is State.REJECTED]
    assert states.count(State.LOADED) == len(RULES.layouts) and month.published and month.published.release
    landed = "\n".join(text_of(file) for file in sent.landing.iterdir())
    assert len(held(landed)) > 20
    kept = prefect_server()
    assert held(kept) == set() and month.outcomes[0].submission_id in kept
    assert held(ledger_text(sent)) == set()
    assert held(ledger_text(sent, but=())) == {NAMED}
    assert held(str(month) + "".join(capfd.readouterr())) == set()
    assert "ZZ1" in text_of(sent.analyst_file)
    assert any(held(text_of(file)) == {NAMED} for file in sent.findings.rglob("findings.xlsx"))
    for file in written_files(sent):
        is_senders = file.name == "findings.xlsx"  # it says which of their files it is about
        assert held(text_of(file), names=not is_senders) == set(), file.name
        assert held(str(file.relative_to(sent.home))) == set()
