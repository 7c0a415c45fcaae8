"""Contracts of the core: dimensions and facts, rebuilt from what is staged; the figures are in figures.py."""

from __future__ import annotations

from dataclasses import replace

from schemas.fields import Contract, Field
from schemas.tables.columns import ORGANISATION_CODE, PERIOD, PERSON_KEY, RESPONSE_KEY, SLOT, SUBMISSION_ID, count, number
from schemas.tables.core_programmes import PROGRAMMES
from schemas.tables.figures import METRIC_FIGURE, METRIC_HISTORY
from schemas.tables.sent import DATASETS


def _of(dataset: str, *names: str) -> tuple[Field, ...]:
    """The dataset's own fields of those names: in the core they mean the same."""
    return tuple(DATASETS[dataset].field(name) for name in names)


DIM_ORGANISATION = Contract(
    name="core.dim_organisation",
    title="Organisations",
    grain="organisation",
    keys=("organisation_code",),
    fields=(
        ORGANISATION_CODE,
        Field("organisation_name", "text", "Name as declared, else as last published."),
        Field("organisation_type_code", "code", "Kind of body.", codelist="organisation_type"),
        Field("nation_code", "code", "Nation, where declared.", codelist="nation"),
        Field("is_fictional", "boolean", "True for made-up demo organisations.", required=True),
    ),
)

DIM_PERSON = Contract(
    name="core.dim_person",
    title="People, by pseudonym",
    grain="organisation x person",
    keys=("organisation_code", "person_key"),
    fields=(
        ORGANISATION_CODE,
        replace(PERSON_KEY, required=True),
        Field("registration_key", "text", "Pseudonym of the registration number, if any came."),
        Field("employee_key", "text", "Pseudonym of the employee number, if just one came."),
    ),
)

PERSON_LINK = Contract(
    name="core.person_link",
    title="Employee numbers that go with just one registration number",
    grain="organisation x employee number",
    keys=("organisation_code", "employee_key"),
    fields=(
        ORGANISATION_CODE,
        Field("employee_key", "text", "Pseudonym of the employee number.", required=True),
        Field("registration_key", "text", "Pseudonym of the registration number.", required=True),
    ),
)

FCT_POPULATION = Contract(
    name="core.fct_population",
    title="Counts of people that serve as denominators",
    grain="organisation x population x staff group x date",
    keys=("organisation_code", "source", "period_start", "population_code", "staff_group_code", "snapshot_date"),
    partition="submission_id",
    fields=(
        *SLOT,
        *DATASETS["population"].fields,
    ),
)

POPULATION_GROUP = Contract(
    name="core.population_group",
    title="Populations by staff group, the rest made whole",
    grain="organisation x population x period x staff group",
    keys=("organisation_code", "population_code", "period_start", "period_end", "staff_group_code"),
    fields=(
        ORGANISATION_CODE,
        DATASETS["population"].field("population_code"),
        *PERIOD,
        Field("staff_group_code", "text", "ESR staff group, or `rest`: everyone whom the listed groups leave over, be it 0.", required=True),
        count("people_count", "People at the period's last count, sources together."),
    ),
)

FCT_SURVEY_RESPONSE = Contract(
    name="core.fct_survey_response",
    title="Survey responses",
    grain="respondent",
    keys=("response_key",),
    partition="submission_id",
    fields=(
        *SLOT,
        RESPONSE_KEY,
        *_of("survey", "response_date", "staff_group_code", "is_complete", "is_research_active"),
    ),
)

_RESEARCH_ACTIVE = Field("research_active_code", "text", "`yes` or `no`, as the respondent says; NULL where they do not (by survey).")

FCT_SURVEY_ANSWER = Contract(
    name="core.fct_survey_answer",
    title="Survey answers",
    grain="respondent x question answered",
    keys=("response_key", "question_key"),
    partition="submission_id",
    fields=(
        *SLOT,
        RESPONSE_KEY,
        *_of("survey", "staff_group_code"),
        _RESEARCH_ACTIVE,
        Field("question_key", "text", "Our key; see reference.instrument_item.", required=True),
        Field("instrument_code", "text", "Instrument that the question is of.", required=True),
        Field("domain_code", "text", "Domain or block within the instrument.", required=True),
        count("score", "Answer on the item's own scale; 1 or 0 for a tick; NULL when unsure."),
        Field("is_unsure", "boolean", "True where the answer was `unsure`.", required=True),
    ),
)

