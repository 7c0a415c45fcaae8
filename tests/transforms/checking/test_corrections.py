"""Exchanged columns are put back in the rows that the layout says, and known defects are told with what may be told."""

from __future__ import annotations

import pyarrow as pa
import pytest

from schemas.findings import Finding
from schemas.layouts import KnownDefect, Layout, Swap
from transforms.checking.corrections import apply_corrections

SWAP = Swap(columns=("Region", "ICS"), when={"Year": "2021", "Wave": "1"})


def corrected(dataset: str, cells: dict[str, list[str]], **said: object) -> tuple[dict[str, list[str]], list[Finding]]:
    """What becomes of the columns; rows are numbered from 2."""
    layout = Layout(name="one", dataset=dataset, title="One", evidence="made up for tests", **said)  # type: ignore[arg-type]
    table = pa.table({heading: pa.array(texts).dictionary_encode() for heading, texts in cells.items()})
    made, findings = apply_corrections(table, layout, pa.array(range(2, 2 + len(table))))
    return made.to_pydict(), findings


def test_columns_are_put_back_in_the_rows_alone_where_every_condition_holds() -> None:
    cells = {"Year": [" 2021", "2021", "2022"], "Wave": ["1", "2", "1"], "Region": list("abc"), "ICS": list("xyz")}
    made, findings = corrected("nss_benchmark", cells, swaps=(SWAP,))
    assert made == {**cells, "Region": ["x", "b", "c"], "ICS": ["a", "y", "z"]}
    assert findings == [Finding("W005", "", (2,), 1, {"columns": '"Region" and "ICS"'})]


@pytest.mark.parametrize("without", ["Year", "Region"])
def test_nothing_is_put_back_without_one_of_the_columns_or_where_no_row_is_exchanged(without: str) -> None:
    cells = {"Year": ["2022"], "Wave": ["1"], "Region": ["a"], "ICS": ["x"]}
    assert corrected("nss_benchmark", cells, swaps=(SWAP,)) == (cells, [])
    less = {heading: ["2021"] if heading == "Year" else texts for heading, texts in cells.items() if heading != without}
    assert corrected("nss_benchmark", less, swaps=(SWAP,)) == (less, [])


@pytest.mark.parametrize(
    ("dataset", "value"), [("nss_benchmark", '"01T/01V"'), ("job_plan", "the value")], ids=["national", "of people"]
)
def test_a_known_defect_is_told_of_its_rows_but_what_a_cell_holds_besides_only_of_national_data(
    dataset: str, value: str
) -> None:
    defect = KnownDefect(code="W006", column="Code", equals=("none",), contains="/")
    _, findings = corrected(dataset, {"Code": ["01T/01V", "RVN", " none", "01T/01V"]}, known_defects=(defect,))
    assert findings == [
        Finding("W006", "Code", (2, 5), 2, {"value": value}),
        Finding("W006", "Code", (4,), 1, {"value": '" none"'}),
    ]


def test_a_defect_of_a_whole_column_is_told_once_and_of_an_absent_one_not_at_all() -> None:
    defects = (KnownDefect(code="W009", column="Code"), KnownDefect(code="W009", column="Base"))
    _, findings = corrected("nss_benchmark", {"Code": ["a", "b"]}, known_defects=defects)
    assert findings == [Finding("W009", "Code")]


def test_a_defect_without_a_part_to_look_for_is_told_of_equal_cells_alone() -> None:
    defect = KnownDefect(code="W006", column="Code", equals=("none",))
    _, findings = corrected("job_plan", {"Code": ["none", "RVN"]}, known_defects=(defect,))
    assert findings == [Finding("W006", "Code", (2,), 1, {"value": '"none"'})]
