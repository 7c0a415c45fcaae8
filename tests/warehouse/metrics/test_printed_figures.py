"""From counted units to the figure: published tables made again, through the SQL that the warehouse runs."""

import csv
from pathlib import Path

import pytest

from flows.demo import fife
from flows.demo.fife import fife_responses
from schemas.codelists import load_instruments
from tests.warehouse.metrics.conftest import Core, table


@pytest.fixture
def respondents(core: Core) -> Core:
    """The made-up respondents whose table is NHS Fife's (Chinn 2023, doi 10.1186/s12913-023-09196-y)."""
    items = load_instruments().by_key
    lines = ["response_key domain_code question_key score is_unsure"]
    for number, given in enumerate(fife_responses(1)):
        for key, answer in given.items():
            lines.append(
                f"r{number} {items[key].domain_code} {key} {answer.replace('Unsure', '-')} {answer == 'Unsure'}"
            )
    core.add("fct_survey_answer", "\n".join(lines))
    return core


def test_medians_and_quartiles_are_those_printed(respondents: Core) -> None:
    with (Path(fife.__file__).parent / "data/fife.csv").open(encoding="utf-8") as file:
        printed = sorted(
            [row["question_key"], *(f"{float(row[c]):g}" for c in ("scored_count", "q1", "median", "q3"))]
            for row in csv.DictReader(file)
        )
    assert respondents.figures("rcc_item_score", "item_code denominator q1 value q3") == printed


def test_the_unsure_share_is_the_one_printed(respondents: Core) -> None:
    shares = {key: float(value) for key, value in respondents.figures("rcc_item_unsure", "item_code value")}
    assert round(shares["rcc_org_analysis_software"], 1) == 61.7
    assert round(shares["rcc_org_evidence_practice"], 1) == 27.6
    assert round(shares["rcc_team_external_funding"], 1) == 43.0


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
        ["RVN", "2021-12-31", "-", "2473", "25.3", "-", "none: as published"]
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
