"""The disclosure report, word for word: what it counts, and what it says where there is nothing to count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from warehouse.disclosure.report import RULES, disclosure_report
from warehouse.ledger.release_log import ReleaseException

MONTH = "'2026-09-01' AS period_start, '2026-09-30' AS period_end"
COUNTS = {"base": 40, "secondary": 103, "as_before": 2, "coarsened": 6}
SAID = "\n".join(f"| {rule} | {COUNTS.get(rule, 0)} | {said} |" for rule, said in RULES.items())
REPORT = f"""\
# Disclosure report

September 2026

## What is withheld, and by which rule

| rule | figures | what it says |
| --- | ---: | --- |
{SAID}

## What was kept

Of 1,305 figures that are safe by themselves, 1,200 (92.0 %) are shown.
For 3 of them the solver ran out of time: whole tables are withheld there. Publish on a machine with less to do, or \
with fewer breakdowns.

## What was made coarser, and what stays as it was

A family is the figures of one metric, organisation and period; there are 3.
- Staff groups were merged to wide ones in 1: more of those may be shown.
- Support programmes, turnover and vacancies are counted over twelve months by their definition.
- 1 stay as an earlier release had them (`not_restated`): 1 to 10 people changed since. Where they were wrong before, \
`research-culture restate METRIC ORGANISATION LAST-DAY --reason TEXT` and then `research-culture publish` state \
them anew.

## Exceptions

None.

## By metric

| metric | shown | withheld |
| --- | ---: | ---: |
| M1 | 2 | 1 |
| M2 | 2 | 0 |
"""


@pytest.fixture
def decided() -> Iterator[duckdb.DuckDBPyConnection]:
    """What a build leaves for the report: of one organisation decisions of every kind, of another wide staff groups."""
    figures = [
        ("ZZ1", "all", "", "", 1200),
        ("ZZ1", "all", "base", "", 40),
        ("ZZ1", "all", "secondary", "flows", 100),
        ("ZZ1", "all", "secondary", "all", 3),
        ("ZZ1", "all", "as_before", "", 2),
        ("ZZ2", "staff_group", "coarsened", "", 6),
    ]
    every = (
        f"SELECT 'M1' AS metric_id, '{organisation}' AS organisation_code, {MONTH}, '{breakdown}' AS breakdown,"
        f" '{rule}' AS rule, '{method}' AS method FROM range({count})"
        for organisation, breakdown, rule, method, count in figures
    )
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core; CREATE SCHEMA marts")
        connection.execute("CREATE TABLE core.figure_decision AS " + " UNION ALL ".join(every))
        connection.execute(f"CREATE TABLE core.family_standing AS SELECT 'M2' AS metric_id, {MONTH}")
        connection.execute(
            "CREATE TABLE marts.metric_value AS SELECT unnest(['M1', 'M1', 'M1', 'M1', 'M2', 'M2']) AS metric_id,"
            " unnest(['shown', 'shown', 'suppressed', 'not_available', 'not_restated', 'shown']) AS status"
        )
        yield connection


def test_it_counts_what_each_rule_withholds_and_what_was_kept(decided: duckdb.DuckDBPyConnection) -> None:
    """Safe by themselves are 1,200 shown, 103 secondary and 2 as before; 1,200 of 1,305 are 91.95 %."""
    assert disclosure_report(decided, "September 2026") == REPORT


def test_an_exception_is_told_with_who_approved_it(decided: duckdb.DuckDBPyConnection) -> None:
    approved = ReleaseException("M1", "ZZ1", date(2026, 9, 30), "A. Lead", datetime(2026, 10, 5, 9, 30))
    assert disclosure_report(decided, "September 2026", [approved]) == REPORT.replace(
        "None.",
        "- M1, ZZ1, to 30 September 2026: restated though few people changed; approved by A. Lead on 05 October 2026.",
    )


def test_where_nothing_is_safe_there_is_no_share_and_no_word_of_the_solver(decided: duckdb.DuckDBPyConnection) -> None:
    decided.execute("DELETE FROM core.figure_decision WHERE rule <> 'base'")
    kept = "## What was kept\n\nOf 0 figures that are safe by themselves, 0 are shown.\n\n## What was made coarser"
    assert kept in disclosure_report(decided, "September 2026")
