"""The rule book as reference tables, for joins in SQL and for those who read the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa
from holidays import country_holidays

from schemas.fields import Contract
from schemas.metrics import Metric
from schemas.profiles import PROFILES
from schemas.rulebook import Rulebook
from schemas.tables.audit import AUDIT
from schemas.tables.core import CORE
from schemas.tables.figures import WIDER
from schemas.tables.marts import MARTS
from schemas.tables.reference import ITEM_SUBTHEME, NSS_SCORING, REFERENCE, SERIES_BREAK, SUBTHEME

Rows = Iterator[Mapping[str, Any]]


def reference_tables(rules: Rulebook, metrics: Sequence[Metric]) -> Mapping[str, pa.Table]:
    """Each table of `schemas.reference.REFERENCE` by its bare name, in its contract's shape."""
    rows = {
        "organisation": _organisations(rules),
        "codelist": _codelists(rules),
        "instrument_item": _items(rules),
        "instrument_number": (dict(row) for row in rules.instruments.numbers),
        "pa_hours": _pa_hours(rules),
        "metric": _metrics(metrics),
        "metric_breakdown": _breakdowns(metrics),
        "metric_dataset": ({"metric_id": m.metric_id, "dataset": name} for m in metrics for name in m.datasets),
        "support_measure": _measures(rules),
        "series_break": _breaks(rules, metrics),
        "subtheme": (_typed(SUBTHEME, {**r, "subtheme_code": r["code"]}) for r in rules.tables["subtheme"]),
        "item_subtheme": (
            _typed(ITEM_SUBTHEME, {**r, "question_key": r["code"]}) for r in rules.tables["item_subtheme"]
        ),
        "nss_scoring": _scoring(rules),
        "bank_holiday": _bank_holidays(),
        "disclosure_profile": _profiles(),
        "staff_group_wide": _wide_groups(rules),
        "spc_rule_set": iter(rules.spc_rule_sets),
        "spc_rebase": iter(rules.spc_rebases),
        "dictionary": _dictionary(),
    }
    return {
        name: pa.Table.from_pylist(list(found), REFERENCE[f"reference.{name}"].arrow_schema())
        for name, found in rows.items()
    }


def _organisations(rules: Rulebook) -> Rows:
    for organisation in rules.organisations.values():
        yield {
            "organisation_code": organisation.organisation_code,
            "organisation_name": organisation.organisation_name,
            "organisation_type_code": organisation.organisation_type or None,
            "nation_code": organisation.nation_code or None,
            "is_fictional": organisation.is_fictional,
        }


def _codelists(rules: Rulebook) -> Rows:
    for name, codelist in rules.codelists.items():
        for code, label in codelist.labels.items():
            yield {"codelist": name, "code": code, "label": label, "source": codelist.sources.get(code, "")}


def _items(rules: Rulebook) -> Rows:
    for item in rules.instruments.items:
        scale = rules.instruments.scales[item.scale_code]
        bounds = {"minimum": scale.minimum, "maximum": scale.maximum, "has_unsure": scale.has_unsure}
        yield {**vars(item), **bounds}


def _pa_hours(rules: Rulebook) -> Rows:
    for row in rules.pa_hours:
        typed = {"is_premium_time": row["is_premium_time"] == "yes", "hours_per_pa": float(row["hours_per_pa"])}
        yield {**row, **typed}


def _metrics(metrics: Sequence[Metric]) -> Rows:
    for metric in metrics:
        yield {**metric.model_dump(), "is_from_survey": "survey" in metric.datasets}


def _breakdowns(metrics: Sequence[Metric]) -> Rows:
    for metric in metrics:
        wider = (WIDER[name] for name in metric.breakdowns if name in WIDER)
        yield from ({"metric_id": metric.metric_id, "breakdown": name} for name in ("all", *metric.breakdowns, *wider))


def _measures(rules: Rulebook) -> Rows:
    for row in rules.support_measures:
        bounds = {name: float(row[name]) if row[name] else None for name in ("minimum", "maximum")}
        yield {**row, **bounds, "measure_code": row["code"], "direction": int(row["direction"])}


@cache
def _bank_holidays() -> Sequence[Mapping[str, Any]]:
    subdivisions = {"england": "ENG", "scotland": "SCT", "wales": "WLS", "northern_ireland": "NIR"}
    return [
        {"nation_code": nation, "holiday_date": day}
        for nation, subdivision in subdivisions.items()
        for day in country_holidays("GB", subdiv=subdivision, years=range(2010, 2041))
    ]


def _typed(contract: Contract, row: Mapping[str, str]) -> Mapping[str, Any]:
    """The cells of a declared row as values of the contract's columns; an empty cell is None where it may be."""
    read: dict[str, Callable[[str], Any]] = {
        "integer": int,
        "number": float,
        "date": date.fromisoformat,
        "boolean": "yes".__eq__,
    }
    return {
        field.name: read.get(field.kind, str)(row[field.name]) if row[field.name] or field.required else None
        for field in contract.fields
    }


def _breaks(rules: Rulebook, metrics: Sequence[Metric]) -> Rows:
    """A break declared for a dataset is one of every metric that reads it."""
    for row in rules.tables["series_break"]:
        for metric in metrics:
            if metric.metric_id in row["metric_ids"].split("|") or row["dataset"] in metric.datasets:
                yield _typed(SERIES_BREAK, {**row, "metric_id": metric.metric_id})


def _scoring(rules: Rulebook) -> Rows:
    for row in rules.tables["nss_scoring"]:
        for step, points in enumerate(row["points"].split("|"), 1):
            yield _typed(NSS_SCORING, {**row, "domain_code": row["code"], "step": str(step), "points": points})


def _profiles() -> Rows:
    for profile in PROFILES.values():
        yield {**vars(profile), "profile": profile.name}


def _wide_groups(rules: Rulebook) -> Rows:
    for row in rules.tables["staff_group_wide"]:
        for member in row["members"].split("|"):
            yield {"staff_group_code": member, "staff_group_wide_code": row["code"], "label": row["label"]}


def _dictionary() -> Rows:
    for contract in (*MARTS.values(), *REFERENCE.values(), *CORE.values(), *AUDIT.values()):
        for field in contract.fields:
            yield {
                "table_name": contract.name,
                "column_name": field.name,
                "column_type": field.sql_type,
                "description": field.description,
            }
