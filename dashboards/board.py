"""board/<organisation_code>.html: two pages of A4 for an organisation's board."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dashboards import charts, sentences
from dashboards.charts import Point
from dashboards.page import HERE, render, rows_by, write
from dashboards.sentences import BETTER, DIFFERENT, UNCLEAR, UNKNOWN, WORSE, Change, is_shown
from dashboards.toolkit import file_names

STYLES = ("style.css", "charts.css", "print.css")
MOST_POINTS = 36
MOST_ROWS = 5
MOST_NAMED = 3
LEAST = {"%": 10, "score": 1}  # the shortest axis by unit, so that a small change looks small
MOST_LISTED = (28, 31)  # rows of the second page: with more, in smaller letters; with more still, its end is a band
APART = ("key_figures", "compared")  # names in board.toml that are no lists of latest figures
FIGURES = """
    SELECT figure.*, metric.warning, spc.mean, spc.lower_limit, spc.upper_limit, spc.is_limit_cut, spc.point_type,
        spc.rebase_group, spc.variation_icon, spc.assurance_icon
    FROM read_parquet($folder || '/dashboard_figure.parquet') AS figure
    LEFT JOIN read_parquet($folder || '/dim_metric.parquet') AS metric ON metric.metric_id = figure.metric_id
    LEFT JOIN read_parquet($folder || '/metric_spc.parquet') AS spc USING (series_id, period_end)
    WHERE figure.breakdown = 'all' AND list_contains(string_split($series, '|'), figure.metric_id)
        OR figure.breakdown = 'all' AND figure.is_latest
            AND (figure.target IS NOT NULL OR list_contains(string_split($lists, '|'), figure.metric_id))
        OR figure.is_latest AND list_contains(string_split($lists, '|'), figure.metric_id || ' ' || figure.breakdown)
    ORDER BY figure.organisation_code, figure.period_end, figure.period_start DESC, figure.item_order, figure.item_code,
        figure.category_order, figure.category
"""
ITEMS = """
    SELECT item.*, figure.period_label, figure.decimals
    FROM read_parquet($folder || '/facilitators_barriers.parquet') AS item
    JOIN read_parquet($folder || '/dashboard_figure.parquet') AS figure
        USING (metric_id, item_code, organisation_code, period_end, breakdown, category)
    WHERE breakdown = 'all' AND figure.is_latest AND item.value IS NOT NULL AND item.polarity_code IS NOT NULL
        AND list_contains(string_split($lists, '|'), metric_id)
    ORDER BY organisation_code, metric_id, item.value DESC, item_code
"""
COMPARED = """
    SELECT compared.*, figure.metric_title, figure.period_label, figure.decimals
    FROM read_parquet($folder || '/research_active_comparison.parquet') AS compared
    JOIN read_parquet($folder || '/dashboard_figure.parquet') AS figure
        USING (metric_id, item_code, organisation_code, period_end)
    WHERE figure.breakdown = 'all' AND figure.is_latest AND item_code = 'none' AND difference IS NOT NULL
        AND research_active_by = 'survey' AND list_contains(string_split($compared, '|'), metric_id)
    ORDER BY organisation_code, figure.metric_order, metric_id
"""
SITES = """
    SELECT DISTINCT organisation_code, site_code, site_label FROM read_parquet($folder || '/site_toolkit.parquet')
    ORDER BY organisation_code, site_code
"""


class Card(NamedTuple):
    """One key figure: the latest of its points, and how it changed."""

    id: str
    name: str
    points: Sequence[Point]
    latest: Point
    change: Change
    target: str
    least: float  # the length of the shortest axis to draw; 0 for any


def write_boards(release: Path, about: Mapping[str, object]) -> None:
    """Write `board/<organisation_code>.html` for each organisation that the release has figures of."""
    wanted = tomllib.loads((HERE / "board.toml").read_text(encoding="utf-8"))
    tables = read(release / "parquet", wanted)
    topics = {row["metric_id"]: row["topic_label"] for rows in tables["figures"].values() for row in rows}
    names = file_names(
        [(row["organisation_code"], row["site_code"]) for own in tables["sites"].values() for row in own]
    )
    everywhere = {"site_files": names, "released_on": sentences.released_on(about)}
    for code, rows in tables["figures"].items():
        beside = {name: tables[name].get(code, []) for name in ("items", "compared", "sites")}
        page = render("board.html", {**about, **everywhere, **beside, **board(rows, wanted, topics)}, styles=STYLES)
        write(release / "board" / f"{code}.html", page)


def read(parquet: Path, wanted: Mapping[str, Any]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The rows that the pages need, by table and organisation."""
    queries = {"figures": FIGURES, "items": ITEMS, "compared": COMPARED, "sites": SITES}
    asked = {
        "lists": [name for names in wanted.values() if isinstance(names, list) for name in names],
        "series": [key.split()[0] for key in wanted["key_figures"]],
        "compared": wanted["compared"],
    }
    told = {name: "|".join(names) for name, names in asked.items()}  # for a list, DuckDB would import pandas
    return rows_by(parquet, queries, ("organisation_code",), **told)


