"""Contracts of the reference tables: the rule book as tables."""

from __future__ import annotations

from dataclasses import replace

from schemas.fields import Contract, Field
from schemas.tables.core import DIM_ORGANISATION
from schemas.tables.marts import METRIC_DEFINITION


def _text(name: str, description: str, *, required: bool = True) -> Field:
    return Field(name, "text", description, required=required)


def _flag(name: str, description: str) -> Field:
    return Field(name, "boolean", description, required=True)


_SOURCE_OF_RULE = _text("source", "Where the rule is from; `ours` where it is.")
_QUESTION_KEY = _text("question_key", "Our stable key of the question.")

ORGANISATION = Contract(
    name="reference.organisation",
    title="Declared organisations",
    grain="organisation",
    keys=("organisation_code",),
    fields=DIM_ORGANISATION.fields,
)

CODELIST = Contract(
    name="reference.codelist",
    title="Codes and their labels",
    grain="codelist x code",
    keys=("codelist", "code"),
    fields=(
        _text("codelist", "Name of the codelist."),
        _text("code", "Value as it stands in a code column."),
        _text("label", "What to show for it."),
        _SOURCE_OF_RULE,
    ),
)

ITEM = Contract(
    name="codelists.instrument_item",
    title="Questions of the survey instruments, as declared",
    grain="question",
    keys=("question_key",),
    fields=(
        _QUESTION_KEY,
        _text("instrument_code", "Instrument that the question is of."),
        _text("domain_code", "Domain or block within the instrument."),
        _text("label", "Short label, in our words."),
        _text("scale_code", "Scale on which it is answered."),
        _flag("is_reversed", "True where a high answer is the worse one."),
        _flag("is_confirmed", "False where no published table that we saw holds the item."),
        _SOURCE_OF_RULE,
    ),
)

INSTRUMENT_ITEM = replace(
    ITEM,
    name="reference.instrument_item",
    title="Questions of the survey instruments",
    fields=(
        *ITEM.fields,
        Field("minimum", "integer", "Lowest answer of the scale.", required=True),
        Field("maximum", "integer", "Highest answer of the scale.", required=True),
        _flag("has_unsure", "True where `unsure` is offered."),
    ),
)

INSTRUMENT_NUMBER = Contract(
    name="reference.instrument_number",
    title="Printed numbers of the questions; they drift from version to version",
    grain="question x version",
    keys=("question_key", "version"),
    fields=(
        _QUESTION_KEY,
        _text("version", "Version or year of the printed instrument."),
        _text("printed_number", "Number as printed there."),
    ),
)

PA_HOURS = Contract(
    name="reference.pa_hours",
    title="Hours of a programmed activity (PA)",
    grain="nation x premium time",
    keys=("nation_code", "is_premium_time"),
    fields=(
        _text("nation_code", "Nation whose contract applies."),
        _flag("is_premium_time", "True for premium time."),
        Field("hours_per_pa", "number", "Hours that one PA stands for.", required=True),
        _SOURCE_OF_RULE,
    ),
)

METRIC = Contract(
    name="reference.metric",
    title="Metrics as declared",
    grain="metric",
    keys=("metric_id",),
    fields=(
        *METRIC_DEFINITION.fields,
        _flag("is_sample", "True where those counted are a sample: the respondents of a survey."),
        _flag("is_from_survey", "True where a dataset of it is the survey: it has a response rate."),
        Field("decimals", "integer", "Decimal places of the published value; NULL where it is not rounded."),
        Field("aspect", "text", "Stage of support, or what of adoption, that it tells of; NULL for other metrics."),
    ),
)


def _of_metric(name: str, title: str, description: str) -> Contract:
    """What the metrics declare as a list: a row for each metric and value."""
    return Contract(
        name=f"reference.metric_{name}",
        title=title,
        grain=f"metric x {name}",
        keys=("metric_id", name),
        fields=(_text("metric_id", "Metric."), _text(name, description)),
    )


