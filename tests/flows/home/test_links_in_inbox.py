"""What the inbox leads to is never read: links, also those put there while it is read, hard links, pipes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.home import inbox
from flows.monthly import landing
from flows.monthly.landing import land_inbox
from flows.settings import Settings
from tests.lib.walk import NOW, Put
from warehouse.ledger.store import Ledger

SECRET = "of another organisation"
LINK = "it is a link or a device. Put the file itself in its place."
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows opens no file without following links")


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with Ledger(settings.ledger, "tester") as ledger:
        yield ledger


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "elsewhere" / "a.csv"
    file.write_text(SECRET)
    return file


def landed(settings: Settings, ledger: Ledger) -> list[str]:
    """What one landing says stayed."""
    return [one.sentence for one in land_inbox(settings, ledger, NOW).stayed]


def nothing_was_read(settings: Settings, ledger: Ledger) -> bool:
    return ledger.submissions() == () and list(settings.landing.iterdir()) == []


def swap_file(file: Path, secret: Path) -> None:
    file.unlink()
    file.symlink_to(secret)


def swap_for_pipe(file: Path, _: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def swap_for_same_size(file: Path, secret: Path) -> None:
    """A link to a file of the same size and time."""
    found = file.stat()
    secret.write_bytes(b"x" * found.st_size)
    os.utime(secret, ns=(found.st_atime_ns, found.st_mtime_ns))
    swap_file(file, secret)


def swap_folder(file: Path, secret: Path) -> None:
    file.parent.rename(file.parent.with_name("moved"))
    file.parent.symlink_to(secret.parent)


def swap_for_hard_link(file: Path, secret: Path) -> None:
    file.unlink()
    os.link(secret, file)


SWAPS = [swap_file, swap_for_pipe, swap_for_same_size, swap_folder, swap_for_hard_link]


@pytest.mark.parametrize("swap", SWAPS)
@pytest.mark.parametrize("moment", ["_take", "open_sent", "_look"])
def test_what_is_put_in_a_files_place_while_it_is_taken_is_not_read(
    settings: Settings,
    ledger: Ledger,
    put: Put,
    secret: Path,
    monkeypatch: pytest.MonkeyPatch,
    swap: Callable[[Path, Path], None],
    moment: str,
) -> None:
    put("ZZ1/a.csv", "a,b\n1,2\n")
    with monkeypatch.context() as patch:
        swap_once(patch, settings, moment, lambda file: swap(file, secret))
        (sentence,) = landed(settings, ledger)
    assert "a.csv stayed in the inbox: it " in sentence
    assert nothing_was_read(settings, ledger)
    assert secret.exists()


def swap_once(patch: pytest.MonkeyPatch, settings: Settings, moment: str, happens: Callable[[Path], None]) -> None:
    """Let it happen to the file, whatever name it has then, once it was looked at and before that step."""
    waiting, kept = [happens], getattr(inbox, moment)
    scanned = inbox.scan

    def scan(*given: Any) -> Any:
        found = scanned(*given)
        patch.setattr(inbox, moment, step)
        return found

    def step(*given: Any) -> Any:
        if waiting:
            (file,) = (settings.inbox / "ZZ1").glob("*a.csv")
            waiting.pop()(file)
        return kept(*given)

    patch.setattr(inbox, "scan", scan)


@pytest.mark.parametrize("can_follow_no_link", [True, False])
@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_what_is_put_there_while_the_file_is_opened_and_taken_away_again_is_not_read(
    settings: Settings,
    ledger: Ledger,
    put: Put,
    secret: Path,
    monkeypatch: pytest.MonkeyPatch,
    link: Callable[[Path, Path], None],
    can_follow_no_link: bool,
) -> None:
    put("ZZ1/a.csv", "a,b\n1,2\n")
    kept = inbox.open_sent

    def open_sent(file: Path, folder: Path) -> Any:
        file.rename(aside := settings.home / "aside")
        link(file, secret)
        try:
            return kept(file, folder)
        finally:
            aside.replace(file)

    if not can_follow_no_link:  # as on Windows
        monkeypatch.setattr(inbox.os, "supports_dir_fd", frozenset())
    monkeypatch.setattr(inbox, "open_sent", open_sent)
    assert len(landed(settings, ledger)) == 1
    assert nothing_was_read(settings, ledger)


def test_what_is_put_there_once_the_file_is_open_changes_nothing_of_what_is_landed(
    settings: Settings, ledger: Ledger, put: Put, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/a.csv", "as sent")
    copied = landing._copy

    def copy(source: Any, draft: Path) -> str:
        swap_file(settings.inbox / "ZZ1" / ".landing-a.csv", secret)
        return copied(source, draft)

    monkeypatch.setattr(landing, "_copy", copy)
    landed(settings, ledger)
    assert [(settings.landing / one.landed_name).read_text() for one in ledger.submissions()] == ["as sent"]
    assert secret.read_text() == SECRET


def test_a_link_a_folder_that_is_one_and_a_hard_link_stay(settings: Settings, ledger: Ledger, secret: Path) -> None:
    (settings.inbox / "link.csv").symlink_to(secret)
    (settings.inbox / "folder").symlink_to(secret.parent)
    os.link(secret, settings.inbox / "hard.csv")
    os.mkfifo(settings.inbox / "pipe.csv")
    assert sorted(landed(settings, ledger)) == [
        f"folder stayed in the inbox: {LINK}",
        "hard.csv stayed in the inbox: it has a second name in another folder (a hard link). Put a copy of it in its"
        " place.",
        f"link.csv stayed in the inbox: {LINK}",
        f"pipe.csv stayed in the inbox: {LINK}",
    ]
    assert nothing_was_read(settings, ledger)


def test_a_folder_that_windows_leads_elsewhere_is_not_walked_into(
    settings: Settings, ledger: Ledger, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("junction/a.csv", "a")
    seen = Path.lstat

    class Junction:
        st_mode, st_reparse_tag = 0o40777, 0xA0000003

    monkeypatch.setattr(Path, "lstat", lambda path: Junction() if path.name == "junction" else seen(path))
    assert landed(settings, ledger) == [f"junction stayed in the inbox: {LINK}"]
    assert nothing_was_read(settings, ledger)


def test_a_file_that_a_stopped_run_was_giving_its_name_back_is_taken(
    settings: Settings, ledger: Ledger, put: Put
) -> None:
    os.link(put("ZZ1/a.csv", "a"), settings.inbox / "ZZ1" / ".landing-a.csv")
    assert landed(settings, ledger) == []
    assert [one.sent_name for one in ledger.submissions()] == ["a.csv"]
    assert list((settings.inbox / "ZZ1").iterdir()) == []


def test_where_no_file_can_be_opened_so_the_open_one_is_compared(
    settings: Settings, ledger: Ledger, put: Put, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    file = put("ZZ1/a.csv", "a,b\n")
    monkeypatch.setattr(inbox.os, "supports_dir_fd", frozenset())
    with monkeypatch.context() as patch:
        swap_once(patch, settings, "open_sent", lambda file: swap_file(file, secret))
        assert len(landed(settings, ledger)) == 1
    assert nothing_was_read(settings, ledger)
    for left in file.parent.iterdir():
        left.unlink()
    put("ZZ1/a.csv", "a,b\n")
    assert landed(settings, ledger) == []
