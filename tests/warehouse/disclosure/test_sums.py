"""Which sums link figures, and what an attacker may not get between for each reason why one is unsafe; threshold 11."""

import pytest

from warehouse.disclosure.sums import ALL, Figure, block_of, sums_of
from warehouse.disclosure.suppression.block import Block, Need


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


def test_of_a_share_more_people_may_count_than_are_in_its_base() -> None:
    assert figure("", 10, 12, is_complement_counted=True).counts == (12, 0)


A, B, WIDE_A = ("staff_group", "a"), ("staff_group", "b"), ("staff_group_wide", "w")
C, D = ("contract_type", "c"), ("contract_type", "d")
CROSSED = [("staff_group x contract_type", f"{one} x {other}") for one in "ab" for other in "cd"]


def test_categories_add_up_to_all_and_to_their_wide_group_and_crossed_ones_to_each_of_theirs() -> None:
    places = [ALL, A, B, WIDE_A, C, D, *CROSSED]
    assert sorted(sums_of(places, {"a": "w", "b": "w"})) == [
        (0, (1, 2)),
        (0, (3,)),
        (0, (4, 5)),
        (1, (6, 7)),
        (2, (8, 9)),
        (3, (1, 2)),
        (4, (6, 8)),
        (5, (7, 9)),
    ]


def test_a_sum_needs_its_total_and_all_of_its_parts() -> None:
    assert sums_of([A, B], {"a": "w", "b": "w"}) == []
    assert sums_of([ALL, A, WIDE_A, C], {"a": "w", "b": "w"}, absent={B, D}) == [(0, (2,))]
    assert sums_of([ALL, A, B, ("staff_group_wide", "v")], {"c": "v"}) == [(0, (1, 2)), (0, (3,))]


def group(reason: str, people: int, numerator_people: int = 0, **changed: object) -> Figure:
    name = changed.pop("name", "c")
    return figure(reason, people, numerator_people, breakdown="contract_type", category=name, **changed)


@pytest.mark.parametrize(
    ("total", "rest"), [(36, None), (35, None), (37, (1, 0)), (40, (4, 2)), (46, (10, 5)), (47, None)]
)
def test_a_few_people_without_a_group_are_a_cell_that_is_never_in_print(total: int, rest: tuple | None) -> None:
    """Of so many people 30 and 6 have a group; many more, or none, may be known."""
    figures = [figure("", total), group("", 30), group("base", 6, name="d")]
    values, parts, needs, hidden = (total, 30, 6), (1, 2), [Need(0, 2, 3, 11)], {2}
    if rest:
        values, parts, hidden = (*values, rest[0]), (1, 2, 3), {2, 3}
        needs.append(Need(0, 3, rest[1], 11))
    weights = (3.0, 1.0, 1.0, 1.0)[: len(values)]
    expected = Block((values,), ((0, parts),), tuple(needs), frozenset(hidden), frozenset(), weights)
    assert block_of(figures, [(0, (1, 2))], set(), set()) == expected


def test_the_rest_of_a_share_is_looked_at_in_each_count_but_not_in_hours() -> None:
    """Who counts: 15 less 12 and 5, which is none; who does not: 25 less 18 and 3."""
    share = {"is_share": True, "is_complement_counted": True}
    figures = [figure("", 40, 15, **share), group("", 30, 12, **share), group("", 8, 5, name="d", **share)]
    made = block_of(figures, [(0, (1, 2))], set(), set())
    assert (made.values, made.needs) == (((15, 12, 5, 0), (25, 18, 3, 4)), (Need(1, 3, 2, 11),))
    hours = [figure("", 40, numerator=9.0, denominator=90.0), group("", 40, numerator=5.0, denominator=80.0)]
    assert block_of(hours, [(0, (1,))], set(), set()).values == ((40, 40), (9, 5), (90, 80))


def test_what_is_out_of_print_anyway_is_hidden_and_not_shown() -> None:
    figures = [figure("", 60), group("", 30), group("no_value", 18, name="d"), group("", 12, name="e")]
    places = {ALL, C, D, ("contract_type", "e")}
    made = block_of(figures, [(0, (1, 2, 3))], {C}, places - {("contract_type", "e")})
    assert (made.needs, made.hidden, made.shown) == ((), {1, 2}, {0})
