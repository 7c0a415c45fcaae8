"""Look: how a file would be read, before it is sent. Nothing is landed, staged, written or recorded."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from flows.judging.judged import Read
from flows.judging.recognise import Recognised, periods_of
from flows.mapping.ask import write_mapping
from flows.mapping.suggest import suggest
from flows.mapping.take import check_mapping, is_mapping
from schemas.fields import Field, pseudonym_of
from schemas.findings import Finding, Refusal, Severity, merge
from schemas.layouts import Layout
from schemas.rulebook import Rulebook
from schemas.tables import DATASETS
from transforms.checking.whole import findings_of, other_order
from transforms.prepare import Prepared, prepare
from transforms.pseudonymise import KEY_BYTES, Pseudonymiser
from transforms.reading.identify import UnknownLayout, headed_by, headings_at, identify, notes
from transforms.reading.shape import Shape, about, read_shape
from warehouse.ledger.store import SenderHints

ROWS = 3  # that are shown
FILLED, EMPTY = "(filled)", ""  # in place of a cell that may be a person's


@dataclass(frozen=True)
class Looked:
    """What there is to say of the file; its columns, a line each; and what is wrong with it, in sentences."""

    sentences: tuple[str, ...]
    columns: tuple[Mapping[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_refused(self) -> bool:
        """True where the file would not be taken."""
        return any(finding.severity is Severity.REJECT_FILE for finding in self.findings)


def look(file: Path, hints: SenderHints, rules: Rulebook) -> Looked:
    """How a file would be read: an export of a known layout, or of none, or a filled mapping workbook."""
    try:
        if is_mapping(file):
            layout = check_mapping(file, rules)
            return Looked((f"A mapping workbook that can be used: it makes the layout {_named(layout)}.",))
        with file.open("rb") as stream:
            return _look(stream, file.name, hints, rules)
    except UnknownLayout as unknown:
        return _unknown(unknown, hints, rules)
    except Refusal as refusal:
        return Looked((), (), refusal.findings)


def ask_of(file: Path, hints: SenderHints, rules: Rulebook, to: Path) -> None:
    """Write the mapping workbook of an export to `to`, also of one that is known, so that it can be read otherwise.

    Raises Refusal where its headings cannot be found.
    """
    with file.open("rb") as stream:
        shape = read_shape(stream, file.name)
    try:
        layout = identify(shape, rules, dataset=hints.dataset, layout=hints.layout)
        unknown = UnknownLayout(headed_by(shape, layout), layout)
    except UnknownLayout as refusal:
        unknown = refusal
    write_mapping(unknown, hints.dataset or None, rules, to)


def _look(stream: BinaryIO, name: str, hints: SenderHints, rules: Rulebook) -> Looked:
    shape = read_shape(stream, name)
    layout = rules.only_on(identify(shape, rules, dataset=hints.dataset, layout=hints.layout))
    first, read = _read(stream, shape, layout, rules)
    if other := other_order(read.facts):
        first, read = _read(stream, shape, layout, rules, other)
    counts = read.counts
    sentences = (
        f"Layout: {_named(layout)} ({layout.contract.title}). {_period(shape, layout, hints, name, read.days)}",
        f"Rows in the file: {counts.rows:,}; would be taken: {counts.accepted:,}; refused: {counts.rejected:,};"
        f" beside them, totals, blank lines and the template's example: {counts.noise:,}.",
        "Rules over all rows at once, such as repeated rows, are applied when the file is taken.",
    )
    of_columns = (
        replace(one, details={"submission": "SUBMISSION", **one.details}) for one in findings_of(read.facts, layout)
    )
    return Looked(
        sentences, tuple(_columns(shape, layout, first)), merge([*notes(shape, layout), *read.findings, *of_columns])
    )


def _read(
    stream: BinaryIO, shape: Shape, layout: Layout, rules: Rulebook, other: frozenset[str] = frozenset()
) -> tuple[Prepared, Read]:
    """The file's first chunk, and what all of them came to."""
    nobody = Pseudonymiser(secrets.token_bytes(KEY_BYTES), "look", "look")
    chunks = prepare(stream, shape, layout, rules, nobody, "look", other_order=other)
    first, read = next(chunks), Read()
    for chunk in chain([first], chunks):
        read.add(chunk)
    return first, read


def _named(layout: Layout) -> str:
    return f"{layout.dataset}/{layout.name}"


def _period(shape: Shape, layout: Layout, hints: SenderHints, name: str, days: Sequence[date]) -> str:
    """The period in words, or why there is none yet."""
    try:
        periods = periods_of(about(shape), layout, hints, name)
        return f"Period: {Recognised(layout, '', '', periods).slot(days).period.in_words}."
    except Refusal as refusal:
        return " ".join(finding.sentence for finding in refusal.findings)


def _columns(shape: Shape, layout: Layout, first: Prepared) -> Iterator[dict[str, str]]:
    """A line a heading of the main sheet: what it is read as, and the first rows; what is a person's is not shown."""
    fields = {name: layout.contract.field(name) for name in layout.contract.names}
    table = first.tables["survey_response" if layout.dataset == "survey" else layout.dataset].slice(0, ROWS)
    rows = table.to_pylist()
    for heading in headings_at(shape, layout):
        name = layout.columns.get(heading, layout.words[heading].to if heading in layout.words else "")
        field = fields.get(name)
        key = layout.questions.get(heading, "")
        if field:
            shown = [_shown(field, row) for row in rows]
            yield _line(heading, f"{field.kind}: {field.title}", shown)
        elif key:
            yield _line(heading, f"question {key}", _answers(first, key, len(rows)))
        else:
            yield _line(heading, "(read with others)" if heading in layout.read else "(ignored)", [EMPTY] * len(rows))


def _line(heading: str, read_as: str, shown: Iterable[str]) -> dict[str, str]:
    cells = list(islice(chain(shown, [EMPTY] * ROWS), ROWS))
    return {"heading": heading, "read as": read_as, **{f"row {n}": text for n, text in enumerate(cells, 1)}}


def _shown(field: Field, row: Mapping[str, object]) -> str:
    name = pseudonym_of(field).name if field.kind == "identifier" else field.name
    value = row.get(name)
    if value is None:
        return FILLED if name not in row else EMPTY
    return str(value) if field.is_safe else FILLED


def _answers(first: Prepared, key: str, rows: int) -> list[str]:
    """The first respondents' answers to a question."""
    answers = first.tables["survey_answer"]
    asked = [row for row in answers.to_pylist() if row["question_key"] == key and row["respondent_number"] <= rows]
    found = {row["respondent_number"]: "unsure" if row["is_unsure"] else str(row["score"]) for row in asked}
    return [found.get(number, EMPTY) for number in range(1, rows + 1)]


def _unknown(unknown: UnknownLayout, hints: SenderHints, rules: Rulebook) -> Looked:
    """What the mapping workbook would ask."""
    suggested = suggest(unknown, hints.dataset or None, rules)
    columns = [
        {
            "heading": heading,
            "we think it is": word,
            "how sure": str(sure),
            "keep or ignore": verdict or "(say)",
            "what is below it": told,
        }
        for heading, word, verdict, sure, told, _ in suggested.lines()
    ]
    title = DATASETS[suggested.dataset].title
    if suggested.near:
        sentence = f"It is nearly {_named(suggested.near)} ({title}); how they differ is said below."
    else:
        sentence = f"Not a layout that we know. It looks like {title}."
    back = "Send it, and the workbook mapping.xlsx comes back to fill in, with what is said here."
    return Looked((sentence, back), tuple(columns), unknown.findings)
