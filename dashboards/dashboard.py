"""dashboard.html: every figure of a release in one page, and the first view as it stands before any script runs."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboards import charts, sentences
from dashboards.charts import Point
from dashboards.data import packed, read_tables
from dashboards.page import HERE, abbreviations, render, rows_by, write
from dashboards.sentences import earlier, is_shown, printed, released_on

STYLES = ("style.css", "charts.css", "dashboard.css")
SCRIPTS = ("unpack", "figures", "dom", "charts", "sections", "own", "quality", "start")
CARDS = """
    SELECT figure.*, spc.mean, spc.lower_limit, spc.upper_limit, spc.point_type, spc.rebase_group,
        spc.variation_icon
    FROM read_parquet($folder || '/dashboard_figure.parquet') AS figure
    LEFT JOIN read_parquet($folder || '/metric_spc.parquet') AS spc USING (series_id, period_end)
    WHERE figure.breakdown = 'all' AND figure.organisation_code = $organisation
        AND (list_contains($metrics, figure.metric_id) OR figure.metric_id IN (
            SELECT metric_id FROM read_parquet($folder || '/dashboard_figure.parquet')
            WHERE breakdown = 'all' AND organisation_code = $organisation AND is_latest AND target IS NOT NULL))
    ORDER BY list_contains($metrics, figure.metric_id) DESC, list_position($metrics, figure.metric_id),
        figure.metric_id, figure.item_order, figure.item_key, figure.period_order
"""


def write_dashboard(release: Path, about: Mapping[str, object]) -> None:
    """Write `dashboard.html` into the release's folder."""
    declared = tomllib.loads((HERE / "views.toml").read_text(encoding="utf-8"))
    views = declared["view"]
    tables, left_out = read_tables(release)
    organisation = _first(tables["figure"])
    settings = {"views": views, "people": declared["people"], "icons": charts.VARIATION | charts.ASSURANCE}
    settings |= {"abbreviations": abbreviations(), "organisation": organisation, "is_fictional": about["is_fictional"]}
    cards = _cards(release, organisation, views[0]["section"][0]["metrics"])
    context = {
        **about,
        "views": views,
        "cards": cards,
        "charts": charts,
        "words": sentences,
        "organisation_name": cards[0]["last"]["organisation_name"] if cards else "",
        "released_on": released_on(about),
        "shown": sentences.headline(about),
        "left_out": left_out,
        "settings": json.dumps(settings).replace("<", "\\u003c"),
        "packed": packed(tables),
    }
    page = render("dashboard.html", context, styles=STYLES, scripts=[f"{name}.js" for name in SCRIPTS])
    write(release / "dashboard.html", page)


def _first(figures: pa.Table) -> str:
    """The organisation with which the page opens: the one with most figures shown; '' where there is none."""
    counted = figures.group_by("organisation_code").aggregate([("value", "count")]).to_pylist()
    counted.sort(key=lambda one: (-one["value_count"], one["organisation_code"]))
    return counted[0]["organisation_code"] if counted else ""


def _cards(release: Path, organisation: str, metrics: Sequence[str]) -> list[dict[str, Any]]:
    """The organisation's last figure of each metric and item, with a sentence and the points of its line.

    Those of a metric with a target come last. Of a metric that has a figure for the whole, that alone.
    """
    rows = rows_by(release / "parquet", {"cards": CARDS}, ("metric_id",), organisation=organisation, metrics=metrics)
    cards: list[dict[str, Any]] = []
    for own in rows["cards"].values():
        whole = [row for row in own if row["item_code"] == "none"]
        for _, points in groupby(whole or own, lambda row: row["item_key"]):
            figures = list(points)
            if figures[-1]["is_latest"]:
                cards.append({"last": figures[-1], "points": figures, "sentence": _sentence(figures)})
    return cards


def _sentence(figures: Sequence[Point]) -> str:
    """What the last figure is, and what it was before where that may be compared: as static/figures.js says it."""
    last, former = figures[-1], earlier(figures)
    if not is_shown(last):
        return sentences.sentence(f"{last['period_label']}: {last['status_sentence']}")
    now = f"{printed(last)} ({last['period_label']})"
    if former is None or last["variation_icon"]:  # the icon says what the last step cannot
        return f"{now}."
    before = f"{printed(former)} ({former['period_label']})"
    rise = last["value"] - former["value"]
    if rise and sentences.intervals_overlap(last, former):
        return f"{now}. It was {before}: no clear change, for the intervals overlap."
    way = "up from" if rise > 0 else "down from" if rise < 0 else "the same as"
    return f"{now}, {way} {before}."
