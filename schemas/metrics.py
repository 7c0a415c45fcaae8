"""Metrics: what each figure means, one TOML a metric, and from how many people on a figure may be shown.

`warehouse/sql/metrics/<id>.sql` selects a metric's counted units.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from schemas.codelists import Codelist, codelist_of, load_codelist, read_rows
from schemas.fields import Dataset
from schemas.tables import DATASETS

Statistic = Literal["proportion", "ratio", "mean", "median", "count", "effect_size"]


@dataclass(frozen=True)
class Unit:
    """How figures of a unit are published: their decimals, and the least and the most that one can be."""

    decimals: int
    lowest: float | None = 0
    highest: float | None = None


COUNT = Unit(0)
UNITS = {
    "%": Unit(1, highest=100),
    "per 1,000": Unit(1),
    "score 1-10": Unit(2, lowest=1, highest=10),
    "score 0-10": Unit(2, highest=10),
    "rating": Unit(2, lowest=None),  # each tool has a scale of its own
    "baseline SD": Unit(2, lowest=None),
    "PA": Unit(2),
    "hours": Unit(1),
    "working days": Unit(1),
    "sessions": Unit(1),
    **dict.fromkeys(("people", "cases", "applications", "items"), COUNT),
}
PERIOD_KINDS = load_codelist("period_kind").labels
TOPICS = load_codelist("topic").labels  # each names a mart
# What a figure is broken down by, and the codelist of its categories ('' for sites, and what a publisher wrote); a
# counted unit says its category in the column of that name and `_code`. Of programmes and concerns a
# person may have several: a unit that names one counts in that breakdown and its crosses alone, not in `all`.
BREAKDOWNS = {row["code"]: row["codelist"] for row in read_rows("breakdown")}
OVERLAPPING = frozenset({"programme", "concern"})
# Breakdowns that the month's workforce may tell of a person where their own row does not: see core.person_group.
OF_PERSONS = frozenset({"profession", "sex", "ethnicity_group", "qualification_place"})
# What each category of a breakdown is part of, from the finest on: the wider code of its list in reference.codelist.
# Of the last two of the chain one is in print, of which more figures may be; a finer one stands beside, but where none
# of its figures may be in print.
WIDER = {"profession": "staff_group", "staff_group": "staff_group_wide"}


def wider_of(breakdown: str) -> tuple[str, ...]:
    """The breakdowns that it falls back on, the nearest first."""
    wider = WIDER.get(breakdown, "")
    return (wider, *wider_of(wider)) if wider else ()


@dataclass(frozen=True)
class Profile:
    """One disclosure profile: a count under `threshold` withholds the figure.

    `hides_classes`: 0 %, 100 % and answers that are all equal are withheld too. `tests_complement`: of a share of
    people, those who do not count may not be few either. Sums of PAs and hours are withheld where two people add more
    than `dominance_pct` of them, or the rest is less than `p_pct` of the largest.
    """

    name: str
    title: str
    threshold: int
    source: str
    hides_classes: bool = False
    tests_complement: bool = True
    dominance_pct: int = 90
    p_pct: int = 10


def load_profiles() -> dict[str, Profile]:
    """The disclosure profiles of `disclosure_profiles.toml`, by name."""
    text = Path(__file__).with_name("disclosure_profiles.toml").read_text(encoding="utf-8")
    return {
        name: Profile(name=name, title=declared.pop("title").format(**declared), **declared)
        for name, declared in tomllib.loads(text).items()
    }


@dataclass(frozen=True)
class Count:
    """What several metrics count, by the name that they share; `counts.toml` says what the flags mean."""

    name: str
    title: str
    part_of: str = ""
    is_common: bool = False
    is_apart: bool = False
    is_whole: bool = False
    is_of_people: bool = True
    splits: str = ""
    adds_to: str = ""
    adds_by_item: bool = False
    adds_any_to: str = ""
    adds_at_least: int = 1


@cache
def load_counts() -> dict[str, Count]:
    """The counts of `counts.toml`, by name."""
    text = Path(__file__).with_name("counts.toml").read_text(encoding="utf-8")
    return {name: Count(name, **declared) for name, declared in tomllib.loads(text).items()}


@cache
def count_of(name: str) -> Count | None:
    """The declared count that a name is, or is one of (`reached barriers` of `reached {block}`); None for others."""
    for count in load_counts().values():
        pattern = re.sub(r"\\\{\w+\\\}", r"\\S+", re.escape(count.name))
        if re.fullmatch(pattern, name):
            return count
    return None


class Metric(BaseModel):
    """One metric as declared; `metric_id`, the name of its files, says what it is of, then what is measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric_id: str
    title: str
    definition: str  # plain English: numerator, denominator, who is left out
    statistic: Statistic
    unit: str  # one of UNITS
    direction: Literal[-1, 0, 1]  # 1 higher is better, -1 lower is better, 0 context
    datasets: tuple[str, ...]
    base: str = ""  # the count that its people, plans or cases are, where other metrics count the same
    numerator: str = ""
    complement: str = ""
    sum: str = ""  # what its value is the sum of, where what other metrics count adds up to that
    sum_of_base: str = ""  # likewise, of what PAs or hours are a share of
    breakdowns: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # the codelists that its items are named from; of what is on none: figure_item
    topics: tuple[str, ...]  # topical marts that hold its figures; the first is its main one
    order: int = 50  # its place within its main topic
    aspect: str | None = None  # the stage of support, or what of adoption, that it tells of in its mart
    # What a unit is: where it is a person, a share of people is tested on numerator and complement as well.
    counts: Literal["people", "items", "pas", "hours", "published"] = "people"
    is_sample: bool = False  # respondents of a survey are a sample; plans and appraisals are a full count
    quantile_type: Literal[6, 7] | None = None
    period_kind: str  # what its period is, of PERIOD_KINDS: that of its dataset, unless declared
    decimals: int  # of the published figures: the unit's, unless declared
    evidence: str
    profile: Literal["staff_survey", "survey_reach", "published", "not_personal"] = "staff_survey"
    has_spc: bool = False
    target: float | None = None
    warning: str = ""  # what may not be concluded from it

    @property
    def broken_down_by(self) -> frozenset[str]:
        """The names in its breakdowns, crossed ones (`staff_group x research_active`) taken apart."""
        return frozenset(name for breakdown in self.breakdowns for name in breakdown.split(" x "))

    @property
    def counted(self) -> tuple[str, ...]:
        """The names of what it counts, so far as it shares them with other metrics."""
        names = (self.base, self.numerator, self.complement, self.sum, self.sum_of_base)
        return tuple(name for name in names if name)

    @model_validator(mode="before")
    @classmethod
    def _take_defaults(cls, declared: dict[str, Any]) -> dict[str, Any]:
        read = [DATASETS[name] for name in declared.get("datasets", ()) if name in DATASETS and name != "population"]
        unit = UNITS.get(declared.get("unit", ""), COUNT)
        return {"decimals": unit.decimals, "period_kind": next(map(_kind_of, read), "as_at"), **declared}

    @model_validator(mode="after")
    def _is_consistent(self) -> Metric:
        if self.unit not in UNITS:
            raise ValueError(f"{self.metric_id}: unknown unit {self.unit}")
        if (self.statistic == "median") != (self.quantile_type is not None):
            raise ValueError(f"{self.metric_id}: a median, and only a median, declares its quantile type")
        if self.statistic == "effect_size" and self.unit != "baseline SD":
            raise ValueError(f"{self.metric_id}: an effect size is in baseline SD")
        if unknown := self.broken_down_by - BREAKDOWNS.keys():
            raise ValueError(f"{self.metric_id}: unknown breakdown {', '.join(sorted(unknown))}")
        if undeclared := [name for name in self.counted if not count_of(name)]:
            raise ValueError(f"{self.metric_id}: counts.toml does not declare {', '.join(undeclared)}")
        if self.period_kind not in PERIOD_KINDS:
            raise ValueError(f"{self.metric_id}: unknown kind of period {self.period_kind}")
        if self.has_spc and self.period_kind not in ("as_at", "month"):
            raise ValueError(f"{self.metric_id}: no SPC chart of {self.period_kind}, whose periods may overlap")
        return self

    @model_validator(mode="after")
    def _has_a_topic(self) -> Metric:
        if not self.topics or not TOPICS.keys() >= {*self.topics}:
            raise ValueError(f"{self.metric_id}: write one or more of {', '.join(TOPICS)} as its topics")
        return self


