"""What was released: releases in the ledger, what stood behind each, and what was decided of them, when and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from warehouse.ledger.store import Ledger, text


class Decision(StrEnum):
    """What a release has come to; the last decision counts."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class ReleaseRecord:
    """One release of the ledger as it stands; `decided_*` is the last decision."""

    release_id: str
    made_at: datetime
    made_by: str
    manifest_sha256: str
    content_hash: str
    headline: str
    rule_version: str
    code_version: str
    decision: Decision
    decided_at: datetime
    decided_by: str
    reason: str


_DECIDE = "INSERT INTO release_decision (release_id, decision, decided_at, decided_by, reason) VALUES (?, ?, ?, ?, ?)"
_RELEASES = """
SELECT release.*, decision, decided_at, decided_by, reason
FROM release INNER JOIN release_decision AS decided USING (release_id)
WHERE decided.number = (SELECT max(number) FROM release_decision AS d WHERE d.release_id = release.release_id)
ORDER BY made_at DESC, release.rowid DESC
"""


def propose(ledger: Ledger, release: Mapping[str, str], submission_ids: Sequence[str], at: datetime) -> None:
    """Record a written release (id, manifest_sha256, content_hash, headline, versions) and what stands behind it."""
    release_id = release["release_id"]
    files = {submission_id: ledger.submission(submission_id).sha256 for submission_id in submission_ids}
    said = {"manifest": release["manifest_sha256"], "rules": release["rule_version"], "submissions": files}
    with ledger.change(at, Decision.PROPOSED, release_id, **said) as record:
        record.execute(
            "INSERT INTO release VALUES (:release_id, :at, :actor, :manifest_sha256, :content_hash, :headline,"
            " :rule_version, :code_version)",
            {**release, "at": text(at), "actor": ledger.actor},
        )
        record.executemany("INSERT INTO release_submission VALUES (?, ?)", [(release_id, s) for s in submission_ids])
        record.execute(_DECIDE, (release_id, Decision.PROPOSED, text(at), ledger.actor, ""))


def decide(ledger: Ledger, release_id: str, decision: Decision, at: datetime, by: str, reason: str = "") -> None:
    """Record what was decided of a release, by whom (recorded, not authenticated) and why."""
    with ledger.change(at, decision, release_id, by=by) as record:
        record.execute(_DECIDE, (release_id, decision, text(at), by, reason))


def releases(ledger: Ledger) -> tuple[ReleaseRecord, ...]:
    """Every release as it stands, latest made first."""
    return tuple(_record(row) for row in ledger.rows(_RELEASES))


def current(ledger: Ledger) -> ReleaseRecord | None:
    """The release that shows: the latest approved of those that still are; None where none is."""
    approved = [release for release in releases(ledger) if release.decision is Decision.APPROVED]
    return max(approved, key=lambda release: release.decided_at, default=None)


def waiting(ledger: Ledger) -> ReleaseRecord | None:
    """The release that waits for approval; a new proposal replaces the one before it, so there is one at most."""
    return next((release for release in releases(ledger) if release.decision is Decision.PROPOSED), None)


def submissions_of(ledger: Ledger, release_id: str) -> set[str]:
    """The submissions that stand behind a release."""
    rows = ledger.rows("SELECT submission_id FROM release_submission WHERE release_id = ?", release_id)
    return {row["submission_id"] for row in rows}


def _record(row: Mapping[str, Any]) -> ReleaseRecord:
    times = {name: datetime.fromisoformat(row[name]) for name in ("made_at", "decided_at")}
    return ReleaseRecord(**{**row, **times, "decision": Decision(row["decision"])})


@dataclass(frozen=True)
class ReleaseException:
    """A family that an approver lets be stated anew though few people changed; the reason is in the ledger alone."""

    metric_id: str
    organisation_code: str
    period_end: date
    approved_by: str
    approved_at: datetime


def allow(ledger: Ledger, excepted: tuple[str, str, date], at: datetime, by: str, reason: str) -> None:
    """Record that a family (metric, organisation, last day) may be stated anew in the next release."""
    metric_id, organisation, period_end = excepted
    with ledger.change(at, "restate", f"{metric_id} {organisation} {period_end}", by=by) as record:
        record.execute(
            "INSERT INTO release_exception VALUES (?, ?, ?, ?, ?, ?)",
            (metric_id, organisation, period_end.isoformat(), by, text(at), reason),
        )


def exceptions(ledger: Ledger) -> tuple[ReleaseException, ...]:
    """What approvers have allowed since the release that shows was approved."""
    shown = current(ledger)
    rows = ledger.rows(
        "SELECT metric_id, organisation_code, period_end, approved_by, approved_at FROM release_exception"
        " WHERE approved_at > ? ORDER BY approved_at",
        text(shown.decided_at) if shown else "",
    )
    return tuple(
        ReleaseException(
            **{
                **row,
                "period_end": date.fromisoformat(row["period_end"]),
                "approved_at": datetime.fromisoformat(row["approved_at"]),
            }
        )
        for row in rows
    )
