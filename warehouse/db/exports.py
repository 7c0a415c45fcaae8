"""Tables out of the work database: as a DuckDB file that older versions open, as Parquet, as CSV."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from schemas.fields import Contract, Field
from warehouse.db import tables
from warehouse.db.connection import STORAGE_VERSION

# How a cell is written. A spreadsheet takes a text that begins so for a formula (OWASP, "CSV Injection"); an apostrophe
# before it stops that. R takes only booleans in capitals for booleans; every other reader takes those too.
_CELLS = {
    "STRING": "CASE WHEN left({name}, 1) IN ('=', '+', '-', '@', chr(9), chr(13)) THEN '''' || {name} ELSE {name} END",
    "TIMESTAMP": "strftime({name}, '%Y-%m-%dT%H:%M:%S')",
    "BOOLEAN": "upper(CAST({name} AS VARCHAR))",
}
_MARK = "\ufeff"  # at the start of a CSV: by it Excel knows UTF-8; other readers leave it out
_LOOKED_AT = 100  # Polars decides from so many rows what a column is
_ROW_GROUP = 100_000  # rows of a Parquet file that a reader takes or leaves together


def write_database(connection: duckdb.DuckDBPyConnection, path: Path, contracts: Iterable[Contract]) -> None:
    """Copy the contracts' tables, with their comments, into a new DuckDB file. The path must not be there yet.

    Rows lie in the order of their key: as a SELECT gave them, those of nobody lay apart from those that are withheld.
    """
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
    tables.replace(connection, exported, f"SELECT * FROM {contract.name} ORDER BY {', '.join(contract.keys)}")


def write_query(
    connection: duckdb.DuckDBPyConnection, path: Path, select: str, options: str = "FORMAT parquet"
) -> None:
    """Write what a SELECT gives, as Parquet unless the options of COPY name another format."""
    path.parent.mkdir(exist_ok=True)
    connection.execute(f"COPY ({select}) TO {tables.literal(path)} ({options})")


def write_parquet(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> None:
    """Write one table as Parquet, in the order of its key: what table and columns mean stands in the file."""
    path.parent.mkdir(exist_ok=True)
    select = f"SELECT {tables.columns(contract)} FROM {contract.name} ORDER BY {', '.join(contract.keys)}"
    rows = connection.execute(select).to_arrow_table().cast(_described(contract))
    parquet.write_table(rows, path, row_group_size=_ROW_GROUP)


def _described(contract: Contract) -> pa.Schema:
    """The contract's Arrow schema, with the description of each column and of the table."""
    told = {f.name: {"description": f.description, "unit": f.unit, "codelist": f.codelist} for f in contract.fields}
    fields = [
        field.with_metadata({name: said for name, said in told[field.name].items() if said})
        for field in contract.arrow_schema()
    ]
    about = {
        "title": contract.title,
        "grain": contract.grain,
        "keys": ", ".join(contract.keys),
        "warning": contract.warning,
        "version": contract.version,
    }
    return pa.schema(fields, about)


def write_csv(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, source: str = "") -> None:
    """Write one table, or what stands in its place after FROM, as CSV in UTF-8 with its mark, in the order of its key.

    Where readers that look at the first rows only would take a column for another type, the rows that tell them come
    first. A number that is no count has a point, and no text begins like a formula.
    """
    cells = [f"{_CELLS.get(f.sql_type, '{name}').format(name=f.name)} AS {f.name}" for f in contract.fields]
    cells[0] = cells[0].replace(f" AS {contract.names[0]}", f' AS "{_MARK}{contract.names[0]}"')
    keys, telling = ", ".join(contract.keys), ", ".join(f"min(place) FILTER ({_tells(f)})" for f in contract.fields)
    select = (
        f"WITH placed AS (SELECT *, row_number() OVER (ORDER BY {keys}) AS place FROM {source or contract.name}),"
        f" telling AS (SELECT place FROM (SELECT unnest([{telling}]) AS place FROM placed)"
        f" WHERE place > {_LOOKED_AT - len(cells)})"
        f" SELECT {', '.join(cells)} FROM placed ORDER BY place NOT IN (SELECT place FROM telling), place"
    )
    write_query(connection, path, select, "FORMAT csv, HEADER")


def _tells(field: Field) -> str:
    """True of a cell that shows what its column is: one that is there, and where it is text, no number and no day."""
    return (
        f"regexp_matches({field.name}, '[^-+.:0-9eT ]')" if field.sql_type == "STRING" else f"{field.name} IS NOT NULL"
    )
