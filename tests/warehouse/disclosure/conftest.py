"""A database with a past."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.lib.past import Past
from warehouse.build.build import update_history
from warehouse.ledger.history import ReleaseHistory


@pytest.fixture
def past(built: duckdb.DuckDBPyConnection, tmp_path: Path) -> Past:
    """The database without any earlier release."""
    update_history(built, ReleaseHistory())
    return Past(built, tmp_path)
