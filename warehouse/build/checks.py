"""Checks after a build: declared keys by query, and Great Expectations suites over small frames.

A suite is `expectations/<table>.toml`; it looks at `sql/checks/<table>.sql` where there is one, else at the table
itself. A dataset that has not come gives an empty frame, and that is no failure.
"""

from __future__ import annotations

import logging
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import duckdb
import pandas as pd

from schemas.fields import Contract
from schemas.tables.audit import AUDIT
from schemas.tables.core import CORE
from schemas.tables.disclosure import STEPS
from schemas.tables.marts import MARTS
from schemas.tables.reference import REFERENCE
from warehouse.db import queries, tables

Severity = Literal["stop", "warn"]


@dataclass(frozen=True)
class CheckResult:
    """One check of one column: a `stop` that is not met holds the release; the sentence holds no cell's value."""

    table: str
    column: str
    check: str
    severity: Severity
    is_met: bool
    sentence: str


def run_checks(connection: duckdb.DuckDBPyConnection) -> tuple[CheckResult, ...]:
    """Every check of the built tables, in the order of the tables' names."""
    contracts = {**REFERENCE, **AUDIT, **CORE, **STEPS, **MARTS}
    keys = [_check_key(connection, contract) for contract in contracts.values()]
    frames = {table: frame for table in _suites() if len(frame := _frame(connection, table))}
    expected = _validate(connection, frames) if frames else ()
    return tuple(sorted((*keys, *expected), key=lambda result: result.table))


def _check_key(connection: duckdb.DuckDBPyConnection, contract: Contract) -> CheckResult:
    null_count, duplicate_count = tables.broken_keys(connection, contract)
    is_met = not null_count and not duplicate_count
    key = ", ".join(contract.keys)
    said = (
        "as expected"
        if is_met
        else f"{null_count:,} rows without a key and {duplicate_count:,} rows that share theirs; withdraw the"
        " submission that was sent twice, or tell the maintainers"
    )
    return CheckResult(contract.name, key, "key", "stop", is_met, f"{contract.name}, key {key}: {said}.")


def _suites() -> dict[str, list[dict[str, Any]]]:
    """Declared expectations by table."""
    folder = resources.files("warehouse.build") / "expectations"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))["expectation"]
        for file in files
    }


def _frame(connection: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    try:
        select = queries.select_of(f"checks.{table}")
    except FileNotFoundError:
        select = f"SELECT * FROM {table}"
    return connection.execute(select).df()


def _validate(connection: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame]) -> Iterator[CheckResult]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Great Expectations 1.24 imports what Python gives up
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it names its temporary folder otherwise
        context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("frames")
    codes = _codes(connection)
    for table, expectations in _suites().items():
        if table in frames:
            asset = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("whole")
            batch = asset.get_batch({"dataframe": frames[table]})
            suite = gx.ExpectationSuite(table, [_configured(e, codes) for e in expectations])
            for result in batch.validate(suite).results:
                yield _told(table, result)


def _codes(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    listed = "SELECT codelist, list(code ORDER BY code) FROM reference.codelist GROUP BY codelist"
    return dict(connection.execute(listed).fetchall())


def _configured(declared: Mapping[str, Any], codes: Mapping[str, list[str]]) -> dict[str, Any]:
    """The expectation as Great Expectations wants it; `codelist = "x"` stands for the set of its codes."""
    ours = ("type", "severity", "says", "codelist")
    kwargs = {name: value for name, value in declared.items() if name not in ours}
    if "codelist" in declared:
        kwargs["value_set"] = codes.get(declared["codelist"], [])
    return {
        "type": declared["type"],
        "kwargs": kwargs,
        "meta": {"severity": declared["severity"], "says": declared["says"]},
    }


def _told(table: str, result: Any) -> CheckResult:
    """The result in a sentence of ours: theirs would quote cells."""
    config = result.expectation_config
    column = config.kwargs.get("column") or config.kwargs["column_A"]
    said = "as expected"
    if not result.success:
        counts = result.result
        said = f"{config.meta['says']} ({counts['unexpected_count']:,} of {counts['element_count']:,} looked at)"
    is_met, severity = bool(result.success), config.meta["severity"]
    return CheckResult(table, column, config.type, severity, is_met, f"{table}, column {column}: {said}.")
