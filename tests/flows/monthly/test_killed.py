"""A decision that was killed at any durable step, without a chance to tidy up, is finished by the next command."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.monthly.approve import approve, decline
from flows.monthly.by_hand import withdraw
from flows.monthly.run import exclusive_ledger, monthly, plain_steps
from flows.settings import Settings, load_settings
from tests.lib.walk import NOW, Put, counts
from warehouse.db import exports
from warehouse.ledger import release_log
from warehouse.ledger.store import Ledger

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a copy of this process")]
LATER = NOW + timedelta(days=1)
STEPS = ("replace", "rename", "unlink", "rmdir", "symlink", "fsync")  # of the system, beside the databases' own
Act = Callable[[Settings, Ledger], object]


def approving(settings: Settings, ledger: Ledger) -> object:
    return approve(settings, ledger, "", "An Approver", "as discussed", LATER)


def declining(settings: Settings, ledger: Ledger) -> object:
    return decline(settings, ledger, "", "An Approver", "too early", LATER)


def withdrawing(settings: Settings, ledger: Ledger) -> object:
    shown = release_log.current(ledger)
    assert shown is not None
    return withdraw(settings, ledger, shown.release_id, "An Approver", "a wrong denominator", LATER)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "home"


@pytest.fixture
def two_releases(settings: Settings, quick_walk: None, put: Put, cache: Path) -> Settings:
    """A home with a release that is current and one that waits; made once, each test has a copy."""
    file = settings.config / "settings.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("auto_approve = true\n", ""), encoding="utf-8")
    settings = load_settings()
    if not cache.is_dir():
        for number in (1, 2):
            put(f"ZZ{number}/a.csv", counts(all=50))
            with exclusive_ledger(settings) as ledger:
                monthly(settings, ledger, plain_steps(settings, ledger), NOW + timedelta(minutes=number))
                if number == 1:
                    approve(settings, ledger, "", "An Approver", "as discussed", NOW + timedelta(hours=1))
        shutil.copytree(settings.home, cache, symlinks=True)
    return settings


def restored(settings: Settings, cache: Path) -> None:
    shutil.rmtree(settings.home)
    shutil.copytree(cache, settings.home, symlinks=True)


def stopping(monkeypatch: pytest.MonkeyPatch, at: int) -> list[str]:
    """Let the process end before the durable step of that number; gives the names of those that were taken."""
    taken: list[str] = []

    def before(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **kwargs: Any) -> Any:
            taken.append(name)
            if len(taken) == at:
                os._exit(9)
            return step(*args, **kwargs)

        return act

    for name in STEPS:
        monkeypatch.setattr(os, name, before(name, getattr(os, name)))
    monkeypatch.setattr(Ledger, "audit_head", before("commit", Ledger.audit_head))
    for name in ("write_database", "copy_database"):
        monkeypatch.setattr(exports, name, before(name, getattr(exports, name)))
    return taken


def act_on(settings: Settings, act: Act) -> None:
    with exclusive_ledger(settings) as ledger:
        act(settings, ledger)


def killed(settings: Settings, act: Act, at: int) -> bool:
    """True where a copy of this process was ended at that step; False where it came to its end before."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads: Python 3.12 and later
        child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    with pytest.MonkeyPatch.context() as monkeypatch:
        stopping(monkeypatch, at)
        act_on(settings, act)
    os._exit(0)


def is_decided(settings: Settings) -> bool:
    with Ledger(settings.ledger, "tester") as ledger:
        return bool(
            ledger.rows("SELECT 1 FROM release_decision WHERE decided_at = ?", LATER.isoformat(timespec="microseconds"))
        )


def what_is_there(settings: Settings) -> dict[str, object]:
    """Every file of the home, where `current` points, and what analysts know of releases."""
    names = {path.relative_to(settings.home).as_posix() for path in settings.home.rglob("*")}
    current, pointer = settings.released / "current", settings.released / "current.json"
    with duckdb.connect(settings.analyst_file, read_only=True) as connection:
        releases = connection.execute("SELECT release_id, decision_code FROM audit.release ORDER BY 1").fetchall()
        history = connection.execute("SELECT DISTINCT release_id, withdrawn_at FROM core.metric_history ORDER BY 1")
        return {
            "files": {
                name
                for name in names
                if not name.startswith(("ledger.sqlite", "run.lock", "warehouse/work.duckdb.wal"))
            },
            "current": current.readlink() if current.is_symlink() else None,
            "pointer": pointer.read_text(encoding="utf-8") if pointer.is_file() else None,
            "releases": releases,
            "history": history.fetchall(),
        }


@pytest.mark.parametrize("act", [approving, declining, withdrawing])
def test_a_decision_killed_at_any_step_is_finished_by_the_next_command(
    two_releases: Settings, cache: Path, act: Act
) -> None:
    settings = two_releases
    with pytest.MonkeyPatch.context() as monkeypatch:
        restored(settings, cache)
        steps = stopping(monkeypatch, 0)
        act_on(settings, act)
    act_on(settings, lambda *_: None)
    expected = what_is_there(settings)
    last_few = [steps.index("copy_database") + 1, *range(len(steps) - 3, len(steps) + 1)]
    for number in sorted({*range(1, len(steps) + 1, 3), *last_few}):
        restored(settings, cache)
        assert killed(settings, act, number), (number, steps[number - 1])
        act_on(settings, lambda *_: None)
        if not is_decided(settings):
            act_on(settings, act)
        assert what_is_there(settings) == expected, (number, steps[number - 1])
