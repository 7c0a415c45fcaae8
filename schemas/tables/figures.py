"""Contracts of the figures: from counted units, by steps, to figures before disclosure control."""

from __future__ import annotations

from dataclasses import replace

from schemas.fields import Contract, Field
from schemas.tables.columns import ORGANISATION_CODE, PERIOD, PERSON_KEY, RESPONSE_KEY, SUBMISSION_ID, count, number
from schemas.tables.sent import DATASETS

# Shown in its place where too few of its own categories may be: see core.figure_risk.
WIDER = {"staff_group": "staff_group_wide"}
BREAKDOWN_COLUMNS = {
    "staff_group": "staff_group_code",
    "contract_type": "contract_type_code",
    "programme": "programme_code",
    "concern": "concern_code",
    "support_level": "support_level_code",
    "setting": "setting_code",
    "doctor_group": "doctor_group_code",
    "site": "site_code",
    "site_type": "site_type_code",
    "strategy": "strategy_code",
    "research_active": "research_active_code",
}
# Of programmes and concerns a person may have several: a unit that names one counts in that breakdown alone, and in
# no other, nor in `all`.

METRIC_UNIT_FIELDS = (
    Field("metric_id", "text", "Metric; see marts.metric_definition.", required=True),
    Field("item_code", "text", "Question, domain, barrier or measure; `none` for a figure of no item, never empty.", required=True),
    ORGANISATION_CODE,
    *PERIOD,
    Field("person_key", "text", "Person, response or site counted; NULL for a counted group."),
    *(Field(column, "text", f"Category of the breakdown by {name.replace('_', ' ')}.") for name, column in BREAKDOWN_COLUMNS.items()),
    number("numerator", "What the unit adds to the numerator; the value itself for a mean or median."),
    number("denominator", "What the unit adds to the denominator; NULL where its population has not come."),
    number("baseline_value", "Score at baseline of a pair, for an effect size."),
)

FIGURE_FIELDS = (
    *METRIC_UNIT_FIELDS[:5],
    Field("period_type", "text", "`month` or `year`.", required=True),
    Field("breakdown", "text", "`all`, or what the figure is broken down by.", required=True),
    Field("category", "text", "Code within the breakdown; `all` for the breakdown `all`, never empty.", required=True),
    number("numerator", "Sum of the numerators; NULL for a median and for published figures."),
    number("denominator", "Sum of the denominators: the base.", minimum=0),
    count("people_count", "Distinct people behind the figure.", minimum=0),
    count("row_count", "Counted units behind the figure."),
    number("value", "The figure, in the metric's unit."),
    number("q1", "First quartile, for a median."),
    number("q3", "Third quartile, for a median."),
    number("interval_low", "Lower end of the 95 % interval."),
    number("interval_high", "Upper end of the 95 % interval."),
    Field(
        "interval_method",
        "text",
        "How the interval was made, or why none. How often it holds the truth for 11, 30 and 100 people, by test: "
        "share (Wilson) 95, 95 and 95 % on average, 90, 93 and 92 % at worst; mean (t) 94, 95 and 94 %; median 99, 96 "
        "and 96 %, more where values tie; effect size 95, 95 and 95 %, up to 97 % where scores are skewed.",
        required=True,
    ),
    number("response_rate_pct", "Returned out of invited, 0-100, for figures from a survey; of the staff group where so broken down, else all."),
    Field("series_id", "text", "Figures of one series may be joined by a line; a new one begins at each break of reference.series_break.", required=True),
)

RELEASED_FIELDS = (
    *FIGURE_FIELDS,
    Field(
        "status",
        "text",
        "`shown`, `suppressed`, `not_restated` (stays as `kept_from_release_id` had it: too few people have "
        "changed since) or `not_available`; every number of a hidden figure is NULL. Figures hidden for themselves and "
        "those hidden with them bear one status: told apart, they could be worked out.",
        required=True,
    ),
    Field("kept_from_release_id", "text", "The release that a figure which is not restated stays as; else NULL."),
)

_NUMERATOR_PEOPLE = count("numerator_people_count", "Distinct people who add to the numerator.")

