"""What the commands print about submissions, findings, releases, the audit log and queries."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

from flows.cli import output
from flows.cli.ids import of_submissions, resolve, short_ids
from flows.cli.matrix import GAP, blocks, folded, matrix, unfolded, unrecognised
from flows.cli.output import say, say_json, show_table
from flows.due import due
from flows.errors import SetupError, UsageError
from flows.home.inbox import count_waiting
from flows.home.record import require_last_entry
from flows.settings import Settings, actor, read_rules
from schemas.findings import NEW_HEADINGS, counted
from schemas.submissions import State
from warehouse.ledger import release_log
from warehouse.ledger.release_log import ReleaseRecord
from warehouse.ledger.store import Ledger, Submission

_LATEST = 12  # releases listed, for which `--json` lists all; and places of a check


def show_status(settings: Settings, *, as_json: bool, is_list: bool = False) -> None:
    """Print of each organisation and dataset the latest period and how it is, what waits, and the current release.

    `is_list` prints every submission and the latest releases. Raises RunError where the ledger is an older copy.
    """
    with Ledger(settings.ledger, actor()) as ledger:
        require_last_entry(settings, ledger)
        submissions, dues = ledger.submissions(), due(settings, ledger, datetime.now(UTC).date())
        release, proposed = release_log.current(ledger), release_log.waiting(ledger)
        made = [_release_row(one) for one in release_log.releases(ledger)]
    waiting = count_waiting(settings.inbox)
    rows = [_row(s) for s in submissions]
    if as_json:
        records = {"release": release and asdict(release), "proposed": proposed and asdict(proposed)}
        say_json({"submissions": rows, "waiting": waiting, **records, "releases": made})
        return
    if is_list:
        short = short_ids(row["submission"] for row in rows)
        fitting = [_fitting(row, short) for row in rows] if output.is_terminal() else rows
        show_table("Submissions", fitting, is_coloured=True)
        show_table("Releases", made[:_LATEST])
    else:
        _show_matrix(matrix(submissions, read_rules(settings).organisations, dues))
        _say_unrecognised(submissions)
    say(f"{counted(waiting, 'file waits', 'files wait')} in {settings.inbox}.")
    _say_releases(settings, release, proposed)


def _show_matrix(rows: list[dict[str, str]]) -> None:
    title = "The latest period of each, and how it is. `research-culture status --all` lists every file."
    if not output.is_terminal():
        say(*([title] if rows else []))
        show_table("", [{name: unfolded(cell) for name, cell in row.items()} for row in rows])
        return
    for number, block in enumerate(blocks(rows, get_terminal_size().columns)):
        say(*([""] if number else [title]))
        show_table("", block, is_coloured=True, gap=GAP)


def _say_unrecognised(submissions: Sequence[Submission]) -> None:
    if found := unrecognised(submissions):
        senders = ", ".join(f"{sender} {count}" for sender, count in sorted(found.items()))
        say("", f"Refused in the last month, before it was known what they are: {senders}.")


def _say_releases(settings: Settings, release: ReleaseRecord | None, proposed: ReleaseRecord | None) -> None:
    if proposed is not None:
        say(f"Release {proposed.release_id} waits. Read its page, then `research-culture approve` or `decline` it.")
    if release is None:
        say("There is no current release.")
    else:
        figures = release.headline.partition("; ")[0].rstrip(".")
        say(f"Release {release.release_id} is current: {figures}.")
    say(*(f"To open: {page}" for page in pages(settings, proposed)))


def pages(settings: Settings, proposed: ReleaseRecord | None) -> tuple[str, ...]:
    """The pages to open, of those that are there: the month's, that of the release that waits, the dashboard."""
    waits = [settings.proposed / f"{proposed.release_id}.html"] if proposed else []
    found = (settings.month_page, *waits, settings.dashboard)
    return tuple(str(page) for page in found if page.is_file())


def _release_row(release: ReleaseRecord) -> dict[str, Any]:
    return {
        "release": release.release_id,
        "is": str(release.decision),
        "since": f"{release.decided_at:%Y-%m-%d}",
        "by": release.decided_by,
        "reason": release.reason,
    }


def _row(submission: Submission) -> dict[str, Any]:
    slot = submission.slot
    return {
        "submission": submission.submission_id,
        "file": submission.sent_name,
        "organisation": submission.organisation_code,
        "dataset": slot.dataset if slot else "",
        "source": slot.source if slot else "",
        "period": slot.period.label if slot else "",
        "state": f"{submission.state}: {submission.state.sentence}",
        "came": f"{submission.landed_at:%Y-%m-%d}",
        "rows taken": f"{submission.counts.accepted:,} of {submission.counts.rows:,}",
    }


