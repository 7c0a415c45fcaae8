"""What people see: tables and a progress bar in a terminal, plain text otherwise, JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.monthly.ingest import Outcome
    from flows.monthly.run import Month, Steps


def say(*sentences: str) -> None:
    """Print sentences, a line each; a terminal's control characters in them are taken out."""
    for sentence in sentences:
        sys.stdout.write("".join(c for c in sentence if c.isprintable() or c in "\n\t") + "\n")


def say_json(data: object) -> None:
    """Print one JSON document; dates and paths as text."""
    sys.stdout.write(json.dumps(data, indent=2, default=str) + "\n")


def show_table(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table in a terminal; elsewhere tab-separated lines under their headings. Nothing for no rows."""
    if not rows:
        return
    headings = list(rows[0])
    if not sys.stdout.isatty():
        say(title, "\t".join(headings), *("\t".join(str(row[h]) for h in headings) for row in rows))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*headings, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(escape(str(row[h])) for h in headings))
    Console().print(table)


def show_month(month: Month, *, as_json: bool) -> None:
    """What a run came to: what was taken, what was refused and why, what was released."""
    if as_json:
        say_json(_month_as_json(month))
        return
    show_table("Submissions", month.as_rows())
    say(*month.sentences)
    for outcome in month.refused:
        say("", f"{_name(outcome)} was {outcome.state}:", *(f"  - {sentence}" for sentence in outcome.sentences))
        say(f"  To send back: {outcome.workbook}")
    for outcome in month.outcomes:
        if outcome.is_taken and outcome.finding_count:
            found = "1 finding" if outcome.finding_count == 1 else f"{outcome.finding_count:,} findings"
            say(f"{_name(outcome)} was taken with {found}: {outcome.workbook}")
    if month.published and month.published.page and not month.published.is_approved:
        say("", month.published.page)
    say("", *month.release_sentences)


def _name(outcome: Outcome) -> str:
    known = " ".join(filter(None, (outcome.organisation_code, outcome.dataset, outcome.period)))
    return f"{known or 'A file'} (submission {outcome.submission_id})"


def _month_as_json(month: Month) -> dict[str, Any]:
    published = month.published
    return {
        "submissions": [
            {**row, "sentences": o.sentences} for row, o in zip(month.as_rows(), month.outcomes, strict=True)
        ],
        "sentences": month.sentences,
        "release_id": published.release.release_id if published and published.release else None,
        "is_held": bool(published and published.is_held),
        "is_approved": bool(published and published.is_approved),
        "messages": published.sentences if published else (),
    }


def with_progress(steps: Steps) -> Steps:
    """The same steps with a line of progress on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        return steps
    from rich.console import Console
    from rich.status import Status

    status = Status("Looking into the inbox", console=Console(stderr=True))
    counted: list[str] = []

    def ingest(submission_id: str, now: datetime) -> Outcome:
        counted.append(submission_id)
        status.start()
        status.update(f"Reading file {len(counted)}: submission {submission_id}")
        return steps.ingest(submission_id, now)

    def curate() -> Any:
        status.start()
        status.update("Building and checking the tables")
        return steps.curate()

    def publish(curated: Any, now: datetime) -> Any:
        status.update("Writing the release")
        try:
            return steps.publish(curated, now)
        finally:
            status.stop()

    return replace(steps, ingest=ingest, curate=curate, publish=publish)
