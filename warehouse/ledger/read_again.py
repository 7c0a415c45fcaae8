"""Read again: which submissions a corrected `config/` or a later file mends, and what a new reading leaves of one."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath

from schemas.submissions import State
from warehouse.ledger.store import IngestResult, Ledger, Submission, submission_of

# What a file is refused for whatever `config/` says: it is empty, damaged or not safe to open, or a wrong mapping
_OF_THE_FILE = (*(f"F00{n}" for n in range(1, 10)), "F022", "F023", "F025", "F028", "F029", "F030")
_PENDING = f"""
SELECT * FROM submission
WHERE state = 'landed' OR (
    state = 'rejected' AND landed_name <> '' AND read_by <> ? AND NOT EXISTS (
        SELECT 1 FROM finding
        WHERE finding.submission_id = submission.submission_id AND code IN ({", ".join("?" * len(_OF_THE_FILE))})
    )
)
ORDER BY rowid
"""


def pending(ledger: Ledger, read_by: Mapping[str, str]) -> tuple[Submission, ...]:
    """The submissions to ingest: new ones, and those refused that were read by another `config/` than this."""
    return tuple(map(submission_of, ledger.rows(_PENDING, json.dumps(read_by, sort_keys=True), *_OF_THE_FILE)))


def is_before(ledger: Ledger, submission: Submission, other: Submission) -> bool:
    """True where the submission came before the other."""
    came = [one.submission_id for one in ledger.submissions()]
    return came.index(submission.submission_id) < came.index(other.submission_id)


def corrected_by(submission: Submission, submissions: Sequence[Submission]) -> Submission | None:
    """The one of these that came after it, is loaded and is for the same; None where there is none.

    For the same is one of the same slot. Where its own is not known, it is one whose name begins alike.
    """
    stem = PurePath(submission.sent_name).stem.casefold()
    for one in submissions[submissions.index(submission) + 1 :]:
        is_same = one.slot == submission.slot if submission.slot else one.sent_name.casefold().startswith(stem)
        if one.state is State.LOADED and is_same and one.organisation_code == submission.organisation_code:
            return one
    return None


def keep(ledger: Ledger, submission_id: str, result: IngestResult, at: datetime) -> None:
    """Record that a loaded submission was read again and cannot be used so: what was loaded of it before stays."""
    codes = sorted({finding.code for finding in result.findings})
    with ledger.change(at, "keep", submission_id, findings=codes, rules=result.rule_version) as change:
        read_by = json.dumps(result.read_by, sort_keys=True)
        change.execute("UPDATE submission SET read_by = ? WHERE submission_id = ?", (read_by, submission_id))
        ledger.write_findings(submission_id, result.findings)
