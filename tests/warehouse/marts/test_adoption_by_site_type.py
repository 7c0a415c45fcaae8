"""Sites of each type together, over all that send their adoption."""

from __future__ import annotations

import pytest

from schemas.metrics import load_metrics
from schemas.tables import TABLES
from tests.lib.month import Month
from tests.lib.text_tables import lines, shown
from warehouse.db.tables import broken_keys

LOG = "site_code site_type_code recommendation_number is_agreed adoption_state_code assessed_date"
RATED = "site_code element_code rating scale_minimum scale_maximum assessed_date\n"
ONE = (
    LOG
    + """
    H1 hospital R1 true  in_place 2026-09-15
    H1 hospital R2 true  planned  2026-09-15
    P1 professional_support_unit R1 true in_place 2026-09-15
"""
)
OTHER = (
    LOG
    + """
    H2 hospital R1 true  planned     2026-09-15
    H2 hospital R2 false not_started 2026-09-15
"""
)
WORKSHOPS = "site_code workshop_date stakeholder_count\nH{0} 2026-05-12 {0}"


@pytest.fixture
def sent(month: Month) -> Month:
    """Two senders of hospitals, one of which sends a support unit too."""
    month.metrics = [one for one in load_metrics() if one.metric_id.startswith(("adoption_", "iparihs_"))]
    for n, log in enumerate((ONE, OTHER), 1):
        month.send(
            f"s{n}",
            f"ZZ{n}",
            recommendation_adoption=log,
            adoption_workshop=WORKSHOPS.format(n),
            iparihs_rating=RATED + f"H{n} innovation_clarity {n + 2} 1 5 2026-09-15",
        )
    return month


def test_sites_of_a_type_are_pooled_over_senders_with_how_many_sites_there_are(sent: Month) -> None:
    """By hand: one of the three recommendations that the hospitals agreed is in place; 1 + 2 people came."""
    with sent.build() as work:
        columns = "site_type_label, method, numerator, denominator, value, site_count, organisation_count"
        asked = f"SELECT {columns} FROM marts.adoption_by_site_type WHERE metric_id = 'adoption_{{}}'"
        assert shown(work, asked.format("recommendations_in_place")) == lines("""
            Hospital                  pooled 1 3 33.3 2 2
            Professional support unit pooled 1 1 100  1 1
        """)
        assert shown(work, asked.format("workshop_stakeholders")) == "Hospital pooled 3 3 3 2 2"
        assert broken_keys(work, TABLES["marts.adoption_by_site_type"]) == (0, 0)
        warnings = shown(work, "SELECT DISTINCT warning FROM marts.adoption_by_site_type").splitlines()
    assert all(line.endswith("is no effect of the type.") for line in warnings)


def test_of_ratings_over_several_senders_there_is_only_the_range(sent: Month) -> None:
    with sent.build() as work:
        columns = "item_label, method, value, lowest_value, highest_value, site_count"
        rated = "metric_id = 'iparihs_element_rating'"
        found = shown(work, f"SELECT {columns} FROM marts.adoption_by_site_type WHERE {rated}")
    assert found == "Innovation: clarity range_of_organisations - 3 4 2"
