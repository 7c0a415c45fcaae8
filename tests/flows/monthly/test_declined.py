"""What a person declined is released by a person's word alone, who is told what was declined."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.cli.app import show
from flows.monthly.approve import approve, approve_published, decline
from flows.monthly.propose import Published
from flows.monthly.run import exclusive_ledger, plain_steps, publish
from flows.settings import Settings
from tests.lib.walk import NOW, Put, Run, counts
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger

SAME, OTHERS = (f"What is proposed now has {word} figures" for word in ("the same", "other"))
LATER = NOW + timedelta(days=1)


def declined(settings: Settings) -> str:
    """Decline what waits; its id."""
    with exclusive_ledger(settings) as ledger:
        waits = release_log.waiting(ledger)
        assert waits is not None
        decline(settings, ledger, "", "An Approver", "ZZ1 sent September twice", NOW)
        return waits.release_id


def published(settings: Settings) -> Published:
    """As `research-culture publish` does."""
    with exclusive_ledger(settings) as ledger:
        proposed = publish(settings, ledger, plain_steps(settings, ledger), LATER).published
        assert proposed is not None
        return approve_published(settings, ledger, proposed, LATER, "An Officer", "it is late")


def decisions(settings: Settings) -> list[str]:
    with Ledger(settings.ledger, "tester") as ledger:
        return [one.decision.value for one in release_log.releases(ledger)]


@pytest.mark.parametrize(("people", "word"), [(50, SAME), (51, OTHERS)])
def test_publish_only_proposes_what_follows_on_a_declined_release_and_says_so(
    manual: Settings, put: Put, walk: Run, people: int, word: str
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    walk()
    release_id = declined(manual)
    if people != 50:
        put("ZZ1/a.csv", counts(all=people))
        walk()
    again = published(manual)
    assert again.release and not again.is_approved
    said = " ".join(again.sentences)
    assert f"Release {release_id} was declined on 02 October 2026. {word}" in said
    assert f"`research-culture approve {again.release.release_id} --reason TEXT`" in said
    assert "ZZ1 sent" not in said and "An Approver" not in said  # they go into Prefect's pages
    assert "approved" not in decisions(manual)
    with exclusive_ledger(manual) as ledger:
        approve(manual, ledger, again.release.release_id, "An Approver", "read again", LATER)
    assert published(manual).is_approved


def test_the_officer_reads_who_declined_it_and_why(
    manual: Settings, put: Put, walk: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    show(walk())
    assert "declined" not in capsys.readouterr().out
    release_id = declined(manual)
    put("ZZ1/a.csv", counts(all=51))
    show(month := walk())
    assert f"An Approver declined {release_id}: ZZ1 sent September twice\n" in capsys.readouterr().out
    assert "sent September twice" not in month.as_markdown()


def test_nothing_is_approved_by_itself_after_a_person_declined(
    settings: Settings, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("flows.monthly.approve._hindrances", lambda *_: ["a person approves"])
        put("ZZ1/a.csv", counts(all=50))
        run()
    declined(settings)
    put("ZZ2/a.csv", counts(all=70))
    proposed = run().published
    assert proposed and not proposed.is_approved and OTHERS in " ".join(proposed.sentences)
    assert run().sentences[-1].endswith("still waits for approval.")
    with exclusive_ledger(settings) as ledger:
        approve(settings, ledger, "", "An Approver", "read", LATER)
    put("ZZ2/a.csv", counts(all=71))
    proposed = run().published
    assert proposed and proposed.is_approved


def test_a_proposal_that_another_replaced_was_declined_by_nobody(manual: Settings, put: Put, walk: Run) -> None:
    for people in (50, 60):
        put("ZZ1/a.csv", counts(all=people))
        walk()
    assert decisions(manual) == ["proposed", "declined"]
    assert published(manual).is_approved
