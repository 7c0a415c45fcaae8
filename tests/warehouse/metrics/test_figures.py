"""Counted units in, figures out; expected values from numpy, published examples and arithmetic by hand."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from schemas.metrics import Metric
from schemas.tables import REFERENCE
from tests.lib.figures import figures_of, metric
from tests.lib.month import Month
from tests.lib.text_tables import lines, shown
from warehouse.db import tables


def median(quantile_type: int) -> Metric:
    return metric(f"Q{quantile_type}", statistic="median", unit="score 1-10", quantile_type=quantile_type)


def units(metric_id: str, values: list[float]) -> str:
    return "metric_id person_key numerator\n" + "\n".join(f"{metric_id} p{n} {v}" for n, v in enumerate(values))


@pytest.mark.parametrize(("quantile_type", "method"), [(6, "weibull"), (7, "linear")])
def test_quartiles_are_numpys_by_the_declared_definition(built, quantile_type: int, method: str) -> None:
    """Sixty samples of 1 to 15 values with and without ties, each as an organisation of its own."""
    draw = np.random.default_rng(20261122)
    samples = {f"O{n}": draw.integers(1, 11, 1 + n % 15) * (1 if n % 2 else 0.37) for n in range(60)}
    text = "metric_id organisation_code person_key numerator\n" + "\n".join(
        f"Q{quantile_type} {code} p{n} {value}" for code, values in samples.items() for n, value in enumerate(values)
    )
    figures_of(built, text, [median(quantile_type)])
    rows = built.execute("SELECT organisation_code, q1, value, q3 FROM core.metric_figure").fetchall()
    assert {code: list(found) for code, *found in rows} == {
        code: pytest.approx(list(np.quantile(values, [0.25, 0.5, 0.75], method=method)))
        for code, values in samples.items()
    }


def test_a_median_has_no_numerator_and_its_base_is_those_who_answered(built: duckdb.DuckDBPyConnection) -> None:
    figures_of(built, units("Q6", [1, 2, 2, 10]), [median(6)])
    found = shown(built, "SELECT numerator, denominator, people_count, q1, value, q3 FROM core.metric_figure")
    assert found == "- 4 4 1.25 2 8"


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # Newcombe 1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.00, 16.11),
        (1, 29, 0.61, 17.18),
    ],
)
def test_the_interval_of_a_sample_is_newcombes_wilson(built, numerator, denominator, low, high) -> None:
    values = [1] * numerator + [0] * (denominator - numerator)
    figures_of(built, units("M1", values), [metric(is_sample=True)])
    found = built.execute("SELECT interval_low, interval_high, interval_method FROM core.metric_figure").fetchone()
    assert found is not None
    assert (round(found[0], 2), round(found[1], 2), found[2]) == (low, high, "Wilson, 95 %")


@pytest.mark.parametrize(
    ("changes", "method"),
    [
        ({}, "none: a full count, not a sample"),
        ({"is_sample": True, "counts": "items"}, "none: not of people"),
        ({"is_sample": True, "statistic": "ratio"}, "none: neither a share, a mean nor a median"),
        ({"counts": "published"}, "none: as published"),
    ],
)
def test_where_there_is_no_interval_the_figure_says_why(built, changes: dict[str, object], method: str) -> None:
    figures_of(built, units("M1", [1, 0]), [metric(**changes)])
    assert shown(built, "SELECT interval_low, interval_high FROM core.metric_figure") == "- -"
    assert shown(built, "SELECT interval_method FROM core.metric_figure") == method


def test_people_are_counted_once_and_a_person_without_a_category_is_in_all_only(built) -> None:
    figures_of(
        built,
        """
        metric_id person_key staff_group_code   contract_type_code numerator denominator
        M1        a          medical_and_dental sas                1         1
        M1        a          medical_and_dental consultant         0         1
        M1        b          medical_and_dental consultant         1         1
        M1        c          -                  -                  0         1
        """,
        [metric()],
    )
    columns = "breakdown, category, numerator, denominator, people_count, numerator_people_count, row_count, value"
    assert shown(built, f"SELECT {columns} FROM core.metric_figure") == lines("""
        all           all                2 4 3 2 4 50
        staff_group   medical_and_dental 2 3 2 2 3 66.6666667
        staff_group_wide medical_and_dental_wide 2 3 2 2 3 66.6666667
        contract_type consultant         1 2 2 1 2 50
        contract_type sas                1 1 1 1 1 100
    """)


def test_a_counted_group_stands_for_the_people_of_its_denominator(built) -> None:
    figures_of(
        built,
        """
        metric_id person_key staff_group_code   numerator denominator
        M1        -          medical_and_dental 30        40
        M1        -          -                  5         20
        """,
        [metric()],
    )
    columns = "breakdown, numerator, denominator, people_count, numerator_people_count, row_count"
    assert shown(built, f"SELECT {columns} FROM core.metric_figure") == lines(
        "all 35 60 60 35 2\n staff_group 30 40 40 30 1\n staff_group_wide 30 40 40 30 1"
    )


def test_one_population_that_has_not_come_leaves_the_whole_base_unknown(built) -> None:
    figures_of(
        built,
        """
        metric_id person_key staff_group_code    numerator denominator
        M1        -          medical_and_dental  30        40
        M1        -          students            5         -
        """,
        [metric()],
    )
    columns = "breakdown, category, denominator, value, status, reason_code"
    assert shown(built, f"SELECT {columns} FROM marts.metric_value WHERE breakdown <> 'staff_group_wide'") == lines("""
        all         all                -  -  not_available population_missing
        staff_group medical_and_dental -  -  suppressed    -
        staff_group students           -  -  not_available population_missing
    """)


def test_a_base_of_nobody_gives_no_figure(built) -> None:
    figures_of(built, "metric_id person_key numerator denominator\nM1 a 0 0", [metric(counts="items")])
    assert shown(built, "SELECT count(*) FROM core.metric_figure") == "0"


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"statistic": "ratio", "unit": "%", "counts": "hours"}, "60"),
        ({"statistic": "mean", "unit": "PA"}, "0.6"),
        ({"statistic": "mean", "unit": "%"}, "0.6"),
        ({"statistic": "count", "unit": "people"}, "3"),
        ({"statistic": "proportion", "unit": "%", "decimals": 0}, "60"),
    ],
)
def test_the_value_is_in_the_metrics_unit(built, changes: dict[str, object], value: str) -> None:
    figures_of(built, units("M1", [1, 1, 1, 0, 0]), [metric(**changes)])
    assert shown(built, "SELECT value FROM core.metric_figure") == value


def test_the_core_keeps_the_figure_as_computed(built) -> None:
    figures_of(built, units("M1", [1, 1, 0]), [metric(decimals=2)])
    assert shown(built, "SELECT value, numerator FROM core.metric_figure") == "66.6666667 2"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"datasets": ["population", "job_plan"]}, "as_at"),
        ({"datasets": ["appraisal"]}, "year_to_date"),
        ({"datasets": ["survey"]}, "wave"),
        ({"datasets": ["nss_benchmark"]}, "year"),
        ({"datasets": ["support_case"], "period_kind": "12_months"}, "12_months"),
    ],
)
def test_the_kind_of_period_is_the_datasets_unless_the_metric_says_otherwise(built, changes, kind: str) -> None:
    figures_of(built, units("M1", [1]), [metric(**changes)])
    assert shown(built, "SELECT period_kind, series_id FROM core.metric_figure") == f"{kind} M1|none|ZZ1|all|all|{kind}"


def test_what_came_in_a_period_longer_than_a_month_is_of_a_year_and_a_series_of_its_own(built) -> None:
    figures_of(
        built,
        """
        metric_id person_key period_start period_end numerator
        M1        a          2026-09-01   2026-09-30 1
        M1        a          2026-08-01   2026-08-31 1
        M1        a          2025-04-01   2026-03-31 1
        """,
        [metric(datasets=["support_summary"])],
    )
    assert shown(built, "SELECT period_end, period_kind, series_id FROM core.metric_figure") == lines("""
        2026-09-30 month M1|none|ZZ1|all|all|month
        2026-08-31 month M1|none|ZZ1|all|all|month
        2026-03-31 year  M1|none|ZZ1|all|all|year
    """)


def test_a_declared_break_begins_a_new_series_and_a_period_across_it_is_one_of_its_own(built) -> None:
    """2024-10-01 for every organisation; 2025-01-01 for ZZ2 alone; nothing for M2."""
    units_of_both = "\n".join(
        f"{metric_id} {organisation} {start} {end} a 1"
        for metric_id in ("M1", "M2")
        for organisation in ("ZZ1", "ZZ2")
        for start, end in (("2024-09-01", "2024-09-30"), ("2024-04-01", "2025-03-31"), ("2025-01-01", "2025-01-31"))
    )
    tables.create(built, REFERENCE["reference.series_break"])
    built.execute(
        "INSERT INTO reference.series_break VALUES"
        " ('M1', '', DATE '2024-10-01', 'x', 'y'), ('M1', 'ZZ2', DATE '2025-01-01', 'x', 'y')"
    )
    headings = "metric_id organisation_code period_start period_end person_key numerator\n"
    figures_of(built, headings + units_of_both, [metric(), metric("M2")])
    found = shown(built, "SELECT metric_id, organisation_code, period_start, series_id FROM core.metric_figure")
    assert found.replace("|all|all", "") == lines("""
        M1 ZZ1 2024-09-01 M1|none|ZZ1|year_to_date
        M1 ZZ1 2024-04-01 M1|none|ZZ1|year_to_date|across 2024-10-01
        M1 ZZ1 2025-01-01 M1|none|ZZ1|year_to_date|from 2024-10-01
        M1 ZZ2 2024-09-01 M1|none|ZZ2|year_to_date
        M1 ZZ2 2024-04-01 M1|none|ZZ2|year_to_date|across 2025-01-01
        M1 ZZ2 2025-01-01 M1|none|ZZ2|year_to_date|from 2025-01-01
        M2 ZZ1 2024-09-01 M2|none|ZZ1|year_to_date
        M2 ZZ1 2024-04-01 M2|none|ZZ1|year_to_date
        M2 ZZ1 2025-01-01 M2|none|ZZ1|year_to_date
        M2 ZZ2 2024-09-01 M2|none|ZZ2|year_to_date
        M2 ZZ2 2024-04-01 M2|none|ZZ2|year_to_date
        M2 ZZ2 2025-01-01 M2|none|ZZ2|year_to_date
    """)


def test_a_person_counts_in_a_crossed_breakdown_with_both_categories_only(built) -> None:
    figures_of(
        built,
        """
        metric_id person_key staff_group_code   research_active_code numerator
        M1        a          medical_and_dental yes                  1
        M1        b          medical_and_dental -                    1
        M1        c          -                  no                   0
        """,
        [metric(breakdowns=["research_active", "staff_group x research_active"])],
    )
    assert shown(built, "SELECT breakdown, category, numerator, row_count FROM core.metric_figure") == lines("""
        all                           all                      2 3
        research_active               no                       0 1
        research_active               yes                      1 1
        staff_group_x_research_active medical_and_dental_x_yes 1 1
    """).replace("_x_", " x ")


def test_what_cannot_be_computed_is_not_available(built) -> None:
    """Twelve people who began alike: their SD at baseline is 0."""
    rows = "\n".join(f"M1 p{n} {n} 4" for n in range(12))
    effect = metric(statistic="effect_size", unit="baseline SD", is_sample=True)
    figures_of(built, f"metric_id person_key numerator baseline_value\n{rows}", [effect])
    assert shown(built, "SELECT value, status, reason_code FROM marts.metric_value") == "- not_available no_value"


def test_the_response_rate_stands_beside_survey_figures_only(month: Month) -> None:
    """Of 8 doctors invited 2 answered, of 2 students none; the invited count of the wave's end is used."""
    respondents = "1 medical_and_dental\n2 medical_and_dental\n3 -"
    month.send(
        "s1",
        survey_response=f"respondent_number staff_group_code\n{respondents}",
        survey_answer="respondent_number question_key score is_unsure\n1 rcc_org_training_resources 1 false",
    )
    month.send(
        "s2",
        population="""
        population_code staff_group_code   snapshot_date people_count
        invited         medical_and_dental 2026-09-02    99
        invited         medical_and_dental 2026-09-30    8
        invited         students           2026-09-30    2
        headcount       medical_and_dental 2026-09-30    50
        """,
    )
    rows = "M1 s1-1 medical_and_dental 1\nM2 s1-1 medical_and_dental 1"
    with month.build() as connection:
        figures_of(
            connection,
            f"metric_id person_key staff_group_code numerator\n{rows}",
            [metric(datasets=["survey"]), metric("M2")],
        )
        rates = shown(connection, "SELECT metric_id, breakdown, response_rate_pct FROM core.metric_figure")
        step = shown(connection, "SELECT breakdown, category, response_rate_pct FROM core.figure_response_rate")
    assert rates == lines(
        "M1 all 30\n M1 staff_group 25\n M1 staff_group_wide 25\n M2 all -\n M2 staff_group -\n M2 staff_group_wide -"
    )
    assert step == lines("all all 30\n staff_group medical_and_dental 25\n staff_group_wide medical_and_dental_wide 25")


def test_the_steps_hold_the_sums_and_the_quartiles(built) -> None:
    figures_of(built, units("Q6", [1, 2, 3]), [median(6)])
    assert shown(built, "SELECT numerator, denominator, people_count FROM core.figure_base") == "6 3 3"
    assert shown(built, "SELECT q1, q2, q3 FROM core.figure_quantile") == "1 2 3"


def test_a_metric_is_defined_as_it_was_declared(built) -> None:
    figures_of(built, units("M1", [1]), [metric(target=90, warning="Planned_only.")])
    columns = "metric_id, statistic, unit, period_kind, decimals, direction, counts, profile, has_spc, target, warning"
    assert shown(built, f"SELECT {columns} FROM marts.metric_definition") == (
        "M1 proportion % year_to_date 1 1 people staff_survey False 90 Planned_only."
    )
