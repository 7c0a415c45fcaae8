"""Backup and restore: the record comes back as it was, or nothing is changed."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import tarfile
from pathlib import Path

import duckdb
import pytest

from flows.errors import RunError, UsageError
from flows.home import backup as backups
from flows.home.backup import backup, restore
from flows.home.record import take_in
from flows.home.setup import make_home
from flows.monthly.curate import rebuild
from flows.monthly.run import exclusive_ledger, monthly, plain_steps, restage
from flows.settings import Settings, actor
from schemas.tables import MARTS
from tests.lib.walk import NOW, Put, Run, counts, walked_once
from warehouse.db import files
from warehouse.db.content import content_hash
from warehouse.ledger.store import Ledger


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home of `sent` is kept once it has been walked to; each test has a copy of its own."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def sent(settings: Settings, put: Put, run: Run, cache: Path) -> Settings:
    """A home with a correction, a refused file and a release."""

    def walk() -> None:
        put("ZZ1/a.csv", counts(medical=50, nurses=70))
        put("ZZ2/b.csv", counts(Wizards=9))
        run()
        put("ZZ1/a.csv", counts(medical=60, nurses=70))
        run()

    walked_once(settings, cache, walk)
    return settings


def write(settings: Settings, to: Path) -> str:
    with Ledger(settings.ledger, actor()) as ledger:
        return " ".join(backup(settings, ledger, to, NOW))


def record(home: Path) -> dict[str, tuple[bytes, int]]:
    """Content and rights of what is on record, but for the work database, what is open to all, and drafts."""
    return {
        name: (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.is_symlink()
        if (name := str(path.relative_to(home))).startswith(
            ("config", "landing", "labels", "staged", "released/2", "released/current.json", "proposed", "history")
        )
    }


def marts(settings: Settings) -> str:
    with duckdb.connect(settings.work, read_only=True) as connection:
        return content_hash(connection, tuple(MARTS))


@pytest.fixture
def other(sent: Settings, tmp_path: Path) -> Settings:
    """A home that was just made, with the same key."""
    other = sent.model_copy(update={"home": tmp_path / "other"})
    make_home(other, sent.key)
    return other


def test_a_restored_home_holds_the_record_with_its_rights(sent: Settings, other: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    said = write(sent, file)
    assert (file.stat().st_mode & 0o777, "The key is not in it" in said) == (0o600, True)
    with tarfile.open(file) as archive:
        assert not any(member.issym() or "key" in member.name for member in archive)
    told = restore(other, file)
    assert "research-culture init --key PATH" in " ".join(told)
    assert record(other.home) == record(sent.home)
    assert {path.stat().st_mode & 0o777 for path in (other.landing, other.labels)} == {0o700}
    with Ledger(sent.ledger, actor()) as before, Ledger(other.ledger, actor()) as after:
        assert (after.audit_head(), after.submissions()) == (before.audit_head(), before.submissions())
    with exclusive_ledger(other):
        assert (other.released / "current").is_symlink()


def test_landing_ledger_key_and_config_give_the_same_figures_in_a_new_home(
    sent: Settings, other: Settings, quick_walk: None
) -> None:
    with exclusive_ledger(sent) as ledger:
        rebuild(sent, ledger)
    for name in ("landing", "config"):
        shutil.copytree(sent.home / name, other.home / name, dirs_exist_ok=True)
    shutil.copy(sent.ledger, other.ledger)
    with exclusive_ledger(other) as ledger:
        outcomes, _ = restage(other, ledger, plain_steps(other, ledger), NOW)
        rebuild(other, ledger)
    assert [outcome.is_taken for outcome in outcomes] == [True]
    assert marts(other) == marts(sent)


def test_a_restored_home_goes_on_where_it_was(
    sent: Settings, other: Settings, quick_walk: None, tmp_path: Path
) -> None:
    write(sent, tmp_path / "backup.tar")
    restore(other, tmp_path / "backup.tar")
    with exclusive_ledger(other) as ledger:
        month = monthly(other, ledger, plain_steps(other, ledger), NOW)
    assert (month.outcomes, month.published, other.analyst_file.is_file()) == ((), None, True)
    assert marts(other) == marts(sent)


def test_a_backup_into_a_folder_is_named_after_its_time(sent: Settings, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    write(sent, tmp_path / "disk")
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["research-culture-20261002T060000Z.tar"]
    with pytest.raises(UsageError, match="new file"):
        write(sent, tmp_path / "disk")


@pytest.mark.parametrize("place", ["home/restricted", "home/backup.tar", "nowhere/backup.tar"])
def test_a_backup_is_written_to_a_folder_outside_the_home(sent: Settings, tmp_path: Path, place: str) -> None:
    with pytest.raises(UsageError):
        write(sent, tmp_path / place)


def test_a_backup_into_a_folder_that_is_not_there_writes_no_file_of_its_name(sent: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        write(sent, tmp_path / "bk")
    assert not (tmp_path / "bk").exists()


def test_a_full_disk_leaves_no_half_backup(sent: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups, "_write", full)
    with pytest.raises(OSError, match="No space"):
        write(sent, tmp_path / "backup.tar")
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []
    assert not list(sent.home.glob(".ledger*"))


def test_a_home_with_a_record_is_not_overwritten(sent: Settings, tmp_path: Path) -> None:
    write(sent, tmp_path / "backup.tar")
    with pytest.raises(UsageError, match="this home has a record; set RESEARCH_CULTURE_HOME"):
        restore(sent, tmp_path / "backup.tar")


def test_a_damaged_or_cut_backup_changes_nothing(sent: Settings, other: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    write(sent, file)
    content, before = bytearray(file.read_bytes()), record(other.home)
    place = content.index(b"Who,Group,Day,Count")
    for wrong in (content[: len(content) // 2], content[: place - place % 512], b"no tar at all", b""):
        file.write_bytes(wrong)
        with pytest.raises(UsageError, match="no backup, or not a whole one"):
            restore(other, file)
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(UsageError, match="damaged, in 1 file;"):
        restore(other, file)
    assert record(other.home) == before


def test_nothing_is_written_outside_the_home(sent: Settings, other: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    write(sent, file)
    with tarfile.open(file, "a") as archive:
        archive.add(sent.config / "organisations.csv", "../../evil.csv")
        archive.add(sent.config, "../evil", recursive=False)
    restore(other, file)
    assert not list(tmp_path.glob("**/evil*"))


def test_a_lost_ledger_comes_back_and_what_landed_since_is_taken_in(
    sent: Settings, put: Put, run: Run, tmp_path: Path
) -> None:
    write(sent, tmp_path / "backup.tar")
    put("ZZ2/c.csv", counts(all=90))
    run()
    landed = record(sent.home)
    sent.ledger.unlink()
    with pytest.raises(RunError, match="restore FILE"):
        run()
    restore(sent, tmp_path / "backup.tar")
    assert record(sent.home) == landed
    with pytest.raises(RunError, match=r"landed files \(1\)"):
        run()
    with Ledger(sent.ledger, actor()) as ledger:
        take_in(sent, ledger, NOW)
    (outcome,) = run().outcomes
    assert (outcome.organisation_code, outcome.is_taken) == ("ZZ2", True)


def test_a_restore_that_was_stopped_is_ended_by_the_same_again(
    sent: Settings, other: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(sent, tmp_path / "backup.tar")
    monkeypatch.setattr(files, "move", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        restore(other, tmp_path / "backup.tar")
    monkeypatch.undo()
    restore(other, tmp_path / "backup.tar")
    assert record(other.home) == record(sent.home)


def test_a_copy_of_the_ledger_is_whole_while_another_reads_it(sent: Settings) -> None:
    with Ledger(sent.ledger, actor()) as ledger, sqlite3.connect(sent.ledger) as reader:
        reader.execute("SELECT count(*) FROM audit").fetchone()
        files.copy_sqlite(sent.ledger, sent.home / "copy")
        with Ledger(sent.home / "copy", actor()) as copy:
            assert copy.audit_head() == ledger.audit_head()