def _fitting(row: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """What a terminal has room for of a submission's row: the file's name comes last, and is folded."""
    short = {"submission": ids[row["submission"]], "from": row["organisation"], "dataset": folded(row["dataset"])}
    state = row["state"].partition(":")[0]
    return {**short, "period": row["period"], "state": state, "rows taken": row["rows taken"], "file": row["file"]}


def show_findings(settings: Settings, submission_id: str, *, as_json: bool) -> None:
    """Print a submission's findings and where its workbooks lie. The id may be shortened.

    Raises UsageError for an unknown id, RunError where the ledger is an older copy.
    """
    with Ledger(settings.ledger, actor()) as ledger:
        require_last_entry(settings, ledger)
        submission_id = resolve(submission_id, of_submissions(ledger))
        found = ledger.findings(submission_id)
        try:
            submission = ledger.submission(submission_id)
        except KeyError:
            raise UsageError(f"there is no submission {submission_id}; see `research-culture status --all`") from None
    if as_json:
        say_json(found)
        return
    say(f"{submission.sent_name} (submission {submission_id}) is {submission.state}: {submission.state.sentence}.")
    say(*(f"{one['code']} {one['severity']}: {one['sentence']}" for one in found))
    if not found:
        say("It has no findings.")
    is_refused, codes = submission.state is State.REJECTED, {one["code"] for one in found}
    if not (is_refused and NEW_HEADINGS in codes):
        say(*(f"To send back: {path}" for path in settings.findings.glob(f"*/{submission_id}/findings.xlsx")))
    if is_refused:
        say(*(f"To fill in: {path}" for path in settings.findings.glob(f"*/{submission_id}/mapping.xlsx")))


def say_held(settings: Settings) -> None:
    """Print what stands behind the checks that hold the release: figures with their numbers, files by their names.

    It is for this screen only: neither goes into a log, a page of Prefect or a release.
    """
    from warehouse.build.checks import unmet
    from warehouse.db.connection import open_reader

    with open_reader(settings.work) as connection:
        found = [(result, where) for result, where, _ in unmet(connection) if result.severity == "stop"]
    with Ledger(settings.ledger, actor()) as ledger:
        names = {one.submission_id: one.sent_name for one in ledger.submissions()}
    for result, where in found:
        say("", f"Behind {result.table}, column {result.column}:")
        for one in where[:_LATEST]:
            files = "; ".join(f"{names.get(sent, '')} ({sent})" for sent in one.submissions)
            say(f"  - {one.text}: " + "; ".join(filter(None, (one.numbers, files))))
        say(*([f"  - and {len(where) - _LATEST:,} more"] if where[_LATEST:] else []))


def show_query(settings: Settings, sql: str, *, analyst: bool, as_json: bool) -> None:
    """Print the answer to one SQL question. Raises SetupError without a file, UsageError for a wrong question."""
    from warehouse.db.connection import ask_rows
    from warehouse.release.former import DATABASE

    file = settings.analyst_file if analyst else released_folder(settings) / DATABASE
    if not file.is_file():
        raise SetupError("there is nothing to ask yet; run `research-culture run` first")
    try:
        rows = ask_rows(file, sql)
    except ValueError as problem:
        raise UsageError(f"the question cannot be answered: {problem}") from None
    if as_json:
        say_json(rows)
    elif rows:
        show_table("", [{k: "" if v is None else v for k, v in row.items()} for row in rows], is_paged=True)
    else:
        say("No rows.")


def released_folder(settings: Settings) -> Path:
    """The folder of the current release. Raises SetupError where there is none."""
    from warehouse.release.current import read_pointer

    pointer = read_pointer(settings.released)
    if pointer is None:
        raise SetupError("there is no current release; run `research-culture run` first")
    return settings.released / pointer["folder"]


def show_audit(settings: Settings) -> bool:
    """Print whether the audit log is whole, or the first thing wrong with it. Raises SetupError without a ledger."""
    from flows.monthly.run import run_lock
    from warehouse.ledger.audit import verify
    from warehouse.release.current import POINTER

    if not settings.ledger.is_file():
        raise SetupError("there is no record yet; if there was one, restore ledger.sqlite from a copy")
    with run_lock(settings):
        manifests = sorted(file for place in settings.places.values() for file in place.glob("[0-9]*/manifest.json"))
        wrong = verify(settings.ledger, manifests, settings.released / POINTER)
    if wrong:
        say(f"The audit log is broken: {wrong}.")
        return False
    with Ledger(settings.ledger, actor()) as ledger:
        head = ledger.audit_head()
    entries, releases = counted(head.entry, "entry", "entries"), counted(len(manifests), "release")
    say(f"The audit log is whole: {entries}, {releases}; the last hash is {head.hash}.")
    return True
