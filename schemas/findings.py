"""Findings: every problem that a person is told of has a code, a severity and a sentence in `findings.toml`.

The place (row, column) is put before the sentence. Details put into it are headings, counts, dates and declared codes;
a cell's value only from a column marked safe, and only a wrong date, number or score.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any


class Severity(StrEnum):
    """How far a finding reaches."""

    REJECT_FILE = "reject_file"  # nothing of the file is taken
    HOLD = "hold"  # the file waits until a person confirms it
    REJECT_ROW = "reject_row"  # the row is not taken
    REJECT_VALUE = "reject_value"  # the cell becomes missing, the row stays
    WARN = "warn"  # all is taken, but look at it


@dataclass(frozen=True)
class Rule:
    """One kind of problem: its severity and the sentence for it, with {details} to fill in."""

    severity: Severity
    sentence: str


@dataclass(frozen=True)
class Finding:
    """One problem, or one problem repeated over rows of a file.

    `rows` holds the first few row numbers as Excel counts them, `row_count` how many rows in all
    (0 when the finding is about the whole file); `column` is the sender's own heading.
    """

    code: str
    column: str = ""
    rows: tuple[int, ...] = ()
    row_count: int = 0
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """The declared severity of the finding's code."""
        return RULES[self.code].severity

    @property
    def shown_rows(self) -> str:
        """The rows: `5, 9 and 12 more`; empty where none is named."""
        more = self.row_count - len(self.rows)
        return ", ".join(f"{row:,}" for row in self.rows) + (f" and {more:,} more" if self.rows and more > 0 else "")

    @property
    def place(self) -> str:
        """Where it is: `Rows 5, 9 and 12 more, column "Grade"`; empty for a finding on the whole file."""
        parts = []
        if self.rows:
            parts.append(f"{'Rows' if self.row_count > 1 else 'Row'} {self.shown_rows}")
        if self.column:
            is_sheet = self.column.endswith(": ")  # `sheet: heading` without a heading
            parts.append(f'sheet "{self.column[:-2]}"' if is_sheet else f'column "{self.column}"')
        text = ", ".join(parts)
        return text[:1].upper() + text[1:]

    @property
    def sentence(self) -> str:
        """Where -> what is wrong -> what to do, as one sentence for the sender."""
        # A finding that the ledger keeps from before may lack a detail that its sentence has got since
        text = RULES[self.code].sentence.format_map(defaultdict(str, self.details))
        return f"{self.place}: {text}" if self.place else text[:1].upper() + text[1:]


class Refusal(Exception):  # noqa: N818 - a refusal is an expected answer, not an error
    """A file that cannot be taken; carries its findings and never a cell's value."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.findings


NEW_HEADINGS = "F011"  # of a file: the officer says what they are, and its sender has nothing to correct
SHOWN_ROWS = 5  # how many row numbers a grouped finding names

RULES = {
    code: Rule(Severity(severity), sentence)
    for severity, sentences in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
    for code, sentence in sentences.items()
}


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun, and what else depends on it: 1 file waits, 1,200 files wait."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same problem in many rows as one finding, in the order in which each was first met."""
    merged: dict[tuple[object, ...], Finding] = {}
    for one in findings:
        key = (one.code, one.column, tuple(sorted(one.details.items())))
        met = merged.get(key)
        if met is not None:
            rows = tuple(sorted({*met.rows, *one.rows}))[:SHOWN_ROWS]
            one = replace(met, rows=rows, row_count=met.row_count + one.row_count)
        merged[key] = one
    return tuple(merged.values())
