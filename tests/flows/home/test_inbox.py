"""What the folders of the inbox say of a file, and how long one is waited for."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flows.home.inbox import count_waiting, hints_of_place, scan
from warehouse.ledger.store import SenderHints


@pytest.mark.parametrize(
    ("place", "hints"),
    [
        ("a.csv", SenderHints()),
        ("ZZ1/a.csv", SenderHints(organisation="ZZ1")),
        ("ZZ1/job_plan/2026-09/a.csv", SenderHints("ZZ1", "job_plan", "", "2026-09")),
        ("ZZ1/2026-09/nurses/a.csv", SenderHints("ZZ1", "", "nurses", "2026-09")),
        ("national/2021-2023/a.csv", SenderHints("national", "", "", "2021-2023")),
    ],
)
def test_folders_say_organisation_dataset_period_and_source(tmp_path: Path, place: str, hints: SenderHints) -> None:
    assert hints_of_place(tmp_path, tmp_path / place) == hints


@pytest.mark.skipif(os.name == "nt", reason="there it is always the whole time")
@pytest.mark.parametrize(("settle_seconds", "least", "most"), [(0.01, 0.0, 0.0), (3600.0, 3500.0, 3599.98)])
def test_only_what_is_left_of_the_time_is_waited(
    settle_seconds: float, least: float, most: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("1")
    time.sleep(0.05)
    waited: list[float] = []
    monkeypatch.setattr("flows.home.inbox.time.sleep", waited.append)
    scan(tmp_path, settle_seconds)
    assert least <= waited[0] <= most


def test_what_nobody_sent_does_not_wait(tmp_path: Path) -> None:
    (tmp_path / "ZZ1").mkdir()
    for name in ("a.csv", "ZZ1/b.csv", "ZZ1/.landing-c.csv", ".DS_Store", "ZZ1/~$b.xlsx", "Thumbs.db", ".landed-d.csv"):
        (tmp_path / name).touch()
    assert count_waiting(tmp_path) == 3
    assert count_waiting(tmp_path / "gone") == 0
