"""dashboard.html: every figure of a release in one page."""

from collections.abc import Mapping
from pathlib import Path

from dashboards.page import render, write


def write_dashboard(release: Path, about: Mapping[str, object]) -> None:
    """Write `dashboard.html` into the release's folder."""
    write(release / "dashboard.html", render("dashboard.html", about))
