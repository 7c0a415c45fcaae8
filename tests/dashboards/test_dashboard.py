"""The dashboard in a real Chromium, without a network: every view, by keyboard, at two widths."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dashboards.dashboard import write_dashboard
from tests.lib.page_release import NAMES, WAVES, WITHHELD, figure, write_release
from tests.lib.released_pages import ABOUT

pytestmark = pytest.mark.slow
VIEWS = ("overview", "engagement", "barriers", "time", "effect", "support", "adoption", "quality")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_release(tmp_path_factory.mktemp("release") / "r")
    write_dashboard(folder, ABOUT)
    return folder


@pytest.fixture
def opened(release: Path, browser):
    """Opens the page with what its address asks for, and waits until it is drawn."""

    def open_page(fragment: str = "", width: int = 1400):
        page = browser.open(release / "dashboard.html", width, fragment)
        page.wait_for_selector("body[data-ready]")
        return page

    return open_page


@pytest.mark.parametrize("width", [1400, 375])
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_drawn_without_an_error_and_can_be_read_by_all(view: str, width: int, opened, browser) -> None:
    page = opened(f"#view={view}", width)
    assert page.locator("#view .card").count() > 0
    assert "There are no figures here" not in page.locator("#view").inner_text()
    assert "Made-up data" in page.locator("body").inner_text()
    assert (browser.errors, browser.violations(), browser.is_too_wide()) == ([], [], False)


def test_what_stands_before_the_script_runs_is_what_the_script_draws(release: Path, opened) -> None:
    read = "cards => cards.map(c => ['h3', '.figure', '.sentence'].map(s => c.querySelector(s).innerText))"
    drawn = opened().locator("#cards .tile").evaluate_all(read)
    context = opened().context.browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto((release / "dashboard.html").as_uri())
    tiles = page.locator("#cards .tile")
    parts = [[tile.locator(s).first.inner_text() for s in ("h3", ".figure", ".sentence")] for tile in tiles.all()]
    assert (tiles.locator("svg").count() > 0, page.locator("noscript").is_visible()) == (True, True)
    context.close()
    assert parts == drawn


def test_what_the_page_unpacks_is_what_the_parquet_holds(release: Path, opened) -> None:
    carried = opened().evaluate("records(release.figure)")
    stored = pq.read_table(release / "parquet" / "dashboard_figure.parquet").to_pylist()
    names = ("metric_id", "item_key", "organisation_code", "category_key", "period_key", "value", "q1", "interval_high")
    assert sorted(([one[n] for n in names] for one in carried), key=str) == sorted(
        ([one[n] for n in names] for one in stored), key=str
    )


def test_filters_and_views_work_by_keyboard_and_the_address_holds_them(opened) -> None:
    page = opened("#view=engagement")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#organisation")
    page.keyboard.press("ArrowDown")
    page.locator(".whose", has_text=NAMES["RX2"]).wait_for()
    assert page.evaluate("document.activeElement.id") == "organisation"
    assert page.locator(".whose").inner_text() == NAMES["RX2"]
    page.focus("#views a[data-view=time]")
    page.keyboard.press("Enter")
    page.locator("#heading", has_text="Time for research").wait_for()
    assert page.evaluate("document.activeElement.id") == "heading"
    assert page.locator(".whose").inner_text() == NAMES["RX2"]
    page.go_back()
    page.locator("#heading", has_text="Engagement").wait_for()


def test_a_link_opens_what_it_names(opened) -> None:
    page = opened("#view=engagement&organisation=RX2&people=staff_group|nursing&until=20260331")
    assert page.locator(".whose").inner_text() == f"{NAMES['RX2']}, Nursing"
    assert "wave March 2026" in page.locator("#view").inner_text().replace("Wave", "wave")
    assert "September 2026" not in page.locator("#view").inner_text()


def test_a_part_of_all_people_says_so_where_a_group_is_chosen(opened) -> None:
    told = "Of all people: this is not broken down"
    assert told in opened("#view=effect&people=staff_group|nursing").locator("#view").inner_text()
    assert told not in opened("#view=effect").locator("#view").inner_text()


def test_the_overview_leads_to_the_organisations_page_for_its_board(opened) -> None:
    link = opened("#organisation=RX2").get_by_role("link", name="The page for the board")
    assert link.get_attribute("href") == "board/RX2.html"


def test_a_link_to_what_is_not_there_opens_what_is(opened, browser) -> None:
    page = opened("#view=nothing&organisation=XX&people=x&until=soon")
    assert page.locator("#heading").inner_text() == "Overview"
    assert browser.errors == []


def test_a_withheld_figure_is_called_so_and_is_nowhere_nought(opened) -> None:
    page = opened("#view=engagement&group2=staff_group")
    row = page.locator("tr", has_text="students").first
    assert "[c] withheld" in row.inner_text()
    assert row.locator("circle").count() == 0
    assert WITHHELD in page.locator("#view").inner_text()


def test_a_line_stops_where_a_new_series_begins(opened) -> None:
    one = opened("#view=overview&organisation=RX1").locator(".tile", has_text="Survey response rate")
    assert one.locator("polyline.line").count() == 1
    assert ", " in one.locator(".sentence").inner_text()
    two = opened("#view=overview&organisation=RX2").locator(".tile", has_text="Survey response rate")
    assert two.locator("polyline.line").count() == 0
    assert "from" not in two.locator(".sentence").inner_text()


def test_the_csv_of_a_chart_holds_its_figures(release: Path, opened) -> None:
    page = opened("#view=barriers")
    with page.expect_download() as download:
        page.locator("section", has_text="Barriers, most often").get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "RX1 Barriers most often ticked first 2026-09-30.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    stored = pq.read_table(release / "parquet" / "dashboard_figure.parquet").to_pylist()
    wanted = {
        row["item_label"]: row["value"]
        for row in stored
        if (row["metric_id"], row["organisation_code"], row["is_latest"]) == ("research_barrier_ticked", "RX1", True)
    }
    assert {row["item"]: float(row["value"]) for row in rows} == wanted
    assert [float(row["value"]) for row in rows] == sorted(wanted.values(), reverse=True)


def test_a_long_list_shows_ten_until_all_are_asked_for(opened) -> None:
    section = opened("#view=barriers").locator("section", has_text="Barriers, most often")
    assert section.locator("tbody tr:visible").count() == 10
    section.get_by_role("button", name="Show all 13").press("Enter")
    assert section.locator("tbody tr:visible").count() == 13
    section.get_by_role("button", name="Show the first 10").press("Enter")
    assert section.locator("tbody tr:visible").count() == 10


def test_no_button_hides_a_row_or_two(opened) -> None:
    rows = opened("#view=overview").evaluate(
        "[11, 12, 13].map(n => showAll(element('tbody', {}, Array.from({length: n}, () => element('tr')))) === '')"
    )
    assert rows == [True, True, False]


def test_a_rating_is_drawn_on_the_scale_of_its_item(opened) -> None:
    page = opened()
    figure = "{value: 2, target: null, metric: {unit: 'rating', decimals: 0}, item: {item_code: 'trust 1-5'}}"
    assert page.evaluate(f"scaleOf([{figure}], 'interval')") == {"low": 1, "high": 5}
    assert page.evaluate(f"valueText({figure})") == "2 (rating 1-5)"


def test_the_filter_of_people_holds_groups_of_people_alone(opened) -> None:
    page = opened()
    assert page.locator("#people optgroup").evaluate_all("found => found.map(one => one.label)") == [
        "All",
        "staff_group",
    ]
    page.evaluate(
        "for (const one of release.categories.values()) if (one.breakdown !== 'all') one.breakdown = 'site'; draw()"
    )
    assert page.locator("#people optgroup").count() == 1
    page.evaluate("choose({people: 'staff_group|nursing'})")  # as an old link names a site
    page.wait_for_function("location.hash.includes('nursing')")
    assert page.locator("#people").input_value() == "all|all"


def test_an_empty_view_says_whether_a_choice_has_emptied_it(opened) -> None:
    nothing = "There are no figures here. Anytown Hospitals"
    page = opened("#view=time&people=staff_group|nursing")
    assert f"{nothing} may have them for all people" in page.locator("#view").inner_text()
    page.evaluate("release.ranges.clear(); choose({people: '', view: 'barriers'})")
    page.locator("#view", has_text=f"{nothing} has sent nothing that they are made from.").wait_for()


def test_a_figure_with_a_target_stands_in_the_overview_whichever_it_is(tmp_path: Path, browser) -> None:
    figures = [figure("survey_morale_score", "RX1", end) | {"target": 7.5, "is_target_met": False} for end in WAVES]
    folder = write_release(tmp_path / "r", figures)
    write_dashboard(folder, ABOUT)
    assert (
        "Morale score"
        in (folder / "dashboard.html").read_text(encoding="utf-8").split('id="cards"')[1].split("foot")[0]
    )
    page = browser.open(folder / "dashboard.html")
    page.wait_for_selector("body[data-ready]")
    assert "Target 7.50 (score 0-10): not met." in page.locator("#cards").inner_text()


def test_the_marts_over_organisations_and_groups_stand_where_they_are_looked_for(opened) -> None:
    beside = opened("#view=overview").locator("section", has_text="Beside other organisations").inner_text()
    assert "All organisations\twave September 2026\t6.6%\t44 of 120\t3.3 to 8.8\t2\t1" in beside
    assert "QX1" not in beside  # a code is no name
    group = opened("#view=effect").locator("section", has_text="Who the research-active staff are").inner_text()
    assert all(said in group for said in ("Nursing", "28.6%", "20.3%", "1.41", "by job plan"))
    sites = opened("#view=adoption").locator("section", has_text="Adoption by type of site").inner_text()
    assert "Hospital\t25.0%\t3 of 12\t2\t16.7 to 33.3" in sites


def test_abbreviations_are_spelt_out_where_the_view_has_them(opened) -> None:
    page = opened("#view=adoption")
    assert page.locator("#abbreviations").inner_text().startswith("i-PARIHS: integrated Promoting")
    page.evaluate("choose({view: 'barriers'})")
    page.locator("#heading", has_text="barriers").wait_for()
    assert page.locator("#abbreviations").inner_text() == ""


def test_how_a_metric_is_defined_is_one_key_away(opened) -> None:
    tile = opened().locator(".tile", has_text="Survey response rate")
    tile.get_by_text("How this is defined").press("Enter")
    assert "What Survey response rate means." in tile.inner_text()


def test_an_unusual_point_has_a_shape_and_a_letter_beside_its_colour(opened) -> None:
    tile = opened().locator(".tile", has_text="Research share of planned time")
    assert tile.locator(".icon").all_inner_texts() == ["H", "?"]
    assert (tile.locator("rect.better").count(), tile.locator("circle.usual").count()) == (1, 12)
    assert "Target 4.5%: met." in tile.inner_text()
    assert tile.locator("line.target").count() == 2  # it was another one before


def test_a_release_without_figures_says_so(tmp_path: Path, browser, release: Path) -> None:
    for file in (release / "parquet").iterdir():
        (tmp_path / "parquet").mkdir(exist_ok=True)
        pq.write_table(pq.read_table(file).slice(0, 0), tmp_path / "parquet" / file.name)
    write_dashboard(tmp_path, ABOUT)
    page = browser.open(tmp_path / "dashboard.html")
    page.wait_for_selector("body[data-ready]")
    assert "no figures" in page.locator("#view").inner_text()
    assert browser.errors == []
