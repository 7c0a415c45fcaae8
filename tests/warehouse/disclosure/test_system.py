"""What is hidden besides, worked out by hand; the threshold is 11.

A count that is too small must be able to be 11, for all that somebody knows.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lib.counts import NAMES, WIDE, besides, decided, figures, place_of
from warehouse.disclosure.counted import counted
from warehouse.disclosure.sums import ALL
from warehouse.disclosure.system import System


def test_what_one_metric_withholds_is_not_left_in_the_counts_of_others() -> None:
    """53 in scope less 48 signed are the 5 unsigned; and as 48 plans are in PAs, no more than 5 can be.

    So it is the 53 that may not be known, and with them the metric that has them for its base.
    """
    plans = """
        metric place people counting
        job_plan_signed_off all 53 48
        job_plan_research_time_of_scope all 53 22
        job_plan_any_research_time all 48 22
        job_plan_research_pas_median all 48 -
    """
    assert besides(decided(plans)) == {"job_plan_research_time_of_scope all"}
    enough = plans.replace("53 48", "59 48").replace("53 22", "59 22")  # 11 may be known
    assert besides(decided(enough)) == set()


RESPONDENTS = """
    metric item place people counting
    survey_block_reached organisation all 83 48
    survey_block_reached organisation a 40 20
    survey_block_reached organisation b 35 24
    survey_block_reached organisation c 8 4
    survey_research_mentor none all 83 {}
    survey_research_mentor none a 40 20
    survey_research_mentor none b 35 {}
    survey_research_mentor none c 8 3
    survey_research_active none all 60 30
    survey_research_active none a 30 14
    survey_research_active none b 30 16
"""
AT_B = {
    f"{name} b" for name in ("survey_block_reached organisation", "survey_research_mentor", "survey_research_active")
}


def test_where_respondents_are_few_their_place_and_another_are_out_of_print_for_every_metric() -> None:
    """c has 8; b must hide it, where one figure less is in print than at a. Who is active is not asked at c."""
    found = decided(RESPONDENTS.format(32, 9))
    assert besides(found) == AT_B - {"survey_research_mentor b"}
    assert found.closed["respondents"] == {place_of("b"), place_of("c")}
    assert set(found.how.values()) == {"flows"}


def test_a_place_that_must_stay_in_print_stays_for_all_that_is_counted_there() -> None:
    kept = frozenset({("survey_research_active", "none", *place_of("b"))})
    assert besides(decided(RESPONDENTS.format(32, 9), kept=kept)) == {name.replace(" b", " a") for name in AT_B}


def test_a_few_respondents_less_than_the_threshold_are_few_and_as_many_are_not() -> None:
    at_c, enough = RESPONDENTS.format(43, 20), RESPONDENTS.format(43, 20).replace(" c 8 ", " c 11 ").replace("83", "86")
    assert len(besides(decided(at_c))) == 3
    assert decided(enough).closed["respondents"] == set()


BLOCK = """
    metric item place people counting
    survey_block_reached organisation all 144 84
    survey_block_reached organisation a 27 7
    survey_block_reached organisation b 80 60
    survey_block_reached organisation c 37 17
    survey_block_reached team all 144 100
    survey_block_reached team a 27 16
    survey_block_reached team b 80 60
    survey_block_reached team c 37 24
    rcc_item_unsure q1 all 78 1
    rcc_item_unsure q1 a 4 0
    rcc_item_unsure q1 b 57 0
    rcc_item_unsure q1 c 17 1
    rcc_item_score q1 all 77 -
    rcc_item_score q1 a 4 -
    rcc_item_score q1 b 57 -
    rcc_item_score q1 c 16 -
    rcc_item_score q3 all 100 -
    rcc_item_score q3 a 16 -
    rcc_item_score q3 b 60 -
    rcc_item_score q3 c 24 -
