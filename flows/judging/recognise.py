"""Recognise: whose file it is and what it is for. Nothing is read, written or looked up here."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import PurePath

from schemas.findings import Finding, Refusal
from schemas.identifiers import names_person
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
            said = {Period.parse(label) for label in self.periods}
        except ValueError:
            where = f"in cell {self.cell}" if self.cell else "for it"
            raise ValueError(f"what is written {where} cannot be read as one") from None
        if len(said) > 1:
            labels = " and ".join(sorted(period.label for period in said))
            places = ", ".join(filter(None, ("its folder", "its name", self.cell and f"cell {self.cell}")))
            raise ValueError(f"{labels} are both said: look at {places} and its mapping")
        return said.pop()

    def _period_of(self, days: Sequence[date]) -> Period:
        if not days:
            raise ValueError("neither its folder nor its content says")
        first, last = min(days), max(days)
        if self.layout.period_heading:
            whole = Period(first, last)
            with suppress(ValueError):
                if Period.parse(whole.label) == whole:
                    return whole
        if self._is_of_years:
            return Period(date(first.year, 1, 1), date(last.year, 12, 31))
        if Period.month_of(first) != Period.month_of(last):
            raise ValueError(f"its dates run from {first:%B %Y} to {last:%B %Y}")
        return Period.month_of(first)


def recognise(
    inside: Mapping[str, str], layout: Layout, hints: SenderHints, rules: Rulebook, name: str = ""
) -> Recognised:
    """What a file of that layout is, by its folder or flags (`hints`), its name, and what it says of itself (`inside`).

    Raises Refusal F013, F021, F024 where its sender is not certain, F014 where its name does not say the period.
    """
    periods = periods_of(inside, layout, hints, name)
    sender, cell = _sender(inside, layout, hints, rules), inside.get("period_cell", "")
    return Recognised(layout, sender, hints.source or layout.source_name, periods, cell)


def periods_of(inside: Mapping[str, str], layout: Layout, hints: SenderHints, name: str) -> tuple[str, ...]:
    """The labels that its folder, name and content give. Raises Refusal F014 where the name should, but does not."""
    named = _in_name(name) if layout.period_in_name else ""
    return tuple(filter(None, (hints.period, inside.get("period", ""), named, layout.period)))


def _in_name(name: str) -> str:
    try:
        return Period.read(PurePath(name).stem).label
    except ValueError as problem:
        details = {"why": f"of its name, {problem}", "example": "2026-09"}
        raise Refusal(Finding("F014", details=details)) from None


def check_folder(hints: SenderHints) -> None:
    """Raise Refusal F026 for a folder that is nearly a dataset's name, or digits: that file would be counted twice.

    F046 for one that may name a person.
    """
    if names_person(hints.source) and not re.fullmatch(r"\d{2,4}[/._-]\d{2,4}", hints.source):
        raise Refusal(Finding("F046"))
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
