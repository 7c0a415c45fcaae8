"""What a release's files tell beside the figures in them: where a row lies, and which hashes stand there."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path

import duckdb

KEYS = """
SELECT table_name, list(column_name ORDER BY position)
FROM read_csv('{}', header = true)
WHERE is_key = 'TRUE' AND table_name NOT LIKE 'release.%'
GROUP BY table_name
ORDER BY table_name
"""
SENT = "SELECT sha256 FROM submission UNION SELECT sha256 FROM staged_file"
HASH = re.compile(r"\b[0-9a-f]{64}\b")


def out_of_order(folder: Path) -> list[str]:
    """The tables of the release's database whose rows lie in no order of their key: they lie as they were made."""
    with duckdb.connect(str(folder / "research_culture.duckdb"), read_only=True) as connection:
        keys = connection.execute(KEYS.format(folder / "dictionary.csv")).fetchall()
        return [name for name, columns in keys if not any(_in_order(connection, name, columns))]


def _in_order(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> Iterator[bool]:
    """Whether the rows lie in the order of the key, with any of its columns first."""
    first = permutations(columns) if len(columns) < 5 else [columns]
    for key in map(", ".join, first):
        placed = f"SELECT rowid AS place, row_number() OVER (ORDER BY {key}) - 1 AS wanted FROM {table}"
        yield connection.execute(f"SELECT count(*) FROM ({placed}) WHERE place <> wanted").fetchall() == [(0,)]


def hashes_of_what_was_sent(folder: Path, ledger: Path) -> list[str]:
    """The released texts in which a hash of a file that was sent, or of what is staged of it, stands.

    Whoever guesses the few counts of a file knows by its hash that they did.
    """
    with closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        hashes = {sha256 for (sha256,) in connection.execute(SENT)}
    texts = (file for kind in ("json", "csv", "md", "html") for file in sorted(folder.rglob(f"*.{kind}")))
    return [file.name for file in texts if hashes & {*HASH.findall(file.read_text(encoding="utf-8"))}]
