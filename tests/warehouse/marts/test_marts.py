"""What holds for every mart: what it reads, what it warns of, and the metrics that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.metrics import TOPICS, load_metrics
from schemas.tables import DECIDED, MARTS
from warehouse.db import queries

SQL = Path(queries.__file__).parents[1] / "sql/marts"
DONE = {"marts.metric_value", "marts.metric_definition"}
COMPARED = ("marts.nss_benchmark", "marts.research_representation")
LABELLED = ("item", "category", "period")
# Made from the figures with their labels: each topic but one, and what their labels are.
TOPICAL = [f"marts.{topic}" for topic in TOPICS if topic != "adoption_and_outcome"]
FURTHER = {
    **{name: {"marts.dashboard_figure"} for name in (*TOPICAL, *(f"marts.dim_{one}" for one in LABELLED))},
    "marts.dim_organisation": {"core.dim_organisation"},
    "marts.dashboard_figure": {"marts.metric_value", "marts.dim_metric", "marts.dim_organisation"},
    "marts.metric_value": {"core.metric_figure", "core.figure_response_rate", *DECIDED, "audit.released_figure"},
    "marts.submission_status": {"audit.submission_state"},
    # What a site was assessed to have is of nobody; the marts read here are themselves made from released figures.
    "marts.adoption_and_outcome": {"marts.dashboard_figure", "core.fct_adoption"},
    "marts.figure_across_organisations": {"marts.metric_value", *(f"marts.dim_{one}" for one in LABELLED)},
    **{name: {"marts.metric_value", "marts.dashboard_figure"} for name in COMPARED},
    "marts.adoption_by_site_type": {"marts.recommendation_adoption"},
    "marts.site_toolkit": {
        *DONE,
        *("core.adoption_site", "core.dim_organisation", "core.fct_adoption"),
        *("marts.recommendation_adoption", "marts.adoption_and_outcome"),
    },
}


@pytest.mark.parametrize("file", sorted(SQL.glob("*.sql")), ids=lambda file: file.stem)
def test_a_mart_reads_released_figures_and_reference_tables_only(file: Path) -> None:
    read = queries.tables_read(file.read_text(encoding="utf-8"))
    allowed = FURTHER.get(f"marts.{file.stem}", DONE)
    assert {name for name in read if not name.startswith("reference.")} <= allowed


def test_every_topic_is_a_mart_that_is_usable_without_a_join() -> None:
    labels = {"metric_title", "unit", "organisation_name", "item_label", "category_label", "period_label"}
    assert [name for name in TOPICAL if not labels <= {*MARTS[name].names}] == []
    assert "marts.adoption_and_outcome" in MARTS


def test_every_mart_says_what_may_not_be_concluded() -> None:
    said = {name: mart.warning for name, mart in MARTS.items() if name not in DONE}
    assert [name for name, warning in said.items() if not re.search(r"\b(never|no|not)\b", warning)] == []


def test_every_metric_that_a_mart_names_is_declared() -> None:
    """A metric that is renamed would drop out of its mart without a word."""
    declared = {metric.metric_id for metric in load_metrics()}
    named = {name for file in SQL.glob("*.sql") for name in re.findall(r"metric_id (?:=|<>) '(\w+)'", file.read_text())}
    assert named
    assert named <= declared
