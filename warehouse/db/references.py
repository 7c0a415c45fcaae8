"""The rule book as reference tables, for joins in SQL and for those who read the warehouse."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import pyarrow as pa

from schemas.metrics import BREAKDOWNS, TOPICS, UNITS, Metric, counted_together, load_profiles, wider_of
from schemas.rulebook import Rulebook
from schemas.tables import AUDIT, CORE, MARTS, REFERENCE, RELEASE, SENT, TABLES

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
    together, topics = counted_together(metrics), list(TOPICS)
    ordered = sorted(metrics, key=lambda m: (topics.index(m.topics[0]), m.order, m.metric_id))
    for number, metric in enumerate(ordered, 1):
        is_rate = metric.base == "invited"
        bounds = {"lowest": UNITS[metric.unit].lowest, "highest": UNITS[metric.unit].highest}
        more = {**bounds, "is_from_survey": "survey" in metric.datasets, "is_response_rate": is_rate}
        parts = ("base", "numerator", "complement", "sum", "sum_of_base")
        named = {f"{part}_name": getattr(metric, part) for part in parts}
        named |= {"dataset": metric.datasets[0], "topic": metric.topics[0], "sort_order": number}
        named |= {"item_codelists": " ".join(metric.items)}
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
        for number, (code, label) in enumerate(codelist.labels.items(), 1):
            wider = codelist.wider.get(code) or (groups.get(code) if name == "staff_group" else None)
            source = codelist.sources.get(code, "")
            more = {"wider_code": wider, "sort_order": number, "source": source}
            yield {"codelist": name, "code": code, "label": label, **more}


def _items(rules: Rulebook) -> Rows:
    for number, item in enumerate(rules.instruments.items, 1):
        scale = rules.instruments.scales[item.scale_code]
        bounds = {"minimum": scale.minimum, "maximum": scale.maximum, "has_unsure": scale.has_unsure}
        yield {**vars(item), **bounds, "sort_order": number}


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
    listed = {name: rules.codelists[codes].labels if codes else {} for name, codes in BREAKDOWNS.items()}
    wide = rules.tables["staff_group_wide"]
    listed["staff_group_wide"] = {row["staff_group_wide_code"]: row["label"] for row in wide}
    for breakdown in sorted({"staff_group_wide", *(name for metric in metrics for name in metric.breakdowns)}):
        found = product(*(listed[name].items() for name in breakdown.split(" x ")))
        for number, (codes, labels) in enumerate((zip(*one, strict=True) for one in found), 1):
            if "all" not in codes:
                more = {"label": ", ".join(labels), "sort_order": number}
                yield {"breakdown": breakdown, "category": " x ".join(codes), **more}


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
    for contract in (*MARTS.values(), *REFERENCE.values(), *RELEASE.values(), *CORE.values(), *AUDIT.values()):
        for position, field in enumerate(contract.fields, start=1):
            yield {
                "table_name": contract.name,
                "position": position,
                "column_name": field.name,
                "kind": field.kind,
                "column_type": field.sql_type,
                "is_key": field.name in contract.keys,
                "is_required": field.required,
                "unit": field.unit or None,
                "codelist": field.codelist or None,
                "description": field.description,
            }
