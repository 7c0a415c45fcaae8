"""The rule book as reference tables, for joins in SQL and for those who read the warehouse."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import pyarrow as pa

from schemas.metrics import BREAKDOWNS, UNITS, Metric, counted_together, load_profiles, wider_of
from schemas.rulebook import Rulebook
from schemas.tables import AUDIT, CORE, MARTS, REFERENCE, SENT, TABLES

Rows = Iterator[Mapping[str, Any]]


def reference_tables(
    rules: Rulebook, metrics: Sequence[Metric] = (), only: Collection[str] = ()
) -> Mapping[str, pa.Table]:
    """Each table of the rules by its bare name, in its contract's shape; or only those named."""
    rows: dict[str, Iterable[Mapping[str, Any]]] = {
        **rules.tables,
        "organisation": _organisations(rules),
        "codelist": _codelists(rules),
        "instrument_item": _items(rules),
        "metric": _metrics(metrics),
        "metric_breakdown": _breakdowns(rules, metrics),
        "breakdown_category": _categories(rules, metrics),
        "metric_dataset": ({"metric_id": m.metric_id, "dataset": name} for m in metrics for name in m.datasets),
        "metric_topic": ({"metric_id": m.metric_id, "topic": name} for m in metrics for name in m.topics),
        "series_break": _breaks(rules, metrics),
        "bank_holiday": _bank_holidays(),
        "disclosure_profile": ({**vars(profile), "profile": profile.name} for profile in load_profiles().values()),
        "dictionary": _dictionary(),
    }
    return {
        name: pa.Table.from_pylist(list(found), TABLES[f"reference.{name}"].arrow_schema())
        for name, found in rows.items()
        if name in (only or rows)
    }


def _metrics(metrics: Sequence[Metric]) -> Rows:
    together = counted_together(metrics)
    for metric in metrics:
        is_rate = metric.base == "invited"
        bounds = {"lowest": UNITS[metric.unit].lowest, "highest": UNITS[metric.unit].highest}
        more = {**bounds, "is_from_survey": "survey" in metric.datasets, "is_response_rate": is_rate}
        parts = ("base", "numerator", "complement", "sum", "sum_of_base")
        named = {f"{part}_name": getattr(metric, part) for part in parts}
        named |= {"dataset": metric.datasets[0]}
        yield {**metric.model_dump(), **more, **named, "counted_with": together[metric.metric_id]}


def _organisations(rules: Rulebook) -> Rows:
    for organisation in rules.organisations.values():
        codes = {
            "organisation_type_code": organisation.organisation_type or None,
            "nation_code": organisation.nation_code or None,
        }
        yield {**vars(organisation), **codes}


def _codelists(rules: Rulebook) -> Rows:
    groups = {row["staff_group_code"]: row["staff_group_wide_code"] for row in rules.tables["staff_group_wide"]}
    for name, codelist in rules.codelists.items():
        for code, label in codelist.labels.items():
            wider = codelist.wider.get(code) or (groups.get(code) if name == "staff_group" else None)
            source = codelist.sources.get(code, "")
            yield {"codelist": name, "code": code, "label": label, "wider_code": wider, "source": source}


def _items(rules: Rulebook) -> Rows:
    for item in rules.instruments.items:
        scale = rules.instruments.scales[item.scale_code]
        bounds = {"minimum": scale.minimum, "maximum": scale.maximum, "has_unsure": scale.has_unsure}
        yield {**vars(item), **bounds}


def _breakdowns(rules: Rulebook, metrics: Sequence[Metric]) -> Rows:
    """The breakdowns of each metric, with those that they fall back on; none by what is switched off."""
    switched = {one.name for sheet in SENT.values() for one in sheet.fields if one.is_switched}
    off = {name.removesuffix("_code") for name in switched - rules.switched_on.keys()}
    for metric in metrics:
        wider = (name for one in metric.breakdowns for name in wider_of(one))
        for name in dict.fromkeys(("all", *metric.breakdowns, *wider)):
            if name not in off:
                yield {"metric_id": metric.metric_id, "breakdown": name}


def _categories(rules: Rulebook, metrics: Sequence[Metric]) -> Rows:
    """The categories that are declared for each breakdown; of sites, and of what a publisher wrote, none are."""
    listed = {name: sorted({*rules.codelists[codes].labels} - {"all"}) for name, codes in BREAKDOWNS.items() if codes}
    said = {name: ["no", "yes"] for name in ("research_active", "research_funded")}
    listed = {name: listed.get(name, []) for name in BREAKDOWNS} | said
    listed["staff_group_wide"] = sorted({row["staff_group_wide_code"] for row in rules.tables["staff_group_wide"]})
    for breakdown in sorted({"staff_group_wide", *(name for metric in metrics for name in metric.breakdowns)}):
        for one in product(*(listed[name] for name in breakdown.split(" x "))):
            yield {"breakdown": breakdown, "category": " x ".join(one)}


def _bank_holidays() -> Rows:
    from holidays import country_holidays

    subdivisions = {"england": "ENG", "scotland": "SCT", "wales": "WLS", "northern_ireland": "NIR"}
    for nation, subdivision in subdivisions.items():
        for day in country_holidays("GB", subdiv=subdivision, years=range(2010, 2041)):
            yield {"nation_code": nation, "holiday_date": day}


def _breaks(rules: Rulebook, metrics: Sequence[Metric]) -> Rows:
    """A break declared for a dataset is one of every metric that reads it."""
    for row in rules.tables["series_break"]:
        for metric in metrics:
            if metric.metric_id in (row["metric_ids"] or "").split("|") or row["dataset"] in metric.datasets:
                yield {**row, "metric_id": metric.metric_id}


def _dictionary() -> Rows:
    for contract in (*MARTS.values(), *REFERENCE.values(), *CORE.values(), *AUDIT.values()):
        for field in contract.fields:
            yield {
                "table_name": contract.name,
                "column_name": field.name,
                "column_type": field.sql_type,
                "description": field.description,
            }
