"""The page for the board: which figures it has, and what it says of them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboards.board import write_boards
from tests.lib.released_pages import ABOUT, ITEM, Row, figure, words_of, write_release

JUNE = date(2026, 6, 30)


def _barrier(code: str, value: float | None, metric_id: str = "research_barrier_ticked") -> Row:
    polarity = "barrier" if "barrier" in metric_id else "facilitator"
    told = {"metric_id": metric_id, "item_code": code, "item_label": f"{polarity.title()}: {code}", "value": value}
    return ITEM | told | {"polarity_code": polarity}


def _page(folder: Path, figures: list[Row], about: Row = ABOUT, code: str = "RX1", **tables: Any) -> str:
    release = write_release(folder, dashboard_figure=figures, **tables)
    write_boards(release, about)
    return (release / "board" / f"{code}.html").read_text(encoding="utf-8")


def test_a_figure_stands_with_what_belongs_to_it(tmp_path: Path) -> None:
    told = {"interval_low": 16.7, "interval_high": 23, "response_rate_pct": 33.3, "target": 18, "is_target_met": True}
    words = words_of(_page(tmp_path / "r", [figure("survey_research_active", 19.7, period_kind="wave", **told)]))
    for said in (
        "Anytown Hospitals Figures up to 30 September 2026. Release 20261009T080000000000Z of 9 October 2026.",
        "19.7% At 30 September 2026. n = 200; 95% interval 16.7 to 23.0; 33.3% answered. Target 18.0%: met.",
        "No earlier figure of this series is shown: nothing to compare.",
        "Targets met: 1 of 1.",
    ):
        assert said in words


def test_the_headline_sorts_the_figures_by_what_happened_to_them(tmp_path: Path) -> None:
    names = ("job_plan_any_research_time", "job_plan_signed_off", "survey_research_mentor", "survey_research_active")
    icons = ("improvement_high", "concern_low", "common_cause", None)
    figures = [figure(name, 60 + n) for n, name in enumerate(names)]
    spc = [
        {"series_id": row["series_id"], "period_end": row["period_end"], "variation_icon": icon}
        for row, icon in zip(figures, icons, strict=True)
        if icon
    ]
    words = words_of(_page(tmp_path / "r", figures, metric_spc=spc))
    for said in (
        "Better than before: Job plan any research time (60.0%).",
        "Worse than before: Job plan signed off (61.0%).",
        "No clear change: 1 of 4 key figures.",
        "Too little is shown to judge a change: 1 of 4 key figures.",
    ):
        assert said in words


def test_every_key_figure_is_counted_and_every_target_of_the_organisation(tmp_path: Path) -> None:
    told = {"target": 20, "is_target_met": False}
    figures = [figure("job_plan_signed_off", None), figure("survey_research_active", 31.7)]
    figures += [figure("job_plan_research_time_of_scope", 18.4, **told), figure("job_plan_spa_share", 15, target=12)]
    figures[-1]["is_target_met"] = True
    words = words_of(_page(tmp_path / "r", figures))
    for said in (
        "Too little is shown to judge a change: 1 of 2 key figures. Withheld or not available: 1 of 2 key figures.",
        "Targets met: 1 of 2. Target not met: Job plan research time of scope (18.4%).",
    ):
        assert said in words


def test_a_median_without_its_count_stands_without_quartiles(tmp_path: Path) -> None:
    told = {"item_code": "team", "item_label": "Team", "unit": "score 1-10", "decimals": 2}
    withheld = figure("rcc_domain_score", 4.75, **told, q1=None, q3=None, denominator=None)
    assert "Team (quartiles withheld) 4.75" in words_of(_page(tmp_path / "r", [withheld]))
    shown = figure("rcc_domain_score", 4.75, **told, q1=4, q3=6.25, denominator=30)
    assert "Team (quartiles 4.00 to 6.25; n = 30) 4.75" in words_of(_page(tmp_path / "s", [shown]))


def test_a_point_without_limits_is_not_drawn_as_usual_variation(tmp_path: Path) -> None:
    page = _page(tmp_path / "r", [figure("job_plan_signed_off", 88, JUNE), figure("job_plan_signed_off", 89)])
    chart = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)[0]
    assert (chart.count('class="plain"'), chart.count('class="usual"')) == (2, 0)


def test_an_abbreviation_is_spelt_out_once_where_it_stands_on_the_page(tmp_path: Path) -> None:
    words = words_of(_page(tmp_path / "r", [figure("job_plan_signed_off", 3, metric_title="SPAs per doctor")]))
    assert words.count("SPA: supporting professional activity.") == 1
    assert "i-PARIHS" not in words and "PA:" not in words.replace("SPA:", "")


def test_a_withheld_figure_is_said_to_be_withheld_and_stands_nowhere(tmp_path: Path) -> None:
    rows = [
        figure("survey_research_active", 31.7, JUNE),
        figure("survey_research_active", None, target=50, is_target_met=None),
        figure("job_plan_signed_off", 88),
    ]
    page = _page(tmp_path / "r", rows)
    words = words_of(page)
    assert "Withheld because it could identify someone: Survey research active (at 30 September 2026)." in words
    assert re.search(r"Survey research active Withheld At 30 September 2026\.", words)
    assert "31.7" not in words.split("Key figures")[0]  # a past figure does not stand in for it
    assert re.search(r"at 30 September 2026</th>\s*<td[^>]*>withheld</td>", page)


def test_the_strongest_five_stand_in_order(tmp_path: Path) -> None:
    values = {"time": 83.3, "funds": 48.7, "skills": 43.6, "backfill": 57.9, "work": 71.2, "mentor": 35.3}
    items = [_barrier(code, value) for code, value in values.items()]
    items += [_barrier("withheld", None) | {"status": "suppressed"}, _barrier("joy", 61, "research_motivator_ticked")]
    figures = [
        figure(
            row["metric_id"],
            row["value"],
            item_code=row["item_code"],
            period_kind="wave",
            period_label="September 2026",
        )
        for row in items
    ]
    words = words_of(_page(tmp_path / "r", figures, facilitators_barriers=items))
    order = [words.index(f"{name} (individual; n = 180)") for name in ("Time", "Work", "Backfill", "Funds", "Skills")]
    assert order == sorted(order)
    assert "Mentor" not in words
    assert "Motivators (facilitators) most often ticked" in words and "Joy (individual; n = 180) 61.0%" in words


def test_shown_figures_come_before_withheld_ones_and_eight_are_enough(tmp_path: Path) -> None:
    names = [
        "job_plan_any_research_time",
        "job_plan_signed_off",
        "survey_research_active",
        "survey_research_mentor",
        "survey_staff_engagement_score",
        "workforce_left_12_months",
        "research_training_people_ytd",
        "workforce_clinical_academic_nmahpps",
        "appraisal_research_in_pdp_ytd",
        "nss_burnt_out_often_published",
    ]
    page = _page(tmp_path / "r", [figure(name, None if n < 3 else 50 + n) for n, name in enumerate(names)])
    titles = re.findall(r'<h3 id="[^"]+">([^<]+)</h3>', page)
    assert len(titles) == 8
    assert titles[0] == "Job plan any research time"  # the first of the withheld takes the place that is left
    assert "Job plan signed off" not in titles and "Survey research active" not in titles
    assert "Job plan signed off (at 30 September 2026)" in words_of(page).split("What this page cannot say")[1]


def test_an_organisation_with_few_figures_has_a_page_without_empty_parts(tmp_path: Path) -> None:
    support = figure(
        "support_cases_reached", 363, organisation_code="RX2", unit="cases", decimals=0, topic_label="Support"
    )
    page = _page(tmp_path / "r", [support, figure("job_plan_signed_off", 88)], code="RX2")
    words = words_of(page)
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", page) == [
        "What the figures say",
        "Key figures",
        "Support programmes",
        "What this page cannot say",
        "Where the figures are defined",
    ]
    assert "No figures on: Time for research." in words
    assert "363 cases" in words


@pytest.mark.parametrize("is_fictional", [True, False])
def test_made_up_data_is_said_on_each_sheet_where_it_is_made_up_only(tmp_path: Path, is_fictional: bool) -> None:
    page = _page(tmp_path / "r", [figure("job_plan_signed_off", 88)], ABOUT | {"is_fictional": is_fictional})
    assert page.lower().count("made-up data") == (4 if is_fictional else 0)


def test_months_and_years_of_one_metric_stand_in_no_chart_together(tmp_path: Path) -> None:
    year = {"period_kind": "year", "period_start": date(2025, 10, 1), "period_label": "the year to September 2026"}
    month = {"period_kind": "month", "period_label": "June 2026", "series_id": "by month"}
    rows = [figure("support_people_reached_summary", value, **told) for value, told in ((12, month), (340, year))]
    rows[0]["period_end"] = JUNE
    page = _page(tmp_path / "r", rows)
    assert re.findall(r"<h3 .*?</article>", page, re.DOTALL)[0].count("<tr>") == 2  # the headings and the year
    assert "The year to September 2026." in words_of(page)


def test_every_organisation_has_a_page_and_the_same_release_the_same_bytes(tmp_path: Path) -> None:
    figures = [figure("job_plan_signed_off", 88, organisation_code=code) for code in ("RX1", "RX2", "RX3")]
    one, other = (write_release(tmp_path / name, dashboard_figure=figures) for name in ("one", "other"))
    for release in (one, other):
        write_boards(release, ABOUT)
    made = [{file.name: file.read_bytes() for file in (release / "board").iterdir()} for release in (one, other)]
    assert made[0] == made[1]
    assert sorted(made[0]) == ["RX1.html", "RX2.html", "RX3.html"]
