"""A build brings the work database up to date: in order, in part where it can, and always to the same content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from schemas.metrics import load_metrics
from schemas.tables import CORE, MARTS, STEPS
from tests.lib.month import ANSWERS, RULES, Month, rules_with, send_october, send_september
from tests.lib.text_tables import shown
from warehouse.db import queries, tables
from warehouse.db.content import content_hash

CONTRACTS = {**CORE, **STEPS, **MARTS}
WIDE = MARTS["marts.dashboard_figure"]
EVERYTHING = (*CORE, *STEPS, *MARTS)
OF_LOADING = {"row_number", "respondent_number", "registration_key", "employee_key", "key_id"}  # core has none of them


@pytest.mark.parametrize("table", [name for name, contract in CONTRACTS.items() if contract.fields])
def test_a_select_gives_the_columns_of_its_contract_in_their_types(
    built: duckdb.DuckDBPyConnection, table: str
) -> None:
    """A column is declared once with its description, and made once: neither side can forget the other.

    Topical marts take of the labelled figures what their contracts name; facts take of staged rows all but what serves
    loading alone.
    """
    described = built.execute(f"DESCRIBE {queries.select_of(table)}").fetchall()
    found = {name: {"HUGEINT": "BIGINT"}.get(kind, kind) for name, kind, *_ in described}
    declared = {f.name: str(duckdb.sqltype(f.sql_type)) for f in CONTRACTS[table].fields}
    read = queries.tables_read(queries.select_of(table))
    left = (
        {*WIDE.names} if WIDE.name in read else OF_LOADING if any(one.startswith("staging.") for one in read) else set()
    )
    assert {name: kind for name, kind in found.items() if name in declared or name not in left} == declared


@pytest.fixture
def month(month: Month) -> Month:
    month.metrics = load_metrics()
    return month


def test_a_build_in_parts_equals_a_build_from_nothing(month: Month) -> None:
    send_september(month)
    month.build().close()
    send_october(month)
    month.build().close()
    month.withdraw("survey-9")
    month.send(
        "survey-9b",
        survey_response="respondent_number\n1",
        survey_answer=ANSWERS + "1 rcc_org_training_resources 7 false",
    )
    with month.build() as in_parts, month.build("anew.duckdb") as anew:
        for table in EVERYTHING:
            rows = f"SELECT * FROM {table}"
            assert shown(in_parts, rows) == shown(anew, rows), table
        assert content_hash(in_parts, EVERYTHING) == content_hash(anew, EVERYTHING)
        assert shown(in_parts, "SELECT plan_key, person_key FROM core.fct_job_plan") == "p1 reg1\np2 reg2\np9 reg1"
        assert shown(in_parts, "SELECT score FROM core.fct_survey_answer") == "7"


def test_a_build_that_counts_few_organisations_at_a_time_equals_one_that_counts_all(month: Month, monkeypatch) -> None:
    send_september(month)
    month.build().close()
    send_october(month)
    with month.build("all.duckdb") as at_once:
        monkeypatch.setattr("warehouse.build.build.SUBMISSIONS_AT_ONCE", 1)
        with month.build() as in_parts, month.build("few.duckdb") as anew:
            for table in EVERYTHING:
                rows = f"SELECT * FROM {table}"
                assert shown(in_parts, rows) == shown(anew, rows) == shown(at_once, rows), table


def test_the_rows_of_an_organisation_that_sent_nothing_are_left_alone(month: Month) -> None:
    send_september(month)
    with month.build() as connection:
        connection.execute("UPDATE core.fct_survey_response SET staff_group_code = 'untouched'")
    month.send(
        "survey-10",
        "ZZ2",
        month=10,
        survey_response="respondent_number staff_group_code\n1 students",
        survey_answer=ANSWERS + "1 rcc_org_training_resources 7 false",
    )
    with month.build() as connection:
        groups = "SELECT staff_group_code FROM core.fct_survey_response"
        assert shown(connection, groups) == "students\nuntouched\nuntouched"


def test_a_changed_rule_makes_the_partitions_anew(month: Month) -> None:
    send_september(month)
    month.build().close()
    longer = tuple({**row, "hours_per_pa": 5.0} for row in RULES.tables["pa_hours"])
    month.rules = rules_with(tables={**RULES.tables, "pa_hours": longer})
    with month.build() as connection:
        assert shown(connection, "SELECT weekly_hours FROM core.fct_job_plan_line") == "20\n20"


def test_changed_sql_makes_the_partitions_anew(month: Month, monkeypatch) -> None:
    send_september(month)
    month.build().close()
    select_of = queries.select_of
    other = {"core.fct_population": "SELECT * REPLACE (7 AS people_count) FROM staging.population"}
    monkeypatch.setattr(queries, "select_of", lambda name: other.get(name) or select_of(name))
    with month.build() as connection:
        assert shown(connection, "SELECT people_count FROM core.fct_population") == "7"


def test_a_build_of_nothing_makes_every_table_empty(month: Month) -> None:
    with month.build() as connection:
        counts = {table: shown(connection, f"SELECT count(*) FROM {table}") for table in EVERYTHING}
    assert {table for table, count in counts.items() if count != "0"} == {
        "core.dim_organisation",
        "marts.dim_metric",
        "marts.dim_organisation",
        "marts.metric_definition",
    }


def test_a_missing_staged_file_is_named_and_says_what_to_do(month: Month) -> None:
    send_september(month)
    (month.folder / "staged/survey-9/survey_answer.parquet").unlink()
    with pytest.raises(FileNotFoundError, match="submission survey-9 has no staged survey_answer: ingest its file"):
        month.build()


def test_what_was_staged_before_a_column_and_an_optional_sheet_were_there_is_built_without_them(month: Month) -> None:
    month.send(
        "s1",
        recommendation_adoption="site_code site_type_code recommendation_number is_agreed adoption_state_code"
        " assessed_date\nS1 hospital R1 true in_place 2026-09-15",
    )
    staged = month.folder / "staged" / "s1"
    (staged / "adoption_configuration.parquet").unlink()
    file = staged / "recommendation_adoption.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["adaptation_code", "due_date"]), file)
    with month.build() as core:
        assert shown(core, "SELECT site_code, due_date FROM core.fct_adoption") == "S1 -"
        assert shown(core, "SELECT * FROM core.fct_adoption_configuration") == ""


def test_a_staged_file_from_before_a_column_was_declared_still_counts(month: Month) -> None:
    month.send("old", survey_response="respondent_number\n1", survey_answer=ANSWERS + "1 x 1 false")
    month.send(
        "new", "ZZ2", survey_response="respondent_number is_complete\n1 true", survey_answer=ANSWERS + "1 x 1 false"
    )
    file = month.folder / "staged/old/survey_response.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["is_complete"]), file)
    with month.build() as connection:
        assert shown(connection, "SELECT submission_id, is_complete FROM core.fct_survey_response") == "new True\nold -"


def test_the_order_follows_what_each_select_reads(built: duckdb.DuckDBPyConnection) -> None:
    reads = {
        "core.last": "WITH other AS (SELECT a FROM core.middle) SELECT * FROM other JOIN core.first USING (a)",
        "core.middle": "SELECT a FROM core.first WHERE a IN (SELECT code FROM reference.codelist)",
        "core.first": "SELECT 1 AS a FROM staging.population",
    }
    inputs = {name: queries.tables_read(select) for name, select in reads.items()}
    assert inputs["core.last"] == {"core.middle", "core.first"}
    assert queries.in_order(inputs) == ["core.first", "core.middle", "core.last"]


def test_what_a_select_names_is_what_duckdb_reads_in_it(built: duckdb.DuckDBPyConnection) -> None:
    """Every file is one SELECT of schema-qualified tables, and nothing else in it looks like one."""
    selects = queries.selects() | {
        name: queries.select_of(name) for m in load_metrics() if (name := f"metrics.{m.metric_id}")
    }
    for name, select in selects.items():
        found = built.execute("SELECT json_serialize_sql(?)", [select]).fetchone()
        nodes = list(_nodes(json.loads(found[0] if found else "{}")))
        ctes = {entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", ())}
        read = {(node["schema_name"], node["table_name"]) for node in nodes if node.get("type") == "BASE_TABLE"}
        assert {table for schema, table in read if not schema} <= ctes, name
        assert {f"{schema}.{table}" for schema, table in read if schema} == queries.tables_read(select), name


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(child)


def test_a_table_that_nothing_makes_is_named() -> None:
    with pytest.raises(ValueError, match=r"core\.a reads core\.b, which nothing makes"):
        queries.in_order({"core.a": frozenset({"core.b"})})


def test_every_table_and_column_carries_its_comment(month: Month) -> None:
    steps = tuple(name for name, contract in STEPS.items() if not contract.fields)  # no analyst is handed them
    with month.build() as connection:
        bare = shown(
            connection,
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
            " AND schema_name IN ('core', 'marts', 'reference') AND table_name NOT LIKE 'metric_unit%'"
            f" AND 'core.' || table_name NOT IN {steps}",
        )
        uncommented = shown(
            connection,
            "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL AND schema_name IN ('core', 'marts')",
        )
        about = shown(connection, "SELECT comment FROM duckdb_tables() WHERE table_name = 'fct_appraisal'")
    assert bare == uncommented == ""
    assert about.endswith("Each period covers the year to date: do not add periods.")


def test_a_failed_replacement_leaves_the_table_as_it_was(built: duckdb.DuckDBPyConnection) -> None:
    contract = CORE["core.dim_organisation"]
    before = shown(built, f"SELECT * FROM {contract.name}")
    with pytest.raises(duckdb.ConstraintException), tables.transaction(built):
        tables.replace(built, contract, "SELECT * REPLACE (NULL AS organisation_code) FROM reference.organisation")
    assert before
    assert shown(built, f"SELECT * FROM {contract.name}") == before


def test_the_content_hash_leaves_out_order_runs_and_the_last_digits(built: duckdb.DuckDBPyConnection) -> None:
    built.execute("CREATE TABLE audit.a (submission_id VARCHAR, made_at TIMESTAMP, x DOUBLE, y VARCHAR)")
    hashes = []
    for values in (
        "('s1', TIMESTAMP '2026-09-01', 0.1, 'a'), ('s1', NULL, 0e0, NULL)",
        "('s2', NULL, -1.8e-15, NULL), ('s3', NULL, 0.1000000000001, 'a')",
        "('s1', TIMESTAMP '2026-09-01', 0.1, 'a'), ('s1', NULL, 0e0, 'NULL')",
        "('s1', TIMESTAMP '2026-09-01', 0.10000001, 'a'), ('s1', NULL, 0e0, NULL)",
    ):
        built.execute(f"DELETE FROM audit.a; INSERT INTO audit.a VALUES {values}")
        hashes.append(content_hash(built, ["audit.a"]))
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_the_same_data_in_another_home_has_the_same_content(month: Month) -> None:
    send_september(month)
    with month.build() as connection:
        first = content_hash(connection, EVERYTHING)
    for old in list(month.submissions):
        (month.folder / "staged" / old.submission_id).rename(month.folder / "staged" / f"other-{old.submission_id}")
        month.restage(f"other-{old.submission_id}")
    month.submissions = [replace(s, submission_id=f"other-{s.submission_id}") for s in reversed(month.submissions)]
    with month.build("other.duckdb") as connection:
        assert content_hash(connection, EVERYTHING) == first
