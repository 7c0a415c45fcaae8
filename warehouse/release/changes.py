"""What changed since the release that shows: each figure that is new, gone or other than it was."""

from pathlib import Path

import duckdb

from schemas.tables import TABLES
from warehouse.db import exports, queries, tables

CHANGES = "changes.csv"
_CONTRACT = TABLES["release.changes"]


def write_changes(connection: duckdb.DuckDBPyConnection, draft: Path, shown: Path | None) -> None:
    """Write `changes.csv` into the draft of a release, beside the database `shown` of the one that shows.

    Without one, the file has its headings and no row: all of the release is new.
    """
    if shown is None:
        exports.write_csv(connection, draft / CHANGES, _CONTRACT, tables.nothing(_CONTRACT))
        return
    connection.execute(f"ATTACH {tables.literal(shown)} AS shown (READ_ONLY)")
    try:
        exports.write_csv(connection, draft / CHANGES, _CONTRACT, f"({queries.select_of('release.changes')})")
    finally:
        connection.execute("DETACH shown")


def counted(connection: duckdb.DuckDBPyConnection, release: Path) -> list[tuple[str, str, str, str, int]]:
    """How many figures of a written release changed: by metric, change, status before and after ('' for none)."""
    names = "metric_id, change, coalesce(status_before, ''), coalesce(status_after, '')"
    file = f"read_csv({tables.literal(release / CHANGES)}, header = true, all_varchar = true)"
    return connection.execute(f"SELECT {names}, count(*) FROM {file} GROUP BY ALL ORDER BY ALL").fetchall()
