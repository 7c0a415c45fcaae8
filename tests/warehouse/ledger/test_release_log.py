"""Releases in the ledger: what stood behind each, and what was decided of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lib.walk import NOW, land
from warehouse.ledger.release_log import Decision, allow, current, decide, exceptions, propose, releases, submissions_of
from warehouse.ledger.store import Ledger

ENTRY = dict.fromkeys(("manifest_sha256", "content_hash", "headline", "rule_version", "code_version"), "x")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite", "tester") as ledger:
        land(ledger, "s1")
        propose(ledger, {"release_id": "r1", **ENTRY}, ["s1"], NOW)
        propose(ledger, {"release_id": "r2", **ENTRY}, [], NOW + timedelta(days=1))
        yield ledger


def test_a_release_remembers_the_submissions_behind_it(ledger: Ledger) -> None:
    assert [release.release_id for release in releases(ledger)] == ["r2", "r1"]
    assert submissions_of(ledger, "r1") == {"s1"}


def test_what_is_only_proposed_does_not_show(ledger: Ledger) -> None:
    assert current(ledger) is None


def test_withdrawing_the_last_approved_puts_the_former_back(ledger: Ledger) -> None:
    for day, release_id in enumerate(("r1", "r2"), 2):
        decide(ledger, release_id, Decision.APPROVED, NOW + timedelta(days=day), "An Approver")
    assert (shown := current(ledger)) and (shown.release_id, shown.decided_by) == ("r2", "An Approver")
    decide(ledger, "r2", Decision.WITHDRAWN, NOW + timedelta(days=5), "An Approver", "a wrong denominator")
    assert (shown := current(ledger)) and shown.release_id == "r1"


def test_the_order_is_that_of_the_decisions_though_the_clock_was_set_back(ledger: Ledger) -> None:
    decide(ledger, "r2", Decision.APPROVED, NOW + timedelta(days=1), "An Approver")
    allow(ledger, ("m", "ZZ1", NOW.date()), NOW + timedelta(days=1), "An Approver", "allowed for r2's successor")
    propose(ledger, {"release_id": "r3", **ENTRY}, [], NOW - timedelta(days=300))
    assert [release.release_id for release in releases(ledger)] == ["r3", "r2", "r1"]
    assert [one.metric_id for one in exceptions(ledger)] == ["m"]
    decide(ledger, "r3", Decision.APPROVED, NOW - timedelta(days=300), "An Approver")
    assert (shown := current(ledger)) and shown.release_id == "r3"
    assert exceptions(ledger) == ()
    allow(ledger, ("n", "ZZ1", NOW.date()), NOW - timedelta(days=301), "An Approver", "since r3")
    assert [one.metric_id for one in exceptions(ledger)] == ["n"]
