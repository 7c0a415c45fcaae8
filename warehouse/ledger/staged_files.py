"""Staged files in the ledger: the SHA-256 of each, as the commit or the last rewriting left it."""

from collections.abc import Mapping, Set
from datetime import datetime

from warehouse.ledger.store import Ledger


def contents(ledger: Ledger) -> Mapping[str, Mapping[str, Set[str]]]:
    """What each staged file may hold, by submission and table: one SHA-256, or two while it is being rewritten."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in ledger.rows("SELECT submission_id, table_name, sha256 FROM staged_file"):
        found.setdefault(row["submission_id"], {}).setdefault(row["table_name"], set()).add(row["sha256"])
    return found


def record(ledger: Ledger, submission_id: str, at: datetime, table: str, sha256: str, is_in_place: bool) -> None:
    """Record what a staged file is about to hold beside what it holds; once that is in place, the former goes."""
    with ledger.change(at, "rewrite", submission_id, table=table, sha256=sha256, is_in_place=is_in_place) as change:
        if is_in_place:
            change.execute(
                "DELETE FROM staged_file WHERE submission_id = ? AND table_name = ? AND sha256 <> ?",
                (submission_id, table, sha256),
            )
        else:
            change.execute("INSERT OR IGNORE INTO staged_file VALUES (?, ?, ?)", (submission_id, table, sha256))
