"""Two periods that overlap, laid beside each other: the one that is in print, or ends later, shows."""

from __future__ import annotations

import pytest

from tests.lib.figures import figures_of, metric
from tests.lib.past import SIXTY, Past, People, groups_of, grown, text_of
from tests.lib.text_tables import lines, shown

YEARS = ("2025-07-01 2026-06-30", "2025-10-01 2026-09-30")


def state(past: Past, first: People, second: People, period: str = YEARS[1], by: tuple[str, ...] = ()) -> None:
    """Decide on the first year of these people and on another period of those."""
    texts = text_of(first, "ZZ1", YEARS[0]), text_of(second, "ZZ1", period).partition("\n")[2]
    figures_of(past.connection, "\n".join(texts), [metric(breakdowns=by)])


@pytest.mark.parametrize(("more", "earlier"), [(5, "suppressed"), (21, "suppressed"), (22, "shown"), (0, "shown")])
def test_of_two_overlapping_years_one_shows_unless_enough_people_differ(past, more: int, earlier: str) -> None:
    """Every second person counts: of 21 more 10 do, and of 22 as many do as do not."""
    state(past, SIXTY, grown(more))
    assert shown(past.connection, "SELECT period_end, status FROM marts.metric_value") == lines(
        f"2026-06-30 {earlier}\n 2026-09-30 shown"
    )


@pytest.mark.parametrize(("start", "earlier"), [("2026-06-30", "suppressed"), ("2026-07-01", "shown")])
def test_one_day_that_two_periods_share_is_an_overlap(past, start: str, earlier: str) -> None:
    state(past, SIXTY, grown(5), f"{start} 2027-06-30")
    assert shown(past.connection, "SELECT period_end, status FROM marts.metric_value") == lines(
        f"2026-06-30 {earlier}\n 2027-06-30 shown"
    )


@pytest.mark.parametrize("more", [0, 30], ids=["as it was", "stated anew"])
def test_a_period_that_is_in_print_comes_before_a_later_one_that_overlaps_it(past, more: int) -> None:
    figures_of(past.connection, text_of(SIXTY, "ZZ1", YEARS[0]), [metric(breakdowns=())])
    past.release("r1")
    state(past, grown(more), grown(more + 5))
    assert shown(past.connection, "SELECT period_end, status, denominator FROM marts.metric_value") == lines(
        f"2026-06-30 shown {60 + more}\n 2026-09-30 suppressed -"
    )


def test_months_that_do_not_overlap_are_not_compared(past) -> None:
    months = ("2026-08-01 2026-08-31", "2026-09-01 2026-09-30")
    text = text_of(SIXTY, "ZZ1", months[0]) + "\n" + text_of(grown(5), "ZZ1", months[1]).partition("\n")[2]
    figures_of(past.connection, text, [metric(breakdowns=())])
    assert shown(past.connection, "SELECT status FROM marts.metric_value") == "shown\nshown"


@pytest.mark.parametrize(("by", "last"), [(3, "suppressed -"), (22, "shown 82")])
def test_a_year_that_is_stated_anew_is_laid_beside_an_earlier_one_that_stays(past, by: int, last: str) -> None:
    """110 and 60 are shown; then the later year loses many: few are left beside the 60, or enough."""
    for more, said in ((50, "shown 110"), (by, last)):
        state(past, SIXTY, grown(more))
        found = shown(past.connection, "SELECT period_end, status, denominator FROM marts.metric_value")
        assert found == lines(f"2026-06-30 shown 60\n 2026-09-30 {said}")
        past.release(f"r{more}")


def test_of_two_years_a_group_that_differs_by_few_is_hidden_and_the_one_that_would_give_it_away(past) -> None:
    """a differs by 5, b by 20: the total of 145 shows, but not b beside it, whose rest would differ by 5."""
    state(past, groups_of(a=65, b=80), groups_of(a=60, b=60), by=("contract_type",))
    found = shown(past.connection, "SELECT period_end, category, denominator FROM marts.metric_value")
    assert found == lines("""
        2026-06-30 a -
        2026-06-30 all 145
        2026-06-30 b -
        2026-09-30 a 60
        2026-09-30 all 120
        2026-09-30 b 60
    """)