METRIC_FIGURE = Contract(
    name="core.metric_figure",
    title="Figures before disclosure control",
    grain="metric x item x organisation x period x breakdown x category",
    keys=("metric_id", "item_code", "organisation_code", "period_start", "period_end", "breakdown", "category"),
    warning="Not disclosure-checked: never pass a figure on from here.",
    fields=(*FIGURE_FIELDS, _NUMERATOR_PEOPLE),
)

FIGURE_KEYS = tuple(field for field in FIGURE_FIELDS if field.name in METRIC_FIGURE.keys)

METRIC_UNIT_CATEGORY = Contract(
    name="core.metric_unit_category",
    title="Counted units, once for each figure that they count in",
    grain="counted unit x breakdown",
    keys=METRIC_FIGURE.keys,
    warning=METRIC_FIGURE.warning,
    fields=(
        *FIGURE_KEYS,
        *(field for field in METRIC_UNIT_FIELDS if field.name not in (*METRIC_FIGURE.keys, *BREAKDOWN_COLUMNS.values())),
    ),
)

FIGURE_BASE = Contract(
    name="core.figure_base",
    title="Sums and counts of people behind each figure",
    grain=METRIC_FIGURE.grain,
    keys=METRIC_FIGURE.keys,
    warning=METRIC_FIGURE.warning,
    fields=(
        *FIGURE_KEYS,
        number("numerator", "Sum of the numerators."),
        number("denominator", "Sum of the denominators; NULL where the population of any unit has not come."),
        count("people_count", "Distinct people behind the figure."),
        _NUMERATOR_PEOPLE,
        count("row_count", "Counted units behind the figure."),
        number("variance", "Variance (n - 1) of the units' numerators."),
        number("baseline_variance", "Variance (n - 1) of the units' baseline values."),
    ),
)

FIGURE_QUANTILE = Contract(
    name="core.figure_quantile",
    title="Quartiles of the metrics that are medians",
    grain=METRIC_FIGURE.grain,
    keys=METRIC_FIGURE.keys,
    warning=METRIC_FIGURE.warning,
    fields=(
        *FIGURE_KEYS,
        number("q1", "First quartile."),
        number("q2", "Median."),
        number("q3", "Third quartile."),
        number("median_low", "Value at the lower rank of the median's interval; NULL for fewer than 6 values."),
        number("median_high", "Value at its upper rank."),
    ),
)

FIGURE_RESPONSE_RATE = Contract(
    name="core.figure_response_rate",
    title="Response rates of the survey waves",
    grain="organisation x period x breakdown x category",
    keys=("organisation_code", "period_start", "period_end", "breakdown", "category"),
    fields=(
        *(field for field in FIGURE_KEYS if field.name not in ("metric_id", "item_code")),
        count("response_count", "Responses returned."),
        count("invited_count", "People invited."),
        replace(METRIC_FIGURE.field("response_rate_pct"), description="Returned out of invited, 0-100.", required=True),
    ),
)

_GROUP, _PROGRAMME, _SITE, _ACTIVE = (next(field for field in METRIC_UNIT_FIELDS if field.name == name) for name in ("staff_group_code", "programme_code", "site_code", "research_active_code"))
_BLOCK = Field("domain_code", "text", "Block of the survey.", required=True)
_LISTED = "Staff group, or `rest`: everyone whom the groups that the population lists leave over."
_WAVE_KEYS = ("organisation_code", "period_start", "period_end")

APPRAISAL_DUE = Contract(
    name="core.appraisal_due",
    title="People with an appraisal due since 1 April, and what became of it",
    grain="organisation x period x person",
    keys=(*_WAVE_KEYS, "person_key"),
    fields=(
        ORGANISATION_CODE,
        *PERIOD,
        replace(PERSON_KEY, required=True),
        _GROUP,
        Field("is_complete", "boolean", "True where one is complete."),
        Field("is_missed_approved", "boolean", "True where one was missed with approval and none is complete."),
        Field("is_missed_unapproved", "boolean", "True where one was missed without approval and none is complete."),
    ),
)

