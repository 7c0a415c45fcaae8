"""The release as a workbook: what the guidance on accessible spreadsheets asks for, and the figures as released."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from flows.errors import UsageError
from flows.workbooks.release import write_release_workbook
from tests.lib.month import Month
from tests.lib.walk import METRICS, plans, released

pytestmark = pytest.mark.slow
SHEETS = ["Cover", "Contents", "Notes", "Table_1"]


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Path:
    """A release of three figures, of which one is shown: 12 of 24."""
    month = Month(tmp_path_factory.mktemp("home"))
    month.metrics = METRICS
    month.send("s1", "ZZ1", job_plan=plans(12, 12))
    month.send("s2", "ZZ2", job_plan=plans(3, 21))
    month.send("s3", "ZZ2", month=10, job_plan=plans(3, 3))
    with month.build() as work:
        return released(work, tmp_path_factory.mktemp("proposed")).folder


@pytest.fixture(scope="module")
def book(release: Path, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("book") / "release.xlsx"
    assert write_release_workbook(release, path) == 1
    return path


def rows(book: Path, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(book).get_sheet_by_name(sheet).to_python()


def parts(book: Path) -> dict[str, str]:
    with zipfile.ZipFile(book) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_it_has_a_cover_contents_notes_and_a_sheet_for_each_table(book: Path) -> None:
    assert CalamineWorkbook.from_path(book).sheet_names == SHEETS
    cover = [str(line[0]) for line in rows(book, "Cover")]
    assert cover[0] == "Research culture: figures of made-up NHS organisations"
    assert "Every organisation and every figure in this workbook is made up." in cover
    assert any(line.startswith("[c] withheld") for line in cover)
    assert [line[0] for line in rows(book, "Contents")[3:]] == ["Notes", "Table_1"]
    assert "internal" not in parts(book)["xl/worksheets/sheet2.xml"]
    assert parts(book)["xl/worksheets/sheet2.xml"].count("<hyperlink ") == 2


def test_each_sheet_but_the_cover_is_one_marked_table_without_merged_cells_filters_or_panes(book: Path) -> None:
    for place, sheet in enumerate(SHEETS[1:], start=2):
        xml = parts(book)[f"xl/worksheets/sheet{place}.xml"]
        assert xml.count("<tablePart ") == 1
        assert not re.search("mergeCell|autoFilter|<pane", xml)
        table = parts(book)[f"xl/tables/table{place - 1}.xml"]
        assert re.search(r'ref="A\d+:', table) and "autoFilter" not in table
        assert all(str(line[0]) for line in rows(book, sheet))  # no blank row


def test_the_table_has_no_blank_cell_and_says_why_a_number_is_not_there(book: Path) -> None:
    headings, *lines = rows(book, "Table_1")[4:]
    assert all(cell != "" for line in lines for cell in line)
    found = [dict(zip(map(str, headings), line, strict=True)) for line in lines]
    assert [(one["Organisation"][-3:], one["Value"], one["People"]) for one in found] == [
        ("ZZ1", 50.0, 24.0),
        ("ZZ2", "[c]", "[c]"),
        ("ZZ2", "[c]", "[c]"),
    ]
    assert {one["Note"] for one in found} == {"[note 1]"}
    assert [one["Why"][:8] for one in found] == ["in print", "withheld", "withheld"]


def test_its_letters_are_twelve_points_or_more_and_it_bears_title_and_language(book: Path) -> None:
    assert min(int(size) for size in re.findall(r'<sz val="(\d+)"', parts(book)["xl/styles.xml"])[1:]) >= 12
    assert "<dc:title>Research culture: figures of made-up" in parts(book)["docProps/core.xml"]
    assert "en-GB" in parts(book)["docProps/custom.xml"]


def test_the_same_release_gives_the_same_bytes(release: Path, book: Path, tmp_path: Path) -> None:
    write_release_workbook(release, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def test_one_organisation_or_topic_alone_may_be_asked_for(release: Path, tmp_path: Path) -> None:
    with duckdb.connect(release / "research_culture.duckdb", read_only=True) as connection:
        ((topic,),) = connection.execute("SELECT DISTINCT topic FROM marts.dashboard_figure").fetchall()
    write_release_workbook(release, tmp_path / "one.xlsx", "ZZ1", [topic])
    assert len(rows(tmp_path / "one.xlsx", "Table_1")) == 6
    with pytest.raises(UsageError, match="no figure of ZZ9; choose of ZZ1, ZZ2"):
        write_release_workbook(release, tmp_path / "none.xlsx", "ZZ9")
    with pytest.raises(UsageError, match=f"no figure of weather; choose of {topic}"):
        write_release_workbook(release, tmp_path / "none.xlsx", "", ["weather"])
    assert not (tmp_path / "none.xlsx").exists()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
def test_libreoffice_reads_it(book: Path, tmp_path: Path) -> None:
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,4"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", options, "--outdir", str(tmp_path), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (file,) = tmp_path.glob("*.csv")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("Table 1: ")
    assert lines[4].startswith("Metric,Note,Item,Organisation,")
    assert ",50,24," in lines[5] and ",[c]," in lines[6]
