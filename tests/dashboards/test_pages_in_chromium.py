"""The board's page and a site's toolkit as people meet them: on a screen, on a phone, on paper."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from dashboards.board import write_boards
from dashboards.toolkit import write_toolkits
from tests.lib.released_pages import (
    ABOUT,
    FIGURES,
    ITEM,
    LINES,
    OUTCOMES,
    SEPTEMBER,
    Row,
    figure,
    words_of,
    write_release,
)

pytestmark = pytest.mark.slow
MONTHS = [SEPTEMBER.replace(year=2025, month=month, day=28) for month in range(9, 13)]
MONTHS += [SEPTEMBER.replace(month=month, day=28) for month in range(1, 9)] + [SEPTEMBER]
LONG = "Research role in appraisal, of people with research time in the job plan"
KEY = ["job_plan_any_research_time", "job_plan_signed_off", "survey_research_active", "survey_research_mentor"]
KEY += ["workforce_left_12_months", "workforce_clinical_academic_nmahpps", "appraisal_research_in_pdp_ytd"]
KEY += ["research_training_people_ytd"]
LISTED = ["job_plan_research_hours_share", "job_plan_research_pas_median", "job_plan_research_time_with_role"]
LISTED += ["support_people_reached_summary", "support_first_meeting_attended", "support_closed_completed"]
LISTED += ["adoption_recommendations_overdue", "adoption_recommendations_never_agreed"]


def _full() -> dict[str, list[Row]]:
    """All that a board's page can have at once, with long names; the second figure is withheld."""
    told = {"interval_low": 40.0, "interval_high": 60.0, "response_rate_pct": 33.3, "metric_title": LONG}
    told |= {"target": 55, "is_target_met": False}
    figures = [figure(name, 50 + n % 7, end, **told) for name in KEY[:7] for n, end in enumerate(MONTHS)]
    figures += [figure(KEY[7], None, metric_title=LONG), figure("survey_response_rate", 41, numerator=82)]
    limits = {"mean": 53.0, "lower_limit": 47.0, "upper_limit": 59.0, "is_limit_cut": True}
    told = limits | {"variation_icon": "concern_low", "point_type": "special_cause_concern"}
    spc = [{"series_id": one["series_id"], "period_end": one["period_end"], **told} for one in figures[: len(MONTHS)]]
    for code in "abcde":
        group = {"breakdown": "staff_group", "category": code, "category_label": "A group of staff with a longer name"}
        figures.append(figure(KEY[0], 30, **group, series_id=code))
    figures += [figure(name, 41, numerator=82) for name in LISTED]
    for number in range(5):
        item = {"item_code": f"item_{number}", "item_label": f"State {number}", "numerator": 2}
        figures.append(figure("adoption_recommendations_by_state", 20, **item))
        effect = {"unit": "baseline SD", "decimals": 2, "interval_low": 0.8, "interval_high": 1.2}
        figures.append(figure("support_paired_effect", 1, **item, **effect))
    compared: list[Row] = []
    for label in ("Individual", "Team", "Organisation"):
        told = {"item_code": label, "item_label": label, "decimals": 2, "q1": 4.25, "q3": 6.75, "unit": "score 1-10"}
        figures.append(figure("rcc_domain_score", 5.5, **told))
    items = [
        ITEM | {"metric_id": metric, "item_code": f"{n}", "item_label": f"Item: {LONG[:46]} {n}", "value": 70.0 - n}
        for metric in ("research_barrier_ticked", "research_motivator_ticked")
        for n in range(6)
    ]
    items = [one | {"polarity_code": "either", "interval_low": 60.0, "interval_high": 72.0} for one in items]
    figures += [figure(one["metric_id"], one["value"], item_code=one["item_code"]) for one in items]
    for name in ("survey_staff_engagement_score", "survey_morale_score", "survey_low_burnout_score"):
        told = {"metric_id": name, "item_code": "none", "organisation_code": "RX1", "period_end": SEPTEMBER}
        told |= {"period_start": SEPTEMBER.replace(day=1), "research_active_by": "survey", "unit": "score 0-10"}
        told |= {
            "active_value": 6.2,
            "other_value": 6.0,
            "difference": 0.2,
            "difference_low": -0.1,
            "difference_high": 0.5,
        }
        compared.append(told)
        figures.append(figure(name, 6.1, metric_title=LONG[:50], decimals=2, unit="score 0-10", is_latest=True))
    tables = {
        "research_active_comparison": compared,
        "dashboard_figure": [*figures, *FIGURES],
        "metric_spc": spc,
        "facilitators_barriers": items,
    }
    return tables | {"site_toolkit": LINES, "adoption_and_outcome": OUTCOMES}


def test_every_figure_on_the_page_stands_in_the_release(release: Path) -> None:
    words = words_of((release / "board" / "RX1.html").read_text(encoding="utf-8"))
    rows = [row for table in _full().values() for row in table]
    held = {abs(value) for row in rows for value in row.values() if isinstance(value, float | int)}
    printed = {f"{value:.{decimals}f}" for value in held for decimals in (0, 1, 2)}
    found = re.findall(r"\d+\.\d+|(?<=n = )\d+", re.sub(r"scale [\d.]+ to [\d.]+", "", words))
    assert len(found) > 100
    assert set(found) <= printed


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_release(tmp_path_factory.mktemp("pages") / "full", **_full())
    write_boards(folder, ABOUT)
    write_toolkits(folder, ABOUT)
    return folder


@pytest.mark.parametrize("page", ["board/RX1.html", "toolkit/RX1.html"])
@pytest.mark.parametrize("width", [1400, 375])
def test_a_page_is_accessible_and_fits_at_each_width(release: Path, browser, page: str, width: int) -> None:
    window = browser.open(release / page, width=width)
    for details in window.locator("details").all():
        details.evaluate("one => { one.open = true }")
    assert (browser.errors, browser.violations(), browser.is_too_wide()) == ([], [], False)
    assert window.evaluate("[...document.querySelectorAll('svg')].every(one => one.getAttribute('role') === 'img')")
    assert window.evaluate(
        "[...document.querySelectorAll('svg')].every(one => one.querySelector('title') || one.ariaLabel)"
    )


def test_the_board_s_page_prints_on_two_pages_of_a4_that_are_tagged(release: Path, browser, tmp_path: Path) -> None:
    window = browser.open(release / "board" / "RX1.html")
    pdf = tmp_path / "board.pdf"
    window.pdf(path=pdf, tagged=True, prefer_css_page_size=True, print_background=True)
    about = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    told = dict(re.findall(r"^(\S[^:]*):\s+(.*)$", about, re.MULTILINE))
    assert (told["Pages"], told["Tagged"]) == ("2", "yes")
    assert "(A4)" in told["Page size"]
    assert told["Title"] == "Anytown Hospitals: research culture, page for the board (made-up data)"
    assert b"/Lang (en-GB)" in pdf.read_bytes()
    sheets = [
        subprocess.run(["pdftotext", "-f", n, "-l", n, pdf, "-"], capture_output=True, text=True, check=True).stdout
        for n in "12"
    ]
    assert all("Made-up data" in sheet and f"Page {n} of 2" in sheet for n, sheet in enumerate(sheets, 1))
    assert "Key figures" in sheets[0] and "What this page cannot say" in sheets[1]
