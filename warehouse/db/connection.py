"""Connections to DuckDB files: the pipeline's own work file, and locked read-only readers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

# Beyond this DuckDB spills to disk: an office laptop has 8 GB, and other programs open.
MEMORY_LIMIT = "2GB"
_OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


# Every DuckDB since 0.10 reads it (duckdb.org, "Storage Versions and Format"); comments on columns came with it.
STORAGE_VERSION = "v1.0.0"


def open_work(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-write connection to the work database, made if it is not there, readable by its owner only.

    Nothing is ever fetched from the network. Raises duckdb.IOException while another process has it open.
    """
    settings = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(path.with_name(f"{path.name}.tmp")),
        "storage_compatibility_version": STORAGE_VERSION,  # the analysts' file is a copy
        "preserve_insertion_order": "false",  # tables are sets: lets large inserts stream
    }
    connection = duckdb.connect(str(path), config={**_OFFLINE, **settings})
    path.chmod(0o600)
    return connection


def open_memory(spill: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """A database in memory, for files that may change under one name. What is too large for it goes to `spill`."""
    settings = {"memory_limit": memory_limit, "threads": "2", "temp_directory": str(spill)}
    return duckdb.connect(config={**_OFFLINE, **settings, "enable_external_file_cache": "false"})


def open_reader(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that can open and write no other file and whose settings cannot be changed.

    Raises duckdb.IOException where there is no such file or a writer has it open.
    """
    connection = duckdb.connect(str(path), read_only=True, config={**_OFFLINE, "enable_external_access": "false"})
    # Even so DuckDB would write the file's own log beside it, which the next reader takes as part of it.
    connection.execute("SET disabled_filesystems = 'LocalFileSystem'; SET lock_configuration = true")
    return connection


def log_of(path: Path) -> Path:
    """Where DuckDB looks for what is not in the file yet. Beside a file of ours there is none: we close them whole."""
    return path.with_name(f"{path.name}.wal")


def ask(path: Path, sql: str) -> tuple[tuple[str, ...], list[tuple]]:
    """The headings and rows of one SELECT, asked read-only. Raises ValueError with the reason where there are none."""
    if log_of(path).exists():
        raise ValueError(f"{log_of(path).name} lies beside the file and is not ours; `research-culture run` removes it")
    with open_reader(path) as connection:
        try:
            _require_one_select(connection, sql)
            answer = connection.execute(sql)
            return tuple(column[0] for column in answer.description or ()), answer.fetchall()
        except duckdb.Error as problem:
            raise ValueError(str(problem)) from None


def ask_rows(path: Path, sql: str) -> list[Mapping[str, Any]]:
    """The rows of one SELECT, each by its headings. Raises ValueError as `ask`."""
    headings, rows = ask(path, sql)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def _require_one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise ValueError unless DuckDB's own parser reads the text as one SELECT; DESCRIBE, VALUES and FROM are too."""
    found = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    parsed = json.loads(found[0] if found else "")
    if parsed["error"] and parsed["error_type"] == "parser":
        raise ValueError(parsed["error_message"])
    if len(parsed.get("statements", ())) != 1:
        raise ValueError("type one SELECT; nothing else can be run here")
