"""What a topical mart says of released figures."""

from collections.abc import Iterator

import pytest

from tests.lib.topics import Ask, asking


@pytest.fixture
def ask() -> Iterator[Ask]:
    yield from asking()
