"""Metrics of support cases. The twelve months to the period's end are 2025-10-01 to 2026-09-30."""

import pytest

from tests.lib.core import Core, table


def test_referrals_of_twelve_months_are_set_against_the_headcount(core: Core) -> None:
    core.add("fct_support_case", "referral_date\n2025-09-30\n2025-10-01\n2026-03-02\n2026-09-30")
    core.add("fct_population", "staff_group_code people_count\nall 400", population_code="headcount")
    columns = "period_start person_key numerator denominator"
    assert core.units("support_referrals_per_1000", columns) == table("2025-10-01 - 3 400")
    assert core.figures("support_referrals_per_1000", "value people_count period_kind") == [["7.5", "400", "12_months"]]


def test_without_a_headcount_there_is_no_rate(core: Core) -> None:
    core.add("fct_support_case", "referral_date\n2026-03-02")
    core.add("fct_population", "staff_group_code people_count\nall 400", population_code="invited")
    assert core.figures("support_referrals_per_1000", "numerator denominator value") == [["1", "-", "-"]]


def test_triage_is_judged_once_the_fifth_working_day_has_passed(core: Core) -> None:
    core.add(
        "fct_support_case",
        """
        person_key referral_date triage_date triage_working_days elapsed_working_days
        in_time    2026-03-02    2026-03-09  5                   148
        late       2026-03-02    2026-03-10  6                   148
        waiting    2026-09-23    -           -                   5
        too_soon   2026-09-24    -           -                   4
        early      2026-09-25    2026-09-28  1                   3
        backwards  2026-03-02    2026-02-27  -1                  148
        year_ago   2025-09-30    2025-10-01  1                   256
        """,
    )
    assert core.units("support_triaged_in_5_days", "person_key numerator denominator") == table(
        "in_time 1 1\nlate 0 1\nwaiting 0 1"
    )


REFERRALS = """
    person_key referral_date referral_source_code support_level_code
    p1         2026-01-05    self                 3
    p2         2026-02-05    arcp                 1
    p3         2026-02-06    -                    -
    p4         2025-09-30    self                 3
"""


@pytest.mark.parametrize("metric_id", ["support_self_referrals", "support_level_3_concerns"])
def test_a_share_is_of_the_referrals_of_twelve_months_that_say(core: Core, metric_id: str) -> None:
    core.add("fct_support_case", REFERRALS)
    assert core.units(metric_id, "person_key numerator") == table("p1 1\np2 0")


def test_engagement_waits_for_the_eighth_week_of_an_accepted_referral(core: Core) -> None:
    """By the calendar: 5 August 2026 and 56 days are 30 September; 6 August 2025 and 56 days are 1 October."""
    core.add(
        "fct_support_case",
        """
        person_key referral_date is_accepted first_meeting_date
        last       2026-08-05    true        2026-09-30
        next_time  2026-08-06    true        2026-08-10
        first      2025-08-06    true        -
        earlier    2025-08-05    true        2025-09-01
        afterwards 2026-03-02    true        2026-10-01
        refused    2026-03-02    false       -
        unsaid     2026-03-02    -           2026-03-09
        """,
    )
    assert core.units("support_first_meeting_attended", "person_key numerator denominator") == table(
        "last 1 1\nfirst 0 1\nafterwards 0 1"
    )


CATEGORIES = """
    case_key person_key staff_group_code support_level_code setting_code doctor_group_code site_code
    c1       p1         doctor           2                  hospital     trainee           A
    c2       p2         doctor           3                  hospital     gp                B
    c3       p1         doctor           2                  hospital     trainee           A
"""


def test_a_case_with_two_concerns_counts_in_both_and_once_in_all(core: Core) -> None:
    core.add(
        "fct_support_case", CATEGORIES, is_accepted="true", referral_date="2026-03-02", first_meeting_date="2026-03-09"
    )
    core.add("fct_support_concern", "case_key concern_code\nc1 health\nc1 conduct\nc2 health")
    core.add(
        "fct_support_intervention",
        "case_key programme_code start_date\nc1 coaching 2026-04-01\nc1 coaching 2026-06-01\nc3 mentoring 2026-04-01",
    )
    assert core.figures(
        "support_first_meeting_attended", "breakdown category numerator denominator people_count"
    ) == table("""
        all           all       3 3 2
        concern       conduct   1 1 1
        concern       health    2 2 2
        programme     coaching  1 1 1
        programme     mentoring 1 1 1
        staff_group   doctor    3 3 2
        support_level 2         2 2 1
        support_level 3         1 1 1
        setting       hospital  3 3 2
        doctor_group  trainee   2 2 1
        doctor_group  gp        1 1 1
        site          A         2 2 1
        site          B         1 1 1
    """)


# `early` had its ARCP before the referral, `between` before the first meeting; `never_met` and `not_met_yet` had no
# support by then.
ARCP = """
    person_key  referral_date first_meeting_date arcp_before_code arcp_after_code arcp_after_date
    first       2024-10-01    2024-11-01         2                1               2025-08-01
    sixth       2025-09-30    2025-10-30         3                6               -
    again       2025-03-01    2025-04-01         3                2               2026-07-01
    released    2025-03-01    2025-04-01         3                4               2026-07-01
    out         2025-03-01    2025-04-01         2                8               2026-07-01
    incomplete  2025-03-01    2025-04-01         2                5               2026-07-01
    same_day    2025-03-01    2025-04-01         2                1               2025-04-01
    early       2025-03-01    2025-04-01         2                1               2025-02-28
    between     2025-03-01    2025-04-01         2                1               2025-03-31
    backwards   2025-03-01    2025-02-01         2                1               2025-02-28
    unknown     2025-03-01    2025-04-01         2                unknown         -
    not_yet     2025-03-01    2025-04-01         2                -               -
    afterwards  2025-03-01    2025-04-01         2                1               2026-10-01
    never_met   2025-03-01    -                  2                1               2026-07-01
    not_met_yet 2025-03-01    2026-10-01         2                1               2026-07-01
    too_soon    2025-10-01    2025-11-01         2                1               2026-09-01
    long_ago    2024-09-30    2024-10-30         2                1               2025-08-01
    well        2025-03-01    2025-04-01         1                1               2026-07-01
"""


