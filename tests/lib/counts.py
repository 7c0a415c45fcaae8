"""Figures as small texts, for what is decided on them before there is any database."""

from __future__ import annotations

from collections.abc import Set

from schemas.metrics import load_metrics
from tests.lib.text_tables import parse
from warehouse.disclosure.counted import Names, counted
from warehouse.disclosure.sums import ALL, BASE, COMPLEMENT, NUMERATOR, SUM, Figure, FigureKey, Place
from warehouse.disclosure.system import System

THRESHOLD = 11
METRICS = {metric.metric_id: metric for metric in load_metrics()}
BLOCKS = {"q1": "organisation", "q2": "organisation", "q3": "team"}
OF_METRIC = {
    name: {BASE: m.base, NUMERATOR: m.numerator, COMPLEMENT: m.complement, SUM: m.sum} for name, m in METRICS.items()
}
LEVELS = {"box1": "individual", "box2": "individual", "box3": "individual"}
NAMES = Names(OF_METRIC, BLOCKS | dict.fromkeys(LEVELS, "barriers"), LEVELS)
WIDE = {("staff_group", one): ("staff_group_wide", wide) for one, wide in {"a": "w", "b": "w", "c": "v"}.items()}
WIDE |= {("profession", one): ("staff_group", group) for one, group in {"p": "a", "q": "a", "r": "b"}.items()}


def figure(reason: str, people: int, numerator_people: int = 0, **changed: object) -> Figure:
    """A figure of all staff that is no share, unless changed."""
    usual = {"is_share": False, "is_complement_counted": False, "is_median": False} | dict.fromkeys(
        ("numerator", "denominator", "numerator_margin", "denominator_margin")
    )
    place = {"metric_id": "m", "item_code": "none", "breakdown": "all", "category": "all", "threshold": THRESHOLD}
    counts = {"people_count": people, "numerator_people_count": numerator_people, "reason": reason}
    return Figure(**{**place, **counts, **usual, **changed})  # type: ignore[arg-type]


def figures(text: str) -> list[Figure]:
    """Rows of metric, item, place, people, counting: a share where there is `counting`; unsafe where few are."""
    return [_figure(**row) for row in parse(text)] if text else []


def _figure(metric: str, place: str, people: str, counting: str | None = None, item: str = "none") -> Figure:
    counts = [int(people)] if counting is None else [int(people), int(counting), int(people) - int(counting)]
    few = [part for part, count in zip((NUMERATOR, COMPLEMENT), counts[1:], strict=False) if 0 < count < THRESHOLD]
    few = [BASE] if counts[0] < THRESHOLD else few
    return figure(
        few[0] if few else "",
        int(people),
        int(counting or 0),
        metric_id=metric,
        item_code=item,
        **dict(zip(("breakdown", "category"), place_of(place), strict=True)),
        is_share=counting is not None,
        is_complement_counted=counting is not None,
        is_median=metric in METRICS and METRICS[metric].statistic == "median",
    )


def place_of(word: str) -> Place:
    """`all`, a contract type such as `a`, or `staff_group:a`."""
    breakdown, _, category = word.rpartition(":")
    return ALL if word == "all" else (breakdown or "contract_type", category)


def decided(
    text: str, absent: str = "", hidden: Set[FigureKey] = frozenset(), kept: Set[FigureKey] = frozenset()
) -> System:
    """What is decided on these figures, which count the same people; those of `absent` are not available."""
    there = figures(text)
    return System(there, counted(there, figures(absent), NAMES), WIDE, hidden, kept)


def besides(system: System) -> set[str]:
    """The figures that are hidden besides those that need it: metric, item where there are several, and category."""
    return {" ".join(word for word in (metric, item, name) if word != "none") for metric, item, _, name in system.how}
