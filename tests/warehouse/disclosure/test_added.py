"""A mean that is the sum of what other metrics count: the share of a level's boxes, and the boxes themselves.

60 people reached three barriers of a level: 7 ticked the first, 30 the second, 40 the third, 77 boxes in all.
"""

from __future__ import annotations

from dataclasses import replace

from tests.lib.counts import NAMES, WIDE, figure, figures
from warehouse.disclosure.counted import Counted, counted
from warehouse.disclosure.sums import ALL, Figure
from warehouse.disclosure.system import System

SHARE, BOXES = "research_barrier_level_share", "boxes of barriers ticked: individual"
TICKED = """
    metric item place people counting
    survey_block_reached barriers all 90 60
    research_barrier_ticked box1 all 60 7
    research_barrier_ticked box2 all 60 30
    research_barrier_ticked box3 all 60 40
"""


def share(boxes: float, place: tuple[str, str] = ALL, people: int = 60) -> Figure:
    """The mean share, whose sum is in % of the three boxes."""
    where = dict(zip(("breakdown", "category"), place, strict=True))
    return figure("", people, metric_id=SHARE, item_code="individual", numerator=boxes * 100 / 3, **where)


def of(*shares: Figure) -> Counted:
    return counted([*figures(TICKED), *shares], [], NAMES)


def besides(*shares: Figure, kept: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    """The items that are hidden besides the first box, with their categories."""
    there = [*figures(TICKED), *shares]
    stays = {one.key for one in there if one.item_code in kept}
    system = System(there, of(*shares), WIDE, set(), stays)
    return {(item, category) for _, item, _, category in system.how}


def test_a_share_is_reckoned_in_boxes_and_is_what_they_add_up_to() -> None:
    found = of(share(77), share(50, ("research_active", "no"), 40))
    assert found.values[BOXES] == {ALL: 77, ("research_active", "no"): 50}
    box = "barriers ticked: box{}"
    assert [*found.equal()] == [({BOXES: 1}, {box.format(n): 1 for n in (1, 2, 3)})]


def test_without_the_share_a_box_of_few_stands_alone() -> None:
    assert besides() == set()


def test_a_share_in_print_gives_away_the_only_box_that_is_not() -> None:
    assert len(besides(share(77))) == 1
    assert besides(share(77), kept=("individual", "box2")) == {("box3", "all")}
    assert besides(share(77), kept=("box2", "box3")) == {("individual", "all")}


def test_the_shares_of_all_who_said_whether_they_are_active_give_that_of_all_away() -> None:
    parts = share(50, ("research_active", "no"), 40), share(27, ("research_active", "yes"), 20)
    hidden = besides(share(77), *parts, kept=("box2", "box3"))
    assert ("individual", "all") in hidden
    assert hidden & {("individual", "yes"), ("individual", "no")}


def test_a_share_of_other_boxes_than_those_beside_it_is_not_in_print() -> None:
    """At a, 38 boxes were ticked of these three, and 37 as it says: some were offered others."""
    at_a = """
        metric item place people counting
        research_barrier_ticked box1 a 30 3
        research_barrier_ticked box2 a 30 20
        research_barrier_ticked box3 a 30 15
    """
    there = [*figures(TICKED), *figures(at_a), share(77), share(37, ("contract_type", "a"), 30)]
    found = counted(there, [], NAMES)
    assert found.values[BOXES] == {}
    system = System(there, found, WIDE, set(), set())
    assert {key[3] for key in system.how if key[0] == SHARE} == {"all", "a"}


def test_a_share_must_leave_room_for_those_who_ticked_none_of_the_level() -> None:
    """57 of 60 active ticked at all: that 3 did not may not be known, so 49 must do, and 49 tick 147 at most."""
    yes = ("research_active", "yes")
    (at_all,) = figures("metric item place people counting\nresearch_barrier_level_ticked individual a 60 57")
    at_all = replace(at_all, breakdown=yes[0], category=yes[1])
    for boxes, is_hidden in ((147, False), (148, True)):
        there = [*figures(TICKED.replace("60 7", "60 47")), share(117), share(boxes, yes), at_all]
        system = System(there, counted(there, [], NAMES), WIDE, set(), set())
        assert (share(boxes, yes).key in system.how) is is_hidden


def test_a_share_bounds_how_many_did_not_tick_two_boxes_that_nearly_all_ticked() -> None:
    """57 and 55 of 60 ticked: as the other box is in print, the share would tell that 3 and 5 are 8 in all."""
    nearly_all = figures("""
        metric item place people counting
        research_barrier_ticked box1 all 60 57
        research_barrier_ticked box2 all 60 55
        research_barrier_ticked box3 all 60 30
    """)
    there = [*nearly_all, share(142)]
    system = System(there, counted(there, [], NAMES), WIDE, set(), set())
    assert {item for _, item, _, _ in system.how} & {"box3", "individual"}


def test_rather_a_box_is_hidden_than_the_share() -> None:
    assert besides(share(77)) in ({("box2", "all")}, {("box3", "all")})


def test_a_share_must_leave_room_for_those_who_miss_two_supports_of_the_level() -> None:
    """4 of 60 active do: as that may not be known, 11 must do, and 11 tick 22 boxes at least."""
    yes = ("research_active", "yes")
    (two,) = figures("metric item place people counting\nresearch_barrier_supports_missing individual a 60 4")
    two = replace(two, breakdown=yes[0], category=yes[1])
    for boxes, is_hidden in ((22, False), (21, True)):
        there = [*figures(TICKED.replace("60 7", "60 47")), share(117), share(boxes, yes), two]
        system = System(there, counted(there, [], NAMES), WIDE, set(), set())
        assert (share(boxes, yes).key in system.how) is is_hidden