def _kind_of(dataset: Dataset) -> str:
    kinds = {"snapshot": "as_at", "to_date": "year_to_date", "wave": "wave"}
    return kinds.get(dataset.period_type, "year" if dataset.period_unit == "years" else "month")


def load_metrics() -> tuple[Metric, ...]:
    """Every declared metric, by id. Raises ValueError naming the file that is not one."""
    found = []
    for file in sorted(Path(__file__).with_name("metrics").glob("*.toml")):
        try:
            found.append(Metric(metric_id=file.stem, **tomllib.loads(file.read_text(encoding="utf-8"))))
        except ValueError as problem:
            raise ValueError(f"{file.name} is not a metric: {problem}") from None
    return tuple(found)


def metric_codelist(metrics: Iterable[Metric]) -> Codelist:
    """The metrics as a codelist, for fields that name one: known by id and by title."""
    return codelist_of("metric", ({"code": m.metric_id, "label": m.title, "source": m.evidence} for m in metrics))


def counted_together(metrics: Iterable[Metric]) -> dict[str, str]:
    """Metrics whose counts are linked, by the id of the first of them: they are released or withheld as one."""
    first: dict[str, str] = {}
    for metric in metrics:
        linked = {first.get(name, metric.metric_id) for count in metric.counted for name in _wholes(count)}
        own = min({metric.metric_id, *linked})
        first |= {name: own for name, other in first.items() if other in linked}
        first |= {metric.metric_id: own} | {name: own for count in metric.counted for name in _wholes(count)}
    return {metric.metric_id: first[metric.metric_id] for metric in metrics}


def _wholes(name: str) -> set[str]:
    """The declared count of that name, and those that it is part of."""
    count = count_of(name)
    return {count.name, *_wholes(count.part_of)} if count else set()
