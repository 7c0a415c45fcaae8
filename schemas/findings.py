"""Findings: every problem that a person is told of has a code, a severity and a sentence here.

A sentence says what is wrong and what to do; the place (row, column) is put before it.
A code is never reused. Details put into a sentence are headings, counts, dates and declared codes;
a cell's value only from a column marked safe, and only a wrong date, number or score.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
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
    def place(self) -> str:
        """Where it is: `Rows 5, 9 and 12 more, column "Grade"`; empty for a finding on the whole file."""
        parts = []
        if self.rows:
            shown = ", ".join(f"{row:,}" for row in self.rows)
            more = self.row_count - len(self.rows)
            tail = f" and {more:,} more" if more > 0 else ""
            parts.append(f"{'Rows' if self.row_count > 1 else 'Row'} {shown}{tail}")
        if self.column:
            is_sheet = self.column.endswith(": ")  # `sheet: heading` without a heading
            parts.append(f'sheet "{self.column[:-2]}"' if is_sheet else f'column "{self.column}"')
        text = ", ".join(parts)
        return text[:1].upper() + text[1:]

    @property
    def sentence(self) -> str:
        """Where -> what is wrong -> what to do, as one sentence for the sender."""
        text = RULES[self.code].sentence.format_map(self.details)
        return f"{self.place}: {text}" if self.place else text[:1].upper() + text[1:]


class Refusal(Exception):  # noqa: N818 - a refusal is an expected answer, not an error
    """A file that cannot be taken; carries its findings and never a cell's value."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.findings


SHOWN_ROWS = 5  # how many row numbers a grouped finding names

F, H, R, V, W = Severity.REJECT_FILE, Severity.HOLD, Severity.REJECT_ROW, Severity.REJECT_VALUE, Severity.WARN

