"""Versions: what each table of the work database was made from. A table is replaced only where that has changed.

A version and its rows are written in one transaction, so a build that is stopped leaves no table with a version that
it has not. What a table says is recorded beside it: what reads it stays where the rows came out as before.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Set
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb

from schemas.fields import Contract
from schemas.tables import TABLES
from warehouse.db import tables

ALL = "all"
TABLE_VERSION = TABLES["audit.table_version"]


class Version(NamedTuple):
    """What a table, or one submission's rows of it, was made from, and a hash of what those rows say."""

    made_from: str
    content: str


class Versions:
    """The versions in a work database. `replaced` names the tables and views that were not up to date, in order."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.replaced: list[str] = []
        self._known = _known(connection)

    def update(
        self,
        name: str,
        made_from: Mapping[str, str],
        make: Callable[[Set[str]], object],
        content: Mapping[str, str] | None = None,
    ) -> None:
        """Let `make` replace a table unless its versions, that of each part and of `all`, are `made_from`.

        `make` is given the parts whose rows can stay. `content` stands for what each part (and `all`) says afterwards;
        without it, the rows are hashed. Where `make` fails, the table stays as it was.
        """
        known = self._known.get(name, {})
        current = {part for part, version in known.items() if made_from.get(part) == version.made_from}
        if current == made_from.keys() == known.keys():
            return
        with tables.transaction(self.connection):
            make(current - {ALL} if ALL in current else frozenset())
            says = content or _content_of(self.connection, TABLES[name])
            found = {part: Version(made, says.get(part, "")) for part, made in made_from.items()}
            self._record(name, found)
        self._known[name] = found
        self.replaced.append(name)

    def update_view(self, name: str, select: str, content: str, parts: Mapping[str, str] | None = None) -> None:
        """Replace a view unless it is up to date; its rows cannot be hashed, so `content` stands for what it says."""
        parts = parts or {}
        sql = f"CREATE OR REPLACE VIEW {name} AS {select}"
        made_from = {ALL: digest(select, content), **parts}
        self.update(name, made_from, lambda _: self.connection.execute(sql), {ALL: content, **parts})

    def content(self, names: Iterable[str]) -> tuple[str, dict[str, str]]:
        """What these tables say: one hash for what concerns them whole, one for each submission with rows in them."""
        whole: list[str] = []
        parts: dict[str, list[str]] = {}
        for name in sorted(names):
            for part, version in self._known[name].items():
                (whole if part == ALL else parts.setdefault(part, [])).append(f"{name} {version.content}")
        return digest(*whole), {part: digest(*contents) for part, contents in parts.items()}

    def _record(self, name: str, found: Mapping[str, Version]) -> None:
        self.connection.execute(f"DELETE FROM {TABLE_VERSION.name} WHERE table_name = ?", [name])
        made_from, content = zip(*found.values(), strict=True)
        self.connection.execute(
            f"INSERT INTO {TABLE_VERSION.name} SELECT ?, unnest(?), unnest(?), unnest(?)",
            [name, list(found), list(made_from), list(content)],
        )


def _known(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Version]]:
    """The versions by table and part; none in a new database, or one whose versions have another shape."""
    known: dict[str, dict[str, Version]] = {}
    try:
        rows = connection.execute(f"SELECT {tables.columns(TABLE_VERSION)} FROM {TABLE_VERSION.name}").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        tables.create(connection, TABLE_VERSION)
        return known
    for name, part, made_from, content in rows:
        known.setdefault(name, {})[part] = Version(made_from, content)
    return known


def digest(*parts: object) -> str:
    """SHA-256 of what each part shows of itself."""
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def _content_of(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Mapping[str, str]:
    """What the table's rows say, whatever their order: a hash for each part, and for `all`.

    Each row is hashed twice, since sums of DuckDB's row hashes can agree where two rows have swapped a cell.
    """
    part = contract.partition or f"'{ALL}'"
    rows = connection.execute(f"SELECT {part}, count(*), sum(hash(hash(one))) FROM {contract.name} AS one GROUP BY 1")
    found = {part: f"{count} {total}" for part, count, total in rows.fetchall()}
    return {**found, ALL: digest(contract, found.get(ALL))}


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
