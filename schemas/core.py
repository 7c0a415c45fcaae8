"""Contracts of the core: dimensions, facts and figures, rebuilt from what is staged."""

from __future__ import annotations

from dataclasses import replace

from schemas.datasets import DATASETS
from schemas.fields import Contract, Field

SUBMISSION_ID = Field("submission_id", "text", "Submission that the row came in.", required=True)
ORGANISATION_CODE = Field(
    "organisation_code", "text", "ODS code, or the local code declared for the organisation.", required=True
)
SOURCE = Field(
    "source",
    "text",
    "Tells apart files of one dataset that are both true, such as consultants' and nurses' plans.",
    required=True,
)
PERIOD = (
    Field("period_start", "date", "First day that the row is for.", required=True),
    Field("period_end", "date", "Last day that the row is for.", required=True),
)
PERSON_KEY = Field("person_key", "text", "Pseudonym of the person within the organisation; see core.dim_person.")
RESPONSE_KEY = Field(
    "response_key",
    "text",
    "Surrogate of the response: submission and running number; anonymous, never linked to a person.",
    required=True,
)
SLOT = (SUBMISSION_ID, ORGANISATION_CODE, SOURCE, *PERIOD)


def _of(dataset: str, *names: str) -> tuple[Field, ...]:
    """The dataset's own fields of those names: in the core they mean the same."""
    return tuple(DATASETS[dataset].field(name) for name in names)


def _number(name: str, description: str) -> Field:
    return Field(name, "number", description)


def _count(name: str, description: str) -> Field:
    return Field(name, "integer", description)


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
    fields=(*SLOT, *DATASETS["population"].fields),
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
        Field(
            "staff_group_code",
            "text",
            "ESR staff group, or `rest`: everyone whom the listed groups leave over, be it 0.",
            required=True,
        ),
        _count("people_count", "People at the period's last count, sources together."),
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
        Field("question_key", "code", "Our key.", codelist="instrument_item", required=True),
        Field("instrument_code", "text", "Instrument that the question is of.", required=True),
        Field("domain_code", "text", "Domain or block within the instrument.", required=True),
        _count("score", "Answer on the item's own scale; 1 or 0 for a tick; NULL when unsure."),
        Field("is_unsure", "boolean", "True where the answer was `unsure`.", required=True),
    ),
)

FCT_APPRAISAL = Contract(
    name="core.fct_appraisal",
    title="Appraisals, as they stood at the period's end",
    grain="organisation x source x period x appraisal",
    keys=("submission_id", "appraisal_key"),
    partition="submission_id",
    warning="Each period holds the year to date: never add periods.",
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
        Field(
            "is_complete",
            "boolean",
            "True where the state is complete and no sign-off date lies after the period's end.",
            required=True,
        ),
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
        *_of(
            "job_plan",
            "line_number",
            "staff_group_code",
            "contract_type_code",
            "nation_code",
            "plan_state_code",
            "activity_category_code",
            "funding_code",
        ),
        Field(
            "is_research",
            "boolean",
            "True where the category is research or the line is marked as research within another.",
            required=True,
        ),
        _number("weekly_pas", "PAs a week: the line's PAs divided by its cycle weeks; NULL for lines in hours."),
        _number("weekly_hours", "Hours a week: PAs turned into hours by nation and premium time where need be."),
    ),
)

