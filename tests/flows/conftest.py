"""What the tests of Prefect share: one passing server for the whole session, since it costs seconds to start."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[Callable[[], str]]:
    """A passing Prefect server; called, it gives all that its database holds, as text."""
    import_module("flows.deployed")  # turns Prefect's telemetry off before Prefect is imported
    from prefect.logging.handlers import APILogHandler
    from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL
    from prefect.testing.utilities import prefect_test_harness

    def dump() -> str:
        APILogHandler().flush()
        path = Path(PREFECT_SERVER_DATABASE_CONNECTION_URL.value().split("///")[1])
        connection = sqlite3.connect(path)
        try:
            return "\n".join(connection.iterdump())
        finally:
            connection.close()

    with prefect_test_harness(server_startup_timeout=120):
        yield dump
