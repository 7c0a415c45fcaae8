"""Load: staged folders are there wholly or not at all, and rules of the whole file find what no chunk can see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from duckdb import DuckDBPyConnection

from schemas.layouts import Layout
from schemas.rulebook import load_rulebook
from schemas.tables import STAGED
from tests.lib.files import staging_in
from warehouse.staging.load import Staging, check_file, open_checks

RULES = load_rulebook()
COUNTS = {"population_code": "invited", "snapshot_date": date(2026, 9, 30)}


@pytest.fixture
def checks(tmp_path: Path) -> DuckDBPyConnection:
    return open_checks(RULES, tmp_path / "spill")


def template(dataset: str) -> Layout:
    return RULES.layout(dataset, "template")


def table(dataset: str, rows: list[dict]) -> pa.Table:
    staged = STAGED[dataset]
    full = [{"submission_id": "s1", "row_number": n, **row} for n, row in enumerate(rows, 2)]
    schema = pa.schema([(f.name, f.arrow_type()) for f in staged.fields])
    return pa.Table.from_pylist(full, schema=schema)


def stage(staging: Staging, dataset: str, rows: list[dict]) -> None:
    staging.write({dataset: table(dataset, rows)})
    staging.close()


def test_a_folder_appears_only_when_it_is_settled(tmp_path: Path) -> None:
    with staging_in(tmp_path) as staging:
        staging.write({"population": table("population", [])})
        assert not (tmp_path / "s1").exists()
        staging.settle()
    assert [file.name for file in (tmp_path / "s1").iterdir()] == ["population.parquet"]


def test_a_folder_that_was_not_settled_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), staging_in(tmp_path) as staging:
        staging.write({"population": table("population", [])})
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_settling_again_replaces_the_folder(tmp_path: Path) -> None:
    for groups in (("all",), ("all", "students")):
        with staging_in(tmp_path) as staging:
            stage(staging, "population", [{**COUNTS, "staff_group_code": g, "people_count": 1} for g in groups])
            staging.settle()
    assert pq.read_table(tmp_path / "s1" / "population.parquet").num_rows == 2


def test_identical_rows_are_kept_once(tmp_path: Path, checks: DuckDBPyConnection) -> None:
    row = {**COUNTS, "staff_group_code": "students", "people_count": 40}
    with staging_in(tmp_path) as staging:
        stage(staging, "population", [row, row, row])
        findings, rejected = check_file(checks, staging.folder, template("population"))
        kept = pq.read_table(staging.folder / "population.parquet")["row_number"].to_pylist()
    assert [(f.code, f.rows, f.row_count) for f in findings] == [("W002", (3, 4), 2)]
    assert (rejected, kept) == (2, [2])


def test_rows_of_one_key_that_differ_are_all_rejected(tmp_path: Path, checks: DuckDBPyConnection) -> None:
    row = {**COUNTS, "staff_group_code": "students"}
    other = {**COUNTS, "staff_group_code": "all", "people_count": 90}
    with staging_in(tmp_path) as staging:
        stage(staging, "population", [{**row, "people_count": 40}, other, {**row, "people_count": 41}])
        findings, rejected = check_file(checks, staging.folder, template("population"))
        kept = pq.read_table(staging.folder / "population.parquet")["row_number"].to_pylist()
    assert [(f.code, f.rows) for f in findings] == [("R003", (2, 4)), ("W033", (3,))]
    assert "population and staff group and date of the count" in findings[0].sentence
    assert (rejected, kept) == (2, [3])


def test_rows_that_share_keys_are_all_found_where_a_question_looks_at_few_of_them(
    tmp_path: Path, checks: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.staging.keys.SUSPECT_ROWS", 2)
    days = [date(2026, 9, day) for day in range(1, 21)]
    sent_once = [{**COUNTS, "snapshot_date": day, "staff_group_code": "all", "people_count": 90} for day in days]
    differing = [{**one, "people_count": 91} for one in sent_once[:5]]
    with staging_in(tmp_path) as staging:
        stage(staging, "population", sent_once + sent_once[5:] + differing)
        findings, rejected = check_file(checks, staging.folder, template("population"))
        kept = pq.read_table(staging.folder / "population.parquet")["row_number"].to_pylist()
    assert [(f.code, f.rows, f.row_count) for f in findings] == [
        ("W002", (22, 23, 24, 25, 26), 15),
        ("R003", (2, 3, 4, 5, 6), 10),
    ]
    assert (rejected, kept) == (25, [*range(7, 22)])


@pytest.mark.parametrize("at_once", [1, 500_000])
def test_two_people_with_one_response_id_are_both_rejected_with_their_answers(
    tmp_path: Path, checks: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("warehouse.staging.keys.SUSPECT_ROWS", at_once)
    numbers = [1, 2, 3]
    tables = {
        "survey_response": pa.table({"row_number": [2, 3, 4], "respondent_number": numbers}),
        "survey_answer": pa.table({"respondent_number": [1, 1, 2, 3, 3], "score": [1, 2, 3, 4, 5]}),
        "survey_check": pa.table(
            {"respondent_number": numbers, "row_number": [2, 3, 4], "response_hash": [-77, 88, -77]}
        ),
    }
    with staging_in(tmp_path) as staging:
        staging.write(tables)
        staging.close()
        findings, rejected = check_file(checks, staging.folder, template("survey"))
        staging.settle()
    assert [(f.code, f.rows) for f in findings] == [("R005", (2, 4))]
    assert rejected == 2
    folder = tmp_path / "s1"
    assert sorted(file.stem for file in folder.iterdir()) == ["survey_answer", "survey_response"]
    assert pq.read_table(folder / "survey_answer.parquet")["score"].to_pylist() == [3]
    assert pq.read_table(folder / "survey_response.parquet")["respondent_number"].to_pylist() == [2]


def test_groups_that_do_not_add_up_to_their_total_are_told(tmp_path: Path, checks: DuckDBPyConnection) -> None:
    groups = {"students": 40, "medical_and_dental": 50, "all": 100}
    with staging_in(tmp_path) as staging:
        rows = [{**COUNTS, "staff_group_code": g, "people_count": n} for g, n in groups.items()]
        stage(staging, "population", rows)
        findings, rejected = check_file(checks, staging.folder, template("population"))
    assert [f.sentence for f in findings] == [
        "The staff groups add up to 90, but the total says 100; the groups are used: correct whichever is wrong."
    ]
    assert rejected == 0


def plan(number: int, registration: str | None, employee: str | None) -> dict:
    return {
        "plan_key": f"p{number}",
        "line_number": 1,
        "registration_key": registration,
        "employee_key": employee,
        "plan_state_code": "signed_off",
        "activity_category_code": "spa",
        "planned_pas": 1.0,
    }


def test_one_employee_number_with_two_registrations_is_told(tmp_path: Path, checks: DuckDBPyConnection) -> None:
    with staging_in(tmp_path) as staging:
        stage(staging, "job_plan", [plan(1, "r1", "e1"), plan(2, "r2", "e1"), plan(3, "r3", "e3")])
        findings, _ = check_file(checks, staging.folder, template("job_plan"))
    assert [(f.code, f.rows) for f in findings] == [("W011", (2, 3))]


def test_people_in_two_sources_of_one_dataset_are_counted_and_told(tmp_path: Path, checks: DuckDBPyConnection) -> None:
    with staging_in(tmp_path, "other") as staging:
        stage(staging, "job_plan", [plan(1, "r1", None), plan(2, "r2", None)])
        staging.settle()
    with staging_in(tmp_path) as staging:
        stage(staging, "job_plan", [plan(8, "r1", None), plan(9, "r9", None)])
        findings, rejected = check_file(checks, staging.folder, template("job_plan"), [tmp_path / "other"])
    assert [(f.code, f.details) for f in findings] == [("W003", {"people": "1"})]
    assert rejected == 0


def test_organisations_that_change_their_name_are_counted_and_told(tmp_path: Path, checks: DuckDBPyConnection) -> None:
    named = [("R1", 2021, "Old Name"), ("R1", 2022, "New Name"), ("R2", 2021, "Same"), ("R2", 2022, "Same")]
    rows = [
        {"organisation_code": code, "survey_year": year, "organisation_name": name, "measure_code": "stress"}
        for code, year, name in named
    ]
    with staging_in(tmp_path) as staging:
        stage(staging, "nss_benchmark", rows)
        findings, _ = check_file(checks, staging.folder, template("nss_benchmark"))
    assert [f.sentence for f in findings] == [
        "Organisations whose name differs between years: 1; the latest name is shown."
    ]
