"""What is put to the solver of a few figures: the sums between their counts, and what is asked, shown and hidden.

A count has two columns where a median of it is in print: 11, which is known while the median's value is, and the rest.
A figure stands there twice: with all that it prints, and with what a median's value alone tells.
"""

from __future__ import annotations

import pytest

from tests.lib.counts import NAMES, WIDE, besides, decided, figure, place_of
from warehouse.disclosure import draft
from warehouse.disclosure.counted import counted
from warehouse.disclosure.sums import ALL
from warehouse.disclosure.suppression.block import Block, Need
from warehouse.disclosure.system import System

SURVEY = """
    metric item place people counting
    survey_block_reached organisation all 144 84
    survey_block_reached organisation a 27 7
    survey_block_reached organisation b 80 60
    survey_block_reached organisation c 37 17
    rcc_item_unsure q1 all 78 1
    rcc_item_unsure q1 a 4 0
    rcc_item_unsure q1 b 57 0
    rcc_item_unsure q1 c 17 1
    rcc_item_score q1 all 77 -
    rcc_item_score q1 a 4 -
    rcc_item_score q1 b 57 -
    rcc_item_score q1 c 16 -
"""
SHARE = """
    metric place people counting
    m all 40 15
    m a 30 12
    m b 8 5
"""
APPRAISALS = """
    metric place people counting
    appraisals_completed_ytd all {0} 40
    appraisals_missed_approved_ytd all {0} 12
    appraisals_missed_unapproved_ytd all {0} 8
"""
ARCPS = """
    metric item place people counting
    support_next_arcp_outcome recovered all {0} 30
    support_next_arcp_outcome other all {0} 22
    support_next_arcp_outcome unknown all {0} 8
"""
MEDIAN = "job_plan_research_pas_median"


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> list[Block]:
    """What was put to the solver."""
    found: list[Block] = []
    solve = draft.suppress
    monkeypatch.setattr(draft, "suppress", lambda block: found.append(block) or solve(block))
    return found


def sums(block: Block) -> list[list[float]]:
    """The sums, by the values of their counts; below 0 for those that are taken away."""
    return sorted(sorted((sign * block.values[count] for count, sign in row), reverse=True) for row in block.sums)


def test_what_is_counted_out_of_a_common_count_is_less_even_where_that_is_not_known(blocks: list[Block]) -> None:
    """84 reached it at all places, 60 at b: 6 and 3 of them did not answer.

    How many did at a and c is not known, but for the sum of both, and that they are 20 less than the respondents. The
    medians of 77, 57 and 16 scores are in print: 11 and 66, 46, 5; so of the 17 who reached it at c 11 are known.
    """
    decided(SURVEY)
    (of_q1,) = [block for block in blocks if 78 in block.values]
    rows = [
        *([78, -4, -17, -57], [1, 0, 0, -1], [66, 11, -4, -5, -11, -46, -11]),
        *([78, -1, -66, -11], [4, 0, -4], [57, 0, -46, -11], [17, -1, -5, -11]),
        *([-6, -78], [-3, -57], [7, -3, -4], [6, 0, -17]),
        *([-6, -7], [-20, -7], [-20, -6]),
    ]
    assert sums(of_q1) == sorted(sorted(row, reverse=True) for row in rows)


def test_common_counts_are_put_to_it_first_and_alone(blocks: list[Block]) -> None:
    """Of those who reached the block, 7 at a are few; medians of it are in print but for a."""
    decided(SURVEY)
    respondents, reached, *others = blocks
    assert sums(respondents) == [[133, 11, -11, -11, -26, -27, -69]]
    assert (respondents.needs, reached.needs) == ((), (Need(2, 3, 11),))
    rows = [[73, 11, -6, -7, -11, -11, -49], [-60, -73, -11], [-20, -7], [-20, -49, -11], [-20, -6, -11]]
    assert sums(reached) == sorted(sorted(row, reverse=True) for row in rows)
    assert len(others) == 2


