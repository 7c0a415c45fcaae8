"""dashboard.html: every figure of a release in one page, and the first view as it stands before any script runs."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboards.data import packed, read_tables
from dashboards.page import HERE, render, write

SCRIPTS = ("unpack", "figures", "dom", "charts", "sections", "own", "quality", "start")
OF_A_CARD = (
    *("metric_id", "metric_title", "item_code", "item_key", "item_label", "item_order", "unit", "decimals"),
    *("series_id", "period_kind", "period_start", "period_end", "period_label", "period_order", "is_latest"),
    *("value", "status", "status_sentence"),
)


def write_dashboard(release: Path, about: Mapping[str, object]) -> None:
    """Write `dashboard.html` into the release's folder."""
    views = tomllib.loads((HERE / "views.toml").read_text(encoding="utf-8"))["view"]
    tables, left_out = read_tables(release)
    organisation = _first(tables["figure"])
    settings = {"views": views, "organisation": organisation, "is_fictional": about["is_fictional"]}
    context = {
        **about,
        "views": views,
        "cards": _cards(release, organisation, views[0]["section"][0]["metrics"]),
        "organisation_name": _name(tables["organisation"], organisation),
        "made_on": _day(datetime.fromisoformat(str(about["released_at"]))),
        "left_out": left_out,
        "settings": json.dumps(settings).replace("<", "\\u003c"),
        "packed": packed(tables),
    }
    scripts = [f"{name}.js" for name in SCRIPTS]
    page = render("dashboard.html", context, styles=("style.css", "dashboard.css"), scripts=scripts)
    write(release / "dashboard.html", page)


def _day(day: datetime) -> str:
    return f"{day.day} {day:%B %Y}"


def _first(figures: pa.Table) -> str | None:
    """The organisation with which the page opens: the one with most figures shown."""
    counted = figures.group_by("organisation_code").aggregate([("value", "count")]).to_pylist()
    counted.sort(key=lambda one: (-one["value_count"], one["organisation_code"]))
    return counted[0]["organisation_code"] if counted else None


def _name(organisations: pa.Table, code: str | None) -> str:
    names = zip(
        organisations["organisation_code"].to_pylist(), organisations["organisation_name"].to_pylist(), strict=True
    )
    return dict(names).get(code) or code or ""


def _cards(release: Path, organisation: str | None, metrics: Sequence[str]) -> list[dict[str, object]]:
    """The first organisation's last figure of each metric and item, with a sentence and the points of its line."""
    wanted = [("organisation_code", "=", organisation), ("breakdown", "=", "all"), ("metric_id", "in", list(metrics))]
    found = pq.read_table(
        release / "parquet" / "dashboard_figure.parquet", columns=list(OF_A_CARD), filters=wanted
    ).to_pylist()
    whole = {figure["metric_id"] for figure in found if figure["item_code"] == "none"}
    found = [figure for figure in found if figure["item_code"] == "none" or figure["metric_id"] not in whole]
    found.sort(key=lambda f: (metrics.index(f["metric_id"]), f["item_order"], f["item_key"], f["period_order"]))
    series: dict[str, list[dict]] = {}
    for figure in found:
        series.setdefault(figure["item_key"], []).append(figure)
    return [_card(s) for s in series.values() if s[-1]["is_latest"]]


def _card(figures: list[dict]) -> dict[str, object]:
    last = figures[-1]
    title = f"{last['metric_title']}: {last['item_label']}" if last["item_label"] else last["metric_title"]
    number = "" if last["value"] is None else _number(last)
    return {
        "title": title,
        "number": number,
        "unit": last["unit"],
        "value": _value(last),
        "sentence": _sentence(figures),
        "lines": _lines(figures),
    }


def _sentence(figures: list[dict]) -> str:
    """What the last figure is, and what it was before in the same series: as static/figures.js says it."""
    last, former = figures[-1], _earlier(figures)
    label = last["period_label"]
    if last["value"] is None:
        return f"{label[0].upper()}{label[1:]}: {last['status_sentence']}."
    now = f"{_value(last)} ({label})"
    if former is None:
        return f"{now}."
    rise = last["value"] - former["value"]
    way = "up from" if rise > 0 else "down from" if rise < 0 else "the same as"
    return f"{now}, {way} {_value(former)} ({former['period_label']})."


def _earlier(figures: list[dict]) -> dict | None:
    """The last figure before the last that may be laid beside it.

    That is not another month of a count that goes up from April, and not twelve months that overlap.
    """
    last, kind = figures[-1], figures[-1]["period_kind"]
    alike = [f for f in figures[:-1] if f["value"] is not None and f["series_id"] == last["series_id"]]
    if kind == "year_to_date":
        alike = [f for f in alike if f["period_end"].month == last["period_end"].month]
    if kind == "12_months":
        alike = [f for f in alike if f["period_end"] < last["period_start"]]
    return alike[-1] if alike else None


def _value(figure: dict) -> str:
    if figure["value"] is None:
        return "[x] not available" if figure["status"] == "not_available" else "[c] withheld"
    printed, unit = _number(figure), figure["unit"]
    if unit == "%":
        return f"{printed}%"
    return f"{printed} ({unit})" if unit.startswith(("score", "rating")) else f"{printed} {unit}"


def _number(figure: dict) -> str:
    return f"{figure['value']:,.{figure['decimals']}f}".replace("-", "\N{MINUS SIGN}")


def _series(figure: dict) -> tuple[object, ...]:
    """What figures that a line joins have in common: a count that goes up from April begins anew each year."""
    return figure["series_id"], figure["period_kind"] == "year_to_date" and figure["period_start"]


def _lines(figures: list[dict]) -> list[list[tuple[float, float]]]:
    """The points of a line in a box of 300 by 80, in stretches of one series without a withheld figure."""
    shown = [figure for figure in figures if figure["value"] is not None]
    if len(shown) < 2:
        return []
    low, first = min(f["value"] for f in shown), figures[0]["period_end"]
    high, days = max(f["value"] for f in shown), (figures[-1]["period_end"] - first).days or 1
    stretches: list[list[tuple[float, float]]] = [[]]
    series = _series(figures[0])
    for figure in figures:
        if figure["value"] is None or _series(figure) != series:
            stretches.append([])
            series = _series(figure)
        if figure["value"] is not None:
            x = 10 + 280 * (figure["period_end"] - first).days / days
            stretches[-1].append((round(x, 1), round(70 - 60 * (figure["value"] - low) / ((high - low) or 1), 1)))
    return [stretch for stretch in stretches if stretch]
