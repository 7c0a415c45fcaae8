"""Another key than the home's: found before a file is read, whichever command meets it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.errors import SetupError
from flows.home import keys
from flows.home.doctor import diagnose
from flows.home.keys import read_key, read_keys
from flows.monthly.by_hand import ingest_file
from flows.monthly.run import backfill, exclusive_ledger, monthly, plain_steps
from flows.privacy import rotate_key as rotation
from flows.privacy.rotate_key import rotate
from flows.settings import Settings
from tests.lib.people import EMPLOYEE, GMC, do_erase, plans
from tests.lib.walk import NOW, Put, Run
from warehouse.ledger.store import Ledger, SenderHints

PLANS = plans((GMC, EMPLOYEE), ("7654321", "E2"))


def hold(settings: Settings, *lines: str) -> None:
    """Put another content into the key file."""
    assert settings.key
    settings.key.write_text("\n".join([*lines, ""]), encoding="ascii")


def do_rotate(settings: Settings) -> None:
    with exclusive_ledger(settings) as ledger:
        rotate(settings, ledger, NOW)


@pytest.fixture
def september(put: Put, run: Run, plan_layout: None) -> None:
    """A file of people, released."""
    put("ZZ1/2026-09/plans.csv", PLANS)
    assert not run().refused


def commands(settings: Settings, run: Run, file: Path) -> list[Callable[[], object]]:
    def in_home(command: Callable[..., object], *more: object) -> object:
        with exclusive_ledger(settings) as ledger:
            return command(settings, ledger, *more, NOW)

    def backfilled(settings: Settings, ledger: object, now: object) -> object:
        return backfill(settings, ledger, plain_steps(settings, ledger), "2026-09", "2026-09", now)  # type: ignore[arg-type]

    return [
        run,
        lambda: in_home(ingest_file, file, SenderHints()),
        lambda: in_home(backfilled),
        lambda: do_erase(settings),
    ]


def test_with_another_key_no_command_reads_a_file_and_all_name_the_key_to_restore(
    settings: Settings, put: Put, run: Run, september: None
) -> None:
    (key, key_id), staged = read_key(settings), set(settings.staged.iterdir())
    file = put("ZZ1/2026-10/plans.csv", PLANS.replace("7654321", "7654322"))
    hold(settings, secrets.token_hex(32))
    for command in commands(settings, run, file):
        with pytest.raises(SetupError, match=f"restore your copy of {key_id}. Nothing was read"):
            command()
    assert any(f"restore your copy of {key_id}" in one.sentence for one in diagnose(settings, lambda: False))
    assert file.exists() and set(settings.staged.iterdir()) == staged
    hold(settings, key.hex())
    assert [outcome.is_taken for outcome in run().outcomes] == [True]


def test_a_home_is_bound_to_its_first_key_before_anybody_is_in_it(settings: Settings, run: Run) -> None:
    run()
    hold(settings, secrets.token_hex(32))
    with pytest.raises(SetupError, match="restore your copy"):
        run()


def test_a_copy_of_the_key_file_of_before_a_rotation_is_not_taken(
    settings: Settings, run: Run, september: None
) -> None:
    assert settings.key
    copy = settings.key.read_text()
    do_rotate(settings)
    today = read_key(settings)[1]
    settings.key.write_text(copy)
    with pytest.raises(SetupError, match=f"restore your copy of {today}"):
        run()


def test_lines_of_a_key_file_that_have_changed_places_are_not_taken(
    settings: Settings, run: Run, september: None
) -> None:
    do_rotate(settings)
    hold(settings, *(key.hex() for key, _ in reversed(read_keys(settings))))
    with pytest.raises(SetupError, match="which is not the first in the key file; run `research-culture rotate-key`"):
        run()


def test_after_a_rotation_that_was_stopped_nothing_is_read_until_it_is_ended(
    settings: Settings, put: Put, run: Run, september: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as stopped, pytest.raises(InterruptedError):
        stopped.setattr(rotation, "_under_today", stop)
        do_rotate(settings)
    put("ZZ1/2026-10/plans.csv", PLANS.replace("7654321", "7654322"))
    with pytest.raises(
        SetupError, match="run `research-culture rotate-key`, which ends a change of key that was stopped"
    ):
        run()
    do_rotate(settings)
    assert [outcome.is_taken for outcome in run().outcomes] == [True]


def test_in_a_home_of_before_keys_were_recorded_the_staged_rows_tell(
    settings: Settings, run: Run, september: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _ = read_key(settings)
    monkeypatch.setattr(Ledger, "last_noted", lambda *_: "")
    hold(settings, secrets.token_hex(32))
    with pytest.raises(SetupError, match="restore your copy"):
        run()
    hold(settings, key.hex())
    run()


def test_the_rule_for_linking_is_found_changed_before_a_file_is_staged_under_another(
    settings: Settings, put: Put, run: Run, september: None
) -> None:
    linked = settings.model_copy(update={"link_organisations": True})
    staged = set(settings.staged.iterdir())
    put("ZZ1/2026-10/plans.csv", PLANS.replace("7654321", "7654322"))
    with (
        exclusive_ledger(linked) as ledger,
        pytest.raises(SetupError, match="before link_organisations was changed; run `research-culture rotate-key`"),
    ):
        monthly(linked, ledger, plain_steps(linked, ledger), NOW)
    assert set(settings.staged.iterdir()) == staged
    assert [outcome.is_taken for outcome in run().outcomes] == [True]


def test_staged_rows_are_looked_into_only_where_the_ledger_does_not_know_what_they_stand_under(
    settings: Settings, run: Run, september: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "key_ids", lambda folder: 1 / 0)
    run()
