"""What holds for every test: settings of the person who runs them do not reach it, and workers share the cores."""

from __future__ import annotations

import os
from typing import Any

import duckdb
import pytest

pytest_plugins = ["tests.lib.browser"]


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_ones_own() -> None:
    for name in [name for name in os.environ if name.startswith("RESEARCH_CULTURE_")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def one_thread_a_worker() -> None:
    """Each test's DuckDB keeps to one thread where workers run side by side: more would take turns."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    connect = duckdb.connect

    def connect_with_one_thread(*args: Any, config: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        return connect(*args, config={"threads": 1, **(config or {})}, **kwargs)

    duckdb.connect = connect_with_one_thread