RULES: dict[str, Rule] = {
    # The file as a whole
    "F001": Rule(F, "the file is empty; export it again and send the new file."),
    "F002": Rule(F, "the file's content is {found}, but its name ends in {extension}; save it as .xlsx or .csv."),
    "F003": Rule(F, "the workbook is protected by a password; save a copy without one and send that."),
    "F004": Rule(F, "the workbook is damaged or was cut off on its way; export it again and send the new file."),
    "F005": Rule(F, "the workbook contains macros; save it as an ordinary .xlsx workbook and send that."),
    "F006": Rule(F, "the workbook contains {found}, which we do not open; copy the values to a new workbook."),
    "F007": Rule(F, "the workbook would unpack to {unpacked} MB, far more than such a file needs; export it again."),
    "F008": Rule(F, "the text cannot be read as {tried}; save the file as 'CSV UTF-8' and send that."),
    "F009": Rule(F, "a quotation mark is never closed, so rows ran together; remove the stray mark or export again."),
    "F010": Rule(F, 'the heading "{heading}" appears {times} times; keep one column of that name.'),
    "F011": Rule(
        F, "we have not seen these headings before; fill in the workbook {mapping} and put it back into the inbox."
    ),
    "F012": Rule(F, 'the column "{heading}" is missing{hint}; put the heading back as it was.'),
    "F013": Rule(F, "it is not clear which organisation sent it ({why}); put it into inbox/<organisation code>/."),
    "F014": Rule(F, "it is not clear which period it is for ({why}); put it into a folder named like {example}."),
    "F015": Rule(F, "its headings fit more than one layout ({layouts}); say which with --layout."),
    "F016": Rule(
        F, "its period {period} overlaps {other}, which is loaded; send one file for the whole or withdraw it."
    ),
    "F017": Rule(F, "no row in it can be used; fill it in, or correct what the other findings say, and send it again."),
    "F018": Rule(
        F,
        'the column "{heading}" is not one we know{hint}; remove it, or send the file again with the headings of a'
        " layout that we know.",
    ),
    "F019": Rule(F, 'there is no sheet named "{sheet}"; keep the sheet names of the export or template.'),
    "F020": Rule(F, "no heading row was found; send the table with its headings, as the system exports it."),
    "F021": Rule(F, "organisation{organisation} is not declared; add it to config/organisations.csv first."),
    "F022": Rule(F, "the filled mapping cannot be used: {why}; correct the workbook and send it again."),
    "F023": Rule(F, "the file contains NUL bytes, so it is not plain text; export it again as CSV UTF-8."),
    "F024": Rule(
        F, "the organisation in the file ({inside}) is not the one it was sent for ({outside}); send it again."
    ),
    "F025": Rule(F, "it is an old-style .xls or another format that we do not read; save it as .xlsx or .csv."),
    "F026": Rule(F, 'the folder "{folder}" is neither a dataset nor a period{hint}; move the file to the right one.'),
    "F028": Rule(
        F,
        'the sheet "{sheet}" is nearly empty, but reaches to cell {last}; delete the empty rows and columns around the'
        " table, save it and send it again.",
    ),
    "F029": Rule(
        F, "a line holds {found}, far more than a line of a table; check where its lines end, and export it again."
    ),
    "F030": Rule(
        F,
        "the file could not be read ({why}); copy its table as values into a new workbook or CSV and send that, and"
        " tell whoever looks after this program.",
    ),
    # The correction
    "H001": Rule(
        H,
        "it has {rows} rows where the file before it had {former}; if that is right, confirm it with"
        " `research-culture ingest --confirm {submission}`.",
    ),
    # Rows
    "R001": Rule(R, "the cell is empty but must be filled; fill it in and send the file again."),
    "R002": Rule(R, "the row has {found} cells where the headings have {expected}; check for stray delimiters."),
    "R003": Rule(R, "rows with the same {key} contradict each other; keep the right one."),
    "R004": Rule(R, "none of {columns} is filled or usable; fill in at least one."),
    "R005": Rule(R, "two people share one {key}; give each their own and send the file again."),
    "R006": Rule(R, "the value is outside {minimum} to {maximum}, the range of {scale}; check the source."),
    "R007": Rule(R, "no row taken from the main sheet has this case; add the case there or correct its number."),
    "R008": Rule(R, "the follow-up is dated before its baseline; correct the date or the stage."),
    "R009": Rule(R, 'the count is larger than "{whole}", of which it is a part; check both.'),
    # Values in a field without which the row cannot be used
    "R011": Rule(R, "{value} is not a number; write digits only."),
    "R012": Rule(R, "{value} is outside {minimum} to {maximum}; correct it."),
    "R013": Rule(R, "{value} is not a date that exists; write it like {example}."),
    "R014": Rule(R, "{value} is not on the list of {codelist}{hint}; use one of its values."),
    "R015": Rule(R, "the number does not have the shape of the {identifier}; check it against the source."),
    "R016": Rule(R, "{value} is neither yes nor no; write yes or no."),
    "R017": Rule(R, "{value} looks like a spreadsheet formula; send the value, not the formula."),
    "R019": Rule(
        R, "the cell is not a short code (letters, digits, - _ . /); use the code, never a name or a sentence."
    ),
    # The same in a field that can be missing: the cell is left out, the row stays
    "V011": Rule(V, "{value} is not a number; the cell is left out: write digits only."),
    "V012": Rule(V, "{value} is outside {minimum} to {maximum}; the cell is left out: correct it."),
    "V013": Rule(V, "{value} is not a date that exists; the cell is left out: write it like {example}."),
    "V014": Rule(V, "{value} is not on the list of {codelist}{hint}; the cell is left out: use one of its values."),
    "V015": Rule(V, "the number does not have the shape of the {identifier}; it is left out: check it at the source."),
    "V016": Rule(V, "{value} is neither yes nor no; the cell is left out: write yes or no."),
    "V017": Rule(V, "{value} looks like a spreadsheet formula; the cell is left out: send the value."),
    "V018": Rule(V, "{value} is not an answer to this question; the answer is left out, the respondent stays."),
    "V019": Rule(
        V, "the cell is not a short code (letters, digits, - _ . /), and is left out: use the code, never a name."
    ),
    # Worth a look
    "W001": Rule(W, "the date was written as Excel's day number and read as a date; format the column as a date."),
    "W002": Rule(W, "identical rows were sent more than once; one of each is kept."),
    "W003": Rule(W, "{people} people appear in two sources of this dataset; check that neither is counted twice."),
    "W004": Rule(W, "the staff groups add up to {parts}, but the total says {total}; the groups are used."),
    "W005": Rule(W, "the columns {columns} were swapped in these rows, and have been corrected."),
    "W006": Rule(W, "the cell names several organisations ({value}); the figure is kept for them together."),
    "W007": Rule(W, "organisations whose name differs between years: {codes}; the latest name is shown."),
    "W008": Rule(W, "{value} means that there is no value, and was read as missing."),
    "W009": Rule(W, "the column is not a count of respondents (it never falls below its percentages); it is not used."),
    "W011": Rule(W, "the two identifiers belong to different people on record; the two are kept apart."),
    "W012": Rule(W, "the text was turned into yes or no by the declared word list, and then dropped."),
    "W014": Rule(W, 'the date is before "{earlier}"; check both.'),
}


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
