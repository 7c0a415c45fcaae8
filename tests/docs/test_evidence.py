"""What the guides name as evidence is there, and the machine takes the units that they show."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.lib.guides import PAGES, ROOT, blocks

ITEMS = {
    heading: re.findall(r"^\| (?!item|---)(.+?) \| (.+?) \| (.+) \|$", part, re.MULTILINE)
    for heading, part in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGES["rap.md"], re.MULTILINE | re.DOTALL)
}
UNITS = {name: text for block in blocks("ini", PAGES["deployment/guide.md"]) for name, text in [block.split("\n", 1)]}


def test_the_levels_have_their_eighteen_items_and_the_page_counts_what_is_met() -> None:
    assert {level: len(items) for level, items in ITEMS.items()} == {"Baseline": 5, "Silver": 9, "Gold": 4}
    met = [is_met for items in ITEMS.values() for _, is_met, _ in items]
    assert set(met) == {"yes", "**not shown**"}
    assert f"**As it stands, {met.count('yes')} of {len(met)} items are met.**" in PAGES["rap.md"]


@pytest.mark.parametrize("evidence", [item[2] for items in ITEMS.values() for item in items])
def test_every_file_that_is_named_as_evidence_is_there(evidence: str) -> None:
    files = re.findall(r"`([\w./]*[/.][\w./]+)`|`(LICENSE)`", evidence)
    assert [name for name in map("".join, files) if not (ROOT / name).exists()] == []


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units as files; the program, which is not installed there, is `true`."""
    program = shutil.which("true") or "true"
    for name, text in UNITS.items():
        here = re.sub(r"(?m)^(ExecStart=)\S+", rf"\1{program}", text)
        here = re.sub(r"(?m)^(User|WorkingDirectory|ReadWritePaths)=.*\n", "", here)  # not on this machine
        (tmp_path / Path(name.removeprefix("# ")).name).write_text(here, encoding="utf-8")
    return sorted(tmp_path.iterdir())


def test_the_units_start_what_they_are_shown_for(units: list[Path]) -> None:
    assert [file.name for file in units] == [
        "research-culture-month.service",
        "research-culture-month.timer",
        "research-culture.service",
    ]
    read = ConfigParser(interpolation=None, strict=True)
    for text in UNITS.values():
        read.read_string(text)
    assert read["Timer"]["OnCalendar"] == "*-*-02 06:00 Europe/London"
    assert {"3", "8"} == set(read["Service"]["SuccessExitStatus"].split())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine.")
def test_systemd_finds_nothing_wrong_with_the_units(units: list[Path]) -> None:
    said = subprocess.run(["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True)
    ours = [line for line in said.stderr.splitlines() if "research-culture" in line]
    assert ours == []
