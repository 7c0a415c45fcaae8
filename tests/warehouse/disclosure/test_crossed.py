"""Programmes crossed with whom they are for: a programme's groups add up to it, a group's programmes do not."""

from __future__ import annotations

from tests.lib.counts import NAMES, THRESHOLD, figure
from warehouse.disclosure.counted import counted
from warehouse.disclosure.sums import ALL, Figure, Place, larger_places, sums_of
from warehouse.disclosure.system import System

CROSSED = "programme x doctor_group"
COACHING, MENTORING = ("programme", "coaching"), ("programme", "mentoring")
TRAINEE, GP = ("doctor_group", "trainee"), ("doctor_group", "gp")
FOR_TRAINEES, FOR_GPS = ((CROSSED, f"coaching x {group}") for group in ("trainee", "gp"))
MENTORED = (CROSSED, "mentoring x trainee")


def closed(place: Place, cases: int) -> Figure:
    """The median sessions of so many cases; few may not be known."""
    about = {"metric_id": "m", "breakdown": place[0], "category": place[1]}
    return figure("base" if cases < THRESHOLD else "", cases, **about)


def hidden(cases: dict[Place, int]) -> set[Place]:
    """The places that are out of print, those that are small by themselves included."""
    figures = [closed(place, count) for place, count in cases.items()]
    found = System(figures, counted(figures, [], NAMES), {}, frozenset(), frozenset())
    return {one.place for one in figures if one.key in found.hidden or one.key in found.how}


def test_crossed_programmes_add_up_over_groups_alone() -> None:
    places = {ALL, COACHING, TRAINEE, GP, FOR_TRAINEES, FOR_GPS, MENTORED}
    assert (COACHING, (FOR_GPS, FOR_TRAINEES)) in sums_of(places, {})
    assert {total for total, _ in sums_of(places, {})} == {ALL, COACHING}
    assert list(larger_places(MENTORED)) == [TRAINEE]
    assert list(larger_places(("staff_group x research_active", "a x yes"))) == []
    assert list(larger_places(COACHING)) == []


def test_a_small_group_of_a_programme_is_hidden_with_another_rather_than_with_the_programme() -> None:
    """Of 60 with coaching 6 are GPs: with the 60 and the 54 in print they would be known. The programme stays."""
    cases = {ALL: 100, COACHING: 60, TRAINEE: 80, GP: 20, FOR_TRAINEES: 54, FOR_GPS: 6}
    assert hidden(cases) == {FOR_TRAINEES, FOR_GPS}


def test_groups_that_are_hidden_together_may_stay_the_only_ones() -> None:
    sas, consultant = ((CROSSED, f"coaching x {group}") for group in ("sas", "consultant"))
    cases = {COACHING: 84, FOR_TRAINEES: 60, FOR_GPS: 8, sas: 9, consultant: 7}
    assert hidden(cases) == {FOR_GPS, sas, consultant}


def test_how_many_are_in_a_group_bounds_how_many_are_left_of_a_programme() -> None:
    """Of 35 with coaching 29 are trainees and 6 are GPs, which are both hidden. With 31 trainees in print, at least 4
    would be GPs, where half of 6 must be possible: so the 31 may not be in print, nor could they with 32 but 3 GPs."""
    cases = {ALL: 90, COACHING: 35, FOR_TRAINEES: 29, FOR_GPS: 6, GP: 59}
    assert TRAINEE in hidden({**cases, TRAINEE: 31})
    assert hidden({**cases, TRAINEE: 50, GP: 40}) == {FOR_TRAINEES, FOR_GPS}


def test_programmes_of_a_group_hide_no_other() -> None:
    """One programme of trainees is small: those of the group are no sum, so nothing else of the group is hidden."""
    few = (CROSSED, "coaching x trainee")
    cases = {ALL: 100, TRAINEE: 80, few: 5, MENTORED: 60, MENTORING: 60}
    assert hidden(cases) == {few}
