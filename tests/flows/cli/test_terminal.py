"""In a real terminal of 100 columns: a run says how far it is, leaves no trace of that, and fits the screen."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.settings import Settings
from tests.lib.command_line import GOOD
from tests.lib.terminal import COLUMNS, LINES, screen, typed
from tests.lib.walk import Put

pytestmark = pytest.mark.slow
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
NAME = "our consultants' job plans of September, "


@pytest.fixture
def sent(settings: Settings, put: Put) -> Settings:
    """A home in whose inbox wait a good file and eleven that are refused."""
    put("ZZ1/good.csv", GOOD)
    for n in range(11):
        put(f"ZZ2/{NAME}{n:02}.csv", f"Colour,Taste\nred,{n}\n")
    return settings


def widest(lines: list[str], settings: Settings) -> int:
    """The letters of the longest line, but of those with a path: a path is never broken."""
    return max(len(line) for line in lines if str(settings.home) not in line)


def test_a_run_shows_file_and_number_and_leaves_one_clean_screen(sent: Settings, tmp_path: Path) -> None:
    code, written = typed("run", "--no-server", cwd=tmp_path)
    left = screen(written)
    assert code == 3
    assert re.search(rf"Reading [2-9] of 12: {NAME}0\d\.csv", written)
    assert not [line for line in left if "Reading" in line or "Building" in line or "⠋" in line]
    assert len(left) <= LINES
    assert widest(left, sent) <= COLUMNS
    assert sum("was refused:" in line for line in left) == 3
    assert any(line.startswith("And 8 more: `research-culture status --all` lists them") for line in left)
    assert re.search(r"ZZ2 .* 0 +11 +0", "\n".join(left))
    short = re.search(r"submission (\w{4})\)", written)
    assert short
    code, written = typed("findings", short[1], cwd=tmp_path)
    assert code == 0 and "F011" in written
    code, written = typed("findings", "20", cwd=tmp_path)
    assert code == 2 and "and 4 more; type more letters" in " ".join(screen(written))
    assert widest(screen(written), sent) <= COLUMNS and not re.search(r"\w-\s*$", written, re.MULTILINE)
    code, written = typed("status", cwd=tmp_path)
    assert code == 0 and "\x1b[32m2026-09" in written and widest(screen(written), sent) <= COLUMNS
    _, written = typed("status", cwd=tmp_path, NO_COLOR="1")
    assert "2026-09" in written and not COLOUR.search(written.replace("\x1b[0m", "").replace("\x1b[1m", ""))


def test_what_is_piped_has_no_escape_and_its_cells_are_separated_by_tabs(sent: Settings, tmp_path: Path) -> None:
    for words, cells in ((["run", "--no-server"], "ZZ2 "), (["status"], "population\t"), (["doctor"], "key\tfine\t")):
        command = [sys.executable, "-m", "flows", *words]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert "\x1b" not in said.stdout + said.stderr and "\r" not in said.stdout
        assert any(line.startswith(cells) and "\t" in line for line in said.stdout.splitlines())


def test_prefect_is_silent_unless_its_log_is_asked_for(settings: Settings, put: Put, tmp_path: Path) -> None:
    put("ZZ1/good.csv", GOOD)
    code, written = typed("run", cwd=tmp_path)
    assert code == 0 and "Reading 1 of 1: good.csv" in written
    assert not re.search(r"INFO|WARNING|prefect\.|Flow run|Task run", written)
    code, written = typed("run", "--verbose", cwd=tmp_path)
    assert code == 0 and "Flow run" in written
