"""The workbook of findings that goes back to whoever sent a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.workbooks.sheets import new_workbook, write_table
from schemas.findings import Finding, Severity

HEADINGS = ("Code", "What it did", "Rows", "Column", "What is wrong and what to do", "How many rows")
WIDTHS = (8, 30, 24, 28, 100, 14)  # of the columns, in characters
NOTHING = ("", "", "", "", "Nothing was found wrong.", "")
REACH = {
    Severity.REJECT_FILE: "the whole file was refused",
    Severity.HOLD: "the file waits until someone confirms it",
    Severity.REJECT_ROW: "the row was not taken",
    Severity.REJECT_VALUE: "the cell was left out, the row was taken",
    Severity.WARN: "taken, but please look",
}


def write_findings(path: Path, summary: Mapping[str, str], findings: Sequence[Finding]) -> None:
    """Write the workbook for the sender: sheet Summary (label, value), sheet Findings, one row a finding.

    What reaches farthest comes first, then what is of an earlier row.
    """
    order = [*REACH]
    by_row = sorted(findings, key=lambda one: (order.index(one.severity), one.rows[:1]))
    lines = [(f.code, REACH[f.severity], f.shown_rows, f.column, f.sentence, f.row_count or "the file") for f in by_row]
    with new_workbook(path) as book:
        write_table(book, "Summary", ("", ""), list(summary.items()), (28, 90))
        write_table(book, "Findings", HEADINGS, lines or [NOTHING], WIDTHS)