def test_people_without_a_group_are_looked_at_in_each_count(blocks: list[Block]) -> None:
    """Of 40 there are 2; none of them counts (15 are less than 12 + 5), and of 25 who do not count there are 4."""
    decided(SHARE)
    (made,) = blocks
    rests = [[40, -2, -8, -30], [15, 0, -5, -12], [25, -3, -4, -18]]
    assert sums(made) == sorted([*rests, [40, -15, -25], [30, -12, -18], [8, -3, -5], [2, 0, -4]])
    asked = {(made.values[need.of], need.low, need.high) for need in made.needs}
    assert asked == {(8, 4, 11), (5, 2, 11), (3, 1, 11), (2, 1, 11), (4, 2, 11)}
    assert [{made.values[count] for count in figure} for figure in made.prints[::2]] == [
        {40, 15, 25},
        {30, 12, 18},
        {8, 5, 3},
    ]


def test_hours_without_a_group_are_nobody(blocks: list[Block]) -> None:
    of_all, of_a = {"numerator": 9.0, "denominator": 90.0}, {"numerator": 5.0, "denominator": 80.0}
    hours = [figure("", 40, **of_all), figure("", 40, breakdown="contract_type", category="a", **of_a)]
    System(hours, counted(hours, [], NAMES), WIDE, set(), set())
    assert blocks[0].needs == ()
    assert sums(blocks[0]) == [[9, -5], [40, -40], [90, -80]]


def test_what_is_out_of_print_anyway_is_hidden_and_what_must_stay_is_shown(blocks: list[Block]) -> None:
    """A median may be in print without its count; the total is what most look for. What is unsafe does not stay."""
    text = f"metric place people\n{MEDIAN} all 60\n{MEDIAN} a 30\n{MEDIAN} b 8\njob_plan_spa_share all 60"
    keys = [(MEDIAN, "none", *place) for place in (ALL, place_of("a"), place_of("b"))]
    found = decided(text, hidden={keys[1]}, kept=set(keys))
    (made,) = blocks
    assert (made.hidden, made.shown) == ({2, 4}, {0, 1})
    assert (made.weights[::2], set(made.weights[1::2])) == ((0.2, 0.2, 0.2, 3.0), {1.0})
    assert made.values == (49, 11, 30, 8)
    assert made.prints == ((0, 1), (1,), (2,), (), (3,), (), (0, 1), ())
    assert found.how == {}


@pytest.mark.parametrize(("due", "row"), [(60, [60, -8, -22, -30]), (64, [64, -4, -8, -22, -30])])
def test_parts_that_are_all_of_their_whole_add_up_to_it(blocks: list[Block], due: int, row: list[int]) -> None:
    """8 of 60 are 60 less 30 and 22; where another 4 have no outcome, the 8 could be 12."""
    hidden = besides(decided(ARCPS.format(due)))
    assert row in sums(blocks[0])
    assert len(hidden) == (due == 60) and not any("unknown" in name for name in hidden)


def test_parts_that_need_not_be_all_of_their_whole_leave_somebody_over_even_where_they_are(blocks: list[Block]) -> None:
    decided(APPRAISALS.format(60))
    assert [60, 0, -8, -12, -40] in sums(blocks[0])


def test_a_part_that_is_more_than_its_whole_is_no_part_of_it(blocks: list[Block]) -> None:
    """Two sources disagree: 60 signed plans of 53 in scope, and 61 of those in PAs."""
    decided("""
        metric place people counting
        job_plan_signed_off all 53 60
        job_plan_any_research_time all 60 30
        job_plan_research_pas_median all 61 -
    """)
    assert sums(blocks[0]) == [[53, 0, -60], [60, -30, -30], [60, -30, -30]]


def test_what_must_be_able_to_move_is_asked_once(blocks: list[Block]) -> None:
    """Two metrics are too few for the same reason: their base."""
    decided("metric place people\njob_plan_spa_share all 6\njob_plan_research_pas_median all 6")
    assert blocks[0].needs == (Need(0, 3, 11),)
    assert blocks[0].hidden == {0, 2}
