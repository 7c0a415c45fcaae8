"""The data dictionary, `python -m schemas.dictionary [--check]`: every table, codelist, metric and finding."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.codelists import load_codelist, load_instruments
from schemas.fields import Contract, Dataset, Field
from schemas.findings import RULES
from schemas.metrics import load_metrics
from schemas.tables import AUDIT, CORE, DATASETS, MARTS, PARTS, REFERENCE, SENT, STAGED

FILE = Path(__file__).with_name("DICTIONARY.md")
PERIOD_TYPES = {
    "snapshot": "the state on a date; do not add periods",
    "to_date": "since the start of the year; the latest replaces the one before",
    "interval": "what happened within it; periods may be added",
    "wave": "one round of a survey",
}


def markdown() -> str:
    """The whole dictionary as Markdown, from the contracts, codelists, metrics and rules."""
    lines = [
        "# Data dictionary",
        "",
        "Written by `python -m schemas.dictionary` from the contracts. Change those, not this page.",
        *section("What organisations send", (*DATASETS.values(), *PARTS.values())),
        *section("Staged: a submission's rows, without identifiers", STAGED.values()),
        *section("Core: for named analysts, not disclosure-checked", CORE.values()),
        *section("Marts: what is released", MARTS.values()),
        *section("Reference: the rules as tables, released with the marts", REFERENCE.values()),
        *section("Audit: what came and what was released, for named analysts", AUDIT.values()),
        *_metrics(),
        *_codelists(),
        *_questions(),
        *_findings(),
    ]
    return "\n".join(lines) + "\n"


def section(title: str, contracts: Iterable[Contract]) -> Iterator[str]:
    """The lines of one section of the page: a heading, then each contract with its columns."""
    yield from ("", f"## {title}")
    for contract in contracts:
        yield from _contract(contract)


def _contract(contract: Contract) -> Iterator[str]:
    yield from ("", f"### {contract.name}", "", f"{contract.title}. One row: {contract.grain}.")
    version = f" Version: {contract.version}." if contract.version else ""
    yield f"Key: {', '.join(f'`{key}`' for key in contract.keys)}.{version}"
    if isinstance(contract, Dataset):
        if contract.part_of:
            yield f"A further sheet of `{contract.part_of}`{', which may be absent' if contract.is_optional else ''}."
        yield f"Period: {PERIOD_TYPES[contract.period_type]}."
    if contract.warning:
        yield f"**{contract.warning}**"
    yield ""
    yield from _table(("column", "heading", "type", "needed", "meaning"), map(_field, contract.fields))


def _field(field: Field) -> tuple[str, ...]:
    low = f"from {field.minimum:,.10g}" if field.minimum is not None else ""
    bounds = f"{low} to {field.maximum:,.10g}" if field.maximum is not None else low
    listed = f"on the list `{field.codelist}`" if field.codelist else ""
    meaning = " ".join(filter(None, (field.description, f"({bounds or listed})" if bounds or listed else "")))
    return f"`{field.name}`", field.heading, field.kind, _yes(field.required), meaning


def _metrics() -> Iterator[str]:
    yield from ("", "## Metrics", "")
    rows = (
        (
            m.metric_id,
            m.title,
            m.definition,
            m.statistic,
            m.unit,
            m.period_kind,
            ", ".join(m.breakdowns),
            m.profile,
            m.evidence,
        )
        for m in load_metrics()
    )
    headings = ("metric", "title", "definition", "statistic", "unit", "period", "by", "profile", "evidence")
    yield from _table(headings, rows)


def _codelists() -> Iterator[str]:
    yield from ("", "## Codelists", "", "`config/codelists/<name>.csv` in a home replaces a list.")
    for name in sorted({f.codelist for d in (*SENT.values(), *MARTS.values()) for f in d.fields} - {"", "metric"}):
        yield from ("", f"### {name}", "")
        yield from _table(("code", "label"), load_codelist(name).labels.items())


def _questions() -> Iterator[str]:
    yield from ("", "## Survey questions", "", "Labels are short and in our words, not the instruments' own.", "")
    rows = (
        (f"`{i.question_key}`", i.instrument_code, i.domain_code, i.label, i.scale_code, _yes(i.is_confirmed))
        for i in load_instruments().items
    )
    yield from _table(("question", "instrument", "domain", "label", "scale", "confirmed"), rows)


def _findings() -> Iterator[str]:
    yield from ("", "## Findings", "", "{Details} are filled in when the finding is made.", "")
    rows = ((code, rule.severity.replace("_", " "), rule.sentence) for code, rule in RULES.items())
    yield from _table(("code", "reach", "sentence"), rows)


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def main(arguments: list[str]) -> int:
    """Write the page; with `--check` only compare, and return 1 where it is stale."""
    if "--check" not in arguments:
        FILE.write_text(markdown(), encoding="utf-8", newline="\n")
        return 0
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == markdown():
        return 0
    print("schemas/DICTIONARY.md is out of date: run `python -m schemas.dictionary` and commit it.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
