"""The lock: one holder at a time, gone with its process however that ends."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from warehouse.ledger.lock import LockedError, hold, is_temporary

HOLDER = """
import sys, time
from pathlib import Path
from warehouse.ledger.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_waits_its_turn_and_a_kill_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError), hold(path):
            pass
        holder.kill()
        holder.wait(timeout=30)
    for _ in range(50):
        try:
            with hold(path):
                return
        except LockedError:
            time.sleep(0.1)
    pytest.fail("the lock outlived its process")


def test_a_lock_is_free_after_its_block(tmp_path: Path) -> None:
    for _ in range(2):
        with hold(tmp_path / "run.lock"):
            pass


def test_what_another_program_wrote_into_the_lock_is_removed_and_the_lock_still_locks(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    path.write_bytes(b"not a database" * 99)
    with hold(path), pytest.raises(LockedError), hold(path):
        pass
    assert path.read_bytes() == b""


def test_a_lock_that_cannot_be_taken_is_not_said_to_be_held(tmp_path: Path) -> None:
    (tmp_path / "run.lock").mkdir()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"), hold(tmp_path / "run.lock"):
        pass


def _busy() -> Exception:
    problem = sqlite3.OperationalError("database is locked")
    problem.sqlite_errorname = "SQLITE_BUSY"  # type: ignore[misc]
    return problem


@pytest.mark.parametrize(
    ("problem", "is_passing"),
    [
        (OSError(errno.ENOSPC, "full"), True),
        (PermissionError("share is locked"), True),
        (_busy(), True),
        (duckdb.IOException("Could not set lock on file"), True),
        (duckdb.IOException("exists, but it is not a valid DuckDB database file!"), False),
        (sqlite3.OperationalError("no such table"), False),
        (duckdb.ConversionException("cell"), False),
        (ValueError("wrong data"), False),
    ],
)
def test_only_failures_of_the_world_may_pass(problem: Exception, is_passing: bool) -> None:
    assert is_temporary(problem) is is_passing
