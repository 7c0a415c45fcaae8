"""A sheet that is nearly empty but reaches far is refused before a reader makes a table of it."""

from __future__ import annotations

import io

import pytest

from tests.lib import poison
from tests.lib.files import refused
from transforms.reading.extent import Extent
from transforms.reading.shape import read_shape


@pytest.mark.parametrize("name", poison.FAR)
def test_a_nearly_empty_sheet_that_reaches_far_is_refused_by_its_name(name: str) -> None:
    found = refused(poison.FAR[name], "plans.xlsx")
    assert found.code == "F028"
    assert found.sentence.startswith('The sheet "Plans & people" is nearly empty, but reaches to cell ')


def test_the_sentence_names_the_last_cell() -> None:
    found = refused(poison.FAR["headings, and a value in the last cell"], "plans.xlsx")
    assert found.sentence == (
        'The sheet "Plans & people" is nearly empty, but reaches to cell XFD1048576; delete the empty rows and columns'
        " around the table, save it and send it again."
    )


@pytest.mark.parametrize("name", poison.HARMLESS)
def test_what_is_declared_but_empty_does_not_count(name: str) -> None:
    rows = read_shape(io.BytesIO(poison.HARMLESS[name]), "plans.xlsx").sheets["Plans & people"]
    assert rows == (("Who", "Group", "Day", "Count"), ("headcount", "All staff", "30/09/2026", "40"))


@pytest.mark.parametrize("name", poison.WIDE)
def test_a_line_that_is_no_line_of_a_table_is_refused(name: str) -> None:
    assert refused(poison.WIDE[name].encode(), "plans.csv").code == "F029"


def test_a_quote_that_swallowed_the_rows_is_told_as_one() -> None:
    assert refused(b'"' + b"x" * 1_000_000, "plans.csv").code == "F009"


@pytest.mark.parametrize("name, content", list(poison.deep()))
def test_deeply_nested_xml_is_read_or_refused(name: str, content: bytes) -> None:
    assert read_shape(io.BytesIO(content), "plans.xlsx").format == "xlsx"


def test_a_cell_is_found_wherever_the_xml_is_cut() -> None:
    whole = Extent()
    whole.add(b'<c r="A1"><v>1</v></c><c s="1" r="BC20" t="s"><v>2</v></c><c r="ZZ999"/>')
    assert (whole.last, whole.cells, whole.is_plausible) == ("BC20", 2, True)


def test_a_full_sheet_is_plausible_at_any_length() -> None:
    assert Extent(b"AD", 900_000, 27_000_000).is_plausible
    assert not Extent(b"AD", 900_000, 900_000).is_plausible
