"""From counted units to the figure: published tables made again, through the SQL that the warehouse runs."""

from tests.lib.core import Core, table


def test_a_published_percentage_is_the_value_and_no_numerator(core: Core) -> None:
    """AWP (RVN) 2021 in the published file: 25.3007935311823."""
    core.add(
        "fct_nss_result",
        """
        organisation_code survey_year period_start period_end measure_code        value_pct        base_count
        RVN               2021        2021-01-01   2021-12-31 burnt_out_often     25.3007935311823 2473
        RVN               2021        2021-01-01   2021-12-31 burnt_out_sometimes 60.1             2473
        RVN               2022        2022-01-01   2022-12-31 burnt_out_often     -                2360
        """,
    )
    assert core.units("nss_burnt_out_often_published", "person_key numerator denominator") == table("- 25.3008 2473")
    columns = "organisation_code period_end numerator denominator value interval_low interval_method"
    assert core.figures("nss_burnt_out_often_published", columns) == [
        ["RVN", "2021-12-31", "-", "2473", "25.3008", "-", "none: as published"]
    ]


def test_the_response_rate_is_chinns(core: Core) -> None:
    """503 of 9,145 replied: printed as 5.5 %."""
    core.add("fct_survey_response", "\n".join(("response_key", *(f"r{n}" for n in range(503)))))
    core.add("fct_population", "staff_group_code people_count\nall 9145", population_code="invited")
    columns = "breakdown numerator denominator value people_count interval_low interval_high"
    assert core.figures("survey_response_rate", columns) == [["all", "503", "9145", "5.50027", "9145", "-", "-"]]


def test_a_share_of_hours_is_a_percentage_by_staff_group_and_contract(core: Core) -> None:
    core.add(
        "fct_job_plan",
        """
        person_key staff_group_code contract_type_code is_signed_off total_hours research_hours
        d1         doctor           consultant         true          40          10
        d2         doctor           sas                true          40          0
        n1         nurse            other              true          20          5
        """,
    )
    assert core.figures(
        "job_plan_research_hours_share", "breakdown category numerator denominator value people_count"
    ) == table("""
        all           all        15 100 15   3
        contract_type consultant 10 40  25   1
        contract_type other      5  20  25   1
        contract_type sas        0  40  0    1
        staff_group   doctor     10 80  12.5 2
        staff_group   nurse      5  20  25   1
    """)


def test_a_median_of_people_has_quartiles(core: Core) -> None:
    """By hand, type 6 of 0 0 1 2 4: places 1.5, 3 and 4.5."""
    lines = [f"d{n} consultant true 10 {pas}" for n, pas in enumerate((0, 4, 1, 0, 2))]
    core.add("fct_job_plan", "\n".join(("person_key contract_type_code is_signed_off total_pas research_pas", *lines)))
    assert core.figures("job_plan_research_pas_median", "breakdown category q1 value q3") == table(
        "all all 0 1 3\ncontract_type consultant 0 1 3"
    )


def test_a_figure_whose_population_has_not_come_has_no_base(core: Core) -> None:
    core.add("fct_job_plan", "person_key is_signed_off\np1 true")
    assert core.figures("job_plan_signed_off", "breakdown denominator value") == table("all - -")
