"""History: the states of a submission day by day, and core.metric_history from the releases' own files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from schemas.submissions import Counts, State
from tests.lib.month import Month
from tests.lib.text_tables import lines, shown
from tests.lib.walk import METRICS, SLOT, TAKEN, land, plans, released
from warehouse.build.build import update_history
from warehouse.ledger.history import read_releases, submissions_on
from warehouse.ledger.release_log import Decision, decide, propose
from warehouse.ledger.store import IngestResult, Ledger, SenderHints

pytestmark = pytest.mark.slow

REFUSED = IngestResult(rule_version="r2")
VERSIONS = dict.fromkeys(("manifest_sha256", "content_hash", "headline", "rule_version", "code_version"), "x")


def day(number: int) -> datetime:
    return datetime(2026, 10, number, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite", "tester") as ledger:
        yield ledger


@pytest.fixture
def history(ledger: Ledger) -> Ledger:
    """s1 is loaded, refused by later rules, loaded again, superseded by s2, which is withdrawn; s3 is held first."""
    other = replace(TAKEN, slot=replace(SLOT, source="nurses"))
    for name, landed in (("s1", 1), ("s3", 3), ("s2", 11)):
        land(ledger, name, sha256=name, at=day(landed))
        if name == "s1":
            ledger.record("s1", State.LOADED, TAKEN, day(1))
        elif name == "s3":
            ledger.record("s3", State.HELD, other, day(3))
            ledger.record("s1", State.REJECTED, REFUSED, day(5))
            ledger.reopen("s3", SenderHints(is_confirmed=True), day(7))
            ledger.record("s3", State.LOADED, other, day(7))
            ledger.reopen("s1", SenderHints(), day(9))
            ledger.record("s1", State.LOADED, TAKEN, day(9))
        else:
            ledger.record("s2", State.LOADED, replace(TAKEN, counts=Counts(9, 9)), day(11))
    ledger.withdraw("s2", day(13))
    return ledger


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (1, {}),
        (2, {"s1": State.LOADED}),
        (4, {"s1": State.LOADED, "s3": State.HELD}),
        (6, {"s1": State.REJECTED, "s3": State.HELD}),
        (8, {"s1": State.REJECTED, "s3": State.LOADED}),
        (10, {"s1": State.LOADED, "s3": State.LOADED}),
        (12, {"s1": State.SUPERSEDED, "s3": State.LOADED, "s2": State.LOADED}),
        (14, {"s1": State.SUPERSEDED, "s3": State.LOADED, "s2": State.WITHDRAWN}),
    ],
)
def test_the_ledger_knows_each_state_of_each_day(history: Ledger, before: int, expected: dict[str, State]) -> None:
    assert {s.submission_id: s.state for s in submissions_on(history, day(before))} == expected


def test_a_slot_and_its_rows_are_those_of_the_day(history: Ledger) -> None:
    moved = replace(TAKEN, slot=replace(SLOT, source="moved"), counts=Counts(10, 5, 5))
    history.record("s3", State.LOADED, moved, day(15))
    (then,) = (s for s in submissions_on(history, day(14)) if s.submission_id == "s3")
    (now,) = (s for s in submissions_on(history, day(16)) if s.submission_id == "s3")
    assert then.slot and now.slot
    assert (then.slot.source, then.counts.accepted) == ("nurses", 8)
    assert (now.slot.source, now.counts.accepted) == ("moved", 5)


def test_a_refusal_by_later_rules_keeps_the_slot_that_the_file_had(ledger: Ledger) -> None:
    land(ledger, "s1")
    ledger.record("s1", State.LOADED, TAKEN, day(1))
    ledger.record("s1", State.REJECTED, REFUSED, day(2))
    assert ledger.submission("s1").slot == SLOT


def test_a_day_is_a_state_that_there_was_though_the_clock_was_set_back_over_midnight(ledger: Ledger) -> None:
    """s2 replaces s1 on the 2nd; then the clock goes back to the 1st, and s3 replaces s2. Never are two loaded."""
    for name, on in (("s1", 1), ("s2", 2), ("s3", 1)):
        land(ledger, name, sha256=name, at=day(on))
        ledger.record(name, State.LOADED, TAKEN, day(on))
    assert [s.submission_id for s in ledger.submissions()] == ["s1", "s2", "s3"]
    for before, loaded in ((day(1).replace(hour=23), ["s1"]), (day(3), ["s3"])):
        assert [s.submission_id for s in submissions_on(ledger, before) if s.state is State.LOADED] == loaded


@pytest.fixture
def home(tmp_path: Path, ledger: Ledger) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """Three releases of one figure, 12 of 24 each: r1 stands, r2 is withdrawn on the 9th, r3 is only proposed."""
    month = Month(tmp_path)
    month.metrics = METRICS
    month.send("s1", job_plan=plans(12, 12))
    land(ledger, "s1")
    with month.build() as connection:
        for number, place in enumerate(("released", "withdrawn", "released"), 1):
            released(connection, tmp_path / place, f"r{number}")
            propose(ledger, {"release_id": f"r{number}", **VERSIONS}, ["s1"], day(number))
        decide(ledger, "r1", Decision.APPROVED, day(4), "Ann")
        decide(ledger, "r2", Decision.APPROVED, day(5), "Ann")
        decide(ledger, "r2", Decision.WITHDRAWN, day(9), "Bob", "a wrong denominator")
        yield tmp_path, connection


def released_figures(home: tuple[Path, duckdb.DuckDBPyConnection], ledger: Ledger, **until: datetime) -> str:
    folder, connection = home
    update_history(connection, read_releases(ledger, folder / "released", folder / "withdrawn", **until))
    query = "SELECT release_id, day(released_at), day(withdrawn_at), value, status FROM core.metric_history"
    return shown(connection, query)


def test_metric_history_holds_every_figure_that_was_ever_released(home, ledger: Ledger) -> None:
    assert released_figures(home, ledger) == lines("r1 4 - 50 shown\nr2 5 9 50 shown")
    decisions = "SELECT release_id, decision_code, decided_by, day(made_at) FROM audit.release"
    assert shown(home[1], decisions) == lines("r1 approved Ann 1\nr2 withdrawn Bob 2\nr3 proposed tester 3")
    behind = "SELECT release_id, submission_id FROM audit.release_submission"
    assert shown(home[1], behind) == lines("r1 s1\nr2 s1\nr3 s1")


def test_metric_history_of_a_day_knows_nothing_later(home, ledger: Ledger) -> None:
    assert released_figures(home, ledger, until=day(6)) == lines("r1 4 - 50 shown\nr2 5 - 50 shown")
    assert released_figures(home, ledger, until=day(4)) == ""


def test_a_release_whose_folder_is_gone_is_left_out_and_named(home, ledger: Ledger) -> None:
    folder, _ = home
    shutil.rmtree(folder / "released" / "r1")
    history = read_releases(ledger, folder / "released", folder / "withdrawn")
    assert history.sentences == ("Release r1 is not in core.metric_history: its folder is gone.",)
    assert released_figures(home, ledger) == "r2 5 9 50 shown"


def test_a_release_from_before_a_column_was_declared_still_counts(home, ledger: Ledger) -> None:
    for file in home[0].glob("*/*/parquet/metric_value.parquet"):
        old = pq.read_table(file).drop_columns(["interval_method"])
        pq.write_table(old.append_column("given_up", old.column("value")), file)
    assert released_figures(home, ledger) == lines("r1 4 - 50 shown\nr2 5 9 50 shown")
