"""What cannot be taken from the inbox stays there, and is named to the officer; the other files are taken."""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.__main__ import main
from flows.cli.month import show_month
from flows.cli.output import say
from flows.cli.status import show_status
from flows.errors import MACHINE, SetupError
from flows.home import inbox
from flows.monthly import landing
from flows.monthly.landing import LandedInbox, land_file, land_inbox
from flows.settings import Settings
from tests.lib.walk import NOW, Put, Run
from warehouse.ledger.store import Ledger, SenderHints


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with Ledger(settings.ledger, "tester") as ledger:
        yield ledger


def said(landed: LandedInbox) -> list[str]:
    return [*landed.sentences, *(one.sentence for one in landed.stayed)]


def failing(name: str, code: int, end: str = "bad.csv", owner: Any = Path) -> Callable[..., Any]:
    """The method of Path, or function of another, which fails for files whose name ends so."""
    kept = getattr(owner, name)

    def method(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name.endswith(end):
            raise OSError(code, os.strerror(code))
        return kept(path, *args, **kwargs)

    return method


@pytest.mark.parametrize(
    ("method", "code", "why"),
    [
        ("open_sent", errno.EACCES, "another program has it open, or the pipeline may not read and move it."),
        ("rename", errno.EPERM, "another program has it open, or the pipeline may not read and move it."),
        ("lstat", errno.EACCES, "another program has it open, or the pipeline may not read and move it."),
        ("open_sent", errno.EIO, "it cannot be read (Input/output error). See whether its disk or share is well"),
        ("rename", errno.ENAMETOOLONG, "its name is too long. Give it a shorter one."),
    ],
)
def test_a_file_that_cannot_be_taken_stays_with_its_name_and_the_others_are_taken(
    settings: Settings, ledger: Ledger, put: Put, monkeypatch: pytest.MonkeyPatch, method: str, code: int, why: str
) -> None:
    for name in ("a.csv", "bad.csv", "c.csv"):
        put(f"ZZ1/{name}", name.encode())
    with monkeypatch.context() as patch:
        owner = inbox if method == "open_sent" else Path
        patch.setattr(owner, method, failing(method, code, owner=owner))
        (sentence,) = said(land_inbox(settings, ledger, NOW))
    assert sentence.startswith(f"ZZ1/bad.csv stayed in the inbox: {why}")
    assert [one.sent_name for one in ledger.submissions()] == ["a.csv", "c.csv"]
    assert [path.name for path in (settings.inbox / "ZZ1").iterdir()] == ["bad.csv"]
    assert (said(land_inbox(settings, ledger, NOW)), len(ledger.submissions())) == ([], 3)


def test_a_landed_file_that_cannot_be_removed_is_said_each_run_and_not_read_again(
    settings: Settings, ledger: Ledger, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/bad.csv", "a,b\n1,2\n")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", failing("unlink", errno.EACCES))
        for name in ("bad.csv", ".landed-bad.csv"):
            assert said(land_inbox(settings, ledger, NOW)) == [
                f"ZZ1/{name} stayed in the inbox: it was read, but it cannot be removed."
                " Delete it: it will not be read again."
            ]
    assert (said(land_inbox(settings, ledger, NOW)), list((settings.inbox / "ZZ1").iterdir())) == ([], [])
    assert len(ledger.submissions()) == 1


def test_a_file_waits_where_one_of_its_name_that_a_stopped_run_left_cannot_be_read(
    settings: Settings, ledger: Ledger, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/.landing-a.csv", "earlier")
    put("ZZ1/a.csv", "later")
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "open_sent", failing("open_sent", errno.EIO, ".landing-a.csv", inbox))
        first, second = said(land_inbox(settings, ledger, NOW))
    assert "ZZ1/a.csv stayed in the inbox: it cannot be read (Input/output error)." in first
    assert "ZZ1/a.csv stayed in the inbox: a file of the same name comes before it." in second
    land_inbox(settings, ledger, NOW)
    # the SHA-256 of "earlier", then of "later"
    assert [one.sha256[:6] for one in ledger.submissions()] == ["2a51d3", "1d9283"]


def test_a_name_that_is_no_text_stays_and_is_printed_in_plain_characters(settings: Settings, ledger: Ledger) -> None:
    for name in (b"ZZ1/l\xe9a.csv", b"ZZ\xff/a.csv", b"ZZ1/\x1b[2Ja.csv"):
        file = Path(os.fsdecode(os.fsencode(settings.inbox) + b"/" + name))
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(name)
    why = "its name or its folder's name has characters that cannot be read. Rename it."
    assert sorted(said(land_inbox(settings, ledger, NOW))) == [
        f"ZZ1/l\\udce9a.csv stayed in the inbox: {why}",
        f"ZZ\\udcff/a.csv stayed in the inbox: {why}",
    ]
    assert [one.sent_name for one in ledger.submissions()] == ["\x1b[2Ja.csv"]


def test_a_folder_that_cannot_be_listed_is_named_and_the_others_are_taken(
    settings: Settings, ledger: Ledger, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/a.csv", "a,b\n1,2\n")
    put("ZZ2/a.csv", "a,b\n1,2\n")
    listed, closed = os.scandir, "ZZ1"

    def scandir(folder: Any) -> Any:
        if str(folder).endswith(closed):
            raise PermissionError(errno.EACCES, "Permission denied", folder)
        return listed(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    (sentence,) = said(land_inbox(settings, ledger, NOW))
    assert sentence.startswith("ZZ1 stayed in the inbox: another program has it open, or the pipeline may not")
    assert [one.hints.organisation for one in ledger.submissions()] == ["ZZ2"]
    closed = "inbox"
    with pytest.raises(PermissionError):
        land_inbox(settings, ledger, NOW)


def test_the_status_counts_what_waits_also_where_a_file_may_not_be_looked_at(
    settings: Settings, put: Put, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.csv", "bad.csv"):
        put(f"ZZ1/{name}", name)
    monkeypatch.setattr(Path, "is_file", failing("is_file", errno.EACCES))
    show_status(settings, as_json=False)
    assert "2 files wait in" in capsys.readouterr().out


def test_no_inbox_is_a_problem_with_what_to_do(settings: Settings, ledger: Ledger) -> None:
    settings.inbox.rmdir()
    with pytest.raises(SetupError, match="the inbox folder is missing; connect its drive, or make it with"):
        land_inbox(settings, ledger, NOW)


def test_a_share_that_goes_while_its_files_are_landed_loses_none(
    settings: Settings, ledger: Ledger, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        put(f"ZZ1/{name}.csv", name)
    away, copied = settings.home / "away", landing._copy

    def copy_and_go(file: Path, draft: Path) -> str:
        sha256 = copied(file, draft)
        settings.inbox.rename(away)
        return sha256

    with monkeypatch.context() as patch:
        patch.setattr(landing, "_copy", copy_and_go)
        assert [one.place for one in land_inbox(settings, ledger, NOW).stayed] == [
            "ZZ1/a.csv",
            "ZZ1/b.csv",
            "ZZ1/c.csv",
        ]
    away.rename(settings.inbox)
    land_inbox(settings, ledger, NOW)
    assert sorted(one.sent_name for one in ledger.submissions()) == ["a.csv", "b.csv", "c.csv"]
    assert list((settings.inbox / "ZZ1").iterdir()) == []


def test_a_file_given_by_hand_that_cannot_be_read_says_why(
    settings: Settings, ledger: Ledger, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put("ZZ1/bad.csv", "a,b\n1,2\n")
    monkeypatch.setattr(Path, "open", failing("open", errno.EACCES))
    with pytest.raises(inbox.StaysError, match="the file was not taken: another program has it open") as stopped:
        land_file(settings, ledger, file, SenderHints("ZZ1"), NOW)
    assert (stopped.value.exit_code, list(settings.landing.iterdir())) == (MACHINE, [])


def test_the_officer_reads_the_name_and_prefects_pages_do_not_hold_it(
    settings: Settings, put: Put, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put("ZZ1/a.csv", "").rename(Path(os.fsdecode(os.fsencode(settings.inbox) + b"/ZZ1/Sm\xfcth.csv")))
    month = run()
    show_month(month, as_json=False)
    show_month(month, as_json=True)
    out = capsys.readouterr().out
    why = "its name or its folder's name has characters that cannot be read. Rename it."
    left = f"ZZ1/Sm\\udcfcth.csv stayed in the inbox: {why}"
    assert out.startswith(f"{left}\n\nNothing was taken, so there is no new release.")
    assert json.loads(out[out.index("{") :])["sentences"] == [left]
    assert f"- A file stayed in the inbox: {why}" in month.as_markdown() and "Sm" not in month.as_markdown()


def test_a_console_without_the_letters_of_a_name_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    console = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(console, "ascii", write_through=True))
    monkeypatch.setattr("flows.__main__.app", lambda: say("ZZ1/Łódź.csv"))
    main()
    assert console.getvalue() == b"ZZ1/\\u0141\\xf3d\\u017a.csv\n"
