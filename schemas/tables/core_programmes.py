"""Contracts of the core: support programmes, adoption of recommendations, workforce and research activity."""

from __future__ import annotations

from dataclasses import replace

from schemas.fields import Contract, Field
from schemas.tables.columns import ORGANISATION_CODE, PERIOD, PERSON_KEY, SLOT, SUBMISSION_ID, count, number
from schemas.tables.sent import DATASETS, PARTS

_CASE_KEY = Field("case_key", "text", "Pseudonym of the case number.", required=True)
_PERSON = replace(PERSON_KEY, required=True)
_CLIENT = Field("person_key", "text", "Pseudonym of the registration number, else of the case; never joined to staff data.", required=True)
_YEAR_START = Field("year_start_date", "date", "First day of the twelve months to the period's end.", required=True)
_IS_LATEST = Field("is_latest", "boolean", "True for the last assessment up to the period's end.", required=True)
_SLOT_KEYS = ("organisation_code", "source", "period_start", "period_end")


def _of(dataset: str, *left_out: str) -> tuple[Field, ...]:
    """The dataset's own fields but identifiers and those left out: in the core they mean the same."""
    contract = {**DATASETS, **PARTS}[dataset]
    return tuple(field for field in contract.fields if field.kind != "identifier" and field.name not in left_out)


WORKING_DAY = Contract(
    name="core.working_day",
    title="Days numbered by the working days up to them, for the 27 years to the latest period of support cases",
    grain="nation x day",
    keys=("nation_code", "calendar_date"),
    fields=(
        Field("nation_code", "code", "Nation whose bank holidays count.", codelist="nation", required=True),
        Field("calendar_date", "date", "Day.", required=True),
        Field("working_day_number", "integer", "Working days up to and with the day; only differences mean anything.", required=True),
    ),
)

FCT_SUPPORT_SUMMARY = Contract(
    name="core.fct_support_summary",
    title="Support programme summaries, as sent",
    grain="site x period x programme x measure",
    keys=(*_SLOT_KEYS, *DATASETS["support_summary"].keys),
    warning="A person in two programmes stands on both lines: lines do not add up to people.",
    fields=(
        *SLOT,
        *DATASETS["support_summary"].fields,
    ),
)

SUPPORT_SUMMARY_MADE = replace(FCT_SUPPORT_SUMMARY, name="core.support_summary_made", title="Support programme summaries made from cases: those referred, and baseline forms, of twelve months")

FCT_SUPPORT_CASE = Contract(
    name="core.fct_support_case",
    title="Support cases, as they stood at the period's end",
    grain="organisation x source x period x case",
    keys=("submission_id", "case_key"),
    warning="Special-category-like. A period holds the cases of earlier periods again: do not add periods.",
    fields=(
        *SLOT,
        _CASE_KEY,
        _CLIENT,
        *_of("support_case"),
        _YEAR_START,
        count("triage_working_days", "Working days of the nation from the referral to the triage; the day of referral is 0."),
        count("first_meeting_working_days", "Working days of the nation from the referral to the first meeting."),
        count("elapsed_working_days", "Working days of the nation from the referral to the period's end."),
    ),
)

SUPPORT_CASE_CATEGORY = Contract(
    name="core.support_case_category",
    title="Support cases, once for all and once more for each concern and each programme",
    grain="case x (none, concern or programme)",
    keys=("submission_id", "case_key", "category_code"),
    warning="Only rows without concern and programme are cases; the others overlap.",
    fields=(
        SUBMISSION_ID,
        ORGANISATION_CODE,
        replace(_YEAR_START, name="period_start"),
        PERIOD[1],
        _CASE_KEY,
        _CLIENT,
        *(replace(DATASETS["support_case"].field(name), description="As in core.fct_support_case; only on the case's own row.") for name in ("staff_group_code", "support_level_code", "setting_code", "doctor_group_code", "site_code")),
        *(FCT_SUPPORT_CASE.field(name) for name in ("referral_date", "is_accepted", "triage_date", "first_meeting_date", "first_meeting_working_days")),
        *(FCT_SUPPORT_CASE.field(name) for name in ("closure_date", "closure_outcome_code")),
        Field("category_code", "text", "`all` on the case's own row, else which concern or programme.", required=True),
        replace(PARTS["support_concern"].field("concern_code"), required=False),
        replace(PARTS["support_intervention"].field("programme_code"), required=False),
    ),
)

FCT_SUPPORT_CONCERN = Contract(
    name="core.fct_support_concern",
    title="Concerns of support cases",
    grain="case x concern",
    keys=("submission_id", "case_key", "concern_code"),
    fields=(
        *SLOT,
        _CASE_KEY,
        *_of("support_concern"),
    ),
)

FCT_SUPPORT_INTERVENTION = Contract(
    name="core.fct_support_intervention",
    title="Interventions of support cases",
    grain="case x programme x start",
    keys=("submission_id", "case_key", "programme_code", "start_date"),
    fields=(
        *SLOT,
        _CASE_KEY,
        *_of("support_intervention"),
    ),
)

