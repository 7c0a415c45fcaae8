"""Metrics: what each figure means, one TOML a metric, and from how many people on a figure may be shown.

`warehouse/sql/metrics/<id>.sql` selects a metric's counted units.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from schemas.codelists import load_codelist
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
    **dict.fromkeys(("people", "cases", "applications", "items"), COUNT),
}
PERIOD_KINDS = load_codelist("period_kind").labels
# fmt: off
Topic = Literal[
    "research_engagement", "facilitators_barriers", "protected_time", "appraisal_research", "support_outcomes",
    "recommendation_adoption", "adoption_and_outcome",
]
# What a figure is broken down by; a counted unit says its category in the column of that name and `_code`. Of
# programmes and concerns a person may have several: a unit that names one counts in that breakdown alone, and in no
# other, nor in `all`.
BREAKDOWNS = {
    "staff_group", "contract_type", "programme", "concern", "support_level", "setting", "doctor_group", "site",
    "site_type", "strategy", "research_active",
}
# fmt: on
# Shown in its place where too few of its own categories may be: see core.figure_risk.
WIDER = {"staff_group": "staff_group_wide"}


@dataclass(frozen=True)
class Profile:
    """One disclosure profile: a count under `threshold` withholds the figure.

    `hides_classes`: 0 %, 100 % and answers that are all equal are withheld too. Sums of PAs and hours are withheld
    where two people add more than `dominance_pct` of them, or the rest is less than `p_pct` of the largest.
    """

    name: str
    title: str
    threshold: int
    source: str
    hides_classes: bool = False
    dominance_pct: int = 90
    p_pct: int = 10


def load_profiles() -> dict[str, Profile]:
    """The disclosure profiles of `disclosure_profiles.toml`, by name."""
    text = Path(__file__).with_name("disclosure_profiles.toml").read_text(encoding="utf-8")
    return {
        name: Profile(name=name, title=declared.pop("title").format(**declared), **declared)
        for name, declared in tomllib.loads(text).items()
    }


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
    breakdowns: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()  # topical marts that hold its figures
    aspect: str | None = None  # the stage of support, or what of adoption, that it tells of in its mart
    # What a unit is: where it is a person, a share of people is tested on numerator and complement as well.
    counts: Literal["people", "items", "pas", "hours", "published"] = "people"
    is_sample: bool = False  # respondents of a survey are a sample; plans and appraisals are a full count
    quantile_type: Literal[6, 7] | None = None
    period_kind: str  # what its period is, of PERIOD_KINDS: that of its dataset, unless declared
    decimals: int  # of the published figures: the unit's, unless declared
    evidence: str
    profile: Literal["staff_survey", "published", "not_personal"] = "staff_survey"
    has_spc: bool = False
    target: float | None = None
    warning: str = ""  # what may not be concluded from it

    @property
    def broken_down_by(self) -> frozenset[str]:
        """The names in its breakdowns, crossed ones (`staff_group x research_active`) taken apart."""
        return frozenset(name for breakdown in self.breakdowns for name in breakdown.split(" x "))

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
        if unknown := self.broken_down_by - BREAKDOWNS:
            raise ValueError(f"{self.metric_id}: unknown breakdown {', '.join(sorted(unknown))}")
        if self.period_kind not in PERIOD_KINDS:
            raise ValueError(f"{self.metric_id}: unknown kind of period {self.period_kind}")
        if self.has_spc and self.period_kind not in ("as_at", "month"):
            raise ValueError(f"{self.metric_id}: no SPC chart of {self.period_kind}, whose periods may overlap")
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
