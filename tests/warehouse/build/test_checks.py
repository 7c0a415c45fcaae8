"""Checks name what is wrong in a sentence without a cell's value; what has not come is no failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import duckdb
import pytest

from schemas.fields import Contract
from schemas.tables import CORE, MARTS
from warehouse.build.checks import run_checks, will_ask
from warehouse.build.declared import CheckResult, check_contract
from warehouse.build.expected import validate
from warehouse.build.held import as_released
from warehouse.db import tables

REBASE = "INSERT INTO reference.spc_rebase (metric_id, organisation_code, rebase_date, reason) VALUES"


@pytest.fixture
def unmet(work: duckdb.DuckDBPyConnection) -> Callable[[str], list[CheckResult]]:
    """Break something, and hear what is not met."""

    def after(statement: str) -> list[CheckResult]:
        work.execute(statement)
        return [result for result in run_checks(work, validate) if not result.is_met]

    return after


def test_a_sound_month_meets_every_check(work: duckdb.DuckDBPyConnection) -> None:
    results = run_checks(work, validate)
    assert [result for result in results if not result.is_met] == []
    assert {result.table for result in results} >= {*CORE, *MARTS}
    assert {"key", "codelist", "minimum", "maximum", "expect_column_values_to_be_between"} <= {
        result.check for result in results
    }


def test_suites_are_asked_for_sure_where_a_dataset_comes_for_the_first_time(work: duckdb.DuckDBPyConnection) -> None:
    known = {one for (one,) in work.execute("SELECT dataset FROM audit.submission").fetchall()}
    assert known and not will_ask(work, known)
    assert will_ask(work, {*known, "another"})
    with duckdb.connect() as empty:
        assert will_ask(empty, known)


def test_a_dataset_that_has_not_come_is_no_failure(built: duckdb.DuckDBPyConnection) -> None:
    assert [result for result in run_checks(built, validate) if not result.is_met] == []


@pytest.mark.parametrize(
    ("statement", "table", "column", "severity"),
    [
        ("UPDATE core.fct_population SET people_count = -1", "core.fct_population", "people_count", "stop"),
        ("UPDATE core.fct_population SET population_code = 'x'", "core.fct_population", "population_code", "stop"),
        ("DELETE FROM core.dim_organisation WHERE is_fictional", "core.dim_organisation", "is_known", "stop"),
        ("UPDATE core.fct_survey_answer SET score = 11", "core.fct_survey_answer", "outside_scale_count", "stop"),
        ("UPDATE core.fct_survey_answer SET is_unsure = TRUE", "core.fct_survey_answer", "unclear_count", "stop"),
        (
            "UPDATE core.fct_survey_answer SET instrument_code = 'not_declared'",
            "core.fct_survey_answer",
            "instrument_code",
            "warn",
        ),
        (
            "UPDATE core.fct_survey_response SET response_date = DATE '2026-10-01'",
            "core.fct_survey_response",
            "outside_period_count",
            "warn",
        ),
        ("UPDATE core.fct_appraisal SET grade_code = 'x'", "core.fct_appraisal", "grade_code", "stop"),
        (
            "UPDATE core.fct_appraisal SET research_pdp_complete_count = 2",
            "core.fct_appraisal",
            "more_complete_than_due_count",
            "warn",
        ),
        (
            "UPDATE core.fct_appraisal SET research_pdp_due_count = -1",
            "core.fct_appraisal",
            "research_pdp_due_count",
            "stop",
        ),
        ("UPDATE core.fct_job_plan_line SET weekly_pas = -1", "core.fct_job_plan_line", "weekly_pas", "stop"),
        (
            "UPDATE core.fct_job_plan_line SET weekly_hours = NULL",
            "core.fct_job_plan_line",
            "without_hours_count",
            "warn",
        ),
        ("UPDATE core.fct_job_plan_line SET weekly_hours = -1", "core.fct_job_plan_line", "weekly_hours", "stop"),
        ("UPDATE core.fct_job_plan SET total_pas = 21", "core.fct_job_plan", "most_pas", "warn"),
        ("UPDATE core.fct_job_plan SET research_hours = 41", "core.fct_job_plan", "most_research_beyond_total", "stop"),
        ("UPDATE core.fct_nss_result SET value_pct = 101", "core.fct_nss_result", "value_pct", "stop"),
        (
            "UPDATE core.metric_figure SET value = 100.1 WHERE metric_id = 'job_plan_any_research_time'",
            "core.metric_figure",
            "value_pct",
            "stop",
        ),
        ("UPDATE core.metric_figure SET row_count = NULL", "core.metric_figure", "is_without_base", "stop"),
        ("UPDATE core.metric_figure SET response_rate_pct = 101", "core.metric_figure", "response_rate_pct", "warn"),
        ("UPDATE core.metric_figure SET people_count = -1", "core.metric_figure", "people_count", "stop"),
        ("UPDATE core.metric_figure SET denominator = -1", "core.metric_figure", "denominator", "stop"),
        ("UPDATE core.metric_figure SET period_kind = 'week'", "core.metric_figure", "period_kind", "stop"),
        ("UPDATE marts.metric_definition SET direction = 2", "marts.metric_definition", "direction", "stop"),
        ("UPDATE marts.metric_value SET status = 'visible'", "marts.metric_value", "is_status_declared", "stop"),
        (
            "UPDATE core.metric_figure SET people_count = 10 WHERE metric_id = 'job_plan_any_research_time'",
            "marts.metric_value",
            "is_shown_too_small",
            "stop",
        ),
        (
            "UPDATE core.metric_figure SET numerator_people_count = 20 WHERE metric_id = 'job_plan_any_research_time'",
            "marts.metric_value",
            "is_shown_too_small",
            "stop",
        ),
        (
            "UPDATE marts.metric_value SET row_count = 3 WHERE status = 'suppressed'",
            "marts.metric_value",
            "is_hidden_in_part",
            "stop",
        ),
        (
            "UPDATE marts.metric_value SET value = NULL WHERE status = 'shown'",
            "marts.metric_value",
            "is_shown_empty",
            "stop",
        ),
        ("UPDATE marts.metric_definition SET definition = ''", "marts.metric_definition", "definition", "stop"),
        (
            "UPDATE marts.metric_value SET status = 'suppressed' WHERE metric_id = 'job_plan_any_research_time'",
            "marts.metric_spc",
            "is_told_beside_withheld",
            "stop",
        ),
        (
            "UPDATE marts.metric_spc SET upper_limit = mean - 1 WHERE mean IS NOT NULL",
            "marts.metric_spc",
            "is_crossed",
            "stop",
        ),
        (
            "UPDATE core.fct_support_summary SET programme_code = 'x'",
            "core.fct_support_summary",
            "programme_code",
            "stop",
        ),
        (
            "UPDATE core.fct_support_case SET support_level_code = 'x'",
            "core.fct_support_case",
            "support_level_code",
            "stop",
        ),
        ("UPDATE core.fct_support_concern SET concern_code = 'x'", "core.fct_support_concern", "concern_code", "stop"),
        (
            "UPDATE core.fct_support_intervention SET programme_code = 'x'",
            "core.fct_support_intervention",
            "programme_code",
            "stop",
        ),
        ("UPDATE core.fct_support_pair SET measure_code = 'x'", "core.fct_support_pair", "measure_code", "stop"),
        ("UPDATE core.fct_adoption SET adoption_state_code = 'x'", "core.fct_adoption", "adoption_state_code", "stop"),
        ("UPDATE core.fct_iparihs_rating SET element_code = 'x'", "core.fct_iparihs_rating", "element_code", "stop"),
        ("UPDATE core.fct_adoption_change SET change_code = 'x'", "core.fct_adoption_change", "change_code", "stop"),
        ("UPDATE core.fct_workforce SET grade_code = 'x'", "core.fct_workforce", "grade_code", "stop"),
        (
            "UPDATE core.fct_research_activity SET decision_code = 'x'",
            "core.fct_research_activity",
            "decision_code",
            "stop",
        ),
        (f"{REBASE} ('rcc_item_score', '', '2026-04-01', '')", "reference.spc_rebase", "is_charted", "warn"),
        (f"{REBASE} ('job_plan_signed_off', 'ZZ9', '2026-04-01', '')", "reference.spc_rebase", "is_known", "warn"),
    ],
)
def test_what_is_wrong_is_found_where_it_is(unmet, statement: str, table: str, column: str, severity: str) -> None:
    found = {(result.table, result.column): result.severity for result in unmet(statement)}
    assert found.get((table, column)) == severity


MISSING = "INSERT INTO core.source_missing VALUES ('ZZ1', 'workforce', '', '{}', {}, DATE '2026-07-31')"
AUGUST, SEPTEMBER = "DATE '2026-08-01', DATE '2026-08-31'", "DATE '2026-09-01', DATE '2026-09-30'"


def test_a_source_that_has_not_come_is_told_with_its_organisation_dataset_and_periods(unmet) -> None:
    found = unmet(";".join(MISSING.format("nurses", period) for period in (AUGUST, SEPTEMBER)))
    assert found == [
        CheckResult(
            *("core.source_missing", "source", "has_come", "warn", False),
            "core.source_missing, column source: files have not come, and figures that need them are not available:"
            " ZZ1, workforce, source nurses: none for 2026-08, 2026-09; the last was to 2026-07-31. Have them sent. If"
            " one does not come again, write a line organisation, dataset, source, last day and reason into"
            " source_end.csv, and type `research-culture codelist source_end.csv`.",
        )
    ]


def test_a_release_does_not_name_a_source(unmet) -> None:
    (found,) = unmet(MISSING.format("nurses", AUGUST))
    assert as_released(found).sentence == (
        "core.source_missing, column source: files have not come, and figures that need them are not available."
    )
    assert as_released(replace(found, sentence="As expected.")).sentence == "As expected."


def test_of_many_sources_that_have_not_come_ten_are_named(unmet) -> None:
    (found,) = unmet(";".join(MISSING.format(f"s{n:02}", AUGUST) for n in range(12)))
    assert found.sentence.count("none for 2026-08") == 10
    assert "; and 2 more. Have them sent." in found.sentence


CODED = [contract for contract in CORE.values() if any(field.codelist for field in contract.fields)]


@pytest.mark.parametrize("contract", CODED, ids=lambda contract: contract.name)
def test_every_declared_code_column_is_checked(contract: Contract) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA reference; CREATE SCHEMA core")
    connection.execute("CREATE TABLE reference.codelist (codelist STRING, code STRING)")
    codes = ", ".join(f"'x' AS {field.name}" for field in contract.fields if field.codelist)
    row = f"SELECT {codes} UNION ALL BY NAME SELECT * FROM {tables.nothing(contract)}"
    connection.execute(f"CREATE TABLE {contract.name} AS {row}")
    found = [result for result in check_contract(connection, contract) if result.check == "codelist"]
    assert [result.column for result in found] == [field.name for field in contract.fields if field.codelist]
    assert not any(result.is_met for result in found)
    connection.close()


def test_a_key_that_is_missing_or_shared_stops_the_release(unmet) -> None:
    (found,) = unmet("INSERT INTO reference.pa_hours SELECT * FROM reference.pa_hours WHERE nation_code = 'wales'")
    assert (found.table, found.column, found.severity) == ("reference.pa_hours", "nation_code, is_premium_time", "stop")
    assert "0 rows without a key and 4 rows that share theirs" in found.sentence


def test_a_sentence_says_where_what_and_what_to_do_and_quotes_no_cell(unmet) -> None:
    (found,) = unmet("UPDATE core.fct_population SET staff_group_code = 'MARKER'")
    assert found.sentence == (
        "core.fct_population, column staff_group_code: holds a code that is not on the list staff_group;"
        " put the code back on the list or send the file again. Found in ZZ1, September 2026 (submission invited)."
    )
