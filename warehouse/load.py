"""Load: prepared chunks become staged Parquet; rules that need the whole file run over it before the commit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from schemas.fields import Dataset
from schemas.findings import SHOWN_ROWS, Finding

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

MEMORY_LIMIT = "256MB"
CHECK_TABLE = "survey_check"  # hashes of response ids: read by the rules of the whole file, then deleted


class Staging:
    """One submission's staged folder, written under a temporary name until `settle`.

    Leaving the `with` block without having settled removes the temporary folder.
    """

    def __init__(self, staged: Path, submission_id: str) -> None:
        self.folder = staged / f".{submission_id}"
        self._final = staged / submission_id
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Staging:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        """Append one chunk to the Parquet file of each table."""
        import pyarrow.parquet as pq

        for name, table in tables.items():
            if name not in self._writers:
                self._writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema)
            self._writers[name].write_table(table)

    def close(self) -> None:
        """End every Parquet file; after that the rules of the whole file can read them."""
        import pyarrow as pa

        for writer in self._writers.values():
            writer.close()
        self._writers = {}
        pa.default_memory_pool().release_unused()  # the rules come next, and need it

    def settle(self) -> None:
        """Make the folder durable and give it its name; what stood there under that name is replaced."""
        self.close()
        for file in self.folder.iterdir():
            if file.stem == CHECK_TABLE:
                file.unlink()
            else:
                file.chmod(0o600)
                sync(file)
        sync(self.folder)
        shutil.rmtree(self._final, ignore_errors=True)
        self.folder.replace(self._final)
        sync(self._final.parent)


def judge_file(folder: Path, dataset: Dataset, others: Sequence[Path] = ()) -> tuple[tuple[Finding, ...], int]:
    """Findings of the rules that need every row, and how many of the sender's rows they reject.

    Rejected rows are taken out of the staged files in `folder`. `others` are the staged folders of the same
    organisation, dataset and period from other sources. Key columns are named, never their values.
    """
    connection = _connect(folder)
    try:
        findings: list[Finding] = []
        rejected: set[int] = set()
        for code, rows in _broken_rows(connection, folder, dataset):
            details = {"key": " and ".join(dataset.field(key).title.lower() for key in dataset.keys)}
            findings.append(Finding(code, rows=tuple(rows[:SHOWN_ROWS]), row_count=len(rows), details=details))
            rejected |= set(rows)
            _remove_rows(connection, folder, rows)
        findings += _notices(connection, folder, dataset, others)
        return tuple(findings), len(rejected)
    finally:
        connection.close()


def _broken_rows(connection: duckdb.DuckDBPyConnection, folder: Path, dataset: Dataset) -> list[tuple[str, list[int]]]:
    """Row numbers by finding code: rows sent twice (the later ones), rows of one key that differ."""
    if dataset.name == "survey":
        shared = _rule(connection, "shared_response", checked=_parquet(folder, CHECK_TABLE))
        return [("R005", [row for (row,) in shared])] if shared else []
    keys = ", ".join(_staged_keys(dataset))
    values = {"staged": _parquet(folder, dataset.name), "keys": keys}
    if not _rule(connection, "has_duplicates", **values)[0][0]:
        return []
    columns = ", ".join(n for n in dataset.staged().names if n not in ("row_number", "submission_id"))
    rows = _rule(connection, "duplicates", **values, columns=columns)
    found = {code: [number for c, number in rows if c == code] for code in ("W002", "R003")}
    return [(code, numbers) for code, numbers in found.items() if numbers]


def _staged_keys(dataset: Dataset) -> tuple[str, ...]:
    return tuple(key for key in dataset.staged().keys if key != "submission_id")


def _remove_rows(connection: duckdb.DuckDBPyConnection, folder: Path, rows: Sequence[int]) -> None:
    import pyarrow as pa

    connection.register("removed", pa.table({"row_number": pa.array(rows, pa.int64())}))
    files = {file.stem: file for file in folder.glob("*.parquet") if file.stem != CHECK_TABLE}
    for name in sorted(files):  # the answers first: they find their rows through the responses
        rule = "kept_answers" if name == "survey_answer" else "kept_rows"
        values = {"staged": _parquet(folder, name), "responses": _parquet(folder, "survey_response")}
        target = files[name].with_suffix(".kept")
        connection.execute(f"COPY ({_sql(rule, **values)}) TO '{_quoted(target)}' (FORMAT parquet)")
        target.replace(files[name])
    connection.unregister("removed")


def _notices(
    connection: duckdb.DuckDBPyConnection, folder: Path, dataset: Dataset, others: Sequence[Path]
) -> list[Finding]:
    """What is worth a look: two people behind one number, people in two sources, totals that do not add up."""
    staged = _parquet(folder, dataset.name)
    found = []
    if {"registration_key", "employee_key"} <= set(dataset.staged().names):
        rows = [row for (row,) in _rule(connection, "two_people", staged=staged)]
        if rows:
            found.append(Finding("W011", rows=tuple(rows[:SHOWN_ROWS]), row_count=len(rows)))
        elsewhere = ", ".join(f"'{_quoted(other / f'{dataset.name}.parquet')}'" for other in others)
        if elsewhere and (people := _rule(connection, "two_sources", staged=staged, others=elsewhere)[0][0]):
            found.append(Finding("W003", details={"people": f"{people:,}"}))
    if "organisation_name" in dataset.names and (codes := _rule(connection, "renamed", staged=staged)[0][0]):
        found.append(Finding("W007", details={"codes": f"{codes:,}"}))
    if dataset.name == "population":
        for parts, total in _rule(connection, "population_totals", staged=staged):
            found.append(Finding("W004", details={"parts": f"{parts:,}", "total": f"{total:,}"}))
    return found


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """In memory, but no more of it for a long file than for a short one: the rest goes to disk beside the folder."""
    import duckdb

    spill = {
        "memory_limit": MEMORY_LIMIT,
        "threads": "2",
        "temp_directory": str(folder.with_name(f"{folder.name}.tmp")),
    }
    offline = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    return duckdb.connect(config={**offline, **spill})


def _rule(connection: duckdb.DuckDBPyConnection, name: str, **values: str) -> list[tuple]:
    return connection.execute(_sql(name, **values)).fetchall()


def _sql(name: str, **values: str) -> str:
    text = (resources.files("warehouse") / "sql" / "rules" / f"{name}.sql").read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def _parquet(folder: Path, table: str) -> str:
    return f"read_parquet('{_quoted(folder / f'{table}.parquet')}')"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def sync(path: Path) -> None:
    """Flush a file or folder to disk; Windows cannot open folders, and there the rename itself must do."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