def board(rows: Sequence[Point], wanted: Mapping[str, Any], topics: Mapping[str, str]) -> dict[str, object]:
    """What the template names, from one organisation's figures in the order of time."""
    series: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        if row["breakdown"] == "all":
            series[f"{row['metric_id']} {row['item_code']}".removesuffix(" none")].append(row)
    found = [card(key, series[key]) for key in wanted["key_figures"] if key in series]
    cards = chosen(found, wanted["most"])
    sent = {row["topic_label"] for row in rows}
    lists = {name: latest(rows, keys) for name, keys in wanted.items() if isinstance(keys, list) and name not in APART}
    listed = sum(min(len(own), MOST_ROWS) for own in lists.values())
    is_dense, is_full = (listed > most for most in MOST_LISTED)
    return {
        "charts": charts,
        "words": sentences,
        "organisation": rows[-1],
        "until": max(one.latest["period_end"] for one in cards) if cards else rows[-1]["period_end"],
        "cards": cards,
        "headline": headline(cards, [row for row in rows if row["is_latest"] and row["breakdown"] == "all"]),
        "withheld": _by_reason(found),
        "not_sent": sorted(
            {topics[key.split()[0]] for key in wanted["key_figures"] if key.split()[0] in topics} - sent
        ),
        "lists": lists,
        "names": wanted,
        "is_dense": is_dense,
        "is_full": is_full,
        "most_rows": MOST_ROWS - is_dense,
    }


def latest(rows: Sequence[Point], keys: Sequence[str]) -> list[Point]:
    """The figures of the last period, in the order of the keys: each a metric, or a metric and its breakdown."""
    return [
        row
        for key in keys
        for row in rows
        if row["is_latest"] and key == f"{row['metric_id']} {row['breakdown']}".removesuffix(" all")
    ]


def card(key: str, rows: Sequence[Point]) -> Card:
    """The key figure that these rows, in the order of time, give."""
    latest = rows[-1]
    name = key.replace(" ", "-").replace("_", "-")
    alike = [row for row in rows if row["period_kind"] == latest["period_kind"]]  # not months beside years
    told = sentences.change(alike), sentences.target(latest), _least(latest)
    return Card(name, sentences.name(latest), alike[-MOST_POINTS:], latest, *told)


def _least(latest: Point) -> float:
    """The shortest axis to draw: none where there are limits to see a change against."""
    if latest["mean"] is not None or latest["value"] is None:
        return 0
    return min(LEAST.get(latest["unit"].split()[0], 0), abs(latest["value"]))


def headline(cards: Sequence[Card], last: Sequence[Point]) -> list[tuple[str, str]]:
    """What the key figures say together: statements, and of how many or of which figures each is true.

    Targets are those of all `last` figures, whether the page has room for a figure or not.
    """

    def those(kind: str) -> list[Point]:
        return [one.latest for one in cards if is_shown(one.latest) and one.change.kind == kind]

    def named(found: Sequence[Point]) -> str:
        first = [f"{sentences.name(one)} ({sentences.brief(one)})" for one in found[:MOST_NAMED]]
        return "; ".join([*first, f"and {len(found) - MOST_NAMED} more"] if len(found) > MOST_NAMED else first)

    def counted(found: Sequence[Point]) -> str:
        return f"{len(found)} of {len(cards)} key figures" if found else ""

    judged = [row for row in last if is_shown(row) and row["is_target_met"] is not None]
    missed = [row for row in judged if not row["is_target_met"]]
    said = [
        ("Better than before", named(those(BETTER))),
        ("Worse than before", named(those(WORSE))),
        ("Changed, and neither direction is better", named(those(DIFFERENT))),
        ("No clear change", counted(those(UNCLEAR))),
        ("Too little is shown to judge a change", counted(those(UNKNOWN))),
        ("Withheld or not available", counted([one.latest for one in cards if not is_shown(one.latest)])),
        ("Targets met", f"{len(judged) - len(missed)} of {len(judged)}" if judged else ""),
        ("Target not met", named(missed)),
    ]
    return [(statement, told) for statement, told in said if told]


def chosen(cards: Sequence[Card], most: int) -> list[Card]:
    """Shown figures first, withheld ones where there is room; in their own order."""
    first = sorted(cards, key=lambda one: not is_shown(one.latest))[:most]
    return [one for one in cards if one in first]


def _by_reason(cards: Sequence[Card]) -> list[tuple[str, list[str]]]:
    """The figures that cannot be printed, by the sentence that says why."""
    names: dict[str, list[str]] = defaultdict(list)
    for one in cards:
        if not is_shown(one.latest):
            names[str(one.latest["status_sentence"])].append(f"{one.name} ({one.latest['period_label']})")
    return list(names.items())
