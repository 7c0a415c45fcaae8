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
