"""A source that does not come in a month is no fact about people: core.source_missing, and the figures that need it."""

import pytest

from tests.lib.core import Core, table
from tests.lib.figures import figures_of, metric
from tests.lib.text_tables import lines, shown

GAPS = "SELECT organisation_code, dataset, source, period_end, last_period_end FROM core.source_missing"


def month(number: int, year: int = 2026) -> dict[str, str]:
    """The columns of a month's rows; the months used have 30 days, or a row of their own below."""
    last = {6: 30, 7: 31, 8: 31, 9: 30, 10: 31}[number]
    start = f"{year}-{number:02}-01"
    window = f"{year - 1}-{number + 1:02}-01"
    return {"period_start": start, "period_end": f"{year}-{number:02}-{last}", "year_start_date": window}


def staff(core: Core, source: str, number: int, year: int = 2026, organisation: str = "ZZ1") -> None:
    """Three doctors or four nurses, in post since 2020, as clinical academics or not."""
    group, people = {"doctors": ("medical_and_dental", 3), "nurses": ("nursing_and_midwifery", 4)}[source]
    rows = (f"{source}{n} {group} 2020-01-06 {'true' if n else 'false'}" for n in range(people))
    text = "\n".join(("person_key staff_group_code start_date is_clinical_academic", *rows))
    core.add("fct_workforce", text, source=source, organisation_code=organisation, **month(number, year))


WORKFORCE = ["workforce_left_12_months", "workforce_joined_12_months", "workforce_clinical_academic_nmahpps"]


@pytest.fixture
def august(core: Core) -> Core:
    """Doctors and nurses in June and July, doctors alone in August: nobody left."""
    for number in (6, 7):
        staff(core, "doctors", number)
        staff(core, "nurses", number)
    staff(core, "doctors", 8)
    return core


def test_nobody_has_left_because_the_nurses_file_did_not_come(august: Core) -> None:
    """Today's 57.1 % are the four nurses of seven people: nobody has left, and nobody can say so yet."""
    assert august.rows(GAPS) == table("ZZ1 workforce nurses 2026-08-31 2026-07-31")
    columns = "period_end category denominator value is_source_missing breakdown"
    found = august.figures("workforce_left_12_months", columns)
    assert [row[:5] for row in found if row[5] != "staff_group_wide"] == table("""
        2026-06-30 all                   7 0 False
        2026-06-30 medical_and_dental    3 0 False
        2026-06-30 nursing_and_midwifery 4 0 False
        2026-07-31 all                   7 0 False
        2026-07-31 medical_and_dental    3 0 False
        2026-07-31 nursing_and_midwifery 4 0 False
        2026-08-31 all                   - - True
        2026-08-31 medical_and_dental    - - True
        2026-08-31 nursing_and_midwifery - - True
    """)


def test_who_joined_or_is_an_academic_is_not_told_of_a_part_of_the_staff_either(august: Core) -> None:
    joined = august.figures("workforce_joined_12_months", "period_end breakdown denominator")
    assert [row for row in joined if row[1] == "all"] == table("2026-06-30 all 7\n2026-07-31 all 7\n2026-08-31 all -")
    academic = august.figures("workforce_clinical_academic_nmahpps", "period_end breakdown value")
    assert [row for row in academic if row[1] == "all"] == table("2026-06-30 all 75\n2026-07-31 all 75")


def test_once_the_file_comes_the_figure_is_there(august: Core) -> None:
    staff(august, "nurses", 8)
    assert august.rows(GAPS) == []
    assert ["2026-08-31", "all", "7", "0"] in august.figures(
        "workforce_left_12_months", "period_end category denominator value"
    )


@pytest.mark.parametrize(("end_date", "gaps"), [("2026-07-31", ""), ("2026-08-31", "nurses 2026-08-31")])
def test_a_source_that_was_declared_to_have_ended_is_not_awaited_any_more(
    august: Core, end_date: str, gaps: str
) -> None:
    august.connection.execute(
        f"INSERT INTO reference.source_end VALUES ('ZZ1', 'workforce', 'nurses', DATE '{end_date}', 'moved')"
    )
    assert august.rows("SELECT source, period_end FROM core.source_missing") == table(gaps)


