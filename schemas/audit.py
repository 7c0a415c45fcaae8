"""Contracts of the audit's tables: copies of what the ledger knows of submissions, made at each build."""

from __future__ import annotations

from schemas.columns import ORGANISATION_CODE, PERIOD, SOURCE, SUBMISSION_ID
from schemas.fields import Contract, Field

SUBMISSION = Contract(
    name="audit.submission",
    title="Submissions that the build read",
    grain="submission",
    keys=("submission_id",),
    fields=(
        SUBMISSION_ID,
        ORGANISATION_CODE,
        Field("dataset", "text", "Kind of data.", required=True),
        SOURCE,
        *PERIOD,
        Field("accepted_at", "timestamp", "When the ledger accepted it (UTC).", required=True),
    ),
)

SUBMISSION_STATE = Contract(
    name="audit.submission_state",
    title="Every submission whose slot is known, as the ledger has it",
    grain="submission",
    keys=("submission_id",),
    warning="Its row counts are not disclosure-checked: never pass one on from here.",
    fields=(
        *SUBMISSION.fields[:-1],
        Field("state_code", "text", "Where it stands, such as `loaded` or `held`.", required=True),
        Field("landed_at", "timestamp", "When it came (UTC).", required=True),
        Field("row_count", "integer", "Its rows that were accepted.", required=True),
    ),
)
