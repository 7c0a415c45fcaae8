"""Sources that have not come for a period, as people read it: in a check, and at the head of a proposal."""

from collections.abc import Iterator

import duckdb

from schemas.submissions import Period
from warehouse.build.declared import CheckResult

TABLE = "core.source_missing"
_NAMED = 10  # sources in the check's sentence


def check_sources(connection: duckdb.DuckDBPyConnection) -> CheckResult:
    """Whether every source came that is awaited; it warns, since the figures that need one are not available."""
    found = [*missing_sources(connection)]
    outcome = "as expected"
    if found:
        more = (f"and {len(found) - _NAMED:,} more",) if found[_NAMED:] else ()
        outcome = (
            f"files have not come, and figures that need them are not available: {'; '.join((*found[:_NAMED], *more))}."
            " Have them sent. If one does not come again, write a line organisation, dataset, source, last day and"
            " reason into source_end.csv, and type `research-culture codelist source_end.csv`"
        )
    return CheckResult(TABLE, "source", "has_come", "warn", not found, f"{TABLE}, column source: {outcome}.")


def missing_sources(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A phrase on each source that is missed: whose it is, of what, for which periods, and when it came last."""
    rows = connection.execute(
        "SELECT organisation_code, dataset, source, min(last_period_end),"
        f" list_sort(list(DISTINCT (period_start, period_end))) FROM {TABLE} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for organisation, dataset, source, last, periods in rows:
        labels = ", ".join(Period(*period).label for period in periods)
        yield f"{organisation}, {dataset}, source {source}: none for {labels}; the last was to {last:%Y-%m-%d}"