"""


def test_where_few_reached_a_block_its_questions_alone_are_out_of_print_there_and_at_another_place() -> None:
    """Of 84 who reached it 60 are at b, 24 at a and c. Were the 16 scores of c in print, 8 at most had reached it at a.

    The total of the question is withheld for its 4 scores at a.
    """
    found = decided(BLOCK)
    assert found.closed == {
        "respondents": set(),
        "reached organisation": {place_of("a"), place_of("c")},
        "reached team": set(),
    }
    at_c = {"survey_block_reached organisation c", "rcc_item_score q1 c"}
    assert at_c <= besides(found) <= at_c | {"rcc_item_score q1 all", "rcc_item_score q1 b"}


GROUPS = "metric place people\nm all {}\nm a 30\nm b {}"


@pytest.mark.parametrize(
    ("total", "is_known"), [(35, True), (36, True), (37, True), (40, True), (41, False), (46, False), (47, True)]
)
def test_a_few_people_without_a_group_are_never_in_print_and_may_hide_others(total: int, is_known: bool) -> None:
    """30 and 6 have a group. With 5 of none the 6 could be 11; with 11, who may be known, they cannot be another."""
    assert besides(decided(GROUPS.format(total, 6))) == ({"m a"} if is_known else set())


@pytest.mark.parametrize(("without", "is_known"), [(0, False), (1, True), (10, True), (11, False)])
def test_a_few_people_without_a_group_may_not_be_worked_out(without: int, is_known: bool) -> None:
    """Both groups are of enough people, and so are those without one if they are nobody or 11."""
    assert len(besides(decided(GROUPS.format(50 + without, 20)))) == is_known


def test_a_count_that_several_metrics_print_is_withheld_from_all_of_them() -> None:
    """c has 7: a is in the print of one median alone, b in that of two metrics."""
    text = """
        metric place people
        job_plan_research_pas_median all 77
        job_plan_research_pas_median a 40
        job_plan_research_pas_median b 30
        job_plan_research_pas_median c 7
        job_plan_spa_share {0} {1}
        job_plan_spa_share all 77
    """
    assert besides(decided(text.format("b", 30))) == {"job_plan_research_pas_median a"}
    assert besides(decided(text.format("a", 40))) == {"job_plan_research_pas_median b"}


@pytest.mark.parametrize("absent", ["metric place people\nm c 0", ""])
def test_a_total_of_which_a_part_has_not_come_gives_nothing_away(absent: str) -> None:
    """Of 60 people 30 are at a and 8 at b; how many are at c is known to nobody, unless nobody is."""
    assert besides(decided(GROUPS.format(60, 8), absent)) == (set() if absent else {"m a"})


APPRAISALS = """
    metric place people counting
    appraisals_completed_ytd all {0} 40
    appraisals_missed_approved_ytd all {0} 12
    appraisals_missed_unapproved_ytd all {0} 8
