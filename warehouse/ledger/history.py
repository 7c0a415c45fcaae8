"""History: the submissions as known on a day, and every figure of every release."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from warehouse.ledger.release_log import exceptions
from warehouse.ledger.store import Ledger, Submission, submission_of, text

ALWAYS = datetime.max.replace(tzinfo=UTC)
# A day ends before the first entry recorded at or after its end: what a wrong clock recorded later changes no day.
# An erasure repeats a state with fewer rows and its time, and counts with that state.
_KNOWN_ON = """
WITH last AS (
    SELECT submission_id, max(number), state_at FROM submission_history
    WHERE number < (SELECT coalesce(min(number), 1e18) FROM submission_history WHERE state_at >= ?)
    GROUP BY submission_id
)
SELECT sha256, sent_name, landed_name, hints, landed_at, layout, rule_version, read_by, accepted_at, rows_in,
    rows_rejected, rows_noise, rows_erased, known.*
FROM submission INNER JOIN submission_history AS known USING (submission_id)
WHERE known.number IN (
    SELECT max(h.number) FROM submission_history AS h INNER JOIN last USING (submission_id, state_at)
    GROUP BY submission_id
)
ORDER BY submission.rowid
"""
_RELEASES = """
WITH decided AS (
    SELECT * FROM release_decision
    WHERE number < (SELECT coalesce(min(number), 1e18) FROM release_decision WHERE decided_at >= ?)
)
SELECT release.*, release.rowid AS release_number, decision AS decision_code, decided_by,
    (SELECT min(decided_at) FROM decided AS d WHERE d.release_id = release.release_id AND decision = 'approved')
        AS released_at,
    CASE decision WHEN 'withdrawn' THEN decided_at END AS withdrawn_at
FROM release INNER JOIN decided USING (release_id)
WHERE number = (SELECT max(number) FROM decided AS d WHERE d.release_id = release.release_id)
ORDER BY release_number
"""
_BEHIND = "SELECT release_id, submission_id FROM release_submission"


@dataclass(frozen=True)
class ReleaseHistory:
    """The releases of the ledger, what stood behind them, and the files of their figures."""

    releases: tuple[Mapping[str, Any], ...] = ()
    submissions: tuple[Mapping[str, Any], ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)  # by release id
    stated: Mapping[str, Path] = field(default_factory=dict)  # what people added to the figures that a release stated
    excepted: frozenset[tuple[str, str, date]] = frozenset()  # families to restate: metric, organisation, last day

    @property
    def released(self) -> tuple[str, ...]:
        """The releases that were approved once, oldest first."""
        return tuple(row["release_id"] for row in self.releases if row["released_at"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """A sentence on each release whose folder is gone."""
        missing = (one for one in self.released if one not in self.files)
        return tuple(f"Release {one} is not in core.metric_history: its folder is gone." for one in missing)


def submissions_on(ledger: Ledger, until: datetime) -> tuple[Submission, ...]:
    """Every submission that had come before `until`, in the state, slot and count of rows that it had then."""
    return tuple(submission_of(row) for row in ledger.rows(_KNOWN_ON, text(until)))


def read_past(ledger: Ledger, stated: Path, *folders: Path) -> ReleaseHistory:
    """The releases so far, with what the next one is compared with (`stated`/<release id>.parquet) and exceptions."""
    found = read_releases(ledger, *folders)
    files = {one: file for one in found.released if (file := stated / f"{one}.parquet").is_file()}
    excepted = frozenset((one.metric_id, one.organisation_code, one.period_end) for one in exceptions(ledger))
    return replace(found, stated=files, excepted=excepted)


def read_releases(ledger: Ledger, *folders: Path, until: datetime = ALWAYS) -> ReleaseHistory:
    """What was decided of releases before `until`; the folders hold `<release id>/parquet/metric_value.parquet`."""
    releases = tuple({**row, **_times(row)} for row in ledger.rows(_RELEASES, text(until)))
    known = {row["release_id"] for row in releases}
    behind = tuple(row for row in ledger.rows(_BEHIND) if row["release_id"] in known)
    history = ReleaseHistory(releases, behind)
    files = [folder / one / "parquet" / "metric_value.parquet" for one in history.released for folder in folders]
    return replace(history, files={file.parts[-3]: file for file in files if file.is_file()})


def _times(row: Mapping[str, Any]) -> dict[str, datetime | None]:
    names = ("made_at", "released_at", "withdrawn_at")
    return {name: datetime.fromisoformat(row[name]) if row[name] else None for name in names}
