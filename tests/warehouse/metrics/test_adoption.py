"""Metrics of adoption: recommendations in place, i-PARIHS ratings, workshops and changes noted."""

from tests.lib.core import Core, table


def test_in_place_is_out_of_what_the_site_agreed_by_its_last_assessment(core: Core) -> None:
    core.add(
        "fct_adoption",
        """
        site_code site_type_code strategy_code is_agreed adoption_state_code is_latest
        S1        hospital       A1            true      in_place            true
        S1        hospital       A1            true      planned             false
        S1        hospital       B2            true      partly_in_place     true
        S1        hospital       B2            false     in_place            true
        S2        unit           -             true      in_place            true
        """,
    )
    found = core.figures(
        "adoption_recommendations_in_place", "breakdown category numerator denominator value people_count"
    )
    assert found == table("""
        all       all      2 3 66.6667 2
        site      S1       1 2 50      1
        site      S2       1 1 100     1
        site_type hospital 1 2 50      1
        site_type unit     1 1 100     1
        strategy  A1       1 1 100     1
        strategy  B2       0 1 0       1
    """)


def test_a_rating_stays_on_its_own_tools_scale(core: Core) -> None:
    """By hand, type 6 of 2 3 5: the middle one; the rating out of 10 is an item of its own."""
    core.add(
        "fct_iparihs_rating",
        """
        site_code element_code       scale rating is_latest
        S1        innovation_clarity 1-5   2      true
        S1        innovation_clarity 1-5   5      false
        S2        innovation_clarity 1-5   3      true
        S3        innovation_clarity 1-5   5      true
        S4        innovation_clarity 0-10  8      true
        """,
    )
    rows = core.figures("iparihs_element_rating", "breakdown category value")
    items = core.units("iparihs_element_rating", "item_code person_key numerator")
    assert ["innovation_clarity 0-10", "S4", "8"] in items
    assert ["innovation_clarity 1-5", "S1", "2"] in items and len(items) == 4
    assert [row for row in rows if row[0] == "all"] == table("all all 3\nall all 8")


SITES = """
    site_code workshop_date stakeholder_count
    S1        2026-05-12    7
    S1        2026-09-30    5
    S2        2026-06-01    4
    S2        2026-10-01    9
"""


def test_workshops_and_those_present_are_counted_up_to_the_periods_end(core: Core) -> None:
    core.add("fct_adoption_workshop", SITES)
    assert core.figures("adoption_workshops", "breakdown category value") == table("all all 3\nsite S1 2\nsite S2 1")
    found = core.figures("adoption_workshop_stakeholders", "breakdown category value people_count")
    assert found == table("all all 16 16\nsite S1 12 12\nsite S2 4 4")


def test_changes_noted_are_counted_by_kind(core: Core) -> None:
    core.add(
        "fct_adoption_change",
        """
        site_code change_code noted_date change_count
        S1        learning    2026-06-30 2
        S2        learning    2026-09-30 3
        S2        practice    2026-08-30 1
        S2        practice    2026-10-30 1
        """,
    )
    assert core.totals("adoption_changes_noted") == {"learning": (5, 5), "practice": (1, 1)}
