"""What people write about a doctor's case goes no further than the landed file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook

from flows.monthly.run import Month
from flows.settings import Settings
from schemas.submissions import State
from tests.lib.files import workbook

MARK = "Marker"
CASE = {
    "Case number": "Marker-1",
    "GMC number": "9999921",
    "Name": "A Marker",
    "Employer": "Dr Marker's ward",
    "Setting": "Marker House",
    "Grade": "SAS",
    "Source of referral": "Dr Marker",
    "Level": "Marker: serious",
    "Referral received": "02/03/2026",
    "Accepted?": "yes",
    "Triaged": "04/03/2026",
    "First appointment": "16/03/2026",
    "Closed": "",
    "Outcome": "Marker left",
    "ARCP before": "3",
    "Reason for referral (text)": "Marker was unwell",
    "Notes": "Marker",
}
SHEETS = {
    "Cases": [list(CASE), list(CASE.values())],
    "Concerns": [
        ["Case number", "Concern", "Detail"],
        ["Marker-1", "Health", "Marker"],
        ["Marker-1", "Marker low", ""],
    ],
    "Support given": [
        ["Case number", "Type of support", "Began", "Completed?"],
        ["Marker-1", "Marker", "16/03/2026", ""],
    ],
    "Questionnaires": [
        ["Case number", "Questionnaire", "Time point", "Filled in on", "Total score"],
        ["Marker-1", "PHQ-9", "Start", "16/03/2026", "Marker panic"],
        ["Marker-1", "PHQ-9", "Start", "16/03/2026", "14"],
    ],
}


def test_no_prose_name_or_case_number_passes_the_landed_file(
    settings: Settings, put: Callable[[str, str | bytes], Path], run: Callable[[], Month]
) -> None:
    put("ZZ1/2026-09/cases.xlsx", workbook(SHEETS))
    (outcome,) = run().outcomes
    assert outcome.state is State.LOADED
    assert (outcome.counts.accepted, outcome.counts.rejected) == (3, 3)
    said = {"outcome": str(outcome), **dict(_everything(settings))}
    assert {place for place, text in said.items() if MARK.casefold() in text.casefold()} == set()
    assert {"findings.xlsx", "ledger.sqlite", "support_case.parquet", "work.duckdb"} <= said.keys()


def _everything(settings: Settings) -> Iterator[tuple[str, str]]:
    """The content of every file of the home that is not the landed one, as text, with its name."""
    for file in (file for file in settings.home.rglob("*") if file.is_file() and settings.landing not in file.parents):
        if file.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(file)
            yield file.name, str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
        elif file.suffix == ".sqlite":
            with sqlite3.connect(file) as connection:
                yield file.name, "\n".join(connection.iterdump())
            connection.close()
        elif file.suffix == ".parquet":
            yield file.name, str(duckdb.sql(f"SELECT * FROM read_parquet('{file}')").fetchall())
        elif file.suffix == ".duckdb":
            with duckdb.connect(file, read_only=True) as database:
                tables = database.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
                yield file.name, str([database.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables])
        else:
            yield file.name, file.read_text(encoding="utf-8", errors="ignore")
