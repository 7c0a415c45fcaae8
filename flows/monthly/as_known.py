"""As known on a day: a database built by today's rules from the submissions that were loaded on that day."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.errors import UsageError
from flows.home.intact import changed_staged
from flows.home.keys import check_key
from flows.monthly.curate import staged_submissions
from flows.settings import Settings, read_rules
from schemas.findings import counted
from schemas.metrics import load_metrics
from warehouse.build.build import build
from warehouse.db.connection import open_work
from warehouse.db.references import reference_tables
from warehouse.ledger import staged_files
from warehouse.ledger.history import read_releases, submissions_on
from warehouse.ledger.store import Ledger
from warehouse.release.write import export_analyst_file


def write_as_known(settings: Settings, ledger: Ledger, day: str, file: Path, now: datetime) -> tuple[str, ...]:
    """Write what was known at the end of that day (UTC) into a new file like the analysts'. Nothing else changes.

    Returns what was built, from how many submissions, and what is missing from it: rows gone or erased since.
    Raises UsageError for a day that is none or has not come, or a file that may not be written. Raises SetupError
    where staged rows stand under another key.
    """
    on = _day(day, now)
    _check_place(settings, file)
    until = datetime.combine(on + timedelta(days=1), time(), UTC)
    came = submissions_on(ledger, until)
    stood = staged_submissions(came, staged_files.contents(ledger))
    gone = changed_staged(settings, ledger, [s.submission_id for s in stood])
    there = tuple(s for s in stood if s.submission_id not in gone)
    built = tuple(s.submission_id for s in there)
    check_key(settings, ledger)
    history = read_releases(ledger, *settings.places.values(), until=until)
    metrics = load_metrics()
    references = reference_tables(read_rules(settings), metrics)
    with TemporaryDirectory(dir=file.parent, prefix=".as-known-") as folder:
        work = Path(folder, "work.duckdb")
        with open_work(work) as connection:
            build(connection, settings.staged, there, references, metrics, came, history)
        export_analyst_file(work, file, history)
    file.chmod(0o600)
    ledger.note("as known on", on.isoformat(), now, submissions=list(built))
    erased = (s.submission_id for s in came if s.counts.erased and s.submission_id in built)
    return (
        f"As known at the end of {on:%d %B %Y} (UTC), by today's rules: {counted(len(built), 'submission')}.",
        *(f"Known then, but its rows are gone, erased, damaged or expired: submission {one}." for one in gone),
        *(f"Known then with more rows, of which some were erased since: submission {one}." for one in erased),
        "It is no release: pass nothing on from it.",
    )


def _day(written: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise UsageError("that is not a date; write it like 2026-10-31") from None
    if day > now.astimezone(UTC).date():
        raise UsageError("that day is in the future; choose today or an earlier one")
    return day


def _check_place(settings: Settings, file: Path) -> None:
    """Raise UsageError in the home folder but in `restricted/`, and for a file that exists."""
    place, home = file.resolve(), settings.home.resolve()
    is_ours = place.is_relative_to(home) and place.parent != settings.analyst_file.parent.resolve()
    if is_ours or place == settings.analyst_file.resolve():
        raise UsageError("that file cannot be written there; choose one in restricted/, or outside the home folder")
    if file.exists() or file.is_symlink():
        raise UsageError("that file exists already; choose another name")
    if not file.parent.is_dir():
        raise UsageError("there is no such folder; make it first, where only analysts may read")
