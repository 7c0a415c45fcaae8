"""The topical marts: released figures in, by hand; what each says of them out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas.metrics import TOPICS, load_metrics
from tests.lib.released import REFERENCES, Released, released
from tests.lib.text_tables import lines


@pytest.fixture
def ask() -> Iterator[Released]:
    with released() as ask:
        yield ask


def test_every_metric_stands_in_a_topical_mart(ask: Released) -> None:
    """Beside adoption stands an outcome only where its site has sent its adoption, so that mart is not one of them."""
    figures = "\n".join(("metric_id value", *(f"{metric.metric_id} 5" for metric in load_metrics())))
    found = {
        name for topic in TOPICS if topic != "adoption_and_outcome" for name in ask(figures, topic, "metric_id").split()
    }
    assert found == {metric.metric_id for metric in load_metrics()}


def test_staff_experience_has_the_published_burnout_beside_the_surveys_own(ask: Released) -> None:
    figures = """
        metric_id                     period_start period_end period_kind value
        survey_low_burnout_score      2026-09-01   2026-09-30 wave        6.1
        survey_job_satisfaction       2026-09-01   2026-09-30 wave        60
        nss_burnt_out_often_published 2025-01-01   2025-12-31 year        31
        survey_response_rate          2026-09-01   2026-09-30 wave        40
    """
    assert ask(figures, "staff_experience", "metric_id source_dataset unit period_label value") == lines("""
        survey_low_burnout_score      survey        score 0-10 the survey of September 2026  6.1
        survey_job_satisfaction       survey        % the survey of September 2026  60
        nss_burnt_out_often_published nss_benchmark % January to December 2025 31
    """)


def test_joining_and_leaving_and_the_quality_of_the_data_have_marts(ask: Released) -> None:
    figures = """
        metric_id                          item_code  value
        workforce_left_by_reason_12_months own_choice 4
        workforce_joined_12_months         -          9
        workforce_not_linked               job_plan   2
        survey_block_reached               barriers   80
    """
    assert ask(figures, "workforce_retention", "metric_id item_label value organisation_name") == lines("""
        workforce_left_by_reason_12_months Of own choice 4 Fictional ZZ1
        workforce_joined_12_months         ''            9 Fictional ZZ1
    """)
    assert ask(figures, "data_quality", "metric_id item_label value") == lines("""
        workforce_not_linked Job plans 2
        survey_block_reached Barriers  80
    """)


def test_engagement_keeps_the_sources_of_research_active_apart(ask: Released) -> None:
    figures = """
        metric_id                   item_code value status
        survey_research_active      -         50    shown
        appraisal_research_role_ytd -         40    shown
        job_plan_any_research_time  -         30    shown
        research_applications_ytd   grant     -     suppressed
        job_plan_spa_share          -         9     shown
    """
    assert ask(figures, "research_engagement", "metric_id source_dataset value status direction") == lines("""
        survey_research_active      survey            50 shown      1
        appraisal_research_role_ytd appraisal         40 shown      1
        job_plan_any_research_time  job_plan          30 shown      1
        research_applications_ytd   research_activity -  suppressed 1
    """)


def test_a_score_says_its_domain(ask: Released) -> None:
    figures = """
        metric_id              item_code        value
        rcc_item_score         rcc_barrier_time 5
        rcc_domain_score       team             4
        survey_completion_rate -                90
    """
    assert ask(figures, "research_engagement", "metric_id domain_code domain_label value") == lines("""
        rcc_item_score         barriers Barriers 5
        rcc_domain_score       team     Team     4
        survey_completion_rate -        -        90
    """)


def test_protected_time_has_the_job_plans_and_the_boxes_that_tell_of_time(ask: Released) -> None:
    figures = """
        metric_id                       item_code                    value
        job_plan_research_time_of_scope -                            12
        research_barrier_ticked         rcc_barrier_backfill         20
        research_barrier_ticked         rcc_barrier_funds            55
        research_motivator_ticked       rcc_motivator_dedicated_time 30
        rcc_item_unsure                 rcc_barrier_time             1
    """
    assert ask(figures, "protected_time", "metric_id source_dataset value") == lines("""
        job_plan_research_time_of_scope job_plan 12
        research_barrier_ticked         survey   20
        research_motivator_ticked       survey   30
    """)


def test_appraisal_research_has_the_missed_beside_the_done_and_no_other_metric(ask: Released) -> None:
    figures = """
        metric_id                        value
        appraisals_completed_ytd         90
        appraisals_missed_approved_ytd   6
        appraisals_missed_unapproved_ytd 4
        appraisal_research_in_pdp_ytd    11
        job_plan_research_time_of_scope  5
    """
    assert ask(figures, "appraisal_research", "metric_id value unit") == lines("""
        appraisals_completed_ytd         90 %
        appraisals_missed_approved_ytd   6  %
        appraisals_missed_unapproved_ytd 4  %
        appraisal_research_in_pdp_ytd    11 %
    """)


COMPARISON = "research_active_comparison"


def test_a_difference_of_shares_has_newcombes_interval(ask: Released) -> None:
    """56 of 70 less 48 of 80: 0.0524 to 0.3339 by method 10 of Newcombe 1998, table II (example a)."""
    figures = """
        metric_id                 breakdown       category value interval_low interval_high people_count interval_method
        survey_access_to_learning research_active yes      80    69.18336     87.69526      70           Wilson
        survey_access_to_learning research_active no       60    49.04547     70.03817      80           Wilson
        survey_access_to_learning all             all      69    61           76            150          Wilson
    """
    columns = "active_people_count other_people_count difference difference_low difference_high"
    active, other, *found = ask(figures, COMPARISON, columns).split()
    assert (active, other) == ("70", "80")
    assert [float(cell) for cell in found] == [20, 5.2, 33.4]
    assert ask(figures, COMPARISON, "difference_method standardised_difference") == "MOVER from: Wilson -"


def test_a_standardised_difference_weighs_the_groups_that_show_both_sides(ask: Released) -> None:
    """By hand: +1 in 30 doctors, -1 in 10 nurses: (30 - 10) / 40 = 0.5, and nobody of the hidden group.

    Each side reaches 0.3 and 0.4 from its mean, so each difference 0.5: sqrt(15 * 15 + 5 * 5) / 40 = 0.395, which
    leaves 0.105 to 0.895, in print 0.10 and 0.90.
    """
    crossed = "staff_group~x~research_active"
    figures = f"""
        metric_id                breakdown       category      value interval_low interval_high people_count status
        survey_low_burnout_score research_active yes           7     6.7          7.3           30           shown
        survey_low_burnout_score research_active no            5     4.6          5.4           70           shown
        survey_low_burnout_score {crossed}       doctor~x~yes  6     5.7          6.3           18           shown
        survey_low_burnout_score {crossed}       doctor~x~no   5     4.6          5.4           12           shown
        survey_low_burnout_score {crossed}       nurse~x~yes   4     3.7          4.3           5            shown
        survey_low_burnout_score {crossed}       nurse~x~no    5     4.6          5.4           5            shown
        survey_low_burnout_score {crossed}       midwife~x~yes -     -            -             -            suppressed
        survey_low_burnout_score {crossed}       midwife~x~no  3     2.6          3.4           40           shown
    """
    assert ask(figures, COMPARISON, "difference difference_low difference_high") == "2 1.5 2.5"
    columns = "standardised_difference standardised_low standardised_high standardised_people_count"
    found = [float(cell) for cell in ask(figures, COMPARISON, columns).split()]
    assert found == [0.5, 0.1, 0.9, 40]
    assert ask(figures, COMPARISON, "standardised_group_count") == "2"


def test_a_difference_of_printed_figures_is_printed_as_they_are(ask: Released) -> None:
    """57.1 less 43.2 is 13.899999999999999 in doubles, and 0.3 less 0.1 - 0.2, 5e-17."""
    figures = """
        metric_id               breakdown       category value               interval_low interval_high people_count
        survey_job_satisfaction research_active yes      57.1                50           64            40
        survey_job_satisfaction research_active no       43.2                40           46            40
        survey_research_mentor  research_active yes      0.30000000000000004 0            1             40
        survey_research_mentor  research_active no       0.3                 0            1             40
    """
    assert ask(figures, COMPARISON, "difference::STRING") == "0.0\n13.9"


def test_a_hidden_side_leaves_no_difference(ask: Released) -> None:
    figures = """
        metric_id               breakdown       category value interval_low interval_high status
        survey_job_satisfaction research_active yes      -     -            -             suppressed
        survey_job_satisfaction research_active no       60    50           70            shown
    """
    columns = "active_status active_value other_value difference difference_low standardised_difference"
    assert ask(figures, COMPARISON, columns) == "suppressed - 60 - - -"


def test_burnout_stands_beside_the_latest_published_result_that_had_ended(ask: Released) -> None:
    figures = """
        metric_id                     breakdown       category period_start period_end value denominator people_count
        survey_low_burnout_score      research_active yes      2026-09-01   2026-09-30 7     30          30
        survey_low_burnout_score      research_active no       2026-09-01   2026-09-30 6     40          40
        workforce_left_12_months      research_active yes      2026-09-01   2026-09-30 5     20          20
        workforce_left_12_months      research_active no       2026-09-01   2026-09-30 8     50          50
        nss_burnt_out_often_published all             all      2024-01-01   2024-12-31 33    900         900
        nss_burnt_out_often_published all             all      2025-01-01   2025-12-31 31    800         800
        nss_burnt_out_often_published all             all      2026-01-01   2026-12-31 29    700         700
    """
    columns = "metric_id research_active_by difference published_value published_denominator published_period_end"
    assert ask(figures, COMPARISON, columns) == lines("""
        survey_low_burnout_score survey   1  31 800 2025-12-31
        workforce_left_12_months job_plan -3 -  -   -
    """)


def test_where_no_published_result_stands_beside_burnout_it_says_why(ask: Released) -> None:
    figures = """
        metric_id                     organisation_code breakdown       category period_start period_end value
        survey_low_burnout_score      ZZ1               research_active yes      2026-09-01   2026-09-30 7
        survey_low_burnout_score      ZZ2               research_active yes      2026-09-01   2026-09-30 7
        survey_low_burnout_score      ZZ3               research_active yes      2026-09-01   2026-09-30 7
        survey_job_satisfaction       ZZ1               research_active yes      2026-09-01   2026-09-30 60
        nss_burnt_out_often_published ZZ1               all             all      2025-01-01   2025-12-31 31
        nss_burnt_out_often_published ZZ2               all             all      2026-01-01   2026-12-31 29
    """
    columns = "organisation_code metric_id published_value substr(published_reason,14,2)"
    assert ask(figures, COMPARISON, columns) == lines("""
        ZZ1 survey_low_burnout_score 31 -
        ZZ1 survey_job_satisfaction  -  re
        ZZ2 survey_low_burnout_score -  NH
        ZZ3 survey_low_burnout_score -  ds
    """)
    assert "iMatter" in ask(figures, COMPARISON, "published_reason")


def test_support_outcomes_tell_the_stage_and_whether_cases_or_summaries_gave_it(ask: Released) -> None:
    figures = """
        metric_id                              item_code breakdown category  value status
        support_cases_reached                  -         setting   hospital  40    shown
        support_first_meeting_attended_summary -         site      SITE-1    75    shown
        support_paired_effect                  pss_10    programme mentoring 0.4   shown
        support_days_to_first_meeting          -         concern   health    -     suppressed
        support_referrals_per_1000             -         all       all       9     shown
        support_sessions_per_case              - programme~x~doctor_group coaching~x~gp 4 shown
        support_closed_completed               - programme~x~setting coaching~x~hospital 60 shown
    """
    columns = "metric_id stage made_from category_label value status"
    assert ask(figures, "support_outcomes", columns) == lines("""
        support_cases_reached                  reached       cases     Hospital  40  shown
        support_first_meeting_attended_summary engaged       summaries SITE-1    75  shown
        support_paired_effect                  paired_effect cases     Mentoring 0.4 shown
        support_days_to_first_meeting          time          cases     Health    -   suppressed
        support_referrals_per_1000             referred      cases     All       9   shown
        support_sessions_per_case sessions  cases Coaching, General practitioner 4 shown
        support_closed_completed  completed cases Coaching, Hospital             60 shown
    """)


def test_adoption_tells_the_aspect_and_labels_strategy_and_change(ask: Released) -> None:
    figures = """
        metric_id                         item_code breakdown category value
        adoption_recommendations_in_place -         strategy  C2       50
        adoption_changes_noted            learning  site      SITE-1   3
        adoption_workshop_stakeholders    -         all       all      35
        support_first_meeting_attended    -         all       all      9
    """
    strategy = next(row["label"] for row in REFERENCES["codelist"].to_pylist() if row["code"] == "C2")
    assert ask(figures, "recommendation_adoption", "aspect item_label category_label value") == lines(f"""
        in_place    ''       {strategy} 50
        change      Learning SITE-1     3
        stakeholder ''       All        35
    """)
    rated = "metric_id item_code value\niparihs_element_rating innovation_clarity~1-5 4"
    assert ask(rated, "recommendation_adoption", "aspect item_label value") == "rating Innovation: clarity 4"
