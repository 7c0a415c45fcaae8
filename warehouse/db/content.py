"""Content: a hash of what tables say, the same for the same data wherever and whenever it was loaded."""

import hashlib
from collections.abc import Mapping, Sequence

import duckdb

# They differ from one load of the same data to the next, so they are no content.
_RUN_COLUMNS = frozenset({"submission_id", "response_key", "run_id", "release_id", "kept_from_release_id"})


def content_hash(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> str:
    """SHA-256 of what the tables say, whatever order their rows lie in.

    Numbers count to 9 significant digits; columns that differ from load to load (`_at`, ids of submissions, runs
    and releases) do not count.
    """
    return combined({table: table_hash(connection, table) for table in tables})


def combined(hashes: Mapping[str, str]) -> str:
    """The content hash of tables, of which each has its own."""
    lines = (f"{table} {hashes[table]}\n" for table in sorted(hashes))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def table_hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """The content hash of one table."""
    digest = hashlib.sha256()
    rows = connection.execute(f"SELECT {_canonical_row(connection, table)} AS line FROM {table} ORDER BY line")
    while lines := rows.fetchmany(10_000):
        digest.update("".join(f"{line}\n" for (line,) in lines).encode())
    return digest.hexdigest()


def fingerprints(
    connection: duckdb.DuckDBPyConnection, parts: Mapping[str, str], catalog: str = ""
) -> dict[str, dict[str, str]]:
    """By table and part, what the rows say, whatever their order; good for one version of DuckDB only.

    `parts` has a column of each table, or a constant. Each row is hashed twice, since sums of DuckDB's row hashes can
    agree where two rows have swapped a cell.
    """
    found: dict[str, dict[str, str]] = {name: {} for name in parts}
    says = "count(*) || ' ' || sum(hash(hash(one)))"
    selects = (
        f"SELECT '{name}', {part} AS part, {says} FROM {catalog}{name} AS one GROUP BY 2"
        for name, part in parts.items()
    )
    for name, part, says in connection.execute(" UNION ALL ".join(selects)).fetchall() if parts else ():
        found[name][part] = says
    return found


def _canonical_row(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    return " || ', ' || ".join(
        f"'{name}=' || coalesce('\"' || {_canonical(name, kind)} || '\"', 'NULL')"  # quoted: 'NULL' is no NULL
        for name, kind, *_ in described
        if name not in _RUN_COLUMNS and not name.endswith("_at")
    )


def _canonical(name: str, kind: str) -> str:
    """The column as text. Sums depend on the order of adding: a difference below 1e-12 is 0; + 0 turns -0 into 0."""
    return f"format('{{:.8e}}', round({name}, 12) + 0e0)" if kind == "DOUBLE" else f"CAST({name} AS VARCHAR)"
