"""Words of the pages: days, periods, datasets, and what became of a file."""

from dashboards.charts import day, measure
from schemas.findings import counted as counted
from schemas.submissions import MAPPING, State
from schemas.tables import DATASETS

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


def dataset_title(dataset: str) -> str:
    """What a dataset is called."""
    return DATASETS[dataset].title if dataset in DATASETS else {MAPPING: "Mapping of headings"}.get(dataset, dataset)


def figure(value: float | str, unit: str, decimals: int | None = None) -> str:
    """A figure as the dashboard prints it: 47.9%, 159 people, 6.19 (score 0-10); '' where there is none.

    Without decimals it has as many as it needs.
    """
    if value == "":
        return ""
    needed = len(f"{float(value):.10g}".partition(".")[2])
    return measure(float(value), needed if decimals is None else decimals, unit)
