"""The demo's cases, adoption, staff and research: taken, judged whole, and of the shape that they are built to."""

from collections import Counter
from datetime import date
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.demo import prepare_home, write_round
from schemas.findings import Finding
from schemas.rulebook import load_rulebook
from tests.lib.files import staging_in
from transforms.prepare import prepare
from transforms.pseudonymise import Pseudonymiser
from transforms.reading.parse import identify, read_shape
from warehouse.staging.load import check_file, open_checks

DATASETS = ("support_summary", "support_case", "recommendation_adoption", "workforce", "research_activity")
CASES = "ZZ5-support_case-example_case_system-2026-09.xlsx"
# What only the whole file shows, by the mistakes planted in it: code -> rows
EXPECTED = {
    CASES: {"R006": 1, "R007": 1, "R008": 1, "W033": 1},
    "ZZ7-support_summary-example_summary-2025.csv": {"R009": 1},
    "ZZ1-workforce-example_esr_extract-2026-09.csv": {"W014": 1},
}
# Simpson 2021, BJPsych Open: mean change in baseline SDs, the better direction positive
SIMPSON = {"psychlops": 1.86, "pss_10": 1.48, "wemwbs": 1.24, "gad_7": 1.07, "phq_9": 0.86}

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[tuple[Finding, ...], dict[str, Rows]]]:
    """Of each file of the last month: the findings on the whole file, and the rows that are staged, by table."""
    home = tmp_path_factory.mktemp("home")
    prepare_home(home)
    rules, key = load_rulebook(home / "config"), Pseudonymiser(b"k" * 32, "test", "ZZ1")
    checks, found = open_checks(rules, home / "spill"), {}
    for path in (path for path in write_round(home, 1, 1) if path.name.split("-")[1:2] and _dataset(path) in DATASETS):
        with path.open("rb") as stream, staging_in(home / "staged", path.stem) as staging:
            shape = read_shape(stream, path.name)
            layout = identify(shape, rules)
            for chunk in prepare(stream, shape, layout, rules, key, "s1"):
                staging.write(chunk.tables)
            staging.close()
            said, _ = check_file(checks, staging.folder, layout)
            rows = {file.stem: pq.read_table(file).to_pylist() for file in staging.folder.glob("*.parquet")}
        found[path.name] = (said, rows)
    return found


def _dataset(path: Path) -> str:
    return path.name.split("-")[1]


def rows_of(taken: dict[str, tuple[tuple[Finding, ...], dict[str, Rows]]], table: str, name: str = "") -> Rows:
    return [row for file, (_, rows) in taken.items() if name in file for row in rows.get(table, [])]


def test_each_planted_mistake_that_needs_the_whole_file_is_found_and_no_other(taken: dict) -> None:
    codes = {name: {finding.code: finding.row_count for finding in said} for name, (said, _) in taken.items()}
    assert {name: found for name, found in codes.items() if found} == EXPECTED


def test_the_units_paired_scores_have_the_shape_published_for_a_support_service(taken: dict) -> None:
    scores: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows_of(taken, "support_measurement", CASES):
        scores.setdefault((row["measure_code"], row["stage_code"]), {})[row["case_key"]] = row["score"]
    for measure, published in SIMPSON.items():
        first, later = scores[measure, "baseline"], scores[measure, "follow_up"]
        both = sorted(set(first) & set(later))
        better = 1 if measure == "wemwbs" else -1
        changes = [better * (later[case] - first[case]) for case in both]
        spread = stdev(first[case] for case in both)
        error = stdev(changes) / spread / len(both) ** 0.5
        assert len(both) > 200
        assert abs(mean(changes) / spread - published) < 1.96 * error, measure


