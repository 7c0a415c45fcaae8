"""What is part of a group is decided on once the group is; p and q are of group a, r is all of group b."""

from __future__ import annotations

from tests.lib.counts import NAMES, WIDE, figures
from warehouse.disclosure.layers import in_layers

ROWS = """
    metric place people counting
    m all 112 -
    m staff_group:a 60 -
    m staff_group:b 45 -
    m profession:p 20 -
    m profession:q 40 -
    m profession:r 45 -
"""


def besides(rows: str, hidden: frozenset = frozenset()) -> set[str]:
    there = figures(rows)
    out = frozenset(one.key for one in there if one.category in hidden)
    return {key[3] for key in in_layers(there, [], NAMES, WIDE, out, frozenset())[0]}


def test_of_a_group_in_print_all_its_professions_are_unless_one_is_of_few() -> None:
    assert besides(ROWS.replace("112", "105")) == set()
    assert besides(ROWS.replace("112", "105").replace("p 20", "p 6").replace("q 40", "q 54")) == {"q"}


def test_professions_of_a_group_that_is_not_in_print_are_not_either() -> None:
    assert besides(ROWS.replace("112", "105"), frozenset("a")) >= {"p", "q"}


def test_a_few_whose_profession_is_not_known_are_not_left_to_be_worked_out() -> None:
    assert len(besides(ROWS.replace("112", "105").replace("q 40", "q 37"))) == 1  # 60 less 20 and 37 are 3
