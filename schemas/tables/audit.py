"""Contracts of the audit's tables: copies of what the ledger knows of submissions and releases, made at each build."""

from __future__ import annotations

from dataclasses import replace

from schemas.fields import Contract, Field
from schemas.tables.columns import ORGANISATION_CODE, PERIOD, SOURCE, SUBMISSION_ID

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
        Field("accepted_at", "timestamp", "When the ledger first accepted it (UTC); NULL where it never did."),
        Field("row_count", "integer", "Its rows that were accepted.", required=True),
    ),
)

RELEASE = Contract(
    name="audit.release",
    title="Every release that was made, and what became of it",
    grain="release",
    keys=("release_id",),
    fields=(
        Field("release_id", "text", "Release.", required=True),
        Field("made_at", "timestamp", "When it was written and proposed (UTC).", required=True),
        Field("released_at", "timestamp", "When it was approved (UTC); NULL where it never was."),
        Field("withdrawn_at", "timestamp", "When it was withdrawn (UTC); NULL where it was not."),
        Field("decision_code", "text", "`proposed`, `approved`, `declined` or `withdrawn`.", required=True),
        Field("decided_by", "text", "Who decided that; recorded, not authenticated.", required=True),
        Field("content_hash", "text", "SHA-256 of what its marts say.", required=True),
        Field("rule_version", "text", "Version of the rules it was made by.", required=True),
        Field("code_version", "text", "Version of the code it was made by.", required=True),
        Field("headline", "text", "What it shows, in a sentence.", required=True),
    ),
)

RELEASE_SUBMISSION = Contract(
    name="audit.release_submission",
    title="The submissions behind each release",
    grain="release x submission",
    keys=("release_id", "submission_id"),
    fields=(RELEASE.fields[0], replace(SUBMISSION_ID, description="Submission whose rows it was made from.")),
)

AUDIT = {contract.name: contract for contract in (SUBMISSION, SUBMISSION_STATE, RELEASE, RELEASE_SUBMISSION)}
