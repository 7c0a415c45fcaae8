"""toolkit/<site_code>.html: a site's recommendations, their context, and the outcomes that stand beside them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from dashboards import charts, sentences
from dashboards.charts import Point
from dashboards.page import render, rows_by, write

STYLES = ("style.css", "charts.css", "print.css")
LINES = """
    SELECT line.*, metric.decimals
    FROM read_parquet($folder || '/site_toolkit.parquet') AS line
    LEFT JOIN read_parquet($folder || '/dim_metric.parquet') AS metric USING (metric_id)
    ORDER BY organisation_code, site_code, sort_order
"""
OUTCOMES = """
    SELECT outcome.*, outcome_timing AS timing, outcome_people_count AS people_count, outcome_value AS value,
        outcome_interval_low AS interval_low, outcome_interval_high AS interval_high, outcome_status AS status,
        figure.decimals, figure.metric_title, figure.item_label, figure.period_label, figure.status_sentence
    FROM read_parquet($folder || '/adoption_and_outcome.parquet') AS outcome
    JOIN read_parquet($folder || '/dashboard_figure.parquet') AS figure
        ON figure.metric_id = outcome_metric_id AND figure.item_code = outcome_item_code
        AND figure.organisation_code = outcome_organisation_code AND figure.period_start = outcome_period_start
        AND figure.period_end = outcome_period_end AND figure.breakdown = outcome_breakdown
        AND figure.category = CASE outcome_breakdown WHEN 'site' THEN outcome.site_code ELSE 'all' END
    ORDER BY outcome.organisation_code, outcome.site_code, figure.metric_order, outcome_metric_id, figure.item_order,
        outcome_item_code, outcome_period_end
"""
SHARES = """
    SELECT *, category AS site_code, NULL AS rebase_group, NULL AS mean, NULL AS lower_limit, NULL AS upper_limit,
        '' AS point_type
    FROM read_parquet($folder || '/dashboard_figure.parquet')
    WHERE breakdown = 'site' AND metric_id = 'adoption_recommendations_in_place'
    ORDER BY organisation_code, category, period_end
"""
ALONE = ("No figure is shown.", "Only one figure is shown.")
TIMINGS = {"before": "Before", "across": "Across", "after": "After", "not_modified": "Latest"}


def write_toolkits(release: Path, about: Mapping[str, object]) -> None:
    """Write `toolkit/<site_code>.html` for each site that the release has a toolkit of."""
    queries = {"lines": LINES, "outcomes": OUTCOMES, "shares": SHARES}
    found = rows_by(release / "parquet", queries, ("organisation_code", "site_code"))
    names = file_names(list(found["lines"]))
    for site, own in found["lines"].items():
        context = toolkit(own, found["outcomes"].get(site, []), found["shares"].get(site, []))
        context |= {"released_on": sentences.released_on(about)}
        write(release / "toolkit" / f"{names[site]}.html", render("toolkit.html", {**about, **context}, styles=STYLES))


def file_names(sites: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A file's name for each organisation and site: its code, as every file system takes it, and told apart."""
    names: dict[tuple[str, str], str] = {}
    for site in sites:
        plain = name = re.sub(r"[^A-Za-z0-9_-]", "-", site[1])
        if name.lower() in {taken.lower() for taken in names.values()}:
            name = f"{site[0]}-{plain}"
        names[site] = name
    return names


def toolkit(lines: Sequence[Point], outcomes: Sequence[Point], shares: Sequence[Point]) -> dict[str, object]:
    """What the template names, from one site's lines, its outcomes and its share in place over time."""
    sections = {str(name): list(own) for name, own in groupby(lines, lambda line: line["section"])}
    wanted = sections.get("Recommendations", [])
    found = beside(outcomes)
    waiting = [
        one for one in wanted if one["due_date"] and one["state_code"] not in ("in_place", "abandoned", "not_agreed")
    ]
    return {
        "charts": charts,
        "words": sentences,
        "site": lines[0],
        "sections": sections,
        "states": _counted(wanted),
        "overdue": [one for one in waiting if one["is_overdue"]],
        "due": sorted((one for one in waiting if not one["is_overdue"]), key=lambda one: one["due_date"]),
        "constructs": _by_construct(sections.get("What helps and hinders", [])),
        "outcomes": found,
        "is_compared": any(one["said"] not in ALONE for one in found),
        "timings": {code: label for code, label in TIMINGS.items() if code in {row["timing"] for row in outcomes}},
        "shares": shares,
        "modified": outcomes[0]["first_modified_date"] if outcomes else None,
    }


def beside(outcomes: Sequence[Point]) -> list[dict[str, object]]:
    """Each outcome's last figure before, across and after the support was modified, and what their intervals say."""
    found = []
    for _, rows in groupby(outcomes, lambda row: (row["outcome_metric_id"], row["outcome_item_code"])):
        own = list(rows)
        last = {row["timing"]: row for row in own}
        found.append({"name": sentences.name(own[0]), "unit": own[0]["unit"], "said": compared(last)} | last)
    return found


def compared(last: Mapping[str, Point]) -> str:
    """Whether the first and last of these figures differ by more than their intervals; never why."""
    shown = [last[timing] for timing in TIMINGS if timing in last and sentences.is_shown(last[timing])]
    if len(shown) < 2:
        return ALONE[len(shown)]
    first, latest = shown[0], shown[-1]
    if first["interval_low"] is None or latest["interval_low"] is None:
        return "No interval: a difference cannot be judged."
    if sentences.intervals_overlap(first, latest):
        return "No clear difference: the intervals overlap."
    return f"{'Higher' if latest['value'] > first['value'] else 'Lower'} than first: the intervals do not overlap."


def _counted(lines: Sequence[Point]) -> list[tuple[str, int]]:
    """How many recommendations are in each state, the most frequent first."""
    counted = Counter(str(line["state_label"]) for line in lines)
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _by_construct(lines: Sequence[Point]) -> dict[str, list[Point]]:
    """The elements by construct of i-PARIHS, which stands before the colon of their label."""
    parted = [(*str(line["label"]).rpartition(": ")[::2], line) for line in lines]
    constructs: dict[str, list[Point]] = {}
    for construct, element, line in parted:
        constructs.setdefault(construct, []).append({**line, "element": element})
    return constructs
