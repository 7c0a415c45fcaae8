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
    site_code site_type_code            workshop_date activity_code stakeholder_role_code stakeholder_count
    S1        hospital                  2026-05-12    workshop      doctor                4
    S1        hospital                  2026-05-12    workshop      coach                 3
    S1        hospital                  2026-09-30    workshop      not_stated            5
    S1        hospital                  2026-05-02    interview     doctor                1
    S2        professional_support_unit 2026-06-01    workshop      not_stated            4
    S2        professional_support_unit 2026-06-01    observation   doctor                0
    S2        professional_support_unit 2026-10-01    workshop      not_stated            9
"""


def test_workshops_and_those_present_are_counted_up_to_the_periods_end(core: Core) -> None:
    """By hand: two rows of one day are one workshop; 4 + 3 + 5 at S1, one site; an interview is none."""
    core.add("fct_adoption_workshop", SITES)
    assert core.figures("adoption_workshops", "breakdown category value") == table("""
        all       all                       3
        site      S1                        2
        site      S2                        1
        site_type hospital                  2
        site_type professional_support_unit 1
    """)
    found = core.figures("adoption_workshop_stakeholders", "breakdown category value people_count")
    assert found == table("""
        all       all                       16 2
        site      S1                        12 1
        site      S2                        4  1
        site_type hospital                  12 1
        site_type professional_support_unit 4  1
    """)


def test_activities_are_counted_by_kind_and_those_present_by_role(core: Core) -> None:
    core.add("fct_adoption_workshop", SITES)
    assert core.totals("adoption_activities") == {"workshop": (3, 3), "interview": (1, 1), "observation": (1, 1)}
    assert core.totals("adoption_stakeholders_by_role") == {
        "workshop doctor": (4, 4),
        "workshop coach": (3, 3),
        "workshop not_stated": (9, 9),
        "interview doctor": (1, 1),
        "observation doctor": (0, 0),
    }


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


RECOMMENDATIONS = """
    site_code site_type_code adoption_state_code is_agreed is_ever_agreed adaptation_code due_date   is_overdue
    S1        hospital       in_place            true      true           reworded        2026-06-30 false
    S1        hospital       planned             true      true           tailored        2026-09-30 true
    S1        hospital       planned             true      true           -               2027-03-31 false
    S1        hospital       abandoned           true      true           reworded        -          -
    S1        hospital       not_started         false     true           -               2026-01-31 true
    S2        service        not_started         false     false          -               -          -
"""


def test_every_state_of_an_agreed_recommendation_is_a_share_of_them(core: Core) -> None:
    """By hand: of the four that S1 agreed, one is in place, two are planned, one is abandoned."""
    core.add("fct_adoption", RECOMMENDATIONS)
    found = core.figures("adoption_recommendations_by_state", "breakdown numerator denominator value")
    assert [row for row in found if row[0] == "site"] == table("""
        site 0 4 0\nsite 0 4 0\nsite 1 4 25\nsite 1 4 25\nsite 2 4 50
    """)
    assert core.totals("adoption_recommendations_by_state") == {
        "not_started": (0, 4),
        "planned": (2, 4),
        "partly_in_place": (0, 4),
        "in_place": (1, 4),
        "abandoned": (1, 4),
    }


def test_what_a_site_never_agreed_how_it_adapted_the_rest_and_what_is_overdue_are_figures(core: Core) -> None:
    """By hand: one of six was never agreed; two of three adapted ones are reworded; one of two due is late."""
    core.add("fct_adoption", RECOMMENDATIONS)
    never = core.figures("adoption_recommendations_never_agreed", "breakdown category numerator denominator")
    assert never == table("""
        all       all      1 6
        site      S1       0 5
        site      S2       1 1
        site_type hospital 0 5
        site_type service  1 1
    """)
    adapted = core.totals("adoption_recommendations_adapted")
    assert (adapted["reworded"], adapted["tailored"], adapted["as_recommended"]) == ((2, 3), (1, 3), (0, 3))
    overdue = core.figures("adoption_recommendations_overdue", "breakdown category numerator denominator value")
    assert overdue == table("all all 1 2 50\nsite S1 1 2 50\nsite_type hospital 1 2 50")


def test_what_enables_and_constrains_is_counted_by_element_and_shared_by_level(core: Core) -> None:
    """By hand: two elements of the organisational context at S1, one of which constrains; S2 says nothing of one."""
    core.add(
        "fct_iparihs_rating",
        """
        site_code site_type_code element_code                     influence_code is_latest
        S1        hospital       organisational_context_resources constrains     true
        S1        hospital       organisational_context_resources enables        false
        S1        hospital       organisational_context_culture   enables        true
        S1        hospital       recipients_motivation            enables        true
        S2        service        organisational_context_resources constrains     true
        S2        service        recipients_motivation            -              true
        """,
    )
    assert core.totals("iparihs_element_influence") == {
        "organisational_context_resources constrains": (2, 2),
        "organisational_context_culture enables": (1, 1),
        "recipients_motivation enables": (1, 1),
    }
    assert core.totals("iparihs_level_influence") == {
        "organisational_context constrains": (2, 3),
        "organisational_context enables": (1, 3),
        "organisational_context neither": (0, 3),
        "recipients constrains": (0, 1),
        "recipients enables": (1, 1),
        "recipients neither": (0, 1),
    }


def test_a_configuration_counts_once_for_its_site_and_once_for_its_programme(core: Core) -> None:
    """By hand: 3 + 2 observations of trust that led to insight, 1 of no change, and one after the period."""
    core.add(
        "fct_adoption_configuration",
        """
        site_code site_type_code programme_code mechanism_code outcome_code observation_count observed_date
        S1        hospital       coaching       trust          insight      3                 2026-06-30
        """,
        context_code="resources",
        evidence_strength_code="moderate",
    )
    core.add(
        "fct_adoption_configuration",
        """
        mechanism_code outcome_code observation_count observed_date evidence_strength_code
        trust          insight      2                 2026-09-30    -
        motivation     no_change    1                 2026-09-30    low
        motivation     no_change    9                 2026-10-01    low
        """,
        context_code="resources",
        site_code="S2",
        site_type_code="service",
        programme_code="mentoring",
    )
    found = core.figures("adoption_configurations", "breakdown category value people_count")
    crossed = [row[1:] for row in found if row[0] == "programme x site"]
    assert crossed == [["coaching x S1", "3", "1"], ["mentoring x S2", "1", "1"], ["mentoring x S2", "2", "1"]]
    assert [row for row in found if row[0] != "programme x site"] == table("""
        all               all       1 1
        all               all       5 2
        evidence_strength low       1 1
        evidence_strength moderate  3 1
        programme         coaching  3 1
        programme         mentoring 1 1
        programme         mentoring 2 1
        site              S1        3 1
        site              S2        1 1
        site              S2        2 1
        site_type         hospital  3 1
        site_type         service   1 1
        site_type         service   2 1
    """)
    items = {row[0] for row in core.units("adoption_configurations", "item_code")}
    assert items == {"resources trust insight", "resources motivation no_change"}
