"""Every layout from a small fixture to what is staged; its golden file says what comes out.

A fixture is the file itself (.csv) or a workbook as text (.xlsx.txt: a line a column, `sheet:` and `above:` lines).
After a wanted change run `python -m tests.transforms.reading.test_layouts`, which writes the golden files, and read
the diff.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from schemas.findings import merge
from schemas.layouts import Layout
from schemas.rulebook import load_rulebook
from schemas.submissions import Counts
from tests.lib.files import FOLDER, fixture, is_reconciled
from transforms.prepare import Prepared, prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.parse import about, identify, read_shape

RULES = load_rulebook()
KEY = Pseudonymiser(b"a key for tests, 32 bytes or more", "test", "X9001")
PSEUDONYM = re.compile(r"(?<=^[0-9a-f]{8})[0-9a-f]{56}$")  # shown by its beginning


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
    assert is_reconciled(counts)
    days = [day for part in parts for day in part.days or ()]
    return "\n".join([*lines, str(counts), f"days {min(days)} to {max(days)}" if days else "no days"]) + "\n"


def golden_of(layout: Layout) -> Path:
    return FOLDER / layout.dataset / f"{layout.name}.golden.txt"


def _tables(parts: list[Prepared]) -> Iterator[str]:
    for name in dict.fromkeys(name for part in parts for name in part.tables if name != "employee_check"):
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
