"""What holds for each metric, whatever it measures."""

from importlib import resources
from pathlib import Path

import duckdb
import pytest

from schemas.metrics import BREAKDOWNS, OF_PERSONS, Metric, load_metrics
from schemas.tables import TABLES
from tests.lib.core import FIGURES, SQL, Core, select, table
from warehouse.db import queries

METRICS = load_metrics()
TESTS = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))


def test_every_toml_has_a_select_and_every_select_a_toml() -> None:
    tomls = {Path(file.name).stem for file in (resources.files("schemas") / "metrics").iterdir()}
    assert tomls == {file.stem for file in (SQL / "metrics").iterdir()} == {metric.metric_id for metric in METRICS}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_a_select_gives_exactly_the_declared_columns(metric: Metric, core: Core) -> None:
    described = core.connection.execute(f"DESCRIBE {select(metric.metric_id)}").fetchall()
    found = {name: kind for name, kind, *_ in described}
    kinds = {field.name: str(duckdb.sqltype(field.sql_type)) for field in TABLES["core.metric_unit"].fields}
    assert found == {name: kinds[name] for name in found}
    assert {"organisation_code", "period_start", "period_end", "numerator"} <= found.keys()
    breakdowns = {f"{name}_code" for name in metric.broken_down_by}
    given = found.keys() & {f"{name}_code" for name in BREAKDOWNS}
    assert breakdowns - {f"{name}_code" for name in OF_PERSONS} <= given <= breakdowns
    assert ("baseline_value" in found) == (metric.statistic == "effect_size")


EVENT = "event_code event_date decision_code decided_date\n{} 2026-04-20 awarded 2026-04-20"


def test_a_figure_of_the_year_to_date_starts_on_its_1_april_and_aprils_is_in_one_series_with_mays(core: Core) -> None:
    metrics = [metric.metric_id for metric in METRICS if metric.period_kind == "year_to_date"]
    assert {metric.metric_id for metric in METRICS if metric.metric_id.endswith("_ytd")} < {*metrics}
    counts = "research_pdp_agreed_count research_pdp_due_count research_pdp_complete_count"
    appraisal = f"person_key due_date is_complete has_research_role {counts}\np1 2026-04-20 true true 1 1 1"
    for end in ("2026-04-30", "2026-05-31"):
        month = {"period_start": f"{end[:7]}-01", "period_end": end}
        core.add("fct_appraisal", appraisal, **month)
        for event in ("training", "grant_application", "investigator_role", "poster", "service_user_involvement"):
            core.add("fct_research_activity", EVENT.format(event), **month)
    for metric_id in metrics:
        figures = core.figures(metric_id, "period_start period_end period_kind breakdown")
        found = [figure for n, figure in enumerate(figures) if figure not in figures[:n]]
        assert found == table("2026-04-01 2026-04-30 year_to_date all\n2026-04-01 2026-05-31 year_to_date all"), (
            metric_id
        )
        series = "SELECT item_code, count(DISTINCT series_id) FROM core.metric_figure GROUP BY item_code"
        assert {count for _, count in core.rows(series)} == {"1"}, metric_id


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_a_metric_says_what_it_means(metric: Metric) -> None:
    assert metric.evidence
    assert metric.definition.endswith(".") and "\n" not in metric.definition
    assert (metric.quantile_type == 6) == (metric.statistic == "median")
    is_of_nobody = metric.datasets[0] in ("recommendation_adoption", "research_activity") and metric.counts == "items"
    usual = "published" if metric.counts == "published" else "not_personal" if is_of_nobody else "staff_survey"
    assert metric.profile == ("survey_reach" if metric.metric_id == "survey_block_reached" else usual)
    assert f'"{metric.metric_id}"' in TESTS, "no test names this metric"


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_every_figure_carries_its_base_its_rows_its_period_and_its_response_rate(metric: Metric, core: Core) -> None:
    core.add("fct_survey_response", "response_key\nr1")
    core.add("fct_population", "staff_group_code people_count\nall 4", population_code="invited")
    units = {
        "metric_id": f"'{metric.metric_id}'",
        "item_code": "'none'",
        "organisation_code": "'ZZ1'",
        "period_start": "DATE '2026-09-01'",
        "period_end": "DATE '2026-09-30'",
        "person_key": "'p' || n",
        "numerator": "CAST(n AS DOUBLE)",
        "denominator": "2e0",
        "baseline_value": "n * 1e0",
    }
    columns = (
        f"CAST({units.get(f.name, 'NULL')} AS {f.sql_type}) AS {f.name}" for f in TABLES["core.metric_unit"].fields
    )
    core.connection.execute(f"CREATE VIEW core.metric_unit AS SELECT {', '.join(columns)} FROM range(2) AS unit (n)")
    for name in FIGURES:
        core.connection.execute(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} AS {queries.select_of(name)}")
    [row] = core.connection.execute("SELECT * FROM core.metric_figure").to_arrow_table().to_pylist()
    for column in ("denominator", "people_count", "row_count", "period_start", "period_end", "series_id", "value"):
        assert row[column] is not None, column
    assert (row["numerator"] is None) == (metric.statistic == "median" or metric.counts == "published")
    assert row["response_rate_pct"] == (25 if "survey" in metric.datasets else None)
    assert (row["interval_low"] is None) == (not metric.is_sample or metric.statistic in ("median", "ratio", "count"))
    assert row["interval_method"].startswith("none") != (
        metric.is_sample and metric.statistic not in ("ratio", "count")
    )
