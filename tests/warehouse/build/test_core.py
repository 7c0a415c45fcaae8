"""Every SELECT of the core: small staged tables in, small tables out."""

from __future__ import annotations

import pytest

from tests.lib.month import Month
from tests.lib.text_tables import lines, shown


def test_an_organisation_is_the_declared_one_else_as_the_survey_named_it_last(month: Month) -> None:
    month.send(
        "s1",
        "national",
        nss_benchmark="""
        organisation_code survey_year measure_code    organisation_name value_pct
        XX9               2022        burnt_out_often OldName           25
        XX9               2023        burnt_out_often NewName           24
        ZZ1               2023        burnt_out_often OtherName         23
        """,
    )
    with month.build() as core:
        found = shown(core, "SELECT organisation_code, organisation_name, is_fictional FROM core.dim_organisation")
    assert found == lines("XX9 NewName False\n ZZ1 Fictional ZZ1 True\n ZZ2 Fictional ZZ2 True")


def test_a_person_is_the_registration_number_wherever_the_employee_number_leads_to_just_one(month: Month) -> None:
    month.send(
        "plans",
        job_plan="""
        plan_key line_number plan_state_code activity_category_code registration_key employee_key planned_pas
        p1       1           signed_off      dcc                    reg1             emp1         1
        p2       1           signed_off      dcc                    -                emp2         1
        p3       1           signed_off      dcc                    reg3             emp3         1
        p4       1           signed_off      dcc                    reg4             emp3         1
        p5       1           signed_off      dcc                    -                emp3         1
        """,
    )
    month.send(
        "appraisals",
        appraisal="""
        appraisal_key due_date   appraisal_state_code registration_key employee_key
        a1            2026-09-01 complete             -                emp1
        a2            2026-09-01 complete             reg5             -
        """,
    )
    month.send(
        "elsewhere",
        "ZZ2",
        appraisal="appraisal_key due_date appraisal_state_code employee_key\na1 2026-09-01 complete emp1",
    )
    with month.build() as core:
        links = shown(core, "SELECT organisation_code, employee_key, registration_key FROM core.person_link")
        people = shown(
            core, "SELECT organisation_code, person_key, registration_key, employee_key FROM core.dim_person"
        )
        plans = shown(core, "SELECT plan_key, person_key FROM core.fct_job_plan")
        appraisals = shown(core, "SELECT organisation_code, appraisal_key, person_key FROM core.fct_appraisal")
    assert links == "ZZ1 emp1 reg1"
    assert people == lines("""
        ZZ1 emp2 -    emp2
        ZZ1 emp3 -    emp3
        ZZ1 reg1 reg1 emp1
        ZZ1 reg3 reg3 emp3
        ZZ1 reg4 reg4 emp3
        ZZ1 reg5 reg5 -
        ZZ2 emp1 -    emp1
    """)
    assert plans == lines("p1 reg1\n p2 emp2\n p3 reg3\n p4 reg4\n p5 emp3")
    assert appraisals == lines("ZZ1 a1 reg1\n ZZ1 a2 reg5\n ZZ2 a1 emp1")


def test_a_population_keeps_the_slot_that_it_was_sent_for(month: Month) -> None:
    month.send(
        "s1",
        source="nurses",
        population="""
        population_code staff_group_code snapshot_date people_count
        invited         all              2026-09-30    480
        """,
    )
    with month.build() as core:
        found = shown(core, "SELECT * FROM core.fct_population")
    assert found == "s1 ZZ1 nurses 2026-09-01 2026-09-30 invited all 2026-09-30 480"


def test_an_answer_carries_its_respondents_staff_group_and_its_questions_domain(month: Month) -> None:
    month.send(
        "s1",
        survey_response="""
        respondent_number staff_group_code       is_complete is_research_active
        1                 medical_and_dental     true        false
        2                 -                      -           -
        """,
        survey_answer="""
        respondent_number question_key               score is_unsure
        1                 rcc_org_training_resources 6     false
        2                 rcc_org_training_resources -     true
        2                 rcc_forgotten              3     false
        """,
    )
    with month.build() as core:
        responses = shown(core, "SELECT response_key, staff_group_code, is_complete FROM core.fct_survey_response")
        answers = shown(
            core,
            "SELECT response_key, staff_group_code, question_key, instrument_code, domain_code, score, is_unsure"
            " FROM core.fct_survey_answer",
        )
    assert responses == lines("s1-1 medical_and_dental True\n s1-2 - -")
    assert answers == lines("""
        s1-1 medical_and_dental rcc_org_training_resources rcc          organisation 6 False
        s1-2 -                  rcc_org_training_resources rcc          organisation - True
        s1-2 -                  rcc_forgotten              not_declared not_declared 3 False
    """)


