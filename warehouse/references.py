"""The rule book as reference tables, for joins in SQL and for those who read the warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schemas.core import CORE
from schemas.marts import MARTS
from schemas.metrics import Metric
from schemas.profiles import PROFILES
from schemas.reference import REFERENCE, SUBMISSION
from schemas.rulebook import Rulebook

if TYPE_CHECKING:
    import pyarrow as pa

Rows = Iterator[Mapping[str, Any]]


def reference_tables(rules: Rulebook, metrics: Sequence[Metric]) -> Mapping[str, pa.Table]:
    """Each table of `schemas.reference.REFERENCE` by its bare name, in its contract's shape."""
    import pyarrow as pa

    rows = {
        "organisation": _organisations(rules),
        "codelist": _codelists(rules),
        "instrument_item": _items(rules),
        "instrument_number": (dict(row) for row in rules.instruments.numbers),
        "pa_hours": _pa_hours(rules),
        "metric": _metrics(metrics),
        "disclosure_profile": _profiles(),
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


def _profiles() -> Rows:
    for profile in PROFILES.values():
        yield {**vars(profile), "profile": profile.name}


def _dictionary() -> Rows:
    for contract in (*MARTS.values(), *REFERENCE.values(), *CORE.values(), SUBMISSION):
        for field in contract.fields:
            yield {
                "table_name": contract.name,
                "column_name": field.name,
                "column_type": field.sql_type,
                "description": field.description,
            }
