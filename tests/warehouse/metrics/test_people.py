"""Metrics of the workforce and of research activity. The twelve months are 2025-10-01 to 2026-09-30."""

from tests.lib.core import Core, table

POSTS = """
    person_key staff_group_code start_date leaving_date
    stays      nurse            2020-01-06 -
    leaves     nurse            2020-01-06 2026-03-31
    last_day   nurse            2020-01-06 2026-09-30
    left_early nurse            2020-01-06 2025-09-29
    day_before nurse            2020-01-06 2025-09-30
    joins      ahp              2025-10-01 -
    visits     ahp              2025-11-01 2026-02-01
    undated    ahp              -          -
    two_posts  ahp              2020-01-06 2026-01-31
    two_posts  ahp              2020-01-06 -
"""


def test_leavers_are_out_of_those_in_post_on_the_day_before(core: Core) -> None:
    core.add("fct_workforce", POSTS)
    assert core.units(
        "workforce_left_12_months", "period_start person_key staff_group_code numerator denominator"
    ) == table("""
        2025-10-01 stays      nurse 0 1
        2025-10-01 leaves     nurse 1 1
        2025-10-01 last_day   nurse 0 1
        2025-10-01 day_before nurse 1 1
        2025-10-01 two_posts  ahp   0 1
    """)


# Of eight in post: two left of own choice, two for another reason, one without a reason. two_posts gave up one post of
# two; ends_both retired from the post that ended last.
LEAVERS = """
person_key leaving_date leaving_reason_code
stays      -            -
resigns    2026-03-31   resignation
transfers  2026-03-31   transfer
retires    2026-03-31   retirement
unsaid     2026-03-31   -
two_posts  2026-01-31   resignation
two_posts  -            -
ends_both  2026-01-31   resignation
ends_both  2026-02-28   retirement
stays_on   2026-12-31   resignation
"""


def test_leavers_are_told_apart_by_whose_choice_it_was(core: Core) -> None:
    core.add("fct_workforce", LEAVERS, start_date="2020-01-06", staff_group_code="nurse")
    assert core.totals("workforce_left_by_reason_12_months") == {"own_choice": (2, 8), "other_reason": (3, 8)}
    assert core.totals("workforce_left_12_months", "staff_group_code") == {"nurse": (5, 8)}
    assert ["own_choice", "all", "25"] in core.figures(
        "workforce_left_by_reason_12_months", "item_code breakdown value"
    )


def test_joiners_are_out_of_those_in_post_on_the_last_day(core: Core) -> None:
    core.add("fct_workforce", POSTS)
    assert core.units("workforce_joined_12_months", "person_key numerator denominator") == table(
        "stays 0 1\nlast_day 0 1\njoins 1 1\ntwo_posts 0 1"
    )


def test_who_is_in_no_file_any_more_has_left(core: Core) -> None:
    march = {"period_start": "2026-03-01", "period_end": "2026-03-31", "year_start_date": "2025-04-01"}
    both = "person_key start_date\nstays 2020-01-06\ngone 2020-01-06"
    core.add("fct_workforce", both, **march)
    core.add("fct_workforce", "person_key start_date\nstays 2020-01-06")
    found = core.units("workforce_left_12_months", "period_end person_key numerator")
    assert found == table("2026-03-31 gone 0\n2026-03-31 stays 0\n2026-09-30 gone 1\n2026-09-30 stays 0")


def test_research_active_is_the_job_plan_at_the_start_and_stays_as_it_was(core: Core) -> None:
    core.add("fct_workforce", "\n".join(("person_key start_date", *(f"{p} 2020-01-06" for p in "abcd"))))
    then = {"period_start": "2025-09-01", "period_end": "2025-09-30"}
    plans = "person_key is_signed_off research_hours\na true 4\nb true 0\nc false 4"
    core.add("fct_job_plan", plans, **then)
    core.add("fct_job_plan", "person_key is_signed_off research_hours\nb true 4\nd true 4")  # a year later
    assert core.units("workforce_left_12_months", "person_key research_active_code") == table("a yes\nb no\nc -\nd -")
    assert core.figures("workforce_left_12_months", "breakdown category denominator") == table(
        "all all 4\nresearch_active no 1\nresearch_active yes 1"
    )


def test_who_is_not_in_the_months_workforce_is_not_found(core: Core) -> None:
    core.add("fct_workforce", "person_key\np1\np2")
    core.add("fct_job_plan", "person_key\np1\np3\np3")
    core.add("fct_appraisal", "person_key\np2")
    core.add("fct_research_activity", "person_key\np4")
    core.add("fct_appraisal", "person_key\np9", period_end="2026-08-31")  # no workforce came for August
    core.add("fct_appraisal", "person_key\np9", organisation_code="ZZ2")
    assert core.units("workforce_not_linked", "item_code person_key numerator denominator") == table("""
        job_plan          p1 0 1
        job_plan          p3 1 1
        appraisal         p2 0 1
        research_activity p4 1 1
    """)