def test_a_years_cases_are_enough_to_show_and_none_keeps_its_number(taken: dict) -> None:
    cases = rows_of(taken, "support_case", CASES)
    assert 300 <= sum(row["referral_date"] >= date(2025, 10, 1) for row in cases) <= 400
    assert {row["support_level_code"] for row in cases} == {"1", "2", "3", None}
    staged = [row for table in ("support_case", "support_concern") for row in rows_of(taken, table)]
    assert "PSU-" not in str(staged)


def test_five_sites_of_three_types_held_twelve_workshops_with_35_stakeholders(taken: dict) -> None:
    rows = rows_of(taken, "recommendation_adoption")
    kinds = {"hospital": 2, "professional_support_unit": 2, "professional_support_body": 1}
    sites = {(row["site_code"], row["site_type_code"]) for row in rows if row["strategy_code"]}
    assert Counter(kind for _, kind in sites) == kinds
    present = [row for row in rows_of(taken, "adoption_workshop") if row["activity_code"] == "workshop"]
    assert len({(row["site_code"], row["workshop_date"]) for row in present}) == 12
    assert sum(row["stakeholder_count"] for row in present) == 35
    roles = Counter[str]()
    for row in present:
        roles[row["stakeholder_role_code"]] += row["stakeholder_count"]
    assert min(roles[role] for role in ("doctor", "professional_support_lead", "coach")) >= 5
    assert {row["activity_code"] for row in rows_of(taken, "adoption_workshop")} >= {"interview", "observation"}


def test_adoption_is_limited_and_some_recommendations_are_never_agreed(taken: dict) -> None:
    rows = [row for row in rows_of(taken, "recommendation_adoption") if row["strategy_code"]]
    states = Counter(row["adoption_state_code"] for row in rows if row["is_agreed"])
    assert 27 <= states.total() <= 31 and states["in_place"] <= states.total() / 3 < states["partly_in_place"]
    assert min(states["planned"], states["not_started"], len(rows) - states.total()) >= 2


def test_context_constrains_more_than_it_enables(taken: dict) -> None:
    context = [row for row in rows_of(taken, "iparihs_rating") if row["element_code"].startswith("health_system")]
    influence = Counter(row["influence_code"] for row in context)
    assert influence["constrains"] > influence["enables"]


def test_a_trusts_own_plan_names_measures_and_days(taken: dict) -> None:
    plan = [row for row in rows_of(taken, "recommendation_adoption") if row["site_type_code"] == "trust"]
    assert len(plan) == 6 and all(row["due_date"] and row["metric_id"] and row["target_value"] for row in plan)


def test_fewer_are_reached_and_engaged_than_are_referred(taken: dict) -> None:
    rows = [row for row in rows_of(taken, "support_summary") if row["measure_code"] == "none"][
        1:
    ]  # the first is spoilt
    referred, reached, engaged, completed = (
        sum(row[f"{name}_count"] for row in rows) for name in ("referred", "reached", "engaged", "completed")
    )
    assert referred > reached > engaged > completed


def test_staff_lists_hold_the_headcount_and_about_a_tenth_who_left(taken: dict) -> None:
    posts = rows_of(taken, "workforce", "ZZ1-")
    left = sum(row["leaving_date"] is not None for row in posts)
    assert len(posts) - left == pytest.approx(1862, rel=0.03)
    assert 0.05 < left / len(posts) < 0.15


def test_research_events_are_of_people_on_the_staff_list(taken: dict) -> None:
    events = rows_of(taken, "research_activity", "ZZ1-")
    posts = {row["employee_key"] for row in rows_of(taken, "workforce", "ZZ1-")}
    named = [row for row in events if row["employee_key"]]
    assert sum(row["employee_key"] in posts for row in named) > 0.8 * len(named) > 40
    assert len(named) < len(events)
    decided = {row["decision_code"] for row in events if row["event_code"].endswith("_application")}
    assert {"awarded", "declined", None} <= decided <= {"awarded", "declined", "withdrawn", None}
    assert {row["decision_code"] for row in events if row["event_code"] == "training"} == {None}
