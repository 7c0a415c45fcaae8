"""Changes since the release before: which figures they are, and that nothing withheld is said."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from schemas.tables import MARTS, TABLES
from tests.lib.released import REFERENCES, USUAL, released
from tests.lib.text_tables import lines, parse
from warehouse.db import tables
from warehouse.release.changes import CHANGES, counted, write_changes

VALUES = TABLES["marts.metric_value"]
BEFORE = """
    category     breakdown   status        value people_count
    same         staff_group shown         50    20
    last_digit   staff_group shown         50    20
    other        staff_group shown         50    20
    recounted    staff_group shown         50    20
    hidden_now   staff_group shown         66    20
    hidden_since staff_group suppressed    -     -
    shown_now    staff_group suppressed    -     -
    kept         staff_group shown         50    20
    restated     staff_group not_restated  50    20
    not_now      staff_group shown         55    20
    come         staff_group not_available -     -
    gone         staff_group shown         77    20
    small_place  site        shown         88    20
"""
AFTER = """
    category     breakdown   status        value people_count
    same         staff_group shown         50    20
    last_digit   staff_group shown         50.00001 20
    other        staff_group shown         51    20
    recounted    staff_group shown         50    21
    hidden_now   staff_group suppressed    -     -
    hidden_since staff_group suppressed    -     -
    shown_now    staff_group shown         40    20
    kept         staff_group not_restated  50    20
    restated     staff_group shown         53    20
    not_now      staff_group not_available -     -
    come         staff_group shown         33    20
    first        staff_group shown         44    20
"""


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """The database of the release before."""
    path = tmp_path / "before.duckdb"
    with duckdb.connect(path) as connection:
        write(connection, BEFORE)
    return path


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """The work database of this release."""
    with released() as made:
        write(made.connection, AFTER)
        for name in ("dim_item", "dim_category", "dim_period"):
            made.make(MARTS[f"marts.{name}"])
        yield made.connection


def write(connection: duckdb.DuckDBPyConnection, figures: str) -> None:
    """Each figure as one of trust ZZ1's share of signed-off job plans with time for research."""
    cells = [{**USUAL, "metric_id": "job_plan_any_research_time", **row} for row in parse(figures)]
    named = pa.schema([(name, pa.string()) for name in VALUES.names])
    told = pa.Table.from_pylist(cells, named).cast(pa.schema([(f.name, f.arrow_type()) for f in VALUES.fields]))
    connection.execute("CREATE SCHEMA IF NOT EXISTS marts")
    tables.load(connection, VALUES, told)


def read(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / CHANGES).read_text(encoding="utf-8-sig").splitlines()))


def test_each_figure_that_is_not_as_it_was_is_told_and_no_number_that_is_withheld(
    connection, shown: Path, tmp_path: Path
) -> None:
    write_changes(connection, tmp_path, shown)
    told = ("category", "change", "value_before", "value_after", "status_before", "status_after")
    rows = (" ".join(row[name].removesuffix(".0").replace(" ", "~") or "-" for name in told) for row in read(tmp_path))
    assert "\n".join(sorted(rows)) == lines("""
        come       now~available      -  33 not_available shown
        first      new                -  44 -             shown
        gone       gone               -  -  shown         -
        hidden_now now~withheld       -  -  shown         suppressed
        kept       kept~as~it~was     50 50 shown         not_restated
        not_now    now~not~available  -  -  shown         not_available
        other      changed            50 51 shown         shown
        recounted  counts~changed     50 50 shown         shown
        restated   restated           50 53 not_restated  shown
        shown_now  no~longer~withheld -  40 suppressed    shown
    """)


def test_a_row_names_its_metric_and_organisation_in_words(connection, shown: Path, tmp_path: Path) -> None:
    write_changes(connection, tmp_path, shown)
    (row,) = (row for row in read(tmp_path) if row["change"] == "changed")
    (metric,) = (one for one in REFERENCES["metric"].to_pylist() if one["metric_id"] == row["metric_id"])
    assert (row["metric_title"], row["unit"]) == (metric["title"], metric["unit"])
    assert row["organisation_name"].startswith("Fictional")
    assert (row["period_label"], row["item_label"]) == ("September 2026", "")


def test_the_changes_are_counted_by_metric_and_kind(connection, shown: Path, tmp_path: Path) -> None:
    write_changes(connection, tmp_path, shown)
    found = counted(connection, tmp_path)
    assert ("job_plan_any_research_time", "gone", "shown", "", 1) in found
    assert sum(count for *_, count in found) == 10


def test_of_a_first_release_there_are_headings_alone(connection, tmp_path: Path) -> None:
    write_changes(connection, tmp_path, None)
    text = (tmp_path / CHANGES).read_text(encoding="utf-8-sig")
    assert text == ",".join(TABLES["release.changes"].names) + "\n"
    assert counted(connection, tmp_path) == []