"""


@pytest.mark.parametrize("due", [60, 62, 63])
def test_parts_of_which_nobody_is_in_two_leave_no_more_of_their_whole_than_the_others(due: int) -> None:
    """8 missed theirs without approval: of 63 due less 40 and 12 they could be 11."""
    hidden = besides(decided(APPRAISALS.format(due)))
    assert len(hidden) == (due < 63)
    assert hidden <= {"appraisals_completed_ytd all", "appraisals_missed_approved_ytd all"}


def test_of_parts_that_may_have_the_same_people_each_is_at_most_the_whole() -> None:
    """Of 60 signed plans 52 are in PAs; the 8 in hours may be among those."""
    assert (
        besides(
            decided("""
        metric place people counting
        job_plan_any_research_time all 60 30
        job_plan_research_pas_median all 52 -
        job_plan_research_hours_share all 8 -
    """)
        )
        == set()
    )


@pytest.mark.parametrize(
    ("reached", "is_value_shown", "is_count_shown"), [(17, 0, 0), (21, 0, 0), (22, 1, 0), (26, 1, 0), (27, 1, 1)]
)
def test_the_value_of_a_median_in_print_says_that_11_scored_and_stays_where_that_does_not_tell_more(
    reached: int, is_value_shown: int, is_count_shown: int
) -> None:
    """1 was unsure, and 11 could have been: of 22 who reached the block at least 11 scored, of 27 the 16 did."""
    found = decided(f"""
        metric item place people counting
        survey_block_reached organisation all 60 {reached}
        rcc_item_unsure q1 all 17 1
        rcc_item_score q1 all 16 -
    """)
    median = ("rcc_item_score", "q1", *ALL)
    assert (median in found.how, median in found.countless) == (not is_count_shown, is_value_shown > is_count_shown)


def test_at_a_closed_place_the_value_of_a_median_stays_where_11_may_be_known() -> None:
    """24 reached the block at a and c: as 11 scored at c, at most 13 have at a. Of 20 it is 9: b is closed."""
    at_c = ("rcc_item_score", "q1", *place_of("c"))
    assert at_c in decided(BLOCK).countless
    fewer = BLOCK.replace("144 84", "144 80").replace("c 37 17", "c 37 13").replace("q1 all 78 1", "q1 all 73 0")
    fewer = fewer.replace("q1 c 17 1", "q1 c 12 0").replace("q1 all 77", "q1 all 73").replace("q1 c 16", "q1 c 12")
    found = decided(fewer)
    assert found.closed["reached organisation"] == {place_of("a"), place_of("b")}
    assert at_c not in found.how
    stays = frozenset(("survey_block_reached", "organisation", *place) for place in (ALL, place_of("b")))
    found = decided(fewer, kept=stays)
    assert found.closed["reached organisation"] == {place_of("a"), place_of("c")}
    assert at_c in found.how and at_c not in found.countless


@pytest.mark.parametrize(("at_c", "is_closed"), [(1, True), (10, True), (11, False)])
def test_respondents_are_few_from_1_to_one_less_than_the_threshold(at_c: int, is_closed: bool) -> None:
    found = decided(f"""
        metric item place people counting
        survey_block_reached organisation all {90 + at_c} 60
        survey_block_reached organisation a 40 26
        survey_block_reached organisation b 50 34
        survey_block_reached organisation c {at_c} 0
    """)
    assert (place_of("c") in found.closed["respondents"]) == is_closed


def test_a_place_where_nothing_is_in_print_anyway_is_closed_before_one_where_a_figure_is() -> None:
    """c has 8 respondents; at b too few reached the block for its one figure to be in print."""
    found = decided("""
        metric item place people counting
        survey_block_reached organisation all 88 31
        survey_block_reached organisation a 40 20
        survey_block_reached organisation b 40 9
        survey_block_reached organisation c 8 2
    """)
    assert found.closed["respondents"] == {place_of("b"), place_of("c")}
    assert besides(found) == set()


def test_two_groups_are_withheld_rather_than_the_total() -> None:
    """3 at b and 3 at staff group y: the total alone would hide both, and so do a and staff group x."""
    text = "metric place people\nm all 80\nm a 77\nm b 3\nm staff_group:x 77\nm staff_group:y 3"
    assert {key[2:] for key in decided(text).how} == {place_of("a"), place_of("staff_group:x")}


def test_the_threshold_is_the_largest_of_those_who_are_counted_together() -> None:
    """12 are without a group: enough for one metric and few for another."""
    of_m, of_n = (figures(f"metric place people\n{name} all 62\n{name} a 50") for name in ("m", "n"))
    of_n = [replace(figure, threshold=15) for figure in of_n]
    assert len(System([*of_m, *of_n], counted([*of_m, *of_n], [], NAMES), WIDE, set(), set()).how) == 2
    assert System(of_m, counted(of_m, [], NAMES), WIDE, set(), set()).how == {}


def test_that_nobody_responded_is_not_worked_out_where_it_may_not_be_known() -> None:
    """Of 20 invited at c nobody responded, so that each one's answer would be known: 50 less 30 and 20 respondents."""
    rates = figures("""
        metric place people counting
        survey_response_rate all 120 50
        survey_response_rate a 60 30
        survey_response_rate b 40 20
        survey_response_rate c 20 0
    """)
    there = [*rates[:3], replace(rates[3], reason="class")]
    found = System(there, counted(there, [], NAMES), WIDE, set(), set())
    assert place_of("c") in found.closed["respondents"]
    assert len(found.how) == 1


def test_where_nobody_responded_no_more_is_withheld_than_where_few_did() -> None:
    """Nobody at c responded, so that all figures there are of too few people: one other place is closed."""
    found = decided("""
        metric place people counting
        survey_research_mentor all 83 40
        survey_research_mentor a 40 20
        survey_research_mentor b 43 20
        survey_research_mentor c 0 0
        survey_response_rate all 150 83
        survey_response_rate a 70 40
        survey_response_rate b 70 43
        survey_response_rate c 10 0
    """)
    assert len(found.how) == 2 and set(found.how.values()) == {"flows"}


def test_a_profession_is_hidden_by_another_of_its_group_and_by_none_of_another_group() -> None:
    """p has 6 of the 60 of its group: q hides it, and costs less than the group; r has another group to itself."""
    found = decided("""
        metric place people counting
        m all 100 -
        m staff_group:a 60 -
        m staff_group:b 40 -
        m profession:p 6 -
        m profession:q 54 -
        m profession:r 40 -
    """)
    assert besides(found) == {"m q"}
