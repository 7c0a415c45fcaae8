"""What is asked of linked counts, taken apart, and the sums through which each may move."""

import pytest

from warehouse.disclosure.suppression.block import Block, Demand, Need

NONE = frozenset[int]()


def made(values: tuple[float, ...], *needs: Need, hidden: frozenset[int] = NONE, shown: frozenset[int] = NONE) -> Block:
    """A total and its two parts; the first part and a fourth count make up the second.

    Three figures: of the total and the first part, of the second part, of the first alone. The fourth is in none.
    """
    sums = (((0, 1.0), (1, -1.0), (2, -1.0)), ((2, 1.0), (1, -1.0), (3, -1.0)))
    return Block(values, sums, ((0, 1), (2,), (1,)), needs, hidden, shown, (1.0,) * 3)


def test_figures_that_print_a_count_with_a_need_and_those_hidden_anyway_are_hidden_from_the_start() -> None:
    assert made((9, 3, 6, 3)).first == NONE
    assert made((9, 3, 6, 3), Need(1, 1, 11)).first == {0, 2}
    assert made((9, 3, 6, 3), Need(0, 1, 11), hidden=frozenset({1})).first == {0, 1}
    assert made((9, 3, 6, 3), Need(3, 1, 11)).first == NONE


def test_a_count_is_known_where_one_figure_in_print_has_it() -> None:
    assert made((9, 3, 6, 3), shown=frozenset({0})).pinned == {0, 1}
    assert made((9, 3, 6, 3), shown=frozenset({1, 2})).pinned == {1, 2}


@pytest.mark.parametrize(
    ("low", "high", "amounts"),
    [(1, 11, [-2, 8]), (3, 11, [8]), (4, 11, [8]), (1, 3, [-2]), (3, 3, []), (-5, 3, [-3]), (1.5, 3.5, [-2, 1])],
)
def test_a_need_asks_the_count_to_move_down_and_up_but_not_below_0(low: float, high: float, amounts: list[int]) -> None:
    assert list(made((9, 3, 6, 3), Need(1, low, high)).demands()) == [Demand(1, amount) for amount in amounts]


def test_what_is_demanded_of_hours_is_not_rounded_and_of_people_is() -> None:
    need = Need(1, 0.25, 11.5)
    assert list(made((3.5, 1.5, 2, 0.5), need).demands()) == [Demand(1, -1.25), Demand(1, 10)]
    assert list(made((4, 2, 2, 0), need).demands()) == [Demand(1, -2), Demand(1, 10)]


def test_a_count_moves_through_its_sums_unless_it_is_in_print() -> None:
    assert made((9, 3, 6, 3)).links() == {
        0: ((0, 1.0),),
        1: ((0, -1.0), (1, -1.0)),
        2: ((0, -1.0), (1, 1.0)),
        3: ((1, -1.0),),
    }
    assert made((9, 3, 6, 3), shown=frozenset({2})).links() == {
        0: ((0, 1.0),),
        2: ((0, -1.0), (1, 1.0)),
        3: ((1, -1.0),),
    }
