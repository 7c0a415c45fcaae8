"""The log of releases: each one, the submissions it was made from, and the decisions on it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import takewhile
from typing import Any

from pydantic.dataclasses import dataclass  # makes times and decisions of the texts that SQLite gives

from warehouse.ledger.store import Ledger, text


class Decision(StrEnum):
    """What was decided about a release. The last decision counts."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


PIPELINE = "research-culture"  # who decides where no person does


@dataclass(frozen=True)
class ReleaseRecord:
    """One release and the last decision on it."""

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
ORDER BY release.rowid DESC
"""

# The audit log's entries are numbered over all tables, so they tell what came first.
_EXCEPTIONS = """
SELECT metric_id, organisation_code, period_end, approved_by, approved_at
FROM release_exception
INNER JOIN audit
    ON action = 'restate' AND at = approved_at AND subject = metric_id || ' ' || organisation_code || ' ' || period_end
WHERE entry > (SELECT coalesce(max(entry), 0) FROM audit WHERE action = 'approved' AND subject = ?)
ORDER BY entry
"""


def propose(ledger: Ledger, release: Mapping[str, Any], submission_ids: Sequence[str], at: datetime) -> None:
    """Record a written release as proposed, with the submissions it was made from.

    `release` gives release_id, manifest_sha256, content_hash, headline, rule_version and code_version.
    """
    release_id = release["release_id"]
    known = {one.submission_id: one.sha256 for one in ledger.submissions()}
    files = {submission_id: known[submission_id] for submission_id in submission_ids}
    detail = {"manifest": release["manifest_sha256"], "rules": release["rule_version"], "submissions": files}
    with ledger.change(at, Decision.PROPOSED, release_id, **detail) as record:
        record.execute(
            "INSERT INTO release VALUES (:release_id, :at, :actor, :manifest_sha256, :content_hash, :headline,"
            " :rule_version, :code_version)",
            {**release, "at": text(at), "actor": ledger.actor},
        )
        record.executemany("INSERT INTO release_submission VALUES (?, ?)", [(release_id, s) for s in submission_ids])
        record.execute(_DECIDE, (release_id, Decision.PROPOSED, text(at), ledger.actor, ""))


def decide(ledger: Ledger, release_id: str, decision: Decision, at: datetime, by: str, reason: str = "") -> None:
    """Record a decision on a release, who took it and why. `by` is recorded, not authenticated."""
    with ledger.change(at, decision, release_id, by=by) as record:
        record.execute(_DECIDE, (release_id, decision, text(at), by, reason))


def releases(ledger: Ledger) -> tuple[ReleaseRecord, ...]:
    """Every release with the last decision on it, the last made first, whatever the clock said."""
    return tuple(ReleaseRecord(**row) for row in ledger.rows(_RELEASES))


def current(ledger: Ledger) -> ReleaseRecord | None:
    """The current release: the last made that is approved, since only the last can be. None where there is none."""
    return next((release for release in releases(ledger) if release.decision is Decision.APPROVED), None)


def waiting(ledger: Ledger) -> ReleaseRecord | None:
    """The release that waits for approval. A new proposal replaces the old one, so there is at most one."""
    return next((release for release in releases(ledger) if release.decision is Decision.PROPOSED), None)


def declined(ledger: Ledger) -> ReleaseRecord | None:
    """The last release that a person declined, unless one was approved after it."""
    since = takewhile(lambda one: one.decision in (Decision.PROPOSED, Decision.DECLINED), releases(ledger))
    return next((one for one in since if one.decision is Decision.DECLINED and one.decided_by != PIPELINE), None)


def submissions_of(ledger: Ledger, release_id: str) -> set[str]:
    """The ids of the submissions that a release was made from."""
    rows = ledger.rows("SELECT submission_id FROM release_submission WHERE release_id = ?", release_id)
    return {row["submission_id"] for row in rows}


@dataclass(frozen=True)
class ReleaseException:
    """A family of figures that may be restated although few people changed. The reason is in the ledger alone."""

    metric_id: str
    organisation_code: str
    period_end: date
    approved_by: str
    approved_at: datetime


def allow(ledger: Ledger, excepted: tuple[str, str, date], at: datetime, by: str, reason: str) -> None:
    """Record that a family of figures (metric, organisation, last day) may be restated in the next release."""
    metric_id, organisation, period_end = excepted
    with ledger.change(at, "restate", f"{metric_id} {organisation} {period_end}", by=by) as record:
        record.execute(
            "INSERT INTO release_exception VALUES (?, ?, ?, ?, ?, ?)",
            (metric_id, organisation, period_end.isoformat(), by, text(at), reason),
        )


def exceptions(ledger: Ledger) -> tuple[ReleaseException, ...]:
    """The exceptions allowed since the current release was approved, oldest first."""
    shown = current(ledger)
    rows = ledger.rows(_EXCEPTIONS, shown.release_id if shown else "")
    return tuple(ReleaseException(**row) for row in rows)
