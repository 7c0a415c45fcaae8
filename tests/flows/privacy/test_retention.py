"""Retention: what is past its period is named first, and gone only when someone says so."""

from __future__ import annotations

from datetime import date

import pytest

from flows.errors import SetupError
from flows.monthly.run import exclusive_ledger
from flows.privacy.retention import expired, remove
from flows.settings import Settings, actor, read_rules
from schemas.submissions import State
from tests.lib.people import plans, submissions
from tests.lib.walk import NOW, Put, Run
from warehouse.ledger.store import Ledger


def keep(settings: Settings, **months: int) -> None:
    lines = [f"{dataset},{count},for this test" for dataset, count in months.items()]
    path = settings.config / "codelists" / "retention.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["dataset,months,reason", *lines]) + "\n")


def past(settings: Settings, today: date) -> dict[str, date]:
    with exclusive_ledger(settings) as ledger:
        rows = expired(settings, ledger, today)
    return {one["period"] or one["dataset"]: date.fromisoformat(one["its time ended"]) for one in rows}


@pytest.fixture
def sent(settings: Settings, plan_layout: None, put: Put, run: Run) -> Settings:
    for month in ("2026-06", "2026-08"):
        put(f"ZZ1/{month}/a.csv", plans(("7000001", "000200"), ("7000002", "000201")))
    put("ZZ1/unknown.csv", "Colour,Size\nred,big\nblue,small\n")
    run()
    put("ZZ1/2026-06/b.csv", plans(("7000001", "000200"), ("7000003", "000201")))
    run()
    return settings


def test_nothing_goes_unless_a_period_is_set(sent: Settings) -> None:
    assert past(sent, date(2099, 1, 1)) == {}


def test_months_run_from_the_periods_end_else_from_landing(sent: Settings) -> None:
    keep(sent, job_plan=5, unknown=1)
    assert past(sent, date(2026, 11, 2)) == {}
    assert past(sent, date(2026, 12, 1)) == {"unknown": date(2026, 11, 2), "2026-06": date(2026, 11, 30)}
    assert past(sent, date(2027, 2, 1))["2026-08"] == date(2027, 1, 31)


def test_what_is_removed_is_gone_but_for_its_line_in_the_ledger(sent: Settings, put: Put, run: Run) -> None:
    keep(sent, job_plan=5, unknown=1)
    with exclusive_ledger(sent) as ledger:
        gone = expired(sent, ledger, date(2026, 12, 1))
        assert {one["state"] for one in gone} == {State.LOADED, State.SUPERSEDED, State.REJECTED}
        ids = [one["submission"] for one in gone]
        said = remove(sent, ledger, ids, NOW, "the lead")
        assert {ledger.submission(one).state for one in ids} == {State.REMOVED} and len(ids) == 3
        assert expired(sent, ledger, date(2026, 12, 1)) == ()
    assert "3 submissions" in said[0]
    left = [path for one in ids for path in sent.home.glob(f"**/{one}*")]
    assert left == []
    assert sorted(s.state for s in submissions(sent).values()) == ["loaded", "removed", "removed", "removed"]
    month = run()
    assert month.published and month.published.release  # without them
    put("ZZ1/2026-06/b.csv", plans(("7000001", "000200"), ("7000003", "000201")))
    assert [o.state for o in run().outcomes] == [State.LOADED]  # sent again, it is a file like any other


@pytest.mark.parametrize(
    ("line", "why"), [("poetry,12,", "poetry"), ("survey,soon,", "a whole number"), ("survey,0,", "1 or more")]
)
def test_a_period_that_cannot_be_read_is_refused(settings: Settings, line: str, why: str) -> None:
    (settings.config / "codelists").mkdir()
    (settings.config / "codelists/retention.csv").write_text(f"dataset,months,reason\n{line}\n")
    with pytest.raises(SetupError, match=why):
        read_rules(settings)


def test_the_removal_is_in_the_log(sent: Settings) -> None:
    keep(sent, unknown=1)
    with exclusive_ledger(sent) as ledger:
        remove(sent, ledger, [one["submission"] for one in expired(sent, ledger, date(2027, 1, 1))], NOW, "the lead")
    with Ledger(sent.ledger, actor()) as ledger:
        (entry,) = ledger.rows("SELECT detail FROM audit WHERE action = 'retention'")
    assert '"by": "the lead"' in entry["detail"]
