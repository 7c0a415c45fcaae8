"""What was checked is not checked again, and Great Expectations is asked only about what it was not asked about."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pytest

from schemas.tables import CORE, MARTS
from warehouse.build import checks
from warehouse.build.checks import run_checks
from warehouse.build.expected import Met, Suites, expectations, validate


def nothing_asked(frames: Mapping[str, pa.Table], suites: object) -> Met:
    """In place of Great Expectations, where it must not be asked."""
    raise AssertionError(f"asked about {', '.join(frames)}")


def test_what_was_found_is_kept_until_a_table_that_is_looked_at_changes(work, monkeypatch) -> None:
    checked = []
    before = run_checks(work, nothing_asked)
    monkeypatch.setattr(checks, "check_contract", lambda _, contract: iter(checked.append(contract.name) or ()))
    assert run_checks(work, nothing_asked) == before
    work.execute("UPDATE core.fct_adoption SET site_code = 'S2'")
    assert {one.table for one in set(before) - set(run_checks(work, nothing_asked))} == {"core.fct_adoption"}
    assert checked == ["core.fct_adoption"]
    work.execute("INSERT INTO reference.codelist SELECT * REPLACE ('new' AS code) FROM reference.codelist LIMIT 1")
    run_checks(work, nothing_asked)
    assert {*CORE, *MARTS} <= set(checked)


def test_a_suite_is_asked_again_only_about_values_that_it_was_not_asked_about(work) -> None:
    asked = []

    def look(frames: Mapping[str, pa.Table], suites: Suites) -> Met:
        asked.extend(frames)
        return validate(frames, suites)

    def after(statement: str) -> list[str]:
        asked.clear()
        work.execute(statement)
        run_checks(work, look)
        return asked

    assert after("SELECT 1") == []
    assert after("DELETE FROM core.fct_survey_answer") == []
    assert after("UPDATE core.fct_job_plan SET total_pas = 20") == []  # as far as the bound, one number is like another
    assert after("UPDATE core.fct_job_plan SET total_pas = 20.25") == ["core.fct_job_plan"]
    assert after("UPDATE core.fct_job_plan SET total_pas = 20") == ["core.fct_job_plan"]  # it was not met
    assert after("UPDATE core.fct_job_plan SET total_pas = 0") == []
    assert after("UPDATE core.metric_figure SET row_count = NULL") == ["core.metric_figure"]


def test_a_suite_that_says_something_else_is_asked_again(work, monkeypatch) -> None:
    suites = checks._suites()
    stricter = {**suites["core.fct_job_plan"][0], "kwargs": {"column": "most_pas", "max_value": 5}}
    monkeypatch.setattr(checks, "_suites", lambda: suites | {"core.fct_job_plan": (stricter,)})
    (found,) = [result for result in run_checks(work, validate) if not result.is_met]
    assert (found.table, found.column) == ("core.fct_job_plan", "most_pas")
    assert found.sentence.endswith("check it at the source. Found in ZZ1, September 2026 (submission plans).")


def test_great_expectations_looks_from_a_process_of_its_own_and_ends_with_the_block() -> None:
    listed, bounded = "expect_column_values_to_be_in_set", "expect_column_values_to_be_between"
    in_set = {"type": listed, "kwargs": {"column": "a", "value_set": [1]}}
    suites = {"t": [in_set, {"type": bounded, "kwargs": {"column": "a", "min_value": 1, "max_value": 3}}]}
    frames = {"t": pa.table({"a": [1, 2, 3]})}
    with expectations() as expected:
        assert expected.look(frames, suites) == validate(frames, suites) == {"t": [False, True]}
    with expectations() as expected:
        expected.start()
        process = expected._process
    assert process is not None
    assert process.returncode is not None


def test_where_great_expectations_fails_no_check_is_taken_as_met() -> None:
    with expectations() as expected, pytest.raises(RuntimeError, match="Great Expectations ended early"):
        expected.look({"t": pa.table({})}, {"t": [{"type": "no_such", "kwargs": {}}]})
