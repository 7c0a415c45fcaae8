"""What is timed, each in a process of its own: `python -m tests.bench.work stage job_plan FILE FOLDER`.

Prints seconds, seconds of CPU (user and system, with the start of Python) and the most memory held, in MB.
"""

import resource
import sys
import time
from pathlib import Path

READ = "CREATE TABLE made AS SELECT * FROM read_csv('{file}')"
LONG = "CREATE TABLE made AS UNPIVOT (FROM read_csv('{file}')) ON COLUMNS('rcc_.*') INTO NAME question VALUE score"


def stage(dataset: str, file: Path, folder: Path) -> None:
    """Received to staged: every check and pseudonym, the rules of the whole file, all on disk."""
    from schemas.rulebook import load_rulebook
    from tests.bench.data import job_plan_layout, survey_layout
    from transforms.prepare import prepare
    from transforms.pseudonymise import Pseudonymiser
    from transforms.reading.parse import read_shape
    from warehouse.staging.load import Staging, check_file, open_checks

    rules = load_rulebook()
    layout = job_plan_layout(rules) if dataset == "job_plan" else survey_layout(rules)
    key = Pseudonymiser(b"a key for the bench: 32 bytes or more", "bench", "X9001")
    accepted, staging = 0, Staging(folder, "S1")
    staging.begin()
    with file.open("rb") as stream:
        shape = read_shape(stream, file.name)
        assert layout.fits(shape.sheets[""][0])
        for part in prepare(stream, shape, layout, rules, key, "S1"):
            staging.write(part.tables)
            accepted += part.counts.accepted
            assert not part.findings
        staging.close()
        assert check_file(open_checks(rules, folder / "spill"), staging.folder, layout) == ((), 0)
        staging.settle()
    assert accepted > 0


def bare(dataset: str, file: Path, folder: Path) -> None:
    """DuckDB alone: the same CSV into a table of a file, unpivoted where it is a survey, nothing checked."""
    import duckdb

    with duckdb.connect(folder / "bare.duckdb") as connection:
        connection.execute((READ if dataset == "job_plan" else LONG).format(file=file))


def polars(dataset: str, file: Path, folder: Path) -> None:
    """polars alone: the same CSV as Parquet, nothing checked."""
    import polars

    polars.scan_csv(file).sink_parquet(folder / "bare.parquet")


if __name__ == "__main__":
    what, dataset, file, folder = sys.argv[1:]
    started = time.perf_counter()
    {"stage": stage, "bare": bare, "polars": polars}[what](dataset, Path(file), Path(folder))
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
