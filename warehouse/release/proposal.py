"""The proposal page: what an approver reads of a release before it shows. It counts figures and prints none."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from schemas.submissions import Slot
from warehouse.build.held import missing_sources
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger
from warehouse.release.changes import counted
from warehouse.release.disclosure_report import REPORT
from warehouse.release.write import Release

_NAMED = 10  # submissions with refused rows
_HEADINGS = "| metric | figures | change | status before | status now |\n| --- | --- | --- | --- | --- |"


def proposal_page(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    release: Release,
    submission_ids: Iterable[str],
    warnings: Iterable[str],
) -> str:
    """The page of a written release as markdown: what changed since the release that shows, checks, disclosure.

    `connection` is to the work database that the release was made from.
    """
    changes = _changes(connection, ledger, set(submission_ids), release.folder)
    report = (release.folder / REPORT).read_text(encoding="utf-8").rstrip()
    disclosure = ["", report.replace(f"{release.headline}\n\n", "", 1)]  # it stands at the page's head already
    unmet = [f"- {sentence}" for sentence in warnings] or ["- Every check passed."]
    unmet += _refused_rows(ledger, set(submission_ids))
    absent = [f"- Not come: {phrase}." for phrase in missing_sources(connection)]
    title = (f"# Release {release.release_id}, as proposed", "", *(absent and [*absent, ""]), release.headline, "")
    return "\n".join((*title, "## What changed", "", *changes, "", "## Checks", "", *unmet, *disclosure, ""))


def _changes(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, submission_ids: set[str], folder: Path
) -> list[str]:
    shown = release_log.current(ledger)
    if shown is None:
        return ["There is no current release, so all of it is new."]
    figures = list(_figures(connection, folder)) or ["No figure changed."]
    submissions = _submissions(ledger, shown.release_id, submission_ids)
    return [f"Since release {shown.release_id}, the current one:", "", *submissions, "", *figures]


def _figures(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[str]:
    """A line of a table for each metric and change of status: how many figures are new, gone or changed."""
    rows = counted(connection, folder)
    if rows:
        yield _HEADINGS
    for metric_id, change, before, now, count in rows:
        yield f"| {metric_id} | {count:,} | {change} | {before} | {now} |"


def _submissions(ledger: Ledger, shown: str, proposed: set[str]) -> list[str]:
    """A line for each slot whose submission came, went or was replaced."""
    before = release_log.submissions_of(ledger, shown)
    came, went = ({ledger.submission(s).slot for s in ids} for ids in (proposed - before, before - proposed))
    changes = {"new": came - went, "corrected": came & went, "gone": went - came}
    lines = [f"- {change}: {_line(slot)}" for change, slots in changes.items() for slot in slots if slot]
    return sorted(lines) or ["- The same submissions stand behind it."]


def _refused_rows(ledger: Ledger, submission_ids: set[str]) -> list[str]:
    """Lines on the submissions behind it of which rows were refused, those of the largest share first."""
    found = [one for one in ledger.loaded() if one.slot and one.counts.rejected and one.submission_id in submission_ids]
    found.sort(key=lambda one: -one.counts.rejected / one.counts.rows_in)
    lines = [
        f"- Refused, and not counted: {one.counts.rejected:,} of {one.counts.rows_in:,} rows of {_line(one.slot)}; see"
        f" `research-culture findings {one.submission_id}`."
        for one in found
        if one.slot
    ]
    more = [f"- Rows of {len(lines) - _NAMED:,} more submissions were refused: see `research-culture status`."]
    return lines[:_NAMED] + (more if lines[_NAMED:] else [])


def _line(slot: Slot) -> str:
    return f"{slot.sender} {slot.dataset} {slot.source} {slot.period.label}"
