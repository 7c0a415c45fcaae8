"""Contracts of the marts: what a release holds."""

from __future__ import annotations

from schemas.fields import Contract, Field
from schemas.figures import METRIC_FIGURE, RELEASED_FIELDS
from schemas.topics import TOPICS

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
        Field("direction", "integer", "1 higher is better, -1 lower, 0 neither.", required=True),
        Field("counts", "text", "What a counted unit is.", required=True),
        Field("quantile_type", "integer", "Definition of the quantile (Hyndman-Fan type)."),
        Field("evidence", "text", "Source of the definition.", required=True),
        Field("profile", "text", "Disclosure profile.", required=True),
        Field("has_spc", "boolean", "True where an SPC chart may be drawn.", required=True),
        Field("target", "number", "Target in the metric's unit, if any."),
        Field("warning", "text", "What may not be concluded; '' if nothing.", required=True),
    ),
)

MARTS = {contract.name: contract for contract in (METRIC_VALUE, METRIC_DEFINITION, *TOPICS)}
