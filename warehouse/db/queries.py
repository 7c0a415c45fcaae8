"""The SQL files: what each makes, what it reads, and the order that follows. One file is one SELECT."""

import json
import re
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from importlib import resources

import duckdb

from schemas.tables import AUDIT, DECIDED, STAGED, TABLES
from warehouse.db import tables

_TABLE = re.compile(r"\b(?:staging|core|marts|reference|audit)\.[a-z]\w*")
_COMMENT = re.compile(r"--.*")
METRIC_UNIT = "core.metric_unit"  # the union of the metrics' SELECTs
# SELECTs that make no table of core or marts stand beside the code that asks them.
_FOLDERS = {"disclosure": "disclosure/sql", "release": "release/sql"}


def select_of(name: str) -> str:
    """The SELECT of one table or question: `marts.metric_value` is `sql/marts/metric_value.sql`."""
    schema, _, table = name.partition(".")
    folder = resources.files("warehouse") / _FOLDERS.get(schema, f"sql/{schema}")
    return (folder / f"{table}.sql").read_text(encoding="utf-8")


def selects() -> dict[str, str]:
    """Every SQL file of core and marts, by the table that it makes."""
    names = (
        f"{schema}.{file.name.removesuffix('.sql')}"
        for schema in ("core", "marts")
        for file in (resources.files("warehouse") / "sql" / schema).iterdir()
        if file.name.endswith(".sql")
    )
    return {name: select_of(name) for name in sorted(names)}


def metric_units(connection: duckdb.DuckDBPyConnection, metrics: Iterable[str]) -> str:
    """The union of the metrics' units. What a metric's SELECT does not give is the same for all of its units."""
    parts = [_units(connection, metric_id) for metric_id in metrics]
    return "\nUNION ALL\n".join((*parts, f"SELECT * FROM {tables.nothing(TABLES[METRIC_UNIT])}"))


def _units(connection: duckdb.DuckDBPyConnection, metric_id: str) -> str:
    """The metric's SELECT, filled up: no item, 1 in the denominator, no person, no category, no baseline."""
    select = select_of(f"metrics.{metric_id}")
    found = connection.execute("SELECT json_serialize_sql(?)", [select]).fetchone()
    columns_given = json.loads(found[0] if found else "")["statements"][0]["node"]["select_list"]
    given = [column["alias"] or column["column_names"][-1] for column in columns_given]
    values = {"metric_id": f"'{metric_id}'", "item_code": "'none'", "denominator": "1e0"} | {
        name: name for name in given
    }
    columns = (f"CAST({values.get(f.name, 'NULL')} AS {f.sql_type}) AS {f.name}" for f in TABLES[METRIC_UNIT].fields)
    return f"SELECT {', '.join(columns)} FROM (\n{select}\n)"


def tables_read(select: str) -> frozenset[str]:
    """The tables that a SELECT names: all are schema-qualified, and nothing else has a schema's name before a dot."""
    return frozenset(_TABLE.findall(_COMMENT.sub("", select)))


def in_order(inputs: Mapping[str, frozenset[str]]) -> list[str]:
    """The built tables, each after those it reads. Raises ValueError for a reference to a table nobody makes."""
    views = ("audit.stated_contribution", "audit.released_figure", *(f"staging.{name}" for name in STAGED))
    there = {*inputs, *(one for one in TABLES if one.startswith("reference.")), *AUDIT, *DECIDED, *views}
    for name, read in inputs.items():
        if unknown := sorted(read - there):
            raise ValueError(f"{name} reads {', '.join(unknown)}, which nothing makes")
    graph = {name: sorted(read & inputs.keys()) for name, read in sorted(inputs.items())}
    return list(TopologicalSorter(graph).static_order())
