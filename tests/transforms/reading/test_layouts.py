"""Every layout from a small fixture to what is staged; its golden file says what comes out.

A fixture is the file itself (.csv) or a workbook as text (.xlsx.txt: a line a column, `sheet:` and `above:` lines).
After a wanted change write the golden files anew with `python -m tests.transforms.test_layouts`, and read the diff.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from schemas.findings import merge
from schemas.layouts import Layout
from schemas.rulebook import load_rulebook
from schemas.submissions import Counts
from transforms.prepare import Prepared, prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.parse import about, identify, read_shape

FOLDER = Path(__file__).parents[2] / "fixtures" / "layouts"
RULES = load_rulebook()
KEY = Pseudonymiser(b"a key for tests, 32 bytes or more", "test", "X9001")
DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
PSEUDONYM = re.compile(r"(?<=^[0-9a-f]{8})[0-9a-f]{56}$")  # shown by its beginning
NUMBER = re.compile(r"0|0\.\d+|[1-9]\d*(\.\d+)?")


@pytest.mark.parametrize("layout", RULES.layouts, ids=lambda layout: f"{layout.dataset}/{layout.name}")
def test_a_file_of_the_layout_is_staged_as_its_golden_file_says(layout: Layout) -> None:
    assert staged(layout) == golden_of(layout).read_text(encoding="utf-8")


REAL = Path(__file__).parents[3].parent / "shared" / "reference" / "nss_organisation_results.csv"


@pytest.mark.skipif(not REAL.is_file(), reason="the published file is not beside the repository")
def test_every_row_of_the_published_staff_survey_file_is_staged_with_its_defects_told() -> None:
    with REAL.open("rb") as stream:
        shape = read_shape(stream, REAL.name)
        layout = identify(shape, RULES)
        parts = list(prepare(stream, shape, layout, RULES, KEY, "S1"))
    assert layout.name == "nss_organisation_results"
    assert sum((part.counts for part in parts), Counts()) == Counts(rows_in=812, accepted=812)
    rows = [row for part in parts for row in part.tables["nss_benchmark"].to_pylist()]
    assert len(rows) == 812 * 38  # rates that have a base
    told = {(f.code, f.column): f.row_count for f in merge(f for part in parts for f in part.findings)}
    assert told[("W005", "")] == 217
    assert told[("W009", "Respondents")] == 0  # the whole column
    assert told[("W008", "Region")] == 63 + 49 + 55  # `-` in 2021, 2022 and 2023
    assert {code for code, _ in told} <= {"W005", "W006", "W008", "W009"}
    assert {row["region_name"] for row in rows} == {
        *("East of England", "London", "Midlands", "North East and Yorkshire"),
        *("North West", "South East", "South West"),
        None,
    }
    of_awp = [r for r in rows if (r["organisation_code"], r["measure_code"]) == ("RVN", "burnt_out_often")]
    assert {r["survey_year"]: round(r["value_pct"], 2) for r in of_awp} == {2021: 25.30, 2022: 24.50, 2023: 23.69}


def staged(layout: Layout) -> str:
    """What `prepare` makes of the layout's fixture, as text."""
    shape = read_shape(fixture(layout), f"fixture.{layout.format}")
    assert identify(shape, RULES) == layout
    parts = list(prepare(fixture(layout), shape, layout, RULES, KEY, "S1"))
    lines = [f"encoding {shape.encoding or 'none'}, about {dict(about(shape))}", *_tables(parts)]
    lines += [f"finding {finding.code} {finding.sentence}" for finding in merge(f for p in parts for f in p.findings)]
    counts = sum((part.counts for part in parts), Counts())
    assert counts.is_reconciled
    days = [day for part in parts for day in part.days or ()]
    return "\n".join([*lines, str(counts), f"days {min(days)} to {max(days)}" if days else "no days"]) + "\n"


def fixture(layout: Layout) -> io.BytesIO:
    path = FOLDER / layout.dataset / f"{layout.name}.{layout.format}"
    if layout.format == "csv":
        return io.BytesIO(path.read_bytes())
    return workbook(path.with_suffix(".xlsx.txt").read_text(encoding="utf-8"))


def golden_of(layout: Layout) -> Path:
    return FOLDER / layout.dataset / f"{layout.name}.golden.txt"


def workbook(text: str) -> io.BytesIO:
    """The workbook that a text describes: dates and numbers are such cells unless they stand in double quotes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
        for block in text.strip().split("\n\n"):
            name, *lines = block.splitlines()
            sheet = book.add_worksheet(name.removeprefix("sheet: "))
            above = [line.removeprefix("above:").strip() for line in lines if line.startswith("above:")]
            for row, line in enumerate(above):
                sheet.write_row(row, 0, line.split(" | "))
            columns = lines[len(above) :]
            for place, line in enumerate(columns):
                for row, cell in enumerate(line.split("|")):
                    # The sheet "About" reads across, a table reads down.
                    across = name == "sheet: About"
                    sheet.write(*((place, row) if across else (len(above) + row, place)), _cell(cell.strip()))
    buffer.seek(0)
    return buffer


def _cell(text: str) -> str | float | datetime:
    if DATE.fullmatch(text):
        return datetime.fromisoformat(text)
    return float(text) if NUMBER.fullmatch(text) else text.strip('"')


def _tables(parts: list[Prepared]) -> Iterator[str]:
    for name in dict.fromkeys(name for part in parts for name in part.tables):
        table = pa.concat_tables(part.tables[name] for part in parts if name in part.tables)
        yield f"{name}: {table.num_rows} rows"
        if name == "survey_answer":
            yield from _answers(table)
        elif name != "survey_check":  # its hashes have a salt of their own each time
            yield from ("  " + _row(row) for row in table.to_pylist())


def _row(row: dict[str, object]) -> str:
    cells = [(name, str(cell)) for name, cell in row.items() if name != "submission_id" and cell is not None]
    return ", ".join(f"{name}={PSEUDONYM.sub('...', cell)}" for name, cell in cells)


def _answers(table: pa.Table) -> Iterator[str]:
    """A line a question: what each respondent answered."""
    said = defaultdict(list)
    for row in table.to_pylist():
        answer = "unsure" if row["is_unsure"] else row["score"]
        said[row["question_key"]].append(f"{row['respondent_number']}:{answer}")
    yield from (f"  {question} {' '.join(answers)}" for question, answers in said.items())


if __name__ == "__main__":
    for each in RULES.layouts:
        golden_of(each).write_text(staged(each), encoding="utf-8", newline="\n")
