"""What these tests share: the work database of a sound month."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from schemas.metrics import load_metrics
from tests.lib.month import Month
from warehouse.build.checks import run_checks
from warehouse.build.expected import validate
from warehouse.db.connection import open_work

PLANS = "plan_key line_number employee_key plan_state_code contract_type_code activity_category_code planned_pas\n"


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """The work database of a sound month of every dataset, as its checks found it."""
    month = Month(tmp_path_factory.mktemp("home"), metrics=load_metrics())
    plans = "\n".join(f"p{n} 1 e{n} signed_off consultant {'research' if n % 2 else 'dcc'} 10" for n in range(24))
    month.send("plans", job_plan=PLANS + plans)
    month.send(
        "appraisals",
        appraisal="appraisal_key employee_key due_date appraisal_state_code research_pdp_due_count"
        "\na1 e1 2026-09-01 complete 1",
    )
    month.send(
        "invited", population="population_code staff_group_code snapshot_date people_count\ninvited all 2026-09-30 40"
    )
    month.send(
        "survey",
        survey_response="respondent_number staff_group_code response_date\n1 students 2026-09-03",
        survey_answer="respondent_number question_key score is_unsure\n1 rcc_org_training_resources 4 false",
    )
    month.send(
        "published",
        "national",
        nss_benchmark="organisation_code survey_year measure_code base_count value_pct\n"
        "XX9 2023 burnt_out_often 300 25.1",
    )
    month.send(
        "cases",
        support_case="case_key referral_date support_level_code\nc1 2026-03-02 2",
        support_concern="case_key concern_code\nc1 health",
        support_intervention="case_key programme_code start_date\nc1 coaching 2026-03-23",
        support_measurement="case_key measure_code stage_code measured_date score\n"
        "c1 phq_9 baseline 2026-03-16 14\nc1 phq_9 follow_up 2026-08-16 9",
    )
    month.send("summary", support_summary="site_code programme_code measure_code\nS1 coaching none")
    month.send(
        "adoption",
        recommendation_adoption="site_code site_type_code recommendation_number is_agreed adoption_state_code"
        " assessed_date\nS1 hospital R1 true in_place 2026-09-15",
        iparihs_rating="site_code element_code rating scale_minimum scale_maximum assessed_date\n"
        "S1 innovation_clarity 3 1 5 2026-09-15",
        adoption_change="site_code change_code noted_date change_count\nS1 learning 2026-09-15 2",
    )
    month.send("staff", workforce="post_key employee_key staff_group_code\nq1 e1 students")
    month.send("events", research_activity="event_key employee_key event_code event_date\nv1 e1 training 2026-09-01")
    with month.build() as connection:
        run_checks(connection, validate)
        return Path(connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()[0][0])


@pytest.fixture
def work(sound: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """That database, to do with as one likes."""
    with open_work(Path(shutil.copy(sound, tmp_path))) as connection:
        yield connection
