"""What is asked of linked cells, taken apart, and the sums through which each may move."""

import pytest

from warehouse.disclosure.suppression.block import Block, Demand, Need

NONE = frozenset[int]()


def made(values: tuple[float, ...], *needs: Need, hidden: frozenset[int] = NONE, shown: frozenset[int] = NONE) -> Block:
    """A total and its two parts; the first part and a fourth cell make up the second."""
    return Block((values,), ((0, (1, 2)), (2, (1, 3))), needs, hidden, shown, (1.0,) * 4)


def test_cells_with_a_need_and_those_hidden_anyway_are_hidden_from_the_start() -> None:
    assert made((9, 3, 6, 3), Need(0, 1, 1, 11), hidden=frozenset({3})).first == {1, 3}


@pytest.mark.parametrize(
    ("low", "high", "amounts"),
    [(1, 11, [-2, 8]), (3, 11, [8]), (4, 11, [8]), (1, 3, [-2]), (3, 3, []), (-5, 3, [-3]), (1.5, 3.5, [-2, 1])],
)
def test_a_need_asks_the_cell_to_move_down_and_up_but_not_below_0(low: float, high: float, amounts: list[int]) -> None:
    assert list(made((9, 3, 6, 3), Need(0, 1, low, high)).demands()) == [Demand(0, 1, amount) for amount in amounts]


def test_what_is_demanded_of_hours_is_not_rounded_and_of_people_is() -> None:
    need = Need(0, 1, 0.25, 11.5)
    assert list(made((3.5, 1.5, 2, 0.5), need).demands()) == [Demand(0, 1, -1.25), Demand(0, 1, 10)]
    assert list(made((4, 2, 2, 0), need).demands()) == [Demand(0, 1, -2), Demand(0, 1, 10)]


def test_a_cell_moves_through_its_sums_unless_it_is_in_print() -> None:
    assert made((9, 3, 6, 3), shown=frozenset({0})).links() == {
        1: ((0, -1.0), (1, -1.0)),
        2: ((0, -1.0), (1, 1.0)),
        3: ((1, -1.0),),
    }
