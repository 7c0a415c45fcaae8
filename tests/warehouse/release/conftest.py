"""A small work database to release from."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.lib.month import Month
from tests.lib.walk import METRICS, plans


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three organisations' months, of which one is shown: 12 of 24; the others are 3 of 24 and 3 of 6."""
    month = Month(tmp_path_factory.mktemp("home"))
    month.metrics = METRICS
    month.send("s1", "ZZ1", job_plan=plans(12, 12))
    month.send("s2", "ZZ2", job_plan=plans(3, 21))
    month.send("s3", "ZZ2", month=10, job_plan=plans(3, 3))
    with month.build() as connection:
        yield connection
