"""A file's columns as a whole: what no cell of them shows alone. The facts of a column's chunks are added up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from schemas.fields import Field
from schemas.findings import Finding
from schemas.layouts import Layout
from transforms.checking.values import is_month_first

Trait: TypeAlias = tuple[str, int, int]  # a kind of text that stands in the column: what it is about, and two numbers
_DAY, _ISO_DAY, _DIGITS, _PERCENT = "day", "ISO day", "digits", "percent"
_SIGNED, _FRACTION, _ABOVE_ONE = range(3)
SLIPS = 50  # of so many different days that fit, one that does not may be a slip of the keyboard
# Days of the month that are spread evenly, the 1st left out, are 2 to 12 in 11 of 29.4: eight of eight in one of 2,600
ENOUGH_DAYS = 8
SOME_DAYS = 3  # all of them early by chance in one of 20 files: told, and used


@dataclass(frozen=True)
class ColumnFacts:
    """How many cells of a column are filled, how many of these can be used, and what kinds of text are among them."""

    filled: int = 0
    usable: int = 0
    traits: frozenset[Trait] = frozenset()

    def __add__(self, other: "ColumnFacts") -> "ColumnFacts":
        return ColumnFacts(self.filled + other.filled, self.usable + other.usable, self.traits | other.traits)

    @property
    def is_useless(self) -> bool:
        """True where no filled cell can be used; a single one may be a slip."""
        return self.filled > 1 and not self.usable

    def about(self, kind: str) -> set[tuple[int, int]]:
        """The numbers of the traits of a kind."""
        return {(first, second) for trait, first, second in self.traits if trait == kind}

    @property
    def is_other_order(self) -> bool:
        """True where dates have the month in the place of the day: some can only be read so."""
        days = self.about(_DAY)
        against, fitting = (sum(pair[n] > 12 >= pair[1 - n] for pair in days) for n in (1, 0))
        return against > 0 and fitting <= SLIPS * against

    @property
    def may_be_other_order(self) -> bool:
        """True where chance alone does not leave so many days without one above the 12th: of all, or those Excel read.

        Excel of another country reads 04/05/2026 as a date with day and month exchanged, and leaves 14/05/2026 a text.
        """
        days, read_by_excel = self.about(_DAY), self.about(_ISO_DAY)
        is_half_read = all(day > 12 for day, _ in days) and all(day <= 12 for day, _ in read_by_excel)
        if days and is_half_read and len(read_by_excel) >= ENOUGH_DAYS:
            return True
        return self.early_days >= ENOUGH_DAYS

    @property
    def early_days(self) -> int:
        """How many different days there are but the 1st, where none is above the 12th; 0 where one is.

        The early days of one month count only in January: of a month-first column it is the days that would be alike.
        """
        days = self.about(_DAY)
        months = {month for _, month in days}
        is_early = all(max(pair) <= 12 for pair in days) and (len(months) > 1 or months == {1})
        return sum(day > 1 for day, _ in days) if is_early else 0

    @property
    def may_be_fractions(self) -> bool:
        """True where the values of a percentage lie between 0 and 1, or do where no percent sign stands."""
        kinds = {kind for kind, _ in self.about(_PERCENT)}
        return _FRACTION in kinds and _ABOVE_ONE not in kinds and (self.filled > 1 or _SIGNED in kinds)

    @property
    def lacks_zeros(self) -> bool:
        """True where some numbers begin with zeros and others are shorter."""
        digits = self.about(_DIGITS)
        longest = max((length for length, has_zero in digits if has_zero), default=0)
        return any(length < longest for length, _ in digits)


def traits_of(field: Field, texts: pa.Array, values: pa.Array, layout: Layout) -> frozenset[Trait]:
    """The traits of a column's distinct texts and of the values that they were read as."""
    if field.kind == "date" and is_month_first(layout.date_formats) is not None:
        return frozenset(_traits_of_dates(texts, layout))
    if field.kind == "identifier":
        numbers = values.filter(pc.utf8_is_decimal(values))
        doubled = pc.add(pc.shift_left(pc.utf8_length(numbers), 1), pc.cast(pc.starts_with(numbers, "0"), pa.int32()))
        return frozenset((_DIGITS, one >> 1, one & 1) for one in doubled.unique().to_pylist())
    if field.is_percentage:
        pairs = zip(texts.to_pylist(), values.to_pylist(), strict=True)
        shares = [(text, value) for text, value in pairs if value not in (None, 0, 1)]
        kinds = {_SIGNED if text.endswith("%") else _ABOVE_ONE if value > 1 else _FRACTION for text, value in shares}
        return frozenset((_PERCENT, kind, 0) for kind in kinds)
    return frozenset()


def _traits_of_dates(texts: pa.Array, layout: Layout) -> Iterator[Trait]:
    """Day and month of each different day, by the order that the layout declares."""
    names = ("month", "day") if is_month_first(layout.date_formats) else ("day", "month")
    written = rf"^(?P<{names[0]}>\d{{1,2}})[/.-](?P<{names[1]}>\d{{1,2}})[/.-]\d{{4}}"
    for kind, form in ((_DAY, written), (_ISO_DAY, r"^\d{4}-(?P<month>\d\d)-(?P<day>\d\d)")):
        found = pc.extract_regex(texts, form).drop_null()
        if not len(found):
            return
        pairs = pc.binary_join_element_wise(*(pc.struct_field(found, name) for name in ("day", "month")), "/")
        for day, month in (pair.split("/") for pair in pairs.unique().to_pylist()):
            yield kind, int(day), int(month)


def other_order(facts: Mapping[str, ColumnFacts]) -> frozenset[str]:
    """The columns whose dates are written in the other order than their layout says: none of them may be used."""
    return frozenset(column for column, one in facts.items() if one.is_other_order)


def findings_of(facts: Mapping[str, ColumnFacts], layout: Layout) -> Iterator[Finding]:
    """W025, W027, and the findings for which a file waits until a person confirms it: H003, H005, H006."""
    for column, one in facts.items():
        if one.is_useless:
            yield Finding("H003", column, details={"cells": f"{one.filled:,}"})
        elif one.may_be_other_order:
            yield Finding("H005", column, details=order_details(layout))
        elif one.early_days >= SOME_DAYS:
            yield Finding("W027", column, details=order_details(layout))
        if one.may_be_fractions:
            yield Finding("H006", column)
        if one.lacks_zeros:
            yield Finding("W025", column)


def order_details(layout: Layout) -> dict[str, str]:
    """What fills the sentences on the order of dates."""
    orders = ("day", "month") if is_month_first(layout.date_formats) else ("month", "day")
    example = date(2026, 9, 14).strftime(layout.date_formats[0])
    return {"order": orders[0], "other": orders[1], "example": example}
