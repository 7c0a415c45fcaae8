"""A site's adoption beside its outcomes before and after it was modified."""

from __future__ import annotations

from tests.lib.released import released
from tests.lib.text_tables import lines


def test_adoption_as_last_assessed_stands_beside_the_outcomes_of_the_site_before_and_after() -> None:
    adopted, met = "adoption_recommendations_in_place", "support_first_meeting_attended"
    burnt_out = "nss_burnt_out_often_published"
    figures = f"""
        metric_id   organisation_code breakdown category period_start period_end value numerator denominator status
        {adopted}   ZZ5               site      ZZ1      2026-03-01   2026-03-31 25    1         4           shown
        {adopted}   ZZ5               site      ZZ1      2026-09-01   2026-09-30 75    3         4           shown
        {adopted}   ZZ5               site      ZZ2      2026-09-01   2026-09-30 50    1         2           shown
        {met}       ZZ5               site      ZZ1      2025-01-01   2025-12-31 70    -         -           shown
        {met}       ZZ5               site      ZZ1      2025-10-01   2026-09-30 80    80        100         shown
        {met}       ZZ5               site      ZZ1      2026-03-16   2026-12-31 85    -         -           shown
        {met}       ZZ5               site      ZZ2      2025-10-01   2026-09-30 -     -         - not_restated
        {met}       ZZ5               all       all      2025-10-01   2026-09-30 81    -         -           shown
        {met}       ZZ6               site      ZZ1      2025-10-01   2026-09-30 78    -         -           shown
        {burnt_out} ZZ1               all       all      2026-01-01   2026-12-31 31    -         800         shown
    """
    assessed = """
        organisation_code site_code adoption_state_code is_agreed assessed_date period_end
        ZZ5               ZZ1       planned             true      2026-01-10    2026-09-30
        ZZ5               ZZ1       partly_in_place     true      2026-03-16    2026-09-30
        ZZ5               ZZ1       in_place            true      2026-09-14    2026-09-30
        ZZ5               ZZ1       in_place            false     2025-09-14    2026-09-30
        ZZ5               ZZ2       abandoned           true      2026-03-16    2026-09-30
    """
    columns = (
        "site_code adoption_pct agreed_count in_place_count first_modified_date outcome_metric_id"
        " outcome_organisation_code outcome_period_end outcome_timing outcome_value outcome_status"
    )
    with released() as ask:
        found = ask(figures, "adoption_and_outcome", columns, assessed)
    assert found == lines("""
        ZZ1 75 4 3 2026-03-16 support_first_meeting_attended ZZ5 2025-12-31 before       70 shown
        ZZ1 75 4 3 2026-03-16 support_first_meeting_attended ZZ5 2026-09-30 across       80 shown
        ZZ1 75 4 3 2026-03-16 support_first_meeting_attended ZZ5 2026-12-31 after        85 shown
        ZZ2 50 2 1 -          support_first_meeting_attended ZZ5 2026-09-30 not_modified -  not_restated
        ZZ1 75 4 3 2026-03-16 nss_burnt_out_often_published  ZZ1 2026-12-31 across       31 shown
    """)
