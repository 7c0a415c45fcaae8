"""The id of a submission is short, tells nothing of its file, and is given once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest

from flows.monthly import landing
from flows.monthly.landing import land_inbox
from flows.settings import Settings
from tests.lib.walk import NOW, Put, land
from warehouse.ledger.store import Ledger

OLD = "20261125-c341963cf1-1"  # as ids were given before


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with Ledger(settings.ledger, "tester") as ledger:
        yield ledger


def test_an_id_is_the_day_and_four_letters_or_digits_that_say_nothing_of_the_file(
    settings: Settings, ledger: Ledger, put: Put
) -> None:
    for n in range(20):
        put(f"ZZ1/{n}.csv", f"file {n}")
    land_inbox(settings, ledger, NOW)
    found = {one.submission_id: one.sha256 for one in ledger.submissions()}
    assert len(found) == 20
    assert all(re.fullmatch(r"20261002-[2-9b-df-hj-km-np-tv-z]{4}", one) for one in found)
    assert not any(one[-4:] in sha256 for one, sha256 in found.items() if not one[-4:].isdigit())


def test_the_same_bytes_have_another_id_the_next_time(settings: Settings, ledger: Ledger, put: Put) -> None:
    for place in ("ZZ1/a.csv", "ZZ2/a.csv"):
        put(place, "the same")
    land_inbox(settings, ledger, NOW)
    first, second = ledger.submissions()
    assert first.sha256 == second.sha256 == hashlib.sha256(b"the same").hexdigest()
    assert first.submission_id != second.submission_id


def test_an_id_that_is_taken_is_not_given_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("bbbbbbbbbbbc")
    monkeypatch.setattr("flows.monthly.landing.secrets.choice", lambda _: next(letters))
    land(ledger, landing._new_id(ledger, NOW))
    assert landing._new_id(ledger, NOW) == "20261002-bbbc"


def test_an_id_that_another_machine_has_just_taken_costs_neither_file(
    settings: Settings, ledger: Ledger, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/a.csv", "one")
    land_inbox(settings, ledger, NOW)
    (first,) = (one.submission_id for one in ledger.submissions())
    given = iter((first, first, "20261002-bbbb"))
    monkeypatch.setattr(landing, "_new_id", lambda *_: next(given))
    put("ZZ1/a.csv", "two")
    for _ in range(2):
        land_inbox(settings, ledger, NOW)
    assert [(one.submission_id, (settings.landing / one.landed_name).read_text()) for one in ledger.submissions()] == [
        (first, "one"),
        ("20261002-bbbb", "two"),
    ]


def test_ids_of_before_stay_as_they_are(ledger: Ledger) -> None:
    land(ledger, OLD)
    with pytest.raises(FileExistsError):
        land(ledger, OLD, sha256="another")
    assert [one.submission_id for one in ledger.submissions()] == [OLD]
    assert len(ledger.rows("SELECT 1 FROM audit")) == 1
