"""Survey: one row a respondent at the door, staged as responses and, long, as answers."""

from schemas.fields import SUBMISSION_FIELDS, Contract, Dataset, Field

SURVEY = Dataset(
    name="survey",
    title="Staff survey responses",
    grain="respondent (the answers: respondent x question)",
    keys=("response_id",),
    period_type="wave",
    period_field="response_date",
    fields=(
        Field("response_id", "text", "The survey tool's number of the response; checked for duplicates, then dropped.", required=True, heading="Response ID", example="R-0001"),
        Field("response_date", "date", "Day on which the response was completed, or begun where it was not.", heading="Date of response", example="2026-09-14"),
        Field("staff_group_code", "code", "ESR staff group that the respondent chose.", codelist="staff_group", heading="Staff group", example="Nursing and Midwifery Registered"),
        Field("is_complete", "boolean", "True where the survey tool says that every section was completed.", heading="Finished", example="yes"),
        Field("is_research_active", "boolean", "True where the respondent says that they are currently active in research (by survey).", heading="Currently involved in research", example="no"),
    ),
)

RESPONSE = Contract(
    name="staging.survey_response",
    title="Staged survey responses",
    grain="respondent",
    keys=("submission_id", "respondent_number"),
    fields=(
        *SUBMISSION_FIELDS,
        Field("respondent_number", "integer", "Running number of the respondent in the submission; it says nothing about the person.", required=True),
        *(field for field in SURVEY.fields if field.name != "response_id"),
    ),
)

ANSWER = Contract(
    name="staging.survey_answer",
    title="Staged survey answers",
    grain="respondent x question answered",
    keys=("submission_id", "respondent_number", "question_key"),
    fields=(
        Field("submission_id", "text", "Submission that the answer came in.", required=True),
        Field("respondent_number", "integer", "Respondent in the submission.", required=True),
        Field("question_key", "code", "Our stable key of the question, whatever number was printed.", codelist="instrument_item", required=True),
        Field("score", "integer", "Answer as a number on the item's own scale; 1 or 0 for a tick; NULL when unsure."),
        Field("is_unsure", "boolean", "True where the answer was `unsure`.", required=True),
    ),
)
