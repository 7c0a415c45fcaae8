"""The record against its ledger: what a stopped run left heals; a ledger that knows less than there is stops a run."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.__main__ import app
from flows.errors import BROKEN, RunError
from flows.home import record
from flows.home.doctor import diagnose
from flows.monthly.approve import withdraw_release
from flows.monthly.ingest import Outcome
from flows.monthly.landing import land_file, land_inbox
from flows.monthly.run import backfill, exclusive_ledger, ingest_pending, plain_steps
from flows.settings import Settings, actor
from schemas.submissions import State
from tests.lib.people import GMC, do_erase, plans
from tests.lib.walk import NOW, Put, Run, counts, walked_once
from warehouse.db import files
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger, SenderHints
from warehouse.release.current import read_pointer


class Killed(BaseException):
    """The process is gone."""


def submissions(settings: Settings) -> Mapping[str, tuple[State, SenderHints, str]]:
    with Ledger(settings.ledger, actor()) as ledger:
        return {s.submission_id: (s.state, s.hints, s.sent_name) for s in ledger.submissions()}


def bytes_of(settings: Settings) -> dict[str, str]:
    """SHA-256 of each file of the home but the ledger's own."""
    return {
        str(file.relative_to(settings.home)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in settings.home.rglob("*")
        if file.is_file() and not file.is_symlink() and not file.name.startswith(("ledger.sqlite", "run.lock"))
    }


def kill_at(patch: pytest.MonkeyPatch, step: int, *steps: tuple[Any, str]) -> None:
    """Let the process be gone before that step of these, counted together."""
    done: list[None] = []

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def step_by_step(*given: object, **named: object) -> object:
            done.append(None)
            if len(done) == step:
                raise Killed
            return real(*given, **named)

        return step_by_step

    for owner, name in steps:
        patch.setattr(owner, name, counted(getattr(owner, name)))


def take(settings: Settings) -> list[Outcome]:
    """Take what waits, without a release."""
    with exclusive_ledger(settings) as ledger:
        land_inbox(settings, ledger, NOW)
        return list(ingest_pending(settings, ledger, plain_steps(settings, ledger), NOW)[0])


def take_in(settings: Settings) -> str:
    with Ledger(settings.ledger, actor()) as ledger:
        return " ".join(record.take_in(settings, ledger, NOW))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home of `lost` is kept once it has been walked to; each test has a copy of its own."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def lost(settings: Settings, put: Put, run: Run, cache: Path) -> Callable[[str], None]:
    """Two months were run; called, it puts an older ledger in place: yesterday's, or an empty one."""

    def walk() -> None:
        put("ZZ1/2026-09/a.csv", counts(medical=50))
        run()
        shutil.copy(settings.ledger, cache / "yesterday")
        put("ZZ2/2026-09/nurses/b.csv", counts(nurses=70))
        put("ZZ1/2026-09/a.csv", counts(medical=60))
        run()

    walked_once(settings, cache, walk)

    def put_back(which: str) -> None:
        settings.ledger.unlink()
        if which == "yesterday":
            shutil.copy(cache / which, settings.ledger)

    return put_back


@pytest.mark.parametrize(
    ("which", "said"),
    [
        ("yesterday", "landed files (2) and releases (1) and decisions since its last entry"),
        ("empty", "landed files (3) and releases (2) and decisions since its last entry"),
    ],
)
def test_a_run_stops_before_it_touches_anything_where_the_ledger_knows_less_than_there_is(
    settings: Settings, run: Run, lost: Callable[[str], None], which: str, said: str
) -> None:
    lost(which)
    before = bytes_of(settings)
    with pytest.raises(
        RunError, match=r"`research-culture restore FILE`.*`research-culture restore --from-landing`"
    ) as stop:
        run()
    assert (stop.value.exit_code, said in str(stop.value)) == (BROKEN, True)
    assert bytes_of(settings) == before


@pytest.mark.parametrize("which", ["yesterday", "empty"])
def test_no_command_takes_an_older_ledger_for_the_record(
    settings: Settings, lost: Callable[[str], None], which: str, tmp_path: Path
) -> None:
    lost(which)
    for command in ("status", "findings S-1", f"backup {tmp_path}"):
        failed = CliRunner().invoke(app, command.split()).exception
        assert isinstance(failed, RunError) and failed.exit_code == BROKEN, command
        assert "decisions since its last entry" in str(failed)
    assert list(tmp_path.glob("*.tar")) == []
    assert [one.subject for one in diagnose(settings, lambda: False) if "older copy" in one.sentence] == ["record"]


@pytest.mark.parametrize("which", ["yesterday", "empty"])
def test_landed_files_are_taken_in_again_as_they_were_sent_and_in_their_order(
    settings: Settings, run: Run, lost: Callable[[str], None], which: str
) -> None:
    before, known = bytes_of(settings), submissions(settings)
    released = {path.name for path in settings.released.glob("[0-9]*")}
    lost(which)
    said = take_in(settings)
    assert "research-culture run" in said
    run()
    assert [*submissions(settings).items()] == [*known.items()]
    anew = ("warehouse", "restricted/analyst", "labels/ledger_head")
    kept = {name for name in before if "current" not in name and not name.startswith(anew)}
    kept = {name for name in kept if not name.endswith("month.html")}  # it says at which minute it was written
    assert {before[name] for name in kept} <= set(bytes_of(settings).values())
    aside = {path.name for path in settings.unrecorded.iterdir() if path.is_dir()}
    assert aside < released if which == "yesterday" else aside == released
    assert all(release_id in said for release_id in aside)
    assert run().published is None


def test_of_files_of_one_run_for_one_slot_the_last_one_counts_after_they_were_taken_in_again(
    settings: Settings, put: Put, run: Run
) -> None:
    for n in range(1, 6):
        os.utime(put(f"ZZ1/2026-09/{n}.csv", counts(medical=50 + n)), (n, n))
    run()
    known = submissions(settings)
    settings.ledger.unlink()
    take_in(settings)
    run()
    assert [*submissions(settings).items()] == [*known.items()]
    assert [name for state, _, name in known.values() if state is State.LOADED] == ["5.csv"]


def test_decisions_alone_that_the_ledger_does_not_know_stop_a_run_too(
    settings: Settings, run: Run, lost: Callable[[str], None]
) -> None:
    older = settings.ledger.read_bytes()
    with exclusive_ledger(settings) as ledger:
        release, former = release_log.releases(ledger)
        withdraw_release(settings, ledger, release.release_id, "lead", "wrong", NOW)
    settings.ledger.write_bytes(older)
    with pytest.raises(RunError, match="it does not know decisions since its last entry"):
        run()
    take_in(settings)
    assert read_pointer(settings.released)["release_id"] == former.release_id, "a withdrawn one must not show again"
    assert (settings.withdrawn / release.release_id).is_dir()


def test_a_file_without_a_label_is_named(settings: Settings, lost: Callable[[str], None]) -> None:
    lost("empty")
    shutil.rmtree(settings.labels)
    said = take_in(settings)
    assert all(submission_id in said for submission_id in submissions(settings))
    assert {outcome.state for outcome in take(settings)} == {State.REJECTED}  # nothing says who sent them


def test_what_is_staged_of_an_unknown_submission_without_its_file_is_set_aside(settings: Settings) -> None:
    (settings.staged / "20260901-k7m2").mkdir()
    with pytest.raises(RunError, match="landed files"):
        take(settings)
    assert "20260901-k7m2" in take_in(settings)
    take(settings)
    assert [path.name for path in settings.unrecorded.iterdir()] == ["20260901-k7m2"]


@pytest.mark.parametrize("step", range(1, 9))
def test_taking_in_that_was_killed_is_ended_by_the_same_again(
    settings: Settings, lost: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    before, landed = submissions(settings), bytes_of(settings).items()
    lost("empty")
    with monkeypatch.context() as patch, suppress(Killed):
        kill_at(patch, step, (files, "move"), (Ledger, "land"), (Ledger, "note"), (record, "show_current"))
        take_in(settings)
    take_in(settings)
    take(settings)
    assert submissions(settings) == before
    assert bytes_of(settings).items() >= {one for one in landed if one[0].startswith(("landing", "history"))}
    assert len(list(settings.unrecorded.glob("[0-9]*/"))) == 2


@pytest.mark.parametrize("step", range(1, 7))
def test_a_file_is_landed_once_wherever_the_run_was_killed(
    settings: Settings, put: Put, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    file = put("ZZ1/2026-09/a.csv", counts(medical=50))
    with monkeypatch.context() as patch, Ledger(settings.ledger, actor()) as ledger, suppress(Killed):
        kill_at(patch, step, (files, "move"), (Ledger, "land"), (Path, "unlink"))  # the first of them twice
        land_inbox(settings, ledger, NOW)
    take(settings)
    assert [state for state, *_ in submissions(settings).values()] == [State.LOADED]
    assert ([path.name for path in settings.landing.iterdir()], file.exists()) == ([*submissions(settings)], False)
    assert [path.stem for path in settings.labels.iterdir() if "head" not in path.stem] == [*submissions(settings)]


def test_a_landed_file_whose_name_was_not_yet_given_gets_it(settings: Settings, put: Put) -> None:
    file = put("ZZ1/a.csv", counts(all=50))
    with Ledger(settings.ledger, actor()) as ledger:
        (submission_id,) = land_file(settings, ledger, file, SenderHints("ZZ1"), NOW).submission_ids
    (settings.landing / submission_id).rename(settings.landing / f".{submission_id}")
    file.unlink()
    assert [outcome.state for outcome in take(settings)] == [State.LOADED]


def test_a_landed_file_that_is_gone_is_named_by_every_run_until_it_comes_again(
    settings: Settings, put: Put, run: Run
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    (outcome,) = run().outcomes
    (settings.landing / outcome.submission_id).unlink()
    for month in (run(), run()):
        assert month.sentences == (
            f"1 landed file is gone, of submission {outcome.submission_id}: put what is gone back into landing from a"
            " backup, or have it sent again.",
        )
    with exclusive_ledger(settings) as ledger:
        (left,) = backfill(settings, ledger, plain_steps(settings, ledger), "2026-09", "2026-09", NOW).sentences
    assert "was not read again, and its rows stay" in left
    put("ZZ1/a.csv", counts(all=50))
    assert [one.state for one in run().outcomes] == [State.LOADED]
    assert run().sentences == ()


def test_a_proposal_that_was_never_recorded_goes_and_stops_nothing(
    settings: Settings, put: Put, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("ZZ1/a.csv", counts(all=50))
    propose = release_log.propose
    monkeypatch.setattr(release_log, "propose", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    monkeypatch.setattr(release_log, "propose", propose)
    assert len(list(settings.proposed.iterdir())) == 2
    assert run().published is not None
    assert list(settings.proposed.glob("[0-9]*/")) == []


def test_an_erased_number_leaves_the_label_of_a_file_that_was_named_after_it(
    settings: Settings, plan_layout: None, quick_walk: None, put: Put
) -> None:
    put(f"ZZ1/2026-09/{GMC}.csv", plans((GMC, "000200"), ("7000001", "000201")))
    take(settings)
    (label,) = (path for path in settings.labels.iterdir() if "head" not in path.stem)
    assert GMC in label.read_text()
    assert label.stat().st_mode & 0o777 == 0o600
    do_erase(settings)
    assert GMC not in label.read_text()


def test_the_files_of_a_home_from_before_labels_get_them(settings: Settings, put: Put) -> None:
    put("ZZ1/a.csv", counts(all=50))
    take(settings)
    shutil.rmtree(settings.labels)
    take(settings)
    assert len(list(settings.labels.iterdir())) == 2
