"""marts.metric_spc: what gets a chart, what gets no limits and why, and the options of the rule sets."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from schemas.metrics import load_metrics
from tests.lib.spc import DEFAULT, Series, chart, charts
from warehouse.db import queries

# Mean 10, ranges all 2: limits 10 -/+ 2.66 * 2, near limits two thirds of that.
STEADY = [9, 11] * 7
MONTHS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(24)]


LIMITS = ("mean", "lower_limit", "upper_limit", "lower_near_limit", "upper_near_limit")


def limits(row: dict[str, Any]) -> tuple[float | None, ...]:
    return tuple(None if row[name] is None else round(row[name], 6) for name in LIMITS)


def types(rows: list[dict[str, Any]]) -> list[str]:
    return [row["special_cause_type"] for row in rows]


def test_limits_are_the_mean_and_2_66_average_ranges_worked_by_hand() -> None:
    rows = chart(STEADY)
    assert {limits(row) for row in rows} == {(10, 4.68, 15.32, 6.453333, 13.546667)}
    assert {row["note"] for row in rows} == {""}
    assert limits(chart([5, 7])[0]) == (6, 0.68, 11.32, 2.453333, 9.546667)


@pytest.mark.parametrize(
    ("unit", "values", "printed"),
    [
        # Mean 1.5, ranges 3: limits 1.5 -/+ 7.98, near limits 1.5 -/+ 5.32; a count or hours cannot be below 0.
        ("hours", [0, 3] * 7, (1.5, 0, 9.5, 0, 6.8, True)),
        # Mean 97, ranges 2: limits 97 -/+ 5.32, near limits 97 -/+ 3.546667; a share ends at 100 %.
        ("%", [96, 98] * 7, (97, 91.7, 100, 93.5, 100, True)),
        ("%", [49, 51] * 7, (50, 44.7, 55.3, 46.5, 53.5, False)),
        # Mean 2, ranges 1: limits 2 -/+ 2.66; a score of 1 to 10 does not go below 1.
        ("score 1-10", [1.5, 2.5] * 7, (2, 1, 4.66, 1, 3.77, True)),
        # Mean 0, ranges 1: an effect size may be negative, however far.
        ("baseline SD", [-0.5, 0.5] * 7, (0, -2.66, 2.66, -1.77, 1.77, False)),
    ],
)
def test_no_limit_is_printed_beyond_what_the_figure_can_be_without_saying_so(unit: str, values, printed) -> None:
    row = chart(values, unit=unit, decimals=None)[0]
    assert tuple(row[name] for name in (*LIMITS, "is_limit_cut")) == printed


def test_a_share_goes_by_its_counts_which_rounding_does_not_move() -> None:
    """1,000 and 1,014 of 20,000 are 5 and 5.07 %. Mean 5.035, ranges 0.07: limits -/+ 0.1862, near ones 0.1241."""
    rows = chart([1000, 1014] * 6 + [1045], fix=12, unit="%", decimals=3, out_of=20_000)  # 5.225, in print 5.2
    assert limits(rows[0]) == (5.035, 4.849, 5.221, 4.911, 5.159)
    assert [row["value"] for row in rows[-3:]] == [5.0, 5.1, 5.2]
    assert [row["is_outside"] for row in rows] == [False] * 12 + [True]


def test_a_limit_that_is_cut_decides_the_signals_where_it_was() -> None:
    # Limits 1.5 -/+ 7.98 in hours: a target of 0 is within them, so neither always met nor always missed.
    assert chart([0, 3] * 7, unit="hours", target=0)[0]["assurance_icon"] == "inconsistent"


def test_a_series_without_limits_says_nothing_of_a_cut() -> None:
    assert {row["is_limit_cut"] for row in chart([5] * 15)} == {None}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([5] * 15, "no limits: the points do not vary"),
        ([0.1 + 0.2, 0.3] * 8, "no limits: the points do not vary"),  # they differ in the last digit only
        ([5] * 12 + [9] * 12, "no limits: the points do not vary"),  # the one range that there is, is screened out
        ([5], "no limits: no two points in a row"),
        ([5, None, 6], "no limits: no two points in a row"),
    ],
)
def test_a_series_that_does_not_vary_or_has_one_point_has_a_mean_and_no_limits(values, said: str) -> None:
    rows = chart(values)
    assert {row["note"] for row in rows} == {said}
    assert {limits(row)[1:] for row in rows} == {(None,) * 4}
    assert all(row["mean"] is not None and row["is_outside"] is None for row in rows)


def test_a_constant_series_has_no_special_cause_and_takes_no_side() -> None:
    rows = chart([100 / 3] * 15)  # a mean of sums could miss them all by a last digit
    assert {(row["side"], row["point_type"], row["variation_icon"]) for row in rows} == {
        (0, "common_cause", "common_cause")
    }


def test_one_withheld_point_takes_mean_limits_and_rules_from_the_whole_series() -> None:
    values: list[float | None] = [*STEADY, 30.0]
    values[3] = None
    rows = chart(values, statuses={3: "suppressed"}, target=12.0)
    told = (*LIMITS, "is_limit_cut", "side", "is_outside")
    told += ("is_shift", "is_trend", "is_two_in_three", "special_cause_type", "point_type", "variation_icon")
    assert [row["value"] for row in rows] == values
    assert {row[name] for row in rows for name in (*told, "assurance_icon")} == {None}
    assert {row["note"] for row in rows} == {"no limits: a point of the series is withheld"}


def test_a_point_that_is_not_restated_is_in_print_and_counts_as_it_stands() -> None:
    stood = chart([*STEADY, 30.0], statuses={3: "not_restated"})
    assert [row["mean"] for row in stood] == [row["mean"] for row in chart([*STEADY, 30.0])]
    assert None not in {row["mean"] for row in stood}


def test_a_rebase_does_not_give_limits_to_the_months_beside_a_withheld_point() -> None:
    rows = chart([*STEADY, None], statuses={14: "suppressed"}, rebases=[date(2026, 1, 15)])
    assert {row["mean"] for row in rows} == {None}


def test_a_month_whose_population_has_not_come_is_a_gap_and_no_secret() -> None:
    rows = chart([9, 11, None, 11, 9, 11])
    assert limits(rows[0])[:2] == (10.2, pytest.approx(10.2 - 2.66 * 2))
    assert {row["note"] for row in rows} == {PROVISIONAL}


PROVISIONAL = "provisional limits: fewer than 12 points, too few for an icon"


def test_fewer_than_twelve_points_have_limits_but_no_icon_and_no_assurance() -> None:
    eleven, twelve = (chart(STEADY[:n], target=20) for n in (11, 12))
    told = ("variation_icon", "assurance_icon", "note")
    assert {tuple(row[name] for name in told) for row in eleven} == {(None, None, PROVISIONAL)}
    assert {tuple(row[name] for name in told) for row in twelve} == {("common_cause", "consistent_fail", "")}
    assert eleven[0]["upper_limit"] is not None


def test_a_chart_that_was_rebased_has_no_icon_until_its_last_group_has_twelve_points() -> None:
    rebased = {"dates": MONTHS, "rebases": [date(2026, 1, 1)], "days": 28, "target": 20}
    values = [*[9, 11] * 6, *[29, 31] * 6]
    eleven = chart(values[:-1], **{**rebased, "dates": MONTHS[:-1]})
    assert {(row["variation_icon"], row["assurance_icon"]) for row in eleven} == {(None, None)}
    assert [row["note"] for row in eleven] == [""] * 12 + [PROVISIONAL] * 11
    assert chart(values, **rebased)[0]["assurance_icon"] == "consistent_pass"


@pytest.mark.parametrize(
    ("direction", "rises", "falls"),
    [
        (1, "improvement_high", "concern_low"),
        (-1, "concern_high", "improvement_low"),
        (0, "neutral_high", "neutral_low"),
    ],
)
def test_the_icon_is_named_as_the_files_of_nhsrplotthedots(direction: int, rises: str, falls: str) -> None:
    icons = [chart([*STEADY, last], fix=12, direction=direction)[0]["variation_icon"] for last in (30, -10, 11)]
    assert icons == [rises, falls, "common_cause"]
    # A rise that ends below the mean is of the rise's side.
    below = [*STEADY, *(4.8 + n / 10 for n in range(7))]
    assert chart(below, fix=12, direction=direction)[0]["variation_icon"] == rises


def test_periods_that_overlap_get_no_limits() -> None:
    assert {row["note"] for row in chart(STEADY, days=2)} == {"no limits: periods of the series overlap"}


def test_only_metrics_that_opt_in_get_a_chart() -> None:
    made = charts([Series("no", STEADY, has_spc=False), Series("x", STEADY)])
    assert list(made) == [("x", DEFAULT)]


def test_a_shift_of_six_is_an_option() -> None:
    values = [*STEADY[:13], *[11.5] * 6]  # fixed on the first twelve: mean 10
    assert set(types(chart(values, fix=12))) == {"Common Cause"}
    assert types(chart(values, "plotthedots-0.2.2-shift-6", fix=12))[12:] == [
        "Common Cause",
        *["6 Points Above CL"] * 6,
    ]


def test_the_tool_of_nhs_england_draws_limits_and_icons_from_thirteen_points_and_screens_nothing() -> None:
    twelve, thirteen = (chart(STEADY[:n], "mdc-2023")[0] for n in (12, 13))
    assert (limits(twelve)[1:], twelve["variation_icon"]) == ((None,) * 4, None)
    assert twelve["note"] == "no limits and no icon: fewer than 13 points"
    assert (thirteen["upper_limit"], thirteen["variation_icon"]) == (pytest.approx(129 / 13 + 5.32), "common_cause")
    # The published caption: 6.95, 1.94 and -3.06 in Excel, where the package screens the outlier.
    published = chart([1, 2, 1, 2, 10, *[1, 2] * 6, 1], "mdc-2023")[0]
    assert [round(limit or 0, 2) for limit in limits(published)[:3]] == [1.94, -3.06, 6.95]


def test_the_tool_of_nhs_england_counts_a_point_beyond_three_sigma_for_two_in_three() -> None:
    values = [*STEADY, 11, 16, 14]  # limits 10 -/+ 5.32 from the first twelve, near limit 13.55
    assert types(chart(values, fix=12))[-2:] == ["Above UCL", "Common Cause"]
    newer = chart(values, "mdc-2023", fix=12)
    assert types(newer)[-2:] == ["Above UCL", "2 in 3 Above CL"]
    assert [row["is_two_in_three"] for row in newer[-3:]] == [False, True, True]


def test_improvement_wins_a_tie_in_the_tool_of_nhs_england() -> None:
    falling = [
        *STEADY,
        15.3,
        15.2,
        15.1,
        15.0,
        14.9,
        14.8,
        14.7,
    ]  # a falling trend beyond the near limit; less is better
    ours, theirs = (chart(falling, name, fix=12, direction=1)[-1] for name in (DEFAULT, "mdc-2023"))
    assert (ours["special_cause_type"], ours["point_type"]) == ("7 Point Trend (Decreasing)", "special_cause_concern")
    assert (theirs["special_cause_type"], theirs["point_type"]) == ("2 in 3 Above CL", "special_cause_improvement")
    assert ours["is_trend"] and ours["is_two_in_three"] and ours["is_shift"]


def test_the_last_point_of_a_rise_stays_one_though_another_rise_begins_after_the_next_step() -> None:
    rows = chart([*STEADY[:12], *range(7, 14), *range(7, 14)], fix=12)
    assert set(types(rows)[12:]) == {"7 Point Trend (Increasing)"}


def test_each_rule_set_in_use_has_its_own_chart() -> None:
    made = charts([Series("x", STEADY)], DEFAULT, "mdc-2023")
    assert {name: len(rows) for name, rows in made.items()} == {("x", DEFAULT): 14, ("x", "mdc-2023"): 14}


def test_a_rebase_date_between_two_points_starts_with_the_second() -> None:
    monthly = {"dates": MONTHS, "rebases": [date(2025, 12, 15)], "days": 28}
    rows = chart([*[9, 11] * 6, *[29, 31] * 6], **monthly)
    assert [row["rebase_group"] for row in rows] == [0] * 12 + [1] * 12
    assert [row["mean"] for row in rows] == [10] * 12 + [30] * 12


def test_assurance_is_the_target_against_the_last_limits() -> None:
    monthly = {"dates": MONTHS, "rebases": [date(2026, 1, 1)], "days": 28}
    values = [*[9, 11] * 6, *[29, 31] * 6]
    said = [
        chart(values, target=t, direction=d, **monthly)[0]["assurance_icon"] for t, d in [(20, 1), (20, -1), (30, 1)]
    ]
    assert said == ["consistent_pass", "consistent_fail", "inconsistent"]
    assert chart(values, target=20, direction=0, **monthly)[0]["assurance_icon"] is None


def test_assurance_goes_by_the_target_of_the_last_point() -> None:
    # Limits 10 -/+ 5.32. Twelve months under a target of 20, then one of 4: the last one is always passed.
    monthly = {"dates": MONTHS[:13], "days": 28}
    rows = chart([9, 11] * 6 + [10], targets=[20] * 12 + [4], **monthly)
    assert {row["assurance_icon"] for row in rows} == {"consistent_pass"}
    assert [row["target"] for row in rows] == [20] * 12 + [4]


def test_the_false_alarms_on_1000_series_in_control_are_stated() -> None:
    """Of charts of 24 points that vary by chance alone, 16 % show a special cause somewhere (14 % by mdc-2023)."""
    drawn = random.Random(2026)
    series = [Series(f"s{n}", [drawn.gauss(50, 5) for _ in range(24)]) for n in range(1000)]
    made = charts(series, DEFAULT, "mdc-2023")
    shares = {}
    for rules in (DEFAULT, "mdc-2023"):
        rows = [row for name in series for row in made[name.name, rules]]
        flagged = {row["series_id"] for row in rows if row["point_type"] != "common_cause"}
        outside = sum(row["is_outside"] for row in rows) / len(rows)
        shares[rules] = (len(flagged) / 1000, outside)
    (default, beyond), (newer, beyond_newer) = shares.values()
    assert 0.13 < default < 0.20 and 0.11 < newer < 0.18
    assert 0.0027 < beyond < 0.006 and 0.0015 < beyond_newer < 0.0035  # 0.27 % with the true limits of a normal


def test_the_chart_reads_released_figures_and_reference_tables_only() -> None:
    read = queries.tables_read(queries.select_of("marts.metric_spc"))
    assert {name for name in read if not name.startswith("reference.")} == {"marts.metric_value"}


def test_the_metrics_that_opt_in_are_those_of_a_months_job_plans() -> None:
    opted = {metric.metric_id for metric in load_metrics() if metric.has_spc}
    assert {
        "job_plan_research_pas_median",
        "job_plan_any_research_time",
        "job_plan_research_time_of_scope",
        "job_plan_research_hours_share",
        "job_plan_signed_off",
        "job_plan_spa_share",
    } <= opted
    assert not {name for name in opted if name[0] in "AN"}  # year to date; once a year
