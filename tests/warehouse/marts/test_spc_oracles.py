"""SPC charts against what other people's programs say of the same series, point for point."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.lib.spc import DEFAULT, Series, charts

ORACLES = Path(__file__).parents[3].parent / "shared/oracles"
DIRECTIONS = {"increase": 1, "decrease": -1, "neutral": 0}
pytestmark = pytest.mark.skipif(not ORACLES.is_dir(), reason="the oracles are not beside this repository")


def _listed(cell: Any) -> list[Any]:
    return cell if isinstance(cell, list) else [cell]


def _cases() -> Iterator[dict[str, Any]]:
    for file in ("spc_cases.json", "spc_rules.json"):
        yield from json.loads((ORACLES / file).read_text(encoding="utf-8"))


def _series(case: dict[str, Any]) -> Series:
    options = case["args"] or {}
    return Series(
        case["id"],
        _listed(case["value"]),
        [date.fromisoformat(day) for day in _listed(case["date"])],
        DIRECTIONS[options.get("improvement_direction", "increase")],
        options.get("target"),
        [date.fromisoformat(day) for day in _listed(options.get("rebase", []))],
        options.get("fix_after_n_points"),
    )


def _differs(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is not theirs
    return not math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)


def _icons(case: dict[str, Any]) -> dict[str, str | None]:
    """Theirs, named as their files; none of a last group that has trial limits only."""
    if sum(group == _listed(case["rebase_group"])[-1] for group in _listed(case["rebase_group"])) < 12:
        return {"variation_icon": None, "assurance_icon": None}
    goes_up = (case["args"] or {}).get("improvement_direction", "increase") == "increase"
    icons = {
        "common_cause": "common_cause",
        "special_cause_improvement": "improvement_high" if goes_up else "improvement_low",
        "special_cause_concern": "concern_low" if goes_up else "concern_high",
    }
    return {"variation_icon": icons[case["variation_icon_last"]], "assurance_icon": case["assurance"]}


def test_every_point_of_the_55_named_series_is_as_nhsrplotthedots_says() -> None:
    cases = list(_cases())
    assert len(cases) == 55
    made = charts(map(_series, cases), DEFAULT, "unscreened")
    wrong = []
    for case in cases:
        screened = (case["args"] or {}).get("screen_outliers", True)
        rows = made[case["id"], DEFAULT if screened else "unscreened"]
        assert len(rows) == case["n"]
        theirs = {name: _listed(case[name]) for name in case}
        for n, ours in enumerate(rows):
            pairs = [("mean", "mean"), ("lower_limit", "lpl"), ("upper_limit", "upl")]
            wrong += [(case["id"], n, name) for name, other in pairs if _differs(ours[name], theirs[other][n])]
            same = [("rebase_group", "rebase_group"), ("side", "relative_to_mean"), ("is_outside", "outside_limits")]
            same += [("special_cause_type",) * 2, ("point_type",) * 2]
            wrong += [(case["id"], n, name) for name, other in same if ours[name] != theirs[other][n]]
            wrong += [(case["id"], n, name) for name, icon in _icons(case).items() if ours[name] != icon]
    assert wrong == []


def test_every_point_of_140_organisations_and_four_options_is_as_nhsrplotthedots_says() -> None:
    with gzip.open(ORACLES / "spc_ae_bulk.csv.gz", "rt", encoding="utf-8") as file:
        theirs = list(csv.DictReader(file))
    grouped: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in theirs:
        grouped.setdefault((row["series"], row["options"]), []).append(row)
    # Fewer breaches are better; the icons and the README's own example agree with a target of 1,200.
    series = [
        Series(
            f"{name} {options}",
            [float(row["value"]) for row in rows],
            [date.fromisoformat(row["period"]) for row in rows],
            direction=-1,
            target=1200,
            rebases=[date(2018, 4, 1)] if options == "rebase2018" else [],
            fix=12 if options == "fix12" else None,
        )
        for (name, options), rows in grouped.items()
    ]
    made = charts(series, DEFAULT, "unscreened")
    wrong = []
    for (name, options), rows in grouped.items():
        chart = made[f"{name} {options}", "unscreened" if options == "unscreened" else DEFAULT]
        last = sum(row["rebase_group"] == rows[-1]["rebase_group"] for row in rows)
        for row, ours in zip(rows, chart, strict=True):
            limits = {"mean": "mean", "lower_limit": "lpl", "upper_limit": "upl"}
            wrong += [(name, options, n) for n, other in limits.items() if _differs(ours[n], float(row[other]))]
            said = (str(ours["rebase_group"]), ours["special_cause_type"], ours["point_type"], ours["assurance_icon"])
            assurance = row["assurance"] if last >= 12 else None  # theirs goes by trial limits, too
            if said != (row["rebase_group"], row["special_cause_type"], row["point_type"], assurance):
                wrong.append((name, options, row["period"]))
    assert len(theirs) == 19_728
    assert wrong == []


def test_the_i_chart_of_powerbi_spc_gives_the_same_limits() -> None:
    numerators = (5, 7, 5, 7, 7, 5, 4, 9, 8, 13, 8, 7, 8, 7, 12, 11, 8)
    denominators = (113, 132, 121, 134, 116, 131, 93, 138, 182, 157, 100, 103, 146, 108, 153, 141, 134)
    values = [n / d for n, d in zip(numerators, denominators, strict=True)]
    row = charts([Series("x", values)], "powerbi-spc")["x", "powerbi-spc"][0]
    limits = [row[f"{name}_limit"] for name in ("lower", "upper", "lower_near", "upper_near")]
    assert [round(limit, 4) for limit in limits] == [0.0229, 0.0957, 0.035, 0.0836]
