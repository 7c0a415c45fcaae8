from pathlib import Path

import pytest

from schemas.codelists import load_instruments
from schemas.layouts import load_layouts, read_layout, template_layout, write_layout
from schemas.rulebook import load_rulebook
from schemas.tables import DATASETS, TABLES

LAYOUT = """
name = "example_small"
dataset = "population"
title = "A small export"
evidence = "made up for this test"
optional = ["As at"]
ignore = ["Comments"]

[columns]
"Who" = "population_code"
"Group" = "staff_group_code"
"As at" = "snapshot_date"
"How many" = "people_count"
"""
NEEDED = ["Who", "Group", "How many"]


def test_a_layout_fits_a_file_with_every_needed_heading_and_no_unknown_one() -> None:
    layout = read_layout(LAYOUT, "example_small.toml")
    assert layout.fits(NEEDED)
    assert layout.fits([*NEEDED, "As at", "Comments"])


@pytest.mark.parametrize("headings", [NEEDED[1:], [*NEEDED, "Home address"]], ids=["one is missing", "one is unknown"])
def test_a_layout_does_not_fit_another_file(headings: list[str]) -> None:
    assert not read_layout(LAYOUT, "example_small.toml").fits(headings)


def test_a_layout_may_not_name_a_field_that_its_dataset_lacks() -> None:
    with pytest.raises(ValueError, match=r"small\.toml is not a layout: (.|\n)*lacks: shoe_size"):
        read_layout(LAYOUT.replace('"people_count"', '"shoe_size"'), "small.toml")


PARTS = """
[[parts]]
dataset = "support_concern"
sheet = "Concerns"
columns = { "Case" = "case_id", "Why" = "concern_code" }
"""
CASES = """
name = "example_cases"
dataset = "support_case"
title = "Cases"
evidence = "made up for this test"
format = "xlsx"
date_formats = ["%d/%m/%Y"]
columns = { "Case" = "case_id", "Referred" = "referral_date" }
"""


def test_a_layouts_part_takes_its_dates_and_name_from_it() -> None:
    (part,) = read_layout(CASES + PARTS, "cases.toml").parts
    assert (part.name, part.format, part.date_formats) == ("example_cases", "xlsx", ("%d/%m/%Y",))
    assert (part.heading("concern_code"), part.heading("")) == ("Concerns: Why", "Concerns: ")


def test_a_layout_with_parts_is_written_and_read_back_the_same() -> None:
    layout = read_layout(CASES + PARTS, "cases.toml")
    assert read_layout(write_layout(layout), "written.toml") == layout


@pytest.mark.parametrize(
    "parts", [PARTS.replace("support_concern", "adoption_workshop"), PARTS.replace('"Concerns"', '""')]
)
def test_a_part_is_of_the_layouts_dataset_and_has_a_sheet(parts: str) -> None:
    with pytest.raises(ValueError, match=r"cases\.toml is not a layout"):
        read_layout(CASES + parts, "cases.toml")


@pytest.mark.parametrize("line", ['colour = "blue"', "metadata_rows = 'two'"], ids=["unknown key", "wrong type"])
def test_a_layout_may_not_hold_a_line_that_we_do_not_understand(line: str) -> None:
    with pytest.raises(ValueError, match=r"small\.toml is not a layout"):
        read_layout(line + LAYOUT, "small.toml")


def test_a_toml_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match=r"small\.toml is not a layout"):
        read_layout("name = ", "small.toml")


def test_a_files_source_is_its_layouts_name_unless_declared() -> None:
    assert read_layout(LAYOUT, "").source_name == "example_small"
    assert read_layout('source = "nurses"' + LAYOUT, "").source_name == "nurses"


def test_a_homes_own_layout_joins_ours(tmp_path: Path) -> None:
    folder = tmp_path / "layouts/population"
    folder.mkdir(parents=True)
    (folder / "small.toml").write_text(LAYOUT)
    assert "example_small" in {layout.name for layout in load_layouts(tmp_path)}


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_has_a_template_that_reads_all_its_fields(dataset: str) -> None:
    layout = template_layout(dataset, load_instruments())
    assert set(layout.columns.values()) == set(DATASETS[dataset].names)
    assert len(layout.columns) == len(DATASETS[dataset].fields)
    assert layout.fits(layout.read)
    assert layout.fits(layout.needed)


SHEETS = [sheet for layout in load_layouts() for sheet in (layout, *layout.parts)]


@pytest.mark.parametrize("layout", SHEETS, ids=lambda layout: f"{layout.dataset}/{layout.name}")
def test_no_heading_of_a_layout_means_two_things(layout) -> None:
    groups = (layout.columns, layout.words, layout.questions, layout.blocks, dict(layout.measured), layout.ignore)
    headings = [heading for group in groups for heading in group]
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("layout", load_layouts(), ids=lambda layout: f"{layout.dataset}/{layout.name}")
def test_a_layouts_questions_are_declared(layout) -> None:
    keys = {*layout.questions.values(), *(key for block in layout.blocks.values() for key in block.options.values())}
    assert keys <= set(load_instruments().by_key)


def test_titles_of_recommendations_are_read_past_also_by_a_home_s_layout_of_before() -> None:
    """A title may name a person, so none is staged; a template or mapping of before goes on loading without it."""
    text = (
        'name = "log"\ndataset = "recommendation_adoption"\ntitle = "Log"\nevidence = "a mapping"\n'
        'ignore = ["Notes"]\n[columns]\n"Site" = "site_code"\n"What we do" = "recommendation_title"\n'
    )
    layout = read_layout(text, "log.toml")
    assert (layout.columns, layout.ignore) == ({"Site": "site_code"}, ("Notes", "What we do"))
    template = load_rulebook().layout("recommendation_adoption", "template")
    assert "In the site's words" in template.ignore and "In the site's words" not in template.columns
    for table in ("staging.recommendation_adoption", "core.fct_adoption"):
        assert not any("title" in name for name in TABLES[table].names)
    with pytest.raises(ValueError, match="names fields that recommendation_adoption lacks: nothing"):
        read_layout(text.replace("recommendation_title", "nothing"), "log.toml")


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\\\b", "..", "a.b", "", " ", "C:", "a b", "x" * 81])
def test_a_layouts_name_leads_out_of_no_folder(name: str) -> None:
    with pytest.raises(ValueError, match=r"log.toml is not a layout: [\s\S]*name"):
        read_layout(LAYOUT.replace("example_small", name), "log.toml")
