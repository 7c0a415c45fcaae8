"""Contracts of disclosure control: what is unsafe, what was decided of each figure, and what stood before."""

from __future__ import annotations

from schemas.fields import Contract, Field
from schemas.tables.columns import count, number
from schemas.tables.figures import FIGURE_KEYS, FIGURE_RISK, MADE, METRIC_FIGURE

FAMILY = ("metric_id", "organisation_code", "period_start", "period_end")
_FAMILY_FIELDS = tuple(METRIC_FIGURE.field(name) for name in FAMILY)
_RELEASE_ID = Field("release_id", "text", "Release.", required=True)

# Two people may be swapped without a trace where they add the same: what can be told from two releases is how many
# additions of each kind there are. So no pseudonym is kept.
FIGURE_CONTRIBUTION = Contract(
    name="core.figure_contribution",
    title="What people add to each figure, and how many add the same",
    grain="figure x contribution",
    keys=(*METRIC_FIGURE.keys, "numerator", "denominator", "baseline_value", "square", "unit_count"),
    warning=METRIC_FIGURE.warning,
    fields=(
        *FIGURE_KEYS,
        number("numerator", "Sum of a person's numerators."),
        number("denominator", "Sum of their denominators."),
        number("baseline_value", "Sum of their baseline values."),
        number("square", "Sum of the squares of their numerators."),
        count("unit_count", "Their counted units; 0 for a counted group, -1 for the response rate beside the figure."),
        count("people_count", "How many people add just that."),
    ),
)

FIGURE_DECISION = Contract(
    name="core.figure_decision",
    title="What disclosure control decided of each figure that is stated anew",
    grain=METRIC_FIGURE.grain,
    keys=METRIC_FIGURE.keys,
    warning=METRIC_FIGURE.warning,
    fields=(
        *FIGURE_KEYS,
        Field(
            "rule",
            "text",
            "'' where it may be shown, else why not: a reason of core.figure_risk, `coarsened`, `secondary` (another "
            "figure could be worked out), `window` (it overlaps a period that is in print), `change` (few people "
            "changed since an earlier release) or `as_before` (withheld in one, and nothing has changed).",
            required=True,
        ),
        Field("method", "text", "How the figures to hide with others were found; see the report.", required=True),
    ),
)

FAMILY_STANDING = Contract(
    name="core.family_standing",
    title="Families that are not restated, since few people changed: they stay as a release had them",
    grain="metric x organisation x period",
    keys=FAMILY,
    fields=(*_FAMILY_FIELDS, _RELEASE_ID),
)

SAME_FAMILY = Contract(
    name="core.same_family",
    title="Families whose people add the same now as when a release stated them: what was hidden stays hidden",
    grain="metric x organisation x period",
    keys=FAMILY,
    fields=(*_FAMILY_FIELDS, _RELEASE_ID),
)

# What earlier releases said, read from their files.
STATED_CONTRIBUTION = Contract(
    name="audit.stated_contribution",
    title="What people added to each figure, in the release that stated it",
    grain="release x figure x contribution",
    keys=("release_id", *FIGURE_CONTRIBUTION.keys),
    warning=METRIC_FIGURE.warning,
    fields=(
        _RELEASE_ID,
        *FIGURE_CONTRIBUTION.fields,
    ),
)

# Steps towards the figures in print: built like the core, but not handed to analysts.
STEPS = {contract.name: contract for contract in (*MADE, FIGURE_CONTRIBUTION, FIGURE_RISK)}
# What disclosure control writes.
DECIDED = {contract.name: contract for contract in (FIGURE_DECISION, FAMILY_STANDING, SAME_FAMILY)}