def test_a_new_source_is_missing_in_no_month_before_it_and_another_organisations_in_none(core: Core) -> None:
    staff(core, "doctors", 7)
    staff(core, "doctors", 8)
    staff(core, "nurses", 8)
    staff(core, "nurses", 7, organisation="ZZ2")
    assert core.rows(GAPS) == []


def test_a_source_that_takes_anothers_place_must_be_declared(core: Core) -> None:
    staff(core, "nurses", 7)
    staff(core, "doctors", 8)
    assert core.rows("SELECT source, period_end FROM core.source_missing") == table("nurses 2026-08-31")


@pytest.mark.parametrize(("year", "gaps"), [(2025, "nurses 2026-06-30"), (2024, "")])
def test_a_source_is_awaited_for_twelve_months(core: Core, year: int, gaps: str) -> None:
    staff(core, "nurses", 6, year)
    staff(core, "doctors", 6)
    assert core.rows("SELECT source, period_end FROM core.source_missing") == table(gaps)


def test_leavers_need_the_file_of_the_day_before_their_twelve_months(core: Core) -> None:
    """Of June 2025 the nurses' file is missing: who of them left in July 2025 nobody can see."""
    for year, number in ((2024, 9), (2025, 6), (2026, 6)):
        staff(core, "doctors", number, year)
    for year, number in ((2024, 9), (2026, 6)):
        staff(core, "nurses", number, year)
    for metric_id, denominator in (("workforce_left_12_months", "-"), ("workforce_joined_12_months", "7")):
        found = core.figures(metric_id, "period_end category denominator")
        assert ["2026-06-30", "all", denominator] in found


def test_research_active_leavers_need_the_job_plans_of_that_day(core: Core) -> None:
    staff(core, "doctors", 6)
    plans = "person_key is_signed_off research_hours\ndoctors0 true 4\ndoctors1 true 0"
    core.add("fct_job_plan", plans, source="doctors", **month(6, 2025))
    core.add("fct_job_plan", "person_key\nn1", source="nurses", **{**month(6, 2025), **month(6, 2025)})
    figures = "workforce_left_12_months", "breakdown category denominator"
    assert ["research_active", "yes", "1"] in core.figures(*figures)
    core.connection.execute("UPDATE core.fct_job_plan SET period_end = DATE '2025-05-31' WHERE source = 'nurses'")
    assert [row for row in core.figures(*figures) if row[0] != "staff_group_wide"] == table("""
        all             all                3
        research_active no                 -
        research_active yes                -
        staff_group     medical_and_dental 3
    """)


def plans_of(core: Core, source: str, number: int, signed: int, people: int) -> None:
    rows = (f"{source}{n} true 10 1 2 40 4" if n < signed else f"{source}{n} false 10 1 2 40 4" for n in range(people))
    headings = "person_key is_signed_off total_pas research_pas spa_pas total_hours research_hours"
    core.add("fct_job_plan", "\n".join((headings, *rows)), source=source, **month(number))


JOB_PLANS = (
    "job_plan_signed_off job_plan_research_time_of_scope job_plan_any_research_time job_plan_research_pas_median"
    " job_plan_research_hours_share job_plan_spa_share"
)


@pytest.mark.parametrize("metric_id", JOB_PLANS.split())
def test_job_plans_of_a_part_of_the_staff_give_no_figure(core: Core, metric_id: str) -> None:
    """17 of 20 are signed off in July; August has the doctors' 6 alone, which would be 30 %."""
    plans_of(core, "doctors", 7, 6, 8)
    plans_of(core, "nurses", 7, 11, 12)
    plans_of(core, "doctors", 8, 6, 8)
    for number in (7, 8):
        dated = {**month(number), "snapshot_date": month(number)["period_end"]}
        core.add("fct_population", "staff_group_code people_count\nall 20", population_code="job_plan_scope", **dated)
    july, after = core.figures(metric_id, "period_end is_source_missing value")
    assert july[:2] == ["2026-07-31", "False"] and after == ["2026-08-31", "True", "-"]
    if metric_id == "job_plan_signed_off":
        assert july[2] == "85"


