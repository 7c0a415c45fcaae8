"""Parts: the rows of a table that have one value of its `partition` columns, such as one organisation's.

Where a part of an input has changed, only that part of what reads it is made again. For this the SELECT runs in front
of a catalog in memory, in which each partitioned table is a view of its wanted parts: whatever the SELECT joins or
sums, it sees those rows only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import TypeAlias

import duckdb

from schemas.fields import Contract
from schemas.tables import TABLES
from warehouse.build.versions import OWN
from warehouse.db import tables

Part: TypeAlias = tuple[str, ...]  # the values of the partition's columns
Parts: TypeAlias = frozenset[Part]
WHOLE: Parts = frozenset({()})  # the one part of a table without a partition
_CATALOG = "wanted_parts"
_BY = ("metric_id", "organisation_code")  # what a view keeps to, as far as its rows are told apart by it
_COLUMNS = (*_BY, "release_id")


def parts_of(contract: Contract, differing: Set[str]) -> Parts:
    """The parts of a given table, of which the versions differ."""
    return WHOLE if OWN in differing or not contract.partition else frozenset((value,) for value in differing)


def reached(parts: Parts, have: Sequence[str], want: Sequence[str], metrics: Iterable[str]) -> Parts:
    """The parts by the columns `want` that read these parts, which are by the columns `have`.

    What is told of an organisation is read by its part of each of the `metrics`.
    """
    if not parts or tuple(have) == tuple(want):
        return parts
    if () in parts or not {*have} & {*want}:
        return WHOLE
    values = [dict(zip(have, part, strict=True)) for part in parts]
    every = [{"metric_id": one} for one in metrics] if "metric_id" in {*want} - {*have} else [{}]
    return frozenset(tuple((value | one)[column] for column in want) for value in values for one in every)


class PartTables:
    """Replaces tables of a work database, the parts of them that come out differently."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        found = connection.execute(
            "SELECT current_database(), list(schema_name) FROM duckdb_schemas()"
            " WHERE database_name = current_database() AND NOT internal"
        )
        name, self._schemas = found.fetchone() or ("", [])
        self._work = '"' + name.replace('"', '""') + '"'
        self._path, self._is_kept = "", False
        for temporary in ("wanted", "differing"):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {temporary} ({' STRING, '.join(_COLUMNS)} STRING)")

    def attach(self, contracts: Iterable[Contract], selects: Mapping[str, str]) -> None:
        """Make the catalog: a view of each of the tables, and of each SELECT by the name of what it stands for."""
        of_tables = {one.name: f"SELECT * FROM {self._work}.{one.name}" for one in contracts}
        self._connection.execute(f"ATTACH ':memory:' AS {_CATALOG}")
        self._connection.execute(";".join(f"CREATE SCHEMA {_CATALOG}.{schema}" for schema in self._schemas))
        self._path = ",".join(f"{catalog}.{schema}" for catalog in (_CATALOG, self._work) for schema in self._schemas)
        self._connection.execute(f"SET search_path = {tables.literal(self._path)}")
        for name, select in {**of_tables, **selects}.items():
            by = [column for column in _BY if column in (*TABLES[name].keys, *TABLES[name].partition)]
            self._connection.execute(f"CREATE VIEW {_CATALOG}.{name} AS {_kept(select, by)}")
        self._connection.execute("RESET search_path")

    def close(self) -> None:
        """Leave nothing but the work database."""
        for temporary in ("wanted", "differing", "made", "units"):
            self._connection.execute(f"DROP TABLE IF EXISTS temp.{temporary}")
        if self._path:
            self._connection.execute(f"DETACH {_CATALOG}")

    @contextmanager
    def kept_to(self, contract: Contract, parts: Parts) -> Iterator[None]:
        """While the block runs, a SELECT for this table sees of the catalog's tables what its parts read."""
        self._is_kept = () not in parts
        if self._is_kept:
            self._fill("wanted", contract, parts)
        if is_in_catalog := bool(self._path and self._is_kept and {*contract.partition} & {*_BY}):
            self._connection.execute(f"SET search_path = {tables.literal(self._path)}")
        yield
        if is_in_catalog:
            self._connection.execute("RESET search_path")

    def replace(self, contract: Contract, *selects: str) -> Parts:
        """Replace the parts for which the SELECTs give other rows than the table holds. Returns which those are."""
        table, by = f"{self._work}.{contract.name}", contract.partition
        typed = ", ".join(f"CAST({f.name} AS {f.sql_type}) AS {f.name}" for f in contract.fields) or "*"
        held = _kept(f"SELECT * FROM {table}", by if self._is_kept else ())
        for at, select in enumerate(selects):
            into = "INSERT INTO temp.made" if at else "CREATE OR REPLACE TEMP TABLE made AS"
            rows = _kept(select, by) if self._is_kept else select
            self._connection.execute(f"{into} SELECT {typed} FROM (\n{rows}\n)")
        differing = self._differing(by, held)
        if differing == WHOLE:
            self._connection.execute(f"DELETE FROM {table}; INSERT INTO {table} FROM temp.made")
        elif differing:
            self._fill("differing", contract, differing)
            same = " AND ".join(f"one.{column} = part.{column}" for column in by)
            self._connection.execute(f"DELETE FROM {table} AS one USING temp.differing AS part WHERE {same}")
            self._connection.execute(f"INSERT INTO {table} {_kept('SELECT * FROM temp.made', by, 'differing')}")
        return differing

    def _differing(self, by: Sequence[str], held: str) -> Parts:
        """Each row is hashed twice, since sums of DuckDB's row hashes can agree where two rows have swapped a cell."""
        columns = "".join(f"{column}, " for column in by)
        found = self._connection.execute(
            f"SELECT {columns} count(*) FROM ("
            f"SELECT {columns} 1 AS sign, hash(hash(one)) AS says FROM temp.made AS one"
            f" UNION ALL SELECT {columns} -1, hash(hash(one)) FROM ({held}) AS one"
            ") GROUP BY ALL HAVING sum(sign) <> 0 OR sum(sign * CAST(says AS HUGEINT)) <> 0"
        )
        return frozenset(tuple(row[:-1]) for row in found.fetchall())

    def _fill(self, name: str, contract: Contract, parts: Parts) -> None:
        """Put the parts into a temporary table; those of organisations once for each metric."""
        columns = ", ".join(contract.partition)
        values = f"(SELECT {', '.join(f'unnest(?) AS {column}' for column in contract.partition)})"
        if contract.partition == ("organisation_code",):
            columns, values = f"{columns}, metric_id", f"{values} LEFT JOIN reference.metric ON TRUE"
        self._connection.execute(
            f"DELETE FROM temp.{name}; INSERT INTO temp.{name} ({columns}) SELECT {columns} FROM {values}",
            [list(column) for column in zip(*parts, strict=True)],
        )


def _kept(select: str, by: Sequence[str], to: str = "wanted") -> str:
    return f"SELECT * FROM (\n{select}\n) AS one SEMI JOIN temp.{to} USING ({', '.join(by)})" if by else select
