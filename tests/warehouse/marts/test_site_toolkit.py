"""A site's page: what was sent of its adoption, and the figures in print beside it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from schemas.metrics import load_metrics
from schemas.tables import TABLES
from tests.lib.month import Month
from tests.lib.text_tables import lines, shown
from warehouse.db.tables import broken_keys

USED = ("adoption_", "iparihs_", "research_applications_ytd", "nss_burnt_out")
PLAN = """
    site_code site_type_code recommendation_number strategy_code is_agreed adoption_state_code adaptation_code
    ZZ1       trust          R2                    A1            true      partly_in_place     reworded
    ZZ1       trust          R10                   -             true      in_place            -
    ZZ1       trust          R3                    C2            false     not_started         -
    S9        service        R1                    A1            true      planned             -
"""
SUCCESS = """
    assessed_date due_date   metric_id                 measure_item_code target_value
    2026-09-15    2026-08-31 research_applications_ytd grant_application 12
    2026-09-15    2026-09-30 research_applications_ytd grant_application 13
    2026-09-15    -          -                         -                 -
    2026-09-15    2026-12-31 research_applications_ytd grant_application 12
"""
SENT = {
    "recommendation_adoption": "\n".join(map(" ".join, zip(PLAN.splitlines(), SUCCESS.splitlines(), strict=True))),
    "iparihs_rating": """
        site_code element_code                     rating scale_minimum scale_maximum assessed_date influence_code
        ZZ1       organisational_context_resources 2      1             5             2026-09-15    constrains
        ZZ1       innovation_clarity               4      1             5             2026-09-15    enables
        ZZ1       innovation_usability             3      1             5             2026-09-15    -
    """,
    "adoption_change": "site_code change_code noted_date change_count\nZZ1 trust 2026-09-15 2",
    "adoption_workshop": "site_code workshop_date stakeholder_count\nZZ1 2026-09-15 7",
    "adoption_configuration": """
        site_code programme_code observed_date context_code mechanism_code outcome_code observation_count
        ZZ1       coaching       2026-09-15    safe_space   trust          insight      3
    """,
}
EVENT = "event_key employee_key event_code event_date\n"
APPLICATIONS = "\n".join(f"v{n} e{n} grant_application 2026-05-01" for n in range(12))
NSS = "organisation_code survey_year measure_code base_count value_pct\nZZ1 2026 burnt_out_often 300 25.1"


@pytest.fixture
def work(month: Month) -> Iterator[duckdb.DuckDBPyConnection]:
    """A trust's own plan with one of its services, twelve applications, and its published burnout."""
    month.metrics = [one for one in load_metrics() if one.metric_id.startswith(USED)]
    month.send("adoption", **SENT)
    month.send("events", research_activity=EVENT + APPLICATIONS)
    month.send("published", "national", nss_benchmark=NSS)
    with month.build() as connection:
        yield connection


def page(work: duckdb.DuckDBPyConnection, section: str, columns: str, site: str = "ZZ1") -> list[str]:
    """The lines of one section in their order; `_` for a space in a cell."""
    cells = ", ".join(f"replace(CAST({name} AS STRING), ' ', '_')" for name in columns.split())
    rows = work.execute(
        f"SELECT {cells} FROM marts.site_toolkit WHERE section = ? AND site_code = ? ORDER BY sort_order",
        [section, site],
    ).fetchall()
    return [" ".join("-" if cell is None else cell for cell in row) for row in rows]


def test_a_recommendation_has_its_state_its_date_and_its_measure(work: duckdb.DuckDBPyConnection) -> None:
    """By hand: twelve applications were made, so a target of 12 is met and one of 13 is not; only R2 is late."""
    columns = "line_code label state_label adaptation_label is_overdue metric_title value target_value is_target_met"
    title = "Applications_for_fellowships_and_grants,_year_to_date"
    assert page(work, "Recommendations", columns) == [
        f"R2 Provide_safe_spaces Partly_in_place Reworded true {title} 12.0 12.0 true",
        "R3 Guided_reflection Not_agreed - - - - - -",
        f"R10 The_site's_own,_measured_by:_{title} In_place - false {title} 12.0 13.0 false",
    ]


def test_a_site_that_is_no_organisation_has_no_measure_of_another(work: duckdb.DuckDBPyConnection) -> None:
    assert page(work, "Recommendations", "line_code is_overdue value is_target_met", "S9") == ["R1 false - -"]


def test_what_constrains_stands_before_what_enables(work: duckdb.DuckDBPyConnection) -> None:
    assert page(work, "What helps and hinders", "label state_code value") == [
        "Organisational_context:_resources constrains 2.0",
        "Innovation:_clarity enables 4.0",
        "Innovation:_usability - 3.0",
    ]


def test_changes_mechanisms_and_outcomes_stand_on_it_with_what_may_not_be_concluded(
    work: duckdb.DuckDBPyConnection,
) -> None:
    assert page(work, "What changed", "label value") == ["Trust 2.0"]
    assert page(work, "Why and how it works", "label value") == [
        "Coaching:_Context:_Safe_space;_mechanism:_Trust;_outcome:_Insight 3.0"
    ]
    assert page(work, "What was held", "label value") == [
        "Workshop 1.0",
        "Stakeholders_at_workshops 7.0",
        "Workshop;_Not_stated 7.0",
    ]
    assert page(work, "How far it is", "label value") == [
        "Agreed_recommendations_in_place 50.0",
        "Recommendations_never_agreed 33.3",
        "Agreed_recommendations_overdue 50.0",
    ]
    assert page(work, "Outcomes beside it", "label value state_code") == [
        "Burnt_out_because_of_work,_often_or_always_(published) 25.1 across"
    ]
    first, *warnings = page(work, "What may not be concluded", "label")
    assert first.startswith("Outcomes_stand_beside_what_was_adopted")
    assert any(line.startswith("Why_and_how_it_works:_configurations_observed:_What_those") for line in warnings)
    assert any(line.startswith("Burnt_out_because_of_work") for line in warnings)
    assert broken_keys(work, TABLES["marts.site_toolkit"]) == (0, 0)
    assert shown(work, "SELECT DISTINCT site_label, site_type_label FROM marts.site_toolkit") == lines(
        "Fictional ZZ1 NHS trust\nS9 Service or team"
    )


def test_an_item_of_several_codes_has_the_labels_of_all_and_a_configuration_each_by_itself(
    work: duckdb.DuckDBPyConnection,
) -> None:
    found = shown(
        work,
        "SELECT aspect, item_label, value FROM marts.recommendation_adoption"
        " WHERE breakdown = 'site' AND category = 'ZZ1' AND value > 0 AND item_code <> 'none' AND aspect <> 'rating'",
    )
    assert found == lines("""
        state         Partly in place 50
        state         In place 50
        adaptation    Reworded 100
        influence     Organisational context: resources; Constrains 1
        influence     Innovation: clarity; Enables 1
        influence     Organisational context; Constrains 100
        influence     Innovation; Enables 100
        change        Trust 2
        activity      Workshop 1
        stakeholder   Workshop; Not stated 7
        configuration Context: Safe space; mechanism: Trust; outcome: Insight 3
    """)
    told = "context_label, mechanism_label, outcome_label, category_label"
    seen = shown(work, f"SELECT {told} FROM marts.recommendation_adoption WHERE breakdown = 'programme'")
    assert seen == "Safe space Trust Insight Coaching"
