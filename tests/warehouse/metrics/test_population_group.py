"""core.population_group: the denominators of response rates, job plans and the appraisal year."""

import pytest

from tests.lib.core import Core, table

GROUPS = "SELECT staff_group_code, people_count FROM core.population_group"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ("nurse 40\nahp 9", "nurse 40\nahp 9\nrest 0"),
        ("all 60", "rest 60"),
        ("nurse 40\nall 60", "nurse 40\nrest 20"),
        ("nurse 70\nall 60", "nurse 70\nrest 0"),  # the sender is told; a count is never below 0
    ],
)
def test_the_rest_is_what_the_groups_leave_over(core: Core, counts: str, expected: str) -> None:
    core.add("fct_population", f"staff_group_code people_count\n{counts}", population_code="invited")
    assert core.rows(GROUPS) == table(expected)


def test_the_months_last_count_holds_and_sources_add_up(core: Core) -> None:
    core.add(
        "fct_population",
        """
        source snapshot_date staff_group_code people_count
        one    2026-09-01    nurse            40
        one    2026-09-30    nurse            41
        two    2026-09-15    nurse            5
        """,
        population_code="invited",
    )
    assert core.rows(GROUPS) == table("nurse 46\nrest 0")