FCT_SUPPORT_PAIR = Contract(
    name="core.fct_support_pair",
    title="Outcome scores of support cases, baseline beside follow-up",
    grain="case x measure with a baseline",
    keys=("submission_id", "case_key", "measure_code"),
    warning="There is no control, and extreme scores move towards the mean by themselves.",
    fields=(
        *SLOT,
        _CASE_KEY,
        _CLIENT,
        PARTS["support_measurement"].field("measure_code"),
        Field("baseline_date", "date", "Day of the baseline form.", required=True),
        number("baseline_score", "Score at baseline, in the measure's points."),
        Field("follow_up_date", "date", "Day of the follow-up form; NULL without one by the period's end."),
        number("follow_up_score", "Score at follow-up, in the measure's points."),
        number("improvement", "Change in the measure's better direction (not confirmed), in its points; NULL without a pair."),
        _YEAR_START,
    ),
)

FCT_ADOPTION = Contract(
    name="core.fct_adoption",
    title="Adoption of recommendations",
    grain="site x recommendation x date assessed",
    keys=("submission_id", *DATASETS["recommendation_adoption"].keys),
    fields=(
        *SLOT,
        *_of("recommendation_adoption"),
        _IS_LATEST,
    ),
)

FCT_IPARIHS_RATING = Contract(
    name="core.fct_iparihs_rating",
    title="i-PARIHS elements as rated",
    grain="site x element x date assessed",
    keys=("submission_id", *PARTS["iparihs_rating"].keys),
    warning="Descriptive ratings on each tool's own scale, never a validated score.",
    fields=(
        *SLOT,
        *_of("iparihs_rating"),
        Field("scale", "text", "Lowest and highest rating of the tool's scale, such as `1-5`.", required=True),
        _IS_LATEST,
    ),
)

FCT_ADOPTION_WORKSHOP = Contract(
    name="core.fct_adoption_workshop",
    title="Workshops",
    grain="site x workshop",
    keys=("submission_id", *PARTS["adoption_workshop"].keys),
    fields=(
        *SLOT,
        *_of("adoption_workshop"),
    ),
)

FCT_ADOPTION_CHANGE = Contract(
    name="core.fct_adoption_change",
    title="Changes noted",
    grain="site x kind of change x date",
    keys=("submission_id", *PARTS["adoption_change"].keys),
    fields=(
        *SLOT,
        *_of("adoption_change"),
    ),
)

FCT_WORKFORCE = Contract(
    name="core.fct_workforce",
    title="Posts",
    grain="organisation x source x month x post",
    keys=("submission_id", "post_key"),
    partition="submission_id",
    warning="A month is the state on its last day: do not add months.",
    fields=(
        *SLOT,
        Field("post_key", "text", "Pseudonym of the assignment number.", required=True),
        _PERSON,
        *_of("workforce"),
        _YEAR_START,
    ),
)

WORKFORCE_YEAR = Contract(
    name="core.workforce_year",
    title="People of the twelve months to each month's end",
    grain="organisation x month x person",
    keys=("organisation_code", "period_end", "person_key"),
    warning="Those who left before the first file came are not seen.",
    fields=(
        ORGANISATION_CODE,
        *PERIOD,
        _PERSON,
        DATASETS["workforce"].field("staff_group_code"),
        Field("research_active_code", "text", "`yes` or `no`, by the signed-off job plan of the day before the twelve months; NULL where none came."),
        Field("is_in_post_at_start", "boolean", "True for those in post on the day before; NULL where no file says when they joined."),
        Field("has_left", "boolean", "True where they left within the twelve months, or the last file holds them no more.", required=True),
        Field("is_in_post_at_end", "boolean", "True for those in post on the last day.", required=True),
        Field("has_joined", "boolean", "True where they joined within the twelve months; NULL where no file says when."),
    ),
)

FCT_RESEARCH_ACTIVITY = Contract(
    name="core.fct_research_activity",
    title="Research training, applications and roles",
    grain="organisation x source x period x event",
    keys=("submission_id", "event_key"),
    partition="submission_id",
    warning="Each period covers the year to date: do not add periods.",
    fields=(
        *SLOT,
        Field("event_key", "text", "Pseudonym of the event number.", required=True),
        _PERSON,
        *_of("research_activity"),
    ),
)

PROGRAMMES = (
    *(WORKING_DAY, FCT_SUPPORT_SUMMARY, SUPPORT_SUMMARY_MADE, FCT_SUPPORT_CASE, SUPPORT_CASE_CATEGORY),
    *(FCT_SUPPORT_CONCERN, FCT_SUPPORT_INTERVENTION, FCT_SUPPORT_PAIR),
    *(FCT_ADOPTION, FCT_IPARIHS_RATING, FCT_ADOPTION_WORKSHOP, FCT_ADOPTION_CHANGE),
    *(FCT_WORKFORCE, WORKFORCE_YEAR, FCT_RESEARCH_ACTIVITY),
)
