"""Contracts of the figures: from counted units, by steps, to figures before disclosure control."""

from __future__ import annotations

from dataclasses import replace

from schemas.fields import Contract, Field
from schemas.tables.columns import ORGANISATION_CODE, PERIOD, count, number

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


def _step(name: str, title: str, grain: str, *keys: str) -> Contract:
    """A step towards core.metric_figure: its columns are those of its SELECT, and no analyst is handed it."""
    return Contract(name=f"core.{name}", title=title, grain=grain, keys=keys, warning=METRIC_FIGURE.warning)


_WAVE = ("organisation_code", "period_start", "period_end")
JOB_PLAN_SCOPE = _step("job_plan_scope", "People with a job plan beside the staff in scope of job planning", "organisation x period x staff group", *_WAVE, "staff_group_code")
METRIC_UNIT_CATEGORY = _step("metric_unit_category", "Counted units, once for each figure that they count in", "counted unit x breakdown", *METRIC_FIGURE.keys)
FIGURE_RISK = _step("figure_risk", "Which figures are unsafe by themselves, and why", METRIC_FIGURE.grain, *METRIC_FIGURE.keys)
MADE = (
    JOB_PLAN_SCOPE,
    _step("appraisal_due", "People with an appraisal due since 1 April, and what became of it", "organisation x period x person", *_WAVE, "person_key"),
    _step("support_summary_part", "Lines of support summaries, once for the programme and once for the site", "line x breakdown", "submission_id", "line_code", "measure_code", "breakdown"),
    _step("survey_box", "Boxes that a survey offered to those who reached their block", "response x box", "response_key", "question_key"),
    _step("survey_element_score", "Scores of the elements of a local survey, and the sub-scores that they are the mean of", "response x element x sub-score or `none`", "response_key", "element_code", "item_code"),
    _step("survey_invited", "People invited to the survey waves, by the last count within each", "organisation x period x staff group", *_WAVE, "staff_group_code"),
    _step("figure_base", "Sums and counts of people behind each figure", METRIC_FIGURE.grain, *METRIC_FIGURE.keys),
    _step("figure_quantile", "Quartiles of the metrics that are medians", METRIC_FIGURE.grain, *METRIC_FIGURE.keys),
    _step("figure_response_rate", "Response rates of the survey waves", "organisation x period x breakdown x category", *_WAVE, "breakdown", "category"),
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
