"""A lock that lets one run in at a time, and the faults of the machine that can stop one."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import Enum, auto
from pathlib import Path

import duckdb


class Fault(Enum):
    """What stopped a run that is no error of ours."""

    FULL = auto()
    BUSY = auto()
    DENIED = auto()
    GONE = auto()
    FAILED = auto()
    MEMORY = auto()
    DAMAGED_TABLES = auto()  # a file that DuckDB reads
    DAMAGED_LEDGER = auto()


_SYSTEM = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), Fault.FULL),
    **dict.fromkeys((errno.EBUSY, errno.ETXTBSY, errno.EAGAIN), Fault.BUSY),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), Fault.DENIED),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ESTALE, errno.ENOTCONN), Fault.GONE),
    errno.ENOMEM: Fault.MEMORY,
}
_SQLITE = {
    "SQLITE_FULL": Fault.FULL,
    **dict.fromkeys(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"), Fault.BUSY),
    **dict.fromkeys(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN"), Fault.DENIED),
    "SQLITE_IOERR": Fault.FAILED,
    "SQLITE_NOMEM": Fault.MEMORY,
    **dict.fromkeys(("SQLITE_CORRUPT", "SQLITE_NOTADB"), Fault.DAMAGED_LEDGER),
}
# DuckDB gives no number, but the system's words, in English on Linux and macOS and from Windows' own list.
_DUCKDB = {
    **dict.fromkeys(("No space left", "not enough space", "Disk quota", "File too large"), Fault.FULL),
    "max_temp_directory_size": Fault.FULL,
    **dict.fromkeys(("lock on file", "being used by another process"), Fault.BUSY),
    **dict.fromkeys(("Permission denied", "Access is denied", "Read-only file system"), Fault.DENIED),
    **dict.fromkeys(("No such file", "No files found"), Fault.GONE),
    "Input/output error": Fault.FAILED,
}


class LockedError(Exception):
    """Another process holds the lock."""


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock at `path` within the block. It ends with the process, however that ends.

    SQLite's file lock is used, since it works alike on every system. What another program wrote into the file is
    removed. Raises LockedError where another run holds it, OSError and sqlite3.OperationalError where the machine
    stops it.
    """
    if is_damaged(path):
        path.write_bytes(b"")  # the same file, so that two that do so still meet at one lock
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            if fault_of(problem) is Fault.BUSY:
                raise LockedError(path.name) from None
            raise
        yield


def is_damaged(database: Path) -> bool:
    """True for a file that SQLite cannot read as a database."""
    try:
        if database.is_file():
            with closing(sqlite3.connect(database, timeout=0)) as connection:
                connection.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError as problem:
        return fault_of(problem) is Fault.DAMAGED_LEDGER
    return False


def is_temporary(problem: Exception) -> bool:
    """True where the same may succeed later, as with a file in use or a full disk. False for wrong data or files."""
    return fault_of(problem) not in (None, Fault.DAMAGED_TABLES, Fault.DAMAGED_LEDGER)


def fault_of(problem: Exception) -> Fault | None:
    """What of the machine the exception tells of; None for wrong data and for programming errors."""
    if isinstance(problem, sqlite3.Error):
        name = getattr(problem, "sqlite_errorname", "")
        return next((fault for start, fault in _SQLITE.items() if name.startswith(start)), None)
    if isinstance(problem, duckdb.Error):
        return _fault_of_duckdb(problem)
    if isinstance(problem, OSError):
        by_class = {PermissionError: errno.EACCES, FileNotFoundError: errno.ENOENT}
        return _SYSTEM.get(problem.errno or by_class.get(type(problem), 0), Fault.FAILED)
    return Fault.MEMORY if isinstance(problem, MemoryError) else None


def _fault_of_duckdb(problem: duckdb.Error) -> Fault | None:
    """By the words of those exceptions that quote no cell. A table of ours that is not there was not built whole."""
    if isinstance(problem, duckdb.CatalogException):
        return Fault.DAMAGED_TABLES
    if not isinstance(problem, duckdb.OperationalError | duckdb.InternalError | duckdb.FatalException):
        return None
    told = next((fault for words, fault in _DUCKDB.items() if words in str(problem)), None)
    if told is None and isinstance(problem, duckdb.OutOfMemoryException):
        return Fault.MEMORY
    damaged = (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException)
    return told or (Fault.DAMAGED_TABLES if isinstance(problem, damaged) else None)
