"""Erasures in the ledger: who is refused from now on, which landed files were blanked, and what is gone for good."""

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from schemas.submissions import State
from warehouse.ledger.store import Ledger, Submission, text

# In the audit log: people refused from now on, a submission looked through for them, rows of it erased.
REFUSE, CLEAN, ERASE = "refuse", "clean", "erase rows"


@dataclass(frozen=True, order=True)
class Tombstone:
    """A keyed hash of an erased pseudonym. `organisation_code` says whose number it is, "" for one of everywhere."""

    hash: str
    key_id: str
    domain: str
    organisation_code: str


def tombstones(ledger: Ledger) -> frozenset[Tombstone]:
    """Every tombstone."""
    rows = ledger.rows("SELECT hash, key_id, domain, organisation_code FROM tombstone")
    return frozenset(Tombstone(**row) for row in rows)


def bury(ledger: Ledger, new: Collection[Tombstone], subject: str, at: datetime, by: str) -> None:
    """Record tombstones; those that are there already stay as they are."""
    with ledger.change(at, REFUSE, subject, tombstones=len(new), by=by) as record:
        record.executemany(
            "INSERT OR IGNORE INTO tombstone VALUES (?, ?, ?, ?, ?, ?)",
            [(*astuple(one), text(at), by) for one in sorted(new)],
        )


def not_cleaned(ledger: Ledger) -> list[str]:
    """The submissions that were judged since somebody is erased, and not looked through for the erased after that."""
    rows = ledger.rows(
        "SELECT subject, action FROM audit WHERE action IN (?, ?, ?, ?)"
        " AND entry > (SELECT min(entry) FROM audit WHERE action = ?) ORDER BY entry",
        *(State.LOADED, State.HELD, State.REJECTED, CLEAN, REFUSE),
    )
    last = {row["subject"]: row["action"] for row in rows}
    return [submission_id for submission_id, action in last.items() if action != CLEAN]


def content(ledger: Ledger, submission: Submission) -> str:
    """SHA-256 of the landed file as it should be now: as sent, or as the last erasure left it."""
    rows = ledger.rows(
        "SELECT new_sha256 FROM erasure WHERE submission_id = ? ORDER BY number DESC LIMIT 1", submission.submission_id
    )
    return rows[0]["new_sha256"] if rows else submission.sha256


def record(ledger: Ledger, after: Submission, new_sha256: str, rows: int, at: datetime, by: str) -> None:
    """Record what an erasure made of a submission: counts, state and names as `after` has them.

    `new_sha256` is the landed file's from now on, "" where it was removed whole; `rows` were erased.
    """
    former = content(ledger, after)
    with ledger.change(at, ERASE, after.submission_id, rows=rows, sha256=new_sha256, by=by) as change:
        change.execute(
            "UPDATE submission SET state = ?, sent_name = ?, landed_name = ?, rows_in = ?, rows_accepted = ?,"
            " rows_rejected = ?, rows_noise = ?, rows_erased = ? WHERE submission_id = ?",
            (after.state, after.sent_name, after.landed_name, *astuple(after.counts), after.submission_id),
        )
        change.execute(
            "INSERT INTO erasure (submission_id, former_sha256, new_sha256, row_count, erased_at, erased_by)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (after.submission_id, former, new_sha256, rows, text(at), by),
        )


def remove(ledger: Ledger, submission_ids: Iterable[str], at: datetime, by: str) -> None:
    """Record that the files and rows of these submissions are past their retention period; all at once."""
    ids = sorted(submission_ids)
    with ledger.change(at, "retention", f"{len(ids)} submissions", submissions=ids, by=by) as change:
        change.executemany(
            "UPDATE submission SET state = ?, state_at = ?, landed_name = '' WHERE submission_id = ?",
            [(State.REMOVED, text(at), one) for one in ids],
        )


def is_since(ledger: Ledger, release_id: str) -> bool:
    """True where rows of a loaded submission were erased or read, or a restatement allowed, after that release."""
    return bool(
        ledger.rows(
            "SELECT 1 FROM audit LEFT JOIN submission ON submission_id = subject"
            " WHERE (action = 'restate' OR (action IN (?, ?) AND state = 'loaded'))"
            " AND entry > (SELECT max(entry) FROM audit WHERE action = 'proposed' AND subject = ?) LIMIT 1",
            *(ERASE, State.LOADED, release_id),
        )
    )
