"""The guides as HTML: built without a warning, searched and read from the disk without a network."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lib.browser import Browser, browser  # noqa: F401
from tests.lib.guides import PAGES, ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make docs` would write."""
    (line,) = re.findall(r"-m sphinx (.+) build/guides$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    folder = tmp_path_factory.mktemp("guides")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        *line.split(),
        "--doctree-dir",
        str(folder / "trees"),
        str(folder / "html"),
    ]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return folder / "html"


def test_every_guide_is_a_page_and_none_loads_anything_from_elsewhere(built: Path) -> None:
    pages = {file.relative_to(built).as_posix(): file.read_text(encoding="utf-8") for file in built.rglob("*.html")}
    assert {"README.html", *(f"docs/{name[:-3]}.html" for name in PAGES if name != "README.md")} <= set(pages)
    loaded = r"<(?:script|img|iframe|source)[^>]+src=\"(?:https?:)?//|<link[^>]+href=\"(?:https?:)?//|@import"
    assert [name for name, text in pages.items() if re.search(loaded, text)] == []


def test_search_works_from_the_disk(built: Path, browser: Browser) -> None:  # noqa: F811
    page = browser.open(built / "search.html", fragment="?q=withheld")
    page.locator("#search-results li a", has_text="For dashboard authors").first.wait_for()  # results come one by one
    assert "For dashboard authors" in page.locator("#search-results").inner_text()
    assert browser.errors == []


@pytest.mark.parametrize("name", [name for name in PAGES if name != "README.md"])
def test_a_guide_is_read_with_the_keyboard_and_on_a_narrow_screen(name: str, built: Path, browser: Browser) -> None:  # noqa: F811
    file = built / "docs" / f"{name[:-3]}.html"
    for width in (1400, 375):
        browser.open(file, width)
        assert browser.errors == []
        assert browser.violations() == []
        assert not browser.is_too_wide()
