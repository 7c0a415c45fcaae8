"""Metrics of the research office's register: applications and awards, roles, outputs, activities."""

from tests.lib.core import Core, table

# By hand, of the year to date: two grants asked of NIHR (one awarded), one of a charity (awarded), one of nobody named;
# of the band 10,000 to 49,999 two, both awarded. p4's fellowship was asked for before April and awarded since.
APPLICATIONS = """
person_key event_code             event_date funding_code amount_band_code decision_code decided_date
p1         grant_application      2026-05-01 nihr         10000_to_49999   awarded       2026-08-03
p1         grant_application      2026-06-01 nihr         50000_to_249999  declined      2026-09-01
p2         grant_application      2026-05-01 charity      10000_to_49999   awarded       2026-08-03
p3         grant_application      2026-07-01 -            -                -             -
p4         fellowship_application 2026-01-05 government   1000000_or_more  awarded       2026-06-01
p5         poster                 2026-06-05 nihr         -                -             -
"""


def test_applications_are_counted_by_funder_and_by_band_of_the_amount(core: Core) -> None:
    core.add("fct_research_activity", APPLICATIONS)
    assert core.figures("research_applications_ytd", "item_code breakdown category value people_count") == table("""
        grant_application all         all             4 3
        grant_application funder      charity         1 1
        grant_application funder      nihr            2 1
        grant_application amount_band 10000_to_49999  2 2
        grant_application amount_band 50000_to_249999 1 1
    """)


def test_awards_are_counted_by_funder_and_by_band_of_the_amount(core: Core) -> None:
    core.add("fct_research_activity", APPLICATIONS)
    assert core.figures("research_awards_ytd", "item_code breakdown category value") == table("""
        grant_application      all         all             2
        grant_application      funder      charity         1
        grant_application      funder      nihr            1
        grant_application      amount_band 10000_to_49999  2
        fellowship_application all         all             1
        fellowship_application funder      government      1
        fellowship_application amount_band 1000000_or_more 1
    """)


def test_awards_are_out_of_what_each_funder_decided(core: Core) -> None:
    core.add("fct_research_activity", APPLICATIONS)
    assert ["grant_application", "funder", "nihr", "50", "2"] in core.figures(
        "research_awards_of_decided_ytd", "item_code breakdown category value denominator"
    )


ROLES = """
person_key event_code        event_date research_role_code
p1         investigator_role 2026-05-01 participate
p1         investigator_role 2026-06-01 lead
p2         investigator_role 2026-05-01 participate
p2         investigator_role 2026-06-01 support
p3         investigator_role 2026-05-01 participate
p3         investigator_role 2026-07-01 not_known
p4         investigator_role 2026-05-01 -
p5         investigator_role 2026-03-31 lead
p6         training          2026-05-01 -
"""


def test_each_person_counts_in_their_foremost_role(core: Core) -> None:
    core.add("fct_research_activity", ROLES)
    assert core.totals("research_role_ytd") == {
        "lead": (1, 4),
        "support": (1, 4),
        "participate": (1, 4),
        "not_known": (1, 4),
    }
    assert ["lead", "25", "4"] in core.figures("research_role_ytd", "item_code value denominator")


# p1's two posters are two; last year's webinar and October's report are not of this year to date.
OUTPUTS = """
person_key event_code                    event_date
p1         poster                        2026-05-01
p1         poster                        2026-06-01
-          publication                   2026-09-30
p2         webinar                       2026-03-31
p2         report                        2026-10-01
-          service_user_involvement      2026-05-01
-          service_user_involvement      2026-06-01
-          learning_network_initiated    2026-04-01
-          learning_network_contribution 2026-04-02
"""


def test_outputs_are_counted_by_kind_whoever_made_them(core: Core) -> None:
    core.add("fct_research_activity", OUTPUTS)
    assert core.figures("research_outputs_ytd", "item_code period_start value breakdown") == table("""
        poster      2026-04-01 2 all
        publication 2026-04-01 1 all
    """)


def test_involvement_and_networks_are_counted_by_kind(core: Core) -> None:
    core.add("fct_research_activity", OUTPUTS)
    assert core.totals("research_involvement_ytd") == {
        "service_user_involvement": (2, 2),
        "learning_network_initiated": (1, 1),
        "learning_network_contribution": (1, 1),
    }


def test_what_is_the_organisations_links_nobody_to_the_workforce(core: Core) -> None:
    core.add("fct_workforce", "person_key\np1\np2")
    core.add("fct_research_activity", OUTPUTS)
    assert core.units("workforce_not_linked", "person_key numerator") == table("p1 0\np2 0")
