"""Readers cannot write, reach other files or be locked out of what is released; the work file is its owner's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse.db.connection import ask, log_of, open_reader, open_work


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.duckdb"
    with open_work(path) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    return path


def crafted_log(file: Path, folder: Path) -> bytes:
    """What DuckDB would read as changes of the file that are not in it yet: every `a` is 99."""
    copy = folder / "copy.duckdb"
    shutil.copy(file, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("PRAGMA disable_checkpoint_on_shutdown; UPDATE t SET a = 99")
    return log_of(copy).read_bytes()


def written_beside(file: Path, folder: Path) -> str:
    log = "".join(f"\\x{byte:02x}" for byte in crafted_log(file, folder))
    return f"COPY (SELECT CAST('{log}' AS BLOB)) TO '{log_of(file)}' (FORMAT blob)"


def test_nobody_falsifies_the_file_by_a_log_beside_it(file: Path, tmp_path: Path) -> None:
    attack = written_beside(file, tmp_path)
    with open_reader(file) as reader, pytest.raises(duckdb.PermissionException):
        reader.execute(attack)
    for words in (attack, f"SELECT 1; {attack}"):
        with pytest.raises(ValueError, match="one SELECT"):
            ask(file, words)
    assert not log_of(file).exists()
    assert ask(file, "SELECT a FROM t") == (("a",), [(1,)])
    # By another program it can be done. Then nothing is answered
    with duckdb.connect(str(file), read_only=True) as other:
        other.execute(attack)
    with duckdb.connect(str(file), read_only=True) as other:
        assert other.execute("SELECT a FROM t").fetchall() == [(99,)]
    with pytest.raises(ValueError, match=r"some.duckdb.wal lies beside the file and is not ours"):
        ask(file, "SELECT a FROM t")


@pytest.mark.parametrize(
    "question",
    [
        "SELECT a FROM t;",
        "WITH one AS (SELECT a FROM t) SELECT a FROM one -- and so on",
        "FROM t",
        "TABLE t",
        "VALUES (1)",
        "SELECT * FROM (PIVOT t ON a IN (1) USING max(a))",
    ],
)
def test_whatever_the_parser_reads_as_one_select_is_answered(file: Path, question: str) -> None:
    assert ask(file, question)[1] == [(1,)]


def test_a_table_can_be_described_and_summarised(file: Path) -> None:
    assert [row[0] for question in ("DESCRIBE t", "SUMMARIZE t") for row in ask(file, question)[1]] == ["a", "a"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "COPY t TO '{file}.csv'",
        "COPY t TO '{file}.wal'",
        "EXPORT DATABASE '{file}.folder'",
        "ATTACH '{file}.other'",
        "PRAGMA version",
        "PRAGMA import_database('{file}.folder')",
        "SET threads = 1",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "CREATE TEMP TABLE u AS SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "CHECKPOINT",
        "DELETE FROM t",
        "SELECT 1; COPY t TO '{file}.wal'",
    ],
)
def test_nothing_but_one_select_is_run(file: Path, words: str) -> None:
    with pytest.raises(ValueError, match=r"^type one SELECT; nothing else can be run here$"):
        ask(file, words.format(file=file))
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM read_csv('{other}')",
        "SELECT (SELECT count(*) FROM read_text('{other}'))",
        "SELECT * FROM read_blob('{other}')",
        "SELECT * FROM read_parquet('{other}')",
        "SELECT * FROM glob('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM query('SELECT * FROM read_csv(''{other}'')')",
        "SELECT * FROM read_blob('{file}')",
        "SELECT 1 FROM",
    ],
)
def test_a_select_reads_no_file(file: Path, tmp_path: Path, question: str) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"disabled|does not exist|syntax error"):
        ask(file, question.format(other=other, file=file))


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
