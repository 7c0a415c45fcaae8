"""What the tests of this room share: a home to walk in without Prefect, and one Prefect server for the session."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import flows.prefect_flows  # noqa: F401  Prefect's log keeps the stderr of its first import: be it no single test's
from flows.monthly.curate import curate
from flows.monthly.run import Month, exclusive_ledger, monthly, plain_steps
from flows.settings import Settings, load_settings
from tests.lib.walk import NOW, PLAN_LAYOUT, Run, new_home
from warehouse.build import checks


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A fresh home with a key, two fictional organisations and one small layout of the user's own."""
    return new_home(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def empty_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work database of such a home before anything came: built once, since each walk would build the same."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        settings = new_home(tmp_path_factory.mktemp("empty"), monkeypatch)
        monkeypatch.setattr(checks, "_suites", dict)
        with exclusive_ledger(settings) as ledger:
            curate(settings, ledger)
    return settings.work


@pytest.fixture
def quick_walk(settings: Settings, empty_work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Walks start from the work database of an empty home, and are checked by contracts alone.

    The suites of Great Expectations have their own test, and run in those of the command line and the schedule.
    """
    settings.work.parent.mkdir(exist_ok=True)
    shutil.copy(empty_work, settings.work)
    monkeypatch.setattr(checks, "_suites", dict)


@pytest.fixture
def put(settings: Settings) -> Callable[[str, str | bytes], Path]:
    """Put a file into the inbox: place below it, content."""

    def put_file(place: str, content: str | bytes) -> Path:
        path = settings.inbox / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put_file


@pytest.fixture
def run(settings: Settings, quick_walk: None) -> Callable[[], Month]:
    """The monthly walk without Prefect; each call is a minute later."""
    calls: list[None] = []

    def run_month() -> Month:
        calls.append(None)
        with exclusive_ledger(settings) as ledger:
            now = NOW + timedelta(minutes=len(calls))
            return monthly(settings, ledger, plain_steps(settings, ledger), now)

    return run_month


@pytest.fixture
def manual(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The home without auto-approval, as `init` makes it."""
    file = settings.config / "settings.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("auto_approve = true\n", ""), encoding="utf-8")
    return load_settings()


@pytest.fixture
def walk(manual: Settings, quick_walk: None) -> Run:
    """The monthly walk in that home; each call is a minute later."""
    minutes = iter(range(1, 99))

    def run_month() -> Month:
        with exclusive_ledger(manual) as ledger:
            return monthly(manual, ledger, plain_steps(manual, ledger), NOW + timedelta(minutes=next(minutes)))

    return run_month


@pytest.fixture
def plan_layout(settings: Settings) -> None:
    """A small layout of job plans of the user's own, for files that `people.plans` makes."""
    path = settings.config / "layouts" / "job_plan" / "plans.toml"
    path.parent.mkdir(parents=True)
    path.write_text(PLAN_LAYOUT, encoding="utf-8")


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[Callable[[], str]]:
    """A passing Prefect server; called, it gives all that its database holds, as text."""
    from prefect.logging.handlers import APILogHandler
    from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL
    from prefect.testing.utilities import prefect_test_harness

    def dump() -> str:
        APILogHandler().flush()
        path = Path(PREFECT_SERVER_DATABASE_CONNECTION_URL.value().split("///")[1])
        connection = sqlite3.connect(path)
        try:
            return "\n".join(connection.iterdump())
        finally:
            connection.close()

    with prefect_test_harness(server_startup_timeout=120):
        yield dump
