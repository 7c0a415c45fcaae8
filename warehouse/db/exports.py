"""Tables out of the work database: as a DuckDB file that older versions open, as Parquet, as CSV."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from schemas.fields import Contract
from warehouse.db import tables
from warehouse.db.connection import STORAGE_VERSION

# A spreadsheet takes a text that begins so for a formula (OWASP, "CSV Injection"); an apostrophe before it stops that.
_CELLS = {
    "STRING": "CASE WHEN left({name}, 1) IN ('=', '+', '-', '@', chr(9), chr(13)) THEN '''' || {name} ELSE {name} END",
    "DOUBLE": "regexp_replace(CAST({name} AS VARCHAR), '[.]0$', '')",
}


def write_database(connection: duckdb.DuckDBPyConnection, path: Path, contracts: Iterable[Contract]) -> None:
    """Copy the contracts' tables, with their comments, into a new DuckDB file. The path must not be there yet."""
    with _attached(connection, path):
        for contract in contracts:
            _copy(connection, contract)


def copy_database(database: Path, path: Path) -> None:
    """Copy a DuckDB file that nothing writes to, with the log that a stopped run left beside it."""
    for end in ("", ".wal"):
        if (there := database.with_name(f"{database.name}{end}")).is_file():
            shutil.copyfile(there, path.with_name(f"{path.name}{end}"))


def keep_only(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    """Drop every table and view of a database but the contracts' tables. Their space in the file stays, free."""
    kept = {contract.name for contract in contracts}
    for kind in ("view", "table"):
        found = connection.execute(
            f"SELECT schema_name || '.' || {kind}_name FROM duckdb_{kind}s() WHERE NOT internal AND NOT temporary"
        )
        for (name,) in found.fetchall():
            if name not in kept:
                connection.execute(f"DROP {kind} {name}")


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    connection.execute(f"ATTACH {tables.literal(path)} AS exported (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        with tables.transaction(connection):  # one for all tables: each would wait for the disk
            yield
    finally:
        connection.execute("DETACH exported")


def _copy(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS exported.{contract.name.partition('.')[0]}")
    exported = replace(contract, name=f"exported.{contract.name}")
    tables.replace(connection, exported, f"SELECT * FROM {contract.name}")


def write_query(
    connection: duckdb.DuckDBPyConnection, path: Path, select: str, options: str = "FORMAT parquet"
) -> None:
    """Write what a SELECT gives, as Parquet unless the options of COPY name another format."""
    path.parent.mkdir(exist_ok=True)
    connection.execute(f"COPY ({select}) TO {tables.literal(path)} ({options})")


def write_parquet(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> None:
    """Write one table as Parquet, in the order of its key."""
    keys = ", ".join(contract.keys)
    write_query(connection, path, f"SELECT {tables.columns(contract)} FROM {contract.name} ORDER BY {keys}")


def write_csv(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, source: str = "") -> None:
    """Write one table, or what stands in its place after FROM, as CSV in UTF-8, in the order of its key.

    Whole numbers have no point, and no text begins like a formula.
    """
    cells = (f"{_CELLS.get(f.sql_type, '{name}').format(name=f.name)} AS {f.name}" for f in contract.fields)
    select = f"SELECT {', '.join(cells)} FROM {source or contract.name} ORDER BY {', '.join(contract.keys)}"
    write_query(connection, path, select, "FORMAT csv, HEADER")
