"""The wide table: what stands beside each figure in print, and the tables of labels that go with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas.metrics import load_metrics
from schemas.tables import MARTS
from tests.lib.released import Released, released
from tests.lib.text_tables import lines

FIGURE = "dashboard_figure"
WITHHELD = (
    "withheld because nobody or fewer than 11 people are in it or in a part of it, all answered alike, or such a figure"
    " could be worked out from it"
)
DIMENSIONS = {"dim_item": "item_key", "dim_category": "category_key", "dim_period": "period_key"}
MIXED = """
    metric_id                        item_code        period_end period_kind breakdown           category          value
    rcc_item_score                   rcc_barrier_time 2026-09-30 wave        all                 all               5
    rcc_item_unsure                  rcc_barrier_time 2026-09-30 wave        sex                 female            5
    adoption_stakeholders_by_role    workshop~other   2026-09-30 as_at       all                 all               2
    adoption_recommendations_adapted other            2026-09-30 as_at       all                 all               3
    survey_low_burnout_score         -                2026-10-31 wave        staff_group         medical_and_dental 6
    survey_low_burnout_score         -                2026-10-31 wave        staff_group_wide medical_and_dental_wide 6
    support_closed_completed         -                2026-09-30 12_months   programme~x~setting coaching~x~other  60
    support_closed_completed         -                2026-09-30 12_months   concern             other             61
