"""Print what the product costs beside DuckDB alone: `python -m tests.bench [LINES]` (2,000,000 unless given)."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from schemas.rulebook import load_rulebook
from tests.bench.data import survey_layout, write_job_plans, write_survey
from tests.bench.figures import many_blocks, one_table, spc_charts

ROUNDS = 3  # taken in turn, the best of each counts: other work on the machine only ever adds


def main(lines: int) -> None:
    """Run every measurement and print a table of them."""
    table = Table("what", "measured", "at most")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_job_plans(folder / "plans.csv", lines)
        table.add_row("job plan: staged / DuckDB read_csv", _ratio("job_plan", folder / "plans.csv", "bare"), "0.8 x")
        table.add_row("job plan: staged / polars to Parquet", _polars(folder / "plans.csv"), "2.0 x of its CPU")
        (folder / "plans.csv").unlink()
        write_survey(folder / "survey.csv", lines, survey_layout(load_rulebook()))
        table.add_row(
            "survey: staged / DuckDB UNPIVOT", _ratio("survey", folder / "survey.csv", "bare"), "1.2 x (aim 1.0 x)"
        )
        (folder / "survey.csv").unlink()
        table.add_row("SPC charts of 300,000 points", f"{min(spc_charts(300_000) for _ in range(ROUNDS)):.1f} s", "")
        table.add_row("suppression: 10,104 linked cells", one_table(), "seconds")
        table.add_row("suppression: 300,000 cells in blocks of 30", many_blocks(300_000), "")
        table.add_row("peak memory", _memory(folder, lines // 2), "1.10 x")
        table.add_row("--help", f"{_command(folder, '--help'):.2f} s", "0.5 s")
        _command(folder, "init", "--key", str(folder / "key"))
        table.add_row("run --no-server, empty inbox", f"{_command(folder, 'run', '--no-server'):.2f} s", "2 s")
    Console().print(table)


def _ratio(dataset: str, file: Path, yardstick: str) -> str:
    """Seconds and CPU seconds, each ours / the yardstick's."""
    rounds = [[_work(what, dataset, file)[:2] for what in ("stage", yardstick)] for _ in range(ROUNDS)]
    best = {name: [min(both[n][at] for both in rounds) for n in (0, 1)] for at, name in enumerate(("time", "CPU"))}
    return ", ".join(f"{a / b:.2f} x {name} ({a:.1f} s / {b:.1f} s)" for name, (a, b) in best.items())


def _polars(file: Path) -> str:
    is_there = importlib.util.find_spec("polars")
    return _ratio("job_plan", file, "polars") if is_there else "needs: .venv/bin/python -m pip install polars"


def _memory(folder: Path, lines: int) -> str:
    held = []
    for times in (1, 5):
        write_job_plans(folder / "plans.csv", lines * times)
        held.append(_work("stage", "job_plan", folder / "plans.csv")[2])
        (folder / "plans.csv").unlink()
    return f"{held[1] / held[0]:.2f} x ({lines:,} lines {held[0]:,.0f} MB, {lines * 5:,} lines {held[1]:,.0f} MB)"


def _work(what: str, dataset: str, file: Path) -> list[float]:
    folder = file.parent / "out"
    folder.mkdir()
    program = [sys.executable, "-m", "tests.bench.work", what, dataset, str(file), str(folder)]
    said = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    shutil.rmtree(folder)
    return [*map(float, said.split())]


def _command(folder: Path, *arguments: str) -> float:
    home = os.environ | {"RESEARCH_CULTURE_HOME": str(folder / "home")}
    program = [sys.executable, "-m", "flows", *arguments]
    best = float("inf")
    for _ in range(ROUNDS if arguments[0] != "init" else 1):
        started = time.perf_counter()
        subprocess.run(program, check=True, capture_output=True, env=home)
        best = min(best, time.perf_counter() - started)
    return best


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
