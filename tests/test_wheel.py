"""The wheel, installed outside the clone, is the whole product: an officer without git has nothing else."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "transforms", "schemas", "warehouse", "dashboards")
CARRIED = (".py", ".toml", ".sql", ".csv", ".md", ".html", ".css", ".js")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT], ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A fresh environment with the wheel; it sees the locked libraries here, but not the clone."""
    place = tmp_path_factory.mktemp("elsewhere")
    _run([sys.executable, "-m", "venv", "--without-pip", "venv"], place)
    python = _script(place, "python")
    _run([*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel], place)
    own = _run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], place).strip()
    # A path in a .pth file is searched for modules, but the .pth files within it (the clone's) are not read.
    Path(own, "locked.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return place


def _script(place: Path, name: str) -> Path:
    return place / "venv" / ("Scripts" if os.name == "nt" else "bin") / name


def _run(command: list[object], place: Path) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RESEARCH_CULTURE_", "PYTHON", "COV_"))}
    done = subprocess.run([str(part) for part in command], cwd=place, env=kept, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_carries_every_file_of_the_rooms(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    ours = {file for room in ROOMS for file in (ROOT / room).rglob("*") if file.suffix in CARRIED}
    assert {file.relative_to(ROOT).as_posix() for file in ours} <= carried
    assert all(any(name.endswith(kind) for name in carried) for kind in CARRIED)


def test_the_wheel_carries_neither_tests_nor_data(wheel: Path) -> None:
    carried = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in carried if ".dist-info/" not in name} == set(ROOMS)


def test_outside_the_clone_the_package_is_the_wheels(installed: Path) -> None:
    place = _run([_script(installed, "python"), "-c", "import schemas; print(schemas.__file__)"], installed)
    assert Path(place.strip()).is_relative_to(installed)


def test_outside_the_clone_help_template_and_set_up_work(installed: Path) -> None:
    command = _script(installed, "research-culture")
    said = _run([command, "--help"], installed)
    assert said.index("init") < said.index("template") < said.index("publish")
    _run([command, "init", "--key", installed / "keys" / "research.key"], installed)
    _run([command, "template", "population"], installed)
    assert list(installed.glob("**/*population*.xlsx"))
