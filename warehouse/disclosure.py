"""Disclosure control: figures become releasable ones, or are hidden whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.marts import METRIC_VALUE
from warehouse import queries, tables

if TYPE_CHECKING:
    import duckdb


def protect(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace marts.metric_value by core.metric_figure under each metric's disclosure profile.

    Every number of a hidden figure is NULL, never 0; the policy stands in `sql/marts/metric_value.sql`.
    """
    tables.replace(connection, METRIC_VALUE, queries.select_of(METRIC_VALUE.name))