FCT_JOB_PLAN = Contract(
    name="core.fct_job_plan",
    title="Job plans",
    grain="organisation x source x period x plan",
    keys=("submission_id", "plan_key"),
    partition="submission_id",
    warning="A period is the state on its last day: never add periods.",
    fields=(
        *SLOT,
        Field("plan_key", "text", "Pseudonym of the plan number.", required=True),
        replace(PERSON_KEY, required=True),
        *_of("job_plan", "staff_group_code", "contract_type_code", "nation_code", "plan_state_code"),
        Field("is_signed_off", "boolean", "True where every party has signed.", required=True),
        _count("line_count", "Activity lines of the plan."),
        _number("total_pas", "PAs a week in all; NULL for plans in hours."),
        _number("spa_pas", "SPA PAs a week; NULL for plans in hours."),
        _number("research_pas", "Research PAs a week; NULL for plans in hours."),
        _number("total_hours", "Hours a week in all."),
        _number("research_hours", "Research hours a week."),
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

BREAKDOWN_COLUMNS = {"staff_group": "staff_group_code", "contract_type": "contract_type_code"}

METRIC_UNIT_FIELDS = (
    Field("metric_id", "text", "Metric; see marts.metric_definition.", required=True),
    Field("item_code", "text", "Question, domain, barrier or measure; else ''.", required=True),
    ORGANISATION_CODE,
    *PERIOD,
    Field("person_key", "text", "Person or response counted; NULL for a counted group."),
    *(
        Field(column, "code", f"Category of the breakdown by {name.replace('_', ' ')}.")
        for name, column in BREAKDOWN_COLUMNS.items()
    ),
    _number("numerator", "What the unit adds to the numerator; the value itself for a mean or median."),
    _number("denominator", "What the unit adds to the denominator; NULL where its population has not come."),
)

FIGURE_FIELDS = (
    *METRIC_UNIT_FIELDS[:5],
    Field("period_type", "text", "`month` or `year`.", required=True),
    Field("breakdown", "text", "`all`, `staff_group` or `contract_type`.", required=True),
    Field("category", "text", "Code within the breakdown; `all` for all.", required=True),
    _number("numerator", "Sum of the numerators; NULL for a median and for published figures."),
    _number("denominator", "Sum of the denominators: the base."),
    _count("people_count", "Distinct people behind the figure."),
    _count("row_count", "Counted units behind the figure."),
    _number("value", "The figure, in the metric's unit."),
    _number("q1", "First quartile, for a median."),
    _number("q3", "Third quartile, for a median."),
    _number("interval_low", "Lower end of the 95 % interval."),
    _number("interval_high", "Upper end of the 95 % interval."),
    Field("interval_method", "text", "How the interval was made, or why none.", required=True),
    _number("response_rate_pct", "Returned out of invited, 0-100, for figures from a survey."),
    Field("series_id", "text", "Figures of one series may be joined by a line.", required=True),
)

_NUMERATOR_PEOPLE = _count("numerator_people_count", "Distinct people who add to the numerator.")

METRIC_FIGURE = Contract(
    name="core.metric_figure",
    title="Figures before disclosure control",
    grain="metric x item x organisation x period x breakdown x category",
    keys=("metric_id", "item_code", "organisation_code", "period_start", "period_end", "breakdown", "category"),
    warning="Not disclosure-checked: never pass a figure on from here.",
    fields=(*FIGURE_FIELDS, _NUMERATOR_PEOPLE),
)

_FIGURE_KEYS = tuple(field for field in FIGURE_FIELDS if field.name in METRIC_FIGURE.keys)

FIGURE_BASE = Contract(
    name="core.figure_base",
    title="Sums and counts of people behind each figure",
    grain=METRIC_FIGURE.grain,
    keys=METRIC_FIGURE.keys,
    warning=METRIC_FIGURE.warning,
    fields=(
        *_FIGURE_KEYS,
        _number("numerator", "Sum of the numerators."),
        _number("denominator", "Sum of the denominators; NULL where the population of any unit has not come."),
        _count("people_count", "Distinct people behind the figure."),
        _NUMERATOR_PEOPLE,
        _count("row_count", "Counted units behind the figure."),
    ),
)

FIGURE_QUANTILE = Contract(
    name="core.figure_quantile",
    title="Quartiles of the metrics that are medians",
    grain=METRIC_FIGURE.grain,
    keys=METRIC_FIGURE.keys,
    warning=METRIC_FIGURE.warning,
    fields=(
        *_FIGURE_KEYS,
        _number("q1", "First quartile."),
        _number("q2", "Median."),
        _number("q3", "Third quartile."),
    ),
)

FIGURE_RESPONSE_RATE = Contract(
    name="core.figure_response_rate",
    title="Response rates of the survey waves",
    grain="organisation x period x breakdown x category",
    keys=("organisation_code", "period_start", "period_end", "breakdown", "category"),
    fields=(
        *(field for field in _FIGURE_KEYS if field.name not in ("metric_id", "item_code")),
        replace(METRIC_FIGURE.field("response_rate_pct"), description="Returned out of invited, 0-100.", required=True),
    ),
)

# Steps towards core.metric_figure: built like the core, but not handed to analysts.
STEPS = {contract.name: contract for contract in (FIGURE_BASE, FIGURE_QUANTILE, FIGURE_RESPONSE_RATE)}

CORE = {
    contract.name: contract
    for contract in (
        DIM_ORGANISATION,
        DIM_PERSON,
        PERSON_LINK,
        FCT_POPULATION,
        POPULATION_GROUP,
        FCT_SURVEY_RESPONSE,
        FCT_SURVEY_ANSWER,
        FCT_APPRAISAL,
        FCT_JOB_PLAN_LINE,
        FCT_JOB_PLAN,
        FCT_NSS_RESULT,
        METRIC_FIGURE,
    )
}
