"""The disclosure report, word for word: why figures are withheld, and what it says where there is nothing to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from warehouse.ledger.release_log import ReleaseException
from warehouse.release.disclosure_report import ALWAYS, REASONS, disclosure_report

SEPTEMBER = "DATE '2026-09-01' AS period_start, DATE '2026-09-30' AS period_end"
SAID = "\n".join(f"- {REASONS[rule]};" for rule in (*ALWAYS, "as_before"))
REPORT = f"""\
# Disclosure report

September 2026

## Why figures are withheld

A figure is withheld for one of these reasons. How many for which is not said: it would help to work out what
is hidden.

{SAID}
- nobody is in the category: it looks like a category of few people, so that nothing tells which it is.

Some medians are shown without saying how many people they are of: that would give a small group away.

## What was kept

Of the figures that are safe by themselves, 92 % are shown.

For some the solver ran out of time: whole tables are withheld there. Publish on a machine with less to do, or \
with fewer breakdowns.

## What was made coarser, and what stays as it was

A family is all figures that count the same people of an organisation and period; there are 51.
- Staff groups were merged to wide ones in 1: more of those may be shown.
- Support programmes, turnover and vacancies are counted over twelve months by their definition.
- 1 stay as an earlier release had them (`not_restated`): too few people changed since to show both. Where they were \
wrong before, `research-culture restate METRIC ORGANISATION LAST-DAY --reason TEXT` and then \
`research-culture run` state them anew, with all metrics that count the same people.

## Exceptions

None.
"""


@pytest.fixture
def decided() -> Iterator[duckdb.DuckDBPyConnection]:
    """What a build leaves for the report: 49 organisations with decisions of every kind, one with wide staff groups."""
    figures = [
        ("'ZZ' || n % 49", "all", "", "", 1100),
        ("'ZZ1'", "all", "counts", "flows", 100),
        ("'ZZ1'", "all", "base", "", 40),
        ("'ZZ1'", "all", "secondary", "flows", 100),
        ("'ZZ1'", "all", "secondary", "all", 3),
        ("'ZZ1'", "all", "as_before", "", 2),
        ("'ZZ49'", "staff_group", "coarsened", "", 6),
    ]
    every = (
        f"SELECT 'M' || n % 2 AS metric_id, {organisation} AS organisation_code, {SEPTEMBER},"
        f" '{breakdown}' AS breakdown, '{rule}' AS rule, '{method}' AS method FROM range({count}) AS t(n)"
        for organisation, breakdown, rule, method, count in figures
    )
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core; CREATE SCHEMA reference")
        connection.execute(
            "CREATE TABLE reference.metric AS SELECT 'M' || n AS metric_id, 'M0' AS counted_with FROM range(2) AS t(n)"
        )
        connection.execute("CREATE TABLE core.figure_decision AS " + " UNION ALL ".join(every))
        standing = f"SELECT 'M' || n AS metric_id, 'ZZ99' AS organisation_code, {SEPTEMBER} FROM range(2) AS t(n)"
        connection.execute(f"CREATE TABLE core.family_standing AS {standing}")
        yield connection


def test_it_says_why_figures_are_withheld_and_what_was_kept(decided: duckdb.DuckDBPyConnection) -> None:
    """Safe by themselves are 1,200 shown, 103 secondary and 2 as before; 1,200 of 1,305 are 91.95 %."""
    assert disclosure_report(decided, "September 2026") == REPORT


def test_of_few_families_no_share_is_told(decided: duckdb.DuckDBPyConnection) -> None:
    decided.execute("DELETE FROM core.figure_decision WHERE organisation_code IN ('ZZ2', 'ZZ3')")
    assert "What was kept" not in disclosure_report(decided, "September 2026")


@pytest.mark.parametrize("rule", ["window", "change", "as_before"])
def test_a_reason_of_time_is_named_only_where_it_applies(decided: duckdb.DuckDBPyConnection, rule: str) -> None:
    decided.execute("DELETE FROM core.figure_decision WHERE rule = 'as_before'")
    assert REASONS[rule] not in disclosure_report(decided, "")
    decided.execute("UPDATE core.figure_decision SET rule = ? WHERE rule = 'secondary'", [rule])
    assert REASONS[rule] in disclosure_report(decided, "")


def test_an_exception_is_told_with_who_approved_it(decided: duckdb.DuckDBPyConnection) -> None:
    approved = ReleaseException("M1", "ZZ1", date(2026, 9, 30), "A. Lead", datetime(2026, 10, 5, 9, 30))
    assert disclosure_report(decided, "September 2026", [approved]) == REPORT.replace(
        "None.",
        "- M1 and what counts the same people, ZZ1, to 30 September 2026: restated though few people changed;"
        " approved by A. Lead on 05 October 2026.",
    )


def test_where_nothing_is_safe_there_is_no_share_and_no_word_of_the_solver(decided: duckdb.DuckDBPyConnection) -> None:
    decided.execute("UPDATE core.figure_decision SET rule = 'base', method = ''")
    found = disclosure_report(decided, "September 2026")
    assert "What was kept" not in found and "solver" not in found and "medians" not in found
