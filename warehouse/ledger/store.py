"""The ledger: one SQLite file that records every submission and release."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, field
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from schemas.findings import Finding
from schemas.submissions import Counts, Period, Slot, State
from warehouse.ledger.audit import BEFORE_FIRST, COLUMNS, Head, entry_hash

# secure_delete: what is erased leaves no free page behind
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
# As conditions of `submission`. An index serves each, so that an ingest costs the same however many there are.
_LOADED = "WHERE state = 'loaded'"
_LOADED_NEAR = f"{_LOADED} AND organisation_code = ? AND dataset = ? AND period_end >= ? AND period_start <= ?"
_NEXT_LANDED = "WHERE state = 'landed' AND rowid > (SELECT rowid FROM submission WHERE submission_id = ?)"
_COUNTS = ("rows_in", "rows_accepted", "rows_rejected", "rows_noise", "rows_erased")


@dataclass(frozen=True)
class SenderHints:
    """What its folder, a flag or a person says of a file. Empty where nothing is said."""

    organisation: str = ""
    dataset: str = ""
    source: str = ""
    period: str = ""
    layout: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True)
class Submission:
    """One row of the ledger. `slot` is None until the file has been read that far."""

    submission_id: str
    sha256: str
    sent_name: str
    landed_name: str
    hints: SenderHints
    landed_at: datetime
    state: State
    state_at: datetime
    slot: Slot | None
    layout: str
    rule_version: str
    read_by: Mapping[str, str]  # what of `config/` it was read by, with its version
    accepted_at: datetime | None
    counts: Counts

    @property
    def organisation_code(self) -> str:
        """Who sent it, as far as that is known: `national` for a published file."""
        return self.slot.sender if self.slot else self.hints.organisation


@dataclass(frozen=True)
class IngestResult:
    """What ingest made of a landed file, as far as it came: slot, layout, counts, findings and the rules it used.

    `staged` is the SHA-256 of each staged file, by its table.
    """

    slot: Slot | None = None
    layout: str = ""
    encoding: str = ""
    counts: Counts = field(default_factory=Counts)
    findings: tuple[Finding, ...] = ()
    staged: Mapping[str, str] = field(default_factory=dict)
    rule_version: str = ""
    code_version: str = ""
    read_by: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """Reads and writes of the ledger. Every change is one transaction that also appends its audit entry."""

    def __init__(self, path: Path, actor: str, code_version: str = "") -> None:
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        path.chmod(0o600)
        self._connection.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self.actor = actor
        self.code_version = code_version
        self._renew_old_columns()
        self._connection.executescript((resources.files("warehouse.ledger") / "ledger.sql").read_text(encoding="utf-8"))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def land(
        self, submission_id: str, sha256: str, size_bytes: int, sent_name: str, hints: SenderHints, at: datetime
    ) -> None:
        """Record a file, landed under its submission's id. Raises FileExistsError where the id is there already.

        `sent_name` is the name that the sender gave it.
        """
        sent = submission_id, sha256, size_bytes, sent_name, json.dumps(asdict(hints)), text(at)
        with self.change(at, "land", submission_id, sha256=sha256) as record:
            if not record.execute(
                "INSERT INTO submission (submission_id, sha256, size_bytes, sent_name, landed_name, hints, landed_at,"
                " state, state_at) VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6, 'landed', ?6) ON CONFLICT DO NOTHING",
                sent,
            ).rowcount:
                raise FileExistsError(submission_id)

    def same_bytes(self, sha256: str) -> tuple[Submission, ...]:
        """Submissions of exactly those bytes, oldest first."""
        return self._submissions("WHERE sha256 = ?", sha256)

    def submission(self, submission_id: str) -> Submission:
        """One submission. Raises KeyError where the ledger has none of that id."""
        found = self._submissions("WHERE submission_id = ?", submission_id)
        if not found:
            raise KeyError(submission_id)
        return found[0]

    def submissions(self) -> tuple[Submission, ...]:
        """Every submission, oldest first."""
        return self._submissions("")

    def loaded(self) -> tuple[Submission, ...]:
        """The submissions whose rows count now, oldest first."""
        return self._submissions(_LOADED)

    def next_landed(self, after: str) -> Submission | None:
        """The first of the submissions that landed after that one and wait to be ingested, or None."""
        return next(iter(self._submissions(_NEXT_LANDED, after, limit=1)), None)

    def loaded_in(self, slot: Slot) -> Submission | None:
        """The submission that is loaded for exactly this slot, or None."""
        return next((s for s in self.loaded_near(slot) if s.slot == slot), None)

    def loaded_near(self, slot: Slot) -> tuple[Submission, ...]:
        """The submissions loaded for the slot's organisation and dataset whose period shares a day with its own."""
        period = slot.period.start.isoformat(), slot.period.end.isoformat()
        return self._submissions(_LOADED_NEAR, slot.sender, slot.dataset, *period)

    def findings(self, submission_id: str) -> list[dict[str, Any]]:
        """A submission's findings in order: code, severity, column_name, first_rows, row_count, sentence."""
        return self.rows(
            "SELECT code, severity, column_name, first_rows, row_count, sentence FROM finding"
            " WHERE submission_id = ? ORDER BY number",
            submission_id,
        )

    def reopen(self, submission_id: str, hints: SenderHints, at: datetime) -> None:
        """Put a submission back to `landed`, to be ingested again with these hints."""
        with self.change(at, "reopen", submission_id, is_confirmed=hints.is_confirmed):
            self._set_state(submission_id, State.LANDED, at, hints=json.dumps(asdict(hints)))

    def record(self, submission_id: str, state: State, result: IngestResult, at: datetime) -> None:
        """Commit one ingest: its state, slot, counts and findings. A loaded one supersedes the former of its slot."""
        codes = sorted({finding.code for finding in result.findings})
        before, values = self.submission(submission_id), _columns(result)
        staged = {"staged": result.staged} if result.staged else {}
        detail = {"findings": codes, "rules": result.rule_version, **staged}
        with self.change(at, state, submission_id, sha256=before.sha256, **detail):
            if state is State.LOADED:
                values["accepted_at"] = text(before.accepted_at or at)
                former = self.loaded_in(result.slot) if result.slot else None
                if former is not None and former.submission_id != submission_id:
                    self._set_state(former.submission_id, State.SUPERSEDED, at, superseded_by=submission_id)
                self._write_staged(submission_id, result.staged)
            self._set_state(submission_id, state, at, **values)
            self.write_findings(submission_id, result.findings)

    def withdraw(self, submission_id: str, at: datetime, by: str = "", reason: str = "") -> Submission:
        """Withdraw a submission, whatever its state; returns it as it was before.

        Raises KeyError for an unknown id, ValueError for one that is withdrawn or removed already.
        """
        submission = self.submission(submission_id)
        if submission.state in (State.WITHDRAWN, State.REMOVED):
            raise ValueError(f"{submission_id} is {submission.state}: {submission.state.sentence}")
        with self.change(at, "withdraw", submission_id, sha256=submission.sha256, by=by or self.actor):
            self._set_state(submission_id, State.WITHDRAWN, at, state_reason=reason)
        return submission

    def note(self, action: str, subject: str, at: datetime, **detail: object) -> None:
        """Append an audit entry for what changes no row, such as a duplicate or a rebuild."""
        with self.change(at, action, subject, **detail):
            pass

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """The rows that a SELECT gives."""
        return [dict(row) for row in self._connection.execute(sql, values)]

    def last_noted(self, *actions: str) -> str:
        """What the last audit entry of one of these actions is about; '' where there is none."""
        known = f"SELECT subject FROM audit WHERE action IN ({', '.join('?' * len(actions))}) ORDER BY entry DESC"
        return next((row["subject"] for row in self.rows(f"{known} LIMIT 1", *actions)), "")

    def audit_head(self) -> Head:
        """Number and hash of the last audit entry. The hash stands for the whole log."""
        row = self._connection.execute("SELECT entry, hash FROM audit ORDER BY entry DESC LIMIT 1").fetchone()
        return Head(*row) if row else BEFORE_FIRST

    @contextmanager
    def change(self, at: datetime, action: str, subject: str, **detail: object) -> Iterator[sqlite3.Connection]:
        """One transaction that also appends its audit entry. `detail` holds ids, codes and counts only."""
        with self._connection as record:  # commits, or rolls back where the block fails
            record.execute("BEGIN IMMEDIATE")
            yield record
            before = self.audit_head()
            log = json.dumps(detail, sort_keys=True)
            entry = (before.entry + 1, before.hash, text(at), self.actor, self.code_version, action, subject, log)
            record.execute(
                f"INSERT INTO audit ({', '.join(COLUMNS)}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*entry, entry_hash(entry)),
            )

    def _renew_old_columns(self) -> None:
        """Bring a ledger that an earlier version made to today's columns."""
        names = {column["name"] for column in self._connection.execute("PRAGMA table_info(submission)")}
        if "said" in names:
            self._connection.execute("ALTER TABLE submission RENAME COLUMN said TO hints")
        if names and "read_by" not in names:
            self._connection.execute("ALTER TABLE submission ADD COLUMN read_by TEXT NOT NULL DEFAULT '{}'")

    def _set_state(self, submission_id: str, state: State, at: datetime, **values: object) -> None:
        """Write the submission's state, and other columns of it."""
        values |= {"state": state, "state_at": text(at)}
        self._connection.execute(
            f"UPDATE submission SET {', '.join(f'{name} = :{name}' for name in values)} WHERE submission_id = :id",
            {**values, "id": submission_id},
        )

    def _write_staged(self, submission_id: str, staged: Mapping[str, str]) -> None:
        self._connection.execute("DELETE FROM staged_file WHERE submission_id = ?", (submission_id,))
        rows = [(submission_id, table, sha256) for table, sha256 in staged.items()]
        self._connection.executemany("INSERT INTO staged_file VALUES (?, ?, ?)", rows)

    def write_findings(self, submission_id: str, findings: Sequence[Finding]) -> None:
        """Put these in place of a submission's findings, within a `change`."""
        self._connection.execute("DELETE FROM finding WHERE submission_id = ?", (submission_id,))
        self._connection.executemany(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (submission_id, n, f.code, f.severity, f.column, json.dumps(list(f.rows)), f.row_count, f.sentence)
                for n, f in enumerate(findings, 1)
            ],
        )

    def _submissions(self, where: str, *values: str, limit: int = -1) -> tuple[Submission, ...]:
        sql = f"SELECT * FROM submission {where} ORDER BY rowid LIMIT {limit}"
        rows = self._connection.execute(sql, values)
        return tuple(submission_of(row) for row in rows)


