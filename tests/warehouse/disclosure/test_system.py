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
