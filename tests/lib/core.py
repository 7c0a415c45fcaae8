"""Core tables as small texts: rows in, a metric's counted units and figures out."""

from __future__ import annotations

from importlib import resources
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.metrics import load_metrics
from schemas.rulebook import load_rulebook
from schemas.tables import CORE
from warehouse.db import queries
from warehouse.db.references import reference_tables

RULES = load_rulebook()
METRICS = load_metrics()
REFERENCES = reference_tables(RULES, METRICS)
USED = sorted({*REFERENCES} - {"dictionary"})
DERIVED = (
    "core.source_missing",
    "core.population_group",
    "core.fct_survey_score",
    "core.support_case_category",
    "core.support_person_pair",
    "core.workforce_year",
    "core.person_group",
    "core.appraisal_due",
    "core.job_plan_scope",
    "core.research_lever",
    "core.support_summary_part",
    "core.survey_box",
    "core.survey_element_score",
    "core.survey_invited",
)  # made from the other core tables
SQL = Path(str(resources.files("warehouse"))) / "sql"
USUAL = {
    "submission_id": "s1",
    "organisation_code": "ZZ1",
    "source": "one",
    "period_start": "2026-09-01",
    "period_end": "2026-09-30",
    "snapshot_date": "2026-09-30",
    "due_date": "2026-09-15",
    "is_unsure": "false",
    "instrument_code": "rcc",
    "plan_state_code": "signed_off",
    "appraisal_state_code": "complete",
    "survey_year": "2023",
    "is_weighted": "true",
    "year_start_date": "2025-10-01",
    "april_date": "2026-04-01",
    "is_latest": "true",
}
FIGURES = (
    "core.metric_unit_category",
    "core.figure_base",
    "core.figure_quantile",
    "core.figure_response_rate",
    "core.metric_figure",
)


class Core:
    """An in-memory core; columns that a text leaves out take the usual value, a running number or NULL."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("CREATE SCHEMA core")
        for contract in CORE.values():
            if contract.name not in DERIVED:
                columns = ", ".join(f"{field.name} {field.sql_type}" for field in contract.fields)
                self.connection.execute(f"CREATE TABLE {contract.name} ({columns})")
        self.connection.execute("CREATE SCHEMA reference")
        for name in USED:
            self.connection.register("rules", REFERENCES[name])
            self.connection.execute(f"CREATE TABLE reference.{name} AS SELECT * FROM rules")
        for name in DERIVED:
            self.connection.execute(f"CREATE VIEW {name} AS {queries.select_of(name)}")
        self._number = count(1)

    def add(self, table: str, text: str, **same: str) -> None:
        """Add the rows of a text table: headings first, cells parted by spaces, `-` for NULL."""
        contract = CORE[f"core.{table}"]
        headings, *lines = [line.split() for line in text.strip().splitlines()]
        rows = []
        for line in lines:
            number = f"k{next(self._number)}"
            usual = {**USUAL, "plan_key": number, "appraisal_key": number, "case_key": number}
            row = {**usual, **same, **dict(zip(headings, line, strict=True))}
            rows.append({name: None if row.get(name, "-") == "-" else row[name] for name in contract.names})
        schema = pa.schema([(name, pa.string()) for name in contract.names])
        self.connection.register("added", pa.Table.from_pylist(rows, schema))
        self.connection.execute(f"INSERT INTO {contract.name} SELECT * FROM added")

    def units(self, metric_id: str, columns: str) -> list[list[str]]:
        """The named columns of the metric's units, as text, sorted."""
        return self.rows(f"SELECT {', '.join(columns.split())} FROM ({self._unit(metric_id)})")

    def totals(self, metric_id: str, by: str = "item_code") -> dict[str, tuple[float, float]]:
        """Summed numerator and denominator for each value of a column."""
        sums = f"SELECT {by}, sum(numerator), sum(denominator) FROM ({self._unit(metric_id)}) GROUP BY {by}"
        return {key: (top, base) for key, top, base in self.connection.execute(sums).fetchall()}

    def figures(self, metric_id: str, columns: str) -> list[list[str]]:
        """The named columns of the metric's figures, as the warehouse aggregates them."""
        made = {"core.metric_unit": self._unit(metric_id)}
        made |= {name: queries.select_of(name) for name in FIGURES}
        for name, query in made.items():
            self.connection.execute(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} AS {query}")
        return self.rows(f"SELECT {', '.join(columns.split())} FROM core.metric_figure")

    def _unit(self, metric_id: str) -> str:
        return queries.metric_units(self.connection, [metric_id])

    def rows(self, query: str) -> list[list[str]]:
        """The query's rows as text, sorted."""
        return sorted([_text(cell) for cell in row] for row in self.connection.execute(query).fetchall())


def select(metric_id: str) -> str:
    """The metric's SELECT."""
    return (SQL / "metrics" / f"{metric_id}.sql").read_text(encoding="utf-8")


def table(text: str) -> list[list[str]]:
    """An expected text table, sorted as `Core.units` sorts."""
    return sorted(line.split() for line in text.strip().splitlines())


def _text(cell: object) -> str:
    if cell is None:
        return "-"
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
