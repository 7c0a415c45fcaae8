"""The SQL files: what each makes, what it reads, and the order that follows. One file is one SELECT."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from importlib import resources
from typing import Any

import duckdb

from schemas.metrics import Metric
from schemas.tables.audit import AUDIT
from schemas.tables.disclosure import DECIDED, STATED_CONTRIBUTION
from schemas.tables.figures import METRIC_UNIT_FIELDS, RELEASED_FIGURE
from schemas.tables.reference import REFERENCE
from schemas.tables.sent import STAGED

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


def metric_units(metrics: Sequence[Metric]) -> str:
    """The union of the metrics' units; a breakdown that a metric does not declare is NULL in it."""
    parts = [f"SELECT {_unit_columns(m)} FROM (\n{select_of(f'metrics.{m.metric_id}')}\n)" for m in metrics]
    nothing = ", ".join(f"CAST(NULL AS {field.sql_type}) AS {field.name}" for field in METRIC_UNIT_FIELDS)
    return "\nUNION ALL\n".join((*parts, f"SELECT {nothing} WHERE FALSE"))


def _unit_columns(metric: Metric) -> str:
    return ", ".join(
        f"CAST({'NULL' if field.name in metric.left_out else field.name} AS {field.sql_type}) AS {field.name}"
        for field in METRIC_UNIT_FIELDS
    )


def tables_read(connection: duckdb.DuckDBPyConnection, select: str) -> frozenset[str]:
    """Schema-qualified tables that a SELECT reads; a name without a schema must be one of its CTEs."""
    found = connection.execute("SELECT json_serialize_sql(?)", [select]).fetchone()
    tree = json.loads(found[0]) if found else {}
    if not found or tree["error"]:
        raise ValueError(f"not one SELECT: {tree.get('error_message')}")
    nodes = list(_nodes(tree))
    ctes = {entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", ())}
    read = [(node["schema_name"], node["table_name"]) for node in nodes if node.get("type") == "BASE_TABLE"]
    if bare := sorted({table for schema, table in read if not schema} - ctes):
        raise ValueError(f"tables without a schema: {', '.join(bare)}")
    return frozenset(f"{schema}.{table}" for schema, table in read if schema)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(child)


def in_order(inputs: Mapping[str, frozenset[str]]) -> list[str]:
    """The built tables, each after those it reads. Raises ValueError for a reference to a table nobody makes."""
    given = (*AUDIT, *DECIDED, STATED_CONTRIBUTION.name, RELEASED_FIGURE.name, *(f"staging.{name}" for name in STAGED))
    there = {*inputs, *REFERENCE, *given}
    for name, read in inputs.items():
        if unknown := sorted(read - there):
            raise ValueError(f"{name} reads {', '.join(unknown)}, which nothing makes")
    graph = {name: sorted(read & inputs.keys()) for name, read in sorted(inputs.items())}
    return list(TopologicalSorter(graph).static_order())
