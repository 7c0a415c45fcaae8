"""Why a run could not go on: the words are ours, the exit codes as documented."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest

from flows.errors import RunError, SetupError, explain


def sqlite(name: str) -> sqlite3.DatabaseError:
    problem = sqlite3.DatabaseError("/Jane.sqlite")
    problem.sqlite_errorname = name  # type: ignore[misc]
    return problem


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (OSError(28, "No space left on device", "/Jane.csv"), "there is no room left on the disk"),
        (sqlite("SQLITE_FULL"), "there is no room left on the disk"),
        (duckdb.IOException('Could not write "/Jane": No space left on device'), "there is no room left on the disk"),
        (duckdb.FatalException("Failed to commit /Jane: No space left on device"), "there is no room left on the disk"),
        (sqlite("SQLITE_BUSY"), "another program has a file of the home open"),
        (duckdb.IOException('Could not set lock on file "/Jane"'), "another program has a file of the home open"),
        (OSError(5, "Input/output error", "/Jane.csv"), "the disk or share could not be read or written"),
        (sqlite("SQLITE_IOERR_WRITE"), "the disk or share could not be read or written"),
        (sqlite("SQLITE_READONLY_DBMOVED"), "a file or folder of the home may not be opened or written"),
        (sqlite("SQLITE_CANTOPEN"), "a file or folder of the home may not be opened or written"),
        (PermissionError("/Jane.csv"), "a file or folder of the home may not be opened or written"),
        (FileNotFoundError(2, "No such file", "/Jane.csv"), "a file or folder that it needs is not there"),
        (duckdb.OutOfMemoryException("/Jane"), "there was not enough memory"),
        (MemoryError(), "there was not enough memory"),
    ],
)
def test_what_the_machine_stopped_may_pass_later(problem: Exception, sentence: str) -> None:
    failure = explain(problem)
    assert (failure.may_pass, failure.exit_code) == (True, 6)
    assert "Jane" not in str(failure) and str(failure).startswith(sentence)


@pytest.mark.parametrize(
    ("problem", "exit_code", "command"),
    [
        (sqlite("SQLITE_CORRUPT"), 7, "`research-culture restore FILE`"),
        (sqlite("SQLITE_NOTADB"), 7, "`research-culture restore FILE`"),
        (duckdb.IOException("/Jane is not a valid DuckDB database file!"), 5, "`research-culture rebuild`"),
    ],
)
def test_what_is_damaged_does_not_pass_and_the_message_names_the_command(
    problem: Exception, exit_code: int, command: str
) -> None:
    failure = explain(problem)
    assert (failure.may_pass, failure.exit_code) == (False, exit_code)
    assert "Jane" not in str(failure) and command in str(failure)


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