FCT_SURVEY_SCORE = Contract(
    name="core.fct_survey_score",
    title="Sub-scores of the survey, 0 to 10, higher is better",
    grain="respondent x sub-score",
    keys=("response_key", "domain_code"),
    partition="submission_id",
    warning="Scoring by reference.nss_scoring, which is not confirmed: not the published NHS Staff Survey result.",
    fields=(
        *SLOT,
        RESPONSE_KEY,
        *_of("survey", "staff_group_code"),
        _RESEARCH_ACTIVE,
        Field("element_code", "text", "Element or theme that the sub-score belongs to.", required=True),
        Field("domain_code", "text", "Sub-score: the domain of its questions.", required=True),
        Field("score", "number", "Mean of the points of the answers, 0 to 10.", required=True),
        Field("minimum_score_count", "integer", "Least sub-scores of a person that make the element.", required=True),
    ),
)

FCT_APPRAISAL = Contract(
    name="core.fct_appraisal",
    title="Appraisals, as they stood at the period's end",
    grain="organisation x source x period x appraisal",
    keys=("submission_id", "appraisal_key"),
    partition="submission_id",
    warning="Each period covers the year to date: do not add periods.",
    fields=(
        *SLOT,
        Field("appraisal_key", "text", "Pseudonym of the appraisal number.", required=True),
        replace(PERSON_KEY, required=True),
        *_of(
            "appraisal",
            "staff_group_code",
            "grade_code",
            "has_prescribed_connection",
            "due_date",
            "meeting_date",
            "signed_off_date",
            "appraisal_state_code",
            "has_research_role",
            "research_pdp_agreed_count",
            "research_pdp_due_count",
            "research_pdp_complete_count",
        ),
        Field("is_complete", "boolean", "True where the state is complete and no sign-off date lies after the period's end.", required=True),
    ),
)

FCT_JOB_PLAN_LINE = Contract(
    name="core.fct_job_plan_line",
    title="Activity lines of job plans, as a week's average",
    grain="organisation x source x period x plan x line",
    keys=("submission_id", "plan_key", "line_number"),
    partition="submission_id",
    fields=(
        *SLOT,
        Field("plan_key", "text", "Pseudonym of the plan number.", required=True),
        replace(PERSON_KEY, required=True),
        *_of("job_plan", "line_number", "staff_group_code", "contract_type_code", "nation_code", "plan_state_code", "activity_category_code", "funding_code"),
        Field("is_research", "boolean", "True where the category is research or the line is marked as research within another.", required=True),
        number("weekly_pas", "PAs a week: the line's PAs divided by its cycle weeks; NULL for lines in hours.", minimum=0),
        number("weekly_hours", "Hours a week: PAs turned into hours by nation and premium time where need be.", minimum=0),
    ),
)

FCT_JOB_PLAN = Contract(
    name="core.fct_job_plan",
    title="Job plans",
    grain="organisation x source x period x plan",
    keys=("submission_id", "plan_key"),
    partition="submission_id",
    warning="A period is the state on its last day: do not add periods.",
    fields=(
        *SLOT,
        Field("plan_key", "text", "Pseudonym of the plan number.", required=True),
        replace(PERSON_KEY, required=True),
        *_of("job_plan", "staff_group_code", "contract_type_code", "nation_code", "plan_state_code"),
        Field("is_signed_off", "boolean", "True where every party has signed.", required=True),
        count("line_count", "Activity lines of the plan."),
        number("total_pas", "PAs a week in all; NULL for plans in hours."),
        number("spa_pas", "SPA PAs a week; NULL for plans in hours."),
        number("research_pas", "Research PAs a week; NULL for plans in hours."),
        number("total_hours", "Hours a week in all."),
        number("research_hours", "Research hours a week."),
    ),
)

FCT_NSS_RESULT = Contract(
    name="core.fct_nss_result",
    title="Published NHS Staff Survey results",
    grain="organisation x year x measure",
    keys=("organisation_code", "survey_year", "measure_code"),
    warning="Published and mostly weighted: never compare with a local survey as if it were the same measure.",
    fields=(
        SUBMISSION_ID,
        *PERIOD,
        *DATASETS["nss_benchmark"].fields,
        Field("is_weighted", "boolean", "True where weighted by occupation.", required=True),
    ),
)

_PEOPLE = (DIM_ORGANISATION, DIM_PERSON, PERSON_LINK, FCT_POPULATION, POPULATION_GROUP, FCT_SURVEY_RESPONSE, FCT_SURVEY_ANSWER, FCT_SURVEY_SCORE)
_WORK = (FCT_APPRAISAL, FCT_JOB_PLAN_LINE, FCT_JOB_PLAN, FCT_NSS_RESULT)
CORE = {contract.name: contract for contract in (*_PEOPLE, *_WORK, *PROGRAMMES, METRIC_FIGURE, METRIC_HISTORY)}
