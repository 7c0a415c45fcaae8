"""Words of the pages: days, periods, datasets, and what became of a file."""

from datetime import date, datetime

from schemas.submissions import MAPPING, Period, State
from schemas.tables import DATASETS
from warehouse.ledger.store import Submission

_STATES = {  # how the mark looks, and what it says
    State.LANDED: ("waits", "not read yet"),
    State.REJECTED: ("bad", "refused"),
    State.HELD: ("waits", "held"),
    State.LOADED: ("good", "taken"),
    State.SUPERSEDED: ("gone", "replaced by a later file"),
    State.WITHDRAWN: ("gone", "withdrawn"),
    State.REMOVED: ("gone", "removed"),
}


def became(submission: Submission) -> tuple[str, str]:
    """What became of a file: how its mark looks, and the word."""
    return _STATES[submission.state]


def in_period(period: Period) -> str:
    """A period as a person writes it: September 2026, 2025, April 2025 to March 2026."""
    if period == Period.month_of(period.start):
        return f"{period.start:%B %Y}"
    if period.label.isdigit():
        return period.label
    return f"{period.start:%B %Y} to {period.end:%B %Y}"


def on_day(day: date | datetime) -> str:
    """A day as a person writes it: 2 October 2026."""
    return f"{day.day} {day:%B %Y}"


def dataset_title(dataset: str) -> str:
    """What a dataset is called."""
    return DATASETS[dataset].title if dataset in DATASETS else {MAPPING: "Mapping of headings"}.get(dataset, dataset)


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: no files, 1 file, 1,200 files."""
    return f"{number:,} {one}" if number == 1 else f"{number or 'no':{',' if number else ''}} {many or f'{one}s'}"


def figure(value: float | str, unit: str, decimals: int | None = None) -> str:
    """A figure as it is printed: 47.9 %, 159 people, 6.19 (score 0-10); '' where there is none."""
    if value == "":
        return ""
    number = f"{float(value):,.10g}" if decimals is None else f"{float(value):,.{decimals}f}"
    return f"{number} ({unit})" if unit[-1:].isdigit() else f"{number} {unit}"
