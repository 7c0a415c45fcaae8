"""What people add to figures: counted, and without a pseudonym."""

from __future__ import annotations

import duckdb

from tests.lib.figures import figures_of, metric
from tests.lib.text_tables import lines, shown


def test_what_people_add_is_kept_without_who_they_are(built: duckdb.DuckDBPyConnection) -> None:
    """Of three people two add the same; a group of ten of whom four count is ten who add two things."""
    figures_of(
        built,
        """
        metric_id person_key numerator denominator
        M1        a          1         1
        M1        b          0         1
        M1        c          1         1
        M1        -          4         10
        """,
        [metric(breakdowns=())],
    )
    columns = "numerator, denominator, unit_count, people_count"
    assert shown(built, f"SELECT {columns} FROM core.figure_contribution") == lines("""
        1 1 1 2
        0 1 1 1
        1 1 0 4
        0 1 0 6
    """)
