"""A lock that lets one run in at a time, and the failures of the machine that may pass by themselves."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

_TEMPORARY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")


class LockedError(Exception):
    """Another process holds the lock."""


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock at `path` within the block. It ends with the process, however that ends.

    SQLite's file lock is used, since it works alike on every system. Raises LockedError where another holds it.
    """
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise LockedError(path.name) from None
        yield


def is_temporary(problem: Exception) -> bool:
    """True for a locked or unreachable file and a full disk. False for wrong data and for programming errors."""
    if isinstance(problem, sqlite3.OperationalError):
        return str(getattr(problem, "sqlite_errorname", "")).startswith(_TEMPORARY)
    return isinstance(problem, OSError | duckdb.IOException)
