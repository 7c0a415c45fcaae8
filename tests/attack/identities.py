"""What the SQL of each metric counts, read and written down by hand: the same name is the same count of people.

Nothing here is taken from a declaration of the product. Where a count is the same by definition in two metrics it bears
one name; `{item}` is the figure's item, `{domain}` and `{level}` are those of its item. A place is (breakdown,
category).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from tests.attack.survey import Line, Questions, lines_of_boxes, lines_of_domains, lines_of_levels

Place = tuple[str, str]
ALL = ("all", "all")
WIDE = "staff_group_wide"
WIDER = {"profession": "staff_group", "staff_group": WIDE}  # what the categories of a breakdown are part of
NOBODY_KNOWS = "?"  # the category of those in a total who are in none of its parts


class Counts(NamedTuple):
    """Names of what a metric counts: its base, who of it counts, and who does not. '' is no count of people."""

    base: str
    counted: str = ""
    rest: str = ""


# A rest named `*` is a count that no other metric has. Names with ` @` are of the categories of a further breakdown:
# who says to be research-active, of a staff group, is a crossed category.
WHAT = {
    "job_plan_any_research_time": Counts("plan signed", "signed with research", "signed without research"),
    "job_plan_research_funder": Counts("signed with research", "funded by {item}", "*"),
    "job_plan_research_hours_share": Counts("signed in hours", "signed with research hours"),
    "job_plan_research_hours_by_funder": Counts("signed with research hours", "with hours of {item}"),
    "job_plan_research_pas_median": Counts("signed in PAs"),
    "job_plan_spa_share": Counts("signed with PAs", "signed with SPA"),
    "job_plan_research_time_of_scope": Counts("in scope", "signed with research", "*"),
    "job_plan_signed_off": Counts("in scope", "plan signed", "*"),
    "appraisals_completed_ytd": Counts("appraisal due", "appraisal completed", "*"),
    "appraisals_missed_approved_ytd": Counts("appraisal due", "missed with approval", "*"),
    "appraisals_missed_unapproved_ytd": Counts("appraisal due", "missed without approval", "*"),
    "survey_response_rate": Counts("invited", "responses", "*"),
    "survey_completion_rate": Counts("says whether complete", "complete", "*"),
    "survey_block_reached": Counts("responses", "reached {item}", "*"),
    "survey_research_active": Counts(
        "says active", "says active @research_active yes", "says active @research_active no"
    ),
    "survey_research_funded": Counts(
        "says funded", "says funded @research_funded yes", "says funded @research_funded no"
    ),
    "rcc_item_score": Counts("scored {item}"),
    "rcc_item_unsure": Counts("answered {item}", "unsure {item}", "scored {item}"),
    "rcc_domain_score": Counts("scored half of {item}"),
    "research_barrier_ticked": Counts("reached barriers", "ticked {item}", "*"),
    "research_motivator_ticked": Counts("reached motivators", "ticked {item}", "*"),
    "research_barrier_level_ticked": Counts("reached barriers", "ticked barriers of {item}", "*"),
    "research_motivator_level_ticked": Counts("reached motivators", "ticked motivators of {item}", "*"),
    "research_barrier_levels_met": Counts("reached barriers", "barriers at {item}", "*"),
    "research_barrier_supports_missing": Counts("reached barriers", "several barriers of {item}", "*"),
    "research_barrier_level_share": Counts("reached barriers"),
    "research_motivator_level_share": Counts("reached motivators"),
    "appraisal_research_role_with_time": Counts("linked with role", "role and time", "role without time"),
    "job_plan_research_time_with_role": Counts("linked with time", "role and time", "*"),
    "workforce_left_by_reason_12_months": Counts("in post at start", "left {item}", "*"),
    "workforce_left_12_months": Counts("in post at start", "left", "stayed"),
    "workforce_joined_12_months": Counts("in post at end", "joined", "stayed"),
    "workforce_not_linked": Counts("has {item}", "not in the workforce {item}", "*"),
    "research_awards_ytd": Counts("awarded {item}"),
    "research_awards_of_decided_ytd": Counts("decided {item}", "awarded {item}", "*"),
    "research_role_ytd": Counts("role taken up", "role {item}", "*"),
    "support_arcp_recovered": Counts("next ARCP known", "ARCP recovered", "*"),
    "support_next_arcp_outcome": Counts("came with 2 or 3", "ARCP {item}", "*"),
    "support_closed_completed": Counts("closed", "closed as completed", "*"),
    "support_sessions_per_case": Counts("closed with sessions"),
    "support_paired_effect": Counts("pairs {item}"),
    "support_improved_08_sd": Counts("pairs {item}", "improved {item}", "*"),
    "support_first_meeting_attended_summary": Counts("referred in summary", "engaged in summary", "*"),
    "support_programme_completed_summary": Counts("engaged in summary", "completed in summary", "*"),
    "support_followed_up_summary": Counts("baseline in summary {item}", "pairs in summary {item}", "*"),
    "support_improved_08_sd_summary": Counts("pairs in summary {item}", "improved in summary {item}", "*"),
    "support_paired_effect_summary": Counts("pairs in summary {item}"),
}
# Means that tell, times the people and the boxes of the level, how many boxes of it were ticked in all.
BOXES_TICKED = {"research_barrier_level_share": "barriers", "research_motivator_level_share": "motivators"}
# No row of a category: of these the population lists the group not, which does not say that nobody is in it.
LISTED_BY_POPULATION = {"job_plan_research_time_of_scope", "job_plan_signed_off", "survey_response_rate"}
OVERLAPPING = {"programme", "concern"}  # a person may have several, or none: no part of a sum
# Of whom a figure tells who also stand in the same dataset's figures of a neighbouring month.
YEAR_TO_DATE = "year to date"
WINDOWS = {
    "appraisals_completed_ytd": YEAR_TO_DATE,
    "appraisals_missed_approved_ytd": YEAR_TO_DATE,
    "appraisals_missed_unapproved_ytd": YEAR_TO_DATE,
    "appraisal_research_role_ytd": YEAR_TO_DATE,
    "appraisal_research_in_pdp_ytd": YEAR_TO_DATE,
    "appraisal_pdp_items_completed": YEAR_TO_DATE,
    "research_training_people_ytd": YEAR_TO_DATE,
    "research_applications_ytd": YEAR_TO_DATE,
    "research_awards_ytd": YEAR_TO_DATE,
    "research_awards_of_decided_ytd": YEAR_TO_DATE,
    "research_role_ytd": YEAR_TO_DATE,
}
SUBSETS = (
    ("signed in hours", "plan signed"),
    ("signed in PAs", "plan signed"),
    ("signed with PAs", "signed in PAs"),
    ("signed with research hours", "signed with research"),
    ("linked with role", "plan signed"),
    ("linked with time", "signed with research"),
    ("role without time", "signed without research"),
    ("plan signed", "has job_plan"),
    ("appraisal due", "has appraisal"),
    ("appraisal_research_role_ytd base", "has appraisal"),
    ("appraisal_research_in_pdp_ytd base", "has appraisal"),
    ("research_training_people_ytd base", "has research_activity"),
    ("role taken up", "has research_activity"),
    ("says whether complete", "responses"),
    ("says active", "responses"),
    ("says funded", "responses"),
    ("survey_low_burnout_score base", "says funded"),
    ("pairs in summary {item}", "baseline in summary {item}"),
    ("next ARCP known", "came with 2 or 3"),
    ("closed with sessions", "closed"),
)
# Who answers a question has responded: below `responses` at all places, below `says active` at crossed ones.
ASKED = ("survey_access_to_learning", "survey_job_satisfaction", "survey_low_burnout_score", "survey_morale_score")
ASKED += ("survey_research_in_role", "survey_research_mentor", "survey_research_network")
ASKED += ("survey_staff_engagement_score",)


# The parts of a whole in which nobody is twice, and nobody is missing.
FUNDERS = "nhs nihr university charity commercial professional_association patient_organisation government not_known"
WHOLES = {
    "role taken up": [f"role {name}" for name in ("lead", "support", "participate", "not_known")],
    "left": ["left own_choice", "left other_reason"],
    "signed with research": [f"funded by {name}" for name in (*FUNDERS.split(), "several")],
}


def counts_of(metric_id: str, item: str) -> Counts:
    """The names of what a figure counts; a metric that is not in the table shares no count."""
    found = WHAT.get(metric_id, Counts(f"{metric_id} base {{item}}", f"{metric_id} counted {{item}}", "*"))
    own = f"rest of {metric_id} {{item}}"
    named = Counts(found.base, found.counted, own if found.rest == "*" else found.rest)
    return Counts(*(name.replace("{item}", "" if item == "none" else item).strip() for name in named))


def lines(concepts: Set[str], questions: Questions) -> Iterator[Line]:
    """What holds by definition, place by place, between the counts that a release names."""
    for smaller, larger in _subsets(concepts, questions):
        if smaller in concepts and larger in concepts:
            yield Line(f"{_kind(smaller)} <= {_kind(larger)}", ((1, larger), (-1, smaller)))
    missed = ("appraisal completed", "missed with approval", "missed without approval")
    if {"appraisal due", *missed} <= concepts:
        yield Line("completed + missed <= due", ((1, "appraisal due"), *((-1, name) for name in missed)))
    for whole, parts in WHOLES.items():
        if {whole, *parts} <= concepts:
            yield Line(f"parts of {whole} add up", ((1, whole), *((-1, name) for name in parts)), is_equal=True)
    yield from _arcp(concepts)
    yield from lines_of_boxes(concepts, questions)
    yield from lines_of_levels(concepts)
    yield from lines_of_domains(concepts, questions)
    if {"plan signed", "signed in hours", "signed with research", "signed with research hours"} <= concepts:
        terms = ((1, "signed with research hours"), (1, "plan signed"))
        yield Line("research in hours", (*terms, (-1, "signed in hours"), (-1, "signed with research")))


def _kind(concept: str) -> str:
    """The name without its item, for a label."""
    return " ".join(word for word in concept.split() if "_" not in word or word.endswith(("_ytd", "_score")))


def _subsets(concepts: Set[str], questions: Questions) -> Iterator[tuple[str, str]]:
    yield from SUBSETS
    for concept in concepts:
        first, _, item = concept.partition(" ")
        if first in ("answered", "scored"):
            yield concept, f"reached {questions.domain.get(item, '')}"
        if concept.startswith("scored half of "):
            yield concept, "says active"
            yield concept, f"reached {concept.removeprefix('scored half of ')}"
        if first in ASKED:
            yield concept, "responses"
            yield concept, "says active"
        if concept.startswith("reached "):
            yield concept, "responses"
            yield concept, "says active"


def _arcp(concepts: Set[str]) -> Iterator[Line]:
    outcomes = sorted(name for name in concepts if name.startswith("ARCP "))
    if "came with 2 or 3" in concepts and len(outcomes) > 1:
        terms = ((1, "came with 2 or 3"), *((-1, name) for name in outcomes))
        yield Line("outcomes add up", terms, is_equal=True)
        known = ((1, "came with 2 or 3"), (-1, "ARCP unknown"), (-1, "next ARCP known"))
        if {name for _, name in known} <= concepts:
            yield Line("known + unknown = came", known, is_equal=True)


def at(concept: str, place: Place) -> tuple[str, Place]:
    """A concept with ` @breakdown code` is at that category, crossed with the place."""
    concept, _, category = concept.partition(" @")
    breakdown, _, code = category.partition(" ")
    if not code:
        return concept, place
    return concept, (breakdown, code) if place == ALL else (f"{place[0]} x {breakdown}", f"{place[1]} x {code}")


def rest_of(breakdown: str, total: Place) -> Place:
    """The place of those of a total who are in none of its parts by the breakdown."""
    if " x " in breakdown:
        first = breakdown.split(" x ")[0]
        return breakdown, f"{total[1]} x {NOBODY_KNOWS}" if total[0] == first else f"{NOBODY_KNOWS} x {total[1]}"
    of = f" of {total[1]}" if breakdown in WIDER and total != ALL else ""
    return "staff_group" if breakdown == WIDE else breakdown, NOBODY_KNOWS + of


def is_overlapping(breakdown: str, total: Place) -> bool:
    """True where somebody may be in several parts of the total: in programmes, also in those of a group of doctors."""
    return not OVERLAPPING.isdisjoint({*breakdown.split(" x ")} - {total[0]})


def sums(places: Mapping[str, set[str]], wide: Mapping[str, str]) -> Iterator[tuple[str, Place, list[Place]]]:
    """Breakdown, total and parts, of every sum over the categories of the breakdowns."""
    for breakdown, codes in places.items():
        known = sorted(code for code in codes if NOBODY_KNOWS not in code)
        if " x " in breakdown:
            for side, name in enumerate(breakdown.split(" x ")):
                for total in sorted({code.split(" x ")[side] for code in known}):
                    yield breakdown, (name, total), [(breakdown, c) for c in known if c.split(" x ")[side] == total]
        elif breakdown != "all":
            yield breakdown, ALL, [(breakdown, code) for code in known]
        if (first := breakdown.split(" x ")[0]) in WIDER:
            yield from _wide_sums(breakdown, first, known, wide)


def _wide_sums(
    breakdown: str, first: str, codes: list[str], wide: Mapping[str, str]
) -> Iterator[tuple[str, Place, list[Place]]]:
    """Staff groups of professions, wide groups of staff groups; crossed ones too."""
    parts: dict[str, list[Place]] = defaultdict(list)
    for code in codes:
        group, crossed, other = code.partition(" x ")
        if group in wide:
            parts[wide[group] + crossed + other].append((breakdown, code))
    for code, members in parts.items():
        yield breakdown, (breakdown.replace(first, WIDER[first], 1), code), members
