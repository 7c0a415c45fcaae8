"""Contracts of the topical marts: each is a projection of marts.metric_value, which is disclosure-checked."""

from __future__ import annotations

from dataclasses import replace

from schemas.fields import Contract, Field
from schemas.tables.columns import ORGANISATION_CODE, PERIOD, SOURCE, count, number
from schemas.tables.figures import METRIC_FIGURE, RELEASED_FIELDS

_MEANING = (
    Field("title", "text", "Short name for a chart.", required=True),
    Field("unit", "text", "Unit of `value`.", required=True),
    Field("direction", "integer", "1 higher is better, -1 lower, 0 neither.", required=True, minimum=-1, maximum=1),
)
_ITEM_LABEL = Field("item_label", "text", "What to show for the item; '' for none.", required=True)
_CATEGORY_LABEL = Field("category_label", "text", "What to show for the category.", required=True)
_SOURCE_DATASET = Field("source_dataset", "text", "Source that the figure is from.", required=True)
_DOMAIN = Field("domain_code", "text", "Domain or block of the survey; NULL outside surveys.")


def _topic(name: str, title: str, warning: str, *further: Field) -> Contract:
    """A mart that keeps the figure's own row, and its key, and says more about it."""
    fields = (*RELEASED_FIELDS, *_MEANING, *further)
    return replace(METRIC_FIGURE, name=f"marts.{name}", title=title, warning=warning, fields=fields)


RESEARCH_ENGAGEMENT = _topic(
    "research_engagement",
    "Engagement in research: capacity and culture, research-active staff, training, applications",
    "Research-active by survey, by appraisal and by job plan are about different people: do not add or rank them. Those who answer a survey are not a random sample. Do not average medians, and do not add year-to-date counts.",
    _SOURCE_DATASET,
    _DOMAIN,
    _ITEM_LABEL,
)

FACILITATORS_BARRIERS = _topic(
    "facilitators_barriers",
    "Facilitators and barriers of engagement in research, by level and subtheme",
    "A box that many people tick need not matter most, nor would removing it surely help. A barrier shown under a facilitator is the absence of that facilitator. The mapping to subthemes is ours; the review's own table is not supplied.",
    Field("level_code", "text", "`individual`, `interpersonal` or `environmental`; NULL for a box of no level."),
    Field("polarity_code", "text", "`facilitator` or `barrier`, as asked; NULL for a box of no level."),
    Field("subtheme_code", "text", "Factor of reference.subtheme that the box is about; NULL where none."),
    Field("subtheme_label", "text", "What to show for the factor."),
    Field("subtheme_polarity_code", "text", "Whether the review names the factor as facilitator or barrier."),
    _ITEM_LABEL,
)

PROTECTED_TIME = _topic(
    "protected_time",
    "Time for research: in job plans, and in answers to the survey",
    "Planned time is not necessarily time that was kept free, or used for research. The length of a PA differs by nation and time of day. Job plans and the survey are not about the same people.",
    _SOURCE_DATASET,
    _ITEM_LABEL,
)

APPRAISAL_RESEARCH = _topic(
    "appraisal_research", "Appraisal, and research in it", "Not the AOA return: its categories follow local rules. A role or item on the form does not mean that research was done. Each month covers the year to date: do not add months."
)

RECOMMENDATION_ADOPTION = _topic(
    "recommendation_adoption",
    "Adoption of recommendations: states, i-PARIHS ratings, workshops and changes noted",
    "Sites choose and adapt their own recommendations: do not rank sites by their shares. A rating is on the scale of its own tool, and is not a validated score. A recommendation need not have caused the changes noted.",
    Field("aspect", "text", "`in_place`, `rating`, `change`, `workshop` or `stakeholder`.", required=True),
    _ITEM_LABEL,
    _CATEGORY_LABEL,
)

SUPPORT_OUTCOMES = _topic(
    "support_outcomes",
    "Support programmes: reached, engaged, completed, paired change, time",
    "There is no comparison group, and extreme scores tend to move towards the mean anyway: a paired effect size shows "
    "a change, not what the programme did. People without a follow-up are left out. Programmes and concerns overlap and "
    "do not add up. Do not compare programmes with each other: their cases differ.",
    Field("stage", "text", "`reached`, `triaged`, `engaged`, `completed`, `followed_up`, `paired_effect`, `improved`, `recovered` or `time`.", required=True),
    Field("made_from", "text", "`cases`, or `summaries` that units sent.", required=True),
    _CATEGORY_LABEL,
)

_SIDE = ("value", "interval_low", "interval_high", "people_count", "status")
_RELEASED = {field.name: field for field in RELEASED_FIELDS}
_DIFFERENCE = "research-active less other staff, in the metric's unit (percentage points for %)"

