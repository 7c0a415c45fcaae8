"""Print what a release's pages cost: `python -m tests.bench.pages RELEASE`, the folder of a release of the demo.

It is measured as it is, and as of many organisations and years: there each organisation stands 27 times and each month
three times, under other names, so that figures are as varied as those of so many senders.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

COPIES, YEARS = 27, 3
_NAMES = ("organisation_code", "organisation_name", "site_code", "site_name", "series_id")
_KEYS = ("period_key", "period_label")
_YEARS = (2026, 2025)  # of the demo's periods


def copied(release: Path, to: Path, copies: int, years: int) -> Path:
    """A folder with the release's manifest and Parquet, each organisation and period so many times."""
    (to / "parquet").mkdir(parents=True)
    shutil.copyfile(release / "manifest.json", to / "manifest.json")
    for file in (release / "parquet").glob("*.parquet"):
        duckdb.sql(f"COPY ({_select(file, copies, years)}) TO '{to / 'parquet' / file.name}'")
    return to


def _select(file: Path, copies: int, years: int) -> str:
    columns = duckdb.sql(f"FROM '{file}' LIMIT 0").columns
    senders = copies if {"organisation_code", "site_code"} & {*columns} else 1
    times = years if {"period_end", "period_key"} & {*columns} else 1
    cells = ", ".join(f"{_cell(name)} AS {name}" for name in columns)
    return f"SELECT {cells} FROM '{file}', range({senders}) AS c(copy), range({times}) AS y(year)"


def _cell(name: str) -> str:
    if name in _NAMES:
        return f"{name} || CASE WHEN copy = 0 THEN '' ELSE ' ' || copy END"
    if name in ("period_start", "period_end"):
        return f"CAST({name} - to_years(CAST(year AS INTEGER)) AS DATE)"
    if name in _KEYS:
        for one in reversed(_YEARS):  # the earlier first: what it became is not replaced again
            name = f"replace({name}, '{one}', CAST({one} - year AS VARCHAR))"
        return name
    return f"{name} AND year = 0" if name == "is_latest" else name


def first_chart(page: Path) -> float:
    """Seconds from opening the page in Chromium to its first chart."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]) as b,
    ):
        opened = b.new_page()
        started = time.perf_counter()
        opened.goto(page.as_uri(), wait_until="commit")
        opened.wait_for_selector("main svg")
        return time.perf_counter() - started


def measured(release: Path) -> list[str]:
    """Figures, seconds to write all pages, the largest page in MB, seconds to its first chart."""
    ((figures,),) = duckdb.sql(f"SELECT count(*) FROM '{release / 'parquet' / 'dashboard_figure.parquet'}'").fetchall()
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "dashboards", str(release)], check=True, capture_output=True)
    seconds, page = time.perf_counter() - started, release / "dashboard.html"
    size = f"{page.stat().st_size / 1e6:.1f} MB"
    return [f"{figures:,}", f"{seconds:.1f} s", size, f"{first_chart(page):.1f} s"]


def main(release: Path) -> None:
    """Print the table."""
    table = Table("release", "figures", "all pages written", "dashboard.html", "first chart")
    with tempfile.TemporaryDirectory() as name:
        for said, copies, years in (("as it is", 1, 1), (f"{COPIES} x, {YEARS} years", COPIES, YEARS)):
            table.add_row(said, *measured(copied(release, Path(name, str(copies)), copies, years)))
    Console().print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
