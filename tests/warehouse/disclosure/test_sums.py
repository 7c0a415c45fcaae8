"""Which sums link figures, and what an attacker may not get between for each reason why one is unsafe; threshold 11."""

import pytest

from tests.lib.counts import figure
from warehouse.disclosure.sums import ALL, BASE, COMPLEMENT, NUMERATOR, SUM, SUM_OF_BASE, sums_of


def needs(reason: str, people: int, numerator_people: int = 0, **changed: object) -> list[tuple[str, float, float]]:
    return list(figure(reason, people, numerator_people, **changed).needs())


@pytest.mark.parametrize(("reason", "is_unsafe"), [("", False), ("no_value", False), ("base", True), ("class", True)])
def test_a_figure_without_value_is_not_in_print_but_may_be_known(reason: str, is_unsafe: bool) -> None:
    assert figure(reason, 30).is_unsafe is is_unsafe


def test_a_figure_with_one_sum_alone_has_that_sum_in_print() -> None:
    assert figure("", 30, numerator=4.0).values == {BASE: 30, SUM: 4}
    both = figure("", 30, 12, numerator=4.0, denominator=8.0, is_share=True)
    assert both.values == {BASE: 30, NUMERATOR: 12, SUM: 4, SUM_OF_BASE: 8}


def test_a_small_count_may_be_half_of_what_it_is_or_as_many_as_may_be_shown() -> None:
    assert needs("base", 5) == [(BASE, 2, 11)]
    assert needs("base", 10) == [(BASE, 5, 11)]


def test_of_a_share_the_people_who_count_and_who_do_not_are_each_protected() -> None:
    """Of each so many as are too few: those who count, those who do not, and all of them."""
    counted = {"is_share": True, "is_complement_counted": True}
    assert needs("complement", 20, 16, **counted) == [(COMPLEMENT, 2, 11)]
    assert needs("numerator", 20, 3, is_share=True) == [(NUMERATOR, 1, 11)]
    assert needs("base", 10, 3, **counted) == [(BASE, 5, 11), (NUMERATOR, 1, 11), (COMPLEMENT, 3, 11)]


@pytest.mark.parametrize(("people", "low", "high"), [(11, 0, 22), (12, 1, 23), (30, 19, 41)])
def test_how_many_gave_the_one_answer_of_all_is_not_known(people: int, low: int, high: int) -> None:
    assert needs("class", people) == [(BASE, low, high)]


def test_that_nobody_counts_is_not_known_either() -> None:
    """Of 30 nobody: 0 may be as many as 11, and the 30 who do not count may be known."""
    assert needs("class", 30, 0, is_share=True, is_complement_counted=True) == [(NUMERATOR, 0, 11)]


def test_sums_of_hours_that_one_or_two_people_add_are_protected_by_their_margin_alone() -> None:
    hours = {"numerator": 100.0, "denominator": 200.0, "numerator_margin": 6.0, "denominator_margin": 250.0}
    assert needs("dominance", 5, **hours) == [(SUM, 94, 106), (SUM_OF_BASE, 0, 450)]
    assert needs("dominance", 30, **hours | {"denominator_margin": None}) == [(SUM, 94, 106)]
    assert needs("base", 5, **hours | {"denominator_margin": None}) == [(BASE, 2, 11), (SUM, 94, 106)]


def test_of_hours_of_which_all_or_none_count_it_is_the_hours_that_are_not_known() -> None:
    all_count = {"numerator": 60.0, "denominator": 60.0, "numerator_margin": 8.0, "is_share": True}
    assert needs("class", 12, 12, **all_count) == [(SUM, 52, 60)]
    none = {"numerator": 0.0, "denominator": 60.0, "numerator_margin": 1.0, "is_share": True}
    assert needs("class", 12, 0, **none) == [(NUMERATOR, 0, 11), (SUM, 0, 1)]


def test_of_a_share_more_people_may_count_than_are_in_its_base() -> None:
    over = figure("", 10, 12, is_share=True, is_complement_counted=True)
    assert over.counts == {BASE: 10, NUMERATOR: 12, COMPLEMENT: 0}


A, B, WIDE_A = ("staff_group", "a"), ("staff_group", "b"), ("staff_group_wide", "w")
C, D = ("contract_type", "c"), ("contract_type", "d")
CROSSED = [("staff_group x contract_type", f"{one} x {other}") for one in "ab" for other in "cd"]


def test_categories_add_up_to_all_and_to_their_wide_group_and_crossed_ones_to_each_of_theirs() -> None:
    assert sums_of({ALL, A, B, WIDE_A, C, D, *CROSSED}, {A: WIDE_A, B: WIDE_A}) == [
        (ALL, (C, D)),
        (ALL, (A, B)),
        (ALL, (WIDE_A,)),
        (C, (CROSSED[0], CROSSED[2])),
        (D, (CROSSED[1], CROSSED[3])),
        (A, (CROSSED[0], CROSSED[1])),
        (B, (CROSSED[2], CROSSED[3])),
        (WIDE_A, (A, B)),
    ]


def test_a_sum_needs_its_total_and_all_of_its_parts() -> None:
    assert sums_of({A, B}, {A: WIDE_A, B: WIDE_A}) == []
    assert sums_of({ALL, A, WIDE_A, C}, {A: WIDE_A, B: WIDE_A}, {B, D}) == [(ALL, (WIDE_A,))]
    wide_v = ("staff_group_wide", "v")
    assert sums_of({ALL, A, B, wide_v}, {("staff_group", "c"): wide_v}) == [(ALL, (A, B)), (ALL, (wide_v,))]


def test_professions_add_up_to_their_group_and_to_all_that_it_is_part_of() -> None:
    p, q = ("profession", "p"), ("profession", "q")
    wider = {p: A, q: A, A: WIDE_A, B: WIDE_A}
    found = sums_of({ALL, A, B, WIDE_A, p, q}, wider)
    assert found == [(ALL, (p, q)), (ALL, (A, B)), (ALL, (WIDE_A,)), (A, (p, q)), (WIDE_A, (p, q)), (WIDE_A, (A, B))]
    assert (WIDE_A, (p, q)) in sums_of({ALL, WIDE_A, p, q}, wider)  # where staff groups are not in print
