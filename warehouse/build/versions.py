"""Versions: what the work database was made from when it was built last, so that only what has changed is made again.

They are written in the transaction of the build: one that is stopped leaves the tables and their versions as they were.
"""

import hashlib
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path

import duckdb

from schemas.tables import TABLES
from warehouse.db import tables

TABLE_VERSION = TABLES["audit.table_version"]
OWN = ""  # the part that stands for a table's own SELECT and contract


class Versions:
    """The versions in a work database, and those of the build under way."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._known = _known(connection)
        self._found: dict[str, Mapping[str, str]] = {}

    def differing(self, name: str, made_from: Mapping[str, str]) -> Set[str]:
        """The parts of what a table is made from that are new, are others now or are there no more."""
        known = self._known.get(name, {})
        self._found[name] = made_from
        return {part for part in known.keys() | made_from.keys() if known.get(part) != made_from.get(part)}

    def knows(self, name: str, part: str) -> bool:
        """True where the table was made from that part before."""
        return part in self._known.get(name, {})

    def save(self) -> None:
        """Record what the tables are made from now."""
        changed = {name: parts for name, parts in self._found.items() if parts != self._known.get(name)}
        rows = [(name, part, made_from) for name, parts in changed.items() for part, made_from in parts.items()]
        self._connection.execute(
            f"DELETE FROM {TABLE_VERSION.name} WHERE table_name IN (SELECT unnest(?))", [[*changed]]
        )
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self._connection.execute(
                f"INSERT INTO {TABLE_VERSION.name} SELECT unnest(?), unnest(?), unnest(?)", columns
            )


def _known(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The versions by table and part; none in a new database, or one whose versions have another shape."""
    known: dict[str, dict[str, str]] = {}
    try:
        rows = connection.execute(f"SELECT {tables.columns(TABLE_VERSION)} FROM {TABLE_VERSION.name}").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        tables.create(connection, TABLE_VERSION)
        return known
    for name, part, made_from in rows:
        known.setdefault(name, {})[part] = made_from
    return known


def digest(*parts: object) -> str:
    """SHA-256 of what each part shows of itself."""
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def file_stamp(file: Path) -> str:
    """Size and time of change: it differs when a file is written again. Raises FileNotFoundError."""
    about = file.stat()
    return f"{about.st_size} {about.st_mtime_ns}"


@cache
def code_version() -> str:
    """DuckDB's version and a hash of the code that builds, the SELECTs of single tables left out."""
    folder = Path(__file__).parents[1]
    questions = (file for file in folder.rglob("*.sql") if file.relative_to(folder).parts[0] != "sql")
    return digest(duckdb.__version__, *(file.read_bytes() for file in sorted((*folder.rglob("*.py"), *questions))))
