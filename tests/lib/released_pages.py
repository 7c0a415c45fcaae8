"""Small releases to write pages of: rows by the marts' contracts, with what a test does not say filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import MARTS

Row = dict[str, Any]
ABOUT: Row = {
    "release_id": "20261009T080000000000Z",
    "released_at": "2026-10-09T08:00:00+00:00",
    "headline": "3 of 4 figures shown.",
    "is_fictional": True,
}
READ = (
    "dashboard_figure",
    "metric_spc",
    "facilitators_barriers",
    "research_active_comparison",
    "site_toolkit",
    "adoption_and_outcome",
)
SEPTEMBER = date(2026, 9, 30)


def figure(metric_id: str, value: float | None, end: date = SEPTEMBER, **given: Any) -> Row:
    """A row of dashboard_figure: of everybody at RX1, in %, shown, of a series that goes on, the latest of it."""
    return {
        "metric_id": metric_id,
        "metric_title": metric_id.replace("_", " ").capitalize(),
        "metric_order": 1,
        "topic": "protected_time",
        "topic_label": "Time for research",
        "item_code": "none",
        "item_label": "",
        "organisation_code": "RX1",
        "organisation_name": "Anytown Hospitals",
        "period_start": end.replace(day=1),
        "period_end": end,
        "period_kind": "as_at",
        "period_label": f"at {end.day} {end:%B %Y}",
        "breakdown": "all",
        "category": "all",
        "category_label": "All",
        "value": value,
        "denominator": 200 if value is not None else None,
        "people_count": 200 if value is not None else None,
        "status": "shown" if value is not None else "suppressed",
        "status_shorthand": "" if value is not None else "[c]",
        "status_sentence": "" if value is not None else "withheld because it could identify someone",
        "series_id": f"{metric_id} {given.get('organisation_code', 'RX1')} {given.get('item_code', 'none')}",
        "unit": "%",
        "decimals": 1,
        "direction": 1,
        "is_latest": end == SEPTEMBER,
        "is_fictional": False,
        **given,
    }


def line(section: str, sort_order: int, label: str, **given: Any) -> Row:
    """A row of site_toolkit: of RX1's own site, without a figure."""
    site = {"organisation_code": "RX1", "organisation_name": "Anytown Hospitals", "site_code": "RX1"}
    of = {"site_label": "Anytown Hospitals", "period_end": SEPTEMBER, "section": section, "sort_order": sort_order}
    return {**site, **of, "line_code": "none", "label": label, **given}


def outcome(timing: str, value: float | None, end: date, low: float | None = None, high: float | None = None) -> Row:
    """A row of adoption_and_outcome: RX1's staff engagement, beside recommendations of which one is in place."""
    told = {"outcome_value": value, "outcome_interval_low": low, "outcome_interval_high": high}
    return {
        "organisation_code": "RX1",
        "site_code": "RX1",
        "period_end": SEPTEMBER,
        "first_modified_date": date(2026, 6, 30),
        "outcome_metric_id": "survey_staff_engagement_score",
        "outcome_item_code": "none",
        "outcome_organisation_code": "RX1",
        "outcome_period_start": end.replace(day=1),
        "outcome_period_end": end,
        "outcome_breakdown": "all",
        "outcome_timing": timing,
        "outcome_people_count": 200,
        "outcome_status": "shown" if value is not None else "suppressed",
        "unit": "score 0-10",
        **told,
    }


def words_of(page: str) -> str:
    """What a reader reads: no markup, no style, no chart."""
    body = re.sub(r"<(style|title|svg)[ >].*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&nbsp;", " ").replace("\xa0", " ")


def write_release(folder: Path, **tables: Sequence[Row]) -> Path:
    """Write the tables that pages read as Parquet below `folder`, empty where none are given, and return it."""
    titled = {row["metric_id"]: row for row in tables.get("dashboard_figure", ())}
    metrics = [{"metric_id": name, "decimals": row["decimals"], "warning": ""} for name, row in titled.items()]
    (folder / "parquet").mkdir(parents=True)
    for name, rows in ({"dim_metric": metrics} | dict.fromkeys(READ, ()) | tables).items():
        fields = [field.with_nullable(True) for field in MARTS[f"marts.{name}"].arrow_schema()]
        pq.write_table(pa.Table.from_pylist(list(rows), pa.schema(fields)), folder / "parquet" / f"{name}.parquet")
    return folder


ITEM: Row = {
    "organisation_code": "RX1",
    "period_end": date(2026, 9, 30),
    "breakdown": "all",
    "category": "all",
    "status": "shown",
    "unit": "%",
    "level_code": "individual",
    "people_count": 180,
}
SCORED = {"status": "shown", "metric_id": "survey_staff_engagement_score"}
PLANNED = {"state_code": "planned", "state_label": "Planned"}
RECOMMENDED, HELPS = "Recommendations", "What helps and hinders"
LINES = [
    line("How far it is", 1, "Agreed recommendations in place", value=50.0, unit="%", **SCORED),
    line(RECOMMENDED, 2, "Provide safe spaces", line_code="R1", state_code="in_place", state_label="In place"),
    line(RECOMMENDED, 3, "Goal setting", line_code="R6", due_date=date(2026, 6, 30), is_overdue=True, **PLANNED),
    line(RECOMMENDED, 4, "Guided reflection", line_code="R9", due_date=date(2026, 12, 31), is_overdue=False, **PLANNED),
    line(
        HELPS, 5, "Recipients: trust", state_code="enables", state_label="Enables", value=4.0, unit="rating", **SCORED
    ),
    line(HELPS, 6, "Local context: culture", state_code="constrains", state_label="Constrains"),
    line("What changed", 7, "Awareness", value=4.0, unit="items", **SCORED),
    line("What may not be concluded", 8, "Outcomes stand beside what was adopted, not as cause and effect."),
]
ENGAGEMENT = {"unit": "score 0-10", "decimals": 2, "metric_title": "Staff engagement", "period_kind": "wave"}
OUTCOMES = [
    outcome("before", 5.9, date(2026, 3, 31), 5.8, 6.0),
    outcome("across", None, date(2026, 6, 30)),
    outcome("after", 6.2, SEPTEMBER, 6.1, 6.3),
]
FIGURES = [
    figure("survey_staff_engagement_score", row["outcome_value"], row["outcome_period_end"], **ENGAGEMENT)
    for row in OUTCOMES
]