def test_clinical_academics_are_counted_among_nmahpps_in_post(core: Core) -> None:
    core.add(
        "fct_workforce",
        """
        person_key staff_group_code            is_clinical_academic leaving_date
        n1         nursing_and_midwifery       false                -
        n1         nursing_and_midwifery       true                 -
        a1         allied_health_professionals false                2026-09-30
        a2         allied_health_professionals true                 2026-09-29
        a3         allied_health_professionals -                    -
        d1         medical_and_dental          true                 -
        """,
    )
    assert core.units(
        "workforce_clinical_academic_nmahpps", "person_key staff_group_code numerator denominator"
    ) == table("""
        n1 nursing_and_midwifery       1 1
        a1 allied_health_professionals 0 1
    """)


EVENTS = """
    person_key staff_group_code event_code             event_date decision_code decided_date
    p1         nurse            training               2026-04-01 -             -
    p1         nurse            training               2026-09-30 -             -
    p2         ahp              training               2026-03-31 -             -
    p3         ahp              training               2026-10-01 -             -
    p4         ahp              grant_application      2026-05-01 awarded       2026-08-03
    p4         ahp              grant_application      2026-05-01 declined      2026-08-03
    p5         nurse            fellowship_application 2026-01-05 awarded       2026-06-01
    p5         nurse            fellowship_application 2026-06-05 withdrawn     2026-07-01
    p5         nurse            fellowship_application 2026-07-05 -             -
    p6         nurse            fellowship_application 2026-07-05 awarded       2026-10-01
    p7         nurse            investigator_role      2026-07-05 -             -
"""


def test_training_reaches_a_person_once_since_april(core: Core) -> None:
    core.add("fct_research_activity", EVENTS)
    assert core.units("research_training_people_ytd", "person_key staff_group_code numerator denominator") == table(
        "p1 nurse 1 1"
    )


def test_applications_since_april_are_counted_by_kind(core: Core) -> None:
    core.add("fct_research_activity", EVENTS)
    assert core.totals("research_applications_ytd") == {"grant_application": (2, 2), "fellowship_application": (3, 3)}


def test_awards_are_out_of_what_was_decided_since_april(core: Core) -> None:
    core.add("fct_research_activity", EVENTS)
    assert core.totals("research_awards_of_decided_ytd") == {
        "grant_application": (1, 2),
        "fellowship_application": (1, 1),
    }


def test_a_profession_is_the_rows_own_or_the_months_in_the_workforce_and_never_of_another_staff_group(
    core: Core,
) -> None:
    ahp, group_05 = "allied_health_professionals", "additional_professional_scientific_and_technical"
    core.add(
        "fct_workforce",
        f"""
        person_key staff_group_code profession_code
        by_post    {ahp}            physiotherapist
        both       {ahp}            physiotherapist
        moved      {group_05}       psychologist
        """,
    )
    core.add(
        "fct_workforce", f"person_key staff_group_code profession_code\nbefore {ahp} dietitian", period_end="2026-08-31"
    )
    core.add(
        "fct_job_plan",
        f"""
        person_key is_signed_off research_pas staff_group_code profession_code
        by_post    true          1            {ahp}            -
        both       true          0            {ahp}            occupational_therapist
        moved      true          0            {ahp}            -
        before     true          0            {ahp}            -
        ungrouped  true          0            -                physiotherapist
        """,
    )
    assert core.figures("job_plan_any_research_time", "breakdown category numerator denominator") == table(f"""
        all                all                        1 5
        profession         occupational_therapist     0 1
        profession         physiotherapist            1 1
        staff_group        {ahp}                      1 4
        staff_group_wide   professions_wide           1 4
    """)
    assert core.rows("SELECT person_key, profession_code FROM core.person_group WHERE person_key = 'moved'") == [
        ["moved", "psychologist"]
    ]


def test_who_gets_an_award_is_told_by_what_the_months_workforce_says_of_them_where_that_is_switched_on(
    core: Core,
) -> None:
    core.add("fct_workforce", "person_key sex_code\na female\nb male\nc -")
    core.add(
        "fct_research_activity",
        """
        person_key event_code        decision_code decided_date
        a          grant_application awarded       2026-05-01
        a          grant_application declined      2026-06-01
        b          grant_application declined      2026-06-01
        c          grant_application awarded       2026-06-01
        d          grant_application awarded       2026-06-01
        """,
    )
    figures = ("research_awards_of_decided_ytd", "breakdown category numerator denominator")
    assert core.figures(*figures) == table("all all 3 5")
    core.connection.execute("INSERT INTO reference.metric_breakdown VALUES ('research_awards_of_decided_ytd', 'sex')")
    assert core.figures(*figures) == table("all all 3 5\nsex female 1 2\nsex male 0 1")


def test_of_those_who_left_their_last_file_says_it(core: Core) -> None:
    may = {"period_start": "2026-05-01", "period_end": "2026-05-31", "year_start_date": "2025-06-01"}
    core.add("fct_workforce", "person_key start_date sex_code profession_code\ngone 2020-01-06 female nurse", **may)
    core.add("fct_workforce", "person_key start_date sex_code profession_code\nstays 2020-01-06 male nurse")
    september = "SELECT person_key, sex_code, profession_code FROM core.workforce_year WHERE period_end = '2026-09-30'"
    assert core.rows(september) == table("gone female nurse\nstays male nurse")
