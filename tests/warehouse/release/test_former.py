"""What has not changed since the release before is taken from it, and is what would have been written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.lib.walk import released
from warehouse.db import exports
from warehouse.db.connection import open_work
from warehouse.release import write
from warehouse.release.former import NONE, read_former

pytestmark = pytest.mark.slow


@pytest.fixture
def own(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """That database, to change as one likes."""
    work.execute("CHECKPOINT")
    ((path,),) = work.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchall()
    with open_work(Path(shutil.copy(path, tmp_path / "own.duckdb"))) as connection:
        yield connection


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The Parquet and CSV files that are written, and the tables that are hashed."""
    names: list[str] = []
    to_hash = write.table_hash

    def noting(to_file):
        def write_file(connection, path, *options) -> None:
            names.append(f"{path.parent.name}/{path.name}" if path.parent.name in ("csv", "parquet") else path.name)
            to_file(connection, path, *options)

        return write_file

    def table_hash(connection, table) -> str:
        names.append(table)
        return to_hash(connection, table)

    for one in ("write_parquet", "write_csv"):
        monkeypatch.setattr(exports, one, noting(getattr(exports, one)))
    monkeypatch.setattr(write, "table_hash", table_hash)
    return names


def changed(work, folder: Path, written: list[str], statement: str) -> None:
    """Release again from the first release after a change, and once more from nothing: both are the same."""
    first = released(work, folder, "r1")
    work.execute(statement)
    written.clear()
    second = released(work, folder, "r2", read_former(first.folder, first.manifest_sha256))
    made, anew = list(written), released(work, folder, "r3")
    written[:] = made
    assert second.content_hash == anew.content_hash
    for name, about in files_of(second.folder).items():
        if not name.endswith(".duckdb") and name != "changes.csv":  # r3 has no release before it
            assert about == files_of(anew.folder)[name], name


def files_of(folder: Path) -> dict[str, object]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]


def test_only_the_files_and_hashes_of_tables_that_changed_are_made_again(own, tmp_path: Path, written) -> None:
    changed(own, tmp_path / "released", written, "SELECT 1")
    assert sorted(written) == ["changes.csv", "dictionary.csv"]


def test_a_changed_table_is_written_again(own, tmp_path: Path, written) -> None:
    changed(own, tmp_path / "released", written, "UPDATE marts.metric_value SET value = value + 1")
    assert sorted(written) == [
        "changes.csv",
        "csv/metric_value.csv",
        "dictionary.csv",
        "marts.metric_value",
        "parquet/metric_value.parquet",
    ]


def test_a_file_that_is_no_longer_what_the_manifest_says_is_written_again(own, tmp_path: Path, written) -> None:
    first = released(own, tmp_path, "r1")
    (first.folder / "csv/metric_value.csv").write_text("edited")
    (first.folder / "csv/pa_hours.csv").unlink()
    written.clear()
    second = released(own, tmp_path, "r2", read_former(first.folder, first.manifest_sha256))
    assert sorted(written) == ["changes.csv", "csv/metric_value.csv", "csv/pa_hours.csv", "dictionary.csv"]
    assert (second.folder / "csv/metric_value.csv").read_text() != "edited"
    (second.folder / "csv/metric_value.csv").write_text("edited")
    assert (first.folder / "csv/metric_definition.csv").stat().st_nlink == 1


def test_a_release_whose_manifest_is_gone_or_another_than_was_recorded_gives_nothing(work, tmp_path: Path) -> None:
    first = released(work, tmp_path, "r1")
    assert read_former(first.folder, "0" * 64).tables == {}
    assert read_former(tmp_path / "gone", first.manifest_sha256) == NONE


def test_a_release_knows_the_contracts_of_the_one_before_and_which_breaks_readers_have_to_know(
    work, tmp_path: Path
) -> None:
    first = released(work, tmp_path, "r1")
    former = read_former(first.folder, first.manifest_sha256)
    assert former.contract_changes() == ()
    then = former.contracts["marts.protected_time"]
    older = {**then, "columns": {**then["columns"], "title": "STRING"}}
    (change,) = replace(former, contracts={"marts.protected_time": older}).contract_changes()
    assert (change.table, change.column, change.is_declared) == ("marts.protected_time", "title", False)
    newer = {**then, "columns": {"metric_id": "STRING and never empty"}, "version": "0.9.0"}
    declared = replace(former, contracts={"marts.protected_time": newer}).contract_changes()
    assert declared == ()  # new columns, with a version that says so
    assert NONE.contract_changes() == ()