METRIC_BREAKDOWN = _of_metric("breakdown", "What each metric is broken down by", "`all`, or a breakdown that the metric declares.")
METRIC_DATASET = _of_metric("dataset", "Which datasets each metric is made from", "Kind of data, as audit.submission names it.")
METRIC_TOPIC = _of_metric("topic", "Which topical mart holds each metric", "Mart, without its schema.")

SUPPORT_MEASURE = Contract(
    name="reference.support_measure",
    title="Outcome measures of support programmes",
    grain="measure",
    keys=("measure_code",),
    warning="Direction and range are not confirmed where the source says so.",
    fields=(
        _text("measure_code", "Measure."),
        Field("direction", "integer", "1 higher is better, -1 lower is better, 0 no measure.", required=True),
        Field("minimum", "number", "Lowest score."),
        Field("maximum", "number", "Highest score."),
        _SOURCE_OF_RULE,
    ),
)

BANK_HOLIDAY = Contract(
    name="reference.bank_holiday",
    title="Bank holidays, 2010 to 2040",
    grain="nation x day",
    keys=("nation_code", "holiday_date"),
    warning="As the library `holidays` knows them: a day proclaimed later is missing until it is updated.",
    fields=(
        _text("nation_code", "Nation."),
        Field("holiday_date", "date", "The day, or the day observed in its place.", required=True),
    ),
)

SERIES_BREAK = Contract(
    name="reference.series_break",
    title="Breaks: figures from that day on are of another series",
    grain="metric x organisation x day",
    keys=("metric_id", "organisation_code", "break_date"),
    fields=(
        _text("metric_id", "Metric whose series breaks."),
        _text("organisation_code", "Organisation whose series breaks; '' for every one."),
        Field("break_date", "date", "First day of the new series.", required=True),
        _text("label", "What changed."),
        _SOURCE_OF_RULE,
    ),
)

SUBTHEME = Contract(
    name="reference.subtheme",
    title="Facilitators and barriers of engagement in research",
    grain="subtheme",
    keys=("subtheme_code",),
    warning="Factors that the review's text names. Its table of 25 subthemes is not supplied: see the two last rows.",
    fields=(
        _text("subtheme_code", "Factor; `..._not_supplied` stands for the rest of the review's own table."),
        _text("label", "What to show for it."),
        _text("level_code", "`individual`, `interpersonal` or `environmental`; '' where not known."),
        _text("polarity_code", "`facilitator` or `barrier`."),
        _flag("is_confirmed", "True where the review's own table lists it as a subtheme."),
        _SOURCE_OF_RULE,
    ),
)

ITEM_SUBTHEME = Contract(
    name="reference.item_subtheme",
    title="Barriers and motivators of the survey, by level and subtheme",
    grain="question",
    keys=("question_key",),
    warning="The mapping is ours. A barrier on a facilitator is that facilitator's absence.",
    fields=(
        _QUESTION_KEY,
        _text("level_code", "`individual`, `interpersonal` or `environmental`."),
        Field("subtheme_code", "text", "Factor that it tells of; NULL where the review's text names none."),
        _SOURCE_OF_RULE,
    ),
)

NSS_SCORING = Contract(
    name="reference.nss_scoring",
    title="How answers become a sub-score from 0 to 10",
    grain="sub-score x answer",
    keys=("domain_code", "step"),
    warning="From general knowledge, not confirmed: the NHS Staff Survey's technical guide was not at hand.",
    fields=(
        _text("domain_code", "Sub-score: the domain of its questions."),
        _text("element_code", "Element or theme that the sub-score belongs to."),
        Field("minimum_item_count", "integer", "Least answers of a person that make the sub-score.", required=True),
        Field("minimum_score_count", "integer", "Least sub-scores of a person that make the element.", required=True),
        Field("step", "integer", "Answer, 1 the worst; that of a negative question is turned round.", required=True),
        Field("points", "number", "What the answer counts, 0 to 10.", required=True),
        _flag("is_confirmed", "True where a source that we saw says so."),
        _SOURCE_OF_RULE,
    ),
)

