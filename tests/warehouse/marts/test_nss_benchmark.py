"""Published results: from the file to the group's median that a release holds."""

from __future__ import annotations

from schemas.metrics import load_metrics
from tests.lib.month import Month
from tests.lib.text_tables import lines, shown

# By hand: 25.89 lies between 23.69 and 28.1; 10 and 20 have 15 between them; a place without a group has no median.
PUBLISHED = """
    organisation_code survey_year measure_code    benchmarking_group weighting        base_count value_pct
    RVN               2023        burnt_out_often MH_and_LD          Occupation_Group 2463       23.69
    AAA               2023        burnt_out_often MH_and_LD          Occupation_Group 1800       25.89
    BBB               2023        burnt_out_often MH_and_LD          Unweighted       64         28.1
    CCC               2023        burnt_out_often MH_and_LD          Occupation_Group 90         -
    RVN               2022        burnt_out_often MH_and_LD          Occupation_Group 2371       24.5
    DDD               2023        burnt_out_often Community          Occupation_Group 300        10
    EEE               2023        burnt_out_often Community          -                300        20
    FFF               2023        burnt_out_often -                  Unweighted       300        30
"""


def test_a_release_holds_weighting_benchmarking_group_and_the_groups_median(month: Month) -> None:
    month.metrics = [one for one in load_metrics() if one.counts == "published"]
    month.send("s1", "national", nss_benchmark=PUBLISHED)
    with month.build() as connection:
        columns = (
            "organisation_code, period_end, value, base_count, weighting, benchmarking_group, group_median, group_size"
        )
        found = shown(connection, f"SELECT {columns} FROM marts.nss_benchmark")
        categories = "breakdown, category, value, denominator"
        released = f"SELECT {categories} FROM marts.metric_value WHERE organisation_code = 'BBB'"
        own = shown(connection, released)
    assert found == lines("""
        RVN 2023-12-31 23.69 2463 Occupation_Group MH_and_LD 25.89 3
        AAA 2023-12-31 25.89 1800 Occupation_Group MH_and_LD 25.89 3
        BBB 2023-12-31 28.1  64   Unweighted       MH_and_LD 25.89 3
        RVN 2022-12-31 24.5  2371 Occupation_Group MH_and_LD 24.5  1
        DDD 2023-12-31 10    300  Occupation_Group Community 15    2
        EEE 2023-12-31 20    300  -                Community 15    2
        FFF 2023-12-31 30    300  Unweighted       -         -     -
    """)
    assert own == lines("all all 28.1 64\n benchmarking_group MH_and_LD 28.1 64\n weighting Unweighted 28.1 64")
