"""Metrics that count the same people are decided on together, from the database on."""

from __future__ import annotations

import pytest

from tests.lib.figures import figures_of, metric
from tests.lib.text_tables import lines, shown

MEAN = {"statistic": "mean", "unit": "score 1-10", "breakdowns": ("staff_group",)}
OF_M1 = {
    "medical_and_dental": 30,
    "nursing_and_midwifery": 30,
    "allied_health_professionals": 7,
    "healthcare_scientists": 8,
    "administrative_and_clerical": 6,
    "estates_and_ancillary": 9,
}
OF_M2 = {"allied_health_professionals": 20, "healthcare_scientists": 20}


@pytest.mark.parametrize(
    ("base", "of_m2"),
    [("signed plans in hours", "all staff_group_wide"), ("", "all staff_group")],
    ids=["one", "apart"],
)
def test_staff_groups_are_merged_in_all_metrics_of_the_same_people_or_in_none(built, base: str, of_m2: str) -> None:
    """Safe are 2 staff groups of M1 and 4 wide ones, and of M2 2 and 1: together 4 and 5."""
    units = [
        f"{name} {group}{n} {group} {n % 7}"
        for name, groups in (("M1", OF_M1), ("M2", OF_M2))
        for group, count in groups.items()
        for n in range(count)
    ]
    text = "\n".join(("metric_id person_key staff_group_code numerator", *units))
    figures_of(built, text, [metric("M1", **MEAN, base="signed plans in PAs"), metric("M2", **MEAN, base=base)])
    found = shown(built, "SELECT DISTINCT metric_id, breakdown FROM marts.metric_value WHERE status = 'shown'")
    expected = [("M1", "all staff_group_wide"), ("M2", of_m2)]
    assert found == lines("\n".join(f"{name} {one}" for name, by in expected for one in by.split()))


GROUP = "allied_health_professionals"


def professions(of: dict[str, int], more: str = "") -> str:
    """Scores of so many people a profession; `-` is of none."""
    units = [f"M1 {name}{n} {GROUP} {name} {n % 7}" for name, count in of.items() for n in range(count)]
    return "\n".join(("metric_id person_key staff_group_code profession_code numerator", *units, more))


@pytest.mark.parametrize(
    ("of", "shown_breakdowns"),
    [
        ({"dietitian": 20, "paramedic": 30, "podiatrist": 25}, "all profession staff_group"),
        ({"dietitian": 9, "paramedic": 8, "podiatrist": 7}, "all staff_group"),
        ({"dietitian": 9, "paramedic": 30, "podiatrist": 7}, "all profession staff_group"),
        ({"-": 30}, "all staff_group"),
    ],
    ids=["in print", "too few", "one of them", "not said"],
)
def test_professions_are_in_print_beside_their_group_or_give_way_to_it(built, of, shown_breakdowns: str) -> None:
    figures_of(built, professions(of), [metric("M1", **{**MEAN, "breakdowns": ("staff_group", "profession")})])
    found = shown(built, "SELECT DISTINCT breakdown FROM marts.metric_value")
    assert found == lines("\n".join(shown_breakdowns.split()))


def test_one_profession_of_few_is_not_left_to_be_worked_out_from_its_staff_group(built) -> None:
    """Of 57 AHPs 7 are podiatrists: another profession is withheld, and not the group."""
    text = professions({"dietitian": 20, "paramedic": 30, "podiatrist": 7})
    figures_of(built, text, [metric("M1", **{**MEAN, "breakdowns": ("staff_group", "profession")})])
    rows = "SELECT breakdown, count(people_count) FROM marts.metric_value GROUP BY breakdown"
    assert shown(built, rows) == lines("all 1\n profession 1\n staff_group 1")