def test_recovery_is_of_those_who_had_the_support_and_whose_next_arcp_is_known(core: Core) -> None:
    core.add("fct_support_case", ARCP)
    assert core.units("support_arcp_recovered", "person_key numerator") == table(
        "first 1\nsixth 1\nagain 0\nreleased 0\nout 0\nincomplete 0\nsame_day 1"
    )


def test_every_next_arcp_is_shown_apart_and_they_add_up(core: Core) -> None:
    core.add("fct_support_case", ARCP)
    assert core.totals("support_next_arcp_outcome") == {
        "recovered": (3, 13),
        "development": (1, 13),
        "released": (1, 13),
        "out_of_programme": (1, 13),
        "incomplete": (1, 13),
        "other": (0, 13),
        "unknown": (6, 13),
    }


def test_a_case_is_reached_by_its_triage_or_else_its_first_meeting(core: Core) -> None:
    core.add(
        "fct_support_case",
        """
        person_key triage_date first_meeting_date
        triaged    2025-10-01  2026-10-05
        met        -           2026-09-30
        neither    -           -
        before     2025-09-30  2025-10-20
        later      2026-10-01  -
        """,
    )
    assert core.units("support_cases_reached", "person_key numerator denominator") == table("triaged 1 1\nmet 1 1")


def test_completion_is_of_closed_cases_that_had_a_first_meeting(core: Core) -> None:
    core.add(
        "fct_support_case",
        """
        person_key first_meeting_date closure_date closure_outcome_code
        done       2025-03-02         2025-10-01   completed
        left       2026-03-02         2026-09-30   disengaged
        never_met  -                  2026-09-30   disengaged
        unsaid     2026-03-02         2026-09-30   -
        before     2025-03-02         2025-09-30   completed
        open       2026-03-02         -            -
        """,
    )
    assert core.units("support_closed_completed", "person_key numerator denominator") == table("done 1 1\nleft 0 1")


def test_time_to_the_first_meeting_is_a_median_of_working_days(core: Core) -> None:
    """By hand, type 6 of 4 5 9: places 1, 2 and 3."""
    core.add(
        "fct_support_case",
        """
        first_meeting_date first_meeting_working_days
        2025-10-01         9
        2026-03-02         4
        2026-09-30         5
        2025-09-30         90
        2026-10-01         90
        2026-03-02         -3
        """,
    )
    assert core.figures("support_days_to_first_meeting", "denominator q1 value q3") == [["3", "4", "5", "9"]]


# The people of site A's coaching stand on both of its lines; wellbeing goes up, PHQ-9 down when it is better.
SUMMARY = """
    site_code programme_code measure_code referred_count reached_count engaged_count completed_count baseline_count pair_count mean_change baseline_sd improved_count
    A         coaching       phq_9        20             18            16            12              20             10         -4          5           6
    A         coaching       wemwbs       20             18            16            12              20             10         3           6           -
    A         mentoring      phq_9        -              -             -             -               12             5          -1          5           1
    B         coaching       none         10             9             8             -               -              -          -           -           -
    B         coaching       gad_7        -              -             -             -               4              2          -1          0           0
"""  # noqa: E501 - a table is read by its columns


@pytest.mark.parametrize(
    ("metric_id", "expected"),
    [
        ("support_first_meeting_attended_summary", "24 30"),  # 16 of 20 and 8 of 10
        ("support_people_reached_summary", "27 27"),  # 18 and 9
        ("support_programme_completed_summary", "12 16"),  # site B does not say
    ],
)
def test_the_people_of_a_summary_count_once_a_site_and_programme(core: Core, metric_id: str, expected: str) -> None:
    core.add("fct_support_summary", SUMMARY)
    found = core.figures(metric_id, "breakdown category numerator denominator")
    assert ["all", "all", *expected.split()] in found
    assert ["programme", "coaching", *expected.split()] in found
    assert not [row for row in found if row[:2] == ["programme", "mentoring"]]


def test_a_summarys_effect_sizes_are_weighted_by_pairs(core: Core) -> None:
    """By hand: (0.8 x 10 + 0.2 x 5) / 15 = 0.6; wellbeing 3 / 6 = 0.5."""
    core.add("fct_support_summary", SUMMARY)
    found = core.figures("support_paired_effect_summary", "item_code breakdown category denominator value interval_low")
    assert [row for row in found if row[1] != "site"] == table("""
        phq_9  all       all       15 0.6 -
        phq_9  programme coaching  10 0.8 -
        phq_9  programme mentoring 5  0.2 -
        wemwbs all       all       10 0.5 -
        wemwbs programme coaching  10 0.5 -
    """)


def test_a_summarys_pairs_are_out_of_its_baseline_forms(core: Core) -> None:
    core.add("fct_support_summary", SUMMARY)
    rows = core.figures("support_improved_08_sd_summary", "item_code breakdown numerator denominator")
    assert [row for row in rows if row[1] == "all"] == table("gad_7 all 0 2\nphq_9 all 7 15")
    rows = core.figures("support_followed_up_summary", "item_code breakdown numerator denominator")
    assert [row for row in rows if row[1] == "all"] == table("gad_7 all 2 4\nphq_9 all 15 32\nwemwbs all 10 20")
