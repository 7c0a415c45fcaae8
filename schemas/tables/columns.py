"""Columns that several tables share, declared once: same name, same meaning."""

from __future__ import annotations

from schemas.fields import Field

SUBMISSION_ID = Field("submission_id", "text", "Submission that the row came in.", required=True)
ORGANISATION_CODE = Field("organisation_code", "text", "ODS code, or the local code declared for the organisation.", required=True)
SOURCE = Field("source", "text", "Tells apart files of one dataset that are both true, such as consultants' and nurses' plans.", required=True)
PERIOD = (
    Field("period_start", "date", "First day that the row is for.", required=True),
    Field("period_end", "date", "Last day that the row is for.", required=True),
)
PERSON_KEY = Field("person_key", "text", "Pseudonym of the person within the organisation; see core.dim_person.")
RESPONSE_KEY = Field("response_key", "text", "Surrogate of the response: submission and running number; anonymous, never linked to a person.", required=True)
SLOT = (
    SUBMISSION_ID,
    ORGANISATION_CODE,
    SOURCE,
    *PERIOD,
)


def number(name: str, description: str, *, minimum: float | None = None) -> Field:
    """A column of decimal numbers that may be missing."""
    return Field(name, "number", description, minimum=minimum)


def count(name: str, description: str, *, minimum: float | None = None) -> Field:
    """A column of whole numbers that may be missing."""
    return Field(name, "integer", description, minimum=minimum)
