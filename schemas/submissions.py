"""Submissions: one file for one slot, the states that it passes through, and the period that it is for."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from operator import add


class State(StrEnum):
    """Where a submission stands; the sentence says what that means for its sender."""

    LANDED = "landed"
    REJECTED = "rejected"
    HELD = "held"
    LOADED = "loaded"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"

    @property
    def sentence(self) -> str:
        """What the state means, for tables that people read."""
        return _SENTENCES[self]


_SENTENCES = {
    State.LANDED: "received, not read yet",
    State.REJECTED: "see its findings",
    State.HELD: "it waits until someone confirms it",
    State.LOADED: "its rows count",
    State.SUPERSEDED: "replaced by a later file",
    State.WITHDRAWN: "its rows no longer count",
    State.REMOVED: "its file and rows are gone, for retention or an erasure",
}

ERASED = "(erased)"  # in every cell of an erased person's row, so that the rows below keep their numbers
NEVER_CALCULATED = "#NEVER_CALCULATED!"  # in a cell whose formula has no result, as the reader passes it on
MAPPING = "mapping"  # the dataset that a filled mapping workbook is recorded under
CONFIG = "config"  # its sender
NATIONAL = "national"  # the sender of a published file whose rows name their organisations


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole days, both ends included, that has one plain label."""

    start: date
    end: date

    @classmethod
    def month_of(cls, day: date) -> Period:
        """The calendar month that holds the day."""
        last = calendar.monthrange(day.year, day.month)[1]
        return cls(day.replace(day=1), day.replace(day=last))

    @classmethod
    def parse(cls, label: str) -> Period:
        """Read `2026-09`, `2026`, `2021-2023` (calendar years) or `2026/27` (1 April to 31 March).

        Also as people and Excel write a month: September 2026, Sep-26, 09/2026, 2026-9, or a day of it. Raises
        ValueError for anything else.
        """
        if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", label):
            return cls.month_of(date(int(match[1]), int(match[2]), 1))
        if (match := re.fullmatch(r"(\d{4})(?:-(\d{4}))?", label)) and int(match[2] or match[1]) >= int(match[1]):
            return cls(date(int(match[1]), 1, 1), date(int(match[2] or match[1]), 12, 31))
        if (match := re.fullmatch(r"(\d{4})/(\d{2})", label)) and (int(match[1]) + 1) % 100 == int(match[2]):
            return cls(date(int(match[1]), 4, 1), date(int(match[1]) + 1, 3, 31))
        if (whole := _WRITTEN.fullmatch(" ".join(label.split()))) and (found := [*_labels(whole[0])]):
            return cls.parse(found[0])
        raise ValueError(f"not a period: {label}")

    @classmethod
    def read(cls, text: str) -> Period:
        """The one period that stands within a text, such as a file's name. Raises ValueError for none, and for two."""
        with suppress(ValueError):
            return cls.parse(text.strip())
        found = {cls.parse(label) for label in _labels(text)}
        if len(found) != 1:
            raise ValueError("it says no month or year, or more than one")
        return found.pop()

    @property
    def label(self) -> str:
        """The plain name that `parse` reads back."""
        if self == Period.month_of(self.start):
            return f"{self.start:%Y-%m}"
        if (self.start.month, self.start.day) == (4, 1):
            return f"{self.start:%Y}/{self.end:%y}"
        return f"{self.start:%Y}" if self.start.year == self.end.year else f"{self.start:%Y}-{self.end:%Y}"

    @property
    def in_words(self) -> str:
        """As a person writes it: September 2026, 2025, April 2025 to March 2026."""
        if self == Period.month_of(self.start):
            return f"{self.start:%B %Y}"
        return self.label if self.label.isdigit() else f"{self.start:%B %Y} to {self.end:%B %Y}"

    def overlaps(self, other: Period) -> bool:
        """True where the two share at least one day."""
        return self.start <= other.end and other.start <= self.end


_MONTHS = {name.casefold()[:3]: number for number, name in enumerate(calendar.month_name) if name}
_WRITTEN = re.compile(
    r"(?<!\d)(?P<year>20\d\d)[-_. ]?(?P<month>0[1-9]|1[0-2])(?:[-_. ]?(?:0[1-9]|[12]\d|3[01])(?:[T ][\d:]+)?)?(?!\d)"
    r"|(?<!\d)(?P<year4>20\d\d)[-_.](?P<month4>[1-9])(?!\d)"
    r"|(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])[-/._])?(?P<month2>0?[1-9]|1[0-2])[-/._](?P<year2>20\d\d)(?!\d)"
    r"|(?:(?<!\d)\d\d?[-. ])?(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]*)"
    r"[-_ .]*'?(?P<year3>20\d\d|\d\d)(?!\d)"
    r"|(?<!\d)(?P<first>20\d\d)[-_/](?:20)?(?P<last>\d\d)(?!\d)",
    re.IGNORECASE,
)


def _labels(text: str) -> Iterator[str]:
    """The label of every period that stands in a text, such as a file's name."""
    for found in _WRITTEN.finditer(text):
        if found["first"]:
            if (int(found["first"]) + 1) % 100 == int(found["last"]):
                yield f"{found['first']}/{found['last']}"
            continue
        year = found["year"] or found["year2"] or found["year3"] or found["year4"]
        month = int(found["month"] or found["month2"] or found["month4"] or _MONTHS[found["name"].casefold()])
        yield f"{year if len(year) == 4 else f'20{year}'}-{month:02}"


@dataclass(frozen=True)
class Slot:
    """What a submission is for; of each slot one submission at most is loaded."""

    sender: str  # an organisation code, or `national`
    dataset: str
    source: str
    period: Period


@dataclass(frozen=True)
class Counts:
    """Lines of the sender's table: `rows_in` = accepted + rejected + noise + erased, always."""

    rows_in: int = 0
    accepted: int = 0
    rejected: int = 0
    noise: int = 0  # declared totals, blank lines and a template's example
    erased: int = 0

    @property
    def rows(self) -> int:
        """The rows that were sent: every line but those of `noise`."""
        return self.rows_in - self.noise

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, astuple(self), astuple(other)))
