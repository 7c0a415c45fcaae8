"""Words of the pages: days, periods, datasets, and what became of a file."""

from dashboards.charts import day
from schemas.findings import counted as counted
from schemas.submissions import MAPPING, Period, State
from schemas.tables import DATASETS
from warehouse.ledger.store import Submission

on_day = day  # 2 October 2026, as the release's pages have it
STATES = {  # how the mark looks, and what it says
    State.LOADED: ("good", "taken"),
    State.REJECTED: ("bad", "refused"),
    State.HELD: ("waits", "held"),
    State.SUPERSEDED: ("gone", "replaced by a later file"),
    State.WITHDRAWN: ("gone", "withdrawn"),
    State.REMOVED: ("gone", "removed"),
    State.LANDED: ("waits", "not read yet"),
}


_CHANGES = {  # of one figure, and of several, by what changes.csv says
    "new": ("is new", "are new"),
    "gone": ("is gone", "are gone"),
    "changed": ("has another value", "have another value"),
    "counts changed": ("has the same value, from other counts", "have the same value, from other counts"),
    "restated": ("is restated", "are restated"),
    "kept as it was": ("is kept as it was: too few people changed", "are kept as they were: too few people changed"),
    "now withheld": ("is withheld now", "are withheld now"),
    "no longer withheld": ("is withheld no longer", "are withheld no longer"),
    "now not available": ("is not available now", "are not available now"),
    "now available": ("is available now", "are available now"),
}
SAME = ("new", "kept as it was", "counts changed")  # of which there is no value before that is another


def changed(change: str, is_one: bool) -> str:
    """What changed of a figure, or of several."""
    return _CHANGES[change][0 if is_one else 1]


def became(submission: Submission) -> tuple[str, str]:
    """What became of a file: how its mark looks, and the word."""
    return STATES[submission.state]


def in_period(period: Period) -> str:
    """A period as a person writes it: September 2026, 2025, April 2025 to March 2026."""
    if period == Period.month_of(period.start):
        return f"{period.start:%B %Y}"
    if period.label.isdigit():
        return period.label
    return f"{period.start:%B %Y} to {period.end:%B %Y}"


def dataset_title(dataset: str) -> str:
    """What a dataset is called."""
    return DATASETS[dataset].title if dataset in DATASETS else {MAPPING: "Mapping of headings"}.get(dataset, dataset)


def figure(value: float | str, unit: str, decimals: int | None = None) -> str:
    """A figure as it is printed: 47.9 %, 159 people, 6.19 (score 0-10); '' where there is none."""
    if value == "":
        return ""
    number = f"{float(value):,.10g}" if decimals is None else f"{float(value):,.{decimals}f}"
    return f"{number} ({unit})" if unit[-1:].isdigit() else f"{number} {unit}"
