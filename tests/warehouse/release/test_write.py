"""A release is there wholly or not at all, and says what it holds."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from schemas.tables import MARTS, TABLES
from tests.lib.text_tables import lines, shown
from tests.lib.walk import MET, METRICS, NOW, released
from warehouse.build.inputs import StagedSubmission
from warehouse.db import files
from warehouse.db.connection import open_reader
from warehouse.ledger.history import ReleaseHistory
from warehouse.release.write import _FOR_ANALYSTS, export_analyst_file, releases_in

pytestmark = pytest.mark.slow

CHANGED = TABLES["release.changes"]
NO_RELEASES = ReleaseHistory()


def test_the_headline_counts_what_is_shown_and_says_why_the_rest_is_not(work, tmp_path: Path) -> None:
    release = released(work, tmp_path / "released")
    assert release.figures == {"shown": 1, "withheld": 2, "not_available": 0}
    assert release.headline == (
        "1 of 3 figures shown; 2 withheld because fewer than 11 people stand behind the figure or a part of it,"
        " because all answered alike, or because such a figure could be worked out from it; choose twelve months, wide"
        " staff groups or all staff groups to see more."
    )


def test_the_headline_says_why_figures_are_not_available(work, tmp_path: Path) -> None:
    reasons = "CASE WHEN month(period_end) = 10 THEN 'source_missing' END"
    work.execute(
        f"UPDATE marts.metric_value SET status = 'not_available', reason_code = {reasons} WHERE status <> 'shown'"
    )
    headline = released(work, tmp_path / "released").headline
    work.execute("UPDATE marts.metric_value SET status = 'suppressed', reason_code = NULL WHERE status <> 'shown'")
    assert headline == (
        "1 of 3 figures shown; 1 not available because its population has not come; 1 not available because a source"
        " that came before has not come for the period."
    )


def test_pages_are_made_from_the_files_of_the_release_and_are_among_them(work, tmp_path: Path) -> None:
    told = {}

    def pages(folder: Path, about: dict) -> None:
        told.update(about, tables={file.stem for file in (folder / "parquet").iterdir()})
        (folder / "page.html").write_text("a page", encoding="utf-8")

    release = released(work, tmp_path / "released", pages=pages)
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]["page.html"]["sha256"] == hashlib.sha256(b"a page").hexdigest()
    assert "metric_value" in told.pop("tables")
    assert told == {key: manifest[key] for key in ("release_id", "released_at", "headline", "is_fictional")}


def test_the_manifest_holds_the_checksum_and_size_of_every_other_file(work, tmp_path: Path) -> None:
    release = released(work, tmp_path / "released")
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    there = {f.relative_to(release.folder).as_posix() for f in release.folder.rglob("*") if f.is_file()}
    assert set(manifest["files"]) == there - {"manifest.json"}
    assert {"research_culture.duckdb", "dictionary.csv", "DICTIONARY.md"} <= there
    assert {f"{kind}/{name[6:]}.{kind}" for name in MARTS for kind in ("csv", "parquet")} <= there
    for name, said in manifest["files"].items():
        content = (release.folder / name).read_bytes()
        assert said == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert hashlib.sha256((release.folder / "manifest.json").read_bytes()).hexdigest() == release.manifest_sha256
    assert manifest["is_fictional"] is True
    assert manifest["checks"][0]["sentence"] == MET.sentence
    assert manifest["audit_head"] == {"entry": 7, "hash": "f" * 64}


@pytest.mark.parametrize("dataset", ["population", "support_summary", "survey"])
def test_the_manifest_has_no_hash_of_what_was_sent(work, tmp_path: Path, dataset: str) -> None:
    content = hashlib.sha256(dataset.encode()).hexdigest()
    sent = StagedSubmission("s1", "ZZ1", dataset, "template", NOW.date(), NOW.date(), NOW, content)
    text = (released(work, tmp_path / "released", submissions=[sent]).folder / "manifest.json").read_text("utf-8")
    (told,) = json.loads(text)["submissions"]
    assert (told["submission_id"], told["dataset"]) == ("s1", dataset)
    assert "content" not in told
    assert content not in text


def test_every_form_of_a_mart_says_the_same_and_a_hidden_figure_is_empty(work, tmp_path: Path) -> None:
    folder = released(work, tmp_path / "released").folder
    query = "SELECT organisation_code, period_start, status, numerator, denominator, people_count, value FROM {}"
    expected = lines("""
        ZZ1 2026-09-01 shown              12 24 24 50
        ZZ2 2026-09-01 suppressed -  -  -  -
        ZZ2 2026-10-01 suppressed -  -  -  -
    """)
    with open_reader(folder / "research_culture.duckdb") as reader:
        assert shown(reader, query.format("marts.metric_value")) == expected
    with duckdb.connect() as reader:
        assert shown(reader, query.format(f"'{folder}/parquet/metric_value.parquet'")) == expected
        assert shown(reader, query.format(f"'{folder}/csv/metric_value.csv'")) == expected


def test_pandas_groups_a_released_csv_by_its_key_and_loses_no_row(work, tmp_path: Path) -> None:
    figures = pd.read_csv(released(work, tmp_path / "released").folder / "csv/metric_value.csv")
    assert set(figures["item_code"]) == {"none"}
    assert set(figures["category"]) == {"all"}
    assert figures.groupby(list(TABLES["core.metric_figure"].keys)).size().sum() == len(figures) == 3


def test_the_released_database_keeps_its_comments_and_opens_in_older_versions(work, tmp_path: Path) -> None:
    folder = released(work, tmp_path / "released").folder
    with open_reader(folder / "research_culture.duckdb") as reader:
        tables = shown(reader, "SELECT DISTINCT schema_name FROM duckdb_tables()")
        bare = "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
        version = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal"
        assert tables == "marts\nreference"
        assert shown(reader, bare) == "0"
        assert shown(reader, version) == "v1.0.0+"
        hidden = "SELECT comment FROM duckdb_tables() WHERE table_name = 'metric_value'"
        assert "A hidden figure is NULL, never 0." in shown(reader, hidden)


def test_no_text_in_a_csv_begins_like_a_formula(work, tmp_path: Path) -> None:
    folder = released(work, tmp_path / "released").folder
    rows = list(csv.DictReader((folder / "csv/metric_definition.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0]["title"] == f"'{METRICS[0].title}"


def test_the_dictionary_explains_every_released_column(work, tmp_path: Path) -> None:
    folder = released(work, tmp_path / "released").folder
    rows = list(csv.DictReader((folder / "dictionary.csv").read_text(encoding="utf-8-sig").splitlines()))
    explained = {f"{row['table_name']} {row['column_name']}" for row in rows if row["description"]}
    with open_reader(folder / "research_culture.duckdb") as reader:
        columns = "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        there = {*shown(reader, columns).splitlines(), *(f"release.changes {name}" for name in CHANGED.names)}
        assert explained == there
    figures = [row for row in rows if row["table_name"] == "marts.metric_value"]
    assert [row["column_name"] for row in figures if row["is_key"] == "TRUE"] == list(MARTS["marts.metric_value"].keys)
    by_name = {row["column_name"]: row for row in figures}
    assert [int(row["position"]) for row in figures] == list(range(1, len(figures) + 1))
    assert (by_name["value"]["unit"], by_name["people_count"]["unit"]) == ("the metric's", "people")
    assert (by_name["period_kind"]["kind"], by_name["period_kind"]["codelist"]) == ("code", "period_kind")
    assert by_name["value"]["is_required"] == "FALSE"
    assert "### marts.metric_value" in (folder / "DICTIONARY.md").read_text(encoding="utf-8")


def test_the_same_figures_released_twice_have_the_same_content_hash(work, tmp_path: Path) -> None:
    first, second = released(work, tmp_path / "released"), released(work, tmp_path / "released", "r2")
    assert first.content_hash == second.content_hash
    value = "UPDATE marts.metric_value SET value = {} WHERE status = 'shown'"
    work.execute(value.format("50.0001"))
    assert released(work, tmp_path / "released", "r3").content_hash != first.content_hash
    work.execute(value.format("50 + 1e-12"))
    assert released(work, tmp_path / "released", "r4").content_hash == first.content_hash


def test_a_release_is_never_overwritten(work, tmp_path: Path) -> None:
    released(work, tmp_path / "released")
    with pytest.raises(FileExistsError, match="release r1 is there already"):
        released(work, tmp_path / "released")


class Killed(BaseException):
    """The machine went off."""


# Where the flushes stand between the steps: a file, the folder before it gets its name, after that.
@pytest.mark.parametrize(
    ("flushed", "is_there"),
    [("research_culture.duckdb", False), ("manifest.json", False), (".draft-new", False), ("proposed", True)],
)
def test_a_release_killed_between_two_steps_is_never_seen_half(
    work, tmp_path: Path, monkeypatch, flushed: str, is_there: bool
) -> None:
    folder = tmp_path / "proposed"

    def flush(path: Path) -> None:
        if path.name == flushed:
            raise Killed

    monkeypatch.setattr(files, "flush", flush)
    with pytest.raises(Killed):
        released(work, folder, "new")
    monkeypatch.undo()
    assert (folder / "new").is_dir() is is_there
    assert not is_there or is_whole(folder / "new")
    released(work, folder, "after")
    assert not list(folder.glob(".*"))


def is_whole(folder: Path) -> bool:
    """True where every file that the manifest names is there with its checksum."""
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    return all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == about["sha256"] for name, about in said.items()
    )


@pytest.fixture
def database(work, tmp_path: Path) -> Path:
    """The work database as it lies there once nobody has it open."""
    work.execute("CHECKPOINT")
    (path,) = work.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    return Path(shutil.copyfile(path, tmp_path / "work.duckdb"))


def test_the_analysts_file_holds_core_marts_and_reference_and_only_its_owner_reads_it(
    database: Path, tmp_path: Path
) -> None:
    path = tmp_path / "restricted/analyst.duckdb"
    for _ in range(2):
        assert export_analyst_file(database, path, NO_RELEASES) == ()
        assert releases_in(path) == set()
        path.with_name("analyst.duckdb.wal").write_text("by another program")
        assert releases_in(path) is None  # so the file is written again
    assert export_analyst_file(database, path, NO_RELEASES) == ()
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == ["analyst.duckdb"]
    with open_reader(path) as reader:
        assert shown(reader, "SELECT count(*) FROM core.fct_job_plan") == "54"
        assert shown(reader, "SELECT submission_id FROM audit.submission") == "s1\ns2\ns3"
        assert shown(reader, "SELECT count(*) FROM reference.pa_hours") == "8"
        there = reader.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        assert {name for (name,) in there} == {table.name for table in _FOR_ANALYSTS}
        assert reader.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone() == (0,)
        storage = reader.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'analyst'").fetchall()
        assert "v1.0.0" in str(storage)


def test_the_analysts_file_holds_what_the_log_beside_the_work_database_does(database: Path, tmp_path: Path) -> None:
    path, killed = tmp_path / "restricted/analyst.duckdb", tmp_path / "killed/work.duckdb"
    killed.parent.mkdir()
    with duckdb.connect(database) as connection:
        connection.execute("DELETE FROM core.fct_job_plan")
        for end in ("", ".wal"):
            shutil.copyfile(f"{database}{end}", f"{killed}{end}")
    export_analyst_file(killed, path, NO_RELEASES)
    with open_reader(path) as reader:
        assert shown(reader, "SELECT count(*) FROM core.fct_job_plan") == "0"


def test_where_the_work_database_is_damaged_the_last_analysts_file_stays(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "restricted/analyst.duckdb"
    export_analyst_file(database, path, NO_RELEASES)
    database.write_bytes(b"no database")
    with pytest.raises(duckdb.Error):
        export_analyst_file(database, path, NO_RELEASES)
    with open_reader(path) as reader:
        assert shown(reader, "SELECT count(*) FROM core.fct_job_plan") == "54"


def test_a_locked_analysts_file_is_left_and_reported(database: Path, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "restricted/analyst.duckdb"
    export_analyst_file(database, path, NO_RELEASES)
    before = path.read_bytes()

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError("being used by another process")

    monkeypatch.setattr(Path, "replace", refuse)
    assert export_analyst_file(database, path, NO_RELEASES) == (
        "restricted/analyst.duckdb is open in another program: close it and run again;"
        " until then the last release is still there.",
    )
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["analyst.duckdb"]
