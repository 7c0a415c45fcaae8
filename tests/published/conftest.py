"""An in-memory core for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lib.core import Core


@pytest.fixture
def core() -> Iterator[Core]:
    made = Core()
    with made.connection:
        yield made
