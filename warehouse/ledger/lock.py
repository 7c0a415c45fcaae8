"""One run at a time: a lock that goes with its process; and which failures are the world's, and may pass."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")


class LockedError(Exception):
    """Another process holds the lock."""


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock at `path` within the block; SQLite's own file lock works alike on every system.

    Raises LockedError at once where another process, or thread, holds it.
    """
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        raise LockedError(str(path.name)) from None
    try:
        yield
    finally:
        connection.close()


def is_temporary(problem: Exception) -> bool:
    """True for a locked or unreachable file and a full disk; false for wrong data and for errors of ours."""
    if isinstance(problem, sqlite3.OperationalError):
        return str(getattr(problem, "sqlite_errorname", "")).startswith(_PASSING)
    return isinstance(problem, OSError | duckdb.IOException)