"""


@pytest.fixture
def ask() -> Iterator[Released]:
    with released() as ask:
        yield ask


def test_each_figure_has_the_labels_and_keys_that_a_reader_needs(ask: Released) -> None:
    figures = """
        metric_id        item_code        breakdown   category           period_kind value
        survey_research_active -          staff_group medical_and_dental wave        5.2
        support_paired_effect pss_10      all         all                12_months   0.6
    """
    columns = "metric_title topic_label unit decimals direction_label item_label"
    assert ask(figures, FIGURE, columns) == lines("""
        Research-active, by survey Engagement in research % 1 higher is better ''
        Paired effect size Support programmes baseline SD 2 higher is better PSS-10
    """)
    assert ask(figures, FIGURE, "breakdown_label category_label organisation_name organisation_type_label") == lines("""
        Staff group Medical and Dental Fictional ZZ1 NHS trust
        All All Fictional ZZ1 NHS trust
    """)
    assert ask(figures, FIGURE, "item_key category_key period_key") == lines("""
        survey_research_active|none staff_group|medical_and_dental wave|2026-09-01|2026-09-30
        support_paired_effect|pss_10 all|all 12_months|2026-09-01|2026-09-30
    """)


@pytest.mark.parametrize(
    ("kind", "start", "end", "label"),
    [
        ("as_at", "2026-09-01", "2026-09-30", "at 30 September 2026"),
        ("as_at", "2024-02-01", "2024-02-29", "at 29 February 2024"),
        ("month", "2026-09-01", "2026-09-30", "September 2026"),
        ("year_to_date", "2026-04-01", "2026-09-30", "April to September 2026"),
        ("year_to_date", "2026-04-01", "2026-04-30", "April 2026"),
        ("year_to_date", "2025-04-01", "2026-01-31", "April 2025 to January 2026"),
        ("12_months", "2025-10-01", "2026-09-30", "the year to September 2026"),
        ("year", "2025-01-01", "2025-12-31", "January to December 2025"),
        ("year", "2025-04-01", "2026-03-31", "April 2025 to March 2026"),
        ("wave", "2026-09-01", "2026-09-30", "the survey of September 2026"),
        ("wave", "2026-09-01", "2026-11-30", "the survey of September to November 2026"),
    ],
)
def test_a_period_is_written_as_a_person_would(ask: Released, kind: str, start: str, end: str, label: str) -> None:
    figures = f"metric_id period_start period_end period_kind value\njob_plan_signed_off {start} {end} {kind} 5"
    order = end.replace("-", "")
    assert ask(figures, FIGURE, "period_label period_order is_latest") == f"{label} {order} True"


def test_a_hidden_figure_says_why_in_one_sentence_whatever_hid_it(ask: Released) -> None:
    figures = """
        metric_id                         breakdown   category reason_code        value denominator status
        survey_research_active            staff_group students -                  -     -           suppressed
        adoption_recommendations_in_place site        S1       -                  -     -           suppressed
        survey_response_rate              all         all      population_missing -     -           not_available
        job_plan_signed_off               all         all      source_missing     -     -           not_available
        job_plan_spa_share                all         all      no_value           -     -           not_available
        research_outputs_ytd              all         all      -                  4     -           not_restated
        adoption_recommendations_overdue  all         all      -                  0     7           shown
        workforce_left_12_months          all         all      -                  9     90          shown
    """
    assert ask(figures, FIGURE, "status_shorthand status_sentence") == lines(f"""
        [c] {WITHHELD}
        [c] withheld because a figure about few people could be worked out from it
        [x] not available because its population has not come
        [x] not available because a source that came before has not come for the period
        [x] not available because nothing can be worked out from those who count
        '' as released before because too few people have changed since
        '' none of 7
        '' ''
    """)


def test_the_latest_period_is_that_of_the_metric_and_organisation_whatever_its_status(ask: Released) -> None:
    figures = """
        metric_id           organisation_code period_start period_end value status
        job_plan_signed_off ZZ1               2026-08-01   2026-08-31 5     shown
        job_plan_signed_off ZZ1               2026-09-01   2026-09-30 -     suppressed
        job_plan_signed_off ZZ2               2026-08-01   2026-08-31 6     shown
        job_plan_spa_share  ZZ1               2026-08-01   2026-08-31 7     shown
    """
    assert ask(figures, FIGURE, "metric_id organisation_code period_end is_latest") == lines("""
        job_plan_signed_off ZZ1 2026-08-31 False
        job_plan_signed_off ZZ1 2026-09-30 True
        job_plan_signed_off ZZ2 2026-08-31 True
        job_plan_spa_share  ZZ1 2026-08-31 True
    """)


def test_what_no_list_names_bears_its_code_and_a_site_its_organisations_name(ask: Released) -> None:
    figures = """
        metric_id              organisation_code item_code   breakdown        category        value
        support_paired_effect  ZZ9               new_measure programme~x~site coaching~x~S-1  0.4
        support_paired_effect  ZZ9               new_measure site             ZZ1             0.5
    """
    columns = "item_label category_label organisation_name organisation_type is_fictional"
    assert ask(figures, FIGURE, columns) == lines("""
        new_measure Coaching, S-1 ZZ9 - False
        new_measure Fictional ZZ1 ZZ9 - False
    """)


@pytest.mark.parametrize(("dimension", "key"), DIMENSIONS.items())
def test_every_key_is_in_its_dimension_once_and_a_label_has_one_place(ask: Released, dimension: str, key: str) -> None:
    name = dimension.removeprefix("dim_")
    rows = ask(MIXED, dimension, f"{key} {name}_label {name}_order")  # each key once: the lib asserts it
    assert len(rows.splitlines()) > 1
    there = f"(SELECT {key} FROM marts.{dimension})"
    lost = ask.connection.execute(f"SELECT {key} FROM marts.dashboard_figure WHERE {key} NOT IN {there}").fetchall()
    placed = f"SELECT lower({name}_label) FROM marts.{dimension} GROUP BY 1 HAVING count(DISTINCT {name}_order) > 1"
    assert (lost, ask.connection.execute(placed).fetchall()) == ([], [])


def test_every_metric_and_organisation_is_in_its_dimension(ask: Released) -> None:
    title = "metric_id metric_title topic threshold"
    found = ask(MIXED, "dim_metric", title, where="metric_id = 'adoption_workshops'")
    assert found == "adoption_workshops Workshops recommendation_adoption 0"
    assert len(ask(MIXED, "dim_metric", "metric_id").split()) == len(load_metrics())
    named = "organisation_code organisation_name organisation_type_label nation_label"
    assert ask(MIXED, "dim_organisation", named, where="organisation_code = 'ZZ3'") == lines(
        "ZZ3 Fictional Board Health board Scotland"
    )


def test_an_item_says_the_domain_of_its_question(ask: Released) -> None:
    figures = """
        metric_id        item_code        value
        rcc_item_score   rcc_barrier_time 5
        rcc_domain_score team             4
        research_role_ytd lead            3
    """
    assert ask(figures, "dim_item", "domain_code domain_label", where="TRUE ORDER BY item_order") == lines("""
        - -
        team Team
        barriers Barriers
    """)


def test_the_wide_table_has_the_rows_and_columns_of_the_figures_and_more(ask: Released) -> None:
    assert ask(MIXED, FIGURE, "count(*)") == "8"
    ours, wide = MARTS["marts.metric_value"], MARTS["marts.dashboard_figure"]
    assert (wide.keys, wide.names[: len(ours.names)]) == (ours.keys, ours.names)
