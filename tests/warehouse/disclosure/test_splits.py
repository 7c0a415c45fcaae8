"""Who says to be research-active splits what others count, and so tells how many they can be; worked out by hand."""

from __future__ import annotations

from tests.lib.counts import NAMES, THRESHOLD, WIDE, figure
from warehouse.disclosure.counted import counted
from warehouse.disclosure.sums import Figure
from warehouse.disclosure.system import System

ACTIVE, SCORE = "survey_research_active", "survey_low_burnout_score"
CROSSED = "staff_group x research_active"


def says(group: str, people: int, active: int) -> Figure:
    """So many respondents of a staff group, or of all, of whom so many are active."""
    few = [count for count in (active, people - active) if count < THRESHOLD]
    breakdown = "all" if group == "all" else "staff_group"
    share = {"is_share": True, "is_complement_counted": True, "breakdown": breakdown, "category": group}
    return figure("numerator" if few else "", people, active, metric_id=ACTIVE, **share)


def scored(breakdown: str, category: str, people: int) -> Figure:
    """A mean of so many."""
    reason = "base" if people < THRESHOLD else ""
    return figure(reason, people, metric_id=SCORE, breakdown=breakdown, category=category)


def decided(figures: list[Figure]) -> System:
    return System(figures, counted(figures, [], NAMES), WIDE, frozenset(), frozenset())


def test_a_category_is_in_print_only_where_it_is_said_how_many_are_of_it() -> None:
    """Of b 5 are active, which is hidden with another figure: there no score is told by who is active."""
    groups = {"a": (40, 20), "b": (30, 5), "c": (40, 20), "all": (110, 45)}
    of_groups = [says(group, *counts) for group, counts in groups.items()]
    scores = [scored(CROSSED, f"{group} x {answer}", 15) for group in "abc" for answer in ("yes", "no")]
    found = decided([*of_groups, *scores])
    out = {one.category for one in of_groups if one.key in found.how or one.key in found.hidden}
    assert "b" in out and len(out) == 2
    withheld = {one.category for one in scores if one.key in found.how}
    assert withheld == {f"{group} x {answer}" for group in out - {"all"} for answer in ("yes", "no")}


def test_no_more_can_have_a_score_than_said_that_they_are_active() -> None:
    """Of 17 active people with a score 7 are of a. Of 24 active people 12 are of a, so at most 12 of the 17 are not:
    at least 5 are of a, where half of 7 must be possible. So the 17 may not be known."""
    said = [says("all", 140, 24), says("a", 59, 12), says("b", 40, 6), says("c", 41, 6)]
    counts = {"a": (7, 32), "b": (5, 25), "c": (5, 25)}
    crossed = [
        scored(CROSSED, f"{group} x {answer}", count)
        for group, both in counts.items()
        for answer, count in zip(("yes", "no"), both, strict=True)
    ]
    totals = [scored("research_active", "yes", 17), scored("research_active", "no", 82)]
    found = decided([*said, *totals, *crossed])
    assert {one.category for one in totals if one.key in found.how} == {"yes"}
    enough = [says("all", 160, 44), says("a", 59, 12), says("b", 50, 16), says("c", 51, 16)]
    assert totals[0].key not in decided([*enough, *totals, *crossed]).how