DISCLOSURE_PROFILE = Contract(
    name="reference.disclosure_profile",
    title="Disclosure profiles: from how many people on a figure is shown",
    grain="profile",
    keys=("profile",),
    fields=(
        _text("profile", "Profile, as a metric names it."),
        _text("title", "What is withheld."),
        Field("threshold", "integer", "Least count of people that is shown.", required=True),
        _flag("hides_classes", "True where 0 %, 100 % and all-equal answers are withheld."),
        Field("dominance_pct", "integer", "Two people may not add more of a sum of PAs or hours.", required=True),
        Field("p_pct", "integer", "The rest of it may not be less than this of the largest.", required=True),
        _SOURCE_OF_RULE,
    ),
)

STAFF_GROUP_WIDE = Contract(
    name="reference.staff_group_wide",
    title="Wide staff groups, in print where staff groups are too small",
    grain="staff group",
    keys=("staff_group_code",),
    fields=(
        _text("staff_group_code", "Staff group."),
        _text("staff_group_wide_code", "Wide staff group that it is part of."),
        _text("label", "What to show for the wide one."),
    ),
)

SPC_RULE_SET = Contract(
    name="reference.spc_rule_set",
    title="Rule sets of the SPC charts",
    grain="rule set",
    keys=("rule_set",),
    fields=(
        _text("rule_set", "Name of the rule set."),
        _flag("is_used", "True where marts.metric_spc holds charts by it."),
        Field("shift_length", "integer", "Points in a row on one side of the mean that make a shift.", required=True),
        Field("trend_length", "integer", "Points that rise or fall in a row and make a trend.", required=True),
        Field("minimum_points", "integer", "Fewer points in a group give no limits and no icon.", required=True),
        Field("limit_multiplier", "number", "Limits stand this many average ranges from the mean.", required=True),
        Field("screening_multiplier", "number", "Ranges from this many averages on are left out; NULL for none."),
        _flag("is_outside_close", "True where a point beyond a limit counts for two in three."),
        _flag("is_improvement_first", "True where improvement wins over a rule that says concern."),
        _SOURCE_OF_RULE,
    ),
)

SPC_REBASE = Contract(
    name="reference.spc_rebase",
    title="Rebase dates and baselines of the SPC charts, declared in config/codelists/spc_rebase.csv",
    grain="metric x organisation x date",
    keys=("metric_id", "organisation_code", "rebase_date"),
    fields=(
        _text("metric_id", "Metric."),
        _text("organisation_code", "Organisation; '' for every organisation that has no row of that date."),
        Field("rebase_date", "date", "The first point on or after it starts a group; before the first point, it sets the baseline only.", required=True),
        Field("fix_after_n_points", "integer", "Points of the baseline, 12 or more; NULL for all.", minimum=12),
        _text("reason", "What changed, for the chart's reader."),
    ),
)

DICTIONARY = Contract(
    name="reference.dictionary",
    title="Data dictionary: every column of every table",
    grain="table x column",
    keys=("table_name", "column_name"),
    fields=(
        _text("table_name", "Schema and table."),
        _text("column_name", "Column."),
        _text("column_type", "SQL type."),
        _text("description", "What it means, with its unit."),
    ),
)

_DECLARED = (ORGANISATION, CODELIST, INSTRUMENT_ITEM, INSTRUMENT_NUMBER, METRIC, METRIC_BREAKDOWN, METRIC_DATASET, METRIC_TOPIC, DICTIONARY)
_RULES = (PA_HOURS, SUPPORT_MEASURE, BANK_HOLIDAY, SERIES_BREAK, SUBTHEME, ITEM_SUBTHEME, NSS_SCORING, DISCLOSURE_PROFILE, STAFF_GROUP_WIDE, SPC_RULE_SET, SPC_REBASE)
REFERENCE = {contract.name: contract for contract in (*_DECLARED, *_RULES)}
