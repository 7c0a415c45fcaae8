"""Tables made from contracts: DDL, comments, rows, and the declared keys checked by query."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.fields import Contract


def columns(contract: Contract) -> str:
    """The contract's columns as a SQL list, in declared order."""
    return ", ".join(contract.names)


def create(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Replace the contract's table by an empty one with its comments.

    Only NOT NULL is DDL: a declared key would block the replacement of what it refers to.
    """
    lines = (f"{field.name} {field.sql_type}{' NOT NULL' if field.required else ''}" for field in contract.fields)
    ddl = f"CREATE OR REPLACE TABLE {contract.name} ({', '.join(lines)})"
    connection.execute(";\n".join((ddl, *_comments(contract))))


def _comments(contract: Contract) -> Iterable[str]:
    version = f" Version {contract.version} of its contract." if contract.version else ""
    about = f"{contract.title}. One row: {contract.grain}. {contract.warning}".strip() + version
    yield f"COMMENT ON TABLE {contract.name} IS {literal(about)}"
    for field in contract.fields:
        yield f"COMMENT ON COLUMN {contract.name}.{field.name} IS {literal(field.description)}"


def insert(connection: duckdb.DuckDBPyConnection, contract: Contract, select: str) -> None:
    """Add the rows of a SELECT, whose columns may stand in any order but must hold the contract's."""
    names = columns(contract)
    connection.execute(f"INSERT INTO {contract.name} ({names}) SELECT {names} FROM (\n{select}\n) AS source")


def replace(connection: duckdb.DuckDBPyConnection, contract: Contract, *selects: str) -> None:
    """Replace the table whole by the rows of SELECTs; in a `transaction`, all of that or nothing.

    Without declared fields, the columns are those of the SELECT. Raises duckdb.ConstraintException where a required
    column would hold a NULL.
    """
    if contract.fields:
        create(connection, contract)
        for select in selects:
            insert(connection, contract, select)
    else:
        first, *others = selects
        ddl = f"CREATE OR REPLACE TABLE {contract.name} AS {first}"
        connection.execute(";\n".join((ddl, *_comments(contract))))
        for select in others:
            connection.execute(f"INSERT INTO {contract.name} BY NAME {select}")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All that the block does, or nothing of it."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def load(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: pa.Table) -> None:
    """Replace the table whole by rows that Python holds."""
    connection.register("given_rows", rows)
    replace(connection, contract, "SELECT * FROM given_rows")
    connection.unregister("given_rows")


def parquet(files: Sequence[Path], options: str = "") -> str:
    """What stands after FROM to read Parquet files together; a column that one of them lacks is NULL there."""
    return f"read_parquet([{literals(files)}], union_by_name = true{options})"


def nothing(contract: Contract) -> str:
    """What stands after FROM for no rows at all of the contract's columns."""
    typed = ", ".join(f"CAST(NULL AS {field.sql_type}) AS {field.name}" for field in contract.fields)
    return f"(SELECT {typed} WHERE FALSE)"


def broken_keys(connection: duckdb.DuckDBPyConnection, contract: Contract) -> tuple[int, int]:
    """How many rows of the table have a NULL in the declared key, and how many share their key with another."""
    keys = ", ".join(contract.keys)
    is_null = " OR ".join(f"{key} IS NULL" for key in contract.keys)
    rows = f"SELECT {keys}, count(*) AS row_count FROM {contract.name} GROUP BY {keys}"
    found = connection.execute(
        f"SELECT coalesce(sum(row_count) FILTER ({is_null}), 0),"
        f" coalesce(sum(row_count) FILTER (row_count > 1 AND NOT ({is_null})), 0) FROM ({rows})"
    ).fetchone()
    assert found is not None  # an aggregate without GROUP BY always gives one row
    return int(found[0]), int(found[1])


def literal(text: object) -> str:
    """A text or path as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[object]) -> str:
    """Texts or paths as SQL writes them, with commas between."""
    return ", ".join(map(literal, texts))
