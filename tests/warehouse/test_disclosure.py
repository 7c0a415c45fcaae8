"""What may be seen: too few people hide a figure whole, and nothing that is hidden leaves a number."""

from __future__ import annotations

from itertools import product

import pytest

from schemas.metrics import Metric, load_metrics
from tests.warehouse.conftest import Month, figures_of, lines, shown
from tests.warehouse.test_figures import metric


def groups(*rows: tuple[float, float]) -> str:
    """Counted groups (numerator, denominator), each as an organisation of its own."""
    return "metric_id organisation_code person_key numerator denominator\n" + "\n".join(
        f"M1 {numerator:g}of{denominator:g} - {numerator} {denominator}" for numerator, denominator in rows
    )


def statuses(built, metric_: Metric, *rows: tuple[float, float]) -> str:
    figures_of(built, groups(*rows), [metric_])
    return shown(built, "SELECT organisation_code, status FROM marts.metric_value")


def test_a_share_of_people_is_tested_on_base_numerator_and_complement_and_0_may_be_shown(built) -> None:
    found = statuses(
        built, metric(), (0, 10), (10, 10), (0, 11), (11, 11), (10, 30), (11, 30), (19, 30), (20, 30), (1, 11), (11, 22)
    )
    assert found == lines("""
        0of10  suppressed_primary
        10of10 suppressed_primary
        0of11  shown
        11of11 shown
        10of30 suppressed_primary
        11of30 shown
        19of30 shown
        20of30 suppressed_primary
        1of11  suppressed_primary
        11of22 shown
    """)


@pytest.mark.parametrize("statistic", ["median", "mean", "ratio", "count"])
def test_other_figures_are_tested_on_the_people_behind_them(built, statistic: str) -> None:
    unit, quantile = ("hours", 6 if statistic == "median" else None)
    declared = metric(statistic=statistic, unit=unit, counts="hours", quantile_type=quantile)
    people = {"ten": 10, "eleven": 11}
    text = "metric_id organisation_code person_key numerator denominator\n" + "\n".join(
        f"M1 {code} p{n} {n % 2} 1" for code, count in people.items() for n in range(count)
    )
    figures_of(built, text, [declared])
    assert shown(built, "SELECT organisation_code, status FROM marts.metric_value") == lines(
        "ten suppressed_primary\n eleven shown"
    )


def test_many_units_of_few_people_are_hidden(built) -> None:
    text = "metric_id person_key numerator denominator\n" + "\n".join(f"M1 p{n % 10} {n % 2} 1" for n in range(400))
    figures_of(built, text, [metric(counts="items", statistic="ratio")])
    assert shown(built, "SELECT status FROM marts.metric_value") == "suppressed_primary"


def test_a_published_figure_is_never_hidden(built) -> None:
    declared = metric(counts="published", statistic="mean", profile="published", decimals=2)
    figures_of(built, groups((25.304, 7)), [declared])
    columns = "status, numerator, denominator, people_count, value, interval_low"
    assert shown(built, f"SELECT {columns} FROM marts.metric_value") == "shown - 7 7 25.3 -"


def test_no_number_of_a_hidden_figure_is_left(built) -> None:
    rows = [pair for pair in product(range(14), range(1, 26)) if pair[0] <= pair[1]]
    figures_of(built, groups(*rows), [metric(is_sample=True)])
    numbers = (
        "numerator, denominator, people_count, row_count, value, q1, q3, interval_low, interval_high, response_rate_pct"
    )
    hidden = f"SELECT DISTINCT {numbers} FROM marts.metric_value WHERE status <> 'shown'"
    assert shown(built, hidden) == " ".join("-" * 10)
    assert (
        shown(built, "SELECT min(numerator), min(denominator) FROM marts.metric_value WHERE numerator > 0") == "11 11"
    )


def test_the_nhs_digital_profile_hides_1_to_7_and_makes_the_value_again_from_rounded_counts(built) -> None:
    declared = metric(profile="nhs_digital", is_sample=True)
    figures_of(built, groups((7, 30), (8, 33), (13, 41), (0, 12)), [declared])
    columns = "organisation_code, status, numerator, denominator, people_count, value, interval_low, interval_method"
    assert shown(built, f"SELECT {columns} FROM marts.metric_value") == lines("""
        7of30  suppressed_primary -  -  -  -          - Wilson, 95 %
        8of33  rounded            10 35 35 28.5714286 - none: counts are rounded
        13of41 rounded            15 40 40 37.5       - none: counts are rounded
        0of12  rounded            0  10 10 0          - none: counts are rounded
    """)


def test_a_figure_whose_population_has_not_come_is_not_available_and_holds_no_number(built) -> None:
    figures_of(built, "metric_id person_key numerator denominator\nM1 - 30 -", [metric()])
    assert shown(built, "SELECT status, numerator, people_count, row_count, value FROM marts.metric_value") == (
        "not_available - - - -"
    )


@pytest.mark.parametrize(("invited", "rate"), [(12, "100"), (13, "-"), (22, "-"), (23, "52.173913")])
def test_a_response_rate_is_left_out_where_too_few_did_not_answer(month: Month, invited: int, rate: str) -> None:
    """Twelve answered: beside a figure that is shown, the rate would give away the few who did not."""
    answered = range(1, 13)
    month.send(
        "s1",
        survey_response="respondent_number\n" + "\n".join(str(n) for n in answered),
        survey_answer="respondent_number question_key score is_unsure\n"
        + "\n".join(f"{n} rcc_org_training_resources {n % 10 + 1} false" for n in answered),
    )
    month.send(
        "s2",
        population=f"population_code staff_group_code snapshot_date people_count\ninvited all 2026-09-30 {invited}",
    )
    month.metrics = [m for m in load_metrics() if m.metric_id == "R01"]
    with month.build() as connection:
        found = shown(connection, "SELECT status, denominator, response_rate_pct FROM marts.metric_value")
    assert found == f"shown 12 {rate}"