def _columns(result: IngestResult) -> dict[str, object]:
    """The columns to write. A refusal that came before the slot was known keeps the slot that the file had before."""
    names = ("layout", "encoding", "rule_version", "code_version")
    values = {name: getattr(result, name) for name in names} | dict(zip(_COUNTS, astuple(result.counts), strict=True))
    values["read_by"] = json.dumps(result.read_by, sort_keys=True)
    if result.slot is None:
        return values
    period = {"period_start": result.slot.period.start.isoformat(), "period_end": result.slot.period.end.isoformat()}
    sender = {"organisation_code": result.slot.sender, "dataset": result.slot.dataset, "source": result.slot.source}
    return {**values, **sender, **period}


def submission_of(row: sqlite3.Row | Mapping[str, Any]) -> Submission:
    """A submission from a row of the ledger's table."""
    period = row["period_start"] and Period(
        date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])
    )
    return Submission(
        submission_id=row["submission_id"],
        sha256=row["sha256"],
        sent_name=row["sent_name"],
        landed_name=row["landed_name"],
        hints=SenderHints(**json.loads(row["hints"])),
        landed_at=datetime.fromisoformat(row["landed_at"]),
        state=State(row["state"]),
        state_at=datetime.fromisoformat(row["state_at"]),
        slot=Slot(row["organisation_code"], row["dataset"], row["source"], period) if period else None,
        layout=row["layout"] or "",
        rule_version=row["rule_version"] or "",
        read_by=json.loads(row["read_by"]),
        accepted_at=datetime.fromisoformat(row["accepted_at"]) if row["accepted_at"] else None,
        counts=Counts(*(row[name] for name in _COUNTS)),
    )


def text(at: datetime) -> str:
    """A time as the ledger writes it, to the microsecond, so that it sorts as text."""
    return at.isoformat(timespec="microseconds")
