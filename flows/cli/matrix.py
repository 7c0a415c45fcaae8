"""The status at a glance: a row a dataset, a column an organisation, the latest period of each and how it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from schemas.submissions import CONFIG, State
from warehouse.ledger.read_again import corrected_by

if TYPE_CHECKING:
    from flows.due import Due
    from warehouse.ledger.store import Submission

_COUNTS = (State.HELD, State.REJECTED, State.LANDED, State.LOADED)  # the first is said where there are several
GAP = 1  # between columns
_LONG = 15  # letters
_RECENT = timedelta(days=31)


def matrix(
    submissions: Sequence[Submission], organisations: Collection[str], dues: Sequence[Due]
) -> list[dict[str, str]]:
    """A row for each dataset in use: of each organisation the period that is due, else the latest, and how it is.

    The word is what a person has to do something about, if anything: overdue, due, held, rejected, landed; else loaded.
    """
    cells: dict[tuple[str, str], list[Submission]] = {}
    for one in submissions:
        if one.slot and one.state in _COUNTS and one.slot.sender != CONFIG:
            cells.setdefault((one.slot.dataset, one.slot.sender), []).append(one)
    late = {(one.dataset, one.organisation_code): one for one in sorted(dues, reverse=True)}  # the earliest
    datasets = sorted({dataset for dataset, _ in cells.keys() | late.keys()})
    codes = [*organisations, *sorted({sender for _, sender in cells} - {*organisations})]
    return [
        {
            "": folded(dataset),
            **{code: _cell(cells.get((dataset, code), []), late.get((dataset, code))) for code in codes},
        }
        for dataset in datasets
    ]


def _cell(submissions: Sequence[Submission], due: Due | None) -> str:
    loaded = [one for one in submissions if one.state is State.LOADED]
    waits = [one for one in submissions if one.state is not State.LOADED and not corrected_by(one, submissions)]
    if not submissions and not due:
        return ""
    if due:
        return f"{due.period.label}\n{'overdue' if due.is_overdue else 'due'}"
    word = min(waits or loaded, key=lambda one: _COUNTS.index(one.state)).state.value
    ends = {one.slot.period.end: one.slot.period.label for one in loaded or waits if one.slot}
    return f"{ends[max(ends)]}\n{word}"


def unrecognised(submissions: Sequence[Submission]) -> Counter[str]:
    """By sender, how many of the last month's files were refused before it was known what they are, and stay so."""
    since = max((one.landed_at for one in submissions), default=datetime.now(UTC)) - _RECENT
    found = (one for one in submissions if not one.slot and one.state is State.REJECTED and one.landed_at >= since)
    return Counter(one.organisation_code or "not known" for one in found if not corrected_by(one, submissions))


def folded(dataset: str) -> str:
    """A dataset's name in two lines where it is long."""
    first, _, second = dataset.partition("_")
    return f"{first}_\n{second}" if len(dataset) > _LONG else dataset


def unfolded(cell: str) -> str:
    """A cell in one line: a folded name as it was, a period and its word with a space between."""
    return cell.replace("_\n", "_").replace("\n", " ")


def blocks(rows: Sequence[Mapping[str, str]], width: int) -> Iterator[list[dict[str, str]]]:
    """The rows with as many organisations as fit beside one another, then with the next ones."""
    codes = [code for code in (rows[0] if rows else ()) if code]
    first, *others = (
        max(len(line) for row in rows for line in (*row[code].split("\n"), code)) + GAP for code in ("", *codes)
    )
    count = max((width + GAP - first) // max(others), 1)
    for start in range(0, len(codes), count):
        some = codes[start : start + count]
        yield [{"": row[""], **{code: row[code] for code in some}} for row in rows if any(row[code] for code in some)]
