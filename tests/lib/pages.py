"""A home in which a month's page has something of each kind to say, without a walk: files, findings, figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import duckdb

from flows.settings import Settings
from schemas.findings import Finding
from schemas.submissions import Counts, Period, Slot, State
from tests.lib.walk import NOW, proposed
from warehouse.ledger import release_log
from warehouse.ledger.release_log import Decision
from warehouse.ledger.store import IngestResult, Ledger, SenderHints

HOSTILE = "<img src=x onerror=alert(1)> & \"plans\" 'é'.csv"
CALENDAR = (
    "dataset,organisation_code,months,days_after,from_date\nsurvey,ZZ2,8,10,2026-08-01\nsurvey,ZZ1,9,40,2026-09-01\n"
)
FIGURE = (
    "metric_id, metric_title, organisation_code, item_code, period_kind, period_start, period_end, period_label,"
    " breakdown, status, value, unit, decimals, direction_label, series_id"
)


@contextmanager
def telling(settings: Settings) -> Iterator[Ledger]:
    """The home's ledger: a refused, a held, a corrected and a taken file, an overdue one, a release that waits."""
    (settings.config / "calendar.csv").write_text(CALENDAR)
    with Ledger(settings.ledger, "tester") as ledger:
        september = Slot("ZZ1", "job_plan", "one", Period.parse("2026-09"))
        send(settings, ledger, "s-old", "first plans.csv", State.LOADED, september)
        send(settings, ledger, "s-new", "corrected plans.csv", State.LOADED, september, rows=Counts(12, 10, 2, 0))
        send(settings, ledger, "s-bad", HOSTILE, State.REJECTED, found=[Finding("F001")])
        heading = Finding("V011", "<b>Grade</b>", (5, 9), 14, {"value": "x1"})
        half = Finding("H001", details={"rows": "4", "before": "s-0", "former": "10", "submission": "s-held"})
        people = Slot("ZZ2", "population", "one", Period.parse("2026-09"))
        send(settings, ledger, "s-held", "half.csv", State.HELD, people, "ZZ2", [half, heading])
        proposed(settings, ledger, "r1")
        release_log.decide(ledger, "r1", Decision.APPROVED, NOW, "An Approver", "read")
        (settings.proposed / "r1").rename(settings.released / "r1")
        figures(settings.released / "r1" / "research_culture.duckdb")
        proposed(settings, ledger, "r2", "s-new")
        yield ledger


def send(
    settings: Settings,
    ledger: Ledger,
    name: str,
    file: str,
    state: State,
    slot: Slot | None = None,
    organisation: str = "ZZ1",
    found: Sequence[Finding] = (),
    rows: Counts = Counts(),  # noqa: B008 - frozen
) -> None:
    """A submission of that state with its findings, and their workbook."""
    at = NOW + timedelta(seconds=len(ledger.submissions()))
    ledger.land(name, name, 100, file, SenderHints(organisation=organisation), at)
    ledger.record(name, state, IngestResult(slot=slot, findings=tuple(found), counts=rows), at)
    if found:
        folder = settings.findings / organisation / name
        folder.mkdir(parents=True)
        (folder / "findings.xlsx").touch()


def figures(file: Path) -> None:
    """A released database of one metric: ZZ1 went from 41.2 to 47.9 %, ZZ2 from 33.3 to 31.1 %."""
    values = (("ZZ1", "08", 41.2), ("ZZ1", "09", 47.9), ("ZZ2", "08", 33.3), ("ZZ2", "09", 31.1))
    rows = ", ".join(
        f"('plans', 'Signed-off <i>plans</i>', '{code}', 'none', 'as_at', DATE '2026-{month}-01',"
        f" DATE '2026-{month}-28', 'month {month}', 'all', 'shown', {value}, '%', 1,"
        f" 'higher is better', 'plans|{code}')"
        for code, month, value in values
    )
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.execute(f"CREATE TABLE marts.dashboard_figure AS SELECT * FROM (VALUES {rows}) AS rows ({FIGURE})")
