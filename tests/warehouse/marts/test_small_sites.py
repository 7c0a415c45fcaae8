"""A site of which nothing is in print is named nowhere in a release."""

from __future__ import annotations

import pytest

from schemas.metrics import load_metrics
from schemas.tables import MARTS, REFERENCE
from tests.lib.month import Month

SUMMARY = "site_code programme_code measure_code referred_count reached_count engaged_count completed_count\n"
LARGE, SMALL = {"S1": (60, 30), "S2": (50, 25)}, {"T7": (10, 5), "T8": (9, 4), "T9": (10, 6)}


def line(site: str, referred: int, engaged: int) -> str:
    return f"{site} coaching none {referred} {engaged} {engaged} {engaged}"


@pytest.fixture
def summaries(month: Month) -> Month:
    """Two large sites and three small ones, which keep each other's counts."""
    month.metrics = [one for one in load_metrics() if one.metric_id.startswith("support_")]
    sites = "\n".join(line(site, *counts) for site, counts in (LARGE | SMALL).items())
    month.send("s9", support_summary=SUMMARY + sites)
    return month


def named(month: Month) -> dict[str, set[str]]:
    """The tables of a release that name each site."""
    with month.build() as connection:
        said = {name: str(connection.execute(f"FROM {name}").fetchall()) for name in (*MARTS, *REFERENCE)}
    return {site: {name for name, rows in said.items() if f"'{site}'" in rows} for site in (*LARGE, *SMALL)}


def test_small_sites_are_named_in_no_table_and_large_ones_are(summaries: Month) -> None:
    found = named(summaries)
    assert all("marts.metric_value" in found[site] for site in LARGE)
    assert {site: found[site] for site in SMALL} == {site: set() for site in SMALL}


def test_a_site_that_is_large_in_one_month_keeps_its_withheld_rows_of_the_others(summaries: Month) -> None:
    """Else its absence would tell how few people it had."""
    october = LARGE | SMALL | {"T7": (60, 30), "T6": (8, 4)}
    sites = "\n".join(line(site, *counts) for site, counts in october.items())
    summaries.send("s10", month=10, support_summary=SUMMARY + sites)
    found = named(summaries)
    assert "marts.metric_value" in found["T7"] and not found["T8"] and not found["T9"]
    with summaries.build() as connection:
        rows = "SELECT DISTINCT month(period_start), status FROM marts.metric_value WHERE category = 'T7' ORDER BY ALL"
        assert {(9, "suppressed"), (10, "shown")} <= set(connection.execute(rows).fetchall())


def test_sites_of_what_counts_no_people_are_named(month: Month) -> None:
    month.metrics = [one for one in load_metrics() if one.metric_id.startswith("adoption_")]
    month.send(
        "s9",
        recommendation_adoption="site_code site_type_code recommendation_number is_agreed adoption_state_code"
        " assessed_date\nS1 hospital R1 true in_place 2026-09-15",
    )
    with month.build() as connection:
        sites = connection.execute("SELECT DISTINCT category FROM marts.metric_value WHERE breakdown = 'site'")
        assert sites.fetchall() == [("S1",)]
