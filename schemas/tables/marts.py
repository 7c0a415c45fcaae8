"""Contracts of the marts: what a release holds."""

from __future__ import annotations

from schemas.fields import Contract, Field
from schemas.tables.columns import count, number
from schemas.tables.figures import METRIC_FIGURE, RELEASED_FIELDS
from schemas.tables.topics import TOPICS

METRIC_VALUE = Contract(
    name="marts.metric_value",
    title="Released figures",
    grain="metric x item x organisation x period x breakdown x category",
    keys=METRIC_FIGURE.keys,
    warning="A hidden figure is NULL, never 0. Medians may not be averaged; figures are not effects.",
    fields=RELEASED_FIELDS,
)

METRIC_DEFINITION = Contract(
    name="marts.metric_definition",
    title="What each metric means",
    grain="metric",
    keys=("metric_id",),
    fields=(
        Field("metric_id", "text", "Metric.", required=True),
        Field("title", "text", "Short name for a chart.", required=True),
        Field("definition", "text", "Numerator, denominator, who is left out.", required=True),
        Field("statistic", "text", "proportion, ratio, mean, median or count.", required=True),
        Field("unit", "text", "Unit of `value`.", required=True),
        Field("direction", "integer", "1 higher is better, -1 lower, 0 neither.", required=True, minimum=-1, maximum=1),
        Field("counts", "text", "What a counted unit is.", required=True),
        Field("quantile_type", "integer", "Definition of the quantile (Hyndman-Fan type)."),
        Field("evidence", "text", "Source of the definition.", required=True),
        Field("profile", "text", "Disclosure profile.", required=True),
        Field("has_spc", "boolean", "True where an SPC chart may be drawn.", required=True),
        Field("target", "number", "Target in the metric's unit, if any."),
        Field("warning", "text", "What may not be concluded; '' if nothing.", required=True),
    ),
)


METRIC_SPC = Contract(
    name="marts.metric_spc",
    title="SPC charts (XmR) of the metrics that opt in",
    grain="series x rule set x period",
    keys=("series_id", "rule_set", "period_start", "period_end"),
    warning="A special cause is a question, not a cause. The rules take points as independent: a monthly state that "
    "moves slowly, as job plans do, gives shifts and trends of its own. Limits are not clipped at 0 or 100 %. A "
    "series with a withheld point, and one whose baseline does not vary, has no limits: see `note`.",
    fields=(
        *(METRIC_FIGURE.field(name) for name in ("series_id", "metric_id", "item_code", "organisation_code")),
        *(METRIC_FIGURE.field(name) for name in ("breakdown", "category", "period_start", "period_end", "value")),
        Field("rule_set", "text", "Rules of the chart; see reference.spc_rule_set.", required=True),
        Field("rebase_group", "integer", "0 up to the first rebase date, then one more at each.", required=True),
        number("mean", "Centre line: mean of the group's baseline."),
        number("lower_limit", "Lower process limit."),
        number("upper_limit", "Upper process limit."),
        number("lower_near_limit", "Two thirds of the way from the mean to the lower limit."),
        number("upper_near_limit", "Two thirds of the way from the mean to the upper limit."),
        count("side", "1 above the mean, -1 below, 0 on it."),
        Field("is_outside", "boolean", "True beyond a process limit; NULL without limits."),
        Field("is_shift", "boolean", "True in a run of points on one side of the mean."),
        Field("is_trend", "boolean", "True in a run of points that all rise or all fall."),
        Field("is_two_in_three", "boolean", "True where two of three are beyond one near limit; NULL without limits."),
        Field("special_cause_type", "text", "The rule that counts, in words of NHSRplotthedots, or `Common Cause`."),
        Field("point_type", "text", "`common_cause`, `special_cause_improvement`, `special_cause_concern`, or for a metric without direction `special_cause_neutral_high` and `_low`."),
        Field("variation_icon", "text", "Type of the series' last point, on each of its rows."),
        Field("assurance_icon", "text", "`consistent_pass`, `consistent_fail` or `inconsistent`: the target against the last limits; NULL without."),
        number("target", "Target in the metric's unit, if any."),
        Field("note", "text", "Why there are no limits, or that they are provisional; '' if nothing.", required=True),
    ),
)

MARTS = {contract.name: contract for contract in (METRIC_VALUE, METRIC_DEFINITION, METRIC_SPC, *TOPICS)}
