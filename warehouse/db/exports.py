"""Tables out of the work database: as a DuckDB file that older versions open, as Parquet, as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from schemas.fields import Contract
from warehouse.db import tables
from warehouse.db.content import fingerprints

# Every DuckDB since 0.10 reads it (duckdb.org, "Storage Versions and Format"); comments on columns came with it.
STORAGE_VERSION = "v1.0.0"
# A spreadsheet takes a text that begins so for a formula (OWASP, "CSV Injection"); an apostrophe before it stops that.
_FORMULA_STARTS = "left({name}, 1) IN ('=', '+', '-', '@', chr(9), chr(13))"


# What a table's rows are compared by, where it has such a column; else it is replaced whole.
_PARTS = ("release_id", "organisation_code")


def write_database(connection: duckdb.DuckDBPyConnection, path: Path, contracts: Iterable[Contract]) -> None:
    """Copy the contracts' tables, with their comments, into a new DuckDB file. The path must not be there yet."""
    with _attached(connection, path):
        for contract in contracts:
            _copy(connection, contract)


def update_database(connection: duckdb.DuckDBPyConnection, path: Path, contracts: Sequence[Contract]) -> None:
    """Bring a file that was written before up to date: tables, and parts of them, that say the same stay as they are.

    What is gone from a table may stay in the file's free space. Raises duckdb.Error where the file cannot be read.
    """
    parts = {one.name: next((part for part in _PARTS if part in one.names), "''") for one in contracts}
    with _attached(connection, path):
        there = _described(connection, "exported")
        here = {name: about for name, about in _described(connection, "current_database()").items() if name in parts}
        for name in there.keys() - here.keys():
            connection.execute(f"DROP TABLE exported.{name}")
        alike = {name: parts[name] for name, about in here.items() if there.get(name) == about}
        now, before = fingerprints(connection, alike), fingerprints(connection, alike, "exported.")
        for contract in contracts:
            if contract.name not in alike:
                _copy(connection, contract)
            elif differing := dict(now[contract.name].items() ^ before[contract.name].items()):
                where = f" WHERE {parts[contract.name]} IN ({tables.literals(differing)})"
                connection.execute(f"DELETE FROM exported.{contract.name}{where}")
                names = tables.columns(contract)
                connection.execute(
                    f"INSERT INTO exported.{contract.name} ({names}) SELECT {names} FROM {contract.name}{where}"
                )


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


def _described(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[tuple]]:
    """The columns of each table of a database, with types and comments."""
    described: dict[str, list[tuple]] = {}
    name = f"'{database}'" if database == "exported" else database
    rows = connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns()"
        f" WHERE database_name = {name} AND NOT internal ORDER BY column_index"
    )
    for table, *about in rows.fetchall():
        described.setdefault(table, []).append(tuple(about))
    return described


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


def write_csv(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, where: str = "TRUE") -> None:
    """Write one table as CSV in UTF-8, in the order of its key; no text begins as a spreadsheet formula does."""
    cells = ", ".join(
        f"CASE WHEN {_FORMULA_STARTS.format(name=f.name)} THEN '''' || {f.name} ELSE {f.name} END AS {f.name}"
        if f.sql_type == "STRING"
        else f.name
        for f in contract.fields
    )
    select = f"SELECT {cells} FROM {contract.name} WHERE {where} ORDER BY {', '.join(contract.keys)}"
    write_query(connection, path, select, "FORMAT csv, HEADER")
