"""What people see: tables and a progress bar in a terminal, plain text otherwise, JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.judging.look import Looked
    from flows.monthly.ingest import Outcome
    from flows.monthly.run import Month, Steps


def say(*sentences: str) -> None:
    """Print sentences, a line each, without a terminal's control characters."""
    for sentence in sentences:
        sys.stdout.write("".join(c for c in sentence if c.isprintable() or c in "\n\t") + "\n")


def say_json(data: object) -> None:
    """Print one JSON document, with dates and paths as text."""
    sys.stdout.write(json.dumps(data, indent=2, default=str) + "\n")


def show_table(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table in a terminal, and tab-separated lines elsewhere. Nothing for no rows."""
    if not rows:
        return
    headings = list(rows[0])
    if not sys.stdout.isatty():
        say(title, "\t".join(headings), *("\t".join(str(row[h]) for h in headings) for row in rows))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for number, heading in enumerate(headings):
        # The first says which; a narrow terminal folds the others, and cuts none.
        table.add_column(heading, no_wrap=number == 0, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(row[h])) for h in headings))
    Console().print(table)


def show_looked(looked: Looked, *, as_json: bool) -> None:
    """Print how a file would be read, in at most 100 columns."""
    found = [one.sentence for one in looked.findings if "mapping" not in one.details]  # none has come back yet
    if as_json:
        say_json({"sentences": looked.sentences, "columns": looked.columns, "findings": found})
        return
    say(*looked.sentences)
    show_table("Columns", [{name: _cut(text, name) for name, text in row.items()} for row in looked.columns])
    say(*([""] if found else []), *(f"  - {sentence}" for sentence in found))


def _cut(text: str, column: str) -> str:
    width = 11 if column.startswith("row") else 22
    return text if len(text) <= width else f"{text[: width - 1]}…"


def show_month(month: Month, sent_names: Mapping[str, str] = MappingProxyType({}), *, as_json: bool) -> None:
    """Print what was taken, what was refused and why, and what was released.

    `sent_names` are the submissions' file names, for the officer's own screen.
    """
    if as_json:
        say_json(_month_as_json(month, sent_names))
        return
    show_table("Submissions", month.as_rows())
    say(*month.sentences, *(one.sentence for one in month.stayed))
    for outcome in month.refused:
        what = "stays as it was" if outcome.is_kept else f"was {outcome.state}"
        say("", f"{_name(outcome, sent_names)} {what}:", *(f"  - {sentence}" for sentence in outcome.sentences))
        say(*([f"  To send back: {outcome.workbook}"] if outcome.workbook else []))
    for outcome in month.outcomes:
        if outcome.is_taken and outcome.finding_count:
            found = "1 finding" if outcome.finding_count == 1 else f"{outcome.finding_count:,} findings"
            counts = outcome.counts
            without = f", without {counts.rejected:,} of its {counts.rows_in:,} rows" if counts.rejected else ""
            say(f"{_name(outcome, sent_names)} was taken with {found}{without}: {outcome.workbook}")
    if month.published and month.published.page and not month.published.is_approved:
        say("", month.published.page)
    say("", *month.release_sentences)


def _name(outcome: Outcome, sent_names: Mapping[str, str]) -> str:
    known = " ".join(filter(None, (outcome.organisation_code, outcome.dataset, outcome.period)))
    file, submission = sent_names.get(outcome.submission_id, ""), f"submission {outcome.submission_id}"
    if file:
        return f"{file} ({', '.join(filter(None, (known, submission)))})"
    return f"{known or 'A file'} ({submission})"


def _month_as_json(month: Month, sent_names: Mapping[str, str]) -> dict[str, Any]:
    published = month.published
    return {
        "submissions": [
            {**row, "file": sent_names.get(o.submission_id, ""), "sentences": o.sentences}
            for row, o in zip(month.as_rows(), month.outcomes, strict=True)
        ],
        "sentences": (*month.sentences, *(one.sentence for one in month.stayed)),
        "release_id": published.release.release_id if published and published.release else None,
        "is_held": bool(published and published.is_held),
        "is_approved": bool(published and published.is_approved),
        "messages": published.sentences if published else (),
    }


@contextmanager
def with_progress(steps: Steps) -> Iterator[Steps]:
    """The same steps with a line of progress on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield steps
        return
    from rich.console import Console
    from rich.status import Status

    number = count(1)
    with Status("Looking into the inbox", console=Console(stderr=True)) as status:

        def announced(step: Callable[..., Any], sentence: Callable[..., str]) -> Callable[..., Any]:
            def take(*given: Any) -> Any:
                status.update(sentence(*given))
                return step(*given)

            return take

        yield replace(
            steps,
            ingest=announced(steps.ingest, lambda one, _: f"Reading file {next(number)}: submission {one}"),
            curate=announced(steps.curate, lambda: "Building and checking the tables"),
            publish=announced(steps.publish, lambda *_: "Writing the release"),
        )