def test_appraisals_and_events_of_a_part_of_the_staff_give_no_figure(core: Core) -> None:
    events = "person_key event_code event_date\n{} training 2026-06-20"
    for source, number in (("one", 7), ("two", 7), ("one", 8)):
        core.add("fct_appraisal", f"person_key due_date\n{source} 2026-06-20", source=source, **month(number))
        core.add("fct_research_activity", events.format(source), source=source, **month(number))
    for metric_id in ("appraisals_completed_ytd", "research_training_people_ytd"):
        assert core.figures(metric_id, "period_end denominator") == table("2026-07-31 2\n2026-08-31 -")


def test_the_unlinked_are_told_of_each_dataset_that_is_whole(core: Core) -> None:
    for number in (7, 8):
        staff(core, "doctors", number)
        core.add("fct_appraisal", "person_key\ndoctors0", **month(number))
    plans_of(core, "doctors", 7, 1, 1)
    plans_of(core, "nurses", 7, 1, 1)
    plans_of(core, "doctors", 8, 1, 1)
    assert core.figures("workforce_not_linked", "period_end item_code value") == table("""
        2026-07-31 appraisal 0
        2026-07-31 job_plan  50
        2026-08-31 appraisal 0
        2026-08-31 job_plan  -
    """)


def test_a_population_is_whole_where_each_of_its_sources_came(core: Core) -> None:
    """Scope came from two in July; in August from one. Who counts the headcount alone is not awaited for the scope."""
    counts = "population_code staff_group_code people_count\njob_plan_scope {} 10"
    for source, group, number in (("hr", "doctor", 7), ("nursing", "nurse", 7), ("hr", "doctor", 8)):
        dated = {**month(number), "snapshot_date": month(number)["period_end"]}
        core.add("fct_population", counts.format(group), source=source, **dated)
    dated = {**month(7), "snapshot_date": "2026-07-31"}
    core.add("fct_population", "population_code staff_group_code people_count\nheadcount all 40", source="o", **dated)
    for number in (7, 8):
        plans_of(core, "doctors", number, 5, 8)
    found = core.figures("job_plan_signed_off", "period_end breakdown denominator")
    assert [row for row in found if row[1] == "all"] == table("2026-07-31 all 20\n2026-08-31 all -")


def test_a_wave_awaits_only_sources_that_came_together_before(core: Core) -> None:
    """Forms and Qualtrics in June 2025; a short survey by another tool in July; Qualtrics alone in June 2026."""
    for source, wave in (("forms", month(6, 2025)), ("qualtrics", month(6, 2025)), ("other", month(7, 2025))):
        core.add("fct_survey_response", f"response_key is_research_active\n{source} true", source=source, **wave)
    core.add("fct_survey_response", "response_key is_research_active\nq2 true", source="qualtrics", **month(6))
    assert core.rows(GAPS) == table("ZZ1 survey forms 2026-06-30 2025-06-30")
    assert core.figures("survey_research_active", "period_end denominator") == table(
        "2025-06-30 2\n2025-07-31 1\n2026-06-30 -"
    )


def test_a_source_that_has_not_come_leaves_every_figure_of_its_dataset_unknown_and_says_so(built) -> None:
    gap = "('ZZ1', 'appraisal', '', 'nurses', DATE '2026-09-01', DATE '2026-09-30', DATE '2026-08-31')"
    built.execute(f"INSERT INTO core.source_missing VALUES {gap}")
    months = (("2026-08-01", "2026-08-31"), ("2026-09-01", "2026-09-30"))
    rows = "\n".join(f"M1 {start} {end} p{n} {n % 2}" for start, end in months for n in range(30))
    figures_of(built, f"metric_id period_start period_end person_key numerator\n{rows}", [metric()])
    built.execute("DELETE FROM core.source_missing")
    columns = "period_end, numerator, denominator, people_count, row_count, value, status, reason_code"
    assert shown(built, f"SELECT {columns} FROM marts.metric_value") == lines("""
        2026-08-31 15 30 30 30 50 shown         -
        2026-09-30 -  -  -  -  -  not_available source_missing
    """)
