"""Released figures as a small text, and what a topical mart says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import pyarrow as pa

from schemas.metrics import load_metrics
from schemas.tables import MARTS, TABLES
from tests.lib.month import RULES
from tests.lib.text_tables import parse, shown
from warehouse.db import queries, tables
from warehouse.db.references import reference_tables

REFERENCES = reference_tables(RULES, load_metrics())
(USUAL,) = parse("""
    item_code organisation_code period_start period_end period_kind breakdown category interval_method series_id status
    none      ZZ1               2026-09-01   2026-09-30 month       all       all      none            s         shown
""")
Ask = Callable[[str, str, str], str]


def asking() -> Iterator[Ask]:
    """Released figures as a text table (`~` for a space in a cell), a mart, its columns -> the mart's rows."""
    with duckdb.connect() as connection:
        for schema in ("marts", "reference"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name, rows in REFERENCES.items():
            connection.register("rows_of", rows)
            connection.execute(f"CREATE TABLE reference.{name} AS SELECT * FROM rows_of")
        tables.replace(connection, TABLES["marts.metric_definition"], queries.select_of("marts.metric_definition"))

        def made(figures: str, mart: str, columns: str) -> str:
            rows = [{**USUAL, **{name: cell for name, cell in row.items() if cell}} for row in parse(figures)]
            rows = [
                {name: row.get(name, "").replace("~", " ") or None for name in TABLES["marts.metric_value"].names}
                for row in rows
            ]
            schema = pa.schema([(name, pa.string()) for name in TABLES["marts.metric_value"].names])
            connection.register("released", pa.Table.from_pylist(rows, schema))
            tables.replace(connection, TABLES["marts.metric_value"], "SELECT * FROM released")
            contract = MARTS[f"marts.{mart}"]
            tables.replace(connection, contract, queries.select_of(contract.name))
            assert tables.broken_keys(connection, contract) == (0, 0)
            return shown(connection, f"SELECT {', '.join(columns.split())} FROM {contract.name}")

        yield made
