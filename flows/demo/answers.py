"""Makes the filled-in mapping workbook: what a person would answer to the one that the first run asks with."""

from collections.abc import Sequence
from pathlib import Path

from flows.demo.exports import workbook
from flows.mapping import form
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from transforms.reading.parse import read_shape


def filled_mapping(findings: Path, right: Layout, rules: Rulebook) -> bytes | None:
    """The workbook of the export that `right` describes; None where no run has asked about it yet."""
    for path in sorted(findings.rglob("mapping.xlsx")):
        with path.open("rb") as stream:
            sheets = read_shape(stream, path.name).sheets
        lines = sheets[form.SHEET]
        if {line[0] for line in lines[1:]} == right.read | set(right.ignore):
            about = [_about(line, right) for line in sheets[form.ABOUT]]
            filled = [lines[0], *(_line(line, right) for line in lines[1:])]
            return workbook({form.SHEET: filled, form.ABOUT: about, form.VALUES: _values(right, rules)})
    return None


def _line(line: Sequence[str], right: Layout) -> list[str]:
    heading = line[0]
    if heading not in right.columns:
        return [heading, "", form.IGNORE]
    return [heading, right.contract.field(right.columns[heading]).title, form.KEEP]


def _about(line: Sequence[str], right: Layout) -> list[str]:
    answers = {form.DATASET: right.contract.title, form.NAME: right.title}
    return [line[0], answers.get(line[0], line[1])]


def _values(right: Layout, rules: Rulebook) -> list[list[str]]:
    lines = [["Your value", "What we call it"]]
    for name, values in right.values.items():
        field = right.contract.field(name)
        labels = rules.codelists[field.codelist].labels
        lines += [[theirs, f"{field.title}: {labels[ours]}"] for theirs, ours in values.items()]
    return lines