JOB_PLAN_SCOPE = Contract(
    name="core.job_plan_scope",
    title="People with a job plan beside the staff in scope of job planning",
    grain="organisation x period x staff group",
    keys=(*_WAVE_KEYS, "staff_group_code"),
    fields=(
        ORGANISATION_CODE,
        *PERIOD,
        replace(_GROUP, description=_LISTED),
        count("research_count", "People with research time in a signed-off plan."),
        count("signed_off_count", "People with a signed-off plan."),
        count("scope_count", "Staff in scope of job planning; NULL where no count has come."),
    ),
)

SUPPORT_SUMMARY_PART = Contract(
    name="core.support_summary_part",
    title="Lines of support summaries, once for the programme and once for the site",
    grain="line x breakdown",
    keys=("submission_id", "line_code", "measure_code", "breakdown"),
    fields=(
        SUBMISSION_ID,
        ORGANISATION_CODE,
        Field("source", "text", "Source of the summary.", required=True),
        *PERIOD,
        Field("line_code", "text", "Site and programme that the line is of.", required=True),
        Field("breakdown", "text", "`programme` or `site`.", required=True),
        _PROGRAMME,
        _SITE,
        *(f for f in DATASETS["support_summary"].fields if f.name not in ("programme_code", "site_code", "change_sd")),
    ),
)

SURVEY_BOX = Contract(
    name="core.survey_box",
    title="Boxes that a survey offered to those who reached their block",
    grain="response x box",
    keys=("response_key", "question_key"),
    fields=(
        ORGANISATION_CODE,
        *PERIOD,
        RESPONSE_KEY,
        _GROUP,
        _ACTIVE,
        _BLOCK,
        Field("question_key", "text", "The box; see reference.instrument_item.", required=True),
        Field("is_ticked", "boolean", "True where the respondent ticked it.", required=True),
    ),
)

SURVEY_ELEMENT_SCORE = Contract(
    name="core.survey_element_score",
    title="Scores of the elements of a local survey, and the sub-scores that they are the mean of",
    grain="response x element x sub-score or `none`",
    keys=("response_key", "element_code", "item_code"),
    fields=(
        ORGANISATION_CODE,
        *PERIOD,
        RESPONSE_KEY,
        _GROUP,
        _ACTIVE,
        Field("element_code", "text", "Element; see reference.nss_scoring.", required=True),
        Field("item_code", "text", "Sub-score; `none` for the element's own score.", required=True),
        number("score", "Score from 0 to 10."),
    ),
)

SURVEY_INVITED = Contract(
    name="core.survey_invited",
    title="People invited to the survey waves, by the last count within each",
    grain="organisation x period x staff group",
    keys=(*_WAVE_KEYS, "staff_group_code"),
    fields=(
        ORGANISATION_CODE,
        *PERIOD,
        replace(_GROUP, description=_LISTED),
        count("people_count", "People invited."),
    ),
)

# Steps towards core.metric_figure: built like the core, but not handed to analysts.
MADE = (
    APPRAISAL_DUE,
    JOB_PLAN_SCOPE,
    SUPPORT_SUMMARY_PART,
    SURVEY_BOX,
    SURVEY_ELEMENT_SCORE,
    SURVEY_INVITED,
    FIGURE_BASE,
    FIGURE_QUANTILE,
    FIGURE_RESPONSE_RATE,
)
RELEASED_FIGURE = Contract(
    name="audit.released_figure",
    title="The releases' own files of figures, read together",
    grain=f"release x {METRIC_FIGURE.grain}",
    keys=("release_id", *METRIC_FIGURE.keys),
    fields=(
        Field("release_id", "text", "Release; see audit.release.", required=True),
        # A release from before a column was declared has none: only the key is needed.
        *(replace(field, required=field.name in METRIC_FIGURE.keys) for field in RELEASED_FIELDS),
    ),
)

METRIC_HISTORY = Contract(
    name="core.metric_history",
    title="Every figure of every release",
    grain=RELEASED_FIGURE.grain,
    keys=RELEASED_FIGURE.keys,
    warning="Figures as they were released, also of releases that were withdrawn: a later one may have corrected them.",
    fields=(
        *RELEASED_FIGURE.fields,
        Field("released_at", "timestamp", "When the release was approved (UTC).", required=True),
        Field("withdrawn_at", "timestamp", "When the release was withdrawn (UTC); NULL where it was not."),
    ),
)
