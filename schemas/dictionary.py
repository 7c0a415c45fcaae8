"""The pages that are made from what is declared, `python -m schemas.dictionary [--check]`.

The dictionary has every table, codelist and metric; the guides' page of findings has every code and what to do.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.codelists import load_codelist, load_instruments
from schemas.fields import Contract, Dataset, Field
from schemas.findings import RULES, Rule, Severity
from schemas.metrics import load_metrics
from schemas.tables import AUDIT, CORE, DATASETS, MARTS, PARTS, REFERENCE, RELEASE, SENT, STAGED

FILE = Path(__file__).with_name("DICTIONARY.md")
FINDINGS = Path(__file__).parents[1] / "docs" / "officer" / "findings.md"
REACHES = {
    Severity.REJECT_FILE: (
        "The file is refused",
        "Nothing of it counts. A file for the same month that came before still does. Send `findings.xlsx` back.",
    ),
    Severity.HOLD: ("The file is held", "Nothing of it counts until you confirm it. Ask the sender first."),
    Severity.REJECT_ROW: (
        "The row is left out",
        "The other rows of the file count. Send `findings.xlsx` back, so that the next file is whole.",
    ),
    Severity.REJECT_VALUE: (
        "The cell is left out",
        "The row counts without it. Send `findings.xlsx` back where the cell matters to you.",
    ),
    Severity.WARN: (
        "Worth a look",
        "Everything is taken. Check whether it is right, and tell the sender if it is not.",
    ),
}
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
        *section("In a release's folder alone", RELEASE.values()),
        *section("Audit: what came and what was released, for named analysts", AUDIT.values()),
        *_metrics(),
        *_codelists(),
        *_questions(),
        "",
        "Findings have [a page of their own](../docs/officer/findings.md).",
    ]
    return "\n".join(lines) + "\n"


def findings_page() -> str:
    """The guides' page of findings as Markdown: by reach, each code with what is wrong and what to do."""
    lines = [
        "# Every finding, and what to do",
        "",
        "Written by `python -m schemas.dictionary` from `schemas/findings.toml`. Change that, not this page.",
        "",
        "Look up a code here that you see on the screen, on the month's page or in `findings.xlsx`. There, the place",
        'comes before the sentence, and the file\'s own words are where this page has "…".',
    ]
    for severity, (title, text) in REACHES.items():
        lines += ["", f"## {title}", "", text, ""]
        rows = ((code, *_wrong_and_do(rule)) for code, rule in RULES.items() if rule.severity == severity)
        lines += _table(("code", "what is wrong", "what to do"), rows)
    return "\n".join(lines) + "\n"


def _wrong_and_do(rule: Rule) -> tuple[str, str]:
    text = re.sub(r"(withdraw|--confirm) \{\w+\}", r"\1 SUBMISSION", rule.sentence)
    text = re.sub(
        r"--period \{\w+\}", "--period 2026-09", re.sub(r"\{(?:hint|values|pairs)\}|(?<!\")\{sheet\}", "", text)
    )
    text = re.sub(r"\{\w+\}", "…", text).replace("<", r"\<")
    wrong, _, do = text.partition("; " if "; " in text else ": ")
    if text.startswith("if "):  # said beside another finding
        wrong, do = "Another finding says what is wrong.", text
    return _capital(re.sub(r"([^….])$", r"\1.", wrong)), _capital(do)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def main(arguments: list[str]) -> int:
    """Write the pages; with `--check` only compare, and return 1 where one is stale."""
    pages = {FILE: markdown(), FINDINGS: findings_page()}
    if "--check" not in arguments:
        for file, text in pages.items():
            file.write_text(text, encoding="utf-8", newline="\n")
        return 0
    stale = [f for f, text in pages.items() if not (f.is_file() and f.read_text(encoding="utf-8") == text)]
    for file in stale:
        print(f"{file.name} is out of date: run `python -m schemas.dictionary` and commit it.", file=sys.stderr)
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
