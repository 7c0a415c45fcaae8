"""Files that changed on the disk: none is read; what landing still holds is staged again, the rest is named."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.errors import SetupError
from flows.home.intact import changed_staged
from flows.monthly.as_known import write_as_known
from flows.monthly.curate import rebuild
from flows.monthly.landing import land_inbox
from flows.monthly.run import backfill, exclusive_ledger, plain_steps, publish
from flows.privacy.rotate_key import rotate
from flows.settings import Settings, actor
from schemas.submissions import State
from tests.lib.people import EMPLOYEE, GMC, do_erase, plans
from tests.lib.walk import NOW, Put, Run, counts
from warehouse.ledger import release_log, staged_files
from warehouse.ledger.store import Ledger


def flip(file: Path, bit: int) -> None:
    content = bytearray(file.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    mode = file.stat().st_mode
    file.chmod(0o600)
    file.write_bytes(content)
    file.chmod(mode)


def staged(settings: Settings) -> list[Path]:
    return sorted(settings.staged.glob("*/*.parquet"))


def content_hash(settings: Settings) -> str:
    with Ledger(settings.ledger, actor()) as ledger:
        return release_log.releases(ledger)[0].content_hash


@pytest.fixture
def september(settings: Settings, put: Put, run: Run, plan_layout: None) -> None:
    """Two submissions, released."""
    put("ZZ1/2026-09/a.csv", counts(medical=50, nurses=70))
    put("ZZ1/2026-09/plans.csv", plans((GMC, EMPLOYEE), ("7654321", "E2")))
    assert not run().refused


def test_of_150_flipped_bits_none_is_read(settings: Settings, september: None) -> None:
    draw = random.Random(9)
    with Ledger(settings.ledger, actor()) as ledger:
        ids = [s.submission_id for s in ledger.submissions()]
        assert changed_staged(settings, ledger, ids) == ()
        for _ in range(150):
            file = draw.choice(staged(settings))
            bit = draw.randrange(file.stat().st_size * 8)
            flip(file, bit)
            assert changed_staged(settings, ledger, ids) == (file.parent.name,)
            flip(file, bit)


def test_a_release_is_made_of_what_was_staged_again_from_landing(settings: Settings, september: None) -> None:
    before, rows = content_hash(settings), [file.read_bytes() for file in staged(settings)]
    flip(staged(settings)[0], 333)
    staged(settings)[1].unlink()
    with exclusive_ledger(settings) as ledger:
        month = publish(settings, ledger, plain_steps(settings, ledger), NOW + timedelta(hours=1))
    assert len(month.outcomes) == 2 and not month.refused
    assert all("were not as they were written" in sentence for sentence in month.sentences)
    assert [file.read_bytes() for file in staged(settings)] == rows
    assert content_hash(settings) == before


def test_a_rebuild_stops_and_names_the_submission_and_the_command(settings: Settings, september: None) -> None:
    flip(staged(settings)[0], 99)
    named = f"{staged(settings)[0].parent.name} are not .*`research-culture rebuild`"
    with exclusive_ledger(settings) as ledger, pytest.raises(SetupError, match=named):
        rebuild(settings, ledger)


def test_rows_that_landing_cannot_give_again_are_named_with_the_ways_out(settings: Settings, september: None) -> None:
    file = staged(settings)[0]
    flip(file, 99)
    flip(settings.landing / file.parent.name, 99)
    with exclusive_ledger(settings) as ledger:
        with pytest.raises(SetupError, match=r"restore landing/.* from a backup.*`research-culture withdraw"):
            publish(settings, ledger, plain_steps(settings, ledger), NOW)
        ledger.withdraw(file.parent.name, NOW)
        assert publish(settings, ledger, plain_steps(settings, ledger), NOW).published


def test_a_backfill_does_not_read_a_landed_file_that_has_changed(settings: Settings, september: None) -> None:
    changed, kept = (file.parent for file in staged(settings))
    landed = settings.landing / changed.name
    landed.chmod(0o600)
    landed.write_bytes(landed.read_bytes().replace(b"50", b"51").replace(b"PA\n", b"PA\n\n"))
    before = [file.read_bytes() for file in staged(settings)]
    with exclusive_ledger(settings) as ledger:
        month = backfill(settings, ledger, plain_steps(settings, ledger), "2026-09", "2026-09", NOW)
        assert {s.state for s in ledger.submissions()} == {State.LOADED}
    assert [outcome.submission_id for outcome in month.outcomes] == [kept.name]
    assert re.search(f"{changed.name} was not read again, and its rows stay: .* Restore landing/", month.sentences[0])
    assert [file.read_bytes() for file in staged(settings)] == before


def test_a_landed_file_that_has_changed_is_not_read_until_the_same_bytes_come_again(
    settings: Settings, put: Put, run: Run
) -> None:
    file = put("ZZ1/2026-09/a.csv", counts(medical=50, nurses=70))
    with exclusive_ledger(settings) as ledger:
        land_inbox(settings, ledger, NOW)  # and was stopped
    (landed,) = settings.landing.iterdir()
    flip(landed, 99)
    for month in (run(), run()):
        assert [outcome.is_taken for outcome in month.outcomes] == [False]
        assert "It stays landed: put the copy back" in month.outcomes[0].sentences[0]
    put(f"ZZ1/2026-09/{file.name}", counts(medical=50, nurses=70))
    assert [outcome.is_taken for outcome in run().outcomes] == [True]
    assert landed.read_text() == counts(medical=50, nurses=70) and landed.stat().st_mode & 0o777 == 0o400


def test_a_re_reading_stopped_before_its_commit_is_ended_by_the_next_build(settings: Settings, september: None) -> None:
    with exclusive_ledger(settings) as ledger:
        with ledger.change(NOW, "test", "") as change:
            change.execute("UPDATE staged_file SET sha256 = 'of the rows before'")
        month = publish(settings, ledger, plain_steps(settings, ledger), NOW)
        assert len(month.outcomes) == 2 and not month.refused
        assert changed_staged(settings, ledger, [s.submission_id for s in ledger.submissions()]) == ()


@pytest.mark.parametrize("is_in_place", [False, True])
def test_a_rewriting_stopped_before_or_after_the_file_took_its_place_leaves_rows_as_recorded(
    settings: Settings, september: None, monkeypatch: pytest.MonkeyPatch, is_in_place: bool
) -> None:
    record = staged_files.record

    def record_or_stop(*given: Any) -> None:
        if given[-1] == is_in_place:
            raise InterruptedError
        record(*given)

    with exclusive_ledger(settings) as ledger:
        ids = [s.submission_id for s in ledger.submissions()]
        with monkeypatch.context() as stopped, pytest.raises(InterruptedError):
            stopped.setattr(staged_files, "record", record_or_stop)
            rotate(settings, ledger, NOW)
        assert changed_staged(settings, ledger, ids) == ()
        rotate(settings, ledger, NOW)
        assert changed_staged(settings, ledger, ids) == ()


def test_staged_rows_of_before_an_erasure_are_not_taken_back(settings: Settings, september: None) -> None:
    (file,) = settings.staged.glob("*/job_plan.parquet")
    before = file.read_bytes()
    do_erase(settings)
    assert file.read_bytes() != before
    file.write_bytes(before)
    with Ledger(settings.ledger, actor()) as ledger:
        assert changed_staged(settings, ledger, [file.parent.name]) == (file.parent.name,)


def test_what_was_known_leaves_out_rows_that_have_changed(settings: Settings, september: None, tmp_path: Path) -> None:
    file = staged(settings)[0]
    flip(file, 99)
    with exclusive_ledger(settings) as ledger:
        known = write_as_known(settings, ledger, "2026-10-02", tmp_path / "known.duckdb", NOW)
    assert any(f"damaged or expired: submission {file.parent.name}." in sentence for sentence in known)
