"""Counted units as small texts in, figures and marts out."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from schemas.fields import Contract
from schemas.metrics import Metric
from schemas.tables import CORE, MARTS, REFERENCE, STEPS, TABLES
from tests.lib.month import RULES
from tests.lib.text_tables import parse
from warehouse.db import queries, tables
from warehouse.db.references import reference_tables
from warehouse.disclosure.control import protect

USUAL_UNIT = {
    "item_code": "none",
    "organisation_code": "ZZ1",
    "period_start": "2026-09-01",
    "period_end": "2026-09-30",
    "denominator": "1",
}


def figures_of(connection: duckdb.DuckDBPyConnection, units: str, metrics: Sequence[Metric]) -> None:
    """Make figures and marts again from a text table of counted units, in a database that was built before."""
    for name in ("metric", "metric_breakdown"):
        connection.register("declared", reference_tables(RULES, metrics)[name])
        tables.replace(connection, REFERENCE[f"reference.{name}"], "SELECT * FROM declared")
    contract = Contract(
        name="staging.unit", title="", grain="", keys=("metric_id",), fields=TABLES["core.metric_unit"].fields
    )
    rows = [{**USUAL_UNIT, **row} for row in parse(units)]
    written = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in contract.names}
    connection.register("written", pa.table(written))
    tables.replace(connection, contract, "SELECT * FROM written")
    connection.execute(f"CREATE OR REPLACE VIEW {queries.METRIC_UNIT} AS SELECT * FROM staging.unit")
    steps = [name for name in STEPS if name != "core.figure_risk"]
    for name in (*steps, "core.metric_figure", "marts.metric_definition", "core.figure_risk"):
        tables.replace(connection, {**STEPS, **CORE, **MARTS}[name], queries.select_of(name))
    protect(connection)


def metric(metric_id: str = "M1", **changes: object) -> Metric:
    """A proportion of people, counted in full, unless changed."""
    usual = {
        "title": "Title",
        "definition": "Numerator out of denominator.",
        "statistic": "proportion",
        "unit": "%",
        "direction": 1,
        "datasets": ["appraisal"],
        "breakdowns": ["staff_group", "contract_type"],
        "topics": ["data_quality"],
        "evidence": "ours",
    }
    return Metric.model_validate({"metric_id": metric_id, **usual, **changes})