RESEARCH_ACTIVE_COMPARISON = Contract(
    name="marts.research_active_comparison",
    title="Research-active beside other staff",
    grain="metric x item x organisation x period",
    keys=METRIC_FIGURE.keys[:5],
    warning="A difference does not show an effect of research: staff who feel better may take it up, and grade, hours and "
    "site differ too; standardising allows for staff group only. Those who answer a survey are not a random sample. The "
    "published result is about the whole organisation, on a scale of its own.",
    fields=(
        *RELEASED_FIELDS[:6],
        *_MEANING,
        Field("research_active_by", "text", "What makes a person research-active: `survey` or `job_plan`.", required=True),
        *(replace(_RELEASED[name], name=f"{side}_{name}", description=f"{who}: {_RELEASED[name].description}", required=False) for side, who in (("active", "Research-active staff"), ("other", "Other staff")) for name in _SIDE),
        number("difference", f"Crude: {_DIFFERENCE}."),
        number("difference_low", "Lower end of its 95 % interval."),
        number("difference_high", "Upper end of its 95 % interval."),
        number("standardised_difference", f"Standardised by staff group: {_DIFFERENCE}; each group with both figures shown, weighted by its people."),
        number("standardised_low", "Lower end of its 95 % interval."),
        number("standardised_high", "Upper end of its 95 % interval."),
        count("standardised_people_count", "People in the staff groups with both figures shown; others are left out."),
        count("standardised_group_count", "Staff groups with both figures shown."),
        Field("difference_method", "text", "How the intervals of the differences were made, or why there are none.", required=True),
        number("published_value", "For burnout: published share burnt out often or always (nss_burnt_out_often_published), %, of the whole organisation."),
        number("published_denominator", "Respondents behind it."),
        Field("published_period_start", "date", "First day of its year, the latest that ended by the period's end."),
        Field("published_period_end", "date", "Last day of its year."),
    ),
)

ADOPTION_AND_OUTCOME = Contract(
    name="marts.adoption_and_outcome",
    title="Adoption of recommendations beside outcomes of the same site",
    grain="organisation x site x period x outcome",
    keys=(*("organisation_code", "site_code", "period_start", "period_end"), *("outcome_metric_id", "outcome_item_code", "outcome_organisation_code", "outcome_period_start"), *("outcome_period_end", "outcome_breakdown")),
    warning="Side by side, not cause and effect: sites choose what they adopt, few sites take part, and the outcome's period may have begun long before the adoption. A correlation between these rows is not evidence.",
    fields=(
        ORGANISATION_CODE,
        Field("site_code", "text", "Site whose adoption and outcome stand side by side.", required=True),
        *PERIOD,
        number("agreed_count", "Recommendations that the site agreed."),
        number("in_place_count", "Of them, those in place at the last assessment."),
        number("adoption_pct", "Those in place of those agreed (adoption_recommendations_in_place), 0-100."),
        Field("adoption_status", "text", "Disclosure status of the adoption.", required=True),
        *(replace(_RELEASED[name], name=f"outcome_{name}") for name in ("metric_id", "item_code", "organisation_code", "period_start", "period_end")),
        Field("outcome_breakdown", "text", "`site`: the sender's figure of the site; `all`: of the organisation that is the site.", required=True),
        *_MEANING,
        *(replace(_RELEASED[name], name=f"outcome_{name}") for name in _SIDE),
    ),
)

SUBMISSION_STATUS = Contract(
    name="marts.submission_status",
    title="What came, and where it stands",
    grain="sender x dataset x source x period x state",
    keys=("organisation_code", "dataset", "source", "period_start", "period_end", "state_code"),
    warning="Not a measure of quality: a file that is loaded may hold rejected rows. Rows are not people. Files whose sender, dataset or period is not known are left out, and so is what was never sent.",
    fields=(
        ORGANISATION_CODE,
        Field("dataset", "text", "Kind of data.", required=True),
        SOURCE,
        *PERIOD,
        Field("state_code", "text", "Where they stand, such as `loaded`, `held` or `superseded`.", required=True),
        Field("submission_count", "integer", "Files that stand there.", required=True),
        Field("last_landed_at", "timestamp", "When the last of them came (UTC).", required=True),
        count("row_count", "Accepted rows of the loaded file, to the nearest 10; NULL in other states, and where withheld."),
        Field("status", "text", "Of the row count: `shown`, `suppressed` or `not_available`.", required=True),
    ),
)

TOPICS = (
    SUBMISSION_STATUS,
    RESEARCH_ENGAGEMENT,
    FACILITATORS_BARRIERS,
    PROTECTED_TIME,
    APPRAISAL_RESEARCH,
    RESEARCH_ACTIVE_COMPARISON,
    SUPPORT_OUTCOMES,
    RECOMMENDATION_ADOPTION,
    ADOPTION_AND_OUTCOME,
)
