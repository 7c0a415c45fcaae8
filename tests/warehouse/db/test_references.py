"""The rule book as tables."""

from __future__ import annotations

from datetime import date

import duckdb

from schemas.metrics import load_metrics
from schemas.tables import CORE, MARTS, REFERENCE, TABLES
from tests.lib.month import RULES, rules_with
from tests.lib.text_tables import lines, shown
from warehouse.db.references import reference_tables


def test_every_reference_table_is_made_in_the_shape_of_its_contract() -> None:
    row = {
        "metric_id": "job_plan_signed_off",
        "organisation_code": "",
        "rebase_date": date(2026, 4, 1),
        "reason": "made up",
    }
    made = reference_tables(rules_with(tables={**RULES.tables, "spc_rebase": (row,)}), load_metrics())
    assert {f"reference.{name}" for name in made} == {name for name in TABLES if name.startswith("reference.")}
    for name, table in made.items():
        assert table.schema == TABLES[f"reference.{name}"].arrow_schema()
        # nothing is rebased, and no source ends, until a user says so; and nobody reads in a release what a source is
        assert len(table) or name in ("spc_rebase", "target", "source_end"), name
    assert "reference.source_end" not in REFERENCE


def test_an_hour_is_an_hour_of_its_nation(built: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT nation_code, is_premium_time, hours_per_pa FROM reference.pa_hours WHERE nation_code > 'n'"
    assert shown(built, query) == lines("""
        northern_ireland False 4
        northern_ireland True  3
        scotland         False 4
        scotland         True  3
        wales            False 3.75
        wales            True  3.75
    """)


def test_codes_keep_their_label_and_source(built: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT label, source FROM reference.codelist WHERE codelist = 'activity_category' AND code = 'dcc'"
    assert shown(built, query) == "Direct clinical care BMA overview of job planning"


def test_every_list_that_a_published_code_is_on_is_published_too() -> None:
    listed = {row["codelist"] for row in reference_tables(RULES)["codelist"].to_pylist()}
    contracts = (*CORE.values(), *MARTS.values(), *REFERENCE.values())
    codes = {f.codelist for one in contracts for f in one.fields if f.kind == "code" and f.codelist}
    assert codes - listed == set()


def test_every_question_carries_the_bounds_of_its_scale(built: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT minimum, maximum, has_unsure FROM reference.instrument_item WHERE question_key = "
    assert shown(built, query + "'rcc_org_training_resources'") == "1 10 True"
    assert shown(built, "SELECT count(*) FROM reference.instrument_item") == str(len(RULES.instruments.items))


def test_the_dictionary_explains_every_column_of_core_and_marts(built: duckdb.DuckDBPyConnection) -> None:
    found = shown(
        built, "SELECT table_name, column_name FROM reference.dictionary WHERE description <> ''"
    ).splitlines()
    declared = {f"{c.name} {name}" for c in (*CORE.values(), *MARTS.values()) for name in c.names}
    assert declared <= set(found)


def test_the_organisations_are_the_declared_ones(built: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT organisation_code, organisation_type_code, nation_code, is_fictional FROM reference.organisation"
    assert shown(built, query) == lines("ZZ1 trust england True\n ZZ2 trust wales True")


def test_a_break_declared_for_a_dataset_is_one_of_each_metric_that_reads_it() -> None:
    made = reference_tables(rules_with(), load_metrics())["series_break"].to_pylist()
    breaks = {(row["metric_id"], str(row["break_date"])) for row in made}
    readers = {m.metric_id for m in load_metrics() if "research_activity" in m.datasets}
    assert {metric_id for metric_id, day in breaks if day == "2024-10-01"} == readers
    assert {
        ("nss_burnt_out_often_published", "2021-01-01"),
        ("survey_staff_engagement_score", "2022-01-01"),
        ("survey_morale_score", "2023-01-01"),
    } <= breaks


def test_a_step_of_the_scoring_is_worth_its_points(built: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT step, points, is_confirmed FROM reference.nss_scoring WHERE domain_code = 'burnout'"
    assert shown(built, query) == lines("1 0 False\n 2 2.5 False\n 3 5 False\n 4 7.5 False\n 5 10 False")


def test_a_barrier_has_a_level_and_where_the_review_names_one_a_subtheme(built: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT level_code, subtheme_code FROM reference.item_subtheme WHERE question_key = "
    assert shown(built, query + "'rcc_barrier_funds'") == "environmental funding"
    assert shown(built, query + "'rcc_barrier_staff_shortages'") == "environmental -"


def test_no_figure_is_broken_down_by_a_special_category_that_is_switched_off() -> None:
    on = {"sex_code": date(2026, 10, 1)}
    for switched_on, found in (({}, set()), (on, {"sex"})):
        made = reference_tables(rules_with(switched_on=switched_on), load_metrics())
        breakdowns = set(made["metric_breakdown"]["breakdown"].to_pylist())
        assert breakdowns & {"sex", "ethnicity_group", "qualification_place"} == found
