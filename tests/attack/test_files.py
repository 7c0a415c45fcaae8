"""An attacker sees a database whose rows lie as they were made, and a hash of a file that was sent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from tests.attack.files import hashes_of_what_was_sent, out_of_order

FEW, NOBODY = "('nurses', 'suppressed')", "('doctors', 'suppressed')"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((NOBODY, FEW), []),
        ((FEW, NOBODY), ["marts.metric_value"]),  # those of nobody come last
        (("('nurses', 'shown')", "('porters', 'shown')", NOBODY), ["marts.metric_value"]),
    ],
)
def test_rows_that_lie_in_no_order_of_their_key_are_found(tmp_path: Path, rows: tuple[str, ...], found: list) -> None:
    (tmp_path / "dictionary.csv").write_text(
        "table_name,column_name,is_key,position\nmarts.metric_value,category,TRUE,1\nmarts.metric_value,status,FALSE,2\n"
    )
    with duckdb.connect(str(tmp_path / "research_culture.duckdb")) as connection:
        connection.execute("CREATE SCHEMA marts; CREATE TABLE marts.metric_value (category VARCHAR, status VARCHAR)")
        connection.execute(f"INSERT INTO marts.metric_value VALUES {', '.join(rows)}")
    assert out_of_order(tmp_path) == found


@pytest.mark.parametrize(
    ("told", "found"), [("nothing", []), ("ab" * 32, ["manifest.json"]), ("cd" * 32, ["manifest.json"])]
)
def test_a_hash_of_what_was_sent_or_staged_is_found(tmp_path: Path, told: str, found: list[str]) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("CREATE TABLE submission (sha256 TEXT)")
        ledger.execute("CREATE TABLE staged_file (sha256 TEXT)")
        ledger.execute("INSERT INTO submission VALUES (?)", ("ab" * 32,))
        ledger.execute("INSERT INTO staged_file VALUES (?)", ("cd" * 32,))
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "manifest.json").write_text(f'{{"content": "{told}"}}')
    assert hashes_of_what_was_sent(folder, tmp_path / "ledger.sqlite") == found
