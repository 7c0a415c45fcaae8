"""What is due: the months that `config/calendar.csv` asks for and for which nothing is loaded."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from flows.errors import SetupError
from flows.settings import Settings, read_rules
from schemas.codelists import Row, read_csv, typed
from schemas.submissions import NATIONAL, Period
from schemas.tables import DATASETS, TABLES
from warehouse.ledger.store import Ledger

ALL, NONE = "all", "none"
CALENDAR = "calendar.csv"
_MONTHS = {name: number for number in range(1, 13) for name in (str(number), f"{number:02}")}


@dataclass(frozen=True, order=True)
class Due:
    """A dataset of an organisation that is due for a month, and for which nothing is loaded."""

    organisation_code: str
    dataset: str
    period: Period
    due_date: date
    is_overdue: bool


def due(
    settings: Settings, ledger: Ledger, today: date, organisations: Collection[str] | None = None
) -> tuple[Due, ...]:
    """What is due and has not come, of months that have ended, by organisation, dataset and month.

    `organisations` are those declared, where they are known already. Nothing is due where there is no calendar. Raises
    SetupError as `read_calendar`.
    """
    lines = read_calendar(
        settings.config, read_rules(settings).organisations if organisations is None else organisations
    )
    loaded = defaultdict[tuple[str, str], list[Period]](list)
    for one in ledger.loaded() if lines else ():
        if one.slot:
            loaded[one.slot.sender, one.slot.dataset].append(one.slot.period)
    return tuple(
        Due(organisation, dataset, month, by := month.end + timedelta(days=line["days_after"]), by < today)
        for (organisation, dataset), line in sorted(lines.items())
        for month in _months(line, today)
        if not any(month.overlaps(one) for sender in (organisation, NATIONAL) for one in loaded[sender, dataset])
    )


def read_calendar(config: Path, organisations: Collection[str]) -> Mapping[tuple[str, str], Row]:
    """The calendar's line for each organisation and dataset that it names.

    Raises SetupError that says the line, the column and what to write.
    """
    file = config / CALENDAR
    found: dict[tuple[str, str], Row] = {}
    try:
        for line, cells in enumerate(read_csv(file) if file.is_file() else [], 2):
            row = typed(TABLES["config.calendar"], cells, where := f"{CALENDAR}, line {line}")
            key = row["organisation_code"], row["dataset"]
            if problem := _problem(row, {ALL, *organisations}) or (
                "dataset: another line has this dataset and organisation; keep one of them" if key in found else ""
            ):
                raise ValueError(f"{where}, column {problem}")
            found[key] = row
    except ValueError as problem:
        raise SetupError(f"a declared file cannot be used: {problem}") from None
    for_all = {(one, dataset): row for (code, dataset), row in found.items() if code == ALL for one in organisations}
    return {key: row for key, row in {**for_all, **found}.items() if key[0] != ALL}


def _problem(row: Row, organisations: set[str]) -> str:
    """The column that cannot be used, and what to write; or ''."""
    if row["dataset"] not in DATASETS:
        return f"dataset: write one of {', '.join(DATASETS)}"
    if row["organisation_code"] not in organisations:
        return "organisation_code: write a code of organisations.csv, or all"
    if row["months"] not in (ALL, NONE) and not (_numbers(row) and set(_numbers(row)) <= _MONTHS.keys()):
        return "months: write all, none, or the numbers of months such as 3 9"
    return ""


def _numbers(row: Row) -> list[str]:
    return re.findall(r"[^\s,;|]+", row["months"])


def _months(row: Row, today: date) -> Iterator[Period]:
    """The months that the line asks for and that have ended, the earliest first."""
    asked = {*_MONTHS.values()} if row["months"] == ALL else {_MONTHS.get(one) for one in _numbers(row)}
    month = Period.month_of(row["from_date"])
    while month.end < today:
        if month.start.month in asked:
            yield month
        month = Period.month_of(month.end + timedelta(days=1))
