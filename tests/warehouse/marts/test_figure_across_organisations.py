"""Figures over several organisations: figures in print in, by hand; what is put together out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas.metrics import load_metrics
from schemas.rulebook import Organisation
from tests.lib.month import rules_with
from tests.lib.released import Released, released
from tests.lib.text_tables import lines
from warehouse.db.references import reference_tables

OF = {"ZZ1": ("trust", "NORTH"), "ZZ2": ("trust", "NORTH"), "ZZ3": ("trust", "SOUTH"), "ZZ4": ("icb", None)}
ORGANISATIONS = {
    code: Organisation(code, f"Fictional {code}", kind, "england", True, of) for code, (kind, of) in OF.items()
}
NORTH = Organisation("NORTH", "Fictional North System", "other", "england", True)
REFERENCES = reference_tables(rules_with(organisations={**ORGANISATIONS, "NORTH": NORTH}), load_metrics())
MART = "figure_across_organisations"


class Ask:
    """Figures in print as a text table and columns of the mart -> its rows of a grouping."""

    def __init__(self, made: Released) -> None:
        self.made = made

    def __call__(self, figures: str, columns: str, grouped_by: str = "all") -> str:
        return self.made(figures, MART, columns, where=f"grouped_by = '{grouped_by}' ORDER BY ALL")


@pytest.fixture
def ask() -> Iterator[Ask]:
    with released(REFERENCES) as made:
        yield Ask(made)


# By hand: 30 of 60 and 20 of 40 are 50 of 100, where their shares are 50 and 50; with 90 of 100 of ZZ3, 140 of 200.
SHARES = """
    metric_id              organisation_code value numerator denominator interval_method
    survey_research_active ZZ1               50    30        60          Wilson
    survey_research_active ZZ2               50    20        40          Wilson
    survey_research_active ZZ3               90    90        100         Wilson
"""


def test_people_who_count_are_pooled_over_all_and_over_a_system(ask: Ask) -> None:
    columns = "group_code group_label method numerator denominator value lowest_value highest_value organisation_count"
    assert ask(SHARES, columns) == "all All organisations pooled 140 200 70 50 90 3"
    assert ask(SHARES, columns, "system") == "NORTH Fictional North System pooled 50 100 50 50 50 2"
    assert ask(SHARES, columns, "organisation_type") == "trust NHS trust pooled 140 200 70 50 90 3"


def test_it_is_named_for_a_reader_without_a_join(ask: Ask) -> None:
    figures = SHARES.replace("survey_research_active", "rcc_item_score ").replace("metric_id", "metric_id item_code")
    figures = figures.replace("rcc_item_score ", "rcc_item_score rcc_barrier_time")
    named = "item_label period_label breakdown_label category_label"
    assert ask(figures, named) == "Barrier: too little time September 2026 All All"


def test_a_pooled_share_has_wilsons_interval_of_its_own_people(ask: Ask) -> None:
    """By hand, 50 of 100: 0.5 -+ 1.96 sqrt(0.0025 + 0.000096) / 1.0384, or 0.5 -+ 0.0962."""
    columns = "interval_low interval_high interval_method"
    assert ask(SHARES, columns, "system") == "40.4 59.6 Wilson, 95 %, of these organisations only"
    plans = SHARES.replace("survey_research_active", "job_plan_any_research_time").replace("Wilson", "none")
    assert ask(plans, "value interval_low interval_method") == "70 - none: a full count, or not of people"


def test_a_count_is_added_up_and_a_rate_is_of_all_heads(ask: Ask) -> None:
    """By hand: 12 and 3 referrals of 400 and 100 people are 15 of 500: 30 per 1,000."""
    figures = """
        metric_id                  organisation_code value numerator denominator
        support_cases_reached      ZZ1               40    40        40
        support_cases_reached      ZZ4               25    25        25
        support_referrals_per_1000 ZZ1               30    12        400
        support_referrals_per_1000 ZZ4               30    3         100
    """
    assert ask(figures, "metric_id method value numerator") == lines("""
        support_cases_reached      pooled 65 65
        support_referrals_per_1000 pooled 30 15
    """)


def test_means_weigh_each_organisation_alike_and_medians_are_not_averaged(ask: Ask) -> None:
    figures = """
        metric_id                     organisation_code value denominator people_count
        survey_low_burnout_score      ZZ1               6     90          90
        survey_low_burnout_score      ZZ2               4     11          11
        support_days_to_first_meeting ZZ1               8     90          90
        support_days_to_first_meeting ZZ2               20    -           -
    """
    assert ask(figures, "metric_id method value denominator lowest_value highest_value") == lines("""
        support_days_to_first_meeting range_of_organisations - - 8 20
        survey_low_burnout_score      mean_of_organisations  5 - 4 6
    """)


def test_a_share_of_hours_is_no_count_and_is_a_mean(ask: Ask) -> None:
    figures = """
        metric_id                     organisation_code value
        job_plan_research_hours_share ZZ1               2
        job_plan_research_hours_share ZZ2               4
    """
    assert ask(figures, "method value interval_method") == "mean_of_organisations 3 none: not pooled"


def test_who_is_withheld_or_prints_other_periods_only_is_counted_and_added_to_nothing(ask: Ask) -> None:
    """ZZ3 prints August to September, ZZ4 is withheld; of no other month do two organisations print."""
    figures = """
        metric_id            organisation_code period_start value numerator denominator status
        survey_response_rate ZZ1               2026-09-01   50    30        60          shown
        survey_response_rate ZZ2               2026-09-01   75    30        40          not_restated
        survey_response_rate ZZ3               2026-08-01   90    90        100         shown
        survey_response_rate ZZ4               2026-09-01   -     -         -           suppressed
    """
    columns = "value organisation_count withheld_count not_available_count other_period_count is_complete"
    assert ask(figures, f"period_start {columns}") == "2026-09-01 60 2 1 0 1 False"
    assert ask(figures, columns, "system") == "60 2 0 0 0 True"
    gone = figures.replace("suppressed", "not_available")
    assert ask(gone, columns) == "60 2 0 1 1 False"
    assert [" missing " in row for row in ask(gone, "warning").splitlines()] == [True]


def test_one_organisation_is_no_group_and_of_two_all_categories_are_laid_side_by_side(ask: Ask) -> None:
    """Two hospitals with 1 of 5 each, and one body with 1 of 5; of strategies only one organisation prints any."""
    figures = """
        metric_id                         organisation_code breakdown category value numerator denominator
        adoption_recommendations_in_place ZZ1               site_type hospital 20    1         5
        adoption_recommendations_in_place ZZ2               site_type hospital 20    1         5
        adoption_recommendations_in_place ZZ4               site_type body     20    1         5
        adoption_recommendations_in_place ZZ1               strategy  A1       20    1         5
        adoption_recommendations_in_place ZZ1               site      ZZ1      20    1         5
        adoption_recommendations_in_place ZZ2               site      ZZ1      20    1         5
    """
    columns = "category method numerator denominator value organisation_count"
    assert ask(figures, columns) == lines("""
        body     one_organisation 1 5  20 1
        hospital pooled           2 10 20 2
    """)


def test_what_is_printed_without_its_counts_is_not_pooled(ask: Ask) -> None:
    figures = """
        metric_id              organisation_code value numerator denominator
        survey_research_active ZZ1               50    30        60
        survey_research_active ZZ2               70    -         -
    """
    assert ask(figures, "method value numerator") == "mean_of_organisations 60 -"
