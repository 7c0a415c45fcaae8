"""A small release to draw the dashboard of: two organisations, figures of every kind, by the marts' contracts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from tests.lib import released_pages
from tests.lib.released_pages import Row

NAMES = {"RX1": "Anytown Hospitals", "RX2": "Elsewhere Community"}
WITHHELD = "withheld because nobody or fewer than 11 people are in it"
GROUPS = {"all": "All", "medical": "Medical and Dental", "nursing": "Nursing", "students": "Students"}
BARRIERS = ["too little time", *(f"barrier {n}" for n in range(2, 14))]
# metric -> title, kind of period, unit, decimals, direction, statistic
METRICS: dict[str, tuple[str, str, str, int, int, str]] = {
    "survey_response_rate": ("Survey response rate", "wave", "%", 1, 1, "proportion"),
    "rcc_domain_score": ("Score of the domain", "wave", "score 1-10", 2, 1, "median"),
    "job_plan_research_hours_share": ("Research share of planned time", "as_at", "%", 1, 1, "ratio"),
    "appraisal_research_in_pdp_ytd": ("Research in the plan", "year_to_date", "%", 1, 1, "proportion"),
    "research_barrier_ticked": ("Barriers to research", "wave", "%", 1, -1, "proportion"),
    "support_paired_effect": ("Paired effect size", "12_months", "baseline SD", 2, 1, "effect"),
    "survey_morale_score": ("Morale score", "wave", "score 0-10", 2, 1, "mean"),
    "adoption_recommendations_in_place": ("Recommendations in place", "as_at", "%", 1, 1, "proportion"),
    "adoption_recommendations_by_state": ("Recommendations by state", "as_at", "%", 1, 0, "proportion"),
}
WAVES = (date(2026, 3, 31), date(2026, 9, 30))
MONTHS = tuple(date(2025 + (8 + n) // 12, (8 + n) % 12 + 1, 28) for n in range(13))  # September 2025 to 2026


def write_release(folder: Path, figures: Sequence[Row] | None = None) -> Path:
    """Write what the dashboard reads as Parquet below `folder`, and return it."""
    figures = list(_figures()) if figures is None else figures
    morale = [row for row in figures if row["metric_id"] == "survey_morale_score"]
    return released_pages.write_release(
        folder,
        dashboard_figure=figures,
        dim_metric=_distinct(figures, "metric_id"),
        dim_item=_distinct(figures, "item_key"),
        dim_category=_distinct(figures, "category_key"),
        dim_period=_distinct(figures, "period_key"),
        dim_organisation=_distinct(figures, "organisation_code"),
        metric_spc=[_limits(row) for row in figures if row["metric_id"] == "job_plan_research_hours_share"],
        facilitators_barriers=[_theme(row) for row in figures if row["metric_id"] == "research_barrier_ticked"],
        research_active_comparison=[_pair(row) for row in morale],
        adoption_and_outcome=[_outcome(row) for row in morale],
        figure_across_organisations=list(_across(figures)),
        research_representation=[_represented(row) for row in morale],
        adoption_by_site_type=[
            _by_type(row) for row in figures if row["metric_id"] == "adoption_recommendations_in_place"
        ],
        submission_status=[_sent(code, end) for code in NAMES for end in MONTHS],
    )


def _distinct(figures: Sequence[Row], key: str) -> list[Row]:
    """The rows of a dimension."""
    return list({row[key]: row for row in figures}.values())


def _figures() -> Iterator[Row]:
    for code in NAMES:
        for metric, (_, kind, *_) in METRICS.items():
            for end in MONTHS if kind in ("as_at", "year_to_date") else WAVES:
                for place, item in enumerate(_items(metric)):
                    for category in GROUPS if metric == "rcc_domain_score" else ("all",):
                        yield figure(metric, code, end, item, category, place)


def _items(metric: str) -> Sequence[str]:
    return {
        "rcc_domain_score": ("individual", "team"),
        "research_barrier_ticked": BARRIERS,
        "adoption_recommendations_by_state": ("in_place", "planned"),
    }.get(metric, ("none",))


def figure(metric: str, code: str, end: date, item: str = "none", category: str = "all", place: int = 0) -> Row:
    """A row of dashboard_figure. Students are too few; RX2 has a new series from its second wave on."""
    title, kind, unit, decimals, direction, statistic = METRICS[metric]
    is_shown = category != "students"
    value = round(4 + place * 0.5 + end.month / 10 + len(category) / 100, decimals) if is_shown else None
    last = WAVES[-1] if kind in ("wave", "12_months") else MONTHS[-1]
    start = date(end.year if end.month > 3 else end.year - 1, 4, 1) if kind == "year_to_date" else end.replace(day=1)
    series = "|".join((metric, item, code, category, str(kind == "wave" and code == "RX2" and end == WAVES[-1])))
    breakdown = "all" if category == "all" else "staff_group"
    return released_pages.figure(metric, value, end) | {
        **{"metric_title": title, "metric_order": list(METRICS).index(metric), "unit": unit, "statistic": statistic},
        **{"decimals": decimals, "direction": direction, "direction_label": "higher is better"},
        **{"definition": f"What {title} means.", "evidence": "a source", "warning": "What may not be concluded."},
        **{"item_code": item, "item_key": f"{metric}|{item}", "item_label": "" if item == "none" else item},
        **{"item_order": place, "organisation_code": code, "organisation_name": NAMES[code], "is_fictional": True},
        **{"period_kind": kind, "period_start": start, "period_key": f"{kind}|{start}|{end}", "is_latest": end == last},
        **{"period_label": f"{kind} {end:%B %Y}", "period_order": int(f"{end:%Y%m%d}")},
        **{"breakdown": breakdown, "breakdown_label": breakdown, "breakdown_order": int(category != "all")},
        **{"category": category, "category_key": f"{breakdown}|{category}", "category_label": GROUPS[category]},
        **{"category_order": list(GROUPS).index(category), "series_id": series},
        **{"numerator": 44 if is_shown else None, "denominator": 120 if is_shown else None},
        **{"people_count": 120 if is_shown else None, "q1": value and value - 1, "q3": value and value + 1},
        **{"interval_low": value and value - 0.25, "interval_high": value and value + 0.25},
        **{"interval_method": "Wilson, 95 %", "response_rate_pct": 36.7 if is_shown and kind == "wave" else None},
        **{"target": _target(metric, end), "status_sentence": "" if is_shown else WITHHELD},
        **{"is_target_met": True if metric == "job_plan_research_hours_share" else None},
    }


def _target(metric: str, end: date) -> float | None:
    if metric != "job_plan_research_hours_share":
        return None
    return 4.5 if end.year == 2026 else 4.0


def _limits(row: Row) -> Row:
    kind = "special_cause_improvement" if row["period_end"] == MONTHS[-1] else "common_cause"
    lines = {"mean": 4.6, "lower_limit": 4.0, "upper_limit": 5.2, "point_type": kind}
    return {**row, **lines, "variation_icon": "improvement_high", "assurance_icon": "inconsistent"}


def _theme(row: Row) -> Row:
    return {**row, "level_code": "individual", "polarity_code": "barrier", "subtheme_label": "Protected time"}


def _pair(row: Row) -> Row:
    active = {"active_value": 6.4, "active_interval_low": 6.1, "active_interval_high": 6.7, "active_people_count": 70}
    other = {"other_value": 6.1, "other_interval_low": 6.0, "other_interval_high": 6.2, "other_people_count": 310}
    stated = {"difference": 0.3, "difference_low": 0.1, "difference_high": 0.5, "research_active_by": "survey"}
    published = {"published_value": 33.6, "published_denominator": 962}
    day = {"published_period_start": date(2025, 1, 1), "published_period_end": date(2025, 12, 31)}
    return {**row, **active, **other, **stated, **published, **day}


def _outcome(row: Row) -> Row:
    of = {"outcome_metric_id": row["metric_id"], "outcome_item_code": "none", "title": row["metric_title"]}
    told = {"outcome_value": row["value"], "outcome_people_count": 120, "outcome_timing": "after"}
    place = {"outcome_organisation_code": row["organisation_code"], "outcome_breakdown": "all"}
    site = {"site_code": row["organisation_code"], "agreed_count": 12, "in_place_count": 3}
    return {**row, **of, **told, **place, **site, "outcome_period_end": row["period_end"]}


def _across(figures: list[Row]) -> Iterator[Row]:
    """All organisations and a system that has a code alone, for the first organisation's figures."""
    for row in figures:
        if row["organisation_code"] != "RX1" or row["breakdown"] != "all":
            continue
        for by, code, label in (("all", "all", "All organisations"), ("system", "QX1", "QX1")):
            told = {
                "grouped_by": by,
                "group_code": code,
                "group_label": label,
                "lowest_value": 3.3,
                "highest_value": 8.8,
            }
            value = None if row["statistic"] == "median" else 6.6
            counts = {"organisation_count": 2, "withheld_count": 1, "not_available_count": 0}
            yield {**row, **told, **counts, "value": value}


def _represented(row: Row) -> Row:
    told = {"active_share_pct": 28.6, "people_share_pct": 20.3, "representation_ratio": 1.41, "active_count": 18}
    group = {
        "breakdown": "staff_group",
        "breakdown_label": "Staff group",
        "category": "nursing",
        "category_label": "Nursing",
    }
    return {**row, **group, **told, "people_count": 51, "research_active_by": "job_plan"}


def _by_type(row: Row) -> Row:
    told = {"site_type_label": "Hospital", "site_count": 2, "lowest_value": 16.7, "highest_value": 33.3, "value": 25.0}
    return {**row, **told, "numerator": 3, "denominator": 12}


def _sent(code: str, end: date) -> Row:
    of = {"organisation_code": code, "dataset": "job_plan", "source": "template", "state_code": "loaded"}
    day = {"period_start": end.replace(day=1), "period_end": end}
    return {**of, **day, "submission_count": 1, "row_count": 320, "status": "shown"}
