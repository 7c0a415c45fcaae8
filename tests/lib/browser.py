"""A real Chromium with the network off, for the pages that people look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_ARGUMENTS += ["--disable-component-update", "--disable-sync"]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Browser:
    """One window. `errors` holds what the console has complained of since the page was opened."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", lambda request: self.errors.append(f"asked for {request.url[:200]}"))

    def open(self, file: Path, width: int = 1400, fragment: str = "") -> Any:
        """Open the file as a person with a file share would; returns Playwright's page."""
        self.page.goto("about:blank")  # a new fragment alone would not load the page anew
        self.errors.clear()
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.goto(file.as_uri() + fragment)
        return self.page

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA: the rule and where."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": _RULES}}).response["violations"]
        return [f"{one['id']}: {node['target']} {node['html'][:200]}" for one in found for node in one["nodes"]]

    def is_too_wide(self) -> bool:
        """True where the page itself has to be moved sideways to be read."""
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Fails where CI has no Chromium; elsewhere such tests are left out."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("There is no chromium on this machine: install it (Debian: apt-get install chromium).")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        context = chromium.new_context(offline=True, accept_downloads=True, locale="en-GB")
        yield Browser(context.new_page())
        chromium.close()
