"""Why a run could not go on: the words are ours, the exit codes as documented."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest

from flows.errors import RunError, SetupError, explain


def locked() -> sqlite3.OperationalError:
    problem = sqlite3.OperationalError("database is locked")
    problem.sqlite_errorname = "SQLITE_BUSY"
    return problem


@pytest.mark.parametrize(
    "problem",
    [OSError(28, "No space left on device", "/Jane.csv"), locked(), duckdb.IOException("/Jane.duckdb locked")],
)
def test_what_the_machine_stopped_may_pass_later(problem: Exception) -> None:
    failure = explain(problem)
    assert (failure.may_pass, failure.exit_code) == (True, 6)
    assert "Jane" not in str(failure) and "run it again" in str(failure)


@pytest.mark.parametrize("problem", [ValueError("Jane"), KeyError("Jane"), sqlite3.OperationalError("no column Jane")])
def test_an_error_of_ours_may_not_and_keeps_its_words(problem: Exception) -> None:
    try:
        raise problem
    except Exception as raised:
        failure = explain(raised)
    assert (failure.may_pass, failure.exit_code) == (False, 1)
    assert "Jane" not in str(failure) and f"{type(problem).__name__} at test_errors.py:" in str(failure)


def test_missing_set_up_speaks_for_itself() -> None:
    failure = explain(SetupError("no key is set"))
    assert (str(failure), failure.may_pass, failure.exit_code) == ("no key is set", False, 5)


def test_an_explained_failure_stays_as_it_is() -> None:
    failure = RunError("said before", 6)
    assert explain(failure) is failure
