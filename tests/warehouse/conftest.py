"""Staged tables as small texts: rows in, a build, text tables out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.lib.month import Month


@pytest.fixture
def month(tmp_path: Path) -> Month:
    return Month(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A build of nothing at all, one for a module; `figures_of` makes its figures anew each time."""
    with Month(tmp_path_factory.mktemp("built")).build() as connection:
        yield connection
