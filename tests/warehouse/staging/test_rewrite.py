"""Staged rows under other pseudonyms: rows taken out, and nothing left of a value that no row has any more."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.lib.files import csv_file, plan, take
from warehouse.db.files import sha256
from warehouse.staging import rewrite


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [plan(GMC="9999901"), plan(GMC="", Line="2"), plan(GMC="9999902", Line="3")]
    pq.write_table(take(csv_file(rows)).tables["job_plan"], tmp_path / "job_plan.parquet")
    return tmp_path


def keys(folder: Path) -> list[str | None]:
    return pq.read_table(folder / "job_plan.parquet")["registration_key"].to_pylist()


def fail(*told: object) -> None:
    raise AssertionError(told)


def test_a_pseudonym_changes_and_the_rows_of_one_without_another_go(folder: Path) -> None:
    first, _, last = keys(folder)
    schema = pq.read_schema(folder / "job_plan.parquet")
    told: list[tuple[str, str, bool]] = []
    anew = {first: None, last: "registration anew"}
    rewrite.rewrite(folder, lambda _, old: anew.get(old, old), lambda *one: told.append(one))
    assert keys(folder) == [None, "registration anew"]
    new = sha256(folder / "job_plan.parquet")
    assert told == [("job_plan", new, False), ("job_plan", new, True)]
    assert rewrite.row_count(folder) == 2 and rewrite.key_ids(folder) == {"test"}
    assert pq.read_schema(folder / "job_plan.parquet").equals(schema)
    content = (folder / "job_plan.parquet").read_bytes()
    assert first and last and first.encode() not in content and last.encode() not in content


def test_a_file_without_a_change_or_under_the_key_already_is_left_alone(folder: Path) -> None:
    file = folder / "job_plan.parquet"
    before = file.stat().st_mtime_ns
    rewrite.rewrite(folder, lambda _, old: old, fail)
    rewrite.rewrite(folder, lambda *_: None, fail, "test")
    assert file.stat().st_mtime_ns == before
    rewrite.rewrite(folder, lambda _, old: old, lambda *_: None, "other")
    assert rewrite.key_ids(folder) == {"other"}
