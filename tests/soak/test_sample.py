"""A sample of `make soak`: a few kills and a race in a process of their own, and malformed files."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.malformed import malformed


@pytest.mark.slow
def test_runs_that_are_killed_or_race_lose_double_and_tear_nothing() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.soak", "0.01", "kills", "races"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "runs killed" in ended.stdout and "runs that race" in ended.stdout


def test_what_is_taken_of_malformed_files_is_what_another_reader_finds(tmp_path: Path) -> None:
    tally = malformed(tmp_path, 150, random.Random(1))
    assert tally.is_well, tally
    assert tally.tried == 150
