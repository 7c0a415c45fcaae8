"""Approval, as an officer and an approver meet it: proposed, read, approved or declined, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.cli.status import show_audit
from flows.errors import SetupError, UsageError
from flows.monthly.approve import approve, approve_published, decline
from flows.monthly.by_hand import withdraw
from flows.monthly.run import exclusive_ledger, plain_steps, publish
from flows.settings import Settings
from schemas.submissions import State
from tests.lib.walk import FEWER, MANY, NOW, TAKEN, Put, Run, counts, land, proposed
from warehouse.build.declared import CheckResult
from warehouse.db import files
from warehouse.ledger import release_log
from warehouse.ledger.release_log import Decision
from warehouse.ledger.store import Ledger
from warehouse.release.current import read_pointer

UNMET = CheckResult("core.fct_job_plan", "total_pas", "range", "warn", False, "core.fct_job_plan: a plan of 40 PAs.")


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with exclusive_ledger(settings) as ledger:
        yield ledger


def approved(settings: Settings, ledger: Ledger, *release_ids: str) -> None:
    for day, release_id in enumerate(release_ids):
        proposed(settings, ledger, release_id)
        approve(settings, ledger, release_id, "An Approver", "as discussed", NOW + timedelta(days=day))


def shows(settings: Settings) -> str | None:
    pointer = read_pointer(settings.released)
    return pointer["release_id"] if pointer else None


def decided(settings: Settings) -> list[tuple[Decision, str, str]]:
    """What was decided of each release last, by whom and why; the latest release first."""
    with Ledger(settings.ledger, "tester") as ledger:
        return [(one.decision, one.decided_by, one.reason) for one in release_log.releases(ledger)]


def test_a_month_only_proposes_and_says_how_to_approve(manual: Settings, put: Put, walk: Run) -> None:
    put("ZZ1/a.csv", counts(all=50))
    published = walk().published
    assert published and published.release and not published.is_approved
    release_id = published.release.release_id
    assert published.sentences[-1] == (
        f"Release {release_id} is proposed and is not current yet: read proposed/{release_id}.html,"
        f" then `research-culture approve {release_id} --reason TEXT`."
    )
    assert shows(manual) is None
    assert [path.name for path in manual.released.iterdir()] == []
    page = (manual.proposed / f"{release_id}.html").read_text(encoding="utf-8")
    assert f"research-culture approve {release_id} --reason" in page and published.release.headline in page
    assert manual.analyst_file.is_file()
    with exclusive_ledger(manual) as ledger:
        told = approve(manual, ledger, "", "An Approver", "as discussed", NOW)
    assert told == (f"Release {release_id} is approved by An Approver and is now current.",)
    assert (shows(manual), decided(manual)) == (release_id, [("approved", "An Approver", "as discussed")])
    assert (manual.released / "current" / "research_culture.duckdb").is_file()
    assert show_audit(manual)


def test_the_same_is_not_proposed_again_while_it_waits_was_declined_or_withdrawn_but_anything_new_is(
    manual: Settings, put: Put, walk: Run
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    assert walk().published
    again = walk()
    assert again.published is None and again.sentences[0].endswith("still waits for approval.")
    with exclusive_ledger(manual) as ledger:
        decline(manual, ledger, "", "An Approver", "too early", NOW)
    assert walk().published is None
    put("ZZ2/a.csv", counts(all=70))
    assert walk().published
    with exclusive_ledger(manual) as ledger:
        approve(manual, ledger, "", "An Approver", "as discussed", NOW)
    assert walk().published is None
    with exclusive_ledger(manual) as ledger:
        withdraw(manual, ledger, shows(manual) or "", "An Approver", "a wrong denominator", NOW)
    assert walk().published is None
    put("ZZ2/a.csv", counts(all=71))
    assert walk().published


def test_a_new_proposal_replaces_the_one_that_waits(manual: Settings, put: Put, walk: Run) -> None:
    for people in (50, 60):
        put("ZZ1/a.csv", counts(all=people))
        published = walk().published
    assert published and published.release
    last = published.release.release_id
    replaced = ("declined", "research-culture", f"replaced by {last}")
    assert decided(manual)[1] == replaced
    assert [path.name for path in manual.proposed.iterdir() if path.is_dir()] == [last]
    assert len(list(manual.proposed.glob("*.html"))) == 2


def test_publish_proposes_and_approves_in_the_name_of_who_typed_it(manual: Settings, put: Put, walk: Run) -> None:
    put("ZZ1/a.csv", counts(all=50))
    walk()
    with exclusive_ledger(manual) as ledger:
        proposed = publish(manual, ledger, plain_steps(manual, ledger), NOW + timedelta(days=1)).published
        assert proposed and not proposed.is_approved
        published = approve_published(manual, ledger, proposed, NOW + timedelta(days=1), "An Officer", "as discussed")
    assert published.release and shows(manual) == published.release.release_id
    assert decided(manual)[0] == ("approved", "An Officer", "as discussed")


def test_auto_approval_releases_what_meets_every_check_with_nothing_held(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/2026-09/a.csv", MANY)
    published = run().published
    assert published and published.is_approved
    assert decided(settings) == [("approved", "research-culture", "every check met, nothing held")]
    put("ZZ1/2026-09/b.csv", FEWER)  # is held: it loses rows
    put("ZZ2/a.csv", counts(all=50))
    published = run().published
    assert published and not published.is_approved
    assert published.sentences[0] == "It is not approved by itself: a held submission waits for a person's answer."


def test_auto_approval_waits_for_a_person_where_a_check_is_not_met(
    settings: Settings, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.monthly.curate.run_checks", lambda *_: (UNMET,))
    put("ZZ1/a.csv", counts(all=50))
    published = run().published
    assert published and not published.is_approved and shows(settings) is None
    assert published.sentences[0] == "It is not approved by itself: a check is not met."
    assert f"- {UNMET.sentence}" in published.page


def test_an_approval_may_be_given_again_and_heals_what_shows(settings: Settings, ledger: Ledger) -> None:
    approved(settings, ledger, "r1")
    (settings.released / "current.json").unlink()
    assert approve(settings, ledger, "r1", "Someone", "", NOW) == ("Release r1 is already current.",)
    assert shows(settings) == "r1"
    assert decided(settings) == [("approved", "An Approver", "as discussed")]


@pytest.mark.parametrize("act", [approve, decline])
@pytest.mark.parametrize("reason", ["", " \t"])
def test_nothing_is_decided_without_a_reason(
    settings: Settings, ledger: Ledger, act: Callable[..., object], reason: str
) -> None:
    proposed(settings, ledger, "r1")
    with pytest.raises(UsageError, match="say why with --reason TEXT"):
        act(settings, ledger, "r1", "An Approver", reason, NOW)
    assert [decision for decision, _, _ in decided(settings)] == ["proposed"]


def test_what_does_not_wait_is_neither_approved_nor_declined(settings: Settings, ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="no release waits"):
        approve(settings, ledger, "", "An Approver", "as discussed", NOW)
    approved(settings, ledger, "r1", "r2")
    proposed(settings, ledger, "r3")
    for act in (approve, decline):
        for release_id in ("r1", "r9"):
            with pytest.raises(UsageError, match="that release does not wait for approval; r3 does"):
                act(settings, ledger, release_id, "An Approver", "as discussed", NOW)
    assert [decision for decision, _, _ in decided(settings)] == ["proposed", "approved", "approved"]


def test_a_release_of_a_submission_withdrawn_since_is_not_approved(settings: Settings, ledger: Ledger) -> None:
    land(ledger, "s1")
    ledger.record("s1", State.LOADED, TAKEN, NOW)
    proposed(settings, ledger, "r1", "s1")
    withdraw(settings, ledger, "s1", "An Officer", "sent in error", NOW)
    with pytest.raises(UsageError, match="a submission behind it was withdrawn since"):
        approve(settings, ledger, "r1", "An Approver", "as discussed", NOW)
    assert ledger.rows("SELECT state_reason FROM submission") == [{"state_reason": "sent in error"}]


def test_a_declined_release_leaves_its_page_and_its_reason(settings: Settings, ledger: Ledger) -> None:
    approved(settings, ledger, "r1")
    proposed(settings, ledger, "r2")
    decline(settings, ledger, "r2", "An Approver", "a wrong denominator", NOW)
    assert (shows(settings), decided(settings)[0]) == ("r1", ("declined", "An Approver", "a wrong denominator"))
    assert [path.name for path in settings.proposed.glob("r2*")] == ["r2.html"]


def test_withdrawing_a_release_puts_the_former_back_and_then_none(settings: Settings, ledger: Ledger) -> None:
    approved(settings, ledger, "r1", "r2")
    now = NOW + timedelta(days=9)
    told = withdraw(settings, ledger, "r2", "An Approver", "a wrong denominator", now)
    assert (told[0], shows(settings)) == ("Release r2 is withdrawn: now release r1 is current.", "r1")
    assert (settings.home / "restricted/withdrawn/r2/manifest.json").is_file()
    (told, _) = withdraw(settings, ledger, "r1", "An Approver", "", now)
    assert told == "Release r1 is withdrawn: now no release is current."
    assert (shows(settings), list(settings.released.iterdir())) == (None, [])
    with pytest.raises(UsageError, match="only an approved release can be withdrawn"):
        withdraw(settings, ledger, "r1", "An Approver", "", now)


def test_an_older_release_is_withdrawn_without_a_change_of_what_shows(settings: Settings, ledger: Ledger) -> None:
    approved(settings, ledger, "r1", "r2")
    withdraw(settings, ledger, "r1", "An Approver", "", NOW + timedelta(days=9))
    assert shows(settings) == "r2"
    assert not (settings.released / "r1").exists()


def test_a_reason_stands_with_the_decision_and_not_in_the_audit_log(settings: Settings, ledger: Ledger) -> None:
    approved(settings, ledger, "r1")
    withdraw(settings, ledger, "r1", "An Approver", "Jane Quillfeather asked", NOW)
    entries = ledger.rows("SELECT * FROM audit")
    assert [json.loads(entry["detail"]).get("by") for entry in entries] == [None, "An Approver", "An Approver"]
    assert "Quillfeather" not in str(entries)
    assert decided(settings)[0][2] == "Jane Quillfeather asked"


class Killed(BaseException):
    """The machine went off."""


@pytest.mark.parametrize("step", range(1, 6))
def test_an_approval_stopped_between_two_steps_is_healed_by_giving_it_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    with exclusive_ledger(settings) as ledger:
        approved(settings, ledger, "r1")
        proposed(settings, ledger, "r2")
    steps: list[None] = []
    decide, flush = release_log.decide, files.flush

    def stopping(function: Callable[..., None]) -> Callable[..., None]:
        def act(*args: object) -> None:
            steps.append(None)
            if len(steps) == step:
                raise Killed
            function(*args)

        return act

    monkeypatch.setattr(release_log, "decide", stopping(decide))
    monkeypatch.setattr(files, "flush", stopping(flush))
    with pytest.raises(Killed), exclusive_ledger(settings) as ledger:
        approve(settings, ledger, "r2", "An Approver", "as discussed", NOW + timedelta(days=1))
    monkeypatch.undo()
    assert shows(settings) in ("r1", "r2") and (settings.released / "current/manifest.json").is_file()
    with exclusive_ledger(settings) as ledger:
        approve(settings, ledger, "r2", "An Approver", "as discussed", NOW + timedelta(days=1))
    assert shows(settings) == "r2"
    assert '"release_id": "r2"' in (settings.released / "current/manifest.json").read_text()
    assert len([None for decision, _, _ in decided(settings) if decision == "approved"]) == 2


def test_where_a_file_of_the_proposal_is_open_nothing_is_decided(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(settings, ledger, "r1")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError("being used by another process")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        approve(settings, ledger, "r1", "An Approver", "as discussed", NOW)
    assert [decision for decision, _, _ in decided(settings)] == ["proposed"]


def test_a_proposal_whose_folder_is_gone_cannot_be_approved(settings: Settings, ledger: Ledger) -> None:
    proposed(settings, ledger, "r1")
    (settings.proposed / "r1" / "manifest.json").unlink()
    (settings.proposed / "r1").rmdir()
    with pytest.raises(SetupError, match="the proposed release's folder is gone; `research-culture run`"):
        approve(settings, ledger, "r1", "An Approver", "as discussed", NOW)
