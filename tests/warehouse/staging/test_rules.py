"""Rules of a dataset's own, `sql/rules/<dataset>/<code>.sql`, on staged rows as small texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lib.whole_file import CASES, judged


def test_a_score_outside_its_measures_range_is_refused(tmp_path: Path) -> None:
    scores = """
    case_key measure_code stage_code measured_date score
    c1       phq_9        baseline   2026-03-16    27
    c1       phq_9        follow_up  2026-09-16    28
    c2       wemwbs       baseline   2026-03-16    13
    c2       wemwbs       follow_up  2026-09-16    14
    """
    found, left, rejected = judged(tmp_path, "support_case", support_case=CASES, support_measurement=scores)
    assert [f.sentence for f in found] == [
        'Row 3, column "Outcome scores: Score": the value is outside 0 to 27, the range of PHQ-9;'
        " check the number at its source and correct it.",
        'Row 4, column "Outcome scores: Score": the value is outside 14 to 70, the range of WEMWBS;'
        " check the number at its source and correct it.",
        'Rows 2, 3: another row of the same case on the sheet "Outcome scores" was refused, so what its rows'
        " say together may be wrong; correct that row and send the file again.",
    ]
    assert [f.code for f in found] == ["R006", "R006", "W033"]
    assert (left["support_measurement"], left["support_case"], rejected) == ([2, 5], [2, 3], 2)


def test_a_follow_up_dated_before_its_baseline_is_refused_and_the_baseline_stays(tmp_path: Path) -> None:
    scores = """
    case_key measure_code stage_code measured_date score
    c1       phq_9        baseline   2026-03-16    14
    c1       phq_9        follow_up  2026-03-15    9
    c1       gad_7        follow_up  2026-03-15    9
    c2       phq_9        baseline   2026-03-16    14
    c2       phq_9        follow_up  2026-03-16    9
    """
    found, left, rejected = judged(tmp_path, "support_case", support_case=CASES, support_measurement=scores)
    assert [(f.code, f.column, f.rows) for f in found] == [("R008", "Outcome scores: Date", (3,)), ("W033", "", (2,))]
    assert "the follow-up is dated before its baseline" in found[0].sentence
    assert (left["support_measurement"], rejected) == ([2, 4, 5, 6], 1)


def test_rows_of_a_case_that_is_not_on_the_main_sheet_are_refused_once(tmp_path: Path) -> None:
    found, left, rejected = judged(
        tmp_path,
        "support_case",
        support_case=CASES + "c2 2026-03-10",  # c2 says two things: both lines go, and its parts with them
        support_concern="case_key concern_code\nc1 health\nc2 conduct\nc9 health",
        support_intervention="case_key programme_code start_date\nc9 coaching 2026-04-01",
        support_measurement="case_key measure_code stage_code measured_date score\nc2 phq_9 baseline 2026-03-16 3",
    )
    assert [(f.code, f.column, f.rows) for f in found] == [
        ("R003", "", (3, 4)),
        ("R007", "Concerns: Case ID", (3, 4)),
        ("R007", "Interventions: Case ID", (2,)),
        ("R007", "Outcome scores: Case ID", (2,)),
    ]
    assert left == {"support_case": [2], "support_concern": [2], "support_intervention": [], "support_measurement": []}
    assert rejected == 6


def test_rows_of_a_part_that_share_a_key_are_told_with_their_sheet(tmp_path: Path) -> None:
    scores = """
    case_key measure_code stage_code measured_date score
    c1       phq_9        baseline   2026-03-16    14
    c1       phq_9        baseline   2026-03-17    15
    """
    found, left, _ = judged(tmp_path, "support_case", support_case=CASES, support_measurement=scores)
    assert [f.sentence for f in found[:1]] == [
        'Rows 2, 3, sheet "Outcome scores": rows with the same case id and measure and stage contradict each other'
        " (row 3 with row 2); keep the right one and send the file again."
    ]
    assert [(f.code, f.rows) for f in found[1:]] == [("W033", (2,))]
    assert left["support_measurement"] == []


def test_a_rating_outside_its_own_scale_is_refused(tmp_path: Path) -> None:
    ratings = """
    site_code element_code       rating scale_minimum scale_maximum assessed_date
    S1        innovation_clarity 5      1             5             2026-09-15
    S2        innovation_clarity 6      1             5             2026-09-15
    S3        innovation_clarity -3     -2            2             2026-09-15
    """
    agreed = "site_code recommendation_number assessed_date\nS1 R1 2026-09-15"
    found, left, _ = judged(tmp_path, "recommendation_adoption", recommendation_adoption=agreed, iparihs_rating=ratings)
    assert [(f.code, f.column, f.rows, f.details["minimum"]) for f in found] == [
        ("R006", "i-PARIHS ratings: Rating", (3,), "1"),
        ("R006", "i-PARIHS ratings: Rating", (4,), "-2"),
    ]
    assert left["iparihs_rating"] == [2]


def test_a_mean_change_beyond_the_measures_range_is_refused(tmp_path: Path) -> None:
    rows = "site_code programme_code measure_code mean_change\nZZ1 coaching phq_9 -27\nZZ2 coaching phq_9 -27.5"
    found, left, _ = judged(tmp_path, "support_summary", support_summary=rows)
    assert [f.sentence for f in found] == [
        'Row 3, column "Mean change": the value is outside -27 to 27, the range of a change in PHQ-9;'
        " check the number at its source and correct it."
    ]
    assert left["support_summary"] == [2]


COUNTS = ("referred_count", "reached_count", "engaged_count", "completed_count", "baseline_count", "pair_count")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ("24 22 20 15 20 14", []),
        ("24 22 - 15 20 14", []),
        ("20 22 23 24 20 14", [("Reached", "Referred"), ("Engaged", "Reached"), ("Completed", "Engaged")]),
        ("24 22 20 15 13 14", [("Pairs", "Baseline forms")]),
    ],
)
def test_a_line_whose_count_exceeds_what_it_is_a_part_of_is_refused(tmp_path: Path, counts: str, told: list) -> None:
    rows = f"site_code programme_code measure_code {' '.join(COUNTS)}\nZZ1 coaching phq_9 {counts}"
    found, left, rejected = judged(tmp_path, "support_summary", support_summary=rows)
    assert {(f.code, f.column, f.details["whole"]) for f in found} == {("R009", *pair) for pair in told}
    assert (left["support_summary"], rejected) == (([], 1) if told else ([2], 0))


@pytest.mark.parametrize(
    ("dataset", "row", "told"),
    [
        (
            "support_case",
            "case_key referral_date triage_date\nc1 2026-03-02 2026-03-01",
            ("Triage date", "Referral date"),
        ),
        ("workforce", "post_key start_date leaving_date\np1 2026-03-02 2026-03-01", ("Leaving date", "Start date")),
        ("research_activity", "event_key event_date decided_date\ne1 2026-03-02 2026-03-01", ("Decided on", "Date")),
    ],
)
def test_a_date_before_the_one_it_follows_is_told(tmp_path: Path, dataset: str, row: str, told: tuple) -> None:
    found, left, rejected = judged(tmp_path, dataset, **{dataset: row})
    assert [(f.code, f.column, f.details["earlier"]) for f in found] == [("W014", *told)]
    assert (left[dataset], rejected) == ([2], 0)


def test_an_intervention_that_ends_before_it_starts_is_told(tmp_path: Path) -> None:
    rows = "case_key programme_code start_date end_date\nc1 coaching 2026-04-02 2026-04-01"
    found, *_ = judged(tmp_path, "support_case", support_case=CASES, support_intervention=rows)
    assert [(f.code, f.column) for f in found] == [("W014", "Interventions: Ended on")]
