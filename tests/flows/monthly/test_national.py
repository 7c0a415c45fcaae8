"""The published NHS Staff Survey file, from the inbox to the figures that analysts ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.monthly.run import Month
from flows.settings import Settings
from schemas.submissions import State

PUBLISHED = Path(__file__).parents[3].parent / "shared" / "reference" / "nss_organisation_results.csv"


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published NHS Staff Survey file is not beside the project")
def test_the_published_survey_comes_out_as_published(
    settings: Settings, put: Callable[[str, bytes], Path], run: Callable[[], Month]
) -> None:
    put("national/nss.csv", PUBLISHED.read_bytes())
    month = run()
    (outcome,) = month.outcomes
    assert (outcome.state, outcome.organisation_code, outcome.period) == (State.LOADED, "national", "2021-2023")
    assert (outcome.counts.rows_in, outcome.counts.accepted) == (812, 812)
    # 15 over four years; 12 in the three years of this file, counted with the csv module.
    assert "Organisations whose name differs between years: 12; the latest name is shown." in outcome.sentences
    with duckdb.connect(settings.analyst_file, read_only=True) as connection:
        avon = connection.execute(
            "SELECT year(period_start), value, numerator, interval_low, status FROM marts.metric_value"
            " WHERE metric_id = 'nss_burnt_out_often_published' AND organisation_code = 'RVN'"
            " AND breakdown = 'all' ORDER BY 1"
        ).fetchall()
        medians = connection.execute(
            "SELECT year(period_start), round(group_median, 2), weighting, benchmarking_group LIKE 'Mental Health%'"
            " FROM marts.nss_benchmark WHERE organisation_code = 'RVN' ORDER BY 1"
        ).fetchall()
    # Expected: computed from the published file by others.
    assert avon == [(y, v, None, None, "shown") for y, v in ((2021, 25.30), (2022, 24.50), (2023, 23.69))]
    group = ("Occupation Group", True)
    assert medians == [(2021, 27.73, *group), (2022, 28.09, *group), (2023, 25.13, *group)]
