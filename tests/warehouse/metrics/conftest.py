"""Core tables as small texts: rows in, a metric's counted units out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lib.core import Core


@pytest.fixture
def core() -> Iterator[Core]:
    made = Core()
    with made.connection:
        yield made
