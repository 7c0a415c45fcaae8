"""Readers cannot write, reach other files or be locked out of what is released; the work file is its owner's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse.db.connection import open_reader, open_work


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.duckdb"
    with open_work(path) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    return path


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (2)",
        "SELECT * FROM read_csv('{file}')",
        "COPY t TO '{file}.csv'",
        "ATTACH '{file}.other'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_a_reader_cannot_write_reach_another_file_or_change_that(file: Path, statement: str) -> None:
    with open_reader(file) as reader:
        assert reader.execute("SELECT a FROM t").fetchall() == [(1,)]
        with pytest.raises(duckdb.Error):
            reader.execute(statement.format(file=file))


def test_the_work_file_is_its_owners_and_fetches_nothing(file: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0
    with open_work(file) as connection:
        found = connection.execute(
            "SELECT current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions'),"
            " current_setting('temp_directory')"
        ).fetchone()
    assert found == (False, False, f"{file}.tmp")


@pytest.mark.slow
def test_another_process_reads_the_released_file_while_a_new_one_is_written(tmp_path: Path, file: Path) -> None:
    """A reader that holds the old file open goes on, and whoever opens the path next has the new one."""
    code = (
        "import sys; from pathlib import Path; from warehouse.db.connection import open_reader\n"
        "with open_reader(Path(sys.argv[1])) as reader:\n"
        "    print(reader.execute('SELECT a FROM t').fetchall(), flush=True); sys.stdin.readline()\n"
        "    print(reader.execute('SELECT a FROM t').fetchall(), flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None and reader.stdout is not None
        assert reader.stdout.readline() == "[(1,)]\n"
        with open_work(tmp_path / "new.duckdb") as connection:
            connection.execute("CREATE TABLE t AS SELECT 2 AS a")
        (tmp_path / "new.duckdb").replace(file)
        with open_reader(file) as other:
            assert other.execute("SELECT a FROM t").fetchall() == [(2,)]
        reader.stdin.write("go on\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "[(1,)]\n"
    assert reader.returncode == 0
