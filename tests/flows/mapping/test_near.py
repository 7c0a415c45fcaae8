"""A supplier renames a column: the mapping is filled in from the layout that the file nearly is, and the rows stay."""

import io
from pathlib import Path

import pytest

from flows.mapping.ask import write_mapping
from flows.mapping.form import ROWS, SHEET
from flows.mapping.take import read_mapping
from schemas.layouts import Layout
from schemas.rulebook import load_rulebook
from tests.lib.files import fixture, take, workbook
from tests.lib.mappings import RULES, saved, sheets, unknown
from transforms.reading.identify import UnknownLayout, identify
from transforms.reading.shape import open_workbook, read_shape

OURS = [one for one in RULES.layouts if one.name != "template"]
CHANGED = [(one, heading) for one in OURS for heading in (*list(one.columns)[1:3], *one.words, *one.blocks)]
CHANGED = [(one, heading) for one, heading in CHANGED if heading not in one.optional]
CHANGED += [(one, heading) for one in OURS for heading, _ in one.measured[:1]]


def renamed(layout: Layout, heading: str, to: str) -> bytes:
    """The layout's fixture with a heading of its main sheet renamed."""
    content = fixture(layout).read()
    if layout.format == "csv":
        encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp1252"
        lines = content.decode(encoding).split("\n")
        lines[layout.metadata_rows] = lines[layout.metadata_rows].replace(heading, to, 1)
        return "\n".join(lines).encode(encoding)
    book = open_workbook(io.BytesIO(content))
    rows = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    main = rows[layout.sheet or next(iter(rows))]
    place = next(n for n, row in enumerate(main) if heading in row)
    main[place] = [to if cell == heading else cell for cell in main[place]]
    return workbook(rows)


@pytest.mark.parametrize(("layout", "heading"), CHANGED, ids=lambda one: getattr(one, "name", one))
def test_what_a_renamed_column_was_is_suggested_and_its_file_is_read_as_before(
    layout: Layout, heading: str, tmp_path: Path
) -> None:
    name, content = f"export.{layout.format}", renamed(layout, heading, f"{heading} (new)")
    with pytest.raises(UnknownLayout) as refusal:
        identify(read_shape(io.BytesIO(content), name), RULES)
    write_mapping(refusal.value, None, RULES, tmp_path / "mapping.xlsx")
    filled = sheets(tmp_path / "mapping.xlsx")
    lines = {line[0]: line[1:4] for line in filled[SHEET][1:]}
    assert lines[f"{heading} (new)"][1:] == ["", "guess"]
    assert [one for one, line in lines.items() if line[2] == "guess"] == [f"{heading} (new)"]
    for line in filled[SHEET][1:]:
        line[2] = line[2] or "keep"
    read_mapping(saved(filled, tmp_path / "filled.xlsx"), RULES, tmp_path)
    mapped = identify(read_shape(io.BytesIO(content), name), load_rulebook(tmp_path))
    assert (mapped.source_name, mapped.evidence != layout.evidence) == (layout.source_name, True)
    before = take(fixture(layout).read(), identify(read_shape(fixture(layout), name), RULES), name)
    now = take(content, mapped, name)
    assert now.counts == before.counts
    for table in before.tables:
        hidden = [column for column in before.tables[table].column_names if column.endswith("_hash")]
        assert (
            now.tables[table].drop_columns(hidden).to_pylist() == before.tables[table].drop_columns(hidden).to_pylist()
        )


def test_an_unknown_survey_of_a_tool_that_we_know_leaves_out_what_the_tool_marks(tmp_path: Path) -> None:
    export = "StartDate,EndDate,Status,Progress,Finished,ResponseId,Q3,Q7\n" + (
        "2026-05-01 09:00:00,2026-05-01 09:09:00,IP Address,100,True,R_1aB2,Students,7\n" * 3
    )
    write_mapping(unknown(export), "survey", RULES, tmp_path / "mapping.xlsx")
    assert ["Status", "is", "Survey Preview"] in [line[:3] for line in sheets(tmp_path / "mapping.xlsx")[ROWS]]
