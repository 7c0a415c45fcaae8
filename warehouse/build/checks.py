"""Checks after a build: those that follow from the contracts, and Great Expectations suites over small frames.

The suites, a table each in `expectations.toml`, say what no contract says. One looks at its table by
`expectations/<schema>/<table>.sql` where there is one. A dataset that has not come gives an empty frame: no failure.
"""

import logging
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import duckdb
import pandas as pd

from schemas.tables import AUDIT, CORE, MARTS, REFERENCE, STEPS
from warehouse.build.declared import CheckResult, check_contract

_FOLDER = resources.files("warehouse.build")


def run_checks(connection: duckdb.DuckDBPyConnection) -> tuple[CheckResult, ...]:
    """Every check of the built tables, in the order of the tables' names."""
    contracts = {**REFERENCE, **AUDIT, **CORE, **STEPS, **MARTS}
    declared = [result for contract in contracts.values() for result in check_contract(connection, contract)]
    suites = _suites()
    frames = {table: frame for table in suites if len(frame := _frame(connection, table))}
    expected = _validate(frames, suites) if frames else ()
    return tuple(sorted((*declared, *expected), key=lambda result: result.table))


def _suites() -> dict[str, list[dict[str, Any]]]:
    """Declared expectations by table."""
    return tomllib.loads((_FOLDER / "expectations.toml").read_text(encoding="utf-8"))


def _frame(connection: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    file = _FOLDER / "expectations" / f"{table.replace('.', '/')}.sql"
    return connection.execute(file.read_text(encoding="utf-8") if file.is_file() else f"SELECT * FROM {table}").df()


def _validate(frames: Mapping[str, pd.DataFrame], suites: Mapping[str, Any]) -> Iterator[CheckResult]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Great Expectations 1.24 imports what Python gives up
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it names its temporary folder otherwise
        context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("frames")
    for table, frame in frames.items():
        asset = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("whole")
        suite = gx.ExpectationSuite(table, [_configured(declared) for declared in suites[table]])
        for result in asset.get_batch({"dataframe": frame}).validate(suite).results:
            yield _check_result(table, result)


def _configured(declared: Mapping[str, Any]) -> dict[str, Any]:
    """The expectation as Great Expectations wants it, with what is ours kept beside it."""
    ours = ("type", "severity", "says")
    return {
        "type": declared["type"],
        "kwargs": {name: value for name, value in declared.items() if name not in ours},
        "meta": {"severity": declared["severity"], "says": declared["says"]},
    }


def _check_result(table: str, result: Any) -> CheckResult:
    """The result in a sentence of ours: theirs would quote cells."""
    config = result.expectation_config
    column = config.kwargs.get("column") or config.kwargs["column_A"]
    outcome = "as expected"
    if not result.success:
        counts = result.result
        outcome = f"{config.meta['says']} ({counts['unexpected_count']:,} of {counts['element_count']:,} looked at)"
    is_met, severity = bool(result.success), config.meta["severity"]
    return CheckResult(table, column, config.type, severity, is_met, f"{table}, column {column}: {outcome}.")
