"""A made-up release is attacked: what can be worked out of its files alone is set against what was withheld."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.demo import prepare_home, write_round
from flows.home.setup import make_home
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import Settings, load_settings
from tests.lib.suppression import intervals, printed
from tests.lib.walk import NOW

THRESHOLD = 11
KEYS = "metric_id, item_code, organisation_code, period_end, breakdown, category"
TRUE = f"""
SELECT {KEYS}, people_count, numerator_people_count, is_complement_counted, reason
FROM core.figure_risk WHERE threshold > 0 AND reason <> 'not_available'
"""
Cell = tuple[str, str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Two months of the demo, released."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESEARCH_CULTURE_HOME", str(tmp_path_factory.mktemp("demo") / "home"))
        patch.setenv("RESEARCH_CULTURE_SETTLE_SECONDS", "0")
        make_home(load_settings(), tmp_path_factory.mktemp("key") / "rc.key", auto_approve=True)
        settings = load_settings()
        prepare_home(settings.home)
        write_round(settings.home, 1, 2)
        with exclusive_ledger(settings) as ledger:
            monthly(settings, ledger, plain_steps(settings, ledger), NOW)
        yield settings


@pytest.fixture(scope="module")
def tables(home: Settings) -> list[dict[Cell, dict]]:
    """Each item of each family: what is true of its figures, and whether the release shows them."""
    release = next(home.released.glob("2*")) / "parquet"
    with duckdb.connect(str(home.work), read_only=True) as connection:
        rows = connection.execute(TRUE).fetchall()
        released = f"SELECT {KEYS} FROM '{release / 'metric_value.parquet'}' WHERE status = 'shown'"
        shown = set(connection.execute(released).fetchall())
    found: dict[tuple, dict[Cell, dict]] = defaultdict(dict)
    for *family, breakdown, category, people, counted, is_share, reason in rows:
        found[tuple(family)][breakdown, category] = {
            "counts": (counted, people - counted) if is_share else (people,),
            "is_shown": (*family, breakdown, category) in shown,
            "is_unsafe": reason in ("base", "numerator", "complement"),
        }
    return list(found.values())


def wide_groups(home: Path) -> dict[str, str]:
    folder = next(home.glob("2*")) / "parquet" / "staff_group_wide.parquet"
    return dict(duckdb.sql(f"SELECT staff_group_code, staff_group_wide_code FROM '{folder}'").fetchall())


def sums(cells: list[Cell], wide: dict[str, str]) -> list[tuple[int, tuple[int, ...]]]:
    """What adds up to what, by the names of the breakdowns alone."""
    totals: dict[tuple[Cell, str], list[int]] = defaultdict(list)
    for place, (breakdown, category) in enumerate(cells):
        if " x " in breakdown:
            for name, code in zip(breakdown.split(" x "), category.split(" x "), strict=True):
                totals[(name, code), breakdown].append(place)
        elif breakdown != "all":
            totals[("all", "all"), breakdown].append(place)
        if breakdown == "staff_group" and category in wide:
            totals[("staff_group_wide", wide[category]), breakdown].append(place)
    return [(cells.index(total), tuple(parts)) for (total, _), parts in totals.items() if total in cells]


@pytest.mark.slow
def test_no_small_count_of_a_release_can_be_worked_out(home: Settings, tables: list[dict[Cell, dict]]) -> None:
    """The attacker is told even how many people have no group, unless they are few themselves."""
    wide, attacked = wide_groups(home.released), 0
    for figures in tables:
        cells = list(figures)
        links = sums(cells, wide)
        hidden = {n for n, cell in enumerate(cells) if not figures[cell]["is_shown"]}
        unsafe = [n for n in hidden if figures[cells[n]]["is_unsafe"]]
        components = [list(values) for values in zip(*(figures[cell]["counts"] for cell in cells), strict=True)]
        rules, all_hidden = with_rests(components, links, hidden)
        for values in components:
            small = [n for n in unsafe if values[n] < THRESHOLD]
            if not small or not links:
                continue
            found = intervals(printed(values, all_hidden), rules)
            for n in small:
                low, high = found[n]
                assert low <= values[n] // 2 and high >= THRESHOLD, (cells[n], values[n], low, high)
                attacked += 1
    assert attacked > 1000


def with_rests(components: list[list[int]], links: list, hidden: set[int]) -> tuple[list, frozenset[int]]:
    """The sums with those who are in a total and in none of its parts as one part more, added to each component."""
    rules, hidden = [], set(hidden)
    for total, parts in links:
        place = len(components[0])
        rests = [values[total] - sum(values[part] for part in parts) for values in components]
        if any(0 < rest < THRESHOLD for rest in rests):
            hidden.add(place)
        for values, rest in zip(components, rests, strict=True):
            values.append(rest)
        rules.append((total, (*parts, place)))
    return rules, frozenset(hidden)


@pytest.mark.slow
def test_most_of_what_is_safe_by_itself_is_shown(tables: list[dict[Cell, dict]]) -> None:
    """At least 80 % of those that need no hiding; wide groups stand for the staff groups that they merge."""
    safe = shown = 0
    for figures in tables:
        for cell, figure in figures.items():
            is_safe = all(count >= THRESHOLD for count in figure["counts"])
            if is_safe and not (cell[0].startswith("staff_group") and is_merged(cell[0], figures)):
                safe += 1
                shown += figure["is_shown"]
    assert shown / safe >= 0.8, (shown, safe)


def is_merged(breakdown: str, figures: dict[Cell, dict]) -> bool:
    """True where the other of the two breakdowns by staff group is the one in print."""
    other = {"staff_group": "staff_group_wide", "staff_group_wide": "staff_group"}.get(breakdown)
    in_print = {cell[0] for cell, figure in figures.items() if figure["is_shown"]}
    return other in in_print and breakdown not in in_print
