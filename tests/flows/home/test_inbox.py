"""What the folders of the inbox say of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.home.inbox import hints_of_place
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
