"""What an attacker may not get between, for each reason why a figure is unsafe. The threshold is 11."""

import pytest

from warehouse.disclosure.block import Block, Demand, Need
from warehouse.disclosure.sums import Figure


def needs(reason: str, people: int, numerator_people: int = 0, **changed: object) -> list[Need]:
    return list(figure(reason, people, numerator_people, **changed).needs(7))


def figure(reason: str, people: int, numerator_people: int = 0, **changed: object) -> Figure:
    usual = {"is_share": False, "is_complement_counted": False, "is_coarsened": False} | dict.fromkeys(
        ("numerator", "denominator", "numerator_margin", "denominator_margin")
    )
    place = {"item_code": "none", "breakdown": "all", "category": "all", "threshold": 11, "reason": reason}
    counts = {"people_count": people, "numerator_people_count": numerator_people}
    return Figure(**{**place, **counts, **usual, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(("reason", "is_unsafe"), [("", False), ("no_value", False), ("base", True), ("class", True)])
def test_a_figure_without_value_is_not_in_print_but_may_be_known(reason: str, is_unsafe: bool) -> None:
    assert figure(reason, 30).is_unsafe is is_unsafe


def test_a_figure_with_one_sum_alone_has_no_sums_in_print() -> None:
    assert figure("", 30, numerator=4.0).values == (30,)
    assert figure("", 30, 12, numerator=4.0, denominator=8.0, is_share=True).values == (30, 12, 4, 8)


def test_a_small_count_may_be_half_of_what_it_is_or_as_many_as_may_be_shown() -> None:
    assert needs("base", 5) == [Need(0, 7, 2, 11)]
    assert needs("base", 10) == [Need(0, 7, 5, 11)]


def test_of_a_share_the_people_who_count_and_who_do_not_are_each_protected() -> None:
    assert needs("complement", 20, 16, is_complement_counted=True) == [Need(1, 7, 2, 11)]
    assert needs("numerator", 20, 3, is_share=True) == [Need(1, 7, 1, 11)]


@pytest.mark.parametrize(("people", "low", "high"), [(11, 0, 22), (12, 1, 23), (30, 19, 41)])
def test_how_many_gave_the_one_answer_of_all_is_not_known(people: int, low: int, high: int) -> None:
    assert needs("class", people) == [Need(0, 7, low, high)]


def test_sums_of_hours_that_one_or_two_people_add_are_protected_by_their_margin_alone() -> None:
    hours = {"numerator": 100.0, "denominator": 200.0, "numerator_margin": 6.0, "denominator_margin": 250.0}
    assert needs("dominance", 5, **hours) == [Need(1, 7, 94, 106), Need(2, 7, 0, 450)]
    assert needs("dominance", 30, **hours | {"denominator_margin": None}) == [Need(1, 7, 94, 106)]


def test_what_is_demanded_of_hours_is_not_rounded_and_of_people_is() -> None:
    def demands(*values: float) -> list[Demand]:
        none = frozenset[int]()
        return list(Block((values,), ((0, (1, 2)),), (Need(0, 1, 0.25, 11.5),), none, none, (1.0,) * 3).demands())

    assert demands(3.5, 1.5, 2) == [Demand(0, 1, -1.25), Demand(0, 1, 10)]
    assert demands(4, 2, 2) == [Demand(0, 1, -2), Demand(0, 1, 10)]
