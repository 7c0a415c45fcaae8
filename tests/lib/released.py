"""Released figures as small texts in, the rows of a mart out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from schemas.fields import Contract
from schemas.metrics import load_metrics
from schemas.rulebook import Organisation
from schemas.tables import MARTS, TABLES
from tests.lib.month import ORGANISATIONS, rules_with
from tests.lib.text_tables import parse, shown
from warehouse.db import queries, tables
from warehouse.db.references import reference_tables

SCOTTISH = Organisation("ZZ3", "Fictional Board", "health_board", "scotland", True)
REFERENCES = reference_tables(rules_with(organisations={**ORGANISATIONS, "ZZ3": SCOTTISH}), load_metrics())
(USUAL,) = parse("""
    item_code organisation_code period_start period_end period_kind breakdown category interval_method series_id status
    none      ZZ1               2026-09-01   2026-09-30 month       all       all      none            s         shown
""")


class Released:
    """A release of figures that a test writes down."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def __call__(self, figures: str, mart: str, columns: str, assessed: str = "site_code", where: str = "true") -> str:
        """The figures and assessments (`~` for a space in a cell), a mart, its columns -> its rows."""
        rows = [{**USUAL, **{name: cell for name, cell in row.items() if cell}} for row in parse(figures)]
        self._write("marts.metric_value", rows)
        self._write("core.fct_adoption", parse(assessed))
        contract = MARTS[f"marts.{mart}"]
        self.make(contract)
        assert tables.broken_keys(self.connection, contract) == (0, 0)
        return shown(self.connection, f"SELECT {', '.join(columns.split())} FROM {contract.name} WHERE {where}")

    def make(self, contract: Contract) -> None:
        """The mart anew, after the marts that it reads."""
        select = queries.select_of(contract.name)
        for name in queries.tables_read(select) & MARTS.keys() - {"marts.metric_value"}:
            self.make(MARTS[name])
        tables.replace(self.connection, contract, select)

    def _write(self, name: str, rows: list[dict]) -> None:
        fields = TABLES[name].fields
        cells = [{f.name: (row.get(f.name) or "").replace("~", " ") or None for f in fields} for row in rows]
        self.connection.register(
            "told", pa.Table.from_pylist(cells, pa.schema([(f.name, pa.string()) for f in fields]))
        )
        typed = ", ".join(f"CAST({f.name} AS {f.sql_type}) AS {f.name}" for f in fields)
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {typed} FROM told")


@contextmanager
def released(references: Mapping[str, pa.Table] = REFERENCES) -> Iterator[Released]:
    """A database without any figure."""
    with duckdb.connect() as connection:
        for schema in ("core", "marts", "reference"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name, rows in references.items():
            tables.load(connection, TABLES[f"reference.{name}"], rows)
        declared = tables.columns(TABLES["core.dim_organisation"])
        connection.execute(f"CREATE TABLE core.dim_organisation AS SELECT {declared} FROM reference.organisation")
        yield Released(connection)
