"""What is hidden besides, worked out by hand; the threshold is 11.

A count that is too small must be able to be 11, for all that somebody knows.
"""

from __future__ import annotations

import pytest

from tests.lib.counts import besides, decided, place_of


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


@pytest.mark.parametrize("reached", [17, 26, 27])
def test_the_few_who_were_unsure_are_not_left_by_who_reached_the_block_and_who_scored(reached: int) -> None:
    """16 scored and 1 was unsure: unless 11 could have been, the median's count is withheld."""
    survey = f"""
        metric item place people counting
        survey_block_reached organisation all 60 {reached}
        rcc_item_unsure q1 all 17 1
        rcc_item_score q1 all 16 -
    """
    assert besides(decided(survey)) == ({"rcc_item_score q1 all"} if reached < 16 + 11 else set())


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
