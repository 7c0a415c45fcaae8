"""What may not differ by few between two statements of a family. The threshold is 11."""

from __future__ import annotations

from collections import Counter

import pytest

from warehouse.disclosure.differences import (
    Statement,
    figures_that_differ_by_few,
    people_between,
    people_changed,
    unchanged_figures,
)

THRESHOLD = 11
ALL, A, B, C = (("m", "none", "x", name) for name in ("all", "a", "b", "c"))
OF_OTHER = ("other", "none", "x", "a")
SUMS = [(ALL, (A, B, C))]


def statement(shown_: set, **groups: dict[int, int]) -> Statement:
    """A family of three groups and their total, by how many people add what: 1 counts, 0 does not."""
    added = {key: {(value,): n for value, n in groups[key[3]].items()} for key in (A, B, C)}
    total: Counter[tuple] = Counter()
    for contributions in added.values():
        total.update(contributions)
    return Statement({**added, ALL: total}, frozenset(shown_))


@pytest.mark.parametrize(("come", "gone", "people"), [(1, 1, 1), (3, 1, 3), (1, 3, 3), (1, 0, 1), (0, 1, 1), (0, 0, 0)])
def test_one_who_changed_is_one_person_and_not_two(come: int, gone: int, people: int) -> None:
    assert people_between({(1,): come, (0,): -gone}) == people


def test_a_figure_that_changed_by_few_is_near_and_one_that_changed_by_many_or_none_is_not() -> None:
    then = statement({A, B, C}, a={1: 20}, b={1: 20}, c={1: 20})
    now = statement({A, B, C}, a={1: 30}, b={1: 31}, c={1: 20})
    assert figures_that_differ_by_few(now, then, [], THRESHOLD) == {A}


@pytest.mark.parametrize(
    ("came", "near"), [({1: 3, 0: 11}, {A}), ({1: 11, 0: 3}, {A}), ({1: 11, 0: 11}, set()), ({1: 0, 0: 11}, set())]
)
def test_neither_those_who_count_nor_the_others_may_differ_by_few(came: dict[int, int], near: set) -> None:
    """Of 14 who came 3 count, or 3 do not: the base differs by enough."""
    then = statement({A, B, C}, a={1: 20, 0: 20}, b={1: 20}, c={1: 20})
    now = statement({A, B, C}, a={1: 20 + came[1], 0: 20 + came[0]}, b={1: 20}, c={1: 20})
    assert figures_that_differ_by_few(now, then, [], THRESHOLD) == near


def test_one_who_left_those_who_count_and_one_who_came_among_the_others_are_told_apart() -> None:
    """12 came and count, 12 others left: the base is as it was, and far; 3 each way are near."""
    for people, near in ((12, set()), (3, {A})):
        then = statement({A, B, C}, a={1: 20, 0: 20}, b={1: 20}, c={1: 20})
        now = statement({A, B, C}, a={1: 20 + people, 0: 20 - people}, b={1: 20}, c={1: 20})
        assert figures_that_differ_by_few(now, then, [], THRESHOLD) == near


@pytest.mark.parametrize(("came", "near"), [({1: 3, 0: 12}, {A}), ({1: 12, 0: 3}, {A}), ({1: 12, 0: 12}, set())])
def test_what_is_left_of_a_total_is_taken_apart_likewise(came: dict[int, int], near: set) -> None:
    """C is hidden: of 15 who came to it 3 count, or 3 do not. A, B and the total differ by enough."""
    then = statement({ALL, A, B}, a={1: 20, 0: 20}, b={1: 30, 0: 30}, c={1: 20, 0: 20})
    now = statement({ALL, A, B}, a={1: 20, 0: 20}, b={1: 50, 0: 50}, c={1: 20 + came[1], 0: 20 + came[0]})
    assert figures_that_differ_by_few(now, then, SUMS, THRESHOLD) == near


def test_few_changes_in_a_hidden_group_are_found_in_what_is_left_of_the_total() -> None:
    """A changed by 12 and C, which is hidden, by 3: the total less A and B tells of the 3."""
    then = statement({ALL, A, B}, a={1: 20}, b={1: 20}, c={1: 20})
    now = statement({ALL, A, B}, a={1: 32}, b={1: 20}, c={1: 23})
    assert figures_that_differ_by_few(now, then, [], THRESHOLD) == set()
    assert figures_that_differ_by_few(now, then, SUMS, THRESHOLD) == {B}


