"""Published tables, read from beside the repository, and respondents made to fit them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.lib.core import Core

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "reference" / "published"
QUARTERS = (0.25, 0.5, 0.75)


def printed(name: str) -> list[dict[str, str]]:
    """The rows of a published table; the test is skipped where the reference folder is not there."""
    file = PUBLISHED / f"{name}.csv"
    if not file.is_file():
        pytest.skip("the reference folder is not beside the repository")
    with file.open(encoding="utf-8") as text:
        return list(csv.DictReader(text))


def share(count: int, base: int, digits: int) -> str:
    """A percentage as a paper prints it: half up."""
    step = Decimal(1).scaleb(-digits)
    return str((Decimal(100 * count) / base).quantize(step, ROUND_HALF_UP))


def place(size: int, p: float, quantile_type: int) -> float:
    """Where among so many ordered values the quantile stands (Hyndman and Fan 1996)."""
    return max(1, min(size, (size + 1) * p)) if quantile_type == 6 else (size - 1) * p + 1


def between(value: float, part: float) -> tuple[int, int] | None:
    """Two scores, as close as can be, between which the value lies at that part of the way; None if there are none."""
    pairs = ((low, low + gap) for gap in range(10) for low in range(1, 11 - gap))
    return next((pair for pair in pairs if abs(pair[0] + (pair[1] - pair[0]) * part - value) < 1e-9), None)


def unattainable(size: int, quartiles: Sequence[float], quantile_type: int) -> list[float]:
    """Those of the quartiles that no scores from 1 to 10 have."""
    places = (place(size, p, quantile_type) for p in QUARTERS)
    return [value for value, at in zip(quartiles, places, strict=True) if between(value, at % 1) is None]


def scores(size: int, quartiles: Sequence[float], quantile_type: int) -> list[int]:
    """So many ordered scores from 1 to 10 with these quartiles."""
    known = {1: 1, size: 10}
    for value, p in zip(quartiles, QUARTERS, strict=True):
        at = place(size, p, quantile_type)
        pair = between(value, at % 1)
        assert pair, f"{value} is no quartile of {size} scores"
        known |= {int(at): pair[0]} | ({int(at) + 1: pair[1]} if at % 1 else {})
    return [max(score for rank, score in known.items() if rank <= k) for k in range(1, size + 1)]


def ticks(counts: Sequence[int], base: int) -> list[set[int]]:
    """For each respondent the boxes ticked: each box so often, and, going round, every one ticks at least one."""
    turns = [box for box, count in enumerate(counts) for _ in range(count)]
    assert len(turns) >= base, "somebody would tick nothing"
    return [set(turns[person::base]) for person in range(base)]


def answer(core: Core, item: str, given: Sequence[int], unsure: int, **same: str) -> None:
    """One item's scored answers, and respondents who are unsure of it."""
    lines = [f"r{n} {score} false" for n, score in enumerate(given)]
    lines += [f"r{len(given) + n} - true" for n in range(unsure)]
    core.add("fct_survey_answer", "\n".join(("response_key score is_unsure", *lines)), question_key=item, **same)


def quartiles(row: Mapping[str, str], *names: str) -> list[float]:
    return [float(row[name]) for name in names]


def figures(core: Core, metric_id: str, columns: str) -> dict[tuple[str, ...], list[float]]:
    """Item and period -> the numbers of the named columns."""
    found = core.figures(metric_id, f"item_code period_start {columns}")
    return {(item, start): [float(cell) for cell in cells] for item, start, *cells in found}
