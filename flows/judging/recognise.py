"""Recognise: whose file it is and what it is for. Nothing is read, written or looked up here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from schemas.findings import Finding, Refusal
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.submissions import NATIONAL, Period, Slot
from schemas.tables import DATASETS
from warehouse.ledger.store import SenderHints

LONGEST_CODE = 8  # a longer text in place of an organisation's code may be anything, and is not repeated


@dataclass(frozen=True)
class Recognised:
    """What a file is. `periods` are the labels that its folder and it itself give. Without any, its dates tell."""

    layout: Layout
    sender: str
    source: str
    periods: tuple[str, ...]
    cell: str = ""  # of the file, where it says its period

    def slot(self, days: Sequence[date]) -> Slot:
        """The slot of the file, whose rows are of those days. Raises Refusal F014 where its period is not certain."""
        try:
            return Slot(self.sender, self.layout.dataset, self.source, self._period(days))
        except ValueError as problem:
            example = "2021-2023" if self._is_of_years else "2026-09"
            raise Refusal(Finding("F014", details={"why": str(problem), "example": example})) from None

    @property
    def _is_of_years(self) -> bool:
        return self.layout.contract.period_unit == "years"

    def _period(self, days: Sequence[date]) -> Period:
        if not self.periods:
            return self._period_of(days)
        try:
            first, *others = map(Period.parse, self.periods)
        except ValueError:
            where = f"in cell {self.cell}" if self.cell else "for it"
            raise ValueError(f"what is written {where} cannot be read as one") from None
        if others and others != [first]:
            raise ValueError(f"the folder or command says {first.label}, cell {self.cell} {others[0].label}")
        return first

    def _period_of(self, days: Sequence[date]) -> Period:
        if not days:
            raise ValueError("neither its folder nor its content says")
        first, last = min(days), max(days)
        if self._is_of_years:
            return Period(date(first.year, 1, 1), date(last.year, 12, 31))
        if Period.month_of(first) != Period.month_of(last):
            raise ValueError(f"its dates run from {first:%B %Y} to {last:%B %Y}")
        return Period.month_of(first)


def recognise(inside: Mapping[str, str], layout: Layout, hints: SenderHints, rules: Rulebook) -> Recognised:
    """What a file of that layout is, by its folder or flags (`hints`) and by what it says of itself (`inside`).

    Raises Refusal F013, F021, F024 where its sender is not certain.
    """
    periods = tuple(filter(None, (hints.period, inside.get("period", ""))))
    sender, cell = _sender(inside, layout, hints, rules), inside.get("period_cell", "")
    return Recognised(layout, sender, hints.source or layout.source_name, periods, cell)


def check_folder(hints: SenderHints) -> None:
    """Raise Refusal F026 for a folder that is nearly a dataset's name, or digits: that file would be counted twice."""
    close = get_close_matches(hints.source, DATASETS, n=1, cutoff=0.8)
    if close or re.fullmatch(r"[\d/._-]+", hints.source):
        hint = f' (did you mean "{close[0]}"?)' if close else " (write a month like 2026-09)"
        example = close[0] if close else "2026-09"
        raise Refusal(Finding("F026", details={"folder": hints.source, "hint": hint, "example": example}))


def _sender(inside: Mapping[str, str], layout: Layout, hints: SenderHints, rules: Rulebook) -> str:
    if layout.contract.is_national:
        return NATIONAL
    written = inside.get("organisation_code", "")
    if hints.organisation and written and hints.organisation != written:
        other = written if written in rules.organisations else "one that is not declared"
        raise Refusal(Finding("F024", details={"inside": other, "outside": hints.organisation}))
    sender = hints.organisation or written
    if not sender:
        raise Refusal(Finding("F013", details={"why": "neither its folder nor the file says"}))
    if sender not in rules.organisations:
        shown = f' "{sender}"' if sender.isalnum() and len(sender) <= LONGEST_CODE else " named there"
        raise Refusal(Finding("F021", details={"organisation": shown}))
    return sender