def test_a_sub_score_is_the_mean_of_enough_answers_turned_so_that_10_is_the_best(month: Month) -> None:
    """By hand: thinking about leaving, strongly disagree and disagree: 10 and 7.5. One answer of three is too few."""
    month.send(
        "s1",
        survey_response="""
        respondent_number staff_group_code   is_research_active
        1                 medical_and_dental true
        2                 -                  false
        """,
        survey_answer="""
        respondent_number question_key                    score is_unsure
        1                 nss_morale_leaving_often_thinks 1     false
        1                 nss_morale_leaving_will_look    2     false
        2                 nss_morale_leaving_often_thinks 1     false
        """,
    )
    with month.build() as core:
        columns = "response_key, research_active_code, element_code, domain_code, score, minimum_score_count"
        assert shown(core, f"SELECT {columns} FROM core.fct_survey_score") == "s1-1 yes morale morale_leaving 8.75 3"


def test_an_appraisal_is_complete_unless_it_was_signed_off_after_the_period(month: Month) -> None:
    month.send(
        "s1",
        appraisal="""
        appraisal_key employee_key due_date   signed_off_date appraisal_state_code
        on_time       e1           2026-09-01 2026-09-30      complete
        afterwards    e2           2026-09-01 2026-10-01      complete
        no_date       e3           2026-09-01 -               complete
        reopened      e4           2026-09-01 2026-09-03      reopened
        """,
    )
    with month.build() as core:
        found = shown(core, "SELECT appraisal_key, is_complete FROM core.fct_appraisal")
    assert found == lines("on_time True\n afterwards False\n no_date True\n reopened False")


@pytest.mark.parametrize(("number", "april"), [(1, "2025-04-01"), (3, "2025-04-01"), (4, "2026-04-01")])
def test_the_year_to_date_began_on_the_last_1_april(month: Month, number: int, april: str) -> None:
    row = f"appraisal_key employee_key due_date appraisal_state_code\na1 e1 2026-0{number}-20 complete"
    month.send("s1", month=number, appraisal=row)
    with month.build() as core:
        assert shown(core, "SELECT april_date FROM core.fct_appraisal") == april


LINES = """
    plan_key line_number employee_key plan_state_code activity_category_code is_research planned_pas planned_hours cycle_weeks nation_code is_premium_time
    p1       1           e1           signed_off      dcc                    -           6           -             -           -           -
    p1       2           e1           signed_off      spa                    true        1           -             2           -           -
    p1       3           e1           signed_off      research               false       1           -             1           scotland    true
    p2       1           e2           draft           research               -           -           5             4           -           -
    p3       1           e3           signed_off      dcc                    -           4           -             1           -           -
    p3       2           e3           draft           dcc                    -           4           -             1           -           -
"""  # noqa: E501 - a table is read by its columns


def test_a_line_is_a_weeks_average_and_its_pas_become_hours_by_nation_and_premium_time(month: Month) -> None:
    month.send("s1", job_plan=LINES)
    month.send(
        "s2",
        "ZZ2",
        job_plan="""
        plan_key line_number employee_key plan_state_code activity_category_code planned_pas
        w1       1           e9           signed_off      dcc                    2
        """,
    )
    with month.build() as core:
        found = shown(
            core, "SELECT plan_key, line_number, is_research, weekly_pas, weekly_hours FROM core.fct_job_plan_line"
        )
    assert found == lines("""
        p1 1 False 6   24
        p1 2 True  0.5 2
        p1 3 True  1   3
        p2 1 True  -   1.25
        p3 1 False 4   16
        p3 2 False 4   16
        w1 1 False 2   7.5
    """)


def test_a_plan_in_hours_has_no_pas_and_is_signed_off_only_when_every_line_is(month: Month) -> None:
    month.send("s1", job_plan=LINES)
    with month.build() as core:
        found = shown(
            core,
            "SELECT plan_key, is_signed_off, line_count, total_pas, spa_pas, research_pas, total_hours, research_hours"
            " FROM core.fct_job_plan",
        )
    assert found == lines("""
        p1 True  3 7.5 0.5 1.5 29   5
        p2 False 1 -   -   -   1.25 1.25
        p3 False 2 8   0   0   32   0
    """)


@pytest.mark.parametrize(("weighting", "is_weighted"), [("Occupation", True), ("Unweighted", False), ("-", False)])
def test_a_published_result_is_for_its_own_year_and_says_whether_it_is_weighted(
    month: Month, weighting: str, is_weighted: bool
) -> None:
    month.send(
        "s1",
        "national",
        nss_benchmark=f"""
        organisation_code survey_year measure_code    weighting   base_count value_pct
        XX9               2022        burnt_out_often {weighting} 412        24.5
        """,
    )
    with month.build() as core:
        found = shown(
            core, "SELECT organisation_code, period_start, period_end, value_pct, is_weighted FROM core.fct_nss_result"
        )
    assert found == f"XX9 2022-01-01 2022-12-31 24.5 {is_weighted}"