def test_what_is_shown_in_one_of_the_two_alone_cannot_be_compared() -> None:
    then = statement({ALL}, a={1: 20}, b={1: 20}, c={1: 20})
    now = statement({A, B, C}, a={1: 22}, b={1: 20}, c={1: 20})
    assert figures_that_differ_by_few(now, then, SUMS, THRESHOLD) == set()


@pytest.mark.parametrize(("more", "near"), [(0, set()), (1, {A}), (10, {A}), (11, set())])
def test_a_figure_is_near_from_one_person_to_one_less_than_the_threshold(more: int, near: set) -> None:
    then, now = (statement({A, B, C}, a={1: count}, b={1: 20}, c={1: 20}) for count in (20, 20 + more))
    assert figures_that_differ_by_few(now, then, [], THRESHOLD) == near


@pytest.mark.parametrize(("more", "near"), [(0, set()), (1, {A}), (10, {A}), (11, set())])
def test_what_is_left_of_the_total_is_near_likewise_and_its_smallest_shown_part_is_named(more: int, near: set) -> None:
    """A and B change by 15 each, so that the total is far; C, which is hidden, by so many."""
    then = statement({ALL, A, B}, a={1: 20}, b={1: 20, 0: 1}, c={1: 20})
    now = statement({ALL, A, B}, a={1: 35}, b={1: 35, 0: 1}, c={1: 20 + more})
    assert figures_that_differ_by_few(now, then, SUMS, THRESHOLD) == near


def test_where_no_part_is_shown_the_total_is_named() -> None:
    then, now = (statement({ALL}, a={1: count}, b={1: 20}, c={1: 20}) for count in (20, 23))
    assert figures_that_differ_by_few(now, then, SUMS, THRESHOLD) == {ALL}


@pytest.mark.parametrize(
    ("more", "hidden", "kept"), [(0, {B, C}, {ALL, A}), (10, {B, C}, {A}), (11, {C}, {A})], ids=["none", "10", "11"]
)
def test_what_few_changed_stays_hidden_and_what_nobody_changed_stays_shown(more: int, hidden: set, kept: set) -> None:
    """In print then were the total and A; B changes by so many."""
    then, now = (statement({ALL, A}, a={1: 20}, b={1: count}, c={1: 20}) for count in (20, 20 + more))
    assert unchanged_figures(now.contributions, then, THRESHOLD) == (hidden, kept)


def test_a_figure_that_was_not_there_before_need_not_stay_hidden_nor_shown() -> None:
    then, now = Statement({}, frozenset()), {A: {(1,): 10}, B: {(1,): 11}}
    assert unchanged_figures(now, then, THRESHOLD) == (set(), set())
    assert unchanged_figures(now, Statement({A: {}}, frozenset()), THRESHOLD) == ({A}, set())


@pytest.mark.parametrize(
    ("now", "people"),
    [({A: 20, B: 20}, 0), ({A: 23, B: 20}, 3), ({A: 23, B: 25}, 5), ({A: 20}, 20), ({A: 20, B: 20, C: 7}, 7)],
)
def test_the_most_people_that_any_figure_tells_of_have_changed(now: dict, people: int) -> None:
    """A figure that one of the two does not have is of nobody there."""
    then = {A: {(1,): 20}, B: {(0,): 5, (1,): 15}}
    made = {key: {(0,): 5, (1,): count - 5} if key == B else {(1,): count} for key, count in now.items()}
    assert people_changed(made, then) == people_changed(then, made) == people


def test_an_item_that_only_one_of_two_statements_has_says_nothing_of_who_changed() -> None:
    then, now = {A: {(1,): 20}}, {A: {(1,): 20}, OF_OTHER: {(1,): 20}}
    assert people_changed(now, then) == people_changed(then, now) == 0
    assert people_changed(now, {OF_OTHER: {(1,): 18}}) == 2
    assert people_changed({}, then) == 0
