"""From release to release: a correction by few people is kept back until there are more, or an approver says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flows.errors import UsageError
from flows.monthly.approve import approve_published, restate
from flows.monthly.run import Month, exclusive_ledger, needs_release, plain_steps, publish
from flows.settings import Settings
from tests.lib.walk import NOW
from warehouse.db.connection import ask
from warehouse.release.disclosure_report import REPORT

FAMILY = ("research_training_people_ytd", "ZZ1", "2026-09-30")
FIGURE = f"SELECT people_count, status FROM marts.metric_value WHERE metric_id = '{FAMILY[0]}' AND breakdown = 'all'"
HEADINGS = "Ref,Staff number,Registration,Profession,What,Date,Result,Result date\n"


def trained(people: int) -> str:
    """A research office's register: so many nurses who completed a course."""
    return HEADINGS + "".join(f"R-{n},{n:06},,Nurse,Course completed,20/05/2026,,\n" for n in range(1, people + 1))


def stands(settings: Settings) -> tuple:
    """The figure as the release that shows has it."""
    return ask(settings.released / "current" / "research_culture.duckdb", FIGURE)[1][0]


def test_few_corrections_are_kept_back_until_an_approver_lets_them_show(
    settings: Settings, put: Callable[[str, str], Path], run: Callable[[], Month]
) -> None:
    place = "ZZ1/research_activity/2026-09/register.csv"
    put(place, trained(40))
    run()
    assert stands(settings) == (40, "shown")
    put(place, trained(43))
    month = run()
    assert stands(settings) == (40, "not_restated")
    assert month.published and month.published.release
    assert "2 of these as they were released before" in month.published.release.headline
    folder = month.published.release.folder.name
    report = (settings.released / folder / REPORT).read_text(encoding="utf-8")
    assert "(`not_restated`): too few people changed since to show both." in report and "None." in report
    with exclusive_ledger(settings) as ledger:
        at = NOW + timedelta(hours=1)
        for wrong in (
            ("no_such_metric", "ZZ1", "2026-09-30"),
            ("research_training_people_ytd", "ZZ9", "2026-09-30"),
            ("research_training_people_ytd", "ZZ1", "September"),
        ):
            with pytest.raises(UsageError):
                restate(settings, ledger, wrong, "A. Approver", "", at)
        restate(settings, ledger, FAMILY, "A. Approver", "the register was late", at)
        assert needs_release(settings, ledger)
        proposed = publish(settings, ledger, plain_steps(settings, ledger), at + timedelta(hours=1)).published
        assert proposed and not needs_release(settings, ledger)
        released = approve_published(settings, ledger, proposed, at + timedelta(hours=1))
    assert stands(settings) == (43, "shown")
    assert released and released.release
    report = (settings.released / released.release.release_id / REPORT).read_text(encoding="utf-8")
    what = "restated though few people changed; approved by A. Approver"
    assert (
        f"- research_training_people_ytd and what counts the same people, ZZ1, to 30 September 2026: {what}" in report
    )
    assert "late" not in report  # the reason is free text: it stays in the ledger


def test_enough_corrections_show_by_themselves_and_nothing_that_people_add_names_them(
    settings: Settings, put: Callable[[str, str], Path], run: Callable[[], Month]
) -> None:
    put("ZZ1/research_activity/2026-09/register.csv", trained(40))
    run()
    put("ZZ1/research_activity/2026-09/register.csv", trained(52))
    run()
    assert stands(settings) == (52, "shown")
    kept = sorted(settings.history.glob("*.parquet"))
    assert len(kept) == 2
    pseudonyms = {key for (key,) in ask(settings.analyst_file, "SELECT person_key FROM core.dim_person")[1]}
    assert len(pseudonyms) == 52
    written = b"".join(file.read_bytes() for file in kept)
    assert not any(key.encode() in written for key in pseudonyms)
